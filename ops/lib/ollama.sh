# shellcheck shell=bash
# An Ollama, in this order: the one the user named, one on the usual port, Docker, a local binary, the stand-in.

OLLAMA_CONTAINER=chat-worker-ollama-$CHECKOUT

choose_ollama() {
  if [ "$KIND_OF_OLLAMA" = given ]; then
    check ollama "$OLLAMA_HOST" >/dev/null || exit 1
  else
    ollama_still_there || find_ollama
  fi
}

# What an earlier run found; a stand-in only until a real one appears.
ollama_still_there() {
  case $KIND_OF_OLLAMA in
    stand-in) ! usual_ollama >/dev/null && runs stand-in && ollama_answers ;;
    serve) runs ollama && ollama_answers ;;
    usual | docker) ollama_answers ;;
    *) return 1 ;;
  esac
}

ollama_answers() { http_ok "${OLLAMA_HOST##*:}" /api/version; }

# What /api/version on the usual port answers, if Ollama listens there.
usual_ollama() { port_open 11434 && http_get 11434 /api/version | grep '"version"'; }

# What a person should know of the answers; nothing where a model makes them. A stand-in elsewhere says it in its answers.
stand_in_note() {
  local note port=${OLLAMA_HOST##*:}
  if [ "$KIND_OF_OLLAMA" = stand-in ]; then
    note="No Ollama was found, so a stand-in plays recorded answers; no model runs. Set OLLAMA_HOST to use yours."
  elif [[ $OLLAMA_HOST == *localhost* || $OLLAMA_HOST == *127.0.0.1* ]] && [[ $(http_get "${port%/}" /api/version) == *stand_in* ]]; then
    note="The stand-in for Ollama answers at $OLLAMA_HOST: it plays recorded answers; no model runs."
  fi
  printf '%s' "${note:-}"
}

find_ollama() {
  export OLLAMA_HOST
  if usual_ollama >/dev/null; then
    KIND_OF_OLLAMA=usual OLLAMA_HOST=127.0.0.1:11434
  elif docker_answers && docker_image ollama/ollama 240 && ollama_in_docker; then
    KIND_OF_OLLAMA=docker
  elif command -v ollama >/dev/null 2>&1 && ollama_serve; then
    KIND_OF_OLLAMA=serve
  else
    stand_in
    KIND_OF_OLLAMA=stand-in
  fi
}

ollama_in_docker() {
  docker_up "$OLLAMA_CONTAINER" -e OLLAMA_NUM_PARALLEL -v chat-worker-ollama:/root/.ollama -p 127.0.0.1::11434 \
    ollama/ollama || return 1
  OLLAMA_HOST=127.0.0.1:$(docker_port "$OLLAMA_CONTAINER" 11434)
  wait_until "Starting Ollama in Docker" 60 ollama_answers || return 1
  get_model docker exec "$OLLAMA_CONTAINER" ollama
}

ollama_serve() {
  stop_process ollama "ollama serve" 15
  OLLAMA_HOST=127.0.0.1:$(free_port)
  start_apart ollama "$RUN/ollama.log" ollama serve
  if ! wait_until "Starting ollama serve" 60 settled ollama ollama_answers || gone ollama; then
    tail_of "$RUN/ollama.log"
    stop_process ollama "ollama serve" 10
    return 1
  fi
  get_model ollama
}

# An Ollama that we started has no model yet. Without one it still answers, and the answer says what to do.
get_model() {
  local model=${OLLAMA_MODEL:-qwen2.5:3b-instruct}
  "$@" show "$model" >/dev/null 2>&1 || run_shown "Pulling the model $model" "$RUN/pull.log" 1200 "$@" pull "$model" ||
    say "The model $model could not be pulled. Try it by hand: $* pull $model"
}

# Plays faster than it was recorded: an answer should be seen to grow, not waited for.
stand_in() {
  local port_file=$RUN/stand-in.port
  if ! runs stand-in || [ "$(cat "$RUN/stand-in.app" 2>/dev/null)" != "$(stand_in_app)" ]; then
    stop_process stand-in "the stand-in for Ollama" 5
    rm -f "$port_file"
    stand_in_app >"$RUN/stand-in.app"
    start_apart stand-in "$RUN/stand-in.log" \
      "$JAVA_HOME/bin/java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx64m -jar "$(stand_in_app)" \
      --pace 3 --port 0 --port-file "$port_file"
    if ! wait_until "Starting the stand-in for Ollama" 30 settled stand-in test -s "$port_file" || gone stand-in; then
      die_with_log "$RUN/stand-in.log" "The stand-in for Ollama did not start." \
        "Set OLLAMA_HOST to an Ollama, or look at $RUN/stand-in.log"
    fi
  fi
  OLLAMA_HOST=127.0.0.1:$(cat "$port_file")
}
