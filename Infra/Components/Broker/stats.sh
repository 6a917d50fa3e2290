#!/usr/bin/env bash
# One line of JSON for the system log, which is collected: queues whose leader is here, alarms, and days until the certificate ends.
# shellcheck source=common.sh
. "${MICROBLOG_BROKER_LIBRARY:-/usr/local/lib/microblog-broker}/common.sh"

port="${MICROBLOG_BROKER_METRICS_PORT:-15692}"
certificate="${MICROBLOG_BROKER_CONFIGURATION:-/etc/rabbitmq}/tls/certificate.pem"

metrics() { curl --silent --show-error --fail --max-time 20 "http://127.0.0.1:$port/metrics$1"; }

queues() {
  metrics '/detailed?family=queue_coarse_metrics&family=queue_consumer_count' | sed --quiet --regexp-extended \
    's/^rabbitmq_detailed_queue_(messages|consumers)\{vhost="[^"]*",queue="([^"]+)"\} ([0-9]+).*/\1 \2 \3/p'
}

alarms() { metrics '' | sed --quiet --regexp-extended 's/^rabbitmq_alarms_(file_descriptor_limit|free_disk_space_watermark|memory_used_watermark) ([0-9]+).*/\1 \2/p'; }

days="$((($(date --date "$(openssl x509 -in "$certificate" -noout -enddate | cut --delimiter='=' --fields=2)" +%s) - $(date +%s)) / 86400))"
jq --null-input --compact-output --arg node "$node" --arg queues "$(queues)" --arg alarms "$(alarms)" --argjson days "$days" '
  def rows($text): $text | split("\n") | map(select(. != "") | split(" "));
  { node: $node, certificateDays: $days,
    alarms: [rows($alarms)[] | select(.[1] != "0") | .[0]],
    queues: (reduce rows($queues)[] as [$what, $queue, $count] ({}; .[$queue][$what] = ($count | tonumber))) }'
