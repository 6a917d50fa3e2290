# Sourced by the scripts beside it.
# shellcheck shell=bash
set -euo pipefail

settings="${MICROBLOG_BROKER_SETTINGS:-/etc/microblog-broker/settings}"
metadata='http://169.254.169.254/metadata'
# On the data disk of a node that has not been in a full cluster yet.
# shellcheck disable=SC2034
new_disk=/var/lib/rabbitmq/.new-disk
# shellcheck source=settings
. "$settings"

say() { printf '%s\n' "$*" >&2; }

# Runs a command until it succeeds, for so many minutes. Role assignments take minutes to reach a vault, DNS to reach a new machine.
retry() {
  local minutes="$1" deadline
  shift
  deadline=$((SECONDS + minutes * 60))
  until "$@"; do
    [ "$SECONDS" -lt "$deadline" ] || { say "gave up after $minutes minutes: $1 ${2:-}"; return 1; }
    sleep 10
  done
}

# The answer of an address to this machine only; no proxy may come between.
ask_metadata() {
  curl --silent --show-error --fail --noproxy '*' --connect-timeout 5 --max-time 20 --retry 3 --header 'Metadata: true' "$@"
}

# A token of the machine's identity.
token() {
  ask_metadata --get --data-urlencode 'api-version=2018-02-01' --data-urlencode "resource=$1" --data-urlencode "client_id=$client_id" \
    "$metadata/identity/oauth2/token" | jq --exit-status --raw-output .access_token
}

# curl with a token. The header goes through a descriptor: arguments are there for every process to read.
with_token() {
  local resource="$1" bearer
  shift
  bearer="$(token "$resource")" || return 1
  curl --silent --show-error --fail --connect-timeout 10 --max-time 60 --header @<(printf 'Authorization: Bearer %s\n' "$bearer") "$@"
}

# Writes a secret of the vault to a file, without a newline of its own at the end.
fetch_secret() {
  with_token 'https://vault.azure.net' "$vault/secrets/$1?api-version=7.4" | jq --exit-status --raw-output --join-output .value >"$2"
}
