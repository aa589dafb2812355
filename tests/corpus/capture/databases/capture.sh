#!/bin/bash
# Error texts of PostgreSQL, MariaDB, SQLite, Redis, memcached, OpenLDAP, SMTP, DuckDB, ClickHouse (chDB), pasted into responses by a small real application
STACK=databases; . "$(dirname "$0")/../lib/lib.sh"
need postgresql mariadb-server redis-server memcached slapd ldap-utils opensmtpd sqlite3
venv /opt/api/venv flask psycopg2-binary pymysql redis sqlalchemy ldap3 duckdb pymemcache
/opt/api/venv/bin/pip -q install chdb 2>/dev/null
H=$(cd "$(dirname "$0")" && pwd); rm -rf /srv/shop /srv/db; mkdir -p /srv/shop /srv/db/{pg,my,ldap,mail}; cp "$H/app.py" /srv/shop; cd /srv/db
PG=$(ls -d /usr/lib/postgresql/*/bin | tail -1)
chown postgres pg; chown mysql my; chmod 755 /srv/db
echo hunter2-root > /srv/db/pw
su postgres -s /bin/sh -c "$PG/initdb -D /srv/db/pg -A scram-sha-256 --pwfile=/srv/db/pw -E UTF8 --locale=C.UTF-8 >/dev/null"
su postgres -s /bin/sh -c "exec $PG/postgres -D /srv/db/pg -c listen_addresses=127.0.0.1 -c port=19201 -c unix_socket_directories= " >/dev/null 2>&1 & PGSQL=$!
mariadb-install-db --user=mysql --datadir=/srv/db/my --skip-test-db >/dev/null 2>&1
run /usr/sbin/mariadbd --no-defaults --user=mysql --datadir=/srv/db/my --bind-address=127.0.0.1 --port=19202 --socket=/srv/db/my/s --pid-file=/srv/db/my/pid
run redis-server --port 19203 --bind 127.0.0.1 --requirepass hunter2-staging --save '' --dir /srv/db
run memcached -u nobody -l 127.0.0.1 -p 19204
cat > slapd.conf <<'C'
include /etc/ldap/schema/core.schema
modulepath /usr/lib/ldap
moduleload back_mdb
database mdb
suffix "dc=shop,dc=example"
rootdn "cn=admin,dc=shop,dc=example"
rootpw hunter2-staging
directory /srv/db/ldap
C
run /usr/sbin/slapd -d 0 -f slapd.conf -h ldap://127.0.0.1:19205
printf 'table aliases file:/etc/aliases\nlisten on 127.0.0.1 port 19206 hostname mx.shop.example\naction a mbox alias <aliases>\nmatch from any for domain "shop.example" action a\n' > smtpd.conf
run /usr/sbin/smtpd -d -f /srv/db/smtpd.conf
up 19201; up 19202; up 19203; up 19204; up 19205; sleep 2
PGPASSWORD=hunter2-root psql -q -h 127.0.0.1 -p 19201 -U postgres -c "CREATE USER shop PASSWORD 'hunter2-staging'" -c 'CREATE DATABASE shop OWNER shop' >/dev/null
PGPASSWORD=hunter2-root psql -q -h 127.0.0.1 -p 19201 -U postgres shop -c 'CREATE TABLE salaries (id int)' >/dev/null
T='CREATE TABLE customers (id int primary key, email varchar(80) not null unique); CREATE TABLE orders (id int primary key, name text, customer_id int not null, foreign key (customer_id) references customers (id));'
PGPASSWORD=hunter2-staging psql -q -h 127.0.0.1 -p 19201 -U shop shop -c "$T" >/dev/null
mariadb -S /srv/db/my/s -uroot -e "CREATE DATABASE shop; CREATE USER shop@127.0.0.1 IDENTIFIED BY 'hunter2-staging'; GRANT ALL ON shop.* TO shop@127.0.0.1; CREATE USER shop@localhost IDENTIFIED BY 'hunter2-staging'; GRANT ALL ON shop.* TO shop@localhost; USE shop; $T"
run /opt/api/venv/bin/python /srv/shop/app.py
up 19200
c() { g "$1-$2.$3" unsafe 'database error' "Flask application that pastes the error of $4 ($1) into its answer (form: $2)" -- "http://127.0.0.1:19200/$2/$1"; }
P='PostgreSQL through psycopg2'
c pg-table error json "$P"; c pg-syntax text txt "$P"; c pg-column br html "$P"; c pg-unique nested json "$P"; c pg-foreign soap xml "$P"; c pg-notnull problem json "$P"
c pg-type graphql json "$P"; c pg-zero prefix txt "$P"; c pg-timeout message json "$P"; c pg-denied xml xml "$P"; c pg-password error json "$P"; c pg-refused jsonapi json "$P"; c pg-host text txt "$P"
c pg-raise encoded json "$P"; c pg-json sse txt "$P"; c pg-table script html "$P"; c pg-refused br html "$P"; c pg-unique atom xml "$P"
P='MariaDB through PyMySQL'
c my-table repr json "$P"; c my-syntax text txt "$P"; c my-column error json "$P"; c my-unique fault xml "$P"; c my-foreign message json "$P"; c my-long nested json "$P"
c my-denied html html "$P"; c my-password text txt "$P"; c my-refused error json "$P"; c my-db jsonp js "$P"; c my-host problem json "$P"; c my-syntax odata xml "$P"
P='SQLite'
c lite-table error json "$P"; c lite-syntax html html "$P"; c lite-column odata xml "$P"; c lite-unique repr json "$P"; c lite-bind text txt "$P"; c lite-open message json "$P"; c lite-readonly atom xml "$P"; c lite-table pre html "$P"
P='SQLAlchemy'
c orm-pg error json "$P"; c orm-my pre html "$P"; c orm-lite graphql json "$P"; c orm-url trace json "$P"; c orm-my encoded json "$P"; c orm-lite xml xml "$P"
P='Redis'
c redis-type error json "$P"; c redis-auth text txt "$P"; c redis-command nested json "$P"; c redis-lua error json "$P"; c redis-script problem json "$P"; c redis-oom html html "$P"; c redis-refused prefix txt "$P"
P='memcached'
c memcache-long repr json "$P"; c memcache-refused error json "$P"
P='OpenLDAP through ldap3'
c ldap-password error json "$P"; c ldap-base ndjson ndjson "$P"; c ldap-refused prefix txt "$P"
P='OpenSMTPD through smtplib'
c smtp-relay error json "$P"; c smtp-sender text txt "$P"; c smtp-refused nested json "$P"
P='DuckDB'
c duck-table error json "$P"; c duck-bind text txt "$P"; c duck-conv problem json "$P"
P='ClickHouse (chDB)'
c click-table error json "$P"; c click-syntax text txt "$P"; c click-type html html "$P"
P='a command-line client'
c cli-psql error json "$P"; c cli-mysql html html "$P"; c cli-sqlite text txt "$P"; c cli-redis error json "$P"; c cli-ldap text txt "$P"; c cli-pgdump message json "$P"
kill "$(head -1 /srv/db/pg/postmaster.pid)"
