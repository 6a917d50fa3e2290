#!/usr/bin/env bash
# Takes clients and leaders away from this node before Azure restarts or moves the machine, and lets Azure go ahead at once.
# shellcheck source=common.sh
. "${MICROBLOG_BROKER_LIBRARY:-/usr/local/lib/microblog-broker}/common.sh"

name="$(ask_metadata "$metadata/instance/compute/name?api-version=2021-02-01&format=text")"
drained=

# A freeze lasts seconds, less than moving everybody to other nodes and back.
approaching() {
  jq --raw-output --arg name "$name" '.Events[]
    | select(.EventStatus == "Scheduled" and (.EventType | IN("Reboot", "Redeploy", "Preempt", "Terminate")) and any(.Resources[]; . == $name)) | .EventId' "$1"
}

under_way() { jq --exit-status --arg name "$name" 'any(.Events[]; any(.Resources[]; . == $name))' "$1" >/dev/null; }

answer="$(mktemp)"
trap 'rm -f "$answer"' EXIT
while sleep 5; do
  ask_metadata --output "$answer" "$metadata/scheduledevents?api-version=2020-07-01" || continue
  event="$(approaching "$answer" | head --lines=1)"
  if [ -n "$event" ]; then
    if [ -z "$drained" ]; then
      say "Azure is about to take this machine down; draining"
      rabbitmq-upgrade --timeout 120 drain || say 'could not drain; the machine goes down all the same'
      drained=1
    fi
    ask_metadata --request POST --data "{\"StartRequests\":[{\"EventId\":\"$event\"}]}" "$metadata/scheduledevents?api-version=2020-07-01" >/dev/null || true
  elif [ -n "$drained" ] && ! under_way "$answer"; then
    # It was called off, or over without a restart.
    say 'Azure left this machine running; back to work'
    rabbitmq-upgrade --timeout 120 revive && drained=
  fi
done
