#!/bin/bash
# Pyramid with the debug toolbar, and under waitress with and without tracebacks.
. "$(dirname "$0")/../shoot.sh"
APP=/usr/local/share/invoices
rm -rf $APP; cp -r "$HERE/app" $APP
/usr/bin/python3 -m venv --copies $APP/env
$APP/env/bin/pip install -q pyramid pyramid_debugtoolbar pyramid_jinja2 waitress 'setuptools<80'
stack pyramid
T=$($APP/env/bin/pip show pyramid | sed -n 's/^Version: /Pyramid /p')
W=$($APP/env/bin/pip show waitress | sed -n 's/^Version: /waitress /p')
B=http://127.0.0.1:21007
up 21007 $APP $APP/env/bin/python main.py debug
shot debug-key.html unsafe "debug page" "$T, debug toolbar, KeyError" $B/tax
shot debug-jinja.html unsafe "debug page" "$T, debug toolbar, Jinja2 UndefinedError" $B/page
shot debug-notfound.html unsafe "debug page" "$T, debug_notfound" -H "Accept: text/html" $B/nothing
down
up 21007 $APP $APP/env/bin/python main.py waitress
shot waitress-trace.txt unsafe "stack trace" "$W, expose_tracebacks, ModuleNotFoundError" $B/imp
down
up 21007 $APP $APP/env/bin/python main.py waitress-production
shot waitress-500.txt safe "generic text" "$W, production, 500" $B/imp
shot prod-404.html safe "generic page" "$T, production, 404" -H "Accept: text/html" $B/nothing
shot prod-404.json safe "generic error" "$T, production, 404" -H "Accept: application/json" $B/nothing
shot prod-409.json safe "error code" "$T, production, 409 with own text" -H "Accept: application/json" $B/conflict
shot prod-400.json safe "validation" "$T, production, 400 with own body" $B/bad
finish
