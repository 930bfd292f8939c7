# shellcheck shell=bash
# Chromium with its driver for the test of the page in a browser. Without them that test is skipped.

offer_chromium() {
  local log=$RUN/chromium.log
  if command -v chromium >/dev/null && command -v chromedriver >/dev/null; then return; fi
  if ! may_install || ! { run_shown "Installing Chromium for the test of the web page" "$log" 300 install_chromium ||
    { run_shown "Reading Debian's package lists" "$log" 300 apt_get update &&
      run_shown "Installing Chromium for the test of the web page" "$log" 300 install_chromium; }; }; then
    say "There is no Chromium here and it cannot be installed ($log): the test of the web page is skipped." \
      "To run it, put chromium and chromedriver on the PATH."
  fi
}

install_chromium() { apt_get install -y --no-install-recommends chromium chromium-driver; }
