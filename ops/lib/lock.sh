# shellcheck shell=bash
# One lock for building and starting, so that two scripts at once do not disturb each other. File descriptor 9 holds it
# and the system releases it with the process; processes that stay behind are started with 9>&-.

take_lock() {
  exec 9>"$RUN/lock"
  wait_until "Waiting for another script that builds or starts things" 0 try_lock
}

# macOS has no flock command, but it has Perl.
try_lock() {
  if command -v flock >/dev/null 2>&1; then
    flock -n 9
  else
    perl -e 'open(my $lock, ">&=", 9) or die; exit !flock($lock, 2 | 4)'
  fi
}

release_lock() { exec 9>&-; }
