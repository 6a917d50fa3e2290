# Sourced by ./run and ./test: finds the .NET SDK, and makes sure that there is something to run the servers on.
# Nothing is installed where a container runtime answers; otherwise the three servers come from the system's packages.

say() { printf '==> %s\n' "$*"; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

has_containers() {
  local runtime="${ASPIRE_CONTAINER_RUNTIME:-${DOTNET_ASPIRE_CONTAINER_RUNTIME:-}}"
  for candidate in ${runtime:-docker podman}; do
    command -v "$candidate" >/dev/null 2>&1 && timeout 5 "$candidate" info >/dev/null 2>&1 && return 0
  done
  return 1
}

find_server() {
  command -v "$1" >/dev/null 2>&1 && return 0
  local path
  for path in /usr/lib/postgresql/*/bin/"$1" /usr/sbin/"$1" /usr/lib/rabbitmq/bin/"$1" /opt/homebrew/sbin/"$1" /opt/homebrew/opt/postgresql*/bin/"$1"; do
    [ -x "$path" ] && return 0
  done
  return 1
}

missing_packages() {
  find_server postgres || echo postgresql
  find_server redis-server || echo redis-server
  find_server rabbitmq-server || echo rabbitmq-server
}

# What the tests use beyond the servers, PgBouncer, libvips for images, and ICU, without which .NET cannot tell hashtags apart. Only where there is apt.
missing_tools() {
  command -v curl >/dev/null 2>&1 || echo curl
  command -v ps >/dev/null 2>&1 || echo procps
  command -v jq >/dev/null 2>&1 || echo jq
  command -v openssl >/dev/null 2>&1 || echo openssl
  command -v vips >/dev/null 2>&1 || echo libvips-tools
  command -v pgbouncer >/dev/null 2>&1 || [ -x /usr/sbin/pgbouncer ] || echo pgbouncer
  ls /usr/lib/*/libicuuc.so.* >/dev/null 2>&1 || echo libicu-dev
}

# Programs of others that the tests let judge the API. Many machines have a Node of their own: any from 18 on will do.
missing_clients() {
  command -v toot >/dev/null 2>&1 || echo toot
  /usr/bin/python3 -c "import mastodon" >/dev/null 2>&1 || echo python3-mastodon
  command -v node >/dev/null 2>&1 || echo nodejs
  command -v npm >/dev/null 2>&1 || echo npm
}

need_dotnet() {
  command -v dotnet >/dev/null 2>&1 || fail "the .NET SDK is missing; install .NET 10 from https://dotnet.microsoft.com/download and run the command again."
  dotnet --version >/dev/null 2>&1 || fail "$(dotnet --version 2>&1 | head -n 1)"
}

# apt would start each server it installs, on its usual port; ours run on ports of their own and only while they are needed.
apt_install() {
  local sudo="" policy=/usr/sbin/policy-rc.d made_policy=""
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 || return 1
    sudo="sudo"
  fi
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | $sudo tee "$policy" >/dev/null && $sudo chmod +x "$policy" && made_policy=1
  fi
  local log status=0
  log="$(mktemp)"
  { $sudo apt-get update -q && $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@"; } >"$log" 2>&1 || status=$?
  [ -z "$made_policy" ] || $sudo rm -f "$policy"
  [ "$status" -eq 0 ] || tail -n 15 "$log" >&2
  rm -f "$log"
  return "$status"
}

need_servers() {
  local packages
  packages="$({ missing_packages; command -v apt-get >/dev/null 2>&1 && missing_tools; } | tr '\n' ' ')"
  [ -n "${packages// /}" ] || return 0
  command -v apt-get >/dev/null 2>&1 || fail "these packages are missing: ${packages}(or start a container runtime); on macOS: brew install postgresql@17 redis rabbitmq vips"
  say "Installing ${packages}(no container runtime answers)"
  # shellcheck disable=SC2086
  apt_install $packages || fail "could not install: ${packages}- install them, or start a container runtime, and run the command again."
}

# Without apt the tests that need one of them are skipped, and say so.
need_clients() {
  command -v apt-get >/dev/null 2>&1 || return 0
  local packages
  packages="$(missing_clients | tr '\n' ' ')"
  [ -z "${packages// /}" ] || say "Installing ${packages}(the tests let them judge the API)"
  # shellcheck disable=SC2086
  [ -z "${packages// /}" ] || apt_install $packages || fail "could not install: ${packages}- install them and run the command again."
  node -e 'process.exit(process.versions.node.split(".")[0] >= 18 ? 0 : 1)' || fail "Node $(node --version) is too old: the tests need 18 or newer."
}
