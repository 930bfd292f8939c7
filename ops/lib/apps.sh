# shellcheck shell=bash
# The built jars as they are run: copies below .run/app, so that a later build does not change the classes under a
# running process. A copy is named by when its jar was written (the time of change: a reproducible build sets the time
# of modification to a constant) and by its size.

stamp_of() { stat -c '%Z-%s' "$1" 2>/dev/null || stat -f '%c-%z' "$1"; }

worker_app() { printf '%s' "$RUN/app/worker-$(stamp_of "$WORKER_JAR")"; }
cli_app() { printf '%s' "$RUN/app/cli-$(stamp_of "$CLI_JAR").jar"; }
stand_in_app() { printf '%s' "$RUN/app/stand-in-$(stamp_of "$STAND_IN_JAR").jar"; }

# Extracted, the worker starts faster than from the jar of jars.
prepare_worker_app() {
  local app
  app=$(worker_app)
  [ -d "$app" ] && return
  mkdir -p "$RUN/app"
  forget_old_copies worker
  rm -rf "$app.new"
  "$JAVA_HOME/bin/java" -Djarmode=tools -jar "$WORKER_JAR" extract --destination "$app.new" >"$RUN/extract.log" 2>&1 ||
    { tail_of "$RUN/extract.log"; die "The worker's jar could not be extracted." "Delete $WORKER_JAR and run this again."; }
  mv "$app.new" "$app"
}

# The JVM's cache of loaded and linked classes (JEP 514): start-up takes less than half. It is made by a run that ends
# as soon as everything is wired, with none of the user's settings and nobody to connect to. The cache is an extra: where
# it can not be made the worker starts without.
train_worker() {
  local app
  app=$(worker_app)
  if [ -f "$app/chat-worker.aot" ] || [ -f "$app/untrained" ]; then return; fi
  if run_shown "Making the worker start faster (once)" "$RUN/training.log" 120 \
    env -i PATH="$PATH" HOME="${HOME:-/}" RABBITMQ_URI=amqp://127.0.0.1:1 OLLAMA_HOST=127.0.0.1:1 MANAGEMENT_PORT=0 \
    "$JAVA_HOME/bin/java" "${WORKER_JVM[@]}" -XX:AOTCacheOutput="$app/new.aot" -Dspring.context.exit=onRefresh \
    -jar "$app/chat-worker.jar" && [ -f "$app/new.aot" ]; then
    mv "$app/new.aot" "$app/chat-worker.aot"
  else
    : >"$app/untrained"
  fi
}

# prepare_jar <name> <jar> <copy>
prepare_jar() {
  [ -f "$3" ] && return
  mkdir -p "$RUN/app"
  forget_old_copies "$1"
  cp "$2" "$3.new"
  mv "$3.new" "$3"
}

prepare_cli_app() { prepare_jar cli "$CLI_JAR" "$(cli_app)"; }
prepare_stand_in_app() { prepare_jar stand-in "$STAND_IN_JAR" "$(stand_in_app)"; }

# Keeps the newest copy, which may be in use; older ones go.
forget_old_copies() {
  local old
  find "$RUN/app" -maxdepth 1 -name "$1-*" 2>/dev/null | sort -r | tail -n +2 | while IFS= read -r old; do rm -rf "$old"; done
}
