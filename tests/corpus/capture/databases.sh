# Sourced after shoot.sh: PostgreSQL (port 5433) and MariaDB (port 3307) of Debian on 127.0.0.1, each with a database `shop`;
# the invented names db.internal.shop.example and redis.internal.shop.example lead to 127.0.0.1.
PGPORT=${PGPORT:-5433}
MYPORT=${MYPORT:-3307}
hosts() {
  grep -q db.internal.shop.example /etc/hosts || echo '127.0.0.1 db.internal.shop.example redis.internal.shop.example inventory' >> /etc/hosts
}
postgres_up() {
  hosts
  local bin data=/srv/pgdata
  bin=$(ls -d /usr/lib/postgresql/*/bin | tail -1)
  rm -rf $data; mkdir -p $data; chown postgres $data
  echo root-invented > $data.pw; chown postgres $data.pw
  setpriv --reuid=postgres --regid=postgres --clear-groups "$bin/initdb" -D $data -A md5 -U postgres --pwfile=$data.pw >/dev/null
  rm -f $data.pw
  (exec setsid setpriv --reuid=postgres --regid=postgres --clear-groups "$bin/postgres" -D $data -p $PGPORT -k $data -c listen_addresses=127.0.0.1 -c fsync=off >/dev/null 2>&1 </dev/null) &
  PIDS+=($!)
  local n=0
  until [ $((n += 1)) -gt 100 ] || PGPASSWORD=root-invented psql -h 127.0.0.1 -p $PGPORT -U postgres -c 'select 1' >/dev/null 2>&1; do sleep 0.3; done
  PGPASSWORD=root-invented psql -q -h 127.0.0.1 -p $PGPORT -U postgres <<'SQL'
create role shop login password 'hunter2-staging';
create database shop owner shop;
SQL
  PGPASSWORD=hunter2-staging psql -q -h 127.0.0.1 -p $PGPORT -U shop shop <<'SQL'
create table customers (id serial primary key, email text unique not null, credit numeric(10,2) check (credit >= 0));
create table orders (id serial primary key, customer_id int not null references customers(id), total numeric(10,2), placed date);
insert into customers (email, credit) values ('ann@shop.example', 10);
SQL
}
mysql_up() {
  hosts
  local data=/srv/mydata
  rm -rf $data; mkdir -p $data; chown mysql $data
  mysql_install_db --no-defaults --datadir=$data --user=mysql --auth-root-authentication-method=normal >/dev/null 2>&1
  (exec setsid mariadbd --no-defaults --datadir=$data --user=mysql --port=$MYPORT --bind-address=127.0.0.1 --socket=$data/s.sock --innodb-flush-log-at-trx-commit=0 >/dev/null 2>&1 </dev/null) &
  PIDS+=($!)
  local n=0
  until [ $((n += 1)) -gt 100 ] || mariadb --no-defaults -S $data/s.sock -uroot -e 'select 1' >/dev/null 2>&1; do sleep 0.3; done
  mariadb --no-defaults -S $data/s.sock -uroot <<'SQL'
create database shop;
create user shop@'%' identified by 'hunter2-staging';
create user shop@localhost identified by 'hunter2-staging';
grant all on shop.* to shop@'%';
grant all on shop.* to shop@localhost;
use shop;
create table customers (id int auto_increment primary key, email varchar(100) unique not null, credit decimal(10,2) check (credit >= 0));
create table orders (id int auto_increment primary key, customer_id int not null, total decimal(10,2), placed date, foreign key (customer_id) references customers(id)) engine=innodb;
insert into customers (email, credit) values ('ann@shop.example', 10);
SQL
}
