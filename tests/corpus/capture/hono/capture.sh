#!/usr/bin/env bash
# Hono on Node, Deno and Bun, all three from npm.
. "$(dirname "$0")/../_lib/grab.sh"
begin hono
npm_app /app/edge hono@4 @hono/node-server@1 bun@1 deno@2
cd /app/edge
chmod +x node_modules/@deno/*/deno node_modules/@oven/*/bin/bun 2>/dev/null
DENO=$(ls node_modules/@deno/*/deno) BUN=$(ls node_modules/@oven/bun-linux-x64/bin/bun)
export PORT=18107
serve $PORT node server.mjs
s node-default.txt "generic error" "Hono 4 on Node, default error handler" /type
s node-404.txt "default 404" "Hono 4 on Node, unknown route" /nope
s node-deny.txt "forbidden" "Hono 4 on Node, HTTPException" /deny
unserve
MODE=json serve $PORT node server.mjs
u node-type.json "stack" "Hono 4 on Node, own handler with stack" /type
u node-cause.json "stack" "Hono 4 on Node, own handler with stack and cause" /cause
unserve
MODE=message serve $PORT node server.mjs
u node-reference.txt "exception class and message" "Hono 4 on Node, String(e), ReferenceError" /reference
unserve
for rt in deno bun; do
  case $rt in deno) RUN="$DENO run -q -A --node-modules-dir=manual server.mjs" ;; bun) RUN="$BUN server.mjs" ;; esac
  MODE=json serve $PORT $RUN
  u $rt-type.json "stack" "Hono 4 on ${rt^}, own handler with stack, TypeError" /type
  u $rt-file.json "stack, path" "Hono 4 on ${rt^}, own handler with stack, missing file" /file
  u $rt-fetch.json "stack, internal address" "Hono 4 on ${rt^}, own handler with stack, connection refused" /fetch
  unserve
  MODE=text serve $PORT $RUN
  u $rt-cause.txt "stack trace with cause" "Hono 4 on ${rt^}, e.stack as text, error with a cause" /cause
  u $rt-json.txt "stack trace" "Hono 4 on ${rt^}, e.stack as text, JSON.parse" /json
  unserve
  serve $PORT $RUN
  u $rt-raw.html "stack trace, debug page" "${rt^}, error outside of the framework, development" /raw -H 'Accept: text/html'
  unserve
done
finish
