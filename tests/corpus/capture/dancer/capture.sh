#!/bin/bash
# Dancer2 (Debian: libdancer2-perl, starman, libdbd-sqlite3-perl): show_errors on and off, HTML and serialized.
. "$(dirname "$0")/../shoot.sh"
APP=/var/www/guestbook
rm -rf $APP; mkdir -p /var/www; cp -r "$HERE/app" $APP
stack dancer
V="Dancer2 $(perl -MDancer2 -e 'print Dancer2->VERSION')"
B=http://127.0.0.1:21031
ENVIRON+=(SHOW=1)
up 21031 $APP plackup -E production -o 127.0.0.1 -p 21031 app.psgi
shot debug-undef.html unsafe "debug page" "$V, show_errors, undefined value" $B/undef
shot debug-sql.html unsafe "debug page" "$V, show_errors, DBD::SQLite, no such table" $B/sql
shot debug-template.html unsafe "debug page" "$V, show_errors, missing template" $B/template
down
ENVIRON+=(SERIALIZER=1)
up 21031 $APP plackup -E production -o 127.0.0.1 -p 21031 app.psgi
shot debug-division.json unsafe "exception" "$V, show_errors, JSON serializer, division by zero" "$B/division?n=0"
down
ENVIRON+=(SHOW=)
up 21031 $APP plackup -E production -o 127.0.0.1 -p 21031 app.psgi
shot prod-exception.json unsafe "exception" "$V, show_errors off, JSON serializer: the exception is sent all the same" $B/undef
shot prod-404.json safe "generic error" "$V, production, JSON, 404" $B/nothing
shot prod-403.json safe "error code" "$V, production, JSON, 403 with own text" $B/denied
down
ENVIRON+=(SERIALIZER=)
up 21031 $APP plackup -E production -o 127.0.0.1 -p 21031 app.psgi
shot prod-500.html unsafe "banner" "$V, production, 500, version in the footer" $B/undef
shot prod-403.html unsafe "banner" "$V, production, own 403, version in the footer" $B/denied
finish
