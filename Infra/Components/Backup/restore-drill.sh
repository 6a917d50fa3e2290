#!/bin/bash
# Tries whether the database can be restored: to a server of its own, in a resource group of its own, which the product's own command then verifies.
# The server is removed whatever happens. Prints one line of JSON about the drill on standard output; exits with 0 only when all went well, and in time.
#
# Runs as one argument of a container, where a doubled dollar sign would become a single one: there is none in here.
set -euo pipefail

: "${AZURE_CLIENT_ID:?}" "${SUBSCRIPTION_ID:?}" "${TENANT_ID:?}" "${STACK:?}" "${LOCATION:?}" "${TEMPLATE:?}"
: "${GROUP:?}" "${SERVER:?}" "${ENDPOINT:?}" "${SOURCE_ID:?}" "${SUBNET_ID:?}" "${ZONE_ID:?}"
: "${VERIFY_JOB_ID:?}" "${VERIFIER_ID:?}" "${VERIFIER_NAME:?}" "${LIMIT_SECONDS:?}"
: "${REMOVE_SECONDS:?}" "${RESTORE_LAG_MINUTES:?}" "${POLL_SECONDS:?}"

readonly arm=https://management.azure.com
readonly deployment=restore-drill
readonly purpose=restore-drill
readonly jobs_version=2024-03-01
readonly servers_version=2025-08-01
readonly endpoints_version=2024-05-01
readonly server_id=/subscriptions/$SUBSCRIPTION_ID/resourceGroups/$GROUP/providers/Microsoft.DBforPostgreSQL/flexibleServers/$SERVER
readonly endpoint_id=/subscriptions/$SUBSCRIPTION_ID/resourceGroups/$GROUP/providers/Microsoft.Network/privateEndpoints/$ENDPOINT

reason=
restore_point=
verdict=
restore_seconds=null
verify_seconds=null
total_seconds=null
owns=false
started=$(date +%s)

elapsed() { echo $(($(date +%s) - started)); }
say() { echo "restore drill: $*" >&2; }
pause() { sleep "$POLL_SECONDS" & wait "$!"; }
fail() {
  reason=$1
  exit 1
}

# Whatever this script deletes has a name that says drill, in a group that the database does not live in, and the tag that only a drill sets.
refuse_what_is_no_drill() {
  [[ $SERVER =~ ^mb-[a-z0-9-]+-drill-[0-9a-f]{5}$ ]] || fail "SERVER is no name of a drill"
  [[ $ENDPOINT =~ ^mb-[a-z0-9-]+-drill-endpoint$ ]] || fail "ENDPOINT is no name of a drill"
  # Azure does not care how ids are capitalised.
  shopt -s nocasematch
  [[ $SOURCE_ID != */resourceGroups/"$GROUP"/* ]] || fail "the database is in the group of the drill"
  shopt -u nocasematch
}

log_in() {
  local tries
  for tries in 1 2 3 4 5; do
    az login --identity --client-id "$AZURE_CLIENT_ID" --allow-no-subscriptions --output none && return
    say "log-in $tries of 5 failed"
    pause
  done
  fail "the identity of the drill cannot log in"
}

# Deletes a resource and waits until it is gone. Asked again as long as it takes: a server on its way up refuses to be deleted.
remove() {
  local id=$1 version=$2 tag status asked=false until=$(($(date +%s) + REMOVE_SECONDS))
  while true; do
    status=0
    tag=$(az resource show --ids "$id" --api-version "$version" --query tags.purpose --output tsv) || status=$?
    # 3 is how az says that there is no such resource.
    if ((status == 3)); then
      return 0
    elif ((status == 0)) && [[ $tag != "$purpose" ]]; then
      say "$id was not made by a drill and stays"
      return 1
    elif (($(date +%s) >= until)); then
      say "$id is still there after $REMOVE_SECONDS seconds"
      return 1
    elif ((status == 0)) && [[ $asked == false ]]; then
      if az rest --method delete --uri "$arm$id?api-version=$version" --output none; then
        asked=true
      fi
    fi
    pause
  done
}

remove_all() { remove "$endpoint_id" "$endpoints_version" && remove "$server_id" "$servers_version"; }

restore() {
  local folder status=0 begun
  begun=$(elapsed)
  folder=$(mktemp -d)
  printf '%s' "$TEMPLATE" >"$folder/restore-drill.json"
  restore_point=$(date -u -d "-$RESTORE_LAG_MINUTES minutes" +%Y-%m-%dT%H:%M:%SZ)
  say "restoring $SOURCE_ID as of $restore_point to $SERVER"
  # In the background, so that a signal is heard at once.
  timeout "$LIMIT_SECONDS" az deployment group create --subscription "$SUBSCRIPTION_ID" --resource-group "$GROUP" --name "$deployment" \
    --template-file "$folder/restore-drill.json" --output none --parameters \
    "stack=$STACK" "server=$SERVER" "endpoint=$ENDPOINT" "location=$LOCATION" "source=$SOURCE_ID" "restorePoint=$restore_point" \
    "subnet=$SUBNET_ID" "zone=$ZONE_ID" "verifierId=$VERIFIER_ID" "verifierName=$VERIFIER_NAME" "tenant=$TENANT_ID" &
  wait "$!" || status=$?
  restore_seconds=$(($(elapsed) - begun))
  if ((status == 124)); then
    az deployment group cancel --subscription "$SUBSCRIPTION_ID" --resource-group "$GROUP" --name "$deployment" --output none || true
    fail "the restore took longer than the limit"
  fi
  ((status == 0)) || fail "the restore failed"
}

# Starts the verification and waits for it; what became of it is in $verdict.
ask() {
  local execution status
  execution=$(az rest --method post --uri "$arm$VERIFY_JOB_ID/start?api-version=$jobs_version" --query name --output tsv) || fail "the verification could not be started"
  if [[ -z $execution ]]; then
    # Accepted without a body: only drills start this job, so the newest execution is ours.
    pause
    execution=$(az rest --method get --uri "$arm$VERIFY_JOB_ID/executions?api-version=$jobs_version" --query "sort_by(value, &properties.startTime)[-1].name" --output tsv) || true
    [[ -n $execution ]] || fail "the verification was started, but cannot be found"
  fi
  while true; do
    # A question that is not answered is asked again until the time is over.
    status=$(az rest --method get --uri "$arm$VERIFY_JOB_ID/executions/$execution?api-version=$jobs_version" --query properties.status --output tsv) || status=Unknown
    case $status in
      Succeeded) verdict=sound && return ;;
      Failed | Stopped | Degraded) verdict="execution $execution says why" && return ;;
    esac
    (($(elapsed) < LIMIT_SECONDS)) || fail "the verification was not done within the limit"
    pause
  done
}

verify() {
  local begun
  begun=$(elapsed)
  say "restored in $restore_seconds seconds; verifying"
  ask
  if [[ $verdict != sound ]]; then
    say "not sound, or not reached yet: $verdict; once more"
    ask
  fi
  verify_seconds=$(($(elapsed) - begun))
  [[ $verdict == sound ]] || fail "the restored database is not sound: $verdict"
}

# shellcheck disable=SC2317 # called by the trap
finish() {
  local status=$? removed=null result=passed child
  trap - EXIT
  trap '' TERM INT
  set +e
  # What was still being waited for when a signal came.
  for child in $(jobs -p); do
    kill "$child" 2>/dev/null
  done
  if [[ $owns == true ]]; then
    removed=true
    if ! remove_all; then
      removed=false status=1
      reason="${reason:+$reason; }the restored server could not be removed"
    fi
  fi
  if ((status != 0)); then
    result=failed
    reason=${reason:-the drill ended unexpectedly}
  fi
  printf '{"event":"restore-drill","result":"%s","reason":"%s","stack":"%s","server":"%s","restorePoint":"%s","restoreSeconds":%s,"verifySeconds":%s,"totalSeconds":%s,"limitSeconds":%s,"removed":%s}\n' \
    "$result" "$reason" "$STACK" "$SERVER" "$restore_point" "$restore_seconds" "$verify_seconds" "$total_seconds" "$LIMIT_SECONDS" "$removed"
  exit "$status"
}

trap finish EXIT
trap 'fail "the drill was stopped"' TERM INT
refuse_what_is_no_drill
log_in
remove_all || fail "what an earlier drill left could not be removed"
# From here on there may be something to remove. Time counts from here as well: a real restore begins with nothing to remove.
owns=true
started=$(date +%s)
restore
verify
total_seconds=$(elapsed)
((total_seconds <= LIMIT_SECONDS)) || fail "the drill took longer than the limit"
say "the restored database is sound, after $total_seconds seconds"
