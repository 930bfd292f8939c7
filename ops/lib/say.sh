# shellcheck shell=bash
# What a person reads while a script works. All of it goes to stderr: stdout belongs to the answer.

say() { printf '%s\n' "$*" >&2; }

# The cause in one sentence, then what to do next, each as an argument.
die() {
  printf '%s\n' "$@" >&2
  exit 1
}

# The same, below the last lines of a log: die_with_log <log> <cause> [<what to do next>]
die_with_log() {
  tail_of "$1"
  shift
  die "$@"
}

usage_error() {
  printf '%s\n' "$1" "Try 'ops/${0##*/} --help'." >&2
  exit 2
}

# The help of a script is the comment at its top.
help() { sed -n -e '1d' -e '/^#/!q' -e 's/^# \{0,1\}//p' "$0"; }

# The end of a log, indented.
tail_of() {
  say "The last lines of $1:"
  tail -n "${2:-20}" "$1" 2>/dev/null | sed 's/^/    /' >&2
}

draws_progress() { [ -t 2 ] && [ "${CI:-}" != true ]; }

# Clears the progress line, so that the next message starts on a clean one.
end_progress() {
  if draws_progress; then printf '\r\033[K' >&2; fi
}

# Waits until a command succeeds, and after a second shows that it waits: in a terminal on a line that is redrawn,
# elsewhere with a line every 10 s. Returns 1 when the limit passes.
#   wait_until <what is being done> <limit in seconds, 0 = none> <command> …
wait_until() {
  local what=$1 limit=$2 beats=0 start=$SECONDS spin="|/-\\"
  shift 2
  until "$@"; do
    if [ "$limit" -gt 0 ] && [ $((SECONDS - start)) -ge "$limit" ]; then
      end_progress
      return 1
    fi
    if draws_progress && [ "$beats" -ge 5 ]; then
      printf '\r\033[K%s %s (%d s)' "${spin:$((beats % 4)):1}" "$what" $((SECONDS - start)) >&2
    elif [ "$beats" -eq 5 ]; then
      say "$what …"
    elif [ "$beats" -gt 0 ] && [ $((beats % 50)) -eq 0 ]; then
      say "$what … ($((SECONDS - start)) s)"
    fi
    beats=$((beats + 1))
    sleep 0.2
  done
  end_progress
}

ended() { ! kill -0 "$1" 2>/dev/null; }

# Runs a command with its output in a log, and shows that it is still at work. Ends it when the limit passes.
#   run_shown <what is being done> <log> <limit in seconds, 0 = none> <command> …
run_shown() {
  local what=$1 log=$2 limit=$3 status=0
  shift 3
  "$@" >"$log" 2>&1 </dev/null 9>&- &
  WORKING=$!
  wait_until "$what" "$limit" ended "$WORKING" || kill "$WORKING" 2>/dev/null || true
  wait "$WORKING" || status=$?
  WORKING=
  return "$status"
}

# A script's background commands ignore Ctrl-C, so it is passed on to the one at work.
WORKING=
interrupted() {
  end_progress
  if [ -n "$WORKING" ]; then kill "$WORKING" 2>/dev/null || true; fi
  exit "$1"
}
trap "interrupted 130" INT
trap "interrupted 143" TERM
