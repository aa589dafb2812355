#!/usr/bin/env bash
# Next.js 14, pages router, next dev and next start.
. "$(dirname "$0")/../_lib/grab.sh"
begin next
npm_app /usr/src/web next@14 react@18 react-dom@18
cd /usr/src/web
export PORT=18109 NEXT_TELEMETRY_DISABLED=1
serve $PORT node node_modules/next/dist/bin/next dev -p $PORT -H 127.0.0.1
D="Next.js 14, next dev"
M=(-m 60)
u dev-render.html "stack trace in page data" "$D, TypeError while rendering" /render "${M[@]}"
u dev-props.html "stack trace in page data, path" "$D, missing file in getServerSideProps" /props "${M[@]}"
u dev-api.html "stack trace in page data" "$D, TypeError in an API route" /api/order "${M[@]}"
unserve
node node_modules/next/dist/bin/next build >"$LOGS/next-build.log" 2>&1 || tail -3 "$LOGS/next-build.log" >&2
serve $PORT node node_modules/next/dist/bin/next start -p $PORT -H 127.0.0.1
P="Next.js 14, next start"
s prod-render.html "default 500 page" "$P, TypeError while rendering" /render
s prod-404.html "default 404 page" "$P, unknown route" /nope
s prod-api.txt "generic error" "$P, TypeError in an API route" /api/order
s prod-ok.json "generic error, French" "$P, own answer" /api/ok
u prod-stock.json "stack, internal address" "$P, own answer with stack and cause" /api/stock
unserve
finish
