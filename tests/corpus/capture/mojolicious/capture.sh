#!/bin/bash
# Mojolicious (Debian: libmojolicious-perl libdbd-sqlite3-perl), development and production mode.
. "$(dirname "$0")/../shoot.sh"
. "$(dirname "$0")/../databases.sh"; hosts
APP=/srv/bookshop
rm -rf $APP; cp -r "$HERE/app" $APP
stack mojolicious
V="Mojolicious $(perl -MMojolicious -e 'print Mojolicious->VERSION')"
B=http://127.0.0.1:21030
up 21030 $APP perl shop.pl daemon -m development -l http://127.0.0.1:21030
u() { shot "$1" unsafe "$2" "$V, $3" -H "Accept: ${5:-text/html}" "$B/$4"; }
u debug-undef.html "debug page" "development, method on undef" undef
u debug-sql.html "debug page" "development, DBD::SQLite, no such table" sql
u debug-json.html "debug page" "development, invalid JSON" json
u debug-template.html "debug page" "development, error in a template" template
u debug-promise.html "debug page" "development, rejected promise, connection refused" promise
u debug-404.html "debug page" "development, 404 with the list of routes" nothing
u debug-file.html "debug page" "development, die with a path" file
u api-sql.json "database error" "application: \$@ of DBI in JSON" api
u verbose.txt "stack trace" "application: verbose Mojo::Exception as text" obj
down
up 21030 $APP perl shop.pl daemon -m production -l http://127.0.0.1:21030
shot prod-500.html safe "generic page" "$V, production, 500" -H "Accept: text/html" $B/undef
shot prod-404.html safe "generic page" "$V, production, 404" -H "Accept: text/html" $B/nothing -H "Host: books.example"
finish
