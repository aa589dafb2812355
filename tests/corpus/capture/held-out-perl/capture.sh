#!/bin/bash
# Held out: a Perl service that hands on $@ of its modules (held-out/perl-clients) and of Perl itself (held-out/perl-slips).
. "$(dirname "$0")/../shoot.sh"
CORPUS=$HERE/../../held-out; mkdir -p "$CORPUS"
APP=/srv/vineyard
[ -n "${INSTALLED:-}" ] || apt-get -qq -y --no-install-recommends install libplack-perl libwww-perl libtemplate-perl libxml-libxml-perl libdbd-sqlite3-perl libmoo-perl libmoose-perl libdatetime-perl >/dev/null
mkdir -p $APP/views && cp "$HERE"/vineyard.psgi $APP/
v() { perl -M"$1" -e "print qq($1 \$$1::VERSION)"; }
P="Perl $(perl -e 'printf "%vd", $^V')"; B=http://127.0.0.1:24911
l() { shot "$1" unsafe "$5" "$P application that hands on \$@ of $4, $3 (form: $2)" "$B/$2/$3"; }
stack perl-clients
up 24911 $APP plackup -p 24911 -E deployment vineyard.psgi
l json.json short json "$(v JSON::PP)" "exception message"
l encode.json json encode "$(v JSON::PP)" "exception message, path"
l lwp.json short lwp "$(v LWP::UserAgent)" "internal address"
l template.json short template "$(v Template)" "exception message"
l directive.html shorthtml directive "$(v Template)" "source excerpt"
l plugin.json short plugin "$(v Template)" "exception message"
l xml.txt shorttext xml "$(v XML::LibXML)" "exception message"
l xpath.json json xpath "$(v XML::LibXML)" "exception message"
l moo.html html isa "$(v Moo)" "exception message, path"
l moose.json short moose "$(v Moose)" "exception message"
l moose-trace.txt text moose "$(v Moose)" "stack trace"
l datetime.json json date "$(v DateTime)" "stack trace"
l sql.json short sql "$(v DBI)" "SQL error"
l driver.json json driver "$(v DBI)" path
l storable.json short storable "$(v Storable)" path
l autodie.txt shorttext open "$(v autodie)" path
shot 503.txt safe "own message" "$P application, 503" $B/closed
shot 404.txt safe "own message" "$P application, 404" $B/json/none
finish
stack perl-slips
up 24911 $APP plackup -p 24911 -E deployment vineyard.psgi
l() { shot "$1" unsafe "${4:-exception message}" "$P application that hands on \$@ (form: $2), $3" "$B/$2/$3"; }
l method.json short method
l class.html shorthtml class
l undef.json short undef
l unblessed.json short unblessed
l array.json short array
l code.txt shorttext code
l zero.json json zero "exception message, path"
l readonly.json short readonly
l module.json json module path
l function.json short sub
l sqrt.json short sqrt
l sprintf.html shorthtml sprintf
l uninitialised.json short uninit
l substr.json short substr
l pattern.json short pattern
finish
