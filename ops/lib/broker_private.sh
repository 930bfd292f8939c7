# shellcheck shell=bash
# shellcheck disable=SC2034 # broker.sh exports RABBITMQ_URI
# A RabbitMQ of our own: a process on free ports of 127.0.0.1, with its own data, cookie and epmd.

# RabbitMQ's scripts break on spaces, so the data are not below the checkout, whose path may have some.
broker_home() {
  local state=${XDG_STATE_HOME:-${HOME:+$HOME/.local/state}} shared=${TMPDIR:-/tmp}
  if [ -n "$state" ] && [[ $state != *[[:space:]]* ]] && mkdir -p "$state/chat-worker" 2>/dev/null; then
    printf '%s' "$state/chat-worker/broker-$CHECKOUT"
  else
    [[ $shared != *[[:space:]]* ]] || shared=/tmp
    printf '%s' "${shared%/}/chat-worker-$(id -u)-$CHECKOUT"
  fi
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
  if [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ]; then
    printf '%s' /usr/lib/rabbitmq/bin/rabbitmq-server
  else
    command -v rabbitmq-server
  fi
}

broker_port() { cat "$RUN/broker.port" 2>/dev/null || echo 0; }
broker_runs() { runs broker && port_open "$(broker_port)"; }

private_broker() {
  if ! broker_runs; then
    if ! rabbitmq_command >/dev/null; then
      may_install ||
        die "No broker answers on localhost:5672, no Docker engine answers, and rabbitmq-server is not installed." \
          "Set RABBITMQ_URI to a broker, start Docker, or install RabbitMQ (Debian: apt-get install rabbitmq-server; macOS: brew install rabbitmq)."
      install_rabbitmq
    fi
    stop_private_broker >/dev/null 2>&1
    start_private_broker "$(broker_home)"
  fi
  RABBITMQ_URI=amqp://guest:guest@localhost:$(broker_port)
}

start_private_broker() {
  local home=$1 port epmd_port command node
  port=$(free_port) epmd_port=$(free_port)
  make_broker_home "$home"
  printf '%s\n' "listeners.tcp.default = 127.0.0.1:$port" "log.console = false" "log.file = rabbit.log" >"$home/rabbitmq.conf"
  echo '[].' >"$home/plugins"
  touch "$home/empty" "$home/ours"
  printf '%s\n' "$home" >"$RUN/broker.home"
  printf '%s\n' "$port" >"$RUN/broker.port"
  # An epmd of its own can be ended with the broker; the one that Erlang starts by itself stays for ever.
  if command -v epmd >/dev/null 2>&1; then
    start_apart epmd "$home/epmd.out" epmd -address 127.0.0.1 -port "$epmd_port"
  fi
  node=(
    HOME="$home" RABBITMQ_NODENAME="chat-$CHECKOUT@localhost" RABBITMQ_DIST_PORT="$(free_port)"
    ERL_EPMD_PORT="$epmd_port" ERL_EPMD_ADDRESS=127.0.0.1
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='-kernel inet_dist_use_interface {127,0,0,1}'
    RABBITMQ_CONF_ENV_FILE="$home/empty" RABBITMQ_CONFIG_FILE="$home/rabbitmq.conf"
    RABBITMQ_ADVANCED_CONFIG_FILE="$home/none" RABBITMQ_ENABLED_PLUGINS_FILE="$home/plugins"
    RABBITMQ_MNESIA_BASE="$home/data" RABBITMQ_LOG_BASE="$home/log" RABBITMQ_PID_FILE="$home/beam.pid"
    RABBITMQ_SCHEMA_DIR="$home/schema" RABBITMQ_GENERATED_CONFIG_DIR="$home/config"
    RABBITMQ_PLUGINS_EXPAND_DIR="$home/expand"
  )
  for command in rabbitmqctl rabbitmq-diagnostics; do
    printf '#!/bin/sh\nexec env%s "%s" "$@"\n' "$(printf " '%s'" "${node[@]}")" \
      "$(dirname "$(rabbitmq_command)")/$command" >"$RUN/$command"
    chmod 700 "$RUN/$command"
  done
  start_apart broker "$home/broker.out" env "${node[@]}" "$(rabbitmq_command)"
  if wait_until "Starting a private RabbitMQ on port $port" 120 settled broker port_open "$port" && runs broker; then
    return
  fi
  tail_of "$home/broker.out"
  if [ -f "$home/log/rabbit.log" ]; then tail_of "$home/log/rabbit.log"; fi
  stop_private_broker >/dev/null 2>&1
  die "The private RabbitMQ did not start." \
    "Look at the lines above; 'ops/down --purge' empties its data, and RABBITMQ_URI names another broker."
}

stop_private_broker() {
  stop_process broker "the private RabbitMQ" 40
  stop_process epmd "its epmd" 5
  rm -f "$RUN/rabbitmqctl" "$RUN/rabbitmq-diagnostics"
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
