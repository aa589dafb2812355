#!/bin/bash
# CGI::Carp's fatalsToBrowser under a CGI server (Debian: libcgi-pm-perl libdbd-sqlite3-perl libdbd-mysql-perl libdbd-pg-perl).
. "$(dirname "$0")/../shoot.sh"
. "$(dirname "$0")/../databases.sh"; hosts
APP=/usr/lib/cgi-site
rm -rf $APP /usr/lib/cgi-bin/order.pl; cp -r "$HERE/app" $APP; chmod +x $APP/cgi-bin/*
stack perl-cgi
V="Perl $(perl -e 'printf "%vd", $^V'), CGI::Carp"
B=http://127.0.0.1:21033/cgi-bin
up 21033 $APP python3 -m http.server --cgi -b 127.0.0.1 21033
shot sql.html unsafe "database error" "$V, DBD::SQLite, no such table" "$B/order.pl?case=sql"
shot open.html unsafe "file path" "$V, die with a path" "$B/order.pl?case=open"
shot confess.html unsafe "exception" "$V, confess" "$B/order.pl?case=confess"
shot mysql.html unsafe "database error" "$V, DBD::mysql, connection refused" "$B/order.pl?case=mysql"
shot pg.html unsafe "database error" "$V, DBD::Pg, connection refused" "$B/order.pl?case=pg"
shot compile.html unsafe "exception" "$V, compile error under strict" "$B/compile.pl"
shot friendly.html safe "branded page" "$V, set_message, German" "$B/friendly.pl"
shot http-server-404.html safe "generic page" "Python http.server, 404" http://127.0.0.1:21033/nothing
shot http-server-501.html safe "generic page" "Python http.server, 501" -X PROPFIND http://127.0.0.1:21033/
finish
