# shellcheck shell=bash
# shellcheck disable=SC2034 # broker.sh exports RABBITMQ_URI
# A RabbitMQ of our own: a process on free ports of 127.0.0.1, with its own data, cookie and epmd.

# RabbitMQ's scripts break on spaces, so the data are not below the checkout, whose path may have some.
broker_home() {
  local state=${XDG_STATE_HOME:-${HOME:-/nowhere}/.local/state}
  case $state in
    /nowhere/* | *[[:space:]]*) state= ;;
  esac
  if [ -n "$state" ] && mkdir -p "$state/chat-worker" 2>/dev/null; then
    printf '%s' "$state/chat-worker/broker-$CHECKOUT"
    return
  fi
  state=${TMPDIR:-/tmp}
  case $state in *[[:space:]]*) state=/tmp ;; esac
  printf '%s' "${state%/}/chat-worker-$(id -u)-$CHECKOUT"
}

# The folder is the user's own and nobody else's: in a shared place somebody may have been there first.
make_broker_home() {
  mkdir -m 700 "$1" 2>/dev/null || true
  if [ -L "$1" ] || [ ! -d "$1" ] || [ ! -O "$1" ]; then
    die "The broker's data folder $1 is not a folder of yours." "Remove it, or set RABBITMQ_URI to a broker."
  fi
  chmod 700 "$1"
}

# Debian's command in /usr/sbin changes the user and the folder: the script behind it does neither.
rabbitmq_command() {
  local command
  for command in /usr/lib/rabbitmq/bin/rabbitmq-server "$(command -v rabbitmq-server || true)"; do
    if [ -n "$command" ] && [ -x "$command" ]; then
      printf '%s' "$command"
      return
    fi
  done
  return 1
}

broker_runs() { runs broker && port_open "$(cat "$RUN/broker.port" 2>/dev/null || echo 0)"; }

private_broker() {
  local home port dist_port epmd_port command
  if broker_runs; then
    RABBITMQ_URI=amqp://guest:guest@localhost:$(cat "$RUN/broker.port")
    return
  fi
  if ! rabbitmq_command >/dev/null; then
    may_install ||
      die "No broker answers on localhost:5672, no Docker engine answers, and rabbitmq-server is not installed." \
        "Set RABBITMQ_URI to a broker, start Docker, or install RabbitMQ (Debian: apt-get install rabbitmq-server; macOS: brew install rabbitmq)."
    install_rabbitmq
  fi
  command=$(rabbitmq_command)
  home=$(broker_home)
  make_broker_home "$home"
  stop_private_broker >/dev/null 2>&1
  port=$(free_port) dist_port=$(free_port) epmd_port=$(free_port)
  write_broker_config "$home" "$port"
  printf '%s\n' "$home" >"$RUN/broker.home"
  printf '%s\n' "$port" >"$RUN/broker.port"
  # An epmd of its own can be ended with the broker; the one that Erlang starts by itself stays for ever.
  if command -v epmd >/dev/null 2>&1; then
    start_apart epmd "$home/epmd.out" epmd -address 127.0.0.1 -port "$epmd_port"
  fi
  start_apart broker "$home/broker.out" env HOME="$home" \
    RABBITMQ_NODENAME="chat-$CHECKOUT@localhost" RABBITMQ_DIST_PORT="$dist_port" \
    ERL_EPMD_PORT="$epmd_port" ERL_EPMD_ADDRESS=127.0.0.1 \
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='-kernel inet_dist_use_interface {127,0,0,1}' \
    RABBITMQ_CONF_ENV_FILE="$home/empty" RABBITMQ_CONFIG_FILE="$home/rabbitmq.conf" \
    RABBITMQ_ADVANCED_CONFIG_FILE="$home/none" RABBITMQ_ENABLED_PLUGINS_FILE="$home/plugins" \
    RABBITMQ_MNESIA_BASE="$home/data" RABBITMQ_LOG_BASE="$home/log" RABBITMQ_PID_FILE="$home/beam.pid" \
    RABBITMQ_SCHEMA_DIR="$home/schema" RABBITMQ_GENERATED_CONFIG_DIR="$home/config" \
    RABBITMQ_PLUGINS_EXPAND_DIR="$home/expand" "$command"
  await_private_broker "$home" "$port"
  RABBITMQ_URI=amqp://guest:guest@localhost:$port
}

write_broker_config() {
  cat >"$1/rabbitmq.conf" <<CONF
listeners.tcp.default = 127.0.0.1:$2
log.console = false
log.file = rabbit.log
CONF
  echo '[].' >"$1/plugins"
  : >"$1/empty"
  : >"$1/ours"
}

await_private_broker() {
  local beats=0
  until port_open "$2"; do
    if ! runs broker || [ "$beats" -gt 600 ]; then
      end_progress
      tail_of "$1/broker.out"
      if [ -f "$1/log/rabbit.log" ]; then tail_of "$1/log/rabbit.log"; fi
      stop_private_broker >/dev/null 2>&1
      die "The private RabbitMQ did not start." \
        "Look at the lines above; 'ops/down --purge' empties its data, and RABBITMQ_URI names another broker."
    fi
    beat "Starting a private RabbitMQ on port $2" "$beats"
    beats=$((beats + 1))
  done
  end_progress
}

stop_private_broker() {
  stop_process broker "the private RabbitMQ" 40
  stop_process epmd "its epmd" 5
}

# Only a folder that we made.
purge_private_broker() {
  local home
  home=$(cat "$RUN/broker.home" 2>/dev/null) || home=$(broker_home)
  if [ -f "$home/ours" ] && [ -O "$home" ]; then
    rm -rf "$home"
    say "Removed the broker's data in $home."
  fi
  rm -f "$RUN/broker.home"
}
