# shellcheck shell=bash
# Settings from files of KEY=VALUE lines. Nothing in them is run: a value is text.

# Reads a file if it is there. The environment wins; an empty variable counts as unset.
read_dotenv() {
  local line key number=0
  [ -f "$1" ] || return 0
  while read -r line || [ -n "$line" ]; do
    number=$((number + 1))
    line=${line%$'\r'}
    case $line in '' | \#*) continue ;; esac
    line=${line#export }
    key=$(trimmed "${line%%=*}")
    if [ "${line#*=}" = "$line" ] || ! [[ $key =~ ^[A-Za-z_][A-Za-z0-9_]*$ ]]; then
      die "Line $number of $1 is not KEY=VALUE." "Correct it, or put a # in front of it."
    fi
    is_set "$key" || export "$key=$(dotenv_value "$(trimmed "${line#*=}")")"
  done <"$1"
}

# CHAT_REPLY_TO_ALLOWED alone may be empty: that means none.
is_set() {
  if [ "$1" = CHAT_REPLY_TO_ALLOWED ]; then [ -n "${CHAT_REPLY_TO_ALLOWED+set}" ]; else [ -n "${!1:-}" ]; fi
}

# A value without its quotes, or without the comment behind it.
dotenv_value() {
  case $1 in
    \"*\"* | \'*\'*)
      local quote=${1:0:1} value=${1:1}
      printf '%s' "${value%"$quote"*}"
      ;;
    \#*) ;;
    *) trimmed "${1%%[[:space:]]#*}" ;;
  esac
}

# A text without the space around it.
trimmed() {
  local text=${1#"${1%%[![:space:]]*}"}
  printf '%s' "${text%"${text##*[![:space:]]}"}"
}
