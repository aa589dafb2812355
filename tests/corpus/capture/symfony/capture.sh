#!/bin/bash
# Symfony 5.4 FrameworkBundle (Debian: php-symfony-framework-bundle php-symfony-serializer php-symfony-yaml), debug and production, in HTML, JSON, XML and text.
. "$(dirname "$0")/../shoot.sh"
. "$(dirname "$0")/../databases.sh"; hosts
APP=/opt/newsletter
rm -rf $APP; cp -r "$HERE/app" $APP; mkdir -p $APP/var
stack symfony
V="Symfony 5.4"
B=http://127.0.0.1:21022
run() { up 21022 $APP php -d xdebug.mode=off -d error_log=/dev/null -d log_errors=0 -d display_errors=0 -S 127.0.0.1:21022 index.php; }
ENVIRON+=(APP_DEBUG=1)
run
u() { shot "$1" unsafe "$2" "$V, debug, $3" -H "Accept: $5" "$B/$4"; }
u debug-none.html "debug page" "Error of null, HTML" none text/html
u debug-pdo.json "stack trace" "PDOException, JSON" pdo application/json
u debug-chain.json "stack trace" "exception with previous, JSON" chain application/json
u debug-warning.xml "stack trace" "ErrorException of a warning, XML" warning application/xml
u debug-return.json "stack trace" "controller returns no response, JSON" returns-nothing application/json
u debug-404.json "stack trace" "NotFoundHttpException, JSON" nothing application/json
down
ENVIRON+=(APP_DEBUG=0)
run
shot prod-500.html safe "generic page" "$V, production, 500, HTML" -H "Accept: text/html" $B/none
shot prod-500.json safe "problem" "$V, production, 500, problem document" -H "Accept: application/json" $B/none
shot prod-404.xml safe "generic error" "$V, production, 404, XML" -H "Accept: application/xml" $B/nothing
shot prod-403.json safe "problem" "$V, production, 403, problem document" -H "Accept: application/json" $B/denied
shot violations.json safe "validation" "$V application, violations" $B/invalid
finish
