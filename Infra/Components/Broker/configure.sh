#!/usr/bin/env bash
# Brings secrets and definitions of the vault onto the node. Without an argument before the broker starts; with "refresh" while it runs.
# shellcheck source=common.sh
. "${MICROBLOG_BROKER_LIBRARY:-/usr/local/lib/microblog-broker}/common.sh"

target="${MICROBLOG_BROKER_CONFIGURATION:-/etc/rabbitmq}"
cookie="${MICROBLOG_BROKER_COOKIE:-/var/lib/rabbitmq/.erlang.cookie}"
owner="${MICROBLOG_BROKER_OWNER:-rabbitmq}"
work="$(mktemp --directory)"
trap 'rm -rf "$work"' EXIT
umask 077

fetch_all() {
  local name
  for name in cookie password admin-password ca certificate key definitions; do
    fetch_secret "broker-$name" "$work/$name" || return 1
  done
}

# RabbitMQ's salted SHA-256 (https://www.rabbitmq.com/docs/passwords), made from a file: arguments are there for every process to read.
hash_password() {
  openssl rand 4 >"$work/salt"
  cat "$work/salt" "$1" | openssl dgst -sha256 -binary | cat "$work/salt" - | base64 --wrap=0
}

# What to compare with next time. Hashes are salted, so the definitions themselves differ each time.
state() { sha256sum <(cat "$work/password" "$work/admin-password") "$work/definitions" | cut --delimiter=' ' --fields=1; }

# Puts a file in its place in one step, and says in "replaced" whether it was another before.
put() {
  local mode="$1" from="$2" to="$3"
  if ! cmp --silent "$from" "$to"; then
    install --mode="$mode" --owner="$owner" --group="$owner" "$from" "$to.new"
    mv --force "$to.new" "$to"
    replaced=1
  fi
}

if ! retry "${MICROBLOG_BROKER_MINUTES:-15}" fetch_all; then
  [ -s "$target/definitions.json" ] && [ -s "$target/tls/key.pem" ] && [ -s "$cookie" ] || exit 1
  say 'the vault does not answer; what it said last time still serves'
  exit 0
fi

install --directory --mode=0750 --owner="$owner" --group="$owner" "$target/tls"
replaced=
put 0640 "$work/ca" "$target/tls/ca.pem"
put 0640 "$work/certificate" "$target/tls/certificate.pem"
put 0640 "$work/key" "$target/tls/key.pem"
renewed="$replaced"

# A node with another cookie than its peers is out of the cluster, so a running one keeps what it has.
if [ "${1:-}" != refresh ]; then
  put 0400 "$work/cookie" "$cookie"
fi

state >"$work/state"
changed=
if ! cmp --silent "$work/state" "$target/definitions.state" || [ ! -s "$target/definitions.json" ]; then
  hash_password "$work/password" >"$work/application"
  hash_password "$work/admin-password" >"$work/administrator"
  jq --exit-status --rawfile application "$work/application" --rawfile administrator "$work/administrator" '
    .users |= map(.password_hash = (if .tags == "administrator" then $administrator else $application end)
      | .hashing_algorithm = "rabbit_password_hashing_sha256")' "$work/definitions" >"$work/definitions.json"
  put 0640 "$work/definitions.json" "$target/definitions.json"
  changed=1
fi

if [ "${1:-}" = refresh ]; then
  if [ -n "$renewed" ]; then
    say 'new certificates'
    rabbitmqctl --quiet eval 'ssl:clear_pem_cache().'
  fi
  if [ -n "$changed" ]; then
    say 'new definitions or passwords'
    rabbitmqctl --quiet import_definitions "$target/definitions.json"
  fi
  rabbitmqctl --quiet cluster_status --formatter json >"$work/status"
  if jq --exit-status --argjson nodes "$nodes" '(.running_nodes | length) == $nodes' "$work/status" >/dev/null; then
    rm -f "$new_disk"
    # When all nodes have been upgraded; the next upgrade demands it.
    if jq --exit-status '[.versions[].rabbitmq_version] | unique | length == 1' "$work/status" >/dev/null; then
      rabbitmqctl --quiet enable_feature_flag all
    fi
  fi
fi
# Last, so that what failed is tried again.
put 0640 "$work/state" "$target/definitions.state"
