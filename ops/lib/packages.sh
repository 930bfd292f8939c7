# shellcheck shell=bash
# Debian's packages, where this user may install them.

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_install() { command -v apt-get >/dev/null 2>&1 && as_root true 2>/dev/null; }

apt_get() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=180 "$@"; }

# Runs a command that gets a package; where it fails, once more with fresh lists of packages:
#   get_package <what is being done> <log> <command> …
get_package() {
  local what=$1 log=$2
  shift 2
  run_shown "$what" "$log" 600 "$@" ||
    { may_install && run_shown "Reading Debian's package lists" "$log" 300 apt_get update && run_shown "$what" "$log" 600 "$@"; }
}

# Installs rabbitmq-server without letting the package start its system service: what runs here is a private broker.
install_rabbitmq() {
  local log=$RUN/apt.log policy=/usr/sbin/policy-rc.d placed=false status=0
  say "There is no broker here: installing Debian's package rabbitmq-server (its system service stays off)."
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
    as_root chmod 755 "$policy"
    placed=true
  fi
  get_package "Installing rabbitmq-server" "$log" apt_get install -y --no-install-recommends rabbitmq-server || status=$?
  if [ "$placed" = true ]; then as_root rm -f "$policy"; fi
  [ "$status" -eq 0 ] ||
    die_with_log "$log" "rabbitmq-server could not be installed." "Set RABBITMQ_URI to a broker, or install rabbitmq-server by hand."
}

# Chromium with its driver for the test of the page in a browser. Without them that test is skipped.
offer_chromium() {
  local log=$RUN/chromium.log
  if command -v chromium >/dev/null && command -v chromedriver >/dev/null; then return; fi
  if ! may_install || ! get_package "Installing Chromium for the test of the web page" "$log" \
    apt_get install -y --no-install-recommends chromium chromium-driver; then
    say "There is no Chromium here and it cannot be installed ($log): the test of the web page is skipped." \
      "To run it, put chromium and chromedriver on the PATH."
  fi
}

# Prometheus and promtool for the tests of the alerts: those on the PATH, else Debian's package, unpacked below .run.
# Nothing is installed and no service starts. Without them these tests are skipped.
offer_prometheus() {
  local home=$RUN/prometheus log=$RUN/prometheus.log
  if command -v promtool >/dev/null 2>&1 && command -v prometheus >/dev/null 2>&1; then return; fi
  if [ ! -x "$home/usr/bin/promtool" ] && ! get_package "Fetching Prometheus for the tests of the alerts" "$log" unpack prometheus "$home"; then
    say "There is no Prometheus here and it cannot be fetched ($log): the tests of the alerts are skipped." \
      "To run them, put prometheus and promtool on the PATH."
    return
  fi
  export PATH=$home/usr/bin:$PATH
}

# unpack <package> <folder>
unpack() {
  rm -rf "$2" && mkdir -p "$2" && (cd "$2" && apt-get -q download "$1" && dpkg-deb -x ./*.deb . && rm -f ./*.deb)
}
