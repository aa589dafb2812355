# Sourced by the capture.sh of a stack, after STACK is set: helpers to start a server, ask it, and store what it answers.
set -u
LIB=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
BODIES=$LIB/../../bodies/$STACK
rm -rf "$BODIES"; mkdir -p "$BODIES"
PIDS=
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
trap 'for p in $PIDS; do kill "$p" 2>/dev/null; done; wait 2>/dev/null' EXIT

need() { dpkg -s "$@" >/dev/null 2>&1 || apt-get -y -q -o DPkg::Lock::Timeout=900 install --no-install-recommends "$@" >/dev/null; }
# g FILE LABEL KIND SOURCE [--sed FROM TO]... -- CURL-ARGUMENTS | --tcp HOST:PORT TEXT | --file PATH STATUS CONTENT-TYPE
g() { /usr/bin/python3 "$LIB/grab.py" "$STACK" "$@"; }
# run COMMAND...: in the background, ended when the script ends
run() { "$@" >/dev/null 2>&1 & PIDS="$PIDS $!"; LAST=$!; }
stop() { kill "$LAST" 2>/dev/null; wait "$LAST" 2>/dev/null; }
# up PORT: wait until something listens
up() { for _ in $(seq 1 75); do (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return 0; sleep 0.2; done; echo "$STACK: nothing listens on $1" >&2; exit 1; }
venv() { d=$1; shift; [ -x "$d/bin/python" ] || /usr/bin/python3 -m venv "$d"; "$d/bin/pip" -q install "$@" 2>&1 | grep -v notice; }
