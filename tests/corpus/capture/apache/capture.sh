#!/bin/bash
# Apache httpd: default pages with ServerTokens Full/OS/Prod and ServerSignature On/Off/EMail, status and info pages, error documents in many languages
STACK=apache; . "$(dirname "$0")/../lib/lib.sh"
need apache2 mime-support 2>/dev/null || need apache2 media-types
H=$(cd "$(dirname "$0")" && pwd); rm -rf /srv/apache; mkdir -p /srv/apache/www/dir /srv/apache/www/dav; cp "$H/apache.conf" /srv/apache
cd /srv/apache/www
printf '#!/bin/sh\necho broken\n' > broken.cgi; printf '#!/bin/sh\nexit 3\n' > none.cgi; chmod +x ./*.cgi; printf '#!/bin/sh\n' > notx.cgi
cp "$H"/*.lua "$H"/*.shtml . ; echo hello > dir/report-2024.txt; echo x > dir/backup.sql
mkdir ht; echo 'NoSuchDirective On' > ht/.htaccess; echo x > ht/a.html
mkdir rw; printf 'RewriteEngine On\nRewriteRule ^(.*)$ /rw/$1x [L]\n' > rw/.htaccess
run /usr/bin/python3 -c 'import socket,time; s=socket.socket(); s.setsockopt(1,2,1); s.bind(("127.0.0.1",19005)); s.listen(); time.sleep(600)'
V="$(/usr/sbin/apache2 -v | sed -n 's/.*version: \(Apache[^ ]*\).*/\1/p') of Debian"
A=http://127.0.0.1:19011 B=http://127.0.0.1:19012 C=http://127.0.0.1:19013 E=http://127.0.0.1:19014
web() { run /usr/sbin/apache2 -f /srv/apache/apache.conf -DFOREGROUND -c "ServerTokens $1"; up 19011; up 19013; }
web OS
u() { g "$1" unsafe 'server banner' "$V, ServerTokens OS, ServerSignature On (Debian's default), $2" -- -H "Host: shop.example" "${@:3}"; }
u 404.html 'missing file' $A/missing
u 403.html 'denied' $A/denied
u 500.html 'CGI ends without headers; ServerAdmin' $A/none.cgi
u 502-dns.html 'proxy, unknown internal host' $A/dns
u 502-slow.html 'proxy, silent upstream' $A/slow
u 503.html 'proxy, refused' $A/inventory
u 301.html 'redirect' $A/moved
u 405.html 'TRACE-like method' -X PROPFIND $A/index.html
u index.html 'directory listing' $A/dir/
g 400-tcp.html unsafe 'server banner' "$V, ServerSignature On, bad request line" --tcp 127.0.0.1:19011 'GET / HTTP/1.1\r\n\r\n'
g email-404.html unsafe 'server banner' "$V, ServerTokens OS, ServerSignature EMail" -- $E/missing
g status.html unsafe 'status page' "$V, mod_status" --sed "$(hostname)" web-1 -- $A/status
g status.txt unsafe 'status page' "$V, mod_status ?auto" --sed "$(hostname)" web-1 -- "$A/status?auto"
g info.html unsafe 'configuration' "$V, mod_info" -- "$A/info?config"
g info-server.html unsafe 'configuration' "$V, mod_info" -- "$A/info?server"
g lua.txt unsafe 'error text of a script' "$V, mod_lua handler that answers with the message of pcall" -- $A/handler.lua
g multi-banner-404.html unsafe 'server banner' "$V, multi-language error document with ServerTokens OS" -- $C/missing
kill $LAST; wait $LAST 2>/dev/null; sleep 1
web Full
sleep 1; g full-404.html unsafe 'server banner' "$V, ServerTokens Full, ServerSignature On" -- $A/missing
kill $LAST; wait $LAST 2>/dev/null; sleep 1
web Prod
s() { g "$1" safe 'server page' "$V, ServerTokens Prod, ServerSignature Off, $2" -- -H "Host: shop.example" "${@:3}"; }
s off-404.html 'missing file' $B/missing
s off-403.html 'denied' $B/denied
s off-401.html 'basic authentication' $B/auth
s off-410.html 'gone' $B/old
s off-413.html 'body too large' -d 01234567890123 $B/limit
s off-500.html 'broken .htaccess' $B/ht/a.html
s off-503.html 'proxy, refused' $B/pool
s off-405.html 'method' -X PATCH $B/index.html
s off-414.html 'URI too long' "$B/$(head -c 9000 /dev/zero | tr '\0' a)"
s off-416.html 'range' -H 'Range: bytes=99999-' $B/dir/report-2024.txt
s off-417.html 'expectation' -H 'Expect: nothing' $B/dir/report-2024.txt
s ssi.shtml.html 'failed include in a page' $B/page.shtml
g prod-404.html safe 'server page' "$V, ServerTokens Prod, ServerSignature On: product name without version" -- -H "Host: shop.example" $A/missing
l() { g "$1" safe 'error document, not English' "$V, multi-language error documents, ServerTokens Prod, Accept-Language: $2" -- -H "Host: shop.example" -H "Accept-Language: $2" "${@:3}"; }
l 404-de.html de $C/missing
l 404-pl.html pl $C/missing
l 404-ja.html ja $C/missing
l 403-ru.html ru $C/denied
l 403-ko.html ko $C/denied
l 500-fr.html fr $C/ht/a.html
s off-500-twice.html "rewrite loop, and in its ErrorDocument too" $C/rw/a.html
l 410-cs.html cs $C/old
l 503-es.html es $C/pool
l 503-sv.html sv $C/inventory
l 405-it.html it -X PATCH $C/missing
l 413-nl.html nl -d 01234567890123 $C/limit
l 404-zh.html zh-cn $C/missing
l 401-pt.html pt-br $C/auth
l 410-ro.html ro $C/old
l 404-sr.html sr $C/missing
l 404-en.html en $C/missing
