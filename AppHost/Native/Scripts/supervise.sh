# Sourced by the start scripts of the native servers. Runs one server as a child process, turns the orchestrator's
# SIGTERM into the signal which that server understands as a quick and clean stop, and never outlives its parent.

parent=$PPID
server=
nap=
stopping=

trap 'request_stop' TERM INT HUP

say() { printf '%s\n' "microblog: $*"; }

fail() { printf '%s\n' "microblog: $*" >&2; exit 1; }

request_stop() {
  stopping=yes
  [ -z "$nap" ] || kill "$nap" 2>/dev/null
}

alive() { kill -0 "$1" 2>/dev/null; }

# The kernel delivers SIGNAL to the command when this script dies without a chance to clean up (Linux only).
# usage: exec_bound SIGNAL USER COMMAND...   (USER may be empty; replaces the current process)
exec_bound() {
  bound_signal=$1 bound_user=$2
  shift 2
  if command -v setpriv >/dev/null 2>&1; then
    if [ -n "$bound_user" ]; then
      exec setpriv --reuid="$bound_user" --regid="$(id -g "$bound_user")" --init-groups --pdeathsig "$bound_signal" -- "$@"
    fi
    exec setpriv --pdeathsig "$bound_signal" -- "$@"
  fi
  exec "$@"
}

# usage: start_server SIGNAL USER COMMAND...   sets $server
start_server() {
  (trap - TERM INT HUP; exec_bound "$@") &
  server=$!
}

# usage: stop_server SIGNAL GRACE_SECONDS   a server that needs longer is killed; all four recover from that
stop_server() {
  tenths=$(($2 * 10))
  kill -"$1" "$server" 2>/dev/null
  while [ "$tenths" -gt 0 ] && alive "$server"; do
    sleep 0.1
    tenths=$((tenths - 1))
  done
  kill -KILL "$server" 2>/dev/null
  wait "$server" 2>/dev/null
}

# Sleeps, but a signal ends the sleep at once. usage: rest SECONDS
rest() {
  [ -z "$stopping" ] || return 0
  sleep "$1" &
  nap=$!
  wait "$nap" 2>/dev/null
  kill "$nap" 2>/dev/null
  nap=
}

# Watches the server until it ends, a stop is requested or the parent is gone; exits the script with the server's
# status. usage: watch_server STOP_SIGNAL GRACE_SECONDS [COMMAND]   COMMAND runs once a second
watch_server() {
  watch_signal=$1 watch_grace=$2
  shift 2
  while [ -z "$stopping" ] && alive "$server"; do
    rest 1
    alive "$parent" || stopping=orphaned
    [ -n "$stopping" ] || [ "$#" -eq 0 ] || "$@"
  done
  if [ -n "$stopping" ]; then
    stop_server "$watch_signal" "$watch_grace"
    exit 0
  fi
  wait "$server"
  exit $?
}

# Stops a server which an earlier, killed run left behind. A process counts as ours only when its command line names
# MARK. usage: stop_orphan PIDFILE MARK SIGNAL GRACE_SECONDS
stop_orphan() {
  [ -s "$1" ] || return 0
  orphan=$(head -n 1 "$1" | tr -dc '0-9')
  if [ -n "$orphan" ] && ps -p "$orphan" -o args= 2>/dev/null | grep -qF -- "$2"; then
    say "stopping process $orphan which an earlier run left behind"
    tenths=$(($4 * 10))
    kill -"$3" "$orphan" 2>/dev/null
    while [ "$tenths" -gt 0 ] && alive "$orphan"; do
      sleep 0.1
      tenths=$((tenths - 1))
    done
    kill -KILL "$orphan" 2>/dev/null
  fi
  rm -f "$1"
}
