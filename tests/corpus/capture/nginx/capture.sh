#!/bin/bash
# nginx's own pages, with the version (Debian's default) and without
STACK=nginx; . "$(dirname "$0")/../lib/lib.sh"
need nginx-light openssl
H=$(cd "$(dirname "$0")" && pwd); rm -rf /srv/nginx; mkdir -p /srv/nginx; cp "$H"/*.conf /srv/nginx; : > /srv/nginx/htpasswd
openssl req -x509 -newkey rsa:2048 -nodes -days 9 -subj /CN=shop.example -keyout /srv/nginx/key.pem -out /srv/nginx/cert.pem 2>/dev/null
run /usr/bin/python3 -c 'import socket,time; s=socket.socket(); s.setsockopt(1,2,1); s.bind(("127.0.0.1",19005)); s.listen(); time.sleep(600)'
run /usr/sbin/nginx -c /srv/nginx/nginx.conf
up 19001; up 19004
V="$(/usr/sbin/nginx -v 2>&1 | sed 's/.*: //')"
A=http://127.0.0.1:19001 B=http://127.0.0.1:19002 D=http://127.0.0.1:19004
on() { g "$1" unsafe 'server banner' "$V, server_tokens on (default), $2" -- "${@:3}"; }
off() { g "$1" safe 'server page' "$V, server_tokens off, $2" -- "${@:3}"; }
on 404.html 'missing file' $A/missing
on 502.html 'upstream refuses' $A/api
on 504.html 'upstream silent' $A/slow
on 413.html 'body too large' -d 0123456789012 $A/small
on 301.html 'redirect' $A/moved
on 494.html 'header too large' -H "X: $(head -c 9000 /dev/zero | tr '\0' a)" $A/
on 405.html 'POST to a static file' -d a=b $A/index.html
g 400-tcp.html unsafe 'server banner' "$V, server_tokens on, no HTTP" --tcp 127.0.0.1:19001 'GET / HTTP/1.1\r\nHost: a b\r\n\r\n'
g 400-plain-to-tls.html unsafe 'server banner' "$V, plain HTTP to the TLS port" -- http://127.0.0.1:19003/
g 400-no-cert.html unsafe 'server banner' "$V, no client certificate" -- -k https://127.0.0.1:19003/
off off-404.html 'missing file' $B/missing
off off-403.html 'denied' $B/deny
off off-401.html 'basic authentication' $B/auth
off off-405.html 'POST to a static file' -d a=b $B/index.html
off off-413.html 'body too large' -d 0123456789012 $B/small
off off-500.html 'rewrite cycle' $B/loop
off off-502.html 'upstream refuses' $B/fcgi
off off-504.html 'upstream silent' $B/slow
for i in 1 2; do curl -s $B/limit >/dev/null; done
off off-503.html 'limit_req' $B/limit
off off-429.html 'limit_req' $B/rate
off off-507.html 'storage' $B/storage
off off-416.html 'range' -H 'Range: bytes=999999-' $B/index.html
g problem.json safe 'problem document' "$V, return 503 with a document from the configuration" -- $D/api-down
g welcome.html safe 'welcome page' "$V, Debian's index.html" -- $B/index.html
g debug.txt unsafe 'configuration' "$V, return 500 with variables of the server" --sed "$(hostname)" web-1 -- $D/debug
