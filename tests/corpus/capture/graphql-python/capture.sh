#!/bin/bash
# Strawberry (graphql-core): unmasked, with traces in extensions, and masked.
. "$(dirname "$0")/../shoot.sh"
APP=/srv/graph
rm -rf $APP; cp -r "$HERE/app" $APP
/usr/bin/python3 -m venv --copies $APP/venv
$APP/venv/bin/pip install -q strawberry-graphql fastapi uvicorn sqlalchemy
stack graphql-python
T=$($APP/venv/bin/pip show strawberry-graphql | sed -n 's/^Version: /Strawberry /p')
B=http://127.0.0.1:21011
q() { local f=$1 l=$2 k=$3 s=$4 p=$5; shot "$f" "$l" "$k" "$s" -H "Content-Type: application/json" -d "$6" "$B/$p"; }
up 21011 $APP $APP/venv/bin/uvicorn main:app --port 21011
q raw-sql.json unsafe "database error" "$T, SQLAlchemy error in errors[].message" graphql '{"query":"{ search(word: \"lamp\") { id } }"}'
q trace-key.json unsafe "stack trace" "$T, extensions.exception.stacktrace" debug '{"query":"{ product(id: 3) { price } }"}'
q trace-sql.json unsafe "stack trace" "$T, extensions.exception.stacktrace of SQLAlchemy" debug '{"query":"{ search(word: \"lamp\") { id } }"}'
q masked.json safe "generic error" "$T, MaskErrors" masked '{"query":"{ search(word: \"lamp\") { id } }"}'
q unknown-field.json safe "validation" "$T, unknown field" graphql '{"query":"{ product(id: 3) { weight } }"}'
q syntax.json safe "parse error" "$T, syntax error" graphql '{"query":"{ product(id: "}'
q variable.json safe "validation" "$T, wrong type of a variable" graphql '{"query":"query($i: Int!) { product(id: $i) { id } }","variables":{"i":"x"}}'
q not-found.json safe "error code" "$T, own error with code" graphql '{"query":"{ product(id: 404) { id } }"}'
q no-query.txt safe "generic text" "$T, no query" graphql '{}'
finish
