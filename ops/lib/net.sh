# shellcheck shell=bash
# Ports and HTTP on this machine, with nothing but bash.

port_open() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# A port that nobody listens on now.
free_port() {
  local port
  while :; do
    port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
    port_open "$port" || break
  done
  printf '%s' "$port"
}

# The answer to GET $2 from port $1 of this machine: its status, then its body.
http_get() {
  (
    exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
    printf 'GET %s HTTP/1.0\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$2" >&3
    IFS=' ' read -r -t 5 _ status _ <&3 || exit 1
    printf '%s\n' "${status%$'\r'}"
    while IFS= read -r -t 5 line <&3 && [ "${line%$'\r'}" != '' ]; do :; done
    while IFS= read -r -t 5 line <&3 || [ -n "$line" ]; do printf '%s\n' "$line"; done
  ) 2>/dev/null
}

http_ok() { [ "$(http_get "$1" "$2" | head -n 1)" = 200 ]; }
