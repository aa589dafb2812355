#!/bin/bash
# PHP's built-in server: display_errors as HTML and as text, Xdebug, production; PDO, mysqli, pgsql, curl.
# Needs of Debian: php-cli php-sqlite3 php-mysql php-pgsql php-xml php-curl php-xdebug.
. "$(dirname "$0")/../shoot.sh"
. "$(dirname "$0")/../databases.sh"
APP=/var/www/html/shop
rm -rf $APP; mkdir -p /var/www/html; cp -r "$HERE/app" $APP
stack php
postgres_up
mysql_up
V="PHP $(php -r 'echo PHP_VERSION;')"
B=http://127.0.0.1:21020
ENVIRON=(PATH=/usr/local/bin:/usr/bin:/bin HOME=/home/deploy PGPORT=$PGPORT MYPORT=$MYPORT STRIPE_SECRET=sk_test_hunter2staging DB_PASSWORD=hunter2-staging)
php_up() { up 21020 $APP php -d xdebug.mode=off -d error_log=/dev/null -d log_errors=0 "$@" -S 127.0.0.1:21020 index.php; }
php_up -d zend.exception_ignore_args=0 -d display_errors=1 -d html_errors=1 -d error_reporting=-1
X="$V, display_errors, html_errors"
u() { shot "$1" unsafe "$2" "$3" "$B/$4"; }
u html-null.html "stack trace" "$X, TypeError of array_map(null)" null
u html-undefined.html "error with path" "$X, warnings in the middle of a page" undefined
u html-include-warning.html "error with path" "$X, failed include, page goes on" include-warning
u html-function.html "stack trace" "$X, undefined function" function
u html-chain.html "stack trace" "$X, exception with previous" chain
u html-memory.html "error with path" "$X, memory exhausted" memory
u html-sqlite.html "stack trace" "$X, PDO sqlite, no such table" sqlite
u html-mysql.html "stack trace" "$X, PDO mysql, syntax error" mysql
u html-mysql-denied.html "stack trace" "$X, PDO mysql, access denied, arguments in the trace" mysql-denied
u html-pg.html "database error" "$X, pg_query, foreign key" pg
u html-pg-connect.html "database error" "$X, pg_connect refused" pg-connect
u html-xml.html "error with path" "$X, simplexml warnings" xml
u html-deprecated.html "error with path" "$X, deprecations in a page of status 200" deprecated
u die-mysqli.html "database error" "$V, or die(mysqli_error())" mysqli-die
u print-exception.html "stack trace" "$V, exception printed in <pre>, German heading" print
u dump-exception.html "stack trace" "$V, var_dump of an Error" dump
u phpinfo.html "environment" "$V, phpinfo" phpinfo
u curl.json "internal host" "$V, curl_error in JSON" curl
u api-pdo.json "database error" "$V, PDOException message in JSON" api
u api-trace.json "stack trace" "$V, class, file, line and trace as JSON members" api-trace
u mixed-warning.json "error with path" "$V, a warning printed before the JSON" mixed
u soap-fault.xml "exception" "$V, SOAP fault with message and file" soap
u latin1-message.html "exception" "$V application, Latin-1 page with the message of a TypeError" latin1
down; postgres_up; mysql_up
php_up -d display_errors=1 -d html_errors=0 -d error_reporting=-1 -d default_mimetype=text/plain
X="$V, display_errors, text"
u text-type.txt "stack trace" "$X, TypeError of an argument" type
u text-parse.txt "error with path" "$X, parse error" parse
u text-class.txt "stack trace" "$X, class not found" class
u text-include.txt "stack trace" "$X, failed require" include
u text-file.txt "error with path" "$X, file_get_contents" file
u text-time.txt "error with path" "$X, time limit" time
u text-match.txt "stack trace" "$X, UnhandledMatchError" match
u text-enum.txt "stack trace" "$X, ValueError of an enum" enum
u text-mysqli.txt "stack trace" "$X, mysqli_sql_exception" mysqli
u text-mysqli-refused.txt "stack trace" "$X, mysqli, connection refused" mysqli-refused
u text-pgsql.txt "stack trace" "$X, PDO pgsql, undefined column" pgsql
u text-fopen.txt "error with path" "$X, file_get_contents of an inner service" fopen
down
up 21020 $APP php -d xdebug.mode=develop -d error_log=/dev/null -d log_errors=0 -d display_errors=1 -d html_errors=1 -d error_reporting=-1 -S 127.0.0.1:21020 index.php
u xdebug-division.html "debug page" "$V with Xdebug, DivisionByZeroError" division
u xdebug-readonly.html "debug page" "$V with Xdebug, Error of a readonly property" readonly
u xdebug-chain.html "debug page" "$V with Xdebug, exception with previous" chain
u xdebug-undefined.html "debug page" "$V with Xdebug, warnings in a page" undefined
down
php_up -d display_errors=0
shot friendly.html safe "branded page" "$V application, French error page" $B/friendly
shot latin1.html safe "branded page" "$V application, Latin-1 page, German" $B/latin1-safe
shot validation.json safe "validation" "$V application, Spanish validation" $B/api-safe
down
rm -f $APP/index.php
up 21020 $APP php -d xdebug.mode=off -d log_errors=0 -S 127.0.0.1:21020
shot builtin-404.html safe "generic page" "$V, built-in server, 404" $B/nothing
finish
