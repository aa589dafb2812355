#!/bin/bash
# Sanic, debug and production, in HTML, JSON and text.
. "$(dirname "$0")/../shoot.sh"
APP=/home/tickets/server
rm -rf $APP; mkdir -p /home/tickets; cp -r "$HERE/app" $APP
/usr/bin/python3 -m venv --copies $APP/venv
$APP/venv/bin/pip install -q sanic
stack sanic
T=$($APP/venv/bin/pip show sanic | sed -n 's/^Version: /Sanic /p')
B=http://127.0.0.1:21009
up 21009 $APP $APP/venv/bin/python main.py debug
shot debug-index.html unsafe "debug page" "$T, debug, IndexError, HTML" -H "Accept: text/html" $B/seat/1
shot debug-index.json unsafe "stack trace" "$T, debug, IndexError, JSON" -H "Accept: application/json" $B/seat/1
shot debug-env.txt unsafe "stack trace" "$T, debug, KeyError of an environment variable, text" -H "Accept: text/plain" $B/env
shot debug-extra.json unsafe "internal host" "$T, debug, own exception with extra" -H "Accept: application/json" $B/mail
down
up 21009 $APP $APP/venv/bin/python main.py production
shot prod-500.html safe "generic page" "$T, production, 500, HTML" -H "Accept: text/html" $B/seat/1
shot prod-500.json safe "generic error" "$T, production, 500, JSON" -H "Accept: application/json" $B/seat/1
shot prod-503.json safe "error code" "$T, production, own exception with context" -H "Accept: application/json" $B/mail
shot prod-400.txt safe "parse error" "$T, production, invalid JSON, text" -H "Accept: text/plain" -d '{' $B/book
finish
