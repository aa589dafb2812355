#!/bin/bash
# Plack: StackTrace middleware of the development server, and what servers answer themselves (HTTP::Server::PSGI, Starman).
. "$(dirname "$0")/../shoot.sh"
APP=/opt/reports
rm -rf $APP; cp -r "$HERE/app" $APP
stack plack
V="Plack $(perl -MPlack -e 'print Plack->VERSION')"
B=http://127.0.0.1:21032
up 21032 $APP plackup -E development -o 127.0.0.1 -p 21032 app.psgi
shot stacktrace-module.html unsafe "debug page" "$V, StackTrace, missing module" -H "Accept: text/html" $B/module
shot stacktrace-hash.txt unsafe "stack trace" "$V, StackTrace, strict refs, text" -H "Accept: text/plain" $B/hash
shot stacktrace-die.txt unsafe "stack trace" "$V, StackTrace, die without line number, text" -H "Accept: */plain" $B/die
shot stacktrace-confess.html unsafe "debug page" "$V, StackTrace, confess" -H "Accept: text/html" $B/confess
shot caught-croak.txt unsafe "exception" "$V application: \$@ of croak with path and line" $B/caught
down
finish
