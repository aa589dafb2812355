#!/usr/bin/env bash
# Lua in nginx (lua-nginx-module, LuaJIT) and stand-alone Lua 5.4.
. "$(dirname "$0")/../_lib/grab.sh"
begin lua
need nginx libnginx-mod-http-lua lua5.4
rm -rf /srv/lua && mkdir -p /srv/lua/tmp && cp "$HERE"/nginx.conf "$HERE"/gateway.lua "$HERE"/stock.lua /srv/lua/
serve 18141 nginx -p /srv/lua -c /srv/lua/nginx.conf
D="nginx with lua-nginx-module"
u index.txt "stack trace" "$D, xpcall with debug.traceback, index a nil value" /trace/index
u call.txt "stack trace" "$D, xpcall with debug.traceback, call a nil value" /trace/call
u arith.json "stack trace" "$D, traceback in JSON, arithmetic on a table" /json/arith
u error.json "stack trace" "$D, traceback in JSON, error()" /json/error
u concat.txt "exception message, path" "$D, pcall message, concatenate" /message/concat
u module.txt "exception message, path" "$D, pcall message, missing module" /message/module
u syntax.txt "exception message, path" "$D, pcall message, syntax error in a loaded chunk" /message/syntax
u file.txt "path" "$D, pcall message, missing file" /message/file
u socket.txt "internal address" "$D, pcall message, connection refused" /message/socket
u banner.html "server version" "$D, unhandled error, server_tokens on" /raw
BASE=http://127.0.0.1:18142
s quiet.html "default 500 page" "$D, unhandled error, server_tokens off" /raw
s clean.json "generic error" "$D, own answer" /clean
unserve
cp "$HERE/stock.lua" /srv/cgi/stock 2>/dev/null || { mkdir -p /srv/cgi; cp "$HERE/stock.lua" /srv/cgi/stock; }
chmod +x /srv/cgi/stock
serve 18143 /usr/bin/python3 "$HERE/../native/gateway.py" 18143
u cgi.txt "stack trace" "Lua 5.4 stand-alone, uncaught error" /stock
unserve
finish
