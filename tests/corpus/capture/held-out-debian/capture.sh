#!/bin/bash
# Held out: Debian's Catalyst and HTML::Mason (Perl), Grape, GraphQL-Ruby, Thin and Unicorn (Ruby).
. "$(dirname "$0")/../shoot.sh"
CORPUS=$HERE/../../held-out; mkdir -p "$CORPUS"
APP=/srv/depot
[ -n "${INSTALLED:-}" ] || apt-get -qq -y --no-install-recommends install libcatalyst-perl libhtml-mason-perl libplack-perl libdbd-sqlite3-perl thin unicorn ruby-grape ruby-graphql ruby-sqlite3 >/dev/null
mkdir -p $APP && cp -r "$HERE"/*.psgi "$HERE"/shop.ru "$HERE"/mason $APP/
sed -i "s#/srv/ho-debian#$APP#" $APP/mason.psgi
v() { dpkg-query -W -f '${Version}' "$1" | sed 's/^[0-9]*://; s/[-+~].*//'; }
ENV=("${ENVIRON[@]}")

stack catalyst; V="Catalyst $(v libcatalyst-perl)"; B=http://127.0.0.1:24211
ENVIRON=("${ENV[@]}" DEPOT_DEBUG=1); up 24211 $APP plackup -p 24211 -E deployment cat.psgi
shot null.html unsafe "debug page" "$V, -Debug, method of undef" $B/null
shot sql.html unsafe "debug page" "$V, -Debug, DBD::SQLite" $B/sql
shot view.html unsafe "debug page" "$V, -Debug, missing view" $B/view
shot message.json unsafe "exception message" "$V application, \$@ in JSON" $B/message
down; ENVIRON=("${ENV[@]}"); up 24211 $APP plackup -p 24211 -E deployment cat.psgi
shot 500.html safe "generic page" "$V, 500, page in many languages" $B/null
shot 503.txt safe "own message" "$V, 503" $B/closed
shot 404.html safe "own message" "$V, 404" $B/nowhere
finish

stack mason; V="HTML::Mason $(v libhtml-mason-perl)"; B=http://127.0.0.1:24212
up 24212 $APP plackup -p 24212 -E deployment mason.psgi
shot null.html unsafe "debug page" "$V, error_mode output, method of undef" $B/null.html
shot strict.html unsafe "source excerpt" "$V, error_mode output, compile error" $B/strict.html
shot component.html unsafe "debug page" "$V, error_mode output, missing component" $B/component.html
down; ENVIRON=("${ENV[@]}" MASON_FORMAT=text); up 24212 $APP plackup -p 24212 -E deployment mason.psgi
shot text.txt unsafe "stack trace" "$V, error_format text" $B/null.html
down; ENVIRON=("${ENV[@]}" MASON_FORMAT=brief); up 24212 $APP plackup -p 24212 -E deployment mason.psgi
shot brief.txt unsafe "exception message, path" "$V, error_format brief" $B/component.html
finish
ENVIRON=("${ENV[@]}")

T="Thin $(v thin)"; R="Ruby 3.1"; J='Content-Type: application/json'
ruby() { ENVIRON=("${ENV[@]}" DEPOT=$1); up 24213 $APP thin -e production -p 24213 -R shop.ru start; ENVIRON=("${ENV[@]}"); B=http://127.0.0.1:24213; }
stack grape; V="Grape $(v ruby-grape)"
ruby open
shot null.json unsafe "exception" "$V, rescue_from :all with message and class, NoMethodError" $B/run/null
shot sql.json unsafe "SQL error" "$V, rescue_from :all with message and class, SQLite3" $B/run/sql
shot refused.json unsafe "internal address" "$V, rescue_from :all with message and class, refused" $B/run/refused
down; ruby trace
shot backtrace-key.json unsafe "stack trace" "$V, rescue_from :all, backtrace: true, KeyError" $B/run/key
shot backtrace-file.json unsafe "stack trace" "$V, rescue_from :all, backtrace: true, Errno::ENOENT" $B/run/file
down; ruby closed
shot 500.json safe "generic error" "$V, rescue_from :all, own answer" $B/run/key
shot 422.json safe "validation" "$V, validation" -d 'weight=44&zone=east&email=x' $B/parcels
shot 503.json safe "own message" "$V, error!" $B/closed
finish
stack graphql-ruby; V="GraphQL-Ruby $(v ruby-graphql)"
ruby open
shot closed.json safe "GraphQL error" "$V, ExecutionError" -d 'query={closed}' $B/graphql
shot field.json safe "GraphQL error" "$V, unknown field" -d 'query={price}' $B/graphql
shot syntax.json safe "GraphQL error" "$V, syntax" -d 'query={price' $B/graphql
finish
stack ruby-slips; V="$R under Thin, application that hands on the error of"
ruby open
shot argument.json unsafe "exception message" "$V Ruby, wrong number of arguments" $B/message/argument
shot coerce.json unsafe "exception message" "$V Ruby, coercion" $B/message/coerce
shot constant.json unsafe "exception message" "$V Ruby, uninitialized constant" $B/message/const
shot frozen.json unsafe "exception message" "$V Ruby, frozen String" $B/message/frozen
shot integer.json unsafe "exception message" "$V Ruby, Integer()" $B/message/integer
shot json.json unsafe "exception message" "$V Ruby, JSON.parse" $B/message/json
shot refused.json unsafe "internal address" "$V Ruby, Net::HTTP" $B/message/refused
finish
stack unicorn; V="Unicorn $(v unicorn)"; B=http://127.0.0.1:24214
up 24214 $APP unicorn -E development -l 127.0.0.1:24214 shop.ru
shot sql.html unsafe "debug page" "$V, development, SQLite3::SQLException" $B/raw/sql
shot refused.txt unsafe "stack trace" "$V, development, Errno::ECONNREFUSED, text" -H "Accept: text/plain" $B/raw/refused
finish
