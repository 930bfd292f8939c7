# shellcheck shell=bash
# Containers, where a Docker engine answers.

docker_answers() {
  command -v docker >/dev/null 2>&1 || return 1
  docker version --format '{{.Server.Version}}' >/dev/null 2>&1
}

# Gets an image within $2 seconds, or returns 1.
docker_image() {
  docker image inspect "$1" >/dev/null 2>&1 && return
  : >"$RUN/docker.log"
  run_shown "Pulling the image $1" "$RUN/docker.log" "$2" docker pull "$1"
}

# The port of this machine that leads to the container's port $2.
docker_port() { docker port "$1" "$2/tcp" 2>/dev/null | sed -n 's/.*:\([0-9]*\)$/\1/p' | head -n 1; }

# Runs a container, or starts the one that is there: docker_up <name> <docker run's arguments> …
docker_up() {
  local name=$1
  shift
  if docker container inspect "$name" >/dev/null 2>&1; then
    docker start "$name" >>"$RUN/docker.log" 2>&1
  else
    docker run -d --name "$name" "$@" >>"$RUN/docker.log" 2>&1
  fi
}

docker_stop() {
  docker_answers && docker container inspect "$1" >/dev/null 2>&1 || return 0
  if [ "$(docker container inspect -f '{{.State.Running}}' "$1" 2>/dev/null)" = true ]; then
    run_shown "Stopping $2" "$RUN/docker.log" 60 docker stop "$1" || true
    say "Stopped $2."
  fi
}
