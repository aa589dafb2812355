#!/bin/bash
# Laravel 8 (Debian: php-laravel-framework), debug and production, HTML and JSON.
. "$(dirname "$0")/../shoot.sh"
. "$(dirname "$0")/../databases.sh"
APP=/var/www/helpdesk
rm -rf $APP; mkdir -p /var/www; cp -r "$HERE/app" $APP; mkdir -p $APP/bootstrap/cache $APP/storage/views $APP/storage/logs $APP/vendor/composer; touch $APP/.env $APP/empty.sqlite; echo '{"autoload":{"psr-4":{"App\\":"app/"}}}' > $APP/composer.json; echo '[]' > $APP/vendor/composer/installed.json
php -r '$d = new PDO("sqlite:/var/www/helpdesk/empty.sqlite"); $d->exec("create table tickets (id integer primary key)");'
stack laravel
mysql_up
V="Laravel 8"
B=http://127.0.0.1:21023
J="Accept: application/json"
run() { up 21023 $APP php -d xdebug.mode=off -d error_log=/dev/null -d log_errors=0 -d display_errors=${1:-0} -d error_reporting=8191 -S 127.0.0.1:21023 index.php; }
ENVIRON+=(APP_DEBUG=true APP_ENV=local MYPORT=$MYPORT)
run
shot debug-query.json unsafe "stack trace" "$V, debug, QueryException on MariaDB, JSON" -H "$J" $B/tickets
shot debug-pgsql.json unsafe "stack trace" "$V, debug, QueryException, PostgreSQL refuses the connection, JSON" -H "$J" $B/ticket/4
shot debug-locked.json unsafe "stack trace" "$V, debug, own exception, JSON" -H "$J" $B/locked
shot debug-find.json unsafe "stack trace" "$V, debug, ModelNotFoundException, JSON" -H "$J" $B/find
shot debug-405.json unsafe "stack trace" "$V, debug, method not allowed, JSON" -H "$J" -X PUT $B/tickets
shot message.json unsafe "database error" "$V application, QueryException message in JSON" $B/message
down; mysql_up
ENVIRON+=(APP_DEBUG=false APP_ENV=production)
run
shot prod-500.json safe "generic error" "$V, production, 500, JSON" -H "$J" $B/null
shot prod-500.html safe "generic page" "$V, production, 500, HTML" -H "Accept: text/html" $B/null
shot prod-404.html safe "generic page" "$V, production, 404, HTML" -H "Accept: text/html" $B/nothing
shot prod-403.json safe "error code" "$V, production, 403 with own text, JSON" -H "$J" $B/forbidden
shot prod-validation.json safe "validation" "$V, production, validation" -H "$J" -d 'email=x&priority=9' $B/tickets
finish
