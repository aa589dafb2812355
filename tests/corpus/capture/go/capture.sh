#!/usr/bin/env bash
# Go: net/http, gin and echo, all from Debian's packages, built in GOPATH mode.
. "$(dirname "$0")/../_lib/grab.sh"
begin go
# The resolver's address is the machine's own.
NEUTRAL='s/ on [0-9.]*:53: / on 10.96.0.10:53: /g'
need golang-go golang-github-gin-gonic-gin-dev golang-github-labstack-echo-dev golang-github-lib-pq-dev golang-github-go-chi-chi-dev golang-github-mattn-go-sqlite3-dev golang-github-jinzhu-gorm-dev golang-github-go-sql-driver-mysql-dev gcc libsqlite3-dev
postgres
mariadb_server
APP=/srv/shop/src/shop
mkdir -p $APP && cp "$HERE"/*.go $APP/
sed -i "s#\"github.com/go-chi/chi/middleware\"#\"$(cd /usr/share/gocode/src && ls -d github.com/go-chi/chi/middleware github.com/go-chi/chi/v5/middleware 2>/dev/null | tail -1)\"#; s#\"github.com/labstack/echo/v4#\"$(cd /usr/share/gocode/src && [ -d github.com/labstack/echo/v4 ] && echo github.com/labstack/echo/v4 || echo github.com/labstack/echo)#" $APP/main.go
cd $APP
export GOPATH=/srv/shop:/usr/share/gocode GO111MODULE=off GOCACHE=/var/cache/shop-go GOFLAGS=
go build -o /srv/shop/bin/shop . >"$LOGS/go.log" 2>&1 || { tail -5 "$LOGS/go.log" >&2; exit 1; }
export PORT=18130
D="Go net/http, http.Error(w, err.Error(), 500)"
serve $PORT /srv/shop/bin/shop
u pq.txt "SQL error" "$D, lib/pq, missing table, wrapped" /err/pq
u pq-refused.txt "internal address" "$D, lib/pq, connection refused" /err/pq-refused
u mysql.txt "SQL error" "$D, go-sql-driver/mysql, unknown column" /err/mysql
u mysql-syntax.json "SQL error" "Go net/http, JSON with err.Error(), go-sql-driver/mysql, syntax error" /json/mysql-syntax
u mysql-auth.json "SQL error, user" "Go net/http, JSON with err.Error(), go-sql-driver/mysql, access denied" /json/mysql-auth
u sqlite.json "SQL error" "Go net/http, JSON with err.Error(), go-sqlite3, missing table" /json/sqlite
u sqlite-open.txt "SQL error" "$D, go-sqlite3, cannot open" /err/sqlite-open
u scan.txt "exception message" "$D, Scan of the wrong type" /err/scan
u gorm.txt "SQL error" "$D, gorm" /err/gorm
u open.txt "path" "$D, missing file, wrapped" /err/open
u get.txt "internal address" "$D, http.Get, connection refused, custom error" /err/get
u dns.json "internal host" "Go net/http, JSON with err.Error(), unknown host" /json/dns
u deadline.txt "internal address" "$D, context deadline" /err/deadline
u json.txt "exception message" "$D, json.Unmarshal, type mismatch" /err/json
u atoi.txt "exception message" "$D, strconv" /err/atoi
u template.txt "template error" "$D, html/template, unknown field" /err/template
u template-parse.txt "template error" "$D, html/template, parse error" /err/template-parse
u xml.txt "exception message" "$D, xml.Unmarshal" /err/xml
u sharp.txt "debug output, path" "Go net/http, %#v of an error" /sharp/open
u object.json "SQL error object" "Go net/http, *pq.Error marshalled" /object/pq
u object-path.json "path" "Go net/http, *fs.PathError marshalled" /object/open
u panic-nil.txt "panic, stack trace" "Go net/http, recover with debug.Stack(), nil pointer" /panic/text/nil
u panic-map.txt "panic, stack trace" "Go net/http, recover with debug.Stack(), nil map" /panic/text/map
u panic-index.json "panic, stack as array" "Go net/http, recover with debug.Stack() in JSON lines, index out of range" /panic/json/index
u panic-cast.json "panic, stack as array" "Go net/http, recover with debug.Stack() in JSON lines, type assertion" /panic/json/cast
u panic-closed.html "panic, stack trace, request" "Go net/http, recover with request and debug.Stack() in HTML" /panic/dump/closed
u panic-custom.html "panic, stack trace, request" "Go net/http, recover with request and debug.Stack() in HTML, error value" /panic/dump/custom
u goroutines.txt "goroutine dump" "Go net/http, runtime.Stack of all goroutines" /goroutines
s notfound.txt "default 404" "Go net/http, unknown route" /nope
s timeout.html "timeout" "Go net/http, TimeoutHandler with text" /timeout
s plain.txt "generic error" "Go net/http, http.StatusText(500)" /plain
unserve
SERVER=gin serve $PORT /srv/shop/bin/shop
u gin-err.json "SQL error" "gin, {error: err.Error()}, lib/pq" /err/pq
s gin-ok.json "error code, Chinese" "gin, own code" /ok
unserve
SERVER=echo serve $PORT /srv/shop/bin/shop
s echo-500.json "generic error" "echo 4, unhandled error" /err/pq
s echo-404.json "default 404" "echo 4, unknown route" /nope
s echo-405.json "default 405" "echo 4, wrong method" /lines
s echo-415.json "unsupported media type" "echo 4, Bind of text" /lines -H 'Content-Type: text/plain' -d x
s echo-403.json "forbidden" "echo 4, ErrForbidden" /forbidden
u echo-wrapped.json "path" "echo 4, NewHTTPError(502, err.Error())" /wrapped/open
unserve
DEBUG=1 SERVER=echo serve $PORT /srv/shop/bin/shop
u echo-debug.json "SQL error" "echo 4, Debug, go-sql-driver/mysql" /err/mysql
u echo-debug-panic.json "panic" "echo 4, Debug, Recover, nil pointer" /panic/nil
unserve
finish
