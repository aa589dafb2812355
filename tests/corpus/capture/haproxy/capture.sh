#!/bin/bash
# HAProxy's built-in error pages, its statistics page, and answers from the configuration
STACK=haproxy; . "$(dirname "$0")/../lib/lib.sh"
need haproxy
H=$(cd "$(dirname "$0")" && pwd); rm -rf /srv/haproxy; mkdir -p /srv/haproxy; cp "$H/haproxy.cfg" /srv/haproxy
run /usr/bin/python3 -c 'import socket,time; s=socket.socket(); s.setsockopt(1,2,1); s.bind(("127.0.0.1",19005)); s.listen(); time.sleep(600)'
cat > /srv/haproxy/broken.py <<'P'
import socket
s = socket.socket(); s.setsockopt(1, 2, 1); s.bind(("127.0.0.1", 19007)); s.listen()
while True:
    c, _ = s.accept(); c.recv(999); c.sendall(b"HTP/1.1 two hundred\r\n\r\n"); c.close()
P
run /usr/bin/python3 /srv/haproxy/broken.py
run /usr/sbin/haproxy -db -f /srv/haproxy/haproxy.cfg
up 19021
V="HAProxy $(haproxy -v | sed -n '1s/HAProxy version \([0-9.]*\).*/\1/p')"; A=http://127.0.0.1:19021
s() { g "$1" safe 'server page' "$V, $2" -- "${@:3}"; }
s 403.html 'deny' $A/deny
s 429.html 'deny_status 429' $A/many
s 405.html 'deny_status 405' $A/method
s 410.html 'deny_status 410' $A/gone
s 500.html 'deny_status 500' $A/int
s 501.html 'deny_status 501' $A/impl
s 401.html 'auth' $A/auth
s 502.html 'backend sends rubbish' $A/broken
s 503.html 'backend refuses' $A/
s 504.html 'backend silent' $A/slow
g 400.html safe 'server page' "$V, bad request" --tcp 127.0.0.1:19021 'GET / HTTP/1.1\r\nHo st: a\r\n\r\n'
g 408.html safe 'server page' "$V, request not completed" --tcp 127.0.0.1:19021 'GET / HTTP/1.1\r\n'
g maintenance.json safe 'error JSON' "$V, lf-string in the configuration" -- $A/json
g vars.txt unsafe 'internal names' "$V, lf-string with backend and addresses" -- $A/vars
g stats.html unsafe 'status page' "$V, stats page" --sed "$(hostname)" web-1 -- $A/stats
g stats.csv unsafe 'status page' "$V, stats as CSV" -- "$A/stats;csv"
