# shellcheck shell=bash
# Debian's packages, where this user may install them.

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_install() {
  command -v apt-get >/dev/null 2>&1 || return 1
  [ "$(id -u)" -eq 0 ] || sudo -n true 2>/dev/null
}

# Installs rabbitmq-server without letting the package start its system service: what runs here is a private broker.
install_rabbitmq() {
  local log=$RUN/apt.log policy=/usr/sbin/policy-rc.d placed=0
  say "No broker is to be had: installing Debian's package rabbitmq-server (its system service stays off)."
  : >"$log"
  run_shown "Reading Debian's package lists" "$log" 300 apt_get update ||
    { tail_of "$log"; die "apt-get update failed." "Set RABBITMQ_URI to a broker, or install rabbitmq-server by hand."; }
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
    as_root chmod 755 "$policy"
    placed=1
  fi
  local status=0
  run_shown "Installing rabbitmq-server" "$log" 600 apt_get install -y --no-install-recommends rabbitmq-server || status=$?
  if [ "$placed" -eq 1 ]; then as_root rm -f "$policy"; fi
  [ "$status" -eq 0 ] ||
    { tail_of "$log"; die "rabbitmq-server could not be installed." "Set RABBITMQ_URI to a broker, or install it by hand."; }
}

apt_get() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=180 "$@"; }
