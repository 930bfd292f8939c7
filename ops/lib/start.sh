# shellcheck shell=bash
# shellcheck disable=SC2034 # the other files read these
# Every script starts with this file: where things are, and the functions of the other files.

TOP=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
RUN=$TOP/.run
# Tells this checkout and this user from others on the machine, in names that cannot hold a path.
CHECKOUT=$(printf '%s %s' "$TOP" "$(id -u)" | cksum | cut -d ' ' -f 1)

mkdir -p "$RUN" || exit 1
for part in say dotenv jdk lock process net build apps packages docker services broker broker_private ollama worker faults; do
  # shellcheck source=/dev/null
  . "$TOP/ops/lib/$part.sh"
done
unset part
