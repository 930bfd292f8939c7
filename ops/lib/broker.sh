# shellcheck shell=bash
# A broker, in this order: the one the user named, one on the usual port, Docker, a private process.

BROKER_CONTAINER=chat-worker-rabbitmq-$CHECKOUT

broker_answers() { check broker "$1" 2>/dev/null; }

choose_broker() {
  case $KIND_OF_BROKER in
    given) check broker "$RABBITMQ_URI" || exit 1 ;;
    private) broker_runs || find_broker ;;
    '') find_broker ;;
    *) broker_answers "$RABBITMQ_URI" || find_broker ;;
  esac
}

find_broker() {
  local usual=amqp://guest:guest@localhost:5672
  if port_open 5672 && broker_answers "$usual"; then
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
  docker_up "$BROKER_CONTAINER" --hostname chat-worker -p 127.0.0.1::5672 -p 127.0.0.1::15672 rabbitmq:4-management || return 1
  RABBITMQ_URI=amqp://guest:guest@localhost:$(docker_port "$BROKER_CONTAINER" 5672)
  wait_until "Starting RabbitMQ in Docker" 90 broker_answers "$RABBITMQ_URI" || { tail_of "$RUN/docker.log" && return 1; }
}

purge_docker_broker() {
  if docker_answers && has_container "$BROKER_CONTAINER"; then
    docker rm -f -v "$BROKER_CONTAINER" >>"$RUN/docker.log" 2>&1
    say "Removed the container $BROKER_CONTAINER and its data."
  fi
}
