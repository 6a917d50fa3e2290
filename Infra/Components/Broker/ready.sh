#!/usr/bin/env bash
# Waits until this node carries its share, so that the next one may be taken down. Fails when it never does.
# shellcheck source=common.sh
. "${MICROBLOG_BROKER_LIBRARY:-/usr/local/lib/microblog-broker}/common.sh"

minutes="${1:-20}"

all_members_run() {
  rabbitmqctl --quiet cluster_status --formatter json | jq --exit-status --arg node "$node" \
    '(.disk_nodes - .running_nodes) == [] and any(.running_nodes[]; . == $node)' >/dev/null
}

all_replicas_run() {
  rabbitmqctl --quiet list_queues --formatter json name type members online \
    | jq --exit-status 'all(.[]; .type != "quorum" or ((.members - .online) == []))' >/dev/null
}

is_ready() {
  rabbitmq-diagnostics --quiet check_running \
    && rabbitmq-diagnostics --quiet check_port_listener 5671 \
    && rabbitmq-diagnostics --quiet check_local_alarms \
    && all_members_run && all_replicas_run
}

retry "$minutes" is_ready
say "$node is ready"
