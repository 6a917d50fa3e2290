#!/usr/bin/env bash
# Keeps the broker's definitions in blob storage. Every node does, so that none has to be up; messages are not backed up but replicated.
# shellcheck source=common.sh
. "${MICROBLOG_BROKER_LIBRARY:-/usr/local/lib/microblog-broker}/common.sh"

work="$(mktemp --directory)"
trap 'rm -rf "$work"' EXIT
chown rabbitmq "$work"
retry 5 fetch_secret broker-backup-url "$work/url" || { say 'the vault does not say where backups go'; exit 1; }
rabbitmqctl --quiet export_definitions "$work/definitions.json"
jq --exit-status '.queues | length > 0' "$work/definitions.json" >/dev/null
# A name of its own each time: where backups go, nothing can be overwritten.
upload() {
  with_token 'https://storage.azure.com/' --request PUT --header 'x-ms-version: 2021-12-02' --header 'x-ms-blob-type: BlockBlob' \
    --header 'Content-Type: application/json' --data-binary "@$work/definitions.json" "$(cat "$work/url")/$(date --utc +%Y/%m/%d/%H%M%S)-$HOSTNAME.json"
}
retry 15 upload
say 'definitions exported'
