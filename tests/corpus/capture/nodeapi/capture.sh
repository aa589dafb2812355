#!/bin/bash
# Errors that a client may see, from Node's validators and frameworks
STACK=nodeapi; . "$(dirname "$0")/../lib/lib.sh"
H=$(cd "$(dirname "$0")" && pwd); mkdir -p /opt/nodeapi /srv/nodeapi; cd /opt/nodeapi
[ -d node_modules/graphql-yoga ] || { echo '{}' > package.json; npm i --silent --no-audit --no-fund --ignore-scripts express@5 express-validator zod ajv ajv-formats ajv-i18n joi yup fastify graphql graphql-yoga soap feed superstruct valibot http-errors @hapi/hapi @hapi/boom koa restify-errors; }
cp "$H/app.mjs" /opt/nodeapi; cp "$H/orders.wsdl" /srv/nodeapi
NODE_ENV=production run node app.mjs
up 19305
A=http://127.0.0.1:19301
B='{"email":"not-an-address","age":-3,"items":[{"sku":"A","qty":0}],"country":"Atlantis","path":"/orders","extra":1}'
s() { g "$1" safe "$2" "$3, NODE_ENV=production" -- "${@:4}"; }
p() { s "$1" 'validation error' "$2" -H 'Content-Type: application/json' -d "$B" "$A/$3"; }
p express-validator.json express-validator ev; p express-validator-mapped.json 'express-validator mapped()' ev-mapped; p zod.json zod zod; p zod-tree.json 'zod treeifyError' zod-tree; p zod-pretty.txt 'zod prettifyError' zod-pretty
p zod-fr.json 'zod in French' zod-fr; p zod-ru.txt 'zod in Russian' zod-ru; p ajv.json ajv ajv; p ajv.txt 'ajv errorsText' ajv-text; p joi.json joi joi; p yup.json yup yup; p valibot.json valibot valibot; p superstruct.json superstruct superstruct
for l in de ja zh pt-BR ar es ko; do p ajv-$l.json "ajv-i18n $l" ajv/$l; done
s restify-404.json 'error JSON' restify-errors $A/restify/404
s express-404.html 'server page' 'Express' $A/none
s express-500.html 'server page' 'Express, uncaught TypeError' $A/boom-crash
s express-401.html 'server page' 'Express with http-errors' $A/http-errors/401
s boom-400.json 'error JSON' 'Boom' $A/boom
s boom-500.json 'error JSON' 'Boom' $A/boom500
s status.rss 'feed' 'feed, RSS' $A/rss
s soap-client.xml 'SOAP client fault' 'soap' -H 'Content-Type: text/xml' -H 'SOAPAction: GetOrder' -d '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><o:GetOrder xmlns:o="urn:orders"><id>4711</id></o:GetOrder></soapenv:Body></soapenv:Envelope>' $A/soap
F=http://127.0.0.1:19302
s fastify-404.json 'error JSON' Fastify $F/none
s fastify-402.json 'error JSON' Fastify $F/pay
s fastify-validation.json 'validation error' Fastify -H 'Content-Type: application/json' -d '{"email":"x"}' $F/orders
s fastify-415.json 'error JSON' Fastify -H 'Content-Type: text/csv' -d 'a' $F/orders
s fastify-empty.json 'error JSON' 'Fastify, empty JSON body' -H 'Content-Type: application/json' -d '' $F/orders
P=http://127.0.0.1:19303
s hapi-404.json 'error JSON' hapi $P/none
s hapi-validation.json 'validation error' hapi -H 'Content-Type: application/json' -d "$B" $P/orders
s koa-500.txt 'server page' Koa http://127.0.0.1:19304/crash
s koa-418.txt 'server page' Koa http://127.0.0.1:19304/teapot
s koa-409.txt 'server page' Koa http://127.0.0.1:19304/conflict
Y=http://127.0.0.1:19305/graphql
q() { s "$1" 'GraphQL error' "GraphQL Yoga, $2" -H 'Content-Type: application/json' -d "$3" $Y; }
q graphql-field.json 'unknown field' '{"query":"{ order(id: 1) { id totl } }"}'
q graphql-argument.json 'missing argument' '{"query":"{ order { id } }"}'
q graphql-type.json 'wrong type of a variable' '{"query":"mutation P($a: Int!) { pay(id: 1, amount: $a) { id } }","variables":{"a":"many"}}'
q graphql-masked.json 'masked error of a resolver' '{"query":"query Order { order(id: 4711) { id } }"}'
q graphql-empty.json 'no query' '{}'
