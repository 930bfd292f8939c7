# shellcheck shell=bash
# The worker: how it is run, and how ops/chat keeps one in the background.

# Every flag of the worker's JVM; what each is worth is in chat-worker/RATIONALE.md.
# shellcheck disable=SC2034 # used by ops/worker
WORKER_JVM=(
  -XX:+UseSerialGC -XX:NewRatio=3 -XX:SurvivorRatio=2 -Xms64m -Xmx320m -XX:TrimNativeHeapInterval=2000
  -XX:+ExitOnOutOfMemoryError -Djdk.pollerMode=1
  --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow
)

# The worker takes as many requests at once as Ollama works on; setting one of the two is enough.
equal_concurrency() {
  export CHAT_CONCURRENCY=${CHAT_CONCURRENCY:-${OLLAMA_NUM_PARALLEL:-1}}
  export OLLAMA_NUM_PARALLEL=${OLLAMA_NUM_PARALLEL:-$CHAT_CONCURRENCY}
}

# Everything that makes a running worker the right one. A hash, as there are passwords in it.
worker_settings() {
  {
    worker_app
    env | LC_ALL=C grep -E '^(CHAT_|OLLAMA_|RABBITMQ_|MANAGEMENT_PORT=|SPRING_|OTEL_|JDK_JAVA_OPTIONS=)' | LC_ALL=C sort
  } | cksum
}

worker_port() { cat "$RUN/worker.port" 2>/dev/null; }
worker_fits() { runs worker && [ "$(cat "$RUN/worker.settings" 2>/dev/null)" = "$(worker_settings)" ]; }
worker_ready() { http_ok "$(worker_port)" /actuator/health/readiness; }

# Starts a worker unless the one that runs has these settings, and waits until it takes requests.
need_worker() {
  if ! worker_fits; then
    if runs worker; then say "The settings or the worker's program have changed: starting it anew."; fi
    start_worker
  fi
  if ! wait_until "Starting the worker" 60 settled worker worker_ready; then
    check worker "$(worker_port)" || true
    die_with_log "$RUN/worker.log" "The worker runs but did not become ready within a minute." \
      "Its log is $RUN/worker.log; 'ops/down' stops it."
  fi
  runs worker || die_with_log "$RUN/worker.log" "The worker ended before it was ready." \
    "Its last lines are above, all of them in $RUN/worker.log"
}

# The worker's own port where it is free, so that what the pages ask there is answered; else any other.
start_worker() {
  local port=${MANAGEMENT_PORT:-}
  # Looked at before the old worker is stopped for nothing; its own port is free once it has gone.
  if [ "${port:-0}" != 0 ] && port_open "$port" && ! { runs worker && [ "$(worker_port)" = "$port" ]; }; then
    die "MANAGEMENT_PORT is $port, and another program listens there." \
      "Set it to a free port, or leave it unset: then 8081 is taken, or a free one."
  fi
  stop_process worker "the worker" 45
  if [ -z "$port" ] && ! port_open 8081; then port=8081; fi
  if [ "${port:-0}" = 0 ]; then port=$(free_port); fi
  printf '%s\n' "$port" >"$RUN/worker.port"
  start_apart worker "$RUN/worker.log" env MANAGEMENT_PORT="$port" OPS_PREPARED=true "$TOP/ops/worker"
  worker_settings >"$RUN/worker.settings"
}
