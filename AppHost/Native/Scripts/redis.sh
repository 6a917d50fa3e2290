#!/bin/sh
# Starts Redis as a cache: nothing on disk. A list restored from a second before a power cut would lack what was pushed in that second,
# while an empty Redis is filled from PostgreSQL. Environment: REDIS_SERVER (binary), REDIS_HOME, REDIS_PORT, REDIS_PASSWORD.
. "$(dirname "$0")/supervise.sh"

umask 077
mkdir -p "$REDIS_HOME"
conf=$REDIS_HOME/redis.conf
pid_file=$REDIS_HOME/redis.pid
cd "$REDIS_HOME" || exit 1

# The command line keeps naming the configuration file (set-proc-title), by which an orphan is recognised.
stop_orphan "$pid_file" "$conf" TERM 5
cat > "$conf" <<CONF
bind 127.0.0.1
port $REDIS_PORT
protected-mode yes
requirepass $REDIS_PASSWORD
dir "$REDIS_HOME"
pidfile "$pid_file"
set-proc-title no
daemonize no
databases 16
appendonly no
save ""
maxmemory-policy noeviction
CONF

start_server TERM "" "$REDIS_SERVER" "$conf"
watch_server TERM 5
