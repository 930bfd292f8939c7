# shellcheck shell=bash
# The injected faults of chat-worker's tests.

FAULTS_TABLE=$TOP/chat-worker/target/faults.md

# All of them, each row of the table as soon as it is there. Arguments go to Maven; a -Dtest among them chooses.
run_faults() {
  local log=$RUN/faults.log shown=2 rows beats=0 status=0 maven
  : >"$log"
  rm -f "$FAULTS_TABLE"
  build_former
  mvn -B -ntp -f "$TOP/pom.xml" -pl chat-worker -am test -Dtest='io.chatworker.worker.faults.*Test' \
    -DexcludedGroups= -Dsurefire.failIfNoSpecifiedTests=false ${FORMER_JAR:+"-Dfaults.former=$FORMER_JAR"} "$@" \
    >"$log" 2>&1 &
  maven=$!
  while kill -0 "$maven" 2>/dev/null; do
    beat "Injecting faults (a row each; the log is $log)" "$beats"
    beats=$((beats + 1))
    rows=$(lines_of "$FAULTS_TABLE")
    if [ "$rows" -gt "$shown" ]; then
      end_progress
      sed -n "$((shown + 1)),${rows}p" "$FAULTS_TABLE" >&2
      shown=$rows
    fi
  done
  end_progress
  wait "$maven" || status=$?
  if [ "$status" -ne 0 ]; then tail_of "$log" 40; fi
  grep 'Tests run:' "$log" | tail -n 1 >&2 || true
  if [ -f "$FAULTS_TABLE" ]; then cat "$FAULTS_TABLE"; fi
  return "$status"
}

lines_of() { if [ -f "$1" ]; then wc -l <"$1"; else echo 0; fi; }

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
