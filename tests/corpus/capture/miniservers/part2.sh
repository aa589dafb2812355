# continued by capture.sh: servers of Python applications, and Traffic Server
cat > /srv/mini/app.py <<'C'
def application(env, start):
    if env['PATH_INFO'] == '/crash':
        cart = None
        return [cart['total']]
    if env['PATH_INFO'] == '/late':
        start('200 OK', [('Content-Type', 'text/plain')])
        return iter(['not bytes'])
    start('404 Not Found', [('Content-Type', 'text/plain')])
    return [b'not found']
C
run gunicorn --chdir /srv/mini -b 127.0.0.1:19611 app:application
up 19611; V="gunicorn $(dv gunicorn)"; A=http://127.0.0.1:19611
s gunicorn-500.html "$V, application fails" $A/crash
g gunicorn-400.html safe 'server page' "$V, invalid header" --tcp 127.0.0.1:19611 'GET / HTTP/1.1\r\nHo st: a\r\n\r\n'
g gunicorn-line.html safe 'server page' "$V, invalid request line" --tcp 127.0.0.1:19611 'GE(T / HTTP/1.1\r\n\r\n'
run uwsgi --http-socket 127.0.0.1:19612 --plugin python3 --chdir /srv/mini --module app --need-app --die-on-term
run uwsgi --http-socket 127.0.0.1:19613 --plugin python3 --chdir /srv/mini --module app --catch-exceptions --die-on-term
run uwsgi --http-socket 127.0.0.1:19614 --plugin python3 --chdir /srv/mini --module none --die-on-term
V="uWSGI $(dv uwsgi-core)"
(up 19613) && g uwsgi-catch.txt unsafe 'stack trace' "$V, --catch-exceptions" --sed "= $(hostname)" '= web-1' -- http://127.0.0.1:19613/crash
(up 19614) && s uwsgi-noapp.txt "$V, no application" http://127.0.0.1:19614/
run /usr/bin/python3 -m http.server 19615 --bind 127.0.0.1 --directory /srv/mini/www
up 19615; V="http.server of Python $(/usr/bin/python3 -V | sed 's/.* //')"; A=http://127.0.0.1:19615
s httpserver-404.html "$V" $A/none; s httpserver-501.html "$V" -X PUT $A/
run /usr/bin/python3 -c 'import wsgiref.simple_server as w, sys; sys.path.insert(0, "/srv/mini"); import app; w.make_server("127.0.0.1", 19616, app.application).serve_forever()'
up 19616; s wsgiref-500.txt "wsgiref of Python $(/usr/bin/python3 -V | sed 's/.* //')" http://127.0.0.1:19616/crash
cat > /srv/mini/rpc.py <<'C'
from xmlrpc.server import SimpleXMLRPCServer
s = SimpleXMLRPCServer(('127.0.0.1', 19617), logRequests=False)
def total(order): return order['total'] * 2
s.register_function(total)
s.serve_forever()
C
run /usr/bin/python3 /srv/mini/rpc.py
up 19617; V="SimpleXMLRPCServer of Python"; A=http://127.0.0.1:19617/RPC2
X() { echo "<?xml version=\"1.0\"?><methodCall><methodName>$1</methodName><params>$2</params></methodCall>"; }
g xmlrpc-type.xml unsafe 'exception message' "$V, TypeError" -- -H 'Content-Type: text/xml' -d "$(X total '<param><value><int>4</int></value></param>')" $A
g xmlrpc-method.xml unsafe 'exception message' "$V, unknown method" -- -H 'Content-Type: text/xml' -d "$(X none '')" $A
# Traffic Server, with its own error pages
T=/srv/mini/ats; mkdir -p $T; cp -r /etc/trafficserver $T/etc; mkdir -p $T/{log,run,cache}
cat > $T/runroot.yaml <<C
prefix: /usr
exec_prefix: /usr
bindir: /usr/bin
sbindir: /usr/bin
sysconfdir: $T/etc
datadir: $T/cache
includedir: /usr/include
libdir: /usr/lib/x86_64-linux-gnu
libexecdir: /usr/lib/trafficserver/modules
localstatedir: $T/run
runtimedir: $T/run
logdir: $T/log
cachedir: $T/cache
C
printf 'CONFIG proxy.config.http.server_ports STRING 19621\nCONFIG proxy.config.admin.user_id STRING trafficserver\nCONFIG proxy.config.http.connect_attempts_timeout INT 1\nCONFIG proxy.config.http.transaction_no_activity_timeout_out INT 1\nCONFIG proxy.config.body_factory.template_sets_dir STRING %s/etc/body_factory\nCONFIG proxy.config.http.connect_attempts_max_retries INT 0\n' $T > $T/etc/records.config
printf 'map http://shop.example/api http://127.0.0.1:19009/\nmap http://shop.example/slow http://127.0.0.1:19005/\nmap http://shop.example/dns http://inventory.internal.example.invalid:8080/\n' > $T/etc/remap.config
chmod -R a+rX $T; chown -R trafficserver $T; TS_RUNROOT=$T run env TS_RUNROOT=$T traffic_server --run-root=$T/runroot.yaml
if (up 19621); then V="Traffic Server $(dv trafficserver)"; A=http://127.0.0.1:19621
s ats-remap.html "$V, no mapping" -H 'Host: other.example' $A/; s ats-502.html "$V, upstream refuses" -H 'Host: shop.example' $A/api; s ats-504.html "$V, upstream silent" -H 'Host: shop.example' $A/slow; s ats-dns.html "$V, unknown host" -H 'Host: shop.example' $A/dns; fi
