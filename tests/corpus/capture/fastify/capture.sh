#!/usr/bin/env bash
# Fastify: its default error handler, one that tells all, and one that is careful.
. "$(dirname "$0")/../_lib/grab.sh"
begin fastify
npm_app /app fastify@5 @fastify/sensible pg
postgres
cd /app
export PORT=18102 NODE_ENV=production
D="Fastify 5, default error handler"
JSON=(-H 'Content-Type: application/json')
serve $PORT node server.js
u type.json "exception message" "$D, TypeError" /type
u pg.json "SQL error" "$D, pg, missing column" /pg
u check.json "SQL error" "$D, pg, check constraint" /check
u long.json "SQL error" "$D, pg, value too long" /long
u notnull.json "SQL error" "$D, pg, not-null constraint" /null
u file.json "path" "$D, missing file" /file
u json.json "exception message" "$D, JSON.parse of an HTML page" /json
u stream.json "path" "$D, stream of a missing file" /stream
u reference.json "exception message" "$D, ReferenceError" /undefinedvar
s notfound.json "default 404" "$D, unknown route" /seats/12
s book-invalid.json "validation" "$D, Ajv validation" /book "${JSON[@]}" -d '{"seat":"12","adults":0}'
s book-malformed.json "bad request" "$D, empty JSON body" /book "${JSON[@]}" -X POST
s media.json "unsupported media type" "$D, XML sent" /book -H 'Content-Type: text/xml' -d '<a/>'
s sensible-notfound.json "not found" "$D, @fastify/sensible" /notfound
s sensible-conflict.json "conflict" "$D, @fastify/sensible" /conflict
s sensible-unavailable.json "unavailable" "$D, @fastify/sensible" /unavailable
s long-url.json "default 414/404" "$D, URI too long" "/$(printf 'a%.0s' {1..300})"
unserve
HANDLER=debug serve $PORT node server.js
u debug-type.json "stack" "Fastify 5, own handler with stack and request" /type
u debug-pg.json "stack, SQL error" "Fastify 5, own handler with stack and request, pg" /pg
u debug-timeout.json "stack" "Fastify 5, own handler with stack, DOMException TimeoutError" /timeout
unserve
HANDLER=xml serve $PORT node server.js
u xml-type.xml "stack trace" "Fastify 5, own XML handler" /type
u xml-fetch.xml "stack trace" "Fastify 5, own XML handler, fetch failed" /fetch
unserve
HANDLER=clean serve $PORT node server.js
s clean.json "generic error" "Fastify 5, own careful handler" /pg
unserve
finish
