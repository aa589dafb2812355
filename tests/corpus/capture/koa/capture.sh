#!/usr/bin/env bash
# Koa with knex: the default answers, and error middleware that applications add, Youch among them.
. "$(dirname "$0")/../_lib/grab.sh"
begin koa
npm_app /home/node/app koa@3 @koa/router knex pg mysql2 youch
postgres
mariadb_server
cd /home/node/app
export PORT=18103
serve $PORT node server.js
s default500.txt "default 500" "Koa 3, default, TypeError" /type
s notfound.txt "default 404" "Koa 3, unknown route" /nope
s method.txt "default 405" "Koa 3, router allowedMethods" /type -X PUT
s throw400.txt "bad request" "Koa 3, ctx.throw(400, …)" /throw400
s assert401.txt "unauthorised" "Koa 3, ctx.assert" '/assert?token='
s sorry-de.html "branded page, German" "Koa 3, own page" /page
unserve
MODE=json serve $PORT node server.js
u json-type.json "stack" "Koa 3, {type, msg, trace}" /type
u json-mysql.json "SQL, stack" "Koa 3, {type, msg, trace}, knex on MariaDB, unknown column" /mysql
u json-pg.json "SQL, stack" "Koa 3, {type, msg, trace}, knex on PostgreSQL, missing table" /pg
u json-pool.json "internal host, stack" "Koa 3, {type, msg, trace}, knex, connection refused" /pool
unserve
MODE=text serve $PORT node server.js
u text-custom.txt "stack trace" "Koa 3, e.stack as text, custom class, asynchronous" /custom
u text-file.txt "path" "Koa 3, e.stack as text, missing file without frames" /file
u text-dup.txt "SQL, stack trace" "Koa 3, e.stack as text, knex on MariaDB, duplicate entry" /mysql-dup
unserve
MODE=message serve $PORT node server.js
u message-dup.txt "SQL" "Koa 3, e.message as text, knex on MariaDB, duplicate entry" /mysql-dup
u message-pg.txt "SQL" "Koa 3, e.message as text, knex on PostgreSQL, missing table" /pg
unserve
MODE=youch serve $PORT node server.js
u youch-type.html "debug page, source" "Koa 3 with Youch, HTML (the error page of AdonisJS)" /type
u youch-mysql.html "debug page, source, SQL" "Koa 3 with Youch, HTML, knex on MariaDB" /mysql -H 'Cookie: sid=s%3Aq8d2'
unserve
MODE=youchjson serve $PORT node server.js
u youch.json "frames, source" "Koa 3 with Youch, JSON" /custom
unserve
finish
