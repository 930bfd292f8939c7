# shellcheck shell=bash
# The broker and the Ollama that ops/chat uses: what the user named (GIVEN_BROKER, GIVEN_OLLAMA), else what an earlier
# run chose and left in .run/services as KEY=VALUE lines. Passwords may be in there, so it is for its owner only.

# May be called again after a wait for the lock: another run may have chosen meanwhile.
# shellcheck disable=SC2034 # read by the other files
load_services() {
  KIND_OF_BROKER='' KIND_OF_OLLAMA=''
  RABBITMQ_URI=$GIVEN_BROKER OLLAMA_HOST=$GIVEN_OLLAMA
  read_dotenv "$RUN/services"
  if [ -n "$GIVEN_BROKER" ]; then KIND_OF_BROKER=given; fi
  if [ -n "$GIVEN_OLLAMA" ]; then KIND_OF_OLLAMA=given; fi
}

# For a program that sets nothing up: where no broker is named, the one that ops/chat started, if it still runs.
find_known_broker() {
  if [ -n "${RABBITMQ_URI:-}" ]; then return; fi
  GIVEN_BROKER='' GIVEN_OLLAMA=${OLLAMA_HOST:-}
  load_services
  if [ -z "$RABBITMQ_URI" ] || { [ "$KIND_OF_BROKER" = private ] && ! broker_runs; }; then
    unset RABBITMQ_URI
  else
    export RABBITMQ_URI
  fi
}

save_services() {
  (
    umask 077
    {
      if [ "$KIND_OF_BROKER" != given ]; then printf '%s\n' "KIND_OF_BROKER=$KIND_OF_BROKER" "RABBITMQ_URI=$RABBITMQ_URI"; fi
      if [ "$KIND_OF_OLLAMA" != given ]; then printf '%s\n' "KIND_OF_OLLAMA=$KIND_OF_OLLAMA" "OLLAMA_HOST=$OLLAMA_HOST"; fi
    } >"$RUN/services.new"
  )
  mv "$RUN/services.new" "$RUN/services"
}
