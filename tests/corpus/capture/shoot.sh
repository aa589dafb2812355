# Sourced by the capture.sh of a stack (Python, Ruby, PHP, Perl): starts applications on 127.0.0.1,
# asks them with curl, and keeps body and label.
#
#   stack NAME                                    begins bodies/NAME
#   up PORT DIR COMMAND…                          starts COMMAND in DIR with a bare environment and waits for PORT
#   down                                          ends everything that `up` started
#   shot FILE LABEL KIND SOURCE CURL-ARGUMENT…    one request; LABEL is unsafe or safe
#
# ENVIRON (an array) is the environment of the applications; CLEAN (sed -E expressions) is applied to each body.
set -u
HERE=$(cd "$(dirname "${BASH_SOURCE[1]}")" && pwd)
CORPUS=$(cd "$(dirname "${BASH_SOURCE[0]}")/../bodies" 2>/dev/null && pwd || { mkdir -p "$(dirname "${BASH_SOURCE[0]}")/../bodies"; cd "$(dirname "${BASH_SOURCE[0]}")/../bodies" && pwd; })
LIMIT=102400
ENVIRON=(PATH=/usr/local/bin:/usr/bin:/bin HOME=/home/deploy LANG=C.UTF-8)
CLEAN=()
PIDS=()
LOG=${LOG:-/dev/null}

stack() {
  OUT=$CORPUS/$1
  # A held-out stack that somebody looked at lives among the others.
  if [ -d "$CORPUS/../bodies/$1" ]; then OUT=$CORPUS/../bodies/$1; fi
  rm -rf "$OUT"
  mkdir -p "$OUT"
  : > "$OUT/.index"
}

up() {
  local port=$1 dir=$2 n=0
  shift 2
  (cd "$dir" && exec env -i "${ENVIRON[@]}" setsid "$@" >>"$LOG" 2>&1 </dev/null) &
  PIDS+=($!)
  until (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
    n=$((n + 1))
    if [ $n -gt 150 ]; then echo "nothing listens on $port" >&2; return 1; fi
    sleep 0.2
  done
}

down() {
  local p
  for p in "${PIDS[@]}"; do kill -TERM -- "-$p" 2>/dev/null || kill -TERM "$p" 2>/dev/null; done
  for p in "${PIDS[@]}"; do wait "$p" 2>/dev/null; done
  PIDS=()
}

shot() {
  local file=$1 label=$2 kind=$3 source=$4 meta size
  shift 4
  meta=$(curl -sS --compressed --max-time 60 -o "$OUT/$file" -w '%{http_code}\t%{content_type}' "$@" 2>&1) || { case $meta in *"	"*) ;; *) echo "$file: $meta" >&2; rm -f "$OUT/$file"; return;; esac; }
  meta=$(printf %s "$meta" | tail -n 1)
  [ -f "$OUT/$file" ] || { echo "$file: empty ($meta)" >&2; return; }
  for c in "${CLEAN[@]:-}"; do [ -z "$c" ] || LC_ALL=C sed -E -i "$c" "$OUT/$file"; done
  size=$(stat -c %s "$OUT/$file")
  if [ "$size" = 0 ] || [ "$size" -gt $LIMIT ]; then echo "$file: $size bytes, left out" >&2; rm -f "$OUT/$file"; return; fi
  printf '%s\t%s\t%s\t%s\t%s\n' "$file" "$label" "$kind" "$source" "$meta" >> "$OUT/.index"
}

finish() {
  down
  python3 - "$OUT" <<'PY'
import json, os, sys
out = sys.argv[1]
rows = []
for line in open(f"{out}/.index", encoding="utf-8"):
    file, label, kind, source, status, ctype = (line.rstrip("\n").split("\t") + [""])[:6]
    rows.append(dict(file=file, label=label, kind=kind, status=int(status), content_type=ctype, source=source))
os.remove(f"{out}/.index")
with open(f"{out}/index.json", "w", encoding="utf-8") as f:
    f.write("[\n" + ",\n".join("  " + json.dumps(r, ensure_ascii=False) for r in rows) + "\n]\n")
print(os.path.basename(out), sum(r["label"] == "unsafe" for r in rows), "unsafe", sum(r["label"] == "safe" for r in rows), "safe")
PY
}
trap down EXIT
