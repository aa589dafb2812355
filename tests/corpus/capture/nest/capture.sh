#!/usr/bin/env bash
# NestJS, compiled by tsc: default exception layer, pipes, and a catch-all filter.
. "$(dirname "$0")/../_lib/grab.sh"
begin nest
npm_app /usr/src/api @nestjs/core@11 @nestjs/common@11 @nestjs/platform-express@11 reflect-metadata rxjs class-validator class-transformer pg typescript@5 @types/node@20
postgres
cd /usr/src/api
node_modules/.bin/tsc --outDir dist --target es2022 --module commonjs --experimentalDecorators --emitDecoratorMetadata --skipLibCheck --noImplicitAny false main.ts >"$LOGS/nest-tsc.log" 2>&1
export PORT=18105
serve $PORT node dist/main.js
D="NestJS 11, default exception layer"
s unhandled.json "generic error" "$D, TypeError" /save
s notfound.json "default 404" "$D, unknown route" /nope
s int.json "validation" "$D, ParseIntPipe" /items/abc
s uuid.json "validation" "$D, ParseUUIDPipe" /uuid/7
s conflict.json "conflict" "$D, ConflictException" /conflict
s forbidden.json "forbidden" "$D, ForbiddenException" /forbidden
s missing.json "not found" "$D, NotFoundException with description" /missing
s users.json "validation" "$D, ValidationPipe" /users -H 'Content-Type: application/json' -d '{"email":"ann","age":3}'
s malformed.json "bad request" "$D, not JSON at all" /users -H 'Content-Type: application/json' -X POST -d ''
u wrapped.json "SQL error" "$D, InternalServerErrorException(String(e))" /wrapped
u described.json "SQL error, stack as array" "$D, InternalServerErrorException with stack lines" /described
u gateway.json "internal address" "$D, BadGatewayException with the cause" /gateway
unserve
MODE=debug serve $PORT node dist/main.js
u filter-type.json "stack" "NestJS 11, catch-all filter with stack, TypeError" /save
u filter-pg.json "stack, SQL error" "NestJS 11, catch-all filter with stack, pg" /orders/1
u filter-pipe.json "stack" "NestJS 11, catch-all filter with stack, BadRequestException from a pipe" /items/abc
unserve
finish
