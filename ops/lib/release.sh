# shellcheck shell=bash
# The parts of ops/release-check.

TOOLS=$RUN/tools
HELM=helm.sh/helm/v3/cmd/helm@v3.22.0
ACTIONLINT=github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
KEDA=github.com/kedacore/keda/v2@v2.21.0
PROMETHEUS_OPERATOR=github.com/prometheus-operator/prometheus-operator@v0.85.0
# The oldest Kubernetes that the chart takes, and the newest that there are schemas for.
KUBERNETES=(1.27 1.37)

skip() {
  [ "${CI:-}" != true ] || die "$1"
  say "Skipped: $1"
}

# A tool's path, from PATH or made with Go: go_tool <module@version>
go_tool() {
  local name=${1%@*}
  name=${name##*/}
  command -v "$name" && return
  if [ ! -x "$TOOLS/$name" ]; then
    command -v go >/dev/null || return 1
    run_shown "Making $name (once)" "$RUN/$name.log" 0 env GOBIN="$TOOLS" go install "$1" || return 1
  fi
  printf '%s' "$TOOLS/$name"
}

# The folder of a Go module's files: go_files <module@version>
go_files() { (cd "$RUN" && go mod download -json "$1") | sed -n 's/.*"Dir": "\(.*\)".*/\1/p'; }

check_chart() {
  local helm chart=$TOP/ops/helm keda operator version values
  helm=$(go_tool "$HELM") || { skip "helm is not in PATH, and Go could not make it ($RUN/helm.log)." && return; }
  for values in values.yaml ci/everything-values.yaml; do
    "$helm" lint --strict --quiet "$chart" -f "$chart/$values" 2>"$RUN/helm.err" || die_with_log "$RUN/helm.err" "helm lint finds fault with $values."
  done
  say "chart: lint finds no fault."
  keda=$(go_files "$KEDA")/config/crd/bases operator=$(go_files "$PROMETHEUS_OPERATOR")/example/prometheus-operator-crd
  [ -x "$RUN/chart-venv/bin/python" ] || python3 -m venv "$RUN/chart-venv"
  "$RUN/chart-venv/bin/pip" install --quiet --disable-pip-version-check -r "$chart/ci/requirements.txt"
  for version in "${KUBERNETES[@]}"; do
    for values in values.yaml ci/everything-values.yaml; do
      say "chart: $values on Kubernetes $version"
      "$helm" template chat "$chart" --kube-version "$version" -f "$chart/$values" 2>"$RUN/helm.err" |
        "$RUN/chart-venv/bin/python" "$chart/ci/schemas.py" "$version" \
          "$keda"/keda.sh_{scaledobjects,triggerauthentications}.yaml \
          "$operator"/monitoring.coreos.com_{podmonitors,prometheusrules}.yaml ||
        die_with_log "$RUN/helm.err" "The chart's manifests are not valid on Kubernetes $version."
    done
  done
}

check_workflows() {
  local actionlint
  actionlint=$(go_tool "$ACTIONLINT") || { skip "actionlint is not in PATH, and Go could not make it." && return; }
  (cd "$TOP" && "$actionlint" .github/workflows/*.yml) || die "actionlint finds fault with a workflow."
  say "workflows: actionlint finds no fault."
}

# Two builds in two folders, so that no path of a machine gets into a jar either.
check_jars() {
  local round commit
  need_jdk
  need_maven
  commit=$(git -C "$TOP" rev-parse HEAD 2>/dev/null || echo unknown)
  for round in 1 2; do
    rm -rf "$RUN/jars-$round"
    mkdir -p "$RUN/jars-$round"
    copy_sources "$RUN/jars-$round"
    run_shown "Building everything, round $round of 2" "$RUN/jars-$round.log" 0 \
      mvn -B -ntp -f "$RUN/jars-$round/pom.xml" -Prelease -Dmaven.test.skip=true -Dspotless.check.skip=true \
      -DbuildNumber="$commit" package ||
      die_with_log "$RUN/jars-$round.log" "The build failed." "The whole log is in $RUN/jars-$round.log"
    checksums "$RUN/jars-$round" >"$RUN/jars-$round.sums"
  done
  diff "$RUN/jars-1.sums" "$RUN/jars-2.sums" || die "Two builds of the same sources differ: compare $RUN/jars-1 and $RUN/jars-2."
  say "jars: $(wc -l <"$RUN/jars-1.sums") files of two builds are equal to the bit:"
  cat "$RUN/jars-1.sums"
}

# What git knows, uncommitted changes included; without git everything but what builds leave behind.
copy_sources() {
  if git -C "$TOP" rev-parse --git-dir >/dev/null 2>&1; then
    (cd "$TOP" && git ls-files -z --cached --others --exclude-standard | tar --null -T - -c --ignore-failed-read) | tar -x -C "$1"
  else
    tar -C "$TOP" --exclude=target --exclude=.run --exclude=node_modules --exclude=.venv -c . | tar -x -C "$1"
  fi
}

# Of jars and lists of components.
checksums() {
  (cd "$1" && find . \( -path '*/target/*.jar' -o -path '*/target/classes/META-INF/sbom/*.json' \) -not -path '*/lib/*' \
    -exec sha256sum {} + | LC_ALL=C sort -k 2)
}

# A project outside: nothing but what was installed, and JDK 17.
check_consumer() {
  local repository=$RUN/consumer/repository outside=$RUN/consumer/project java17 settings=$RUN/consumer/settings.xml
  java17=$(find_jdk 17 17) || { skip "There is no JDK 17 for the project that depends on chat-contracts." && return; }
  need_jdk
  need_maven
  rm -rf "$RUN/consumer"
  mkdir -p "$outside"
  consumer_settings >"$settings"
  run_shown "Installing chat-contracts into a repository of its own" "$RUN/consumer/install.log" 0 \
    mvn -B -ntp -s "$settings" -f "$TOP/pom.xml" -Dmaven.repo.local="$repository" -Dspotless.check.skip=true \
    -pl chat-contracts -am install -DskipTests ||
    die_with_log "$RUN/consumer/install.log" "chat-contracts could not be installed."
  # What is installed must do without the parent.
  rm -rf "$repository/io/chatworker/chat-worker-parent"
  cp -R "$TOP/ops/examples/java/." "$outside"
  run_shown "Building a project that depends on it, with JDK 17" "$RUN/consumer/build.log" 0 \
    env JAVA_HOME="$java17" mvn -B -ntp -s "$settings" -f "$outside/pom.xml" -Dmaven.repo.local="$repository" package ||
    die_with_log "$RUN/consumer/build.log" "A project that depends on chat-contracts cannot be built with JDK 17."
  say "consumer: built with JDK 17 against $(cd "$repository" && find io/chatworker -name '*.jar')"
  ask_as_consumer "$java17" "$outside"
}

# Asks the worker that ops/chat starts, from a JVM 17.
ask_as_consumer() {
  local answer
  "$TOP/ops/chat" "Why is the sky blue?" >/dev/null 2>"$RUN/consumer/chat.log" || die_with_log "$RUN/consumer/chat.log" "ops/chat could not start a worker."
  answer=$(
    read_dotenv "$RUN/services"
    export RABBITMQ_URI
    "$1/bin/java" -cp "$2/target/ask.jar:$2/target/lib/*" org.example.Ask "Why is the sky blue?" 2>"$RUN/consumer/ask.log"
  ) || die_with_log "$RUN/consumer/ask.log" "The project's program got no answer."
  "$TOP/ops/down" >/dev/null 2>&1 || true
  [ -n "$answer" ] || die "The project's program printed nothing."
  say "consumer: on JDK 17 it asked a worker and read: ${answer:0:60} …"
}

# Artifacts that this machine has already are copied and not loaded again.
consumer_settings() {
  local known=${MAVEN_REPOSITORY:-$HOME/.m2/repository}
  cat <<X
<settings>
  <profiles>
    <profile>
      <id>known</id>
      <repositories><repository><id>known</id><url>file://$known</url></repository></repositories>
      <pluginRepositories><pluginRepository><id>known</id><url>file://$known</url></pluginRepository></pluginRepositories>
    </profile>
  </profiles>
  <activeProfiles><activeProfile>known</activeProfile></activeProfiles>
</settings>
X
}
