#!/bin/sh
# Starts the streaming replica of the primary at PRIMARY_HOST (default 127.0.0.1) and PRIMARY_PORT. Copies the primary first when there is no
# copy yet, and again whenever the copy cannot follow the primary any more; that is also watched while it runs.
here=$(dirname "$0")
. "$here/supervise.sh"
. "$here/postgres.sh"

slot=replica
primary_host=${PRIMARY_HOST:-127.0.0.1}
seconds=0

query_primary() {
  as_owner "$PG_BIN/psql" -h "$primary_host" -p "$PRIMARY_PORT" -U "$PG_USER" -d postgres -XAtq -F ' ' -v ON_ERROR_STOP=1 -c "$1" 2>/dev/null
}

control() { printf '%s\n' "$control_data" | sed -n "s/^$1: *//p"; }

# Prints why the copy is useless, or nothing when it is good or the primary cannot be asked.
reason_to_copy() {
  [ -f "$data/PG_VERSION" ] && [ -f "$data/standby.signal" ] || { echo "there is no copy yet"; return; }
  control_data=$(LC_ALL=C "$PG_BIN/pg_controldata" "$data" 2>/dev/null)
  own_system=$(control 'Database system identifier')
  own_timeline=$(control "Latest checkpoint's TimeLineID")
  own_lsn=$(control 'Minimum recovery ending location')
  [ "$own_lsn" != 0/0 ] && [ -n "$own_lsn" ] || own_lsn=$(control 'Latest checkpoint location')
  # The copy's position was read first: the primary can only be further by the time it answers.
  answer=$(query_primary "
    SELECT (SELECT system_identifier FROM pg_control_system()),
           (SELECT timeline_id FROM pg_control_checkpoint()),
           pg_wal_lsn_diff(pg_current_wal_flush_lsn(), '${own_lsn:-0/0}') >= 0,
           coalesce((SELECT wal_status FROM pg_replication_slots WHERE slot_name = '$slot'), 'missing')") || return
  # shellcheck disable=SC2086 # four words are wanted
  set -- $answer
  [ "$#" -eq 4 ] || return
  [ "$1" = "$own_system" ] || { echo "it belongs to another cluster"; return; }
  [ "$2" = "$own_timeline" ] || { echo "it is on timeline $own_timeline, the primary on $2"; return; }
  [ "$3" = t ] || { echo "it is ahead of the primary"; return; }
  case $4 in
    lost) echo "it fell too far behind: the primary has removed WAL that it needs" ;;
    missing) echo "its replication slot is gone" ;;
  esac
}

copy_primary() {
  say "copying the primary: $1"
  rm -rf "$data" "$data.new"
  tries=0
  until query_primary "
      SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = '$slot' AND NOT active;
      SELECT pg_create_physical_replication_slot('$slot', true)" >/dev/null \
    && as_owner "$PG_BIN/pg_basebackup" -h "$primary_host" -p "$PRIMARY_PORT" -U "$PG_USER" -D "$data.new" \
      --slot="$slot" --wal-method=stream --checkpoint=fast --no-sync --no-password 2>"$PG_HOME/basebackup.log"; do
    rm -rf "$data.new"
    tries=$((tries + 1))
    [ "$tries" -lt 300 ] || { [ ! -s "$PG_HOME/basebackup.log" ] || cat "$PG_HOME/basebackup.log" >&2; fail "the primary could not be copied within a minute"; }
    rest 0.2
    [ -z "$stopping" ] && alive "$parent" || exit 0
  done
  as_owner touch "$data.new/standby.signal"
  mv "$data.new" "$data"
}

start_replica() {
  reason=$(reason_to_copy)
  [ -z "$reason" ] || copy_primary "$reason"
  start_postgres -c primary_slot_name="$slot" -c wal_receiver_status_interval=1s -c wal_retrieve_retry_interval=1s \
    -c hot_standby_feedback=on \
    -c primary_conninfo="host=$primary_host port=$PRIMARY_PORT user=$PG_USER passfile=$pgpass application_name=$slot connect_timeout=5"
}

# Every ten seconds.
check_copy() {
  seconds=$((seconds + 1))
  [ $((seconds % 10)) -eq 0 ] || return 0
  reason=$(reason_to_copy)
  [ -n "$reason" ] || return 0
  stop_server INT 5
  start_replica
}

prepare_home
start_replica
watch_server INT 5 check_copy
