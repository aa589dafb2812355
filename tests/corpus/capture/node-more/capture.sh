#!/bin/bash
# Held out: Node frameworks, dev servers and libraries that the rest of the corpus does not use (bodies/node-libs, polka, micro, restify, trpc,
# feathers, moleculer, loopback, sails, serverless, vite).
. "$(dirname "$0")/../shoot.sh"
APP=/srv/kiosk
mkdir -p $APP && cp -r "$HERE"/app/* $APP/
[ -n "${INSTALLED:-}" ] || (cd $APP && { [ -f package.json ] || echo '{"name":"kiosk","version":"2.3.0","private":true,"type":"commonjs"}' >package.json; } && npm install --no-audit --no-fund --ignore-scripts @feathersjs/feathers @feathersjs/koa @feathersjs/express sails moleculer moleculer-web polka micro @trpc/server zod express@4 celebrate pug ejs handlebars nunjucks objection knex better-sqlite3 tedious oracledb kafkajs amqplib @elastic/elasticsearch vite serverless-http @loopback/rest @loopback/core restify >/dev/null && cd node_modules/better-sqlite3 && npm run install >/dev/null 2>&1)
v() { node -p "require('$APP/node_modules/$1/package.json').version"; }
N=/usr/bin/node
J='Content-Type: application/json'
libs() {
  stack node-libs; local B=http://127.0.0.1:24201
  up 24201 $APP $N libs.js 24201
  l() { shot "$2.$3" unsafe "$4" "Express 4 application that tells the error of $5 (form: $1)" $B/$1/$2; }
  l pre type html "stack trace" "V8"
  l inspect cause txt "stack trace" "V8 with cause"
  l code refused json "internal address" "fetch"
  l string hangup json "exception message" "node:http"
  l message dns json "internal host" "node:dns"
  l inspect timeout txt "stack trace" "AbortSignal.timeout"
  l message assert json "exception message" "node:assert"
  l string range json "exception message" "V8"
  l html bigint html "exception message" "V8"
  l object url json "exception message" "URL"
  l message spawn json "path" "node:child_process"
  l inspect aggregate txt "stack trace" "Promise.any"
  l message module json "path" "require"
  l stack sql json "stack trace, SQL error" "better-sqlite3"
  l message knex json "SQL error" "knex"
  l object objection json "SQL error" "Objection"
  l object mssql json "internal address" "tedious"
  l string oracle json "database error" "node-oracledb"
  l object kafka json "internal address" "kafkajs"
  l pre amqp html "stack trace" "amqplib"
  l inspect elastic txt "exception, address" "@elastic/elasticsearch"
  l message pug json "source excerpt" "pug"
  l next pugsyntax html "stack trace" "pug, Express' own page"
  l html ejs html "source excerpt" "EJS"
  l message handlebars json "source excerpt" "Handlebars"
  l string handlebarspartial json "exception message" "Handlebars"
  l pre nunjucks html "stack trace" "Nunjucks"
  l html nunjucksfile html "exception message" "Nunjucks"
  shot kind.json safe "error JSON" "Express 4 application, own message for a failure of fetch" $B/kind/refused
  shot kind.html safe "branded page" "Express 4 application, own page for a failure of knex" $B/kindhtml/knex
  shot celebrate.json safe "validation error" "celebrate $(v celebrate)" -H "$J" -d '{"qty":0}' $B/order
  down
  ENVIRON+=(NODE_ENV=production)
  up 24201 $APP $N libs.js 24201
  shot express4-500.html safe "server page" "Express 4, NODE_ENV=production" $B/next/sql
  shot express4-404.html safe "server page" "Express 4, NODE_ENV=production, 404" $B/basket
  down; finish
}
polka() {
  stack polka; local V="Polka $(v polka)" B=http://127.0.0.1:24202
  up 24202 $APP $N polka.js 24202 plain
  shot type.txt unsafe "exception message" "$V, message of a TypeError" $B/run/type
  down
  up 24202 $APP $N polka.js 24202 told
  shot amqp.txt unsafe "stack trace" "$V, onError with the stack of amqplib" $B/run/amqp
  down; finish
}
micro() {
  stack micro; local V="micro $(v micro)" B=http://127.0.0.1:24203
  ENVIRON+=(NODE_ENV=production)
  up 24203 $APP $N micro.js 24203
  shot json-production.txt safe "generic text" "$V, production, bad JSON" -H "$J" -d '{"sku": ' $B/order
  shot own.txt safe "own message" "$V, production, createError" $B/own
  down; finish
}
restify() {
  stack restify; local V="Restify $(v restify)" B=http://127.0.0.1:24204
  up 24204 $APP $N restify.js 24204
  shot cause.json unsafe "exception message" "$V, ENOENT of a handler" $B/run/file
  shot oracle.json unsafe "database error" "$V, node-oracledb" $B/run/oracle
  shot verror.json unsafe "exception message" "$V, InternalServerError with cause" $B/verror
  shot own.json safe "error JSON" "$V, PaymentRequiredError" $B/own
  shot 404.json safe "error JSON" "$V, 404" $B/none
  shot 405.json safe "error JSON" "$V, 405" -X DELETE $B/own
  down; finish
}
trpc() {
  stack trpc; local V="tRPC $(v @trpc/server)" B=http://127.0.0.1:24205
  up 24205 $APP $N trpc.js 24205 debug
  shot type.json unsafe "stack trace" "$V, isDev, TypeError" -G --data-urlencode 'input="type"' $B/run
  shot batch.json unsafe "stack trace" "$V, isDev, batch of two" -G --data-urlencode 'batch=1' --data-urlencode 'input={"0":"knex","1":"refused"}' $B/run,run
  shot validation-dev.json unsafe "stack trace" "$V, isDev, zod" -H "$J" -d '{"sku":4}' $B/order
  down
  up 24205 $APP $N trpc.js 24205 prod
  shot module.json unsafe "path" "$V, production, message of require" -G --data-urlencode 'input="module"' $B/run
  shot own.json safe "error JSON" "$V, FORBIDDEN" $B/own
  shot validation.json safe "validation error" "$V, zod" -H "$J" -d '{"sku":"KET-1","qty":0}' $B/order
  shot 404.json safe "error JSON" "$V, no such procedure" $B/none
  down; finish
}
feathers() {
  stack feathers; local V="Feathers $(v @feathersjs/feathers)" B=http://127.0.0.1:24206
  up 24206 $APP $N feathers.js 24206
  shot koa-type.json unsafe "exception message" "$V on Koa, TypeError" $B/run/type
  shot koa-sql.json unsafe "SQL error" "$V on Koa, knex" $B/general/knex
  shot bad.json safe "error JSON" "$V on Koa, BadRequest" -H "$J" -d '{}' $B/run
  shot 404.json safe "error JSON" "$V on Koa, 404" $B/none
  shot 405.json safe "error JSON" "$V on Koa, method" -X DELETE $B/run/1
  down
  up 24206 $APP $N feathersx.js 24206 html
  shot express-pug.json unsafe "exception message" "$V on Express, pug" -H 'Accept: application/json' $B/run/pug
  shot express.html safe "server page" "$V on Express, own page, missing module" -H 'Accept: text/html' $B/run/module
  shot express-404.html safe "server page" "$V on Express, 404" -H 'Accept: text/html' $B/none
  down; finish
}
moleculer() {
  stack moleculer; local V="moleculer-web $(v moleculer-web)" B=http://127.0.0.1:24207
  up 24207 $APP $N moleculer.js 24207 plain; sleep 2
  shot type.json unsafe "exception message" "$V, TypeError" "$B/shop/run?name=type"
  shot refused.json unsafe "internal address" "$V, amqplib" "$B/shop/run?name=amqp"
  shot own.json safe "error JSON" "$V, MoleculerClientError" $B/shop/own
  down
  up 24207 $APP $N moleculer.js 24207 told; sleep 2
  shot told.json unsafe "stack trace" "$V, onError with stack" "$B/shop/run?name=file"
  shot timeout.json unsafe "stack trace" "$V, onError with stack, RequestTimeoutError" "$B/shop/slow"
  down; finish
}
loopback() {
  stack loopback; local V="LoopBack 4 (@loopback/rest $(v @loopback/rest))" B=http://127.0.0.1:24208
  up 24208 $APP $N loopback.js 24208 debug
  shot knex.json unsafe "stack trace" "$V, debug, knex" $B/run/knex
  shot cause.json unsafe "stack trace" "$V, debug, error with cause" $B/run/cause
  shot own.html unsafe "stack trace" "$V, debug, HTML" -H 'Accept: text/html' $B/own
  shot hangup.xml unsafe "stack trace" "$V, debug, XML" -H 'Accept: text/xml' $B/run/hangup
  down
  up 24208 $APP $N loopback.js 24208 prod
  shot 500.json safe "error JSON" "$V, production" $B/run/knex
  shot conflict.json safe "error JSON" "$V, Conflict" $B/own
  shot 422.json safe "validation error" "$V, body" -H "$J" -d '{"qty":0}' $B/order
  shot 404.html safe "server page" "$V, 404, HTML" -H 'Accept: text/html' $B/none
  shot 500.xml safe "error XML" "$V, production, XML" -H 'Accept: text/xml' $B/run/knex
  down; finish
}
sails() {
  stack sails; local V="Sails $(v sails)" B=http://127.0.0.1:24209
  up 24209 $APP $N sails.js 24209 debug; sleep 2
  shot type.txt unsafe "stack trace" "$V, development, serverError" -H 'Accept: application/json' $B/run/type
  shot mssql.txt unsafe "stack trace, internal address" "$V, development, tedious" $B/run/mssql
  down
  up 24209 $APP $N sails.js 24209 prod; sleep 2
  shot bad.json safe "error JSON" "$V, production, badRequest" -H 'Accept: application/json' $B/bad
  shot forbidden.txt safe "generic text" "$V, production, forbidden" $B/forbidden
  shot 404.txt safe "generic text" "$V, production, 404" $B/none
  down; finish
}
serverless() {
  stack serverless; local V="serverless-http $(v serverless-http), Express 4" B=http://127.0.0.1:24210
  up 24210 $APP $N lambda.js 24210
  shot mssql.html unsafe "stack trace" "$V, tedious" $B/run/mssql
  shot handlebars.html unsafe "stack trace" "$V, Handlebars" $B/run/handlebars
  down; ENVIRON+=(NODE_ENV=production)
  up 24210 $APP $N lambda.js 24210
  down; finish
}
vite() {
  stack vite; local V="Vite $(v vite)" B=http://127.0.0.1:24218
  up 24218 $APP $N node_modules/vite/bin/vite.js --config vite.config.mjs
  shot syntax.html unsafe "debug page" "$V, module that does not parse" -H 'Accept: */*' -H 'Sec-Fetch-Dest: script' $B/main.js
  shot boom.html unsafe "debug page" "$V, middleware throws" $B/boom
  shot forbidden.html unsafe "path" "$V, file outside of the allowed folders" "$B/@fs/etc/hostname"
  down; finish
}
for s in ${ONLY:-libs polka micro restify trpc feathers moleculer loopback sails serverless vite}; do ENVIRON=(PATH=/usr/local/bin:/usr/bin:/bin HOME=/home/deploy LANG=C.UTF-8); $s; done
