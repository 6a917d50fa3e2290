# Sourced by shift-traffic: whether a revision does well with the requests that it gets.
# shellcheck shell=bash source=common.sh
# shellcheck disable=SC2154 # set by common.sh

# Errors (5xx) of a revision since a moment, as "errors requests". Container Apps counts them a minute or two late.
count_errors() {
  local service="$1" revision="$2" since="$3" id
  id="$(az containerapp show --name "$(app "$service")" --resource-group "$group" --query id --output tsv)"
  az monitor metrics list --resource "$id" --metric Requests --aggregation Total --interval PT1M --start-time "$since" \
    --filter "revisionName eq '$revision' and statusCodeCategory eq '*'" --output json \
    | jq --raw-output '[.value[0].timeseries[] | {
        failed: any(.metadatavalues[]; (.name.value | ascii_downcase) == "statuscodecategory" and .value == "5xx"),
        count: ([.data[].total // 0] | add // 0)
      }] | "\([.[] | select(.failed) | .count] | add // 0 | round) \([.[].count] | add // 0 | round)"'
}

# Urgent alerts (severity 0 and 1) of the stack that began after a moment, one a line.
urgent_alerts() {
  az rest --method get --output json \
    --url "https://management.azure.com/subscriptions/{subscriptionId}/providers/Microsoft.AlertsManagement/alerts?api-version=2019-03-01&monitorCondition=Fired&timeRange=1d&pageCount=250" \
    | jq --raw-output --arg since "$1" --arg group "/resourcegroups/$group/" '.value[].properties.essentials
        | select(.severity == "Sev0" or .severity == "Sev1") | select(.startDateTime >= $since)
        | select(.alertRule | ascii_downcase | contains($group)) | .alertRule | split("/") | last'
}

# Ten requests through the edge, as everybody's; of these one may fail.
ask_edge() {
  local url failed=0
  url="https://$1$(jq --raw-output .routes.health "$model")"
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    curl --silent --show-error --fail --max-time 10 --output /dev/null "$url" || failed=$((failed + 1))
  done
  [ "$failed" -le 1 ] || { say "$failed of 10 requests to $url failed"; return 1; }
}

# Watches for DEPLOY_SOAK_SECONDS (300). More than one failed request in a hundred, at least five, are too many. A watch that saw nothing is none.
watch_traffic() {
  local service="$1" revision="$2" host="$3" since deadline counts errors requests alerts seen=
  since="$(date -u +%Y-%m-%dT%H:%M:%SZ)"
  deadline=$((SECONDS + ${DEPLOY_SOAK_SECONDS:-300}))
  while true; do
    ask_edge "$host" || return 1
    if counts="$(count_errors "$service" "$revision" "$since")" && alerts="$(urgent_alerts "$since")"; then
      seen=1
      read -r errors requests <<<"$counts"
      if [ "$errors" -ge 5 ] && [ $((errors * 100)) -gt "$requests" ]; then
        say "$revision has failed $errors of $requests requests"
        return 1
      fi
      [ -z "$alerts" ] || { say "alerts have fired: ${alerts//$'\n'/, }"; return 1; }
    fi
    [ "$SECONDS" -lt "$deadline" ] || break
    sleep "$poll"
  done
  [ -n "$seen" ] || { say "neither errors nor alerts could be asked for"; return 1; }
  say "$revision has failed $errors of $requests requests since $since"
}
