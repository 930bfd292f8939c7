# shellcheck shell=bash
# What an earlier run chose: .run/services holds KEY=VALUE lines for what the user has not set. Passwords may be in
# there, so it is for its owner only.

# shellcheck disable=SC2034 # read by the other files
load_services() {
  BROKER_KIND='' OLLAMA_KIND='' STAND_IN_NOTE=''
  local had_broker=${RABBITMQ_URI:-} had_ollama=${OLLAMA_HOST:-}
  read_dotenv "$RUN/services"
  if [ -n "$had_broker" ]; then BROKER_KIND=given; elif [ "$BROKER_KIND" = given ]; then BROKER_KIND=; fi
  if [ -n "$had_ollama" ]; then OLLAMA_KIND=given; elif [ "$OLLAMA_KIND" = given ]; then OLLAMA_KIND=; fi
}

save_services() {
  (
    umask 077
    {
      echo "BROKER_KIND=$BROKER_KIND"
      [ "$BROKER_KIND" = given ] || echo "RABBITMQ_URI=$RABBITMQ_URI"
      echo "OLLAMA_KIND=$OLLAMA_KIND"
      echo "STAND_IN_NOTE=\"$STAND_IN_NOTE\""
      [ "$OLLAMA_KIND" = given ] || echo "OLLAMA_HOST=$OLLAMA_HOST"
    } >"$RUN/services.new"
  )
  mv "$RUN/services.new" "$RUN/services"
}

# What the command line finds out before anything is started: check broker|ollama|worker …
check() {
  "$JAVA_HOME/bin/java" "${CLI_JVM[@]}" -jar "$(cli_app)" check "$@"
}
