#!/bin/bash
# FastAPI under uvicorn: validation, response validation, asyncpg, debug and production.
. "$(dirname "$0")/../shoot.sh"
. "$(dirname "$0")/../databases.sh"
APP=/app/orders-api
rm -rf $APP; mkdir -p /app; cp -r "$HERE/app" $APP
/usr/bin/python3 -m venv --copies $APP/.venv
$APP/.venv/bin/pip install -q fastapi uvicorn 'sqlalchemy[asyncio]' asyncpg httptools uvloop
stack fastapi
postgres_up
F=$($APP/.venv/bin/pip show fastapi | sed -n 's/^Version: /FastAPI /p')
B=http://127.0.0.1:21003
J="Content-Type: application/json"
ENVIRON=(PATH=$APP/.venv/bin:/usr/bin:/bin HOME=/home/deploy LANG=C.UTF-8 PGPORT=$PGPORT DEBUG=1)
up 21003 $APP $APP/.venv/bin/uvicorn main:app --port 21003
shot debug-division.html unsafe "debug page" "$F, debug, ZeroDivisionError in a thread, HTML" -H "Accept: text/html" $B/division
shot debug-asyncpg.txt unsafe "stack trace" "$F, debug, SQLAlchemy with asyncpg, missing column, text" $B/asyncpg
shot debug-response.txt unsafe "stack trace" "$F, debug, ResponseValidationError, text" $B/stored
shot handler-cause.json unsafe "stack trace" "$F, exception handler that sends stack and cause" $B/cause
shot detail-check.json unsafe "database error" "$F, HTTPException with class and message: asyncpg CheckViolationError" $B/detail
shot detail-refused.json unsafe "exception" "$F, HTTPException: asyncpg connection refused" $B/refused
down
up 21003 $APP $APP/.venv/bin/uvicorn main:app --port 21003 --http h11 --loop asyncio
shot validation-body.json safe "validation" "$F, 422, nested body" -H "$J" -d '{"sku":"a","quantity":0,"ship":"pigeon","wanted":"tomorrow","email":"x","address":{"street":"A","zip":"1"}}' $B/orders
shot validation-json.json safe "parse error" "$F, 422, body is no JSON" -H "$J" -d '{"sku": "a",}' $B/orders
shot validation-missing.json safe "validation" "$F, 422, body missing" -X POST $B/orders
shot validation-path.json safe "validation" "$F, 422, path and query" "$B/orders/abc?expand=perhaps"
shot validation-header.json safe "validation" "$F, 422, header missing" $B/me
shot 401.json safe "error code" "$F, 401" -H "x-token: b" $B/me
shot 404-order.json safe "error code" "$F, 404, own detail" $B/orders/12
shot 405.json safe "error code" "$F, 405" -X PUT $B/orders
shot business.json safe "validation" "$F application, Italian" $B/business
down
ENVIRON+=(DEBUG=0)
up 21003 $APP $APP/.venv/bin/uvicorn main:app --port 21003
shot prod-500.txt safe "generic text" "$F, production, 500" $B/division
shot uvicorn-400.txt safe "generic text" "uvicorn (httptools), invalid request" --path-as-is -X 'GE T' $B/x
finish
