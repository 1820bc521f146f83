# Sourced by the scripts at the root: finds a JDK of the version this project is built and run with.

jdk_version=25

# Whether a folder holds such a JDK, compiler included. Reads its release file, which costs no process.
is_jdk() {
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] || return 1
  if [ -r "$1/release" ]; then
    while IFS= read -r release_line || [ -n "$release_line" ]; do
      case $release_line in
        "JAVA_VERSION=\"$jdk_version\"" | "JAVA_VERSION=\"$jdk_version"[!0-9]*) return 0 ;;
      esac
    done < "$1/release"
    return 1
  fi
  case $("$1/bin/java" -version 2>&1) in
    *"version \"$jdk_version\""* | *"version \"$jdk_version"[!0-9]*) return 0 ;;
    *) return 1 ;;
  esac
}

# Sets jdk to the first that is found: JAVA_HOME, the usual folders, PATH.
find_jdk() {
  for jdk in \
    "${JAVA_HOME:-}" \
    /usr/lib/jvm/* /usr/java/* /opt/* /opt/java/* /opt/jdk/* \
    "${HOME:-/}"/.sdkman/candidates/java/* "${HOME:-/}"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${HOME:-/}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    if [ -n "$jdk" ] && is_jdk "$jdk"; then
      return 0
    fi
  done
  if java_in_path=$(command -v java); then
    while [ -L "$java_in_path" ]; do
      java_link=$(readlink "$java_in_path")
      case $java_link in
        /*) java_in_path=$java_link ;;
        *) java_in_path=${java_in_path%/*}/$java_link ;;
      esac
    done
    jdk=${java_in_path%/bin/java}
    if is_jdk "$jdk"; then
      return 0
    fi
  fi
  echo "memflow: found no JDK $jdk_version (looked at JAVA_HOME, /usr/lib/jvm, /opt, ~/.sdkman, ~/.jdks and PATH):" \
    "install one, such as the package openjdk-$jdk_version-jdk or temurin-$jdk_version-jdk, or set JAVA_HOME to one." >&2
  return 1
}
