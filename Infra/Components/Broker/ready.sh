#!/usr/bin/env bash
# Waits until this node carries its share, so that the next one may be taken down. Fails when it never does. New nodes wait for each other, so
# there only the last one is waited for.
# shellcheck source=common.sh
. "${MICROBLOG_BROKER_LIBRARY:-/usr/local/lib/microblog-broker}/common.sh"

minutes="${1:-20}"

all_members_run() {
  rabbitmqctl --quiet cluster_status --formatter json | jq --exit-status --argjson nodes "$nodes" '(.running_nodes | length) == $nodes' >/dev/null
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

is_starting() { [[ "$(systemctl is-active rabbitmq-server.service)" =~ ^(active|activating)$ ]]; }

if [ -e "$new_disk" ] && [ "$node" != "$last_node" ]; then
  retry "$minutes" is_starting
  say "$node is new and waits for the others"
  exit 0
fi
retry "$minutes" is_ready
say "$node is ready"
