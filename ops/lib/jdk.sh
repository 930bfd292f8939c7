# shellcheck shell=bash
# Finds a JDK that this project runs on; the default one is often older.

# Whether a JDK 25 or newer is at $1: its release file says so.
jdk_fits() {
  local major
  [ -x "$1/bin/javac" ] || return 1
  major=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null)
  [ "${major:-0}" -ge 25 ]
}

# The home of the java in PATH, through all links.
jdk_in_path() {
  local java
  java=$(readlink -f "$(command -v java)" 2>/dev/null) && printf '%s' "${java%/bin/java}"
}

# Sets and exports JAVA_HOME to a JDK 25 or newer, or ends the script.
need_jdk() {
  local home
  for home in "${JAVA_HOME:-}" "$(jdk_in_path)" \
    /usr/lib/jvm/* /Library/Java/JavaVirtualMachines/*/Contents/Home "${HOME:-}"/.sdkman/candidates/java/*; do
    if jdk_fits "$home"; then
      export JAVA_HOME=$home
      return
    fi
  done
  die "No JDK 25 or newer was found in JAVA_HOME, in PATH, or in the usual folders." \
    "Install one (Eclipse Temurin 25 from https://adoptium.net, or: sdk install java 25-tem) and run this again."
}
