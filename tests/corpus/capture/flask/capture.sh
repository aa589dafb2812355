#!/bin/bash
# Flask: the Werkzeug debugger, propagated errors under gunicorn, production pages, and what applications say themselves with SQLAlchemy, PyMySQL, requests, redis, pymongo …
. "$(dirname "$0")/../shoot.sh"
. "$(dirname "$0")/../databases.sh"
APP=/srv/orders
REDISPORT=6391
rm -rf $APP; cp -r "$HERE/app" $APP
/usr/bin/python3 -m venv --copies $APP/venv
$APP/venv/bin/pip install -q flask 'sqlalchemy==2.0.*' psycopg2-binary pymysql requests httpx redis pymongo pydantic botocore pyyaml
stack flask
postgres_up
mysql_up
(cd / && exec setsid redis-server --port $REDISPORT --bind 127.0.0.1 --save '' --daemonize no >/dev/null 2>&1) & PIDS+=($!)
F=$("$APP/venv/bin/pip" show flask | sed -n 's/^Version: /Flask /p')
B=http://127.0.0.1:21002
H="Accept: text/html"
ENVIRON=(PATH=$APP/venv/bin:/usr/bin:/bin HOME=/home/deploy LANG=C.UTF-8 PGPORT=$PGPORT MYPORT=$MYPORT REDISPORT=$REDISPORT)
up 21002 $APP $APP/venv/bin/flask --app orders run --debug --no-reload -p 21002
shot debugger-none.html unsafe "debug page" "$F, Werkzeug debugger, AttributeError of None" -H "$H" $B/none
shot debugger-chain.html unsafe "debug page" "$F, Werkzeug debugger, exception with cause" -H "$H" $B/chain
shot debugger-template.html unsafe "debug page" "$F, Werkzeug debugger, Jinja2 UndefinedError" -H "$H" $B/template
shot debugger-syntax.html unsafe "debug page" "$F, Werkzeug debugger, Jinja2 TemplateSyntaxError" -H "$H" $B/syntax
shot debugger-sql.html unsafe "debug page" "$F, Werkzeug debugger, SQLAlchemy OperationalError on sqlite" -H "$H" $B/query
shot debugger-env.html unsafe "debug page" "$F, Werkzeug debugger, KeyError of an environment variable, Accept: application/json" -H "Accept: application/json" $B/env
shot debugger-file.html unsafe "debug page" "$F, Werkzeug debugger, FileNotFoundError" -H "Accept: text/plain" $B/file
shot debugger-thread.html unsafe "debug page" "$F, Werkzeug debugger, error in a thread pool" -H "Accept: application/json" $B/thread
A="$F application"
shot message-orm-unique.json unsafe "database error" "$A, str(e): SQLAlchemy IntegrityError on sqlite" $B/api/message/orm_unique
shot message-orm-unknown.json unsafe "database error" "$A, str(e): SQLAlchemy OperationalError, no such column" $B/api/message/orm_unknown
shot message-pg-fk.json unsafe "database error" "$A, str(e): psycopg2 ForeignKeyViolation" $B/api/message/pg_fk
shot message-pg-type.txt unsafe "database error" "$A, text: psycopg2 InvalidTextRepresentation" $B/text/pg_type
shot message-pg-auth.json unsafe "database error" "$A, str(e): PostgreSQL password authentication failed" $B/api/message/pg_auth
shot message-my-syntax.json unsafe "database error" "$A, str(e): MariaDB syntax error" $B/api/message/my_syntax
shot message-my-fk.xml unsafe "database error" "$A, XML: MariaDB foreign key" $B/xml/my_fk
shot message-my-raw.txt unsafe "database error" "$A, text: PyMySQL unknown column" $B/text/my_raw
shot repr-my-denied.json unsafe "database error" "$A, repr(e): MariaDB access denied" $B/api/repr/my_denied
shot message-sqlite-locked.txt unsafe "database error" "$A, text: sqlite3 database is locked" $B/text/sqlite_locked
shot message-sqlite-open.json unsafe "database error" "$A, str(e): sqlite3 unable to open" $B/api/message/sqlite_open
shot message-requests.json unsafe "internal host" "$A, str(e): requests, connection refused" $B/api/message/inventory
shot message-httpx.json unsafe "exception" "$A, repr(e): httpx, name not known" $B/api/repr/inventory_name
shot message-urllib.txt unsafe "exception" "$A, text: urllib, connection refused" $B/text/inventory_urllib
shot message-upstream.json unsafe "internal host" "$A, str(e): requests raise_for_status with an internal address" $B/api/message/upstream_500
shot message-redis.json unsafe "internal host" "$A, str(e): redis, connection refused" $B/api/message/redis_down
shot message-redis-type.txt unsafe "database error" "$A, text: redis WRONGTYPE" $B/text/redis_type
shot message-mongo.json unsafe "internal host" "$A, str(e): pymongo ServerSelectionTimeoutError" $B/api/message/mongo_down
shot repr-key.json unsafe "exception" "$A, repr(e): KeyError" $B/api/repr/key
shot message-convert.json unsafe "exception" "$A, str(e): ValueError of int()" $B/api/message/convert
shot message-attribute.txt unsafe "exception" "$A, text: AttributeError" $B/text/attribute
shot message-subprocess.json unsafe "file path" "$A, str(e): command not found" $B/api/message/subprocess_
shot message-exit.json unsafe "exception" "$A, str(e): CalledProcessError" $B/api/message/exit_code
shot pre-group.html unsafe "stack trace" "$A, <pre>: ExceptionGroup" $B/pre/group
shot message-permission.txt unsafe "file path" "$A, text: PermissionError or FileNotFoundError with a path" $B/text/permission
shot xml-decode.xml unsafe "exception" "$A, XML: UnicodeDecodeError" $B/xml/decode
shot trace-assert.json unsafe "stack trace" "$A, traceback as an array of lines: AssertionError" $B/api/trace/asserted
shot trace-thread.json unsafe "stack trace" "$A, traceback as an array of lines: RuntimeError from a thread's KeyError" $B/api/trace/multi_thread
shot frames-pg.json unsafe "stack trace" "$A, frames as objects with file, line and code" $B/api/frames/pg_fk
shot frames-key.json unsafe "stack trace" "$A, frames as objects, short" $B/api/frames/key
shot message-pydantic.json unsafe "exception" "$A, str(e): pydantic ValidationError with its documentation link and version" $B/api/message/pydantic_settings
shot repr-boto.json unsafe "exception" "$A, repr(e): botocore NoCredentialsError" $B/api/repr/boto
shot xml-syntax.xml unsafe "exception" "$A, XML: SyntaxError" $B/xml/syntax_error
shot repr-unbound.json unsafe "exception" "$A, repr(e): UnboundLocalError" $B/api/repr/unbound
shot abort-404.html safe "generic page" "$F, 404" -H "$H" $B/nothing
shot abort-413.html safe "generic page" "$F, 413" $B/api/abort/413
shot abort-418.html safe "generic page" "$F, 418" $B/api/abort/418
shot abort-429.html safe "generic page" "$F, 429" $B/api/abort/429
shot abort-503.html safe "generic page" "$F, 503" $B/api/abort/503
shot problem.json safe "problem" "$A, problem document" $B/api/problem
shot code.json safe "error code" "$A, error code with request id" $B/api/code
down
up 21002 $APP $APP/venv/bin/flask --app orders run --no-debug -p 21002
shot prod-500.html safe "generic page" "$F, production, 500" -H "$H" $B/none
shot prod-405.html safe "generic page" "$F, production, 405" -X DELETE $B/none
finish
