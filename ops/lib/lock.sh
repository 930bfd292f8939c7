# shellcheck shell=bash
# One lock for building and starting, so that two runs at once do not disturb each other.
# File descriptor 9 holds it; processes that stay behind are started with 9>&-.

take_lock() {
  mkdir -p "$RUN"
  if command -v flock >/dev/null 2>&1; then
    exec 9>"$RUN/lock"
    flock -n 9 && return
    wait_for_lock flock -n 9
  else
    wait_for_lock mkdir_lock
    trap 'rm -rf "$RUN/lock.d"' EXIT
  fi
}

wait_for_lock() {
  local beats=0
  until "$@"; do
    beat "Waiting for another run that builds or starts things" "$beats"
    beats=$((beats + 1))
  done
  [ "$beats" -eq 0 ] || end_progress
}

# A lock whose holder is gone is taken over.
mkdir_lock() {
  local holder
  if mkdir "$RUN/lock.d" 2>/dev/null; then
    echo $$ >"$RUN/lock.d/pid"
    return 0
  fi
  holder=$(cat "$RUN/lock.d/pid" 2>/dev/null) || return 1
  if ! kill -0 "$holder" 2>/dev/null; then rm -rf "$RUN/lock.d"; fi
  return 1
}

release_lock() {
  if command -v flock >/dev/null 2>&1; then
    exec 9>&-
  else
    rm -rf "$RUN/lock.d"
    trap - EXIT
  fi
}
