# shellcheck shell=bash
# A broker, in this order: the one the user named, one on the usual port, Docker, a private process.

BROKER_CONTAINER=chat-worker-rabbitmq-$CHECKOUT

choose_broker() {
  case $KIND_OF_BROKER in
    given) check broker "$RABBITMQ_URI" || exit 1 ;;
    private) broker_runs || { unset RABBITMQ_URI && find_broker; } ;;
    *) check broker "${RABBITMQ_URI:-}" 2>/dev/null || { unset RABBITMQ_URI && find_broker; } ;;
  esac
}

find_broker() {
  local usual=amqp://guest:guest@localhost:5672
  if port_open 5672 && check broker "$usual" 2>/dev/null; then
    KIND_OF_BROKER=usual RABBITMQ_URI=$usual
  elif docker_answers && docker_image rabbitmq:4-management 180 && broker_in_docker; then
    KIND_OF_BROKER=docker
  else
    private_broker
    KIND_OF_BROKER=private
  fi
  export RABBITMQ_URI
}

broker_in_docker() {
  local beats=0 port
  docker_up "$BROKER_CONTAINER" --hostname chat-worker -p 127.0.0.1::5672 -p 127.0.0.1::15672 rabbitmq:4-management || return 1
  port=$(docker_port "$BROKER_CONTAINER" 5672)
  RABBITMQ_URI=amqp://guest:guest@localhost:$port
  until check broker "$RABBITMQ_URI" 2>/dev/null; do
    [ "$beats" -lt 150 ] || { tail_of "$RUN/docker.log"; return 1; }
    beat "Starting RabbitMQ in Docker" "$beats"
    beats=$((beats + 1))
  done
  end_progress
}

purge_docker_broker() {
  if docker_answers && docker container inspect "$BROKER_CONTAINER" >/dev/null 2>&1; then
    docker rm -f -v "$BROKER_CONTAINER" >>"$RUN/docker.log" 2>&1
    say "Removed the container $BROKER_CONTAINER and its data."
  fi
}
