# What every capture.sh of the Node, Java, Go, Rust, BEAM, Lua, C and .NET stacks shares. Source it: . "$(dirname "$0")/../_lib/grab.sh"
#
# begin STACK           empties tests/corpus/bodies/STACK
# serve PORT COMMAND…   starts a server on 127.0.0.1:PORT in the background and waits until it listens; its log is in $LOGS
# unserve               stops the server that serve started last
# u FILE KIND SOURCE PATH [CURL OPTION…]   requests PATH from $BASE and keeps the body, labelled unsafe
# s FILE KIND SOURCE PATH [CURL OPTION…]   the same, labelled safe
# finish                writes index.json; a body that names the home or the checkout of whoever captures is reported
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
CORPUS=$(cd "$HERE/../.." && pwd)
LOGS=${LOGS:-/var/log/corpus}
CAPTURER=$HOME
export HOME=/home/shop PATH=/opt/node/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin LANG=C.UTF-8
mkdir -p "$HOME"
mkdir -p "$LOGS"
SERVERS=()
trap 'for p in "${SERVERS[@]:-}"; do [ -n "$p" ] && kill "$p" 2>/dev/null; done' EXIT

begin() {
  STACK=$1
  OUT=$CORPUS/bodies/$STACK
  rm -rf "$OUT" && mkdir -p "$OUT"
  INDEX=$(mktemp)
}

wait_port() { # PORT SECONDS [PID]
  local i
  for ((i = 0; i < $2 * 5; i++)); do
    [ -z "${3:-}" ] || kill -0 "$3" 2>/dev/null || break
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return 0
    sleep 0.2
  done
  echo "nothing listens on $1" >&2
  return 1
}

serve() {
  local port=$1
  shift
  BASE=http://127.0.0.1:$port
  "$@" >"$LOGS/$STACK-$port.log" 2>&1 &
  SERVERS+=($!)
  wait_port "$port" 60 $! || tail -20 "$LOGS/$STACK-$port.log" >&2
}

unserve() {
  local last=$((${#SERVERS[@]} - 1)) pid
  pid=${SERVERS[$last]}
  kill "$pid" 2>/dev/null
  for _ in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$pid" 2>/dev/null || break; sleep 0.3; done
  kill -9 "$pid" 2>/dev/null
  wait "$pid" 2>/dev/null
  unset "SERVERS[$last]"
}

u() { grab unsafe "$@"; }
s() { grab safe "$@"; }

# The port of the moment is the only thing that is made neutral everywhere; a stack may add sed expressions in $NEUTRAL.
grab() {
  local label=$1 file=$2 kind=$3 source=$4 path=$5
  shift 5
  local meta
  meta=$(curl -sS -m 30 -o "$OUT/$file" -w '%{http_code}\t%{content_type}' "$@" "$BASE$path" || true)
  [ -s "$OUT/$file" ] || { echo "$STACK/$file: empty ($meta)" >&2; rm -f "$OUT/$file"; return 0; }
  [ -z "${NEUTRAL:-}" ] || sed -i "$NEUTRAL" "$OUT/$file"
  if [ "$(stat -c %s "$OUT/$file")" -gt 102400 ]; then echo "$STACK/$file: over 100 KiB" >&2; rm -f "$OUT/$file"; return 0; fi
  printf '%s\t%s\t%s\t%s\t%s\n' "$file" "$label" "$kind" "$meta" "$source" >>"$INDEX"
  case ${meta%%	*} in [123]??|000) echo "$STACK/$file: status ${meta%%	*}" >&2 ;; esac
}

finish() {
  /usr/bin/python3 - "$INDEX" "$OUT" "$CAPTURER" "$CORPUS" <<'PY'
import json, pathlib, re, sys
index, out = sys.argv[1], pathlib.Path(sys.argv[2])
entries, foreign = [], re.compile("|".join([*map(re.escape, sys.argv[3:5]), r"pyenv|registry/src/[a-z]+\."]).encode())
for line in open(index, encoding="utf-8"):
    file, label, kind, status, content_type, source = line.rstrip("\n").split("\t")
    m = foreign.search((out / file).read_bytes())
    if m:
        print(f"{out.name}/{file}: names {m.group().decode()}", file=sys.stderr)
    entries.append({"file": file, "label": label, "kind": kind, "status": int(status), "content_type": content_type, "source": source})
entries.sort(key=lambda e: e["file"])
(out / "index.json").write_text("[\n" + ",\n".join("  " + json.dumps(e, ensure_ascii=False) for e in entries) + "\n]\n", encoding="utf-8")
n = sum(e["label"] == "unsafe" for e in entries)
print(f"{out.name}: {n} unsafe, {len(entries) - n} safe")
PY
  rm -f "$INDEX"
}

# ---- what an application stands on

need() { # DEBIAN PACKAGE… that are not there yet
  local missing=()
  for p in "$@"; do dpkg -s "$p" >/dev/null 2>&1 || missing+=("$p"); done
  [ ${#missing[@]} -eq 0 ] || apt-get -o DPkg::Lock::Timeout=600 install -y --no-install-recommends "${missing[@]}" >"$LOGS/apt.log" 2>&1
}

npm_app() { # FOLDER PACKAGE…: a clean folder with the application's own files and its dependencies
  local dir=$1
  shift
  mkdir -p "$dir" && cp -r "$HERE"/. "$dir"/ && rm -f "$dir/capture.sh"
  [ -f "$dir/package.json" ] || echo '{"name":"shop","version":"1.4.2","private":true}' >"$dir/package.json"
  (cd "$dir" && npm install --no-audit --no-fund --ignore-scripts "$@") >"$LOGS/npm-$STACK.log" 2>&1 || tail -5 "$LOGS/npm-$STACK.log" >&2
}

# A PostgreSQL of our own on port 54329: database shop, role shop, table products, no table orders.
postgres() {
  need postgresql
  local bin data=/var/lib/shop/postgres
  bin=$(ls -d /usr/lib/postgresql/*/bin | tail -1)
  (exec 3<>/dev/tcp/127.0.0.1/54329) 2>/dev/null && return 0
  if [ ! -d $data ]; then
    mkdir -p /var/lib/shop && install -d -o postgres $data
    echo hunter2-staging >/var/lib/shop/password && chmod 644 /var/lib/shop/password
    su postgres -s /bin/sh -c "cd /; $bin/initdb -D $data -A scram-sha-256 --pwfile=/var/lib/shop/password -U shop --locale=C.UTF-8 >/dev/null"
  fi
  su postgres -s /bin/sh -c "cd /; exec $bin/postgres -D $data -p 54329 -c listen_addresses=127.0.0.1 -c unix_socket_directories=" >"$LOGS/postgres.log" 2>&1 &
  SERVERS+=($!)
  wait_port 54329 20
  sleep 1
  export PGPASSWORD=hunter2-staging
  psql -h 127.0.0.1 -p 54329 -U shop -q postgres -c 'create database shop' 2>/dev/null
  psql -h 127.0.0.1 -p 54329 -U shop -q shop -c "create table if not exists products (id int primary key, name text not null, price numeric(8,2) check (price > 0), sku varchar(8) unique)" -c "insert into products values (1,'kettle',39.90,'KET-1') on conflict do nothing" 2>/dev/null
  unset PGPASSWORD
}

# A MariaDB of our own on port 33069: database shop, user shop@%, table products.
mariadb_server() {
  need mariadb-server
  local data=/var/lib/shop/mariadb
  (exec 3<>/dev/tcp/127.0.0.1/33069) 2>/dev/null && return 0
  if [ ! -d $data ]; then
    mkdir -p /var/lib/shop && install -d -o mysql $data
    mariadb-install-db --user=mysql --datadir=$data --auth-root-authentication-method=normal >"$LOGS/mariadb-install.log" 2>&1
  fi
  mariadbd --no-defaults --user=mysql --datadir=$data --port=33069 --bind-address=127.0.0.1 --socket=/var/lib/shop/mariadb/shop.sock --pid-file=/var/lib/shop/mariadb/shop.pid >"$LOGS/mariadb.log" 2>&1 &
  SERVERS+=($!)
  wait_port 33069 30
  mariadb --no-defaults -S /var/lib/shop/mariadb/shop.sock -uroot -e "create database if not exists shop; create user if not exists shop@'127.0.0.1' identified by 'hunter2-staging'; create user if not exists shop@localhost identified by 'hunter2-staging'; grant all on shop.* to shop@'127.0.0.1', shop@localhost; create table if not exists shop.products (id int primary key, name varchar(40) not null, sku varchar(8) unique); insert ignore into shop.products values (1,'kettle','KET-1')"
}
