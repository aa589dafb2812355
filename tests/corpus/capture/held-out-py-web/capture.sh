#!/bin/bash
# Held out: Robyn, Twisted with Klein, Starlette, Ariadne, Graphene, TurboGears, Emmett, Datasette, waitress, the Jupyter server, scrapyd.
. "$(dirname "$0")/../shoot.sh"
CORPUS=$HERE/../../held-out; mkdir -p "$CORPUS"
APP=/srv/lagerhaus
mkdir -p $APP/notebooks $APP/scrapyd && cp -r "$HERE"/*.py "$HERE"/templates "$HERE"/plugins "$HERE"/scrapyd.conf $APP/
pips() { local d=$1; shift; [ -x $d/venv/bin/pip ] || /usr/bin/python3 -m venv --copies $d/venv; [ -n "${INSTALLED:-}" ] || $d/venv/bin/pip -q install "$@"; }
pips $APP robyn twisted klein starlette uvicorn ariadne graphene datasette waitress jupyter_server
pips /srv/turbogears TurboGears2 backlash kajiki
pips /srv/emmett emmett
pips /srv/scrapyd scrapyd
PY=$APP/venv/bin/python
v() { ${2:-$APP}/venv/bin/pip list 2>/dev/null | awk -v n="$1" 'tolower($1)==tolower(n){print $2}'; }
J='Content-Type: application/json'
ENVIRON+=(PYTHONPATH=$APP)

stack robyn; V="Robyn $(v robyn)"; B=http://127.0.0.1:24101
up 24101 $APP timeout -k 1 20 $PY rob.py 24101 handler
shot null.txt unsafe "exception message" "$V, exception handler of the documentation, AttributeError" $B/run/null
shot sql.txt unsafe "SQL error" "$V, exception handler of the documentation, sqlite3" $B/run/sql
shot refused.txt unsafe "exception message" "$V, exception handler of the documentation, urllib" $B/run/upstream
down; B=http://127.0.0.1:24110; up 24110 $APP timeout -k 1 20 $PY rob.py 24110
shot 500.txt safe "generic text" "$V, 500" $B/run/null
shot 404.txt safe "generic text" "$V, 404" $B/nowhere
shot 503.json safe "own message" "$V, 503" $B/closed
finish

stack twisted; V="Twisted $(v twisted)"; K="Klein $(v klein)"; B=http://127.0.0.1:24102
up 24102 $APP $PY tw.py 24102 debug
shot key.html unsafe "debug page" "$V, displayTracebacks, KeyError" $B/plain/key
shot file.html unsafe "debug page" "$V, displayTracebacks, FileNotFoundError" $B/plain/file
shot klein-sql.html unsafe "debug page" "$K, displayTracebacks, sqlite3 in a Deferred" $B/klein/run/sql
shot chained.html unsafe "debug page" "$V, displayTracebacks, RuntimeError with cause" $B/plain/chained
shot bytes.html unsafe "debug page" "$V, displayTracebacks, render gives no bytes" $B/wrong
shot fault.xml safe "own message" "$V, XML-RPC Fault of the program" -d '<methodCall><methodName>fault</methodName></methodCall>' $B/rpc
shot rpc-500.xml safe "generic error" "$V, XML-RPC, unhandled KeyError" -d '<methodCall><methodName>quote</methodName><params><param><value><int>3</int></value></param></params></methodCall>' $B/rpc
down; up 24102 $APP $PY tw.py 24102
shot 500.html safe "generic page" "$V, 500" $B/plain/key
shot 404.html safe "generic page" "$V, 404" $B/nowhere
shot 405.html safe "generic page" "$V, 405" -X PUT $B/plain/key
shot klein-503.txt safe "own message" "$K, 503" $B/klein/closed
finish

stack starlette; V="Starlette $(v starlette)"; B=http://127.0.0.1:24103
up 24103 $APP $PY -m uvicorn --port 24103 star:debug
shot sql.html unsafe "debug page" "$V, debug, sqlite3, HTML" -H "Accept: text/html" $B/run/sql
shot chained.html unsafe "debug page" "$V, debug, RuntimeError with cause, HTML" -H "Accept: text/html" $B/run/chained
shot refused.txt unsafe "stack trace" "$V, debug, urllib, text" $B/run/upstream
down; up 24103 $APP $PY -m uvicorn --port 24103 star:app
shot 503.txt safe "own message" "$V, HTTPException" $B/closed
finish

q() { shot "$1" "$2" "$3" "$V, $4" -H "$J" -d "{\"query\":\"{ $6 }\"}" $B$5; }
stack ariadne; V="Ariadne $(v ariadne)"; B=http://127.0.0.1:24103
up 24103 $APP $PY -m uvicorn --port 24103 gql:app
q debug-sql.json unsafe "stack trace" "debug, sqlite3" /debug/ stock
q debug-key.json unsafe "stack trace" "debug, KeyError" /debug/ 'quote(weight: 3)'
q file.json unsafe "path" "no debug, FileNotFoundError" / label
q sql.json unsafe "SQL error" "no debug, sqlite3" / stock
q field.json safe "GraphQL error" "unknown field" / price
q argument.json safe "GraphQL error" "missing argument" / quote
q syntax.json safe "GraphQL error" "syntax" / 'quote('
shot not-json.txt safe "GraphQL error" "$V, body is no JSON" -H "$J" -d '{"query"' $B/
shot type.txt safe "GraphQL error" "$V, content type" -H "Content-Type: text/csv" -d 'a,b' $B/
down; finish
stack graphene; V="Graphene $(v graphene)"
up 24103 $APP $PY -m uvicorn --port 24103 gql:app
q null.json unsafe "exception message" "AttributeError" /graphene 'quote(weight: 3)'
q sql.json unsafe "SQL error" "sqlite3" /graphene stock
q field.json safe "GraphQL error" "unknown field" /graphene price
q closed.json safe "GraphQL error" "own message" /graphene closed
finish

stack turbogears; V="TurboGears $(v TurboGears2 /srv/turbogears)"; B=http://127.0.0.1:24104
up 24104 $APP /srv/turbogears/venv/bin/python tgears.py 24104 debug
shot key.html unsafe "debug page" "$V, debugger, KeyError" "$B/run?name=key"
shot sql.html unsafe "debug page" "$V, debugger, sqlite3" "$B/run?name=sql"
down; up 24104 $APP /srv/turbogears/venv/bin/python tgears.py 24104
shot 503.json safe "own message" "$V, abort" $B/closed
shot 410.html safe "generic page" "$V, abort" $B/gone
shot 404.html safe "generic page" "$V, 404" $B/nowhere
finish

stack emmett; V="Emmett $(v emmett /srv/emmett)"; B=http://127.0.0.1:24106
up 24106 $APP /srv/emmett/venv/bin/emmett -a em.py develop --port 24106
shot key.html unsafe "debug page" "$V, develop, KeyError" $B/run/key
shot template.html unsafe "debug page" "$V, develop, AttributeError in a template" $B/page
shot file.html unsafe "debug page" "$V, develop, FileNotFoundError" $B/run/file
down; up 24106 $APP /srv/emmett/venv/bin/emmett -a em.py serve --port 24106
shot 500.html safe "generic page" "$V, serve, 500" $B/run/key
shot 503.json safe "own message" "$V, 503" $B/closed
finish

stack datasette; V="Datasette $(v datasette)"; B=http://127.0.0.1:24107
up 24107 $APP $PY -m datasette --memory --plugins-dir plugins -p 24107
shot plugin-null.html unsafe "exception message" "$V, plug-in, AttributeError" $B/-/run/null
shot plugin-sql.html unsafe "SQL error" "$V, plug-in, sqlite3" $B/-/run/sql
shot plugin-file.html unsafe "path" "$V, plug-in, FileNotFoundError" $B/-/run/file
shot plugin-upstream.html unsafe "exception message" "$V, plug-in, urllib" $B/-/run/upstream
shot 404.json safe "error JSON" "$V, no such database" $B/none/tariffs.json
shot 404.html safe "generic page" "$V, no such database, HTML" $B/none
finish

stack waitress; V="waitress $(v waitress)"; B=http://127.0.0.1:24108
up 24108 $APP $PY -m waitress --listen=127.0.0.1:24108 --expose-tracebacks wsgi:app
shot key.txt unsafe "stack trace" "$V, expose_tracebacks, KeyError" $B/key
shot status.txt unsafe "stack trace" "$V, expose_tracebacks, wrong start_response" $B/status
down; up 24108 $APP $PY -m waitress --listen=127.0.0.1:24108 --max-request-body-size=10 wsgi:app
shot 413.txt safe "generic text" "$V, body too large" -d 0123456789abcdef $B/key
shot 400.txt safe "generic text" "$V, invalid header" -H "Content-Length: many" $B/key
shot 501.txt safe "generic text" "$V, unknown transfer encoding" -H "Transfer-Encoding: nonsense" -d x $B/key
finish

stack jupyter; V="Jupyter Server $(v jupyter_server)"; B=http://127.0.0.1:24109
up 24109 $APP $PY -m jupyter_server --allow-root --port 24109 --ServerApp.token= --ServerApp.disable_check_xsrf=True --ServerApp.root_dir=$APP/notebooks --no-browser
shot copy.json safe "generic error" "$V, contents API, unhandled TypeError" -H "$J" -d '{"copy_from":7}' $B/api/contents
shot kernelspec.json safe "error JSON" "$V, sessions API, unknown kernel" -H "$J" -d '{"path":"a.ipynb","type":"notebook","name":"","kernel":{"name":"perl"}}' $B/api/sessions
printf '{"cells": "none"}' > $APP/notebooks/broken.ipynb
shot notebook.json unsafe "path" "$V, contents API, unreadable notebook" $B/api/contents/broken.ipynb
shot missing.json safe "error JSON" "$V, contents API, no such file" $B/api/contents/none.ipynb
shot kernel-404.json safe "error JSON" "$V, no such kernel" $B/api/kernels/0f5bd9c2-2f0a-4d4e-9c6e-7c0e3a51aa10
shot json.json safe "parse error" "$V, body is no JSON" -d '{"name"' $B/api/sessions
shot 404.html safe "generic page" "$V, 404, HTML" $B/nowhere
finish

stack scrapyd; V="scrapyd $(v scrapyd /srv/scrapyd)"; B=http://127.0.0.1:24112
up 24112 $APP /srv/scrapyd/venv/bin/python -m scrapyd
shot schedule.json unsafe "stack trace" "$V, debug, schedule of an unknown project" -d project=none -d spider=x $B/schedule.json
shot egg.json unsafe "stack trace" "$V, debug, egg that is none" -F project=p -F version=1 -F egg=@/etc/hostname $B/addversion.json
shot listspiders.json unsafe "stack trace" "$V, debug, spiders of an unknown project" "$B/listspiders.json?project=none"
finish
