# shellcheck shell=bash
# Builds the jars when they are missing or older than their sources.

WORKER_JAR=$TOP/chat-worker/target/chat-worker.jar
CLI_JAR=$TOP/ops/cli/target/cli.jar
STAND_IN_JAR=$TOP/ops/stand-in/target/stand-in.jar
LOAD_JAR=$TOP/ops/load/target/load.jar
# What is needed of them; ops/bench needs others.
BUILD_STAMP=built
BUILD_MODULES=(chat-worker ops/cli ops/stand-in)
BUILD_JARS=("$WORKER_JAR" "$CLI_JAR" "$STAND_IN_JAR")

need_load() {
  BUILD_STAMP=built-for-bench
  BUILD_MODULES=(chat-worker ops/load)
  BUILD_JARS=("$WORKER_JAR" "$LOAD_JAR")
}

# Folders count too: their time changes when a file in them is removed.
sources_newer_than() {
  local module sources=("$TOP/pom.xml")
  for module in chat-contracts "${BUILD_MODULES[@]}"; do
    sources+=("$TOP/$module/pom.xml" "$TOP/$module/src/main")
  done
  [ -n "$(find "${sources[@]}" -newer "$1" -print 2>/dev/null | head -n 1)" ]
}

built() {
  local jar
  for jar in "${BUILD_JARS[@]}"; do [ -f "$jar" ] || return 1; done
  [ -f "$RUN/$BUILD_STAMP" ] && ! sources_newer_than "$RUN/$BUILD_STAMP"
}

need_maven() {
  command -v mvn >/dev/null 2>&1 ||
    die "Maven is needed to build this, and there is no mvn in PATH." \
      "Install it (Debian: apt-get install maven; macOS: brew install maven) and run this again."
}

# The stamp carries the time of the build's start: a source saved while it ran is built next time.
build_if_needed() {
  local log=$RUN/build.log
  built && return
  need_maven
  : >"$log"
  touch "$RUN/$BUILD_STAMP.new"
  run_shown "Building (the first time takes a few minutes)" "$log" 0 maven_package ||
    { tail_of "$log" 25; die "The build failed." "The whole log is in $log"; }
  mv "$RUN/$BUILD_STAMP.new" "$RUN/$BUILD_STAMP"
}

maven_package() {
  local IFS=,
  exec mvn -B -ntp -T 1C -f "$TOP/pom.xml" -pl "${BUILD_MODULES[*]}" -am \
    -Dmaven.test.skip=true -Dspotless.check.skip=true package
}
