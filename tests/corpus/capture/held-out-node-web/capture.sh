#!/bin/bash
# Held out: H3, Elysia, GraphQL Yoga, Mercurius, tinyhttp, Youch and json-server on Node.
. "$(dirname "$0")/../shoot.sh"
CORPUS=$HERE/../../held-out; mkdir -p "$CORPUS"
APP=/srv/nodeweb
mkdir -p $APP && cp "$HERE"/*.mjs "$HERE"/db.json $APP/
[ -n "${INSTALLED:-}" ] || (cd $APP && npm install --no-audit --no-fund --ignore-scripts h3@2 elysia @elysiajs/node graphql-yoga graphql mercurius fastify json-server@0 youch @tinyhttp/app)
v() { echo "$2 $(sed -n 's/.*"version": *"\([^"]*\)".*/\1/p' $APP/node_modules/$1/package.json | head -1)"; }
J='Content-Type: application/json'
node() { up "$1" $APP /usr/bin/node "${@:2:1}" "$1" "${@:3}"; B=http://127.0.0.1:$1; }
ENV=("${ENVIRON[@]}")

stack h3; V=$(v h3 H3)
node 24001 h3.mjs debug
shot null.json unsafe "stack trace" "$V, debug, TypeError" $B/stock/1
shot file.json unsafe "stack trace" "$V, debug, ENOENT" $B/label
shot fetch.json unsafe "stack trace" "$V, debug, fetch" $B/supplier
shot cause.json unsafe "stack trace" "$V, debug, HTTPError with cause" $B/cause
shot closed.json unsafe "stack trace" "$V, debug, 503" $B/closed
down; node 24001 h3.mjs
shot message.json unsafe "internal address" "$V, message with the upstream's address" $B/cause
shot 500.json safe "generic error" "$V, unhandled TypeError" $B/stock/1
shot 410.json safe "own message" "$V, 410 with data" $B/sold
shot 503.json safe "own message" "$V, 503" $B/closed
shot plain-500.json safe "generic error" "$V, HTTPError.status(500)" $B/plain
shot 404.json safe "generic error" "$V, 404" -H "Host: shop.example" $B/nowhere
finish

stack elysia; V=$(v elysia Elysia)
ENVIRON=("${ENV[@]}" NODE_ENV=production)
node 24003 elysia.mjs
shot null.txt unsafe "exception message" "$V, NODE_ENV=production, TypeError" $B/stock
shot file.txt unsafe "path" "$V, NODE_ENV=production, ENOENT" $B/label
shot json.txt unsafe "exception message" "$V, NODE_ENV=production, JSON.parse" $B/price
shot 410.txt safe "own message" "$V, status(410)" $B/sold
shot 503.json safe "own message" "$V, status(503)" $B/closed
shot 404.txt safe "error code" "$V, 404" $B/nowhere
shot 422.json safe "validation" "$V, NODE_ENV=production, body" -H "$J" -d '{"sku":"x","count":1}' $B/order
down; ENVIRON=("${ENV[@]}"); node 24003 elysia.mjs
shot development-422.json safe "validation" "$V, development, body" -H "$J" -d '{"sku":"x"}' $B/order
finish

q() { shot "$1" "$2" "$3" "$V, $4" -H "$J" -d "{\"query\":\"{ $5 }\"}" $B/graphql; }
stack graphql-yoga; V=$(v graphql-yoga "GraphQL Yoga")
ENVIRON=("${ENV[@]}" NODE_ENV=development); node 24004 yoga.mjs
q development-null.json unsafe "stack trace" "NODE_ENV=development, TypeError" 'stock(sku: \"a\")'
q development-refused.json unsafe "stack trace" "NODE_ENV=development, refused" supplier
down; ENVIRON=("${ENV[@]}" NODE_ENV=production); node 24004 yoga.mjs open
q open-file.json unsafe "path" "maskedErrors off, ENOENT" label
q open-refused.json unsafe "internal address" "maskedErrors off, refused" supplier
down; node 24004 yoga.mjs
q masked.json safe "GraphQL error" "production, TypeError" 'stock(sku: \"a\")'
q partial.json safe "GraphQL error" "production, a field fails" 'sold label'
q gone.json safe "GraphQL error" "production, GraphQLError" sold
q field.json safe "GraphQL error" "production, unknown field" nope
q syntax.json safe "GraphQL error" "production, syntax" 'stock('
finish

stack mercurius; V=$(v mercurius Mercurius)
node 24005 mercurius.mjs
q null.json unsafe "exception message" "TypeError" 'stock(sku: \"a\")'
q file.json unsafe "path" "ENOENT" label
q refused.json unsafe "internal address" "refused, other fields answered" 'supplier sold'
q gone.json safe "GraphQL error" "ErrorWithProps" sold
q field.json safe "GraphQL error" "unknown field" nope
q argument.json safe "GraphQL error" "missing argument" stock
shot 413.json safe "error JSON" "$V on Fastify, body too large" -H "$J" -d "{\"query\":\"{ sold $(printf '%03000d' 0) }\"}" $B/graphql
shot no-query.json safe "GraphQL error" "$V, no query" -H "$J" -d '{}' $B/graphql
down; node 24005 mercurius.mjs closed
q 500.json safe "GraphQL error" "errorFormatter" 'stock(sku: \"a\")'
finish

stack tinyhttp; V=$(v @tinyhttp/app tinyhttp)
ENVIRON=("${ENV[@]}"); node 24006 tinyhttp.mjs
shot null.txt unsafe "exception message" "$V, TypeError" $B/stock
shot file.txt unsafe "path" "$V, ENOENT" $B/label
shot module.txt unsafe "path" "$V, missing module" $B/plugin
shot engine.txt unsafe "exception message" "$V, no template engine" $B/page
down; ENVIRON=("${ENV[@]}" NODE_ENV=production); node 24006 tinyhttp.mjs
shot 503.txt safe "generic text" "$V, sendStatus" $B/closed
shot status.json safe "own message" "$V, JSON" $B/status
shot status.html safe "own message" "$V, HTML" -H "Accept: text/html" $B/status
finish

stack youch; V=$(v youch Youch)
node 24007 youch.mjs
shot null.html unsafe "debug page" "$V, TypeError" $B/stock
shot null.json unsafe "stack trace" "$V, JSON, TypeError" "$B/stock?form=json"
shot file.json unsafe "stack trace" "$V, JSON, ENOENT" "$B/label?form=json"
shot refused.txt unsafe "stack trace" "$V, for terminals, fetch" "$B/supplier?form=ansi"
finish

stack json-server; V=$(v json-server json-server)
up 24008 $APP /usr/bin/node node_modules/.bin/json-server -q -p 24008 db.json; B=http://127.0.0.1:24008
shot duplicate.txt unsafe "stack trace" "$V, duplicate id" -d id=1 $B/articles
down; ENVIRON=("${ENV[@]}"); up 24008 $APP /usr/bin/node node_modules/.bin/json-server -q -p 24008 db.json
shot json.html unsafe "stack trace" "$V, body is no JSON" -H "$J" -d '{"id"' $B/articles
finish
