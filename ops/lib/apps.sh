# shellcheck shell=bash
# The built jars as they are run: copies below .run/app, so that a later build does not change the classes under a
# running process. A copy is named by when its jar was written (the time of change: a reproducible build sets the time
# of modification to a constant) and by its size.

stamp_of() { stat -c '%Z-%s' "$1" 2>/dev/null || stat -f '%c-%z' "$1"; }

worker_app() { printf '%s' "$RUN/app/worker-$(stamp_of "$WORKER_JAR")"; }
cli_app() { printf '%s' "$RUN/app/cli-$(stamp_of "$CLI_JAR").jar"; }
stand_in_app() { printf '%s' "$RUN/app/stand-in-$(stamp_of "$STAND_IN_JAR").jar"; }

prepare_cli_app() { prepare_app cli "$(cli_app)" cp "$CLI_JAR"; }
prepare_stand_in_app() { prepare_app stand-in "$(stand_in_app)" cp "$STAND_IN_JAR"; }

# The JVM reads its arguments by the locale: without UTF-8 in it an umlaut would not survive.
utf8() {
  case ${LC_ALL:-${LC_CTYPE:-${LANG:-}}} in
    *[Uu][Tt][Ff]*) ;;
    *) export LC_ALL=C.UTF-8 ;;
  esac
}

# Replaces this shell by the command line; it starts often and ends soon.
cli() {
  exec "$JAVA_HOME/bin/java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto -Xmx256m \
    --enable-native-access=ALL-UNNAMED -Dctl.name=ops/ctl -jar "$(cli_app)" "$@"
}

# Whether a service answers, and why not: check broker|ollama|worker <address>
check() { (cli check "$@"); }

# Extracted, the worker starts faster than from the jar of jars.
prepare_worker_app() {
  prepare_app worker "$(worker_app)" "$JAVA_HOME/bin/java" -Djarmode=tools -jar "$WORKER_JAR" extract --destination
}

# Makes a copy unless it is there: prepare_app <name> <copy> <command that writes the copy to its last argument> …
prepare_app() {
  local name=$1 copy=$2 old
  shift 2
  [ -e "$copy" ] && return
  mkdir -p "$RUN/app"
  # The newest copy may be in use; older ones go.
  find "$RUN/app" -maxdepth 1 -name "$name-*" | sort -r | tail -n +2 | while IFS= read -r old; do rm -rf "$old"; done
  rm -rf "$copy.new"
  "$@" "$copy.new" >"$RUN/prepare.log" 2>&1 ||
    die_with_log "$RUN/prepare.log" "$copy could not be made." "Look whether the disk is full, then run this again."
  mv "$copy.new" "$copy"
}

# The JVM's cache of loaded and linked classes (JEP 514): start-up takes less than half. It is made by a run that ends
# as soon as everything is wired, with none of the user's settings and nobody to connect to. The cache is an extra:
# where it cannot be made, the worker starts without.
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
