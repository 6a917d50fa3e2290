#!/bin/sh
# Starts the PostgreSQL primary; creates the cluster and the database PG_DATABASE when the directory is empty.
here=$(dirname "$0")
. "$here/supervise.sh"
. "$here/postgres.sh"

prepare_home

# The new cluster gets its final name only when it is complete, so an interrupted start leaves nothing half made.
if [ ! -f "$data/PG_VERSION" ]; then
  say "creating the database cluster"
  rm -rf "$data"
  printf '%s\n' "$PG_PASSWORD" > "$PG_HOME/pwfile"
  [ -z "$PG_RUN_AS" ] || chown "$PG_RUN_AS" "$PG_HOME/pwfile"
  as_owner "$PG_BIN/initdb" --pgdata="$data.new" --username="$PG_USER" --pwfile="$PG_HOME/pwfile" \
    --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 --data-checksums --no-sync --no-instructions > "$PG_HOME/initdb.log" 2>&1 \
    || { cat "$PG_HOME/initdb.log" >&2; fail "initdb failed"; }
  rm -f "$PG_HOME/pwfile"
  printf 'CREATE DATABASE %s\n' "$PG_DATABASE" \
    | as_owner "$PG_BIN/postgres" --single -D "$data.new" -c log_min_messages=fatal postgres > "$PG_HOME/initdb.log" 2>&1 \
    || { cat "$PG_HOME/initdb.log" >&2; fail "the database $PG_DATABASE could not be created"; }
  mv "$data.new" "$data"
  rm -f "$PG_HOME/initdb.log"
fi

start_postgres
watch_server INT 5
