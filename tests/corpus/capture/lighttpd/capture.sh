#!/bin/bash
# lighttpd's own pages
STACK=lighttpd; . "$(dirname "$0")/../lib/lib.sh"
need lighttpd
H=$(cd "$(dirname "$0")" && pwd); rm -rf /srv/lighttpd; mkdir -p /srv/lighttpd/www/dir; cp "$H/lighttpd.conf" /srv/lighttpd; : > /srv/lighttpd/users
echo a > /srv/lighttpd/www/dir/a.html; echo a > /srv/lighttpd/www/old~; printf 'exit 3\n' > /srv/lighttpd/www/none.sh
run /usr/sbin/lighttpd -D -f /srv/lighttpd/lighttpd.conf
up 19061
V="$(/usr/sbin/lighttpd -v | sed 's/ .*//')"; A=http://127.0.0.1:19061
s() { g "$1" safe 'server page' "$V, $2" -- "${@:3}"; }
s 404.html 'missing file' $A/missing
s 403.html 'denied' $A/old~
s 401.html 'basic authentication' $A/auth
s 503.html 'proxy, refused' $A/api
s 500.html 'CGI fails' $A/none.sh
s 413.html 'body too large' -d "$(head -c 3000 /dev/zero | tr '\0' a)" $A/none.sh
s 405.html 'method' -X PATCH $A/dir/a.html
g dir.html unsafe 'server banner' "$V, directory listing with footer" -- $A/dir/
g status.html unsafe 'status page' "$V, mod_status" --sed "$(hostname)" web-1 -- $A/status
g config.html unsafe 'configuration' "$V, mod_status config page" -- $A/config
