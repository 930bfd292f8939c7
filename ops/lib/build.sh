# shellcheck shell=bash
# Builds the jars when they are missing or older than their sources.

WORKER_JAR=$TOP/chat-worker/target/chat-worker.jar
CLI_JAR=$TOP/ops/cli/target/cli.jar
STAND_IN_JAR=$TOP/ops/stand-in/target/stand-in.jar
# What a script needs of them; ops/bench needs others.
BUILD_STAMP=built
BUILD_MODULES=(chat-worker ops/cli ops/stand-in)
BUILD_JARS=("$WORKER_JAR" "$CLI_JAR" "$STAND_IN_JAR")

# Folders count too: their time changes when a file in them is removed.
built() {
  local file sources=("$TOP/pom.xml")
  for file in "$RUN/$BUILD_STAMP" "${BUILD_JARS[@]}"; do
    [ -f "$file" ] || return 1
  done
  for file in chat-contracts "${BUILD_MODULES[@]}"; do
    sources+=("$TOP/$file/pom.xml" "$TOP/$file/src/main")
  done
  [ -z "$(find "${sources[@]}" -newer "$RUN/$BUILD_STAMP" -print 2>/dev/null | head -n 1)" ]
}

need_maven() {
  command -v mvn >/dev/null 2>&1 ||
    die "Maven is needed to build this, and there is no mvn in PATH." \
      "Install it (Debian: apt-get install maven; macOS: brew install maven) and run this again."
}

# maven <modules, comma-separated> <arguments> …; for the background, so that a signal reaches Maven itself.
maven() {
  local modules=$1
  shift
  exec mvn -B -ntp -f "$TOP/pom.xml" -pl "$modules" -am -Dspotless.check.skip=true "$@"
}

# The stamp carries the time of the build's start: a source saved while it ran is built next time.
build_if_needed() {
  local modules
  built && return
  need_maven
  touch "$RUN/$BUILD_STAMP.new"
  modules=$(IFS=, && printf '%s' "${BUILD_MODULES[*]}")
  run_shown "Building (the first time takes a few minutes)" "$RUN/build.log" 0 \
    maven "$modules" -T 1C -Dmaven.test.skip=true package ||
    die_with_log "$RUN/build.log" "The build failed." "The whole log is in $RUN/build.log"
  mv "$RUN/$BUILD_STAMP.new" "$RUN/$BUILD_STAMP"
}

# Builds only the command line, unless ops/chat has built it with the rest.
need_cli() {
  if built && [ -f "$(cli_app)" ]; then return; fi
  BUILD_STAMP=built-ctl BUILD_MODULES=(ops/cli) BUILD_JARS=("$CLI_JAR")
  if built && [ -f "$(cli_app)" ]; then return; fi
  take_lock
  build_if_needed
  prepare_cli_app
  release_lock
}
