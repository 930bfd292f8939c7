# shellcheck shell=bash
# Finds a JDK that this project runs on; the default one is often older.

# The home of a JDK of this or a newer version, or of none newer than $2: find_jdk <version> [<newest>]. GitHub's runners
# set JAVA_HOME_17_X64 and the like.
find_jdk() {
  local home java major named=JAVA_HOME_$1_X64
  java=$(readlink -f "$(command -v java)" 2>/dev/null) || java=
  for home in "${JAVA_HOME:-}" "${java%/bin/java}" "${!named:-}" \
    /usr/lib/jvm/* /Library/Java/JavaVirtualMachines/*/Contents/Home "${HOME:-}"/.sdkman/candidates/java/*; do
    if [ -x "$home/bin/javac" ] && [ -f "$home/release" ]; then
      major=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release")
      if [ "${major:-0}" -ge "$1" ] && [ "${major:-0}" -le "${2:-999}" ]; then printf '%s' "$home" && return; fi
    fi
  done
  return 1
}

# Sets and exports JAVA_HOME to a JDK 25 or newer, or ends the script.
need_jdk() {
  JAVA_HOME=$(find_jdk 25) || die "No JDK 25 or newer was found in JAVA_HOME, in PATH, or in the usual folders." \
    "Install one (Eclipse Temurin 25 from https://adoptium.net, or: sdk install java 25-tem) and run this again."
  export JAVA_HOME
}
