# shellcheck shell=bash
# Debian's packages, where this user may install them.

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_install() { command -v apt-get >/dev/null 2>&1 && as_root true 2>/dev/null; }

apt_get() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=180 "$@"; }

# Installs rabbitmq-server without letting the package start its system service: what runs here is a private broker.
install_rabbitmq() {
  local log=$RUN/apt.log policy=/usr/sbin/policy-rc.d placed=false status=0
  local next="Set RABBITMQ_URI to a broker, or install rabbitmq-server by hand."
  say "There is no broker here: installing Debian's package rabbitmq-server (its system service stays off)."
  run_shown "Reading Debian's package lists" "$log" 300 apt_get update || die_with_log "$log" "apt-get update failed." "$next"
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
    as_root chmod 755 "$policy"
    placed=true
  fi
  run_shown "Installing rabbitmq-server" "$log" 600 apt_get install -y --no-install-recommends rabbitmq-server || status=$?
  if [ "$placed" = true ]; then as_root rm -f "$policy"; fi
  [ "$status" -eq 0 ] || die_with_log "$log" "rabbitmq-server could not be installed." "$next"
}
