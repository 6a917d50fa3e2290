# Sourced by the scripts beside it: names in Azure, the stack's configuration, questions to Container Apps.
# shellcheck shell=bash
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
model="$root/Infra/app-model.json"
poll="${DEPLOY_POLL_SECONDS:-15}"

say() { printf '==> %s\n' "$*" >&2; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

# Sets stack (as Pulumi knows it, organization included), name (its last part), group, and the folder in which one step leaves notes for the next.
use_stack() {
  local tool
  stack="${1:-}" name="${1##*/}"
  [[ "$name" =~ ^[a-z][a-z0-9-]{0,10}[a-z0-9]$ ]] || fail "'$stack' is no name of a stack, such as prod or organization/microblog/prod."
  for tool in az pulumi jq; do
    command -v "$tool" >/dev/null || fail "$tool is missing; docs/operations.md says what a deployment needs."
  done
  # shellcheck disable=SC2034 # used by who sources this
  group="mb-$name-app" notes="$root/artifacts/deploy/$name"
}

# Services of the contract that a filter of jq selects: services '.role == "job"'.
services() { jq --raw-output ".services[] | select($1) | .name" "$model"; }

# The service that the public reaches.
public_service() { services '.external' | head -n 1; }

# Name of a service in Azure.
app() { printf 'mb-%s-%s' "$name" "$1"; }

set_config() { pulumi --cwd "$root/Infra" config set --stack "$stack" --plaintext --path "microblog:$1" -- "$2"; }
unset_config() { pulumi --cwd "$root/Infra" config rm --stack "$stack" --path "microblog:$1"; }
get_config() { pulumi --cwd "$root/Infra" config get --stack "$stack" "microblog:$1"; }

# Provisions what the configuration says. What Pulumi prints is on standard error, where it disturbs no answer of ours.
provision() {
  say "pulumi up: $1"
  pulumi --cwd "$root/Infra" up --stack "$stack" --yes --skip-preview --non-interactive --suppress-outputs --message "$1" >&2
}

# The newest revision answers alone as soon as its probes succeed.
no_stable_revision() {
  unset_config stableRevision
  unset_config newRevisionWeight
}

# Sets the digests of a file for the services that a filter of jq selects. One that is not in it did not run then: later (Infra/Settings/Images.cs).
set_images() {
  local file="$1" filter="$2" service digest
  for service in $(services "$filter"); do
    digest="$(jq --exit-status --raw-output --arg service "$service" '.[$service] // "later"' "$file")"
    set_config "images.$service" "$digest"
  done
}

# Whether a service ran before the release that is under way.
ran() { jq --exit-status --arg service "$1" 'has($service)' "$notes/previous.json" >/dev/null; }

# Whether anything served then.
was_deployed() { ran "$(public_service)"; }

# The active revisions of an app, those with most of the traffic last.
revisions() { az containerapp revision list --name "$1" --resource-group "$group" --output json | jq 'map(select(.properties.active)) | sort_by(.properties.trafficWeight // 0, .properties.createdTime)'; }

# Gives a revision all requests but some percent, which the newest gets.
split_traffic() {
  local service="$1" stable="$2" percent="$3"
  az containerapp ingress traffic set --name "$(app "$service")" --resource-group "$group" \
    --revision-weight "$stable=$((100 - percent))" "latest=$percent" --output none
}

# Waits until the newest revision of a service is up. Azure calls a revision healthy when the probes of its replicas succeed.
wait_until_healthy() {
  local service="$1" seconds="${DEPLOY_HEALTH_SECONDS:-900}" deadline revision answer state=unknown
  deadline=$((SECONDS + seconds))
  revision="$(az containerapp show --name "$(app "$service")" --resource-group "$group" --query properties.latestRevisionName --output tsv)"
  while true; do
    if answer="$(az containerapp revision show --name "$(app "$service")" --resource-group "$group" --revision "$revision" --output json)"; then
      state="$(jq --raw-output '.properties | "\(.provisioningState) \(.runningState) \(.healthState), \(.replicas // 0) replicas"' <<<"$answer")"
      case "$state" in
        *Failed*) fail "$revision does not start: $state. Its log is in the workspace (ContainerAppConsoleLogs, ContainerAppSystemLogs)." ;;
        *" 0 replicas") ;;
        "Provisioned Running"*" Healthy, "*) say "$revision is healthy ($state)"; return 0 ;;
        # Azure may know nothing of the health of what has no ingress.
        "Provisioned Running"*" None, "*) [ "$service" = "$(public_service)" ] || { say "$revision runs ($state)"; return 0; } ;;
      esac
    fi
    [ "$SECONDS" -lt "$deadline" ] || fail "$revision is not healthy after $seconds seconds: $state."
    sleep "$poll"
  done
}
