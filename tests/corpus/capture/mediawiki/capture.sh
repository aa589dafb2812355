#!/bin/bash
# MediaWiki (Debian: mediawiki, php-sqlite3): exceptions with and without details, API errors.
. "$(dirname "$0")/../shoot.sh"
. "$(dirname "$0")/../databases.sh"; hosts
APP=/var/www/wiki
rm -rf $APP; mkdir -p /var/www /var/lib/wikidata; cp -rL /usr/share/mediawiki $APP 2>/dev/null; rm -f $APP/LocalSettings.php; rm -rf /var/lib/wikidata/*
stack mediawiki
V="MediaWiki $(sed -n "s/.*define( 'MW_VERSION', '\(.*\)' );/\1/p" $APP/includes/Defines.php)"
B=http://127.0.0.1:21025
env -i "${ENVIRON[@]}" php -d xdebug.mode=off $APP/maintenance/install.php --dbtype sqlite --dbpath /var/lib/wikidata --dbname wiki --server http://wiki.shop.example --scriptpath '' --pass hunter2-staging-wiki Shop Ann >>"$LOG" 2>&1
cp $APP/LocalSettings.php $APP/Local.base
run() { up 21025 $APP php -d xdebug.mode=off -d error_log=/dev/null -d log_errors=0 -d display_errors=0 -S 127.0.0.1:21025; }
run
shot api-action.json safe "error code" "$V, API, unknown action" "$B/api.php?action=buy&format=json"
shot api-post.json safe "error code" "$V, API, POST required" "$B/api.php?action=edit&format=json&formatversion=2&errorformat=plaintext&uselang=ja"
shot rest-404.json safe "error code" "$V, REST, no such endpoint" "$B/rest.php/v1/nothing"
shot rest-page.json safe "error code" "$V, REST, no such page" "$B/rest.php/v1/page/Nothing"
shot api-title.xml safe "error code" "$V, API, page does not exist, XML" "$B/api.php?action=parse&page=Nothing&format=xml"
shot api-token.json safe "error code" "$V, API, bad token" -d 'action=edit&title=A&text=b&token=x&format=json&formatversion=2&errorformat=plaintext&uselang=fr' "$B/api.php"
down
python3 - <<'PY'
import sqlite3
c = sqlite3.connect("/var/lib/wikidata/wiki.sqlite")
c.execute("drop table page")
PY
echo '$wgShowExceptionDetails = true; $wgDevelopmentWarnings = true;' >> $APP/LocalSettings.php
run
shot debug-query.html unsafe "stack trace" "$V, ShowExceptionDetails, DBQueryError" "$B/index.php?title=Help"
shot debug-api.html unsafe "stack trace" "$V, ShowExceptionDetails, API, DBQueryError with trace" "$B/api.php?action=query&titles=Help&format=json"
shot debug-rest.json unsafe "stack trace" "$V, ShowExceptionDetails, REST" "$B/rest.php/v1/page/Help"
down
cp $APP/Local.base $APP/LocalSettings.php
echo '$wgDBtype = "mysql"; $wgDBserver = "db.internal.shop.example:3398"; $wgDBname = "wiki"; $wgDBuser = "wiki"; $wgDBpassword = "hunter2-staging";' >> $APP/LocalSettings.php
run
shot db-down.html safe "generic page" "$V, production, MariaDB away" $B/index.php
down
echo '$wgShowExceptionDetails = true; $wgShowHostnames = true;' >> $APP/LocalSettings.php
run
shot debug-db-down.html unsafe "database error" "$V, ShowExceptionDetails, MariaDB away" $B/index.php
finish
