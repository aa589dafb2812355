#!/usr/bin/env bash
# hapi: default answers hide 500s; an onPreResponse hook that tells all.
. "$(dirname "$0")/../_lib/grab.sh"
begin hapi
npm_app /opt/desk @hapi/hapi@21 @hapi/boom joi
cd /opt/desk
export PORT=18104
serve $PORT node server.js
s type.json "generic error" "hapi 21, TypeError" /type
s notfound.json "default 404" "hapi 21, unknown route" /x
s payload.json "validation" "hapi 21, Joi payload" /tickets -H 'Content-Type: application/json' -d '{"priority":"urgent"}'
s param.json "validation" "hapi 21, Joi path parameter" /tickets/abc
s ticket.json "not found" "hapi 21, Boom.notFound" /tickets/12
s teapot.json "client error" "hapi 21, Boom.teapot" /teapot
s unauth.json "unauthorised" "hapi 21, Boom.unauthorized" /unauth
s malformed.json "bad request" "hapi 21, malformed JSON in the request" /tickets -H 'Content-Type: application/json' -d '{"subject":'
u gateway.json "internal host" "hapi 21, Boom.badGateway with the cause in the message" /gateway
unserve
MODE=debug serve $PORT node server.js
u debug-type.json "stack" "hapi 21, onPreResponse with stack" /type
u debug-boom.json "stack" "hapi 21, onPreResponse with stack and data" /boom
u debug-undefined.json "stack" "hapi 21, onPreResponse with stack, handler returned undefined" /undefined
unserve
finish
