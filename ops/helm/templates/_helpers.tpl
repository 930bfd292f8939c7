{{- define "chat-worker.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "chat-worker.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- $name := include "chat-worker.name" . }}
{{- ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "chat-worker.selector" -}}
app.kubernetes.io/name: {{ include "chat-worker.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "chat-worker.labels" -}}
{{ include "chat-worker.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "chat-worker.image" -}}
{{- if .Values.image.digest }}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest }}
{{- else }}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) }}
{{- end }}
{{- end }}

{{/* A value as the worker reads it: a whole number of YAML arrives here as a float, which would print as 1e+07. */}}
{{- define "chat-worker.text" -}}
{{- if and (kindIs "float64" .) (eq (floor .) .) }}{{ int64 . }}{{ else }}{{ toString . }}{{ end }}
{{- end }}

{{- define "chat-worker.drainSeconds" -}}
{{- $text := "30s" }}
{{- with .Values.settings.CHAT_DRAIN_TIMEOUT }}{{ $text = toString . }}{{ end }}
{{- if not (regexMatch "^[0-9]+(ms|s|m|h)$" $text) }}
{{- fail (printf "settings.CHAT_DRAIN_TIMEOUT is %s: write a number with ms, s, m or h, such as 30s" $text) }}
{{- end }}
{{- $number := regexFind "^[0-9]+" $text | int64 }}
{{- $unit := regexFind "[a-z]+$" $text }}
{{- if eq $unit "ms" }}{{ div (add $number 999) 1000 }}{{ else }}{{ mul $number (get (dict "s" 1 "m" 60 "h" 3600) $unit) }}{{ end }}
{{- end }}

{{- define "chat-worker.gracePeriod" -}}
{{- $drain := include "chat-worker.drainSeconds" . | int64 }}
{{- if kindIs "invalid" .Values.terminationGracePeriodSeconds }}
{{- add $drain 20 }}
{{- else }}
{{- $given := int64 .Values.terminationGracePeriodSeconds }}
{{- if le $given $drain }}
{{- fail (printf "terminationGracePeriodSeconds is %d: it must be longer than CHAT_DRAIN_TIMEOUT (%d s), or answers are cut off" $given $drain) }}
{{- end }}
{{- $given }}
{{- end }}
{{- end }}

{{/* The queue that the workers of this release consume. */}}
{{- define "chat-worker.queue" -}}
{{- default (printf "%s.requests" (default "chat" .Values.settings.CHAT_NAMESPACE)) .Values.settings.CHAT_REQUESTS_QUEUE }}
{{- end }}
