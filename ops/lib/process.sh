# shellcheck shell=bash
# Processes that outlive the script. Each has a name; .run/<name>.pid holds its id and its start time, so that an id
# that meanwhile belongs to another process is never signalled.

# When the process $1 started; nothing when there is none, or only its remains.
started_at() {
  local stat
  if [ -d /proc/self ]; then
    { stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 1
    # The name in parentheses may hold spaces: count the fields behind it.
    # shellcheck disable=SC2086
    set -- ${stat##*) }
    [ "$1" != Z ] && printf '%s' "${20}"
  else
    stat=$(ps -o lstart= -p "$1" 2>/dev/null) && printf '%s' "$stat"
  fi
}

# The id of the process called $1, if it still runs.
pid_of() {
  local pid start
  { read -r pid start <"$RUN/$1.pid"; } 2>/dev/null || return 1
  [ "$(started_at "$pid")" = "$start" ] && printf '%s' "$pid"
}

runs() { pid_of "$1" >/dev/null; }
gone() { ! runs "$1"; }

# Whether a command succeeds or the process called $1 has ended: settled <name> <command> …
settled() {
  local name=$1
  shift
  "$@" || gone "$name"
}

# Starts a command that stays, apart from this terminal.
#   start_apart <name> <log> <command> …
start_apart() {
  local name=$1 log=$2 apart=nohup start
  shift 2
  if command -v setsid >/dev/null 2>&1; then apart="setsid nohup"; fi
  $apart "$@" >"$log" 2>&1 </dev/null 9>&- &
  start=$(started_at $!) || die_with_log "$log" "${1##*/} ended at once."
  printf '%s %s\n' $! "$start" >"$RUN/$name.pid"
}

# Asks the process called $1 to end and waits; after $3 seconds ends it by force. Says so with the words $2.
stop_process() {
  local pid
  if pid=$(pid_of "$1"); then
    kill "$pid" 2>/dev/null || true
    if ! wait_until "Stopping $2" "$3" gone "$1"; then
      say "$2 did not end within $3 s: killing it."
      kill -KILL "$pid" 2>/dev/null || true
      wait_until "Stopping $2" 10 gone "$1" || die "$2 (process $pid) cannot be killed."
    fi
    say "Stopped $2."
  fi
  rm -f "$RUN/$1.pid"
}
