#!/bin/bash
# Django with DEBUG on and off, and Django REST framework.
. "$(dirname "$0")/../shoot.sh"
. "$(dirname "$0")/../databases.sh"
APP=/srv/storefront
rm -rf $APP; cp -r "$HERE/app" $APP
/usr/bin/python3 -m venv --copies $APP/venv
$APP/venv/bin/pip install -q 'django==5.2.*' djangorestframework 'psycopg[binary]' gunicorn
stack django
postgres_up
V="Django 5.2"
R="Django REST framework"
B=http://127.0.0.1:21001
ENVIRON=(PATH=$APP/venv/bin:/usr/bin:/bin HOME=/home/deploy LANG=C.UTF-8 PGPORT=$PGPORT DEBUG=1 AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY SMTP_URL=smtp://mailer:hunter2-staging@mail.internal.shop.example:25)
up 21001 $APP $APP/venv/bin/python manage.py runserver --noreload 127.0.0.1:21001
H="Accept: text/html"
shot debug-table.txt unsafe "debug page" "$V, DEBUG, missing table on sqlite, text" -H "Accept: application/json" $B/orders/
shot debug-none.html unsafe "debug page" "$V, DEBUG, attribute of None" -H "$H" $B/orders/none
shot debug-template.txt unsafe "debug page" "$V, DEBUG, unknown template filter, text" -H "Accept: application/json" $B/orders/page
shot debug-no-template.txt unsafe "debug page" "$V, DEBUG, missing template, text" -H "Accept: */plain" $B/orders/invoice
shot debug-chain.txt unsafe "debug page" "$V, DEBUG, RuntimeError from JSONDecodeError, text" -H "Accept: application/json" $B/prices
shot debug-postgres.html unsafe "debug page" "$V, DEBUG, missing column on PostgreSQL" -H "$H" $B/reports
shot debug-refused.txt unsafe "debug page" "$V, DEBUG, PostgreSQL refuses the connection, text" -H "Accept: application/json" $B/billing
shot debug-async.html unsafe "debug page" "$V, DEBUG, TypeError in an async view" -H "$H" $B/stats
shot debug-404.html unsafe "debug page" "$V, DEBUG, no URL matches" -H "$H" $B/no/such/page
shot debug-404-raised.html unsafe "debug page" "$V, DEBUG, Http404 raised in a view" -H "$H" $B/order/4
shot debug-400.html unsafe "debug page" "$V, DEBUG, SuspiciousOperation" -H "$H" $B/cart
shot debug-host.html unsafe "debug page" "$V, DEBUG, DisallowedHost" -H "$H" -H "Host: evil.example" $B/orders/
shot debug-csrf.html unsafe "debug page" "$V, DEBUG, CSRF failure with reasons" -H "$H" -X POST -d a=1 $B/form
shot caught-unique.json unsafe "database error" "$V view: str(e) of a unique violation on PostgreSQL" -X POST $B/signup
shot caught-trace.txt unsafe "stack trace" "$V view: traceback.format_exc() of MultiValueDictKeyError" $B/lookup
shot drf-crash.txt unsafe "debug page" "$R, DEBUG, ZeroDivisionError" -H "Accept: application/json" $B/api/share
down
postgres_up
ENVIRON=(PATH=$APP/venv/bin:/usr/bin:/bin HOME=/home/deploy LANG=C.UTF-8 PGPORT=$PGPORT DEBUG=0)
up 21001 $APP $APP/venv/bin/python manage.py runserver --noreload 127.0.0.1:21001
shot prod-500.html safe "generic page" "$V, production, 500" -H "$H" $B/orders/
shot prod-404.html safe "generic page" "$V, production, 404" -H "$H" $B/no/such/page
shot prod-403.html safe "generic page" "$V, production, PermissionDenied" -H "$H" $B/denied
shot prod-400.html safe "generic page" "$V, production, SuspiciousOperation" -H "$H" $B/cart
shot prod-csrf.html safe "generic page" "$V, production, CSRF failure" -H "$H" -X POST -d a=1 $B/form
shot drf-validation.json safe "validation" "$R, four invalid fields" -H "Content-Type: application/json" -d '{"number":"123456789","total":-1,"email":"ann","ship":"pigeon"}' $B/api/orders
shot drf-required.json safe "validation" "$R, required fields" -H "Content-Type: application/json" -d '{}' $B/api/orders
shot drf-parse.json safe "parse error" "$R, JSON parse error" -H "Content-Type: application/json" -d '{"number":' $B/api/orders
shot drf-405.json safe "error code" "$R, method not allowed" $B/api/orders
shot drf-415.json safe "error code" "$R, unsupported media type" -H "Content-Type: text/csv" -d 'a;b' $B/api/orders
shot drf-401.json safe "error code" "$R, not authenticated" "$B/api/error?e=NotAuthenticated"
shot drf-404.json safe "error code" "$R, not found" "$B/api/error?e=NotFound"
curl -s -o /dev/null $B/api/once
shot drf-429.json safe "error code" "$R, throttled" $B/api/once
shot drf-browsable-403.html safe "generic page" "$R, browsable API, permission denied" -H "$H" "$B/api/error?e=PermissionDenied"
down
postgres_up
ENVIRON=(PATH=$APP/venv/bin:/usr/bin:/bin HOME=/home/deploy LANG=C.UTF-8 PGPORT=$PGPORT DEBUG=0 LANGUAGE=de)
up 21001 $APP $APP/venv/bin/gunicorn -b 127.0.0.1:21001 --chdir $APP "storefront.wsgi_app:application"
shot drf-validation-de.json safe "validation" "$R, German" -H "Content-Type: application/json" -d '{"number":"123456789","total":-1,"email":"ann","ship":"pigeon"}' $B/api/orders
finish
