#!/bin/bash
# Litestar under uvicorn, debug and production.
. "$(dirname "$0")/../shoot.sh"
APP=/opt/hotel
rm -rf $APP; cp -r "$HERE/app" $APP
/usr/bin/python3 -m venv --copies $APP/venv
$APP/venv/bin/pip install -q litestar uvicorn
stack litestar
T=$($APP/venv/bin/pip show litestar | sed -n 's/^Version: /Litestar /p')
B=http://127.0.0.1:21010
ENVIRON+=(DEBUG=1)
up 21010 $APP $APP/venv/bin/uvicorn main:app --port 21010
shot debug-key.html unsafe "debug page" "$T, debug, KeyError, HTML" -H "Accept: text/html" $B/room/4
shot debug-key.txt unsafe "stack trace" "$T, debug, KeyError, text" -H "Accept: text/plain" $B/room/4
shot debug-file.json unsafe "stack trace" "$T, debug, FileNotFoundError, JSON" -H "Accept: application/json" $B/report
down
ENVIRON+=(DEBUG=0)
up 21010 $APP $APP/venv/bin/uvicorn main:app --port 21010
shot prod-500.json safe "generic error" "$T, production, 500" $B/room/4
shot validation.json safe "validation" "$T, production, body" -H "Content-Type: application/json" -d '{"room":"x","day":"2024"}' $B/book
shot malformed.json safe "parse error" "$T, production, invalid JSON" -H "Content-Type: application/json" -d '{"room":' $B/book
shot 401.json safe "error code" "$T, production, not authorized" $B/me
shot problem.json safe "problem" "$T, production, problem document" $B/full
finish
