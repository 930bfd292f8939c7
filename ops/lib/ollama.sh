# shellcheck shell=bash
# shellcheck disable=SC2034 # ops/chat shows STAND_IN_NOTE
# An Ollama, in this order: the one the user named, one on the usual port, Docker, a local binary, the stand-in.

OLLAMA_CONTAINER=chat-worker-ollama-$CHECKOUT
USUAL_OLLAMA=127.0.0.1:11434

choose_ollama() {
  local answer
  case $KIND_OF_OLLAMA in
    given)
      answer=$(check ollama "$OLLAMA_HOST") || exit 1
      note_stand_in "$answer" "OLLAMA_HOST names the stand-in; this answer is a recording, not a model's"
      ;;
    *) ollama_still_there || { unset OLLAMA_HOST && find_ollama; } ;;
  esac
}

# What an earlier run found; a stand-in only until a real one appears.
ollama_still_there() {
  case $KIND_OF_OLLAMA in
    stand-in) ! usual_ollama >/dev/null && runs stand-in && port_open "${OLLAMA_HOST##*:}" ;;
    serve) runs ollama && port_open "${OLLAMA_HOST##*:}" ;;
    usual | docker) http_ok "${OLLAMA_HOST##*:}" /api/version ;;
    *) return 1 ;;
  esac
}

# The version that the usual port tells, if it is Ollama who answers there.
usual_ollama() { port_open 11434 && http_get 11434 /api/version | grep '"version"'; }

note_stand_in() {
  case ${1// /} in
    *'"stand_in":true'*) STAND_IN_NOTE="note: $2" ;;
    *) STAND_IN_NOTE= ;;
  esac
}

find_ollama() {
  local answer
  STAND_IN_NOTE=
  if answer=$(usual_ollama); then
    KIND_OF_OLLAMA=usual OLLAMA_HOST=$USUAL_OLLAMA
    note_stand_in "$answer" "the stand-in answers on port 11434; this answer is a recording, not a model's"
  elif docker_answers && docker_image ollama/ollama 240 && ollama_in_docker; then
    KIND_OF_OLLAMA=docker
  elif command -v ollama >/dev/null 2>&1 && ollama_serve; then
    KIND_OF_OLLAMA=serve
  else
    stand_in
    KIND_OF_OLLAMA=stand-in
    STAND_IN_NOTE='note: no Ollama was found; this answer is a recording played by the stand-in (set OLLAMA_HOST to use yours)'
  fi
  export OLLAMA_HOST
}

ollama_in_docker() {
  docker_up "$OLLAMA_CONTAINER" -v chat-worker-ollama:/root/.ollama -p 127.0.0.1::11434 ollama/ollama || return 1
  OLLAMA_HOST=127.0.0.1:$(docker_port "$OLLAMA_CONTAINER" 11434)
  await_ollama "Ollama in Docker" || return 1
  get_model docker exec "$OLLAMA_CONTAINER" ollama
}

ollama_serve() {
  stop_process ollama "ollama serve" 15
  OLLAMA_HOST=127.0.0.1:$(free_port)
  export OLLAMA_HOST
  start_apart ollama "$RUN/ollama.log" ollama serve
  await_ollama "ollama serve" || { tail_of "$RUN/ollama.log"; stop_process ollama "ollama serve" 10; return 1; }
  get_model ollama
}

await_ollama() {
  local beats=0
  until http_ok "${OLLAMA_HOST##*:}" /api/version; do
    [ "$beats" -lt 300 ] || return 1
    beat "Starting $1" "$beats"
    beats=$((beats + 1))
  done
  end_progress
}

# An Ollama that we started has no model yet. Without one it still answers, and the answer says what to do.
get_model() {
  local model=${OLLAMA_MODEL:-qwen2.5:3b-instruct}
  "$@" show "$model" >/dev/null 2>&1 && return
  : >"$RUN/pull.log"
  run_shown "Pulling the model $model" "$RUN/pull.log" 1200 "$@" pull "$model" ||
    say "The model $model could not be pulled. Try it by hand: $* pull $model"
}

# Twice as fast as recorded: an answer is to be seen growing, not waited for.
stand_in() {
  local beats=0 port=
  if runs stand-in && [ "$(cat "$RUN/stand-in.app" 2>/dev/null)" = "$(stand_in_app)" ]; then
    OLLAMA_HOST=127.0.0.1:$(cat "$RUN/stand-in.port")
    return
  fi
  stop_process stand-in "the stand-in for Ollama" 5
  rm -f "$RUN/stand-in.port"
  stand_in_app >"$RUN/stand-in.app"
  start_apart stand-in "$RUN/stand-in.log" \
    "$JAVA_HOME/bin/java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx64m -jar "$(stand_in_app)" \
    --pace 3 --port 0 --port-file "$RUN/stand-in.port"
  until port=$(cat "$RUN/stand-in.port" 2>/dev/null) && [ -n "$port" ]; do
    if ! runs stand-in || [ "$beats" -gt 150 ]; then
      end_progress
      tail_of "$RUN/stand-in.log"
      die "The stand-in for Ollama did not start." "Set OLLAMA_HOST to an Ollama, or look at $RUN/stand-in.log"
    fi
    beat "Starting the stand-in for Ollama" "$beats"
    beats=$((beats + 1))
  done
  end_progress
  OLLAMA_HOST=127.0.0.1:$port
}
