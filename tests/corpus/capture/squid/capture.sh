#!/bin/bash
# Squid's error pages in many languages, for a proxy that does not tell (safe) and as Debian sets it up (version and host in the footer)
STACK=squid; . "$(dirname "$0")/../lib/lib.sh"
need squid squid-langpack
H=$(cd "$(dirname "$0")" && pwd); rm -rf /srv/squid; mkdir -p /srv/squid; chown proxy /srv/squid
run /usr/bin/python3 "$LIB/peers.py"; up 19007
conf() {
  cat <<C
http_port 127.0.0.1:$1
http_port 127.0.0.1:$(($1 + 1)) accel defaultsite=shop.example no-vhost
pid_filename /srv/squid/$1.pid
access_log none
cache_log /srv/squid/cache.log
cache deny all
visible_hostname $2
cache_mgr help@shop.example
httpd_suppress_version_string $3
read_timeout 1 second
connect_timeout 1 second
cache_peer 127.0.0.1 parent 19009 0 no-query originserver name=shop
acl denied urlpath_regex ^/denied
acl big urlpath_regex ^/big
request_body_max_size 10 bytes
http_access deny denied
http_access allow all
error_default_language en
shutdown_lifetime 0 seconds
C
}
conf 19081 proxy-3.internal.example off > /srv/squid/a.conf; conf 19083 www.shop.example on > /srv/squid/b.conf
run /usr/sbin/squid -N -n one -f /srv/squid/a.conf; run /usr/sbin/squid -N -n two -f /srv/squid/b.conf
up 19081; up 19083
V="Squid $(squid -v | sed -n '1s/.*Version //p')"
u() { g "$1" unsafe 'server banner and internal host' "$V, Debian's default, $2" -- -x http://127.0.0.1:19081 "${@:3}"; }
u refused.html 'connection refused' http://127.0.0.1:19009/order
u dns.html 'unknown host' http://inventory.internal.example.invalid/
u denied.html 'access denied, German' -H 'Accept-Language: de' http://127.0.0.1:19006/denied
u silent.html 'read timeout, French' -H 'Accept-Language: fr' http://127.0.0.1:19005/
g accel-refused.html unsafe 'server banner and internal host' "$V, reverse proxy, upstream refuses" -- http://127.0.0.1:19082/order
s() { g "$1" safe 'branded page, not English' "$V, httpd_suppress_version_string on, $2" -- -H 'Host: shop.example' -H "Accept-Language: $2" "${@:3}"; }
B=http://127.0.0.1:19084
for l in ar bg da el fa fi he hi hu id ja ko lt lv ru th tr uk vi zh-cn; do s denied-$l.html $l $B/denied; done
for l in es et pt-br sl; do s big-$l.html $l -d 0123456789012345 $B/big; done
