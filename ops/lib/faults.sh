# shellcheck shell=bash
# The injected faults of chat-worker's tests.

FAULTS_TABLE=$TOP/chat-worker/target/faults.md
SOAK_LOG=$TOP/chat-worker/target/soak.txt

# All of them but the soak, each row of the table as soon as it is there. Arguments go to Maven; a -Dtest among them
# chooses.
run_faults() {
  local log=$RUN/faults.log shown=2 told=0 beats=0 status=0 maven
  : >"$log"
  rm -f "$FAULTS_TABLE" "$SOAK_LOG"
  build_former
  mvn -B -ntp -f "$TOP/pom.xml" -pl chat-worker -am test \
    -Dtest='io.chatworker.worker.faults.*Test,!io.chatworker.worker.faults.SoakTest' \
    -DexcludedGroups= -Dsurefire.failIfNoSpecifiedTests=false ${FORMER_JAR:+"-Dfaults.former=$FORMER_JAR"} "$@" \
    >"$log" 2>&1 &
  maven=$!
  while kill -0 "$maven" 2>/dev/null; do
    beat "Injecting faults (a row each; the log is $log)" "$beats"
    beats=$((beats + 1))
    shown=$(show_more "$FAULTS_TABLE" "$shown")
    told=$(show_more "$SOAK_LOG" "$told")
  done
  show_more "$SOAK_LOG" "$told" >/dev/null
  end_progress
  wait "$maven" || status=$?
  if [ "$status" -ne 0 ]; then tail_of "$log" 40; fi
  grep 'Tests run:' "$log" | tail -n 1 >&2 || true
  if [ -f "$FAULTS_TABLE" ]; then cat "$FAULTS_TABLE"; fi
  return "$status"
}

# Shows what a file has beyond so many lines, and prints how many are shown now.
show_more() {
  local lines=0
  if [ -f "$1" ]; then lines=$(wc -l <"$1"); fi
  if [ "$lines" -gt "$2" ]; then
    end_progress
    sed -n "$(($2 + 1)),${lines}p" "$1" >&2
    echo "$lines"
  else
    echo "$2"
  fi
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
      { say "The worker of ${commit:0:7} can not be built: the upgrade is skipped ($RUN/former.log)."; return 0; }
    printf '%s\n' "$commit" >"$src/commit"
  fi
  FORMER_JAR=$src/chat-worker/target/chat-worker.jar
}
