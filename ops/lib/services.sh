# shellcheck shell=bash
# What an earlier run chose: .run/services holds KEY=VALUE lines for what the user has not set. Passwords may be in
# there, so it is for its owner only.

# What the user named, before anything is chosen; called once.
remember_given() {
  GIVEN_BROKER=${RABBITMQ_URI:-} GIVEN_OLLAMA=${OLLAMA_HOST:-}
}

# The services as they were chosen last, under what the user named. May be called again: another run may have chosen.
# shellcheck disable=SC2034 # read by the other files
load_services() {
  unset KIND_OF_BROKER KIND_OF_OLLAMA STAND_IN_NOTE
  if [ -z "$GIVEN_BROKER" ]; then unset RABBITMQ_URI; fi
  if [ -z "$GIVEN_OLLAMA" ]; then unset OLLAMA_HOST; fi
  read_dotenv "$RUN/services"
  KIND_OF_BROKER=${KIND_OF_BROKER:-} KIND_OF_OLLAMA=${KIND_OF_OLLAMA:-} STAND_IN_NOTE=${STAND_IN_NOTE:-}
  # A service that is given now was not chosen, and one that was given then is not there for the choosing.
  if [ -n "$GIVEN_BROKER" ]; then KIND_OF_BROKER=given; elif [ "$KIND_OF_BROKER" = given ]; then KIND_OF_BROKER=; fi
  if [ -n "$GIVEN_OLLAMA" ]; then KIND_OF_OLLAMA=given; elif [ "$KIND_OF_OLLAMA" = given ]; then KIND_OF_OLLAMA=; fi
}

save_services() {
  (
    umask 077
    {
      echo "KIND_OF_BROKER=$KIND_OF_BROKER"
      [ "$KIND_OF_BROKER" = given ] || echo "RABBITMQ_URI=$RABBITMQ_URI"
      echo "KIND_OF_OLLAMA=$KIND_OF_OLLAMA"
      echo "STAND_IN_NOTE=\"$STAND_IN_NOTE\""
      [ "$KIND_OF_OLLAMA" = given ] || echo "OLLAMA_HOST=$OLLAMA_HOST"
    } >"$RUN/services.new"
  )
  mv "$RUN/services.new" "$RUN/services"
}

# What the command line finds out before anything is started: check broker|ollama|worker …
check() {
  "$JAVA_HOME/bin/java" "${CLI_JVM[@]}" -jar "$(cli_app)" check "$@"
}
