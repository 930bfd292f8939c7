# shellcheck shell=bash
# Finds a JDK that this project runs on; the default one is often older.

# The major version of the JDK at $1, from its release file where it has one (starting it takes longer).
jdk_major() {
  local version=
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] || return 1
  if [ -r "$1/release" ]; then
    version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
  fi
  if [ -z "$version" ]; then
    version=$("$1/bin/java" -version 2>&1 | sed -n '1s/.*version "\([0-9]*\).*/\1/p')
  fi
  printf '%s' "${version:-0}"
}

jdk_fits() {
  local major
  major=$(jdk_major "$1") && [ "$major" -ge 25 ]
}

# The home of the java in PATH, through all links.
jdk_in_path() {
  local java link
  java=$(command -v java) || return 0
  while [ -L "$java" ]; do
    link=$(readlink "$java")
    case $link in /*) java=$link ;; *) java=$(dirname "$java")/$link ;; esac
  done
  (cd -P "$(dirname "$java")/.." && pwd)
}

# Sets and exports JAVA_HOME to a JDK 25 or newer, or ends the script.
need_jdk() {
  local home
  for home in "${JAVA_HOME:-}" "$(jdk_in_path)" \
    /usr/lib/jvm/* /Library/Java/JavaVirtualMachines/*/Contents/Home "${HOME:-}"/.sdkman/candidates/java/*; do
    if [ -n "$home" ] && jdk_fits "$home"; then
      export JAVA_HOME=$home
      return
    fi
  done
  die "No JDK 25 or newer was found in JAVA_HOME, in PATH, or in the usual folders." \
    "Install one (Eclipse Temurin 25 from https://adoptium.net, or: sdk install java 25-tem) and run this again."
}
