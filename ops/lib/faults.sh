# shellcheck shell=bash
# The injected faults of chat-worker's tests.

FAULTS_TABLE=$TOP/chat-worker/target/faults.md
SOAK_LOG=$TOP/chat-worker/target/soak.txt

# All of them but the soak, with each row of the table as soon as it is there, and ten times as many interleavings as the
# suite explores. Arguments go to Maven; a -Dtest among them chooses.
run_faults() {
  local log=$RUN/faults.log status=0
  build_former
  mkdir -p "$TOP/chat-worker/target"
  : >"$FAULTS_TABLE"
  : >"$SOAK_LOG"
  say "Injecting faults, with a row for each; the log is $log"
  tail -q -n +1 -f "$FAULTS_TABLE" "$SOAK_LOG" >&2 &
  # shellcheck disable=SC2064 # now
  trap "kill $!" EXIT
  mvn -B -ntp -f "$TOP/pom.xml" -pl chat-worker -am test \
    -Dtest='io.chatworker.worker.faults.*Test,!io.chatworker.worker.faults.SoakTest,io.chatworker.worker.monitoring.*Test,*InterleavingsTest' \
    -DexcludedGroups=interleavings -Dinterleavings.factor=10 -Dtest.forks=1 -Dsurefire.failIfNoSpecifiedTests=false ${FORMER_JAR:+"-Dfaults.former=$FORMER_JAR"} "$@" \
    >"$log" 2>&1 &
  WORKING=$!
  wait "$WORKING" || status=$?
  if [ "$status" -ne 0 ]; then tail_of "$log" 40; fi
  grep 'Tests run:' "$log" | tail -n 1 >&2 || true
  cat "$FAULTS_TABLE"
  if [ $# -eq 0 ]; then run_builds_of_pages || status=$?; fi
  return "$status"
}

# The commands of pages that build something, which takes minutes too.
run_builds_of_pages() {
  local log=$RUN/pages.log
  run_shown "Running the commands of pages that build something" "$log" 0 \
    mvn -B -ntp -f "$TOP/pom.xml" -pl ops/examples -am verify -Dtest=PagesTest -Dgroups=faults -DexcludedGroups=none \
    -Dsurefire.failIfNoSpecifiedTests=false || { tail_of "$log" 40 && return 1; }
  grep 'Tests run:' "$log" | tail -n 1 >&2
}

# The worker as it was before its sources changed last, for the upgrade; without git's history there is none.
build_former() {
  local change commit src=$TOP/chat-worker/target/former
  FORMER_JAR=
  change=$(git -C "$TOP" log -n 1 --format=%H -- chat-worker/src/main 2>/dev/null) || return 0
  commit=$(git -C "$TOP" rev-parse --verify -q "$change^" 2>/dev/null) || return 0
  if [ "$(cat "$src/commit" 2>/dev/null)" != "$commit" ]; then
    rm -rf "$src"
    mkdir -p "$src"
    git -C "$TOP" archive "$commit" | tar -x -C "$src"
    run_shown "Building the worker of ${commit:0:7}, to be upgraded" "$RUN/former.log" 0 \
      mvn -B -ntp -f "$src/pom.xml" -pl chat-worker -am -Dmaven.test.skip=true -Dspotless.check.skip=true package ||
      { say "The worker of ${commit:0:7} cannot be built: the upgrade is skipped ($RUN/former.log)." && return; }
    printf '%s\n' "$commit" >"$src/commit"
  fi
  FORMER_JAR=$src/chat-worker/target/chat-worker.jar
}
