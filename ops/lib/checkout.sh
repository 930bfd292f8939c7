# shellcheck shell=bash
# shellcheck disable=SC2034 # read by the other files
# The checkout that a script belongs to: TOP is set by the script itself, which may have been called by a link.

RUN=$TOP/.run
# Tells this checkout and this user from others on the machine, in names that must not hold a path.
CHECKOUT=$(printf '%s %s' "$TOP" "$(id -u)" | cksum | cut -d ' ' -f 1)
# For the command line, which starts often and ends soon.
CLI_JVM=(-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto -Xmx256m --enable-native-access=ALL-UNNAMED)

mkdir -p "$RUN" || exit 1
