#!/bin/bash
# workerd: what it answers when a worker fails, and what workers answer themselves
STACK=workerd; . "$(dirname "$0")/../lib/lib.sh"
H=$(cd "$(dirname "$0")" && pwd); mkdir -p /srv/worker; cd /srv/worker
[ -e node_modules/.bin/workerd ] || { echo '{}' > package.json; npm i --silent --no-audit --no-fund workerd; }
cp "$H/worker.js" "$H/config.capnp" .
W=$(ls -d node_modules/@cloudflare/workerd-linux-64/bin/workerd 2>/dev/null || echo node_modules/.bin/workerd)
run "$W" serve config.capnp
up 19701
V="workerd $(sed -n 's/^ *"version": *"\([^"]*\)".*/\1/p' node_modules/workerd/package.json)"; A=http://127.0.0.1:19701
u() { g "$1" unsafe "$2" "$V, $3" -- "$A/${4}"; }
g uncaught.txt safe 'server page' "$V, uncaught exception" -- $A/uncaught/null
u null.json 'stack trace' 'JSON with stack, null' stack/null
u json.txt 'exception message' 'String(e), JSON.parse' text/json
u binding.txt 'exception message' 'String(e), binding that is not there' text/binding
u kv.html 'stack trace' 'HTML with the stack' html/kv
u url.json 'stack trace' 'JSON with the stack as an array of lines' lines/url
u atob.txt 'exception message' 'String(e), atob' text/atob
u header.json 'stack trace' 'JSON with stack, wrong header' stack/header
u recursion.json 'stack trace' 'JSON with stack, recursion' lines/recursion
u crypto.txt 'exception message' 'String(e), Web Crypto' text/crypto
u cause.json 'stack trace' 'JSON with stack and cause' stack/cause
g fetch.json unsafe 'stack trace' "$V, JSON with stack, refused connection" -- $A/stack/fetch
g generic.json safe 'error JSON' "$V, generic answer" -- $A/safe/null
