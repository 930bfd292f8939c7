# shellcheck shell=bash
# Prometheus and promtool for the tests of the alerts: those on the PATH, else Debian's package, unpacked below .run.
# Nothing is installed and no service starts. Without them these tests are skipped.

offer_prometheus() {
  local home=$RUN/prometheus
  if command -v promtool >/dev/null 2>&1 && command -v prometheus >/dev/null 2>&1; then return; fi
  if [ ! -x "$home/usr/bin/promtool" ]; then
    if ! command -v apt-get >/dev/null 2>&1 || ! fetch_prometheus "$home"; then
      say "There is no Prometheus here and it cannot be fetched ($RUN/prometheus.log): the tests of the alerts are skipped." \
        "To run them, put prometheus and promtool on the PATH."
      return
    fi
  fi
  export PATH=$home/usr/bin:$PATH
}

fetch_prometheus() {
  local log=$RUN/prometheus.log
  rm -rf "$1" && mkdir -p "$1"
  if ! run_shown "Fetching Prometheus for the tests of the alerts" "$log" 300 download_package "$1" prometheus; then
    may_install && run_shown "Reading Debian's package lists" "$log" 300 apt_get update &&
      run_shown "Fetching Prometheus for the tests of the alerts" "$log" 300 download_package "$1" prometheus || return 1
  fi
  dpkg-deb -x "$1"/prometheus_*.deb "$1" && rm -f "$1"/prometheus_*.deb
}

download_package() { cd "$1" && apt-get -q download "$2"; }
