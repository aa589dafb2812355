#!/bin/bash
# Held out: Python frameworks and libraries that the rest of the corpus does not use (bodies/cherrypy, webpy, quart, blacksheep, django-ninja,
# flask-restx, connexion, dash, python-libs).
. "$(dirname "$0")/../shoot.sh"
VENV=/opt/depot/venv
APP=/srv/depot
[ -x $VENV/bin/pip ] || /usr/bin/python3 -m venv $VENV
[ -n "${INSTALLED:-}" ] || $VENV/bin/pip -q install --upgrade typing_extensions cherrypy web.py quart blacksheep uvicorn django-ninja 'connexion[flask,uvicorn]' flask-restx dash webargs flask peewee pony tortoise-orm aiosqlite lxml boto3 elasticsearch ldap3 paramiko pandas scikit-learn kafka-python pyyaml
mkdir -p $APP && cp "$HERE"/app/* $APP/
PY=$VENV/bin/python
v() { $VENV/bin/pip list 2>/dev/null | awk -v n="$1" 'tolower($1)==tolower(n){print $2}'; }
J='Content-Type: application/json'

cherrypy() {
  stack cherrypy; local V="CherryPy $(v cherrypy)" B=http://127.0.0.1:24101
  up 24101 $APP $PY cp.py 24101 debug
  shot missing.html unsafe "stack trace" "$V, TypeError" $B/run/missing
  shot chained.html unsafe "stack trace" "$V, exception with cause" $B/run/chained
  shot refused.html unsafe "stack trace" "$V, URLError" $B/run/refused
  shot parameter.html unsafe "stack trace" "$V, missing query parameter, 404 with trace and banner" "$B/item?sku=a"
  shot json.html unsafe "stack trace" "$V, json_in of bad JSON" -H "$J" -d '{"sku": }' $B/order
  shot banner.html unsafe "banner" "$V, HTTPError 410, trace and version" $B/gone
  down
  up 24101 $APP $PY cp.py 24101 prod
  shot production.html unsafe "banner" "$V, environment production, 500 with version only" $B/run/sql
  down; finish
}
webpy() {
  stack webpy; local V="web.py $(v web.py)" B=http://127.0.0.1:24102
  up 24102 $APP $PY wp.py 24102 debug
  shot attribute.html unsafe "debug page" "$V, debugerror, AttributeError" $B/run/attribute
  shot template.html unsafe "debug page" "$V, debugerror, template" $B/tpl
  shot db.html unsafe "debug page" "$V, debugerror, web.database" $B/db
  down
  up 24102 $APP $PY wp.py 24102 prod
  shot 500.html safe "generic text" "$V, debug off" $B/run/attribute
  shot 404.html safe "generic text" "$V, 404" $B/nowhere
  shot shelf.txt safe "own message" "$V, notfound with message" $B/none
  down; finish
}
quart() {
  stack quart; local V="Quart $(v quart)" B=http://127.0.0.1:24103
  up 24103 $APP $PY qu.py 24103 debug
  shot env.html unsafe "debug page" "$V, debug, KeyError of os.environ" $B/run/env
  shot template.html unsafe "debug page" "$V, debug, UndefinedError" $B/tpl
  shot key.html unsafe "debug page" "$V, debug, KeyError" -H "$J" -d '{"a":1}' $B/order
  down
  up 24103 $APP $PY qu.py 24103 prod
  shot told-sql.json unsafe "SQL error" "$V application, repr of sqlite3.OperationalError" $B/told/sql
  shot told-refused.json unsafe "system error" "$V application, repr of URLError" $B/told/refused
  shot 500.html safe "server page" "$V, production" $B/run/sql
  shot 400.html safe "server page" "$V, production, bad JSON" -H "$J" -d '{' $B/order
  shot 405.html safe "server page" "$V, production, method" -X PUT $B/order
  shot busy.json safe "error code" "$V application, 503" $B/busy
  down; finish
}
blacksheep() {
  stack blacksheep; local V="BlackSheep $(v blacksheep)" B=http://127.0.0.1:24104
  ENVIRON+=(SHOW=1)
  up 24104 $APP $VENV/bin/uvicorn bs:app --port 24104
  shot sql.html unsafe "debug page" "$V, show_error_details, sqlite3" $B/run/sql
  shot parse.html unsafe "debug page" "$V, show_error_details, JSONDecodeError" $B/run/parse
  down; ENVIRON+=(SHOW=0)
  up 24104 $APP $VENV/bin/uvicorn bs:app --port 24104
  shot 500.txt safe "generic text" "$V, no details" $B/run/sql
  shot query.txt safe "validation error" "$V, query parameter" "$B/page?number=two"
  shot 404.txt safe "generic text" "$V, 404" $B/none
  down; finish
}
ninja() {
  stack django-ninja; local V="Django Ninja $(v django-ninja)" B=http://127.0.0.1:24105/api
  up 24105 $APP $PY nj.py 24105 debug
  shot attribute.txt unsafe "stack trace" "$V, DEBUG=True, AttributeError as text" $B/run/attribute
  shot orm.txt unsafe "stack trace" "$V, DEBUG=True, OperationalError of the ORM" $B/orm
  shot chained.txt unsafe "stack trace" "$V, DEBUG=True, exception with cause" $B/run/chained
  shot 404.html unsafe "debug page" "$V, DEBUG=True, 404 debug page with the URL patterns" $B/nowhere
  down
  up 24105 $APP $PY nj.py 24105 prod
  shot 422.json safe "validation error" "$V, DEBUG=False" -H "$J" -d '{"customer":"x","lines":[{"sku":1},{"qty":"two"}]}' $B/order
  shot parse.json safe "parse error" "$V, DEBUG=False, no JSON" -H "$J" -d '{"customer":' $B/order
  shot closed.json safe "error JSON" "$V, HttpError 503" $B/closed
  shot 500.html safe "server page" "$V, DEBUG=False, 500" $B/run/missing
  down; finish
}
restx() {
  stack flask-restx; local V="Flask-RESTX $(v flask-restx)" B=http://127.0.0.1:24106
  up 24106 $APP $PY rx.py 24106
  shot tariff.json unsafe "exception message" "$V application, cause by repr" $B/run/chained
  shot 500.json safe "error JSON" "$V, TypeError" $B/run/missing
  shot validation.json safe "validation error" "$V, expect" -H "$J" -d '{"sku":"much-too-long","qty":"2"}' $B/order
  shot 404.html safe "server page" "$V, 404" $B/oder
  shot webargs.json safe "validation error" "webargs in Flask" -H "$J" -d '{"qty":"two"}' $B/args
  down; finish
}
connexion() {
  stack connexion; local V="Connexion $(v connexion)" B=http://127.0.0.1:24107
  up 24107 $APP $PY cx.py 24107
  shot 500.json safe "problem document" "$V, KeyError" $B/run/env
  shot body.json safe "validation error" "$V, body" -H "$J" -d '{"sku":7,"qty":0}' $B/order
  shot 415.json safe "problem document" "$V, content type" -H 'Content-Type: text/csv' -d a $B/order
  shot 404.json safe "problem document" "$V, 404" $B/none
  down; finish
}
dash() {
  stack dash; local V="Dash $(v dash)" B=http://127.0.0.1:24108
  local C='{"output":"out.children","outputs":{"id":"out","property":"children"},"inputs":[{"id":"name","property":"value","value":"%s"}],"changedPropIds":["name.value"]}'
  up 24108 $APP $PY da.py 24108 debug
  shot sql.html unsafe "debug page" "$V, debug, sqlite3 in a callback" -H "$J" -d "$(printf "$C" sql)" $B/_dash-update-component
  shot file.html unsafe "debug page" "$V, debug, missing file in a callback" -H "$J" -d "$(printf "$C" file)" $B/_dash-update-component
  shot schema.html unsafe "debug page" "$V, debug, InvalidCallbackReturnValue" -H "$J" -d '{"output":"name.value","outputs":{"id":"name","property":"value"},"inputs":[{"id":"out","property":"n_clicks","value":1}],"changedPropIds":["out.n_clicks"]}' $B/_dash-update-component
  down
  up 24108 $APP $PY da.py 24108 prod
  shot 500.html safe "server page" "$V, debug off" -H "$J" -d "$(printf "$C" sql)" $B/_dash-update-component
  down; finish
}
libs() {
  stack python-libs; local B=http://127.0.0.1:24109 p
  up 24109 $APP $PY libs.py 24109
  l() { shot "$2.$3" unsafe "$4" "Flask application that tells the error of $5 (form: $1)" $B/$1/${6:-$2}; }
  l str boto_endpoint json "internal address" "boto3"
  l repr boto_credentials json "exception message" "boto3"
  l typed elastic json "internal address" "elasticsearch-py"
  l last kafka txt "exception message" "kafka-python"
  l repr ldap json "exception message" "ldap3"
  l html ssh html "internal address" "paramiko"
  l typed pandas_key json "exception message" "pandas"
  l lines pandas_csv json "stack trace" "pandas"
  l last pandas_merge txt "exception message" "pandas"
  l str numpy_shape json "exception message" "NumPy"
  l repr sklearn_fit json "exception message" "scikit-learn"
  l frames sklearn_nan json "frames" "scikit-learn"
  l typed peewee_table json "SQL error" "peewee"
  l last pony_type txt "exception message" "Pony ORM"
  l trace tortoise_table txt "stack trace" "Tortoise ORM"
  l xml lxml_parse xml "exception message" "lxml"
  l repr lxml_schema json "exception message" "lxml"
  l last jinja txt "exception message" "Jinja2"
  l lines marshmallow_dump json "stack trace" "marshmallow"
  l typed decimal_bad json "exception message" "decimal"
  l last pickle_bad txt "exception message" "pickle"
  l str subprocess_fail json "path" "subprocess"
  l html subprocess_exit html "path" "subprocess"
  l xml smtp xml "exception message" "smtplib"
  l html yaml_parse html "path" "PyYAML"
  l last recursion txt "exception message" "the interpreter (recursion)"
  l trace group txt "stack trace" "an ExceptionGroup"
  l html pydantic_settings html "exception message" "pydantic"
  l repr unicode_bad json "exception message" "a codec"
  shot kind.json safe "error code" "Flask application, own message for a failure of boto3" $B/kind/json/boto_endpoint
  shot kind.xml safe "error XML" "Flask application, own message for a failure of pandas" $B/kind/xml/pandas_csv
  shot kind.txt safe "generic text" "Flask application, own message for a failure of kafka-python" $B/kind/text/kafka
  down; finish
}
for s in ${ONLY:-cherrypy webpy quart blacksheep ninja restx connexion dash libs}; do ENVIRON=(PATH=/usr/local/bin:/usr/bin:/bin HOME=/home/deploy LANG=C.UTF-8); $s; done
