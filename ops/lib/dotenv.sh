# shellcheck shell=bash
# Settings from files of KEY=VALUE lines. Nothing in them is run: a value is a text.

# An empty variable is as if unset, but for this one, where empty means: none.
set_in_environment() {
  if [ "$1" = CHAT_REPLY_TO_ALLOWED ]; then [ -n "${CHAT_REPLY_TO_ALLOWED+set}" ]; else [ -n "${!1:-}" ]; fi
}

# The value without its quotes, or without the comment behind it.
dotenv_value() {
  local value=$1
  case $value in
    \"*\"*) value=${value#\"} && value=${value%\"*} ;;
    \'*\'*) value=${value#\'} && value=${value%\'*} ;;
    \#*) value= ;;
    *)
      value=${value%%[[:space:]]#*}
      value=${value%"${value##*[![:space:]]}"}
      ;;
  esac
  printf '%s' "$value"
}

# Reads a file if it is there; what the environment already has wins.
read_dotenv() {
  local line key number=0
  [ -f "$1" ] || return 0
  while IFS= read -r line || [ -n "$line" ]; do
    number=$((number + 1))
    line=${line%$'\r'}
    line=${line#"${line%%[![:space:]]*}"}
    case $line in '' | \#*) continue ;; esac
    line=${line#export }
    key=${line%%=*}
    key=${key%"${key##*[![:space:]]}"}
    if [ "$key" = "$line" ] || ! [[ $key =~ ^[A-Za-z_][A-Za-z0-9_]*$ ]]; then
      die "Line $number of $1 is not KEY=VALUE." "Correct it, or put a # in front of it."
    fi
    set_in_environment "$key" && continue
    line=${line#*=}
    export "$key=$(dotenv_value "${line#"${line%%[![:space:]]*}"}")"
  done <"$1"
}
