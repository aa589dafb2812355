#!/bin/bash
# Bottle: debug, production, and without catchall (wsgiref answers).
. "$(dirname "$0")/../shoot.sh"
APP=/srv/blog
rm -rf $APP; cp -r "$HERE/app" $APP
/usr/bin/python3 -m venv --copies $APP/venv
$APP/venv/bin/pip install -q bottle
stack bottle
T=$($APP/venv/bin/pip show bottle | sed -n 's/^Version: /Bottle /p')
B=http://127.0.0.1:21006
up 21006 $APP $APP/venv/bin/python main.py debug
shot debug-sqlite.html unsafe "debug page" "$T, debug, sqlite3.OperationalError, no such table" $B/post/4
shot debug-divide.html unsafe "debug page" "$T, debug, ZeroDivisionError" $B/divide
shot debug-template.html unsafe "debug page" "$T, debug, AttributeError in a template" $B/page
shot debug-type.html unsafe "debug page" "$T, debug, unsupported response type" $B/wrong-type
down
up 21006 $APP $APP/venv/bin/python main.py production
shot prod-500.html safe "generic page" "$T, production, 500" $B/divide -H "Host: blog.example"
shot prod-404.html safe "generic page" "$T, production, 404" $B/nothing -H "Host: blog.example"
shot prod-400-json.html safe "parse error" "$T, production, invalid JSON" -H "Content-Type: application/json" -d '{"text":' $B/comment -H "Host: blog.example"
down
up 21006 $APP $APP/venv/bin/python main.py raw
shot wsgiref-500.txt safe "generic text" "wsgiref, application raises" $B/divide
finish
