#!/bin/bash
# Held out: a FastAPI service that hands on what its libraries (held-out/python-clients) and Python itself (held-out/python-slips) say, and
# what it says when it knows better.
. "$(dirname "$0")/../shoot.sh"
. "$(dirname "$0")/../databases.sh"
CORPUS=$HERE/../../held-out; mkdir -p "$CORPUS"
APP=/srv/parcels
PGPORT=5433 MYPORT=3307
mkdir -p $APP && cp "$HERE"/*.py $APP/
[ -x $APP/venv/bin/pip ] || /usr/bin/python3 -m venv --copies $APP/venv
[ -n "${INSTALLED:-}" ] || $APP/venv/bin/pip -q install fastapi uvicorn psycopg[binary] asyncpg sqlalchemy aiosqlite mysql-connector-python pyodbc oracledb pymongo redis kombu celery pika minio boto3 opensearch-py neo4j clickhouse-connect hvac httpx requests grpcio stripe tenacity zeep kubernetes docker paho-mqtt pillow pandas scikit-learn polars pyarrow openpyxl pypdf cryptography msgpack mako pydantic
v() { $APP/venv/bin/pip list 2>/dev/null | awk -v n="$1" 'tolower($1)==tolower(n){print $1 " " $2}'; }
hosts
grep -q search.internal /etc/hosts || echo '127.0.0.1 search.internal.shop.example sql01.internal.shop.example' >> /etc/hosts
postgres_up; mysql_up
up 23079 / /usr/bin/redis-server --port 23079 --bind 127.0.0.1 --save ''
up 23098 $APP $APP/venv/bin/python upstream.py
up 23001 $APP $APP/venv/bin/python -m uvicorn --port 23001 libs:app
B=http://127.0.0.1:23001
U="FastAPI application that hands on the error of"
l() { # FILE ENDPOINT FORM LIBRARY KIND
  shot "$1" unsafe "$5" "$U $4, $2 (form: $3)" "$B/lib/$2?form=$3"
}
stack python-clients
l psycopg-refused.json pg3_refused error "$(v psycopg)" "database error"
l psycopg-table.json pg3_table problem "$(v psycopg)" "SQL error"
l psycopg-type.json pg3_type class "$(v psycopg)" "SQL error"
l psycopg-check.json pg3_check detail "$(v psycopg)" "SQL error"
l psycopg-placeholder.json pg3_placeholder error "$(v psycopg)" "database error"
l psycopg-aborted.txt pg3_aborted text "$(v psycopg)" "database error"
l asyncpg-column.json asyncpg_column repr "$(v asyncpg)" "SQL error"
l asyncpg-argument.json asyncpg_argument error "$(v asyncpg)" "database error"
l asyncpg-password.html asyncpg_password html "$(v asyncpg)" "database error"
l sqlalchemy-integrity.json alchemy_integrity detail "$(v SQLAlchemy)" "SQL error"
l sqlalchemy-pool.json alchemy_pool error "$(v SQLAlchemy)" "database error"
l sqlalchemy-detached.json alchemy_detached problem "$(v SQLAlchemy)" "exception message"
l sqlalchemy-mapper.json alchemy_mapper de "$(v SQLAlchemy)" "exception message"
l sqlalchemy-greenlet.txt alchemy_greenlet only "$(v SQLAlchemy)" "exception"
l mysql-table.json mysql_table error "$(v mysql-connector-python)" "SQL error"
l mysql-denied.json mysql_denied class "$(v mysql-connector-python)" "database error"
l mysql-refused.txt mysql_refused text "$(v mysql-connector-python)" "database error"
l odbc-driver.json odbc_driver error "$(v pyodbc)" "database error"
l oracle-refused.json oracle_refused detail "$(v oracledb)" "database error"
l mongo-selection.json mongo_selection error "$(v pymongo)" "database error"
l redis-refused.json redis_refused de "$(v redis)" "internal address"
l redis-type.json redis_type class "$(v redis)" "database error"
l redis-lua.json redis_lua error "$(v redis)" "database error"
l kombu-refused.json kombu_refused repr "$(v kombu)" "exception"
l celery-task.json celery_task repr "$(v celery)" "exception"
l pika-refused.json pika_refused repr "$(v pika)" "exception"
l minio-refused.json minio_refused error "$(v minio)" "internal address"
l boto-parameter.txt boto_param text "$(v boto3)" "exception message"
l opensearch-refused.json opensearch_refused args "$(v opensearch-py)" "exception message"
l neo4j-refused.json neo4j_refused detail "$(v neo4j)" "internal address"
l clickhouse-refused.json clickhouse_refused error "$(v clickhouse-connect)" "internal address"
l vault-refused.html vault_refused html "$(v hvac)" "internal address"
l httpx-status.json httpx_status error "$(v httpx)" "internal host"
l httpx-protocol.json httpx_protocol error "$(v httpx)" "exception message"
l httpx-timeout.json httpx_timeout repr "$(v httpx)" "exception"
l requests-pool.json requests_pool problem "$(v requests)" "internal host"
l requests-json.json requests_json class "$(v requests)" "exception"
l grpc-refused.json grpc_refused detail "$(v grpcio)" "exception"
l stripe-refused.json stripe_refused error "$(v stripe)" "internal address"
l tenacity-retry.json tenacity_retry error "$(v tenacity)" "exception"
l tls-verify.json tls_verify error "urllib of Python 3.11" "exception message"
l tls-plain.txt tls_plain text "urllib of Python 3.11" "exception message"
l zeep-wsdl.json zeep_wsdl detail "$(v zeep)" "exception message"
l kubernetes-config.json kube_config error "$(v kubernetes)" "exception message"
l docker-socket.json docker_socket problem "$(v docker)" "exception message"
l mqtt-host.json mqtt_host error "$(v paho-mqtt)" "exception message"
l pillow-identify.json pillow_identify error "$(v pillow)" "exception message"
l pandas-date.json pandas_date detail "$(v pandas)" "exception message"
l pandas-length.json pandas_length error "$(v pandas)" "exception message"
l sklearn-names.json sklearn_names problem "$(v scikit-learn)" "exception message"
l polars-column.json polars_column error "$(v polars)" "exception message"
l polars-cast.txt polars_schema text "$(v polars)" "exception message"
l arrow-parquet.json arrow_parquet error "$(v pyarrow)" "exception message"
l openpyxl-sheet.json excel_sheet class "$(v openpyxl)" "exception"
l pypdf-stream.json pdf_stream repr "$(v pypdf)" "exception"
l cryptography-pem.json pem_key error "$(v cryptography)" "exception message"
l msgpack-extra.json msgpack_extra error "$(v msgpack)" "exception message"
l mako-name.txt mako_name only "$(v mako)" "exception"
l mako-lookup.json mako_lookup error "$(v mako)" "exception message"
l pydantic-model.json pydantic_model error "$(v pydantic)" "exception message"
l pydantic-settings.json pydantic_settings error "$(v pydantic)" "credentials"
l command.json command error "subprocess of Python 3.11" "path"
l trace-pool.json alchemy_pool trace "$(v SQLAlchemy)" "stack trace"
W="$(v FastAPI), service that knows what to say"
J='Content-Type: application/json'
s() { shot "$1" safe "$2" "$W: $3" "${@:4}"; }
s parcel-422.json validation "body" -H "$J" -d '{"weight":40,"to":{"street":"x","postcode":"201a","country":"FR"},"pickup":"31.02.2026","extras":["express","fragile","express"]}' $B/parcels
s parcel-json.json "parse error" "no JSON" -H "$J" -d '{"weight": 4' $B/parcels
s parcel-409.json "error code" "conflict" -H "$J" -d '{"weight":4,"to":{"street":"Hafen 3","postcode":"20457","country":"DE"},"pickup":"2026-11-30"}' $B/parcels
s parcel-number.json validation "path parameter" $B/parcels/A-17
s parcel-fields.json validation "list in the query" "$B/parcels/17?fields=colour"
s parcel-404.json "own message" "404" $B/parcels/17
s quote-header.json validation "missing header and parameter" $B/quote
s quote-503.json "own message" "prices are being updated" -H "Authorization: Bearer x" "$B/quote?zone=3"
s health.json health "degraded" $B/health
s ready.txt health "not ready" $B/ready
s maintenance.html maintenance "German page" $B/maintenance
s carrier-504.json "error code" "time-out of a carrier" $B/carrier
s labels-500.json "problem document" "printer out of paper" $B/labels
s import-500.json "validation" "rows of an import" $B/import
s fr-500.json "own message" "French" $B/fr
(PIDS=(); finish)
stack python-slips
U="FastAPI application that hands on the error of Python 3.11,"
l() { shot "$1" unsafe "exception message" "$U $2 (form: $3)" "$B/lib/$2?form=$3"; }
l argument.json argument error
l keyword.json keyword problem
l unbound.json unbound error
l unpack.json unpack detail
l unpack-none.json unpack_none error
l naive.json naive error
l serialise.json serialise class
l conversion.json conversion repr
l circular.json circular error
l changed.txt changed text
l operand.json operand error
l callable.json callable_ de
l item.html item html
l recursion.json recursion error
l codec.json codec error
l surrogate.html surrogate html
l packed.json packed error
l module.json module error
l attribute.json attribute problem
l forbidden-file.json forbidden_file error
l directory.txt directory text
l full-disk.json full_disk error
l no-loop.json no_loop error
l closed-file.json closed_file detail
l environment.json environment repr
l template.json template error
l percent.json percent error
l abstract.json abstract problem
l group.txt group only
l evaluated.json evaluated error
down
finish
