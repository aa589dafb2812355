#!/bin/bash
# Slim 3 (Debian: php-slim), error details on and off, in HTML, JSON, XML and text.
. "$(dirname "$0")/../shoot.sh"
APP=/var/www/stock
rm -rf $APP; mkdir -p /var/www; cp -r "$HERE/app" $APP
stack slim
V="Slim 3"
B=http://127.0.0.1:21021
run() { up 21021 $APP php -d xdebug.mode=off -d error_log=/dev/null -d display_errors=0 -d error_reporting=0 -S 127.0.0.1:21021 index.php; }
ENVIRON+=(DEBUG=1)
run
shot debug-pdo.html unsafe "debug page" "$V, displayErrorDetails, PDOException, HTML" -H "Accept: text/html" $B/stock/4
shot debug-chain.json unsafe "stack trace" "$V, displayErrorDetails, exception with previous, JSON" -H "Accept: application/json" $B/chain
shot debug-type.xml unsafe "stack trace" "$V, displayErrorDetails, TypeError, XML" -H "Accept: application/xml" $B/type
down
ENVIRON+=(DEBUG=0)
run
shot prod-500.html safe "generic page" "$V, production, 500, HTML" -H "Accept: text/html" $B/stock/4
shot prod-500.json safe "generic error" "$V, production, 500, JSON" -H "Accept: application/json" $B/stock/4
shot prod-500.xml safe "generic error" "$V, production, 500, XML" -H "Accept: application/xml" $B/stock/4
shot prod-404.html safe "generic page" "$V, production, 404, HTML" -H "Accept: text/html" $B/nothing -H "Host: stock.example"
shot prod-405.json safe "error code" "$V, production, 405, JSON" -H "Accept: application/json" -X POST $B/type
finish
