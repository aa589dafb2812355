#!/bin/bash
# Sinatra under Puma, development and production; what Ruby applications say themselves (sqlite3, sequel, pg, graphql).
# Debian: ruby-sinatra puma ruby-sqlite3 ruby-sequel ruby-pg ruby-graphql.
. "$(dirname "$0")/../shoot.sh"
. "$(dirname "$0")/../databases.sh"
APP=/home/deploy/cinema
rm -rf $APP; mkdir -p /home/deploy; cp -r "$HERE/app" $APP
stack sinatra
postgres_up
V="Sinatra $(ruby -e 'require "sinatra/version"; print Sinatra::VERSION')"
R="Ruby $(ruby -e 'print RUBY_VERSION') application"
B=http://127.0.0.1:21040
ENVIRON=(PATH=/usr/local/bin:/usr/bin:/bin HOME=/home/deploy LANG=C.UTF-8 PGPORT=$PGPORT)
up 21040 $APP /usr/bin/ruby app.rb
u() { shot "$1" unsafe "$2" "$3" -H "Accept: ${5:-text/html}" "$B/$4"; }
u debug-nil.html "debug page" "$V, development, NoMethodError of nil" nil
u debug-erb.html "debug page" "$V, development, error in a template" erb
u debug-sqlite.txt "stack trace" "$V, development, SQLite3::SQLException, text" sqlite text/plain
u debug-sequel.txt "stack trace" "$V, development, Sequel::DatabaseError, text" sequel text/plain
u debug-net.txt "stack trace" "$V, development, Errno::ECONNREFUSED, text" net text/plain
u debug-custom.txt "stack trace" "$V, development, own exception with cause, text" custom text/plain
u debug-json.html "debug page" "$V, development, JSON::ParserError" json
u debug-404.html "debug page" "$V, development, 404 with advice" nothing
u message-key.json "exception" "$R, e.message: KeyError" api/message/key
u message-pg.json "database error" "$R, e.message: PG::UndefinedColumn" api/message/pg
u message-net.json "internal host" "$R, e.message: connection refused" api/message/net
u inspect-nil.json "exception" "$R, e.inspect: NoMethodError" api/inspect/nil
u inspect-file.json "file path" "$R, e.inspect: Errno::ENOENT" api/inspect/file
u backtrace-pgdown.json "stack trace" "$R, class, message, backtrace: PG::ConnectionBad" api/backtrace/pgdown
u backtrace-zero.json "stack trace" "$R, class, message, backtrace: ZeroDivisionError" api/backtrace/zero
u full-sequel.txt "stack trace" "$R, full_message: Sequel with cause" api/text/sequel
u color-arg.txt "stack trace" "$R, full_message with terminal colours: TypeError" api/color/arg
u frozen.yaml "exception" "$R, YAML: FrozenError" api/yaml/frozen
shot graphql-backtrace.json unsafe "stack trace" "graphql-ruby: error with backtrace" -d '{"query":"{ film(id: 3) }"}' $B/graphql
shot graphql-missing.json safe "validation" "graphql-ruby: missing argument" -d '{"query":"{ film }"}' $B/graphql
shot graphql-not-found.json safe "error code" "graphql-ruby: own error" -d '{"query":"{ film(id: 404) }"}' $B/graphql
down
ENVIRON+=(APP_ENV=production)
up 21040 $APP /usr/bin/ruby app.rb
shot prod-500.html safe "generic page" "$V, production, 500" $B/nil
shot prod-404.html safe "generic page" "$V, production, 404" $B/nothing
finish
