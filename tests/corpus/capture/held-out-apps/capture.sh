#!/bin/bash
# Held out: Egg, PostGraphile, Parse Server, Zope.
. "$(dirname "$0")/../shoot.sh"
. "$(dirname "$0")/../databases.sh"
CORPUS=$HERE/../../held-out; mkdir -p "$CORPUS"
for a in egg parse zope; do mkdir -p /srv/$a && cp -r "$HERE/$a/." /srv/$a/; done
npms() { [ -n "${INSTALLED:-}" ] || (mkdir -p /srv/$1; cd /srv/$1 && npm install --no-audit --no-fund "${@:2}"); }
npms egg egg@4; npms parse parse-server@9; npms postgraphile postgraphile@4 pg
[ -n "${INSTALLED:-}" ] || { /usr/bin/python3 -m venv --copies /srv/zope/venv; /srv/zope/venv/bin/pip -q install Zope Products.PythonScripts Paste; }
v() { echo "$3 $(grep -o '^ *"version": *"[0-9][^"]*"' /srv/$1/node_modules/$2/package.json | grep -o '[0-9][0-9.]*' | head -1)"; }
J='Content-Type: application/json'
ENV=("${ENVIRON[@]}")

egg() {
  stack egg; V="Egg 4.0"; B=http://127.0.0.1:24521
  ENVIRON=("${ENV[@]}" EGG_SERVER_ENV=local); up 24521 /srv/egg /usr/bin/node start.js 24521
  CLEAN=('s/hostname: [a-z0-9.-]+/hostname: web-1/')
  shot null.json unsafe "stack trace" "$V, local, JSON, TypeError" -H "Accept: application/json" $B/null
  shot refused.json unsafe "stack trace" "$V, local, JSON, ctx.curl" -H "Accept: application/json" $B/refused
  shot file.html unsafe "debug page" "$V, local, ENOENT" $B/file
  shot json.json safe "parse error" "$V, local, body is no JSON" -H "Accept: application/json" -H "$J" -d '{"x"' $B/order
  down; ENVIRON=("${ENV[@]}" EGG_SERVER_ENV=prod NODE_ENV=production); B=http://127.0.0.1:24522; up 24522 /srv/egg /usr/bin/node start.js 24522
  shot 500.json safe "generic error" "$V, prod, JSON, TypeError" -H "Accept: application/json" $B/null
  shot 410.json safe "own message" "$V, prod, JSON, ctx.throw" -H "Accept: application/json" $B/gone
  shot 404.json safe "generic error" "$V, prod, JSON, 404" -H "Accept: application/json" $B/nowhere
  shot 404.html safe "generic page" "$V, prod, 404" $B/nowhere
  CLEAN=(); ENVIRON=("${ENV[@]}"); finish
}
postgraphile() {
  stack postgraphile; V=$(v postgraphile postgraphile PostGraphile); B=http://127.0.0.1:24523
  PGPASSWORD=hunter2-staging psql -q -h 127.0.0.1 -p 5433 -U shop shop -c "create or replace function share(total int, people int) returns int language sql stable as 'select total / people'" -c "create or replace function broken(n int) returns int language plpgsql stable as 'begin return (select weight from crates where id = n); end'"
  q() { shot "$1" "$2" "$3" "$V, $4" -H "$J" -d "{\"query\":\"$5\"}" $B/graphql; }
  up 24523 /srv/postgraphile /usr/bin/node node_modules/postgraphile/cli.js -c postgres://shop:hunter2-staging@127.0.0.1:5433/shop -s public -p 24523 -n 127.0.0.1 --show-error-stack json --extended-errors hint,detail,errcode,where,schema,table,constraint
  q stack-zero.json unsafe "stack trace" "error stack shown, division by zero" '{ share(total: 3, people: 0) }'
  q stack-duplicate.json unsafe "stack trace" "error stack shown, unique violation" 'mutation { createCustomer(input: {customer: {email: \"ann@shop.example\"}}) { clientMutationId } }'
  kill -- "-${PIDS[-1]}"; unset 'PIDS[-1]'; B=http://127.0.0.1:24524; up 24524 /srv/postgraphile /usr/bin/node node_modules/postgraphile/cli.js -c postgres://shop:hunter2-staging@127.0.0.1:5433/shop -s public -p 24524 -n 127.0.0.1
  q zero.json unsafe "database error" "defaults, division by zero" '{ share(total: 3, people: 0) }'
  q table.json unsafe "SQL error" "defaults, missing table in a function" '{ broken(n: 1) }'
  q check.json unsafe "SQL error" "defaults, check constraint" 'mutation { createCustomer(input: {customer: {email: \"bo@shop.example\", credit: \"-3\"}}) { clientMutationId } }'
  q foreign.json unsafe "SQL error" "defaults, foreign key" 'mutation { createOrder(input: {order: {customerId: 404}}) { clientMutationId } }'
  q field.json safe "GraphQL error" "unknown field" '{ crates { id } }'
  q argument.json safe "GraphQL error" "wrong type of an argument" '{ share(total: \"three\", people: 1) }'
  q syntax.json safe "GraphQL error" "syntax" '{ share('
  shot 405.json safe "GraphQL error" "$V, GET" $B/graphql
  shot none.json safe "GraphQL error" "$V, no query" -H "$J" -d '{}' $B/graphql
  finish
}
parse() {
  stack parse-server; V=$(v parse parse-server "Parse Server"); B=http://127.0.0.1:24526/parse
  up 24526 /srv/parse /usr/bin/node start.mjs 24526
  p() { shot "$1" "$2" "$3" "$V, $4" -H "X-Parse-Application-Id: orchard" "${@:5}"; }
  p null.json unsafe "exception message" "cloud function, TypeError" -X POST $B/functions/count
  p file.json unsafe "path" "cloud function, ENOENT" -X POST $B/functions/prices
  p json.json unsafe "exception message" "cloud function, JSON.parse" -X POST $B/functions/unknown
  p refused.json unsafe "exception message" "cloud function, fetch" -X POST $B/functions/weather
  p closed.json safe "own message" "cloud function, own text" -X POST $B/functions/closed
  p limit.json safe "error code" "cloud function, Parse.Error" -X POST $B/functions/limit
  p function-404.json safe "error JSON" "no such cloud function" -X POST $B/functions/none
  p object-404.json safe "error JSON" "no such object" $B/classes/Tree/none
  p login.json safe "error JSON" "wrong password" "$B/login?username=ann&password=x"
  p type.json safe "error JSON" "wrong type of a field" -H "$J" -d '{"email":3,"username":"ann","password":"x"}' $B/users
  shot unauthorized.json safe "error JSON" "$V, no application" $B/classes/Tree
  finish
}
zope() {
  stack zope; V="Zope $(/srv/zope/venv/bin/pip list 2>/dev/null | awk '$1=="Zope"{print $2}')"; B=http://127.0.0.1:24527
  rm -rf /srv/zope/inst; (cd /srv/zope && ./venv/bin/mkwsgiinstance -d inst -u admin:hunter2 && sed -i 's/8080/24527/' inst/etc/zope.ini) >/dev/null
  printf 'debug-exceptions off\ndebug-mode off\n' >> /srv/zope/inst/etc/zope.conf
  up 24527 /srv/zope ./venv/bin/runwsgi inst/etc/zope.ini
  shot default-404.html safe "generic page" "$V, 404 without standard_error_message" $B/nowhere
  /usr/bin/python3 /srv/zope/setup.py $B
  for k in count key private imported page python; do shot $k.html unsafe "stack trace" "$V, standard_error_message with type, value and trace, $k" $B/$k; done
  down; finish
}
for s in ${ONLY:-egg postgraphile parse zope}; do case $s in postgraphile|parse) postgres_up ;; esac; $s; done
