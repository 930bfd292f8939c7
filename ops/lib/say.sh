# shellcheck shell=bash
# What a person reads while a script works. All of it goes to stderr: stdout belongs to the answer.

say() { printf '%s\n' "$*" >&2; }

# The cause in one sentence, then what to do next, each as an argument.
die() {
  printf '%s\n' "$@" >&2
  exit 1
}

usage_error() {
  printf '%s\n' "$1" "Try '${0##*/} --help'." >&2
  exit 2
}

draws_progress() { [ -t 2 ] && [ "${CI:-}" != true ]; }

# Rubs the progress line out, so that the next message starts on a clean one.
end_progress() {
  if draws_progress; then printf '\r\033[K' >&2; fi
}

# One beat of waiting (a fifth of a second): redrawn in a terminal, a line every 10 s elsewhere.
#   $1 what is being done   $2 beats waited so far
beat() {
  local spin="|/-\\" seconds=$(($2 / 5))
  if draws_progress; then
    printf '\r\033[K%s %s (%d s)' "${spin:$(($2 % 4)):1}" "$1" "$seconds" >&2
  elif [ "$2" -eq 0 ]; then
    say "$1 …"
  elif [ $(($2 % 50)) -eq 0 ]; then
    say "$1 … ($seconds s)"
  fi
  sleep 0.2
}

# Runs a command with its output in a log and shows that it is still at work.
#   run_shown <what is being done> <log> <limit in seconds, 0 = none> <command> …
run_shown() {
  local what=$1 log=$2 limit=$3 beats=0 status=0
  shift 3
  "$@" >>"$log" 2>&1 </dev/null 9>&- &
  WORKING=$!
  while kill -0 "$WORKING" 2>/dev/null; do
    if [ "$limit" -gt 0 ] && [ $((beats / 5)) -ge "$limit" ]; then
      kill "$WORKING" 2>/dev/null || true
    fi
    beat "$what" "$beats"
    beats=$((beats + 1))
  done
  end_progress
  wait "$WORKING" || status=$?
  WORKING=
  return "$status"
}

# Commands in the background of a script ignore Ctrl-C: it is passed on by hand.
WORKING=
interrupted() {
  end_progress
  if [ -n "$WORKING" ]; then kill "$WORKING" 2>/dev/null || true; fi
  exit 130
}
trap interrupted INT TERM

# The end of a log, indented.
tail_of() {
  say "The last lines of $1:"
  tail -n "${2:-15}" "$1" 2>/dev/null | sed 's/^/    /' >&2
}
