#!/bin/bash
# Default pages of smaller servers: H2O, Yaws, mini_httpd, webfs, busybox httpd, nghttpx, Apache Traffic Server, gunicorn, uWSGI, Python's http.server
STACK=miniservers; . "$(dirname "$0")/../lib/lib.sh"
H=$(cd "$(dirname "$0")" && pwd)
need h2o yaws mini-httpd webfs busybox nghttp2-proxy trafficserver gunicorn uwsgi-core uwsgi-plugin-python3 openssl
rm -rf /srv/mini; mkdir -p /srv/mini/www/dir /srv/mini/yaws; cd /srv/mini; chmod 755 /srv/mini; echo a > www/dir/a.txt; printf '#!/bin/sh\nexit 3\n' > www/x.cgi; chmod +x www/x.cgi
run /usr/bin/python3 "$LIB/peers.py"; up 19007
dv() { dpkg-query -W -f '${Version}' "$1" | sed 's/[+~-].*//; s/.*://'; }
s() { g "$1" safe 'server page' "$2" -- "${@:3}"; }
u() { f=$1 k=$2 v=$3; shift 3; case $1 in --sed) g "$f" unsafe "$k" "$v" "$@";; *) g "$f" unsafe "$k" "$v" -- "$@";; esac; }
# H2O
cat > h2o.conf <<'C'
listen: {host: 127.0.0.1, port: 19601}
user: root
num-threads: 1
hosts:
  default:
    paths:
      /: {file.dir: /srv/mini/www, file.dirlisting: ON}
      /api: {proxy.reverse.url: "http://127.0.0.1:19009/", proxy.timeout.io: 1000}
      /slow: {proxy.reverse.url: "http://127.0.0.1:19005/", proxy.timeout.io: 500}
      /status: {status: ON}
C
run h2o -c h2o.conf
if (up 19601); then V="H2O $(dv h2o)"; A=http://127.0.0.1:19601
s h2o-404.txt "$V" $A/none; s h2o-502.txt "$V, upstream refuses" $A/api/; s h2o-504.txt "$V, upstream silent" $A/slow/; s h2o-405.txt "$V" -X POST -d a $A/dir/a.txt
u h2o-status.json 'status page' "$V" $A/status/json; s h2o-dir.html "$V, directory listing" $A/dir/; fi
# mini_httpd
run mini_httpd -D -p 19602 -h 127.0.0.1 -d /srv/mini/www -u root
if (up 19602); then V="mini_httpd $(dv mini-httpd)"; A=http://127.0.0.1:19602
u mini_httpd-404.html 'server banner' "$V" $A/none; u mini_httpd-dir.html 'server banner' "$V, directory listing" $A/dir/
g mini_httpd-400.html unsafe 'server banner' "$V" --tcp 127.0.0.1:19602 'nonsense\r\n\r\n'; fi
# webfs
run webfsd -F -i 127.0.0.1 -p 19603 -r /srv/mini/www -u root
if (up 19603); then V="webfs $(dv webfs)"; A=http://127.0.0.1:19603; s webfs-404.txt "$V" $A/none; u webfs-dir.html 'server banner' "$V, directory listing" --sed "$(hostname)" web-1 -- $A/dir/ ; fi
# busybox
run busybox httpd -f -p 127.0.0.1:19604 -h /srv/mini/www
if (up 19604); then V="busybox httpd $(dv busybox)"; A=http://127.0.0.1:19604; s busybox-404.html "$V" $A/none; s busybox-501.html "$V" -X PUT $A/dir/a.txt; fi
# nghttpx
run nghttpx --frontend='127.0.0.1,19605;no-tls' --backend='127.0.0.1,19009;/refused' --backend='127.0.0.1,19005;/' --backend-read-timeout=1s --log-level=FATAL --errorlog-file=/dev/null
if (up 19605); then V="nghttpx $(dv nghttp2-proxy)"; A=http://127.0.0.1:19605; s nghttpx-502.html "$V, upstream refuses" $A/refused; s nghttpx-504.html "$V, upstream silent" $A/
g nghttpx-400.html safe 'server page' "$V, bad request" --tcp 127.0.0.1:19605 'GET / HTTP/1.1\r\nHo st: a\r\n\r\n'; fi
# Yaws
cat > yaws.conf <<'C'
logdir = /srv/mini/yaws
ebin_dir = /usr/lib/yaws/ebin
id = shop
<server shop.example>
  port = 19606
  listen = 127.0.0.1
  docroot = /srv/mini/yaws
  access_log = false
</server>
C
cat > yaws/crash.yaws <<'C'
<html><body>
<erl>
out(A) ->
    Cart = proplists:get_value(cart, yaws_api:parse_query(A)),
    {html, integer_to_list(length(Cart))}.
</erl>
</body></html>
C
cat > yaws/compile.yaws <<'C'
<erl>
out(A) -> {html, total(Cart)}.
</erl>
C
run env HOME=/srv/mini/yaws yaws -D --conf /srv/mini/yaws.conf
(up 19606; V="Yaws $(dv yaws)"; A=http://127.0.0.1:19606; sleep 1
u yaws-404.html 'server banner' "$V" -H 'Host: shop.example' $A/none; u yaws-crash.html 'stack trace' "$V, script fails" $A/crash.yaws; u yaws-compile.html 'compiler message' "$V, script does not compile" $A/compile.yaws)
# Yaws leaves its emulator behind: end the one that listens on our port
for p in $(ss -ltnpH 'sport = :19606' | sed -n 's/.*pid=\([0-9]*\).*/\1/p'); do kill "$p"; done
. "$H/part2.sh"
