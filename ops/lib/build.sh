# shellcheck shell=bash
# Builds the jars when they are missing or older than their sources.

WORKER_JAR=$TOP/chat-worker/target/chat-worker.jar
CLI_JAR=$TOP/ops/cli/target/cli.jar
STAND_IN_JAR=$TOP/ops/stand-in/target/stand-in.jar

# Folders count too: their time changes when a file in them is removed.
sources_newer_than() {
  [ -n "$(find "$TOP/pom.xml" "$TOP"/{chat-contracts,chat-worker,ops/cli,ops/stand-in}/{pom.xml,src/main} \
    -newer "$1" -print 2>/dev/null | head -n 1)" ]
}

built() {
  [ -f "$WORKER_JAR" ] && [ -f "$CLI_JAR" ] && [ -f "$STAND_IN_JAR" ] &&
    [ -f "$RUN/built" ] && ! sources_newer_than "$RUN/built"
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
  touch "$RUN/built.new"
  run_shown "Building (the first time takes a few minutes)" "$log" 0 maven_package ||
    { tail_of "$log" 25; die "The build failed." "The whole log is in $log"; }
  mv "$RUN/built.new" "$RUN/built"
}

maven_package() {
  exec mvn -B -ntp -T 1C -f "$TOP/pom.xml" -pl chat-worker,ops/cli,ops/stand-in -am \
    -Dmaven.test.skip=true -Dspotless.check.skip=true package
}
