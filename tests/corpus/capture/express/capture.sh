#!/usr/bin/env bash
# Express 5 in development and in production, with the databases behind it, and what handlers themselves send.
. "$(dirname "$0")/../_lib/grab.sh"
begin express
npm_app /usr/src/app express@5 pg mysql2 axios jsonwebtoken express-validator joi zod errorhandler ejs pug
postgres
mariadb_server
cd /usr/src/app
J=(-H 'Accept: application/json')
export PORT=18101
D="Express 5, NODE_ENV=development"
NODE_ENV=development serve $PORT node server.js
u null-dev.html "stack trace" "$D, TypeError in a handler" /cart
u custom-dev.html "stack trace" "$D, custom error from a service class" /price/NOPE
u pg-missing-dev.html "stack trace, SQL error" "$D, pg, missing table" /pg/missing
u ejs-dev.html "stack trace, template source" "$D, EJS template error" /template
u view-missing-dev.html "stack trace, path" "$D, missing view" /template/missing
u upstream-dev.html "stack trace, internal host" "$D, axios to a host that does not resolve" /upstream
u assert-dev.html "stack trace" "$D, failed assertion" /assert
u enoent-dev.html "stack trace, path" "$D, missing file" /config
u cause-dev.html "stack trace" "$D, error with a cause" /cause
u body-json-dev.html "stack trace" "$D, malformed JSON in the request, body-parser" /ok/joi -H 'Content-Type: application/json' -d '{"name": kettle}'
u body-large-dev.html "stack trace" "$D, body over the limit" /ok/joi -H 'Content-Type: application/json' -d "{\"name\":\"$(printf 'x%.0s' {1..3000})\"}"
u uri-dev.html "stack trace" "$D, malformed percent-encoding" /price/%E0%A4%A
u sendfile-dev.html "stack trace, path" "$D, sendFile of a missing file" /file/terms.pdf
s notfound-dev.html "default 404 page" "$D, unknown route" /nothing/here
u pg-message.json "SQL error" "Express 5, {error: e.message}, pg, missing table" /own/pg-message
u pg-whole.json "SQL error object" "Express 5, {error: e}, pg, duplicate key" /own/pg-whole
u pg-syntax.txt "SQL error" "Express 5, String(e), pg, syntax error" /own/pg-syntax
u pg-cast.json "SQL error, stack as array" "Express 5, stack split into lines, pg, invalid input" /own/pg-cast
u pg-refused.json "internal address" "Express 5, {error: e}, pg, connection refused" /own/pg-refused
u pg-auth.json "database user" "Express 5, {error: e.message}, pg, wrong password" /own/pg-auth
u mysql-whole.json "SQL error object" "Express 5, {error: e}, mysql2, missing table" /own/mysql-whole
u mysql-syntax.json "SQL error" "Express 5, {error: e.message}, mysql2, syntax error" /own/mysql-syntax
u mysql-auth.json "SQL error, stack" "Express 5, {message, stack}, mysql2, access denied" /own/mysql-auth
u dns.json "internal host" "Express 5, {error: e.message}, ENOTFOUND" /own/dns
u axios.json "request configuration, stack" "Express 5, {error: e}, AxiosError.toJSON" /own/axios
u fetch-inspect.txt "stack trace" "Express 5, util.inspect(e), fetch failed with cause" /own/fetch
u enoent.json "path" "Express 5, {error: e.message}, missing file" /own/enoent
u readdir-whole.json "path" "Express 5, {error: e}, system error object" /own/eacces
u json-parse.json "stack" "Express 5, {message, stack}, JSON.parse" /own/json
u type-message.json "exception message" "Express 5, {error: e.message}, TypeError" /own/type
u notfn.txt "exception class and message" "Express 5, String(e), not a function" /own/notfn
u overflow.json "stack as array" "Express 5, stack overflow, stack split into lines" /own/range
u aggregate.txt "stack trace, path" "Express 5, util.inspect(e), AggregateError" /own/aggregate
u syntax.txt "source excerpt" "Express 5, util.inspect(e), SyntaxError with the line" /own/syntax
u br-nbsp.html "stack trace" "Express 5, own page with <br> and &nbsp;" /own/html
u module.txt "exception, require stack" "Express 5, String(e), MODULE_NOT_FOUND" /own/module
u env-message.json "environment" "Express 5, {error: e.message}, missing variable" /own/env
u env-dump.json "environment, credentials" "Express 5, own debug answer with environment and versions" /own/envdump
unserve
P="Express 5, NODE_ENV=production"
NODE_ENV=production serve $PORT node server.js
s null-prod.html "default 500 page" "$P, TypeError in a handler" /cart
s body-json-prod.html "default 400 page" "$P, malformed JSON in the request" /ok/joi -H 'Content-Type: application/json' -d '{"name": kettle}'
s notfound-prod.html "default 404 page" "$P, unknown route, POST" /nothing/here -X POST
s generic.json "generic error" "$P, own generic answer" /ok/generic
s problem.json "problem document" "$P, own problem document" /ok/problem
s express-validator.json "validation" "$P, express-validator array()" /ok/validate -H 'Content-Type: application/json' -d '{"email":"ann","age":12}'
s joi.json "validation" "$P, Joi details" /ok/joi -H 'Content-Type: application/json' -d '{"name":"ab","quantity":11.5}'
s zod.json "validation" "$P, Zod issues" /ok/zod -H 'Content-Type: application/json' -d '{"email":"ann","lines":[{"sku":4,"qty":-1}]}'
s page.html "branded page" "$P, own page" /ok/page
s busy.json "rate limit" "$P, own answer" /ok/busy
s denied.json "permission" "$P, own answer" /ok/denied
unserve
H="Express 5 with the errorhandler middleware"
ERRORHANDLER=1 NODE_ENV=development serve $PORT node server.js
u errorhandler.html "debug page" "$H, HTML" /price/NOPE -H 'Accept: text/html'
u errorhandler.json "stack" "$H, JSON" /pg/missing "${J[@]}"
u errorhandler.txt "stack trace" "$H, text" /config -H 'Accept: text/plain'
unserve
VIEWS=pug NODE_ENV=development serve $PORT node server.js
u pug-dev.html "stack trace, template source" "$D, Pug template error" /template
unserve
finish
