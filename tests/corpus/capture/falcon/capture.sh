#!/bin/bash
# Falcon under gunicorn; gunicorn's own error pages.
. "$(dirname "$0")/../shoot.sh"
APP=/var/www/payments
rm -rf $APP; mkdir -p /var/www; cp -r "$HERE/app" $APP
/usr/bin/python3 -m venv --copies $APP/venv
$APP/venv/bin/pip install -q falcon jsonschema gunicorn
stack falcon
T=$($APP/venv/bin/pip show falcon | sed -n 's/^Version: /Falcon /p')
G=$($APP/venv/bin/pip show gunicorn | sed -n 's/^Version: /gunicorn /p')
B=http://127.0.0.1:21008
up 21008 $APP $APP/venv/bin/gunicorn -b 127.0.0.1:21008 main:debug
shot handler-frames.json unsafe "stack trace" "$T, error handler with frames and local variables" $B/broken
shot handler-type.json unsafe "exception" "$T, error handler with class as title and message" "$B/broken?plain=1"
down
up 21008 $APP $APP/venv/bin/gunicorn -b 127.0.0.1:21008 main:app
shot prod-500.json safe "generic error" "$T, 500" $B/broken
shot param-missing.json safe "validation" "$T, missing parameter" $B/payments
shot param-range.json safe "validation" "$T, parameter too large" "$B/payments?amount=300"
shot schema.json safe "validation" "$T, JSON schema" -H "Content-Type: application/json" -d '{"iban":"12"}' $B/payments
shot schema.xml safe "validation" "$T, JSON schema, XML" -H "Accept: application/xml" -H "Content-Type: application/json" -d '{"iban":"12","amount":1}' $B/payments
shot media.json safe "parse error" "$T, body is no JSON" -H "Content-Type: application/json" -d '{"iban"' $B/payments
shot conflict.json safe "error code" "$T, 409 with code" -H "Content-Type: application/json" -d '{"iban":"DE12","amount":1}' $B/payments
shot gunicorn-400.html safe "generic page" "$G, invalid request" -H "Transfer-Encoding: nonsense" -d x $B/payments
down
finish
