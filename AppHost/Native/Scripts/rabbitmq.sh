#!/bin/sh
# Starts RabbitMQ as a node of its own: own name, cookie, data, logs, ports and epmd.
# Environment: RABBIT_SERVER (the real start script, which does not change users), RABBIT_HOME, RABBIT_PORT, RABBIT_DIST_PORT,
# RABBIT_EPMD_PORT, RABBIT_MANAGEMENT_PORT (empty = without the plugin), RABBIT_USER, RABBIT_PASSWORD, EPMD (binary).
. "$(dirname "$0")/supervise.sh"

umask 077
mkdir -p "$RABBIT_HOME/mnesia" "$RABBIT_HOME/log"
cd "$RABBIT_HOME" || exit 1

# Erlang repeats the home directory on its command line.
stop_orphan "$RABBIT_HOME/server.pid" "-home $RABBIT_HOME" TERM 3
stop_orphan "$RABBIT_HOME/epmd.pid" epmd TERM 2

if [ ! -s .erlang.cookie ]; then
  head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n' > .erlang.cookie
fi
chmod 400 .erlang.cookie

if [ -n "$RABBIT_MANAGEMENT_PORT" ]; then
  echo '[rabbitmq_management].' > enabled_plugins
  management="management.tcp.ip = 127.0.0.1
management.tcp.port = $RABBIT_MANAGEMENT_PORT"
else
  echo '[].' > enabled_plugins
  management=
fi

# Erlang searches every plugin directory for every module. Showing it only the plugins in use saves about two seconds
# of the start. Plugins are directories or .ez files beside the broker's own code.
plugins=$(dirname "$(readlink -f "$RABBIT_SERVER" 2>/dev/null || echo "$RABBIT_SERVER")")/../plugins
rm -rf broker
: > rabbitmq-env.conf
if [ -d "$plugins" ]; then
  mkdir -p broker/plugins
  plugins=$(cd "$plugins" && pwd)
  for plugin in "$plugins"/*; do
    case ${plugin##*/} in
      rabbitmq_prelaunch* | rabbitmq_management-* | rabbitmq_management_agent* | rabbitmq_web_dispatch*) ;;
      rabbitmq_*) continue ;;
    esac
    ln -s "$plugin" broker/plugins/
  done
  echo "RABBITMQ_HOME=\"$RABBIT_HOME/broker\"" > rabbitmq-env.conf
fi

cat > rabbitmq.conf <<CONF
listeners.tcp.1 = 127.0.0.1:$RABBIT_PORT
distribution.listener.interface = 127.0.0.1
$management
default_user = $RABBIT_USER
default_pass = $RABBIT_PASSWORD
disk_free_limit.absolute = 64MB
raft.wal_max_size_bytes = 67108864
log.file = false
log.console = true
log.console.level = info
log.connection.level = warning
CONF

# Variables of the surrounding session must not leak into this node.
for name in $(env | sed -n 's/^\(RABBITMQ_[A-Z_]*\)=.*/\1/p'); do unset "$name"; done
export HOME="$RABBIT_HOME"
# The node name is part of the data: it must stay the same over the life of the directory.
export RABBITMQ_NODENAME=microblog@localhost
export RABBITMQ_DIST_PORT="$RABBIT_DIST_PORT"
export ERL_EPMD_PORT="$RABBIT_EPMD_PORT" ERL_EPMD_ADDRESS=127.0.0.1
export RABBITMQ_CONF_ENV_FILE="$RABBIT_HOME/rabbitmq-env.conf"
export RABBITMQ_CONFIG_FILE="$RABBIT_HOME/rabbitmq.conf"
export RABBITMQ_ADVANCED_CONFIG_FILE="$RABBIT_HOME/advanced.config"
export RABBITMQ_GENERATED_CONFIG_DIR="$RABBIT_HOME/config"
export RABBITMQ_ENABLED_PLUGINS_FILE="$RABBIT_HOME/enabled_plugins"
export RABBITMQ_MNESIA_BASE="$RABBIT_HOME/mnesia"
export RABBITMQ_LOG_BASE="$RABBIT_HOME/log" RABBITMQ_LOGS=-
export RABBITMQ_PID_FILE="$RABBIT_HOME/rabbitmq.pid" ERL_CRASH_DUMP="$RABBIT_HOME/log/erl_crash.dump"
# Idle schedulers must not spin: the broker shares the machine with everything else.
export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none"
# Makes the start script become the Erlang machine instead of its parent; +B i lets that one ignore Ctrl-C.
export RUNNING_UNDER_SYSTEMD=true RABBITMQ_SERVER_START_ARGS="+B i"

(trap - TERM INT HUP; exec_bound TERM "" "$EPMD" -address 127.0.0.1 -port "$RABBIT_EPMD_PORT") &
epmd=$!
echo "$epmd" > epmd.pid
trap 'kill "$epmd" 2>/dev/null; wait "$epmd" 2>/dev/null; rm -f "$RABBIT_HOME/epmd.pid" "$RABBIT_HOME/server.pid"' EXIT

start_server TERM "" "$RABBIT_SERVER"
echo "$server" > server.pid
# The queues are safe on disk a moment after the signal; the management plugin then idles for another five seconds.
watch_server TERM 3
