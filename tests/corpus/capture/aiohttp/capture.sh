#!/bin/bash
# aiohttp.web with the event loop's debug mode and without.
. "$(dirname "$0")/../shoot.sh"
. "$(dirname "$0")/../databases.sh"; hosts
APP=/home/deploy/gateway
rm -rf $APP; mkdir -p /home/deploy; cp -r "$HERE/app" $APP
/usr/bin/python3 -m venv --copies $APP/venv
$APP/venv/bin/pip install -q aiohttp
stack aiohttp
T=$($APP/venv/bin/pip show aiohttp | sed -n 's/^Version: /aiohttp /p')
B=http://127.0.0.1:21005
up 21005 $APP $APP/venv/bin/python main.py debug
shot debug-none.html unsafe "stack trace" "$T, debug, AttributeError, HTML" -H "Accept: text/html" $B/none
shot debug-upstream.txt unsafe "stack trace" "$T, debug, ClientConnectorError, text" $B/upstream
shot upstream-content-type.json unsafe "exception" "$T application, class and message: ContentTypeError with an internal address" $B/upstream-json
shot refused.json unsafe "internal host" "$T application, str(e): ClientConnectorError" $B/refused
down
up 21005 $APP $APP/venv/bin/python main.py production
shot prod-500.html safe "generic page" "$T, production, 500, HTML" -H "Accept: text/html" $B/none
shot prod-500.txt safe "generic text" "$T, production, 500, text" -H "Accept: text/plain" $B/none
shot prod-404.txt safe "generic text" "$T, production, 404" $B/missing
shot prod-413.txt safe "generic text" "$T, production, 413" --data-binary @"$HERE/app/main.py" $B/upload
finish
