#!/bin/bash
# Varnish's Guru Meditation pages
STACK=varnish; . "$(dirname "$0")/../lib/lib.sh"
need varnish
H=$(cd "$(dirname "$0")" && pwd); rm -rf /srv/varnish; mkdir -p /srv/varnish; chmod 777 /srv/varnish; cp "$H/shop.vcl" /srv/varnish
run /usr/bin/python3 "$LIB/peers.py"; up 19007
run /usr/sbin/varnishd -F -a 127.0.0.1:19071 -f /srv/varnish/shop.vcl -s malloc,20m -n /srv/varnish/work -j none
up 19071
V="Varnish $(varnishd -V 2>&1 | sed -n '1s/.*varnish-\([0-9.]*\).*/\1/p')"; A=http://127.0.0.1:19071
g 503.html safe 'server page' "$V, backend refuses" -- $A/
g 405.html safe 'server page' "$V, synth 405" -- $A/purge
g error.json safe 'error JSON' "$V, synthetic JSON" -- $A/json
g debug.txt unsafe 'internal names' "$V, synthetic with the server's variables" --sed "$(hostname)" web-1 -- $A/debug
