#!/bin/bash
# Held out: React Router 7 and Nuxt while developing and as built; SvelteKit and Astro as built.
. "$(dirname "$0")/../shoot.sh"
CORPUS=$HERE/../../held-out; mkdir -p "$CORPUS"
for a in rr sveltekit astro nuxt; do mkdir -p /srv/$a && cp -r "$HERE/$a/." /srv/$a/; done
export ASTRO_TELEMETRY_DISABLED=1 NUXT_TELEMETRY_DISABLED=1
npms() { [ -n "${INSTALLED:-}" ] || (cd /srv/$1 && echo '{"name":"garden","private":true,"type":"module"}' > package.json && npm install --no-audit --no-fund --legacy-peer-deps "${@:2}"); }
npms rr react-router@7 @react-router/dev@7 @react-router/node@7 @react-router/serve@7 react@19 react-dom@19 vite@6 isbot
npms sveltekit @sveltejs/kit@2 svelte@5 vite@6 @sveltejs/vite-plugin-svelte@5
npms astro astro@5 @astrojs/node@9
npms nuxt nuxt vue
(cd /srv/rr && npx react-router build; cd /srv/sveltekit && npx vite build; cd /srv/astro && npx astro build; [ -d /srv/nuxt/.output ] || { cd /srv/nuxt && npx nuxt build; }) >"$LOG" 2>&1
v() { echo "$3 $(sed -n 's/.*"version": *"\([^"]*\)".*/\1/p' /srv/$1/node_modules/$2/package.json | head -1)"; }
ENV=("${ENVIRON[@]}" ASTRO_TELEMETRY_DISABLED=1 NUXT_TELEMETRY_DISABLED=1); B=http://127.0.0.1
H='Accept: text/html'

stack react-router; V=$(v rr react-router "React Router"); B=http://127.0.0.1:24311
ENVIRON=("${ENV[@]}"); up 24311 /srv/rr /srv/rr/node_modules/.bin/react-router dev --port 24311 --host 127.0.0.1
shot development-null.html unsafe "stack trace" "$V, development, TypeError while rendering" $B/null
shot development-refused.html unsafe "stack trace" "$V, development, loader" $B/refused
shot development-file.txt unsafe "path" "$V, development, resource route" $B/api/file
shot development-action.json unsafe "stack trace" "$V, development, route without action" -X POST $B/api/file
down; ENVIRON=("${ENV[@]}" PORT=24312 HOST=127.0.0.1 NODE_ENV=production); B=http://127.0.0.1:24312; up 24312 /srv/rr /srv/rr/node_modules/.bin/react-router-serve build/server/index.js
shot null.html safe "generic page" "$V, production, TypeError while rendering" $B/null
shot file.txt safe "generic text" "$V, production, resource route" $B/api/file
shot closed.html safe "own message" "$V, production, data with status 503" $B/closed
shot 405.json safe "generic error" "$V, production, route without action" -X POST $B/api/file
finish

stack sveltekit; V=$(v sveltekit @sveltejs/kit SvelteKit); B=http://127.0.0.1:24313
ENVIRON=("${ENV[@]}" GARDEN_OPEN=1); up 24313 /srv/sveltekit /srv/sveltekit/node_modules/.bin/vite preview --port 24313 --host 127.0.0.1
shot open-null.html unsafe "exception message" "$V, handleError hands the message on, TypeError while rendering" $B/null
shot open-file.json unsafe "path" "$V, handleError hands the message on, endpoint" $B/api/file
shot open-load.json unsafe "exception message" "$V, handleError hands the message on, load as data" $B/load/__data.json
shot open-response.json unsafe "exception message" "$V, handleError hands the message on, endpoint without Response" -X POST $B/api/sold
down; ENVIRON=("${ENV[@]}"); B=http://127.0.0.1:24314; up 24314 /srv/sveltekit /srv/sveltekit/node_modules/.bin/vite preview --port 24314 --host 127.0.0.1
shot null.html safe "generic page" "$V, handleError with a reference" $B/null
shot load.json safe "generic error" "$V, load as data" $B/load/__data.json
shot file.json safe "generic error" "$V, endpoint" $B/api/file
shot closed.html safe "own message" "$V, error(503)" $B/closed
shot sold.json safe "own message" "$V, error(410)" $B/api/sold
shot 404.html safe "generic page" "$V, 404" $B/nowhere
shot 405.txt safe "generic text" "$V, 405" -X PUT $B/api/sold
finish

stack astro; V=$(v astro astro Astro)
ENVIRON=("${ENV[@]}" PORT=24316 HOST=127.0.0.1); B=http://127.0.0.1:24316; up 24316 /srv/astro /usr/bin/node dist/server/entry.mjs
shot closed.json safe "own message" "$V, node adapter, 503" $B/closed
shot 404.html safe "generic page" "$V, node adapter, 404" $B/nowhere
finish

stack nuxt; V=$(v nuxt nuxt Nuxt); B=http://127.0.0.1:24317
ENVIRON=("${ENV[@]}"); up 24317 /srv/nuxt /srv/nuxt/node_modules/.bin/nuxt dev --port 24317 --host 127.0.0.1
for i in 1 2 3 4 5 6; do [ "$(curl -s -m 20 -o /dev/null -w '%{http_code}' $B/)" = 200 ] && break; sleep 3; done
shot development-null.json unsafe "stack trace" "$V, development, API, TypeError" -H "Accept: application/json" $B/api/null
shot development-refused.json unsafe "stack trace" "$V, development, API, \$fetch" -H "Accept: application/json" $B/api/refused
down; ENVIRON=("${ENV[@]}" PORT=24318 HOST=127.0.0.1 NODE_ENV=production); B=http://127.0.0.1:24318; up 24318 /srv/nuxt /usr/bin/node .output/server/index.mjs
shot null.json safe "generic error" "$V, production, API, TypeError" -H "Host: garden.shop.example" $B/api/null
shot closed.json safe "own message" "$V, production, API, createError" -H "Host: garden.shop.example" $B/api/closed
shot null.html safe "generic page" "$V, production, TypeError while rendering" -H "Host: garden.shop.example" -H "$H" $B/null
shot 404.html safe "generic page" "$V, production, 404" -H "Host: garden.shop.example" -H "$H" $B/nowhere
finish
