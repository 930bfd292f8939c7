# shellcheck shell=bash
# Ports and HTTP on this machine, with nothing but bash.

port_open() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# A port on which nothing listens now.
free_port() {
  local port
  while :; do
    port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
    port_open "$port" || break
  done
  printf '%s' "$port"
}

# The answer to GET $2 from port $1 of this machine: status line, headers and body.
http_get() {
  (
    exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
    printf 'GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n' "$2" >&3
    while IFS= read -r -t 5 line <&3 || [ -n "$line" ]; do printf '%s\n' "${line%$'\r'}"; done
  ) 2>/dev/null
}

http_ok() { [[ $(http_get "$1" "$2") == HTTP/1.?" 200"* ]]; }
