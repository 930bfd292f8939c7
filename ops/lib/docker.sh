# shellcheck shell=bash
# Containers, where a Docker engine answers.

docker_answers() { docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }

has_container() { docker container inspect "$1" >/dev/null 2>&1; }

# Gets an image within $2 seconds, or returns 1.
docker_image() {
  docker image inspect "$1" >/dev/null 2>&1 || run_shown "Pulling the image $1" "$RUN/docker.log" "$2" docker pull "$1"
}

# The port of this machine that leads to the container's port $2.
docker_port() { docker port "$1" "$2/tcp" 2>/dev/null | sed -n 's/.*:\([0-9]*\)$/\1/p' | head -n 1; }

# Runs a container, or starts the one that is there: docker_up <name> <docker run's arguments> …
docker_up() {
  local name=$1
  shift
  if has_container "$name"; then docker start "$name"; else docker run -d --name "$name" "$@"; fi >>"$RUN/docker.log" 2>&1
}

docker_stop() {
  docker_answers && [ "$(docker container inspect -f '{{.State.Running}}' "$1" 2>/dev/null)" = true ] || return 0
  run_shown "Stopping $2" "$RUN/docker.log" 60 docker stop "$1" || true
  say "Stopped $2."
}
