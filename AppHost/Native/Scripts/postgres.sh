# Sourced by the start scripts of the PostgreSQL primary and its replica: what both do alike.
# Environment: PG_BIN (directory of the binaries), PG_HOME (directory of this server), PG_PORT, PG_USER, PG_PASSWORD,
# PG_RUN_AS (system user, empty = the current one), PG_MAX_LAG_MB (WAL kept for a replica that is away),
# PG_LISTEN (address to listen on, default 127.0.0.1).

data=$PG_HOME/data
pgpass=$PG_HOME/pgpass
umask 077

as_owner() {
  if [ -n "$PG_RUN_AS" ]; then
    setpriv --reuid="$PG_RUN_AS" --regid="$(id -g "$PG_RUN_AS")" --init-groups -- "$@"
  else
    "$@" 2>&1 # its whole log goes to stderr, which would show every line as an error
  fi
}

prepare_home() {
  mkdir -p "$PG_HOME"
  [ -z "$PG_RUN_AS" ] || chown "$PG_RUN_AS" "$PG_HOME"
  # libpq reads passwords from this file, so that none appears in a process list.
  printf '*:*:*:%s:%s\n' "$PG_USER" "$PG_PASSWORD" > "$pgpass"
  chmod 600 "$pgpass"
  [ -z "$PG_RUN_AS" ] || chown "$PG_RUN_AS" "$pgpass"
  export PGPASSFILE="$pgpass" PGCONNECT_TIMEOUT=5
  unset PGDATA PGHOST PGPORT PGSERVICE PGOPTIONS PGPASSWORD
  cd "$PG_HOME" || exit 1
  rm -rf "$data.new"
  stop_orphan_postgres
}

# PostgreSQL recognises its own stale pid file; only one whose number now belongs to a stranger must go.
stop_orphan_postgres() {
  pid_file=$data/postmaster.pid
  [ -s "$pid_file" ] || return 0
  owner=$(head -n 1 "$pid_file" | tr -dc '0-9')
  if [ -n "$owner" ] && ps -p "$owner" >/dev/null 2>&1; then
    stop_orphan "$pid_file" "$data" INT 5
  fi
}

# A standby refuses to start with less than its primary's limits, so both get the same settings.
start_postgres() {
  start_server INT "$PG_RUN_AS" "$PG_BIN/postgres" -D "$data" -p "$PG_PORT" \
    -c listen_addresses="${PG_LISTEN:-127.0.0.1}" -c unix_socket_directories= \
    -c max_connections=200 -c shared_buffers=64MB -c dynamic_shared_memory_type=posix \
    -c wal_level=replica -c hot_standby=on -c synchronous_commit=on \
    -c max_wal_senders=8 -c max_replication_slots=8 \
    -c max_slot_wal_keep_size="${PG_MAX_LAG_MB}MB" -c max_wal_size=512MB -c min_wal_size=32MB \
    -c log_line_prefix='%p ' -c log_timezone=UTC -c timezone=UTC -c log_checkpoints=off \
    "$@" 2>&1 # its whole log goes to stderr, which would show every line as an error
}
