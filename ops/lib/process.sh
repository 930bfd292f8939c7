# shellcheck shell=bash
# Processes that outlive the script. Each is known by a name; .run/<name>.pid holds its id and its start time, so
# that an id which meanwhile belongs to another process is never signalled.

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

# remember <name> <pid>
remember() {
  local start
  start=$(started_at "$2") || return 1
  printf '%s %s\n' "$2" "$start" >"$RUN/$1.pid.new"
  mv "$RUN/$1.pid.new" "$RUN/$1.pid"
}

# The id of the process called $1, if it still runs.
pid_of() {
  local pid start
  { read -r pid start <"$RUN/$1.pid"; } 2>/dev/null || return 1
  [ "$(started_at "$pid")" = "$start" ] && printf '%s' "$pid"
}

runs() { pid_of "$1" >/dev/null; }

# Starts a command that stays, apart from this terminal.
#   start_apart <name> <log> <command> …
start_apart() {
  local name=$1 log=$2
  shift 2
  if command -v setsid >/dev/null 2>&1; then
    setsid nohup "$@" >"$log" 2>&1 </dev/null 9>&- &
  else
    nohup "$@" >"$log" 2>&1 </dev/null 9>&- &
  fi
  remember "$name" $! || die "${1##*/} ended at once." "$(tail -n 5 "$log" 2>/dev/null)"
}

# Ends the process called $1 and waits for it: asks, and after $3 seconds forces. Says so with the words $2.
stop_process() {
  local pid beats=0
  if pid=$(pid_of "$1"); then
    kill "$pid" 2>/dev/null || true
    while runs "$1"; do
      if [ "$beats" -eq $(($3 * 5)) ]; then
        kill -KILL "$pid" 2>/dev/null || true
        say "$2 did not end within $3 s and was killed."
      fi
      if [ "$beats" -ge 5 ]; then beat "Stopping $2" $((beats - 5)); else sleep 0.2; fi
      beats=$((beats + 1))
    done
    end_progress
    say "Stopped $2."
  fi
  rm -f "$RUN/$1.pid"
}
