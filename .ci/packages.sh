# Sourced by ./check: what the tests use, the Debian packages that bring it, and their installation.

# Needed: without them tests fail. The guests' kernels are fetched by the tests themselves.
missing_packages() {
  command -v qemu-system-x86_64 > /dev/null || echo qemu-system-x86
  # The guests need the busybox that is linked statically, and Debian's other one has the same name.
  [ -z "$(command -v dpkg)" ] || dpkg -s busybox-static > /dev/null 2>&1 || echo busybox-static
  [ -n "$(command -v dpkg)" ] || command -v busybox > /dev/null || echo busybox-static
  command -v gcc > /dev/null || echo gcc
  [ -f /usr/lib/x86_64-linux-gnu/libc.a ] || [ -f /usr/lib64/libc.a ] || [ -f /usr/lib/libc.a ] || echo libc6-dev
  command -v zstd > /dev/null || echo zstd
  command -v xz > /dev/null || echo xz-utils
}

# Wanted: programs of others that read what we read. Without them the comparisons are skipped. Wine is here for its
# images, which tests of formats/ read before those of lab/, which install it by themselves, run it.
wanted_packages() {
  has_module pefile || echo python3-pefile
  has_module hivex || echo python3-hivex
  command -v llvm-pdbutil > /dev/null || echo llvm
  command -v lldb > /dev/null || echo lldb
  [ "$(uname -m)" = x86_64 ] || return 0
  [ -f /usr/lib/wine/wine64 ] || echo wine64
  [ -f /usr/lib/wine/wine ] || echo wine32:i386
}

has_module() {
  /usr/bin/python3 -c "import $1" > /dev/null 2>&1 || python3 -c "import $1" > /dev/null 2>&1
}

can_install() {
  [ "$(id -u)" -eq 0 ] && command -v apt-get > /dev/null
}

apt() {
  DEBIAN_FRONTEND=noninteractive apt-get -q "$@" < /dev/null
}

apt_install() {
  apt install -y --no-install-recommends "$@"
}

install_needed() {
  packages=$(missing_packages | tr '\n' ' ')
  [ -n "$packages" ] || return 0
  if can_install; then
    echo "installing $packages"
    # shellcheck disable=SC2086 # one word per package
    apt_install $packages || { apt update && apt_install $packages; } || :
    packages=$(missing_packages | tr '\n' ' ')
  fi
  if [ -n "$packages" ]; then
    echo "check: tests of real guests will fail, since this machine lacks: $packages" >&2
    echo "check: on Debian, run: sudo apt-get install --no-install-recommends $packages" >&2
  fi
}

# One after the other when they do not come together: one that a mirror lacks does not take the others with it.
install_wanted() {
  packages=$(wanted_packages | tr '\n' ' ')
  [ -n "$packages" ] || return 0
  if can_install; then
    echo "installing $packages"
    case $packages in *:i386*) dpkg --add-architecture i386 || : ;; esac
    # shellcheck disable=SC2086 # one word per package
    apt_install $packages || { apt update && apt_install $packages; } ||
      for package in $packages; do apt_install "$package" || :; done
    packages=$(wanted_packages | tr '\n' ' ')
  fi
  if [ -n "$packages" ]; then
    echo "check: comparisons with other programs are skipped, since this machine lacks: $packages" >&2
    echo "check: on Debian, run: sudo apt-get install --no-install-recommends $packages" >&2
  fi
}
