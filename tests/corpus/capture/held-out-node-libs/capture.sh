#!/bin/bash
# Held out: an Express service that hands on what its libraries (held-out/node-clients) and Node itself (held-out/node-slips) say, and what it
# says when it knows better.
. "$(dirname "$0")/../shoot.sh"
. "$(dirname "$0")/../databases.sh"
CORPUS=$HERE/../../held-out; mkdir -p "$CORPUS"
APP=/srv/bookings
PGPORT=5433 MYPORT=3307
mkdir -p $APP && cp "$HERE"/server.mjs "$HERE"/../held-out-py-libs/upstream.py $APP/
[ -n "${INSTALLED:-}" ] || (cd $APP && npm install --no-audit --no-fund --ignore-scripts --legacy-peer-deps express ioredis redis mysql2 pg typeorm drizzle-orm kysely cassandra-driver neo4j-driver nats memjs sql.js @aws-sdk/client-s3 axios undici got ky superagent graphql-request @grpc/grpc-js nodemailer ldapjs soap zod yup ajv joi jsonwebtoken js-yaml sharp liquidjs mustache)
v() { echo "$1 $(sed -n 's/^  "version": "\(.*\)".*/\1/p' $APP/node_modules/$1/package.json | head -1)"; }
hosts
grep -q seating.internal /etc/hosts || echo '127.0.0.1 seating.internal.shop.example mail.internal.shop.example ldap.internal.shop.example' >> /etc/hosts
postgres_up; mysql_up
up 23079 / /usr/bin/redis-server --port 23079 --bind 127.0.0.1 --save ''
up 23098 $APP /usr/bin/python3 upstream.py
up 23002 $APP /usr/bin/node server.mjs 23002
B=http://127.0.0.1:23002
N="Node $(node --version)"
U="Express 5 application that hands on the error of"
l() { shot "$1" unsafe "$5" "$U $(v $4), $2 (form: $3)" "$B/lib/$2?form=$3"; }
stack node-clients
l ioredis.json ioredis error ioredis "exception message"
l ioredis-reply.json ioredisReply object ioredis "database error"
l redis.json nodeRedis message redis "exception message"
l mysql2-denied.json mysql2Denied sentence mysql2 "database error"
l mysql2-column.json mysql2Column whole mysql2 "SQL error"
l mysql2-bind.json mysql2Bind error mysql2 "exception message"
l pg-password.txt pgPassword text pg "database error"
l typeorm-metadata.json typeormMetadata message typeorm "exception message"
l typeorm-query.json typeormQuery whole typeorm "SQL error"
l typeorm-property.json typeormProperty error typeorm "exception message"
l drizzle.json drizzle message drizzle-orm "SQL error"
l kysely.json kysely whole kysely "SQL error"
l kysely-timeout.json kyselyNone error pg "exception message"
l cassandra.json cassandra object cassandra-driver "internal address"
l neo4j.json neo4j problem neo4j-driver "exception message"
l nats.json nats object nats "exception"
l memjs.json memjs string memjs "exception"
l sqljs.html sqljs html sql.js "SQL error"
l s3.json s3 whole @aws-sdk/client-s3 "internal address"
l s3-credentials.json s3credentials error @aws-sdk/client-s3 "exception message"
l axios-refused.json axiosRefused error axios "internal address"
l axios-status.json axiosStatus whole axios "stack trace"
l axios-timeout.json axiosTimeout object axios "exception"
l axios-url.txt axiosUrl text axios "exception"
l undici-timeout.json undiciTimeout object undici "exception"
l fetch-url.json fetchUrl message undici "exception message"
l fetch-refused.json fetchRefused stack undici "stack trace"
l fetch-json.json fetchJson nested undici "exception message"
l got.json got error got "internal host"
l ky.json ky sentence ky "internal host"
l superagent.json superagent whole superagent "internal host"
l graphql-request.json graphqlRequest message graphql-request "exception message"
l grpc.json grpc error @grpc/grpc-js "internal address"
l nodemailer.json nodemailer whole nodemailer "internal address"
l ldapjs.json ldap object ldapjs "internal address"
l soap.html soap html soap "exception message"
l ajv-schema.json ajv error ajv "exception message"
l jsonwebtoken.json jwt message jsonwebtoken "exception message"
l js-yaml.html yaml html js-yaml "source excerpt"
l sharp.json sharp error sharp "path"
l liquid.html liquid html liquidjs "source excerpt"
l mustache.json mustache message mustache "exception message"
E="$N and $(v express), application that knows what to say"
s() { shot "$1" safe "$2" "$E: $3" "$B$4"; }
s seat-409.json "error code" "conflict" /seats/12
s payment-502.json "error code" "payment" /payment
s es-500.json "own message" "Spanish" /es
s zod-422.json validation "flattened errors of zod" /zod
s joi-400.json validation "details of Joi" /joi
s health.json health "health+json" /health
s queue-503.txt "own message" "queue" /limit
s maintenance.html maintenance "Dutch page" /maintenance
s express-404.html "generic page" "404" /nowhere
(PIDS=(); finish)
stack node-slips
U="Express 5 application that hands on the error of $N,"
l() { shot "$1" unsafe "exception message" "$U $2 (form: $3)" "$B/lib/$2?form=$3"; }
l undefined.html prototype html
l not-function.json notFunction error
l iterable.json iterable message
l bigint.json bigint error
l mixed.json mixed message
l circular.json circular sentence
l array-length.json array string
l date.json date string
l before-initialization.json tdz error
l constant.json constant message
l stack-size.json stackSize error
l uri.txt uri text
l currency.txt currency text
l regex.json regex error
l private-field.json privateField message
l esm.json esm error
l cjs.json cjs whole
l argument.json argument error
l eisdir.json eisdir message
l eacces.json eacces sentence
l cipher.json cipher whole
l key.json key message
l exec.json exec error
l aggregate.json aggregate string
l clone.json clone error
l assert.json structured message
down
finish
