#!/usr/bin/env bash
# Sequelize, TypeORM, Mongoose and ioredis against real servers (MongoDB only by its client).
. "$(dirname "$0")/../_lib/grab.sh"
begin node-orm
need redis-server
npm_app /srv/backend express@5 sequelize@6 typeorm@0.3 reflect-metadata mongoose@8 ioredis pg mysql2
postgres
mariadb_server
serve 63799 redis-server --port 63799 --bind 127.0.0.1 --save '' --dir /var/lib/shop
cd /srv/backend
export PORT=18108
serve $PORT node server.js
u sequelize-missing.json "SQL, error object" "Sequelize 6 on PostgreSQL, {error: e}, missing table" /whole/sequelize-missing
u sequelize-unique.json "SQL, error object" "Sequelize 6 on PostgreSQL, {error: e}, missing column in INSERT" /whole/sequelize-unique
u sequelize-mysql.json "SQL, error object" "Sequelize 6 on MariaDB, {error: e}, unknown column" /whole/sequelize-mysql
u sequelize-auth.json "database user" "Sequelize 6, {error: e}, wrong password" /whole/sequelize-auth
u sequelize-refused.txt "internal address, stack trace" "Sequelize 6, e.stack, connection refused" /text/sequelize-refused
u sequelize-eager.json "ORM error" "Sequelize 6, {name, message, stack}, association missing" /stack/sequelize-eager
u sequelize-message.json "SQL error" "Sequelize 6 on PostgreSQL, {error: e.message}" /message/sequelize-missing
u sequelize-validation.json "error object with instance" "Sequelize 6, {error: e}, ValidationError with the model instance" /whole/sequelize-validation
u typeorm-missing.json "SQL, error object" "TypeORM, {error: e}, QueryFailedError, missing table" /whole/typeorm-missing
u typeorm-duplicate.txt "SQL error, stack trace" "TypeORM, e.stack, duplicate key" /text/typeorm-duplicate
u typeorm-notfound.json "ORM error" "TypeORM, {name, message, stack}, EntityNotFoundError" /stack/typeorm-notfound
u typeorm-entity.json "ORM error" "TypeORM, {error: e.message}, no metadata" /message/typeorm-entity
u mongoose-validation.json "error object" "Mongoose 8, {error: e}, ValidationError" /whole/mongoose-validation
u mongoose-cast.json "ORM error, stack" "Mongoose 8, {name, message, stack}, CastError" /stack/mongoose-cast
u mongoose-select.json "internal address, topology" "Mongoose 8, {error: e}, server selection" /whole/mongoose-select
u redis-wrongtype.json "Redis error, stack" "ioredis, {name, message, stack}, WRONGTYPE" /stack/redis-wrongtype
u redis-lua.json "Redis script error" "ioredis, {error: e.message}, error in a Lua script" /message/redis-lua
u redis-whole.json "Redis command" "ioredis, {error: e}, ReplyError with the command" /whole/redis-wrongtype
u redis-retries.txt "stack trace" "ioredis, e.stack, MaxRetriesPerRequestError" /text/redis-retries
unserve
finish
