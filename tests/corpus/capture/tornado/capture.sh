#!/bin/bash
# Tornado with serve_traceback (debug) and without.
. "$(dirname "$0")/../shoot.sh"
. "$(dirname "$0")/../databases.sh"; hosts
APP=/opt/warehouse
rm -rf $APP; cp -r "$HERE/app" $APP
/usr/bin/python3 -m venv --copies $APP/venv
$APP/venv/bin/pip install -q tornado
stack tornado
T=$($APP/venv/bin/pip show tornado | sed -n 's/^Version: /Tornado /p')
B=http://127.0.0.1:21004
up 21004 $APP $APP/venv/bin/python main.py debug
shot debug-none.txt unsafe "stack trace" "$T, debug, AttributeError" $B/boom/none
shot debug-json.txt unsafe "stack trace" "$T, debug, JSONDecodeError" $B/boom/json
shot debug-fetch.txt unsafe "stack trace" "$T, debug, inner service refuses the connection" $B/boom/fetch
shot debug-template.txt unsafe "stack trace" "$T, debug, KeyError in a template" $B/boom/template
shot debug-argument.txt unsafe "stack trace" "$T, debug, MissingArgumentError" $B/boom/argument
shot api-file.json unsafe "exception" "$T, write_error with class, message and place" $B/api
down
up 21004 $APP $APP/venv/bin/python main.py production
shot prod-500.html safe "generic page" "$T, production, 500" $B/boom/none
shot prod-400.html safe "generic page" "$T, production, missing argument" $B/boom/argument
shot prod-403.html safe "generic page" "$T, production, XSRF" -X POST $B/boom/none
shot prod-409.html safe "generic page" "$T, production, own reason" $B/boom/reason
finish
