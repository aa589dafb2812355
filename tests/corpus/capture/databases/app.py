"""Small shop API whose handlers paste the error text of a database or service into the response, in the ways that applications do."""
import json, os, smtplib, socket, sqlite3, subprocess, traceback
from xml.sax.saxutils import escape
from flask import Flask, Response, jsonify, request
import psycopg2, pymysql, redis, sqlalchemy as sa, ldap3, duckdb
from pymemcache.client.base import Client as Memcache

app = Flask(__name__)
app.json.sort_keys = False
CASES = {}


def case(name):
    def deco(f):
        CASES[name] = f
        return f
    return deco


def pg(q, *a, dsn='host=127.0.0.1 port=19201 user=shop password=hunter2-staging dbname=shop'):
    with psycopg2.connect(dsn) as c, c.cursor() as k:
        k.execute(q, *a)
        return k.fetchall()


def my(q, *a, **kw):
    c = pymysql.connect(**{'host': '127.0.0.1', 'port': 19202, 'user': 'shop', 'password': 'hunter2-staging', 'database': 'shop', **kw})
    with c.cursor() as k:
        k.execute(q, *a)
        return k.fetchall()


case('pg-table')(lambda: pg('SELECT * FROM basket_items WHERE basket_id = 17'))
case('pg-syntax')(lambda: pg("SELECT * FROM orders WHERE name = 'O'Brien' LIMIT 10"))
case('pg-column')(lambda: pg('SELECT id, e_mail FROM customers'))
case('pg-unique')(lambda: pg("INSERT INTO customers (id, email) VALUES (1, 'ana@shop.example'), (2, 'ana@shop.example') RETURNING id"))
case('pg-foreign')(lambda: pg('INSERT INTO orders (id, customer_id) VALUES (5, 99) RETURNING id'))
case('pg-notnull')(lambda: pg('INSERT INTO customers (id) VALUES (3) RETURNING id'))
case('pg-type')(lambda: pg("SELECT * FROM orders WHERE id = '12 or 1=1'"))
case('pg-zero')(lambda: pg('SELECT 1 / (count(*) - count(*)) FROM orders'))
case('pg-timeout')(lambda: pg('SET statement_timeout = 100; SELECT pg_sleep(2)'))
case('pg-denied')(lambda: pg('SELECT * FROM salaries'))
case('pg-password')(lambda: pg('SELECT 1', dsn='host=127.0.0.1 port=19201 user=shop password=wrong dbname=shop'))
case('pg-refused')(lambda: pg('SELECT 1', dsn='host=127.0.0.1 port=19009 user=shop dbname=shop'))
case('pg-host')(lambda: pg('SELECT 1', dsn='host=db.internal.shop.example.invalid user=shop dbname=shop'))
case('pg-raise')(lambda: pg("DO $$ BEGIN RAISE EXCEPTION 'stock of item % is negative', 4711 USING HINT = 'run inventory.rebuild()'; END $$; SELECT 1"))
case('pg-json')(lambda: pg("SELECT '{\"a\": }'::json"))
case('my-table')(lambda: my('SELECT * FROM basket_items WHERE basket_id = 17'))
case('my-syntax')(lambda: my("SELECT * FROM orders WHERE name = 'O'Brien' LIMIT 10"))
case('my-column')(lambda: my('SELECT id, e_mail FROM customers'))
case('my-unique')(lambda: my("INSERT INTO customers (id, email) VALUES (1, 'ana@shop.example'), (2, 'ana@shop.example')"))
case('my-foreign')(lambda: my('INSERT INTO orders (id, customer_id) VALUES (5, 99)'))
case('my-long')(lambda: my("INSERT INTO customers (id, email) VALUES (7, %s)", ('a' * 200,)))
case('my-denied')(lambda: my('SELECT * FROM mysql.user'))
case('my-password')(lambda: my('SELECT 1', password='wrong'))
case('my-refused')(lambda: my('SELECT 1', port=19009))
case('my-db')(lambda: my('SELECT 1', database='shop_archive'))
case('my-host')(lambda: my('SELECT 1', host='db-replica-2.internal.example.invalid'))



def lite(q, *a, db='/srv/shop/shop.db'):
    c = sqlite3.connect(db)
    c.execute('CREATE TABLE IF NOT EXISTS customers (id INTEGER PRIMARY KEY, email TEXT UNIQUE NOT NULL)')
    return c.execute(q, *a).fetchall()


case('lite-table')(lambda: lite('SELECT * FROM basket_items'))
case('lite-syntax')(lambda: lite("SELECT * FROM customers WHERE email = 'O'Brien'"))
case('lite-column')(lambda: lite('SELECT e_mail FROM customers'))
case('lite-unique')(lambda: lite("INSERT INTO customers (email) VALUES ('a@shop.example'), ('a@shop.example')"))
case('lite-bind')(lambda: lite('SELECT * FROM customers WHERE id = ? AND email = ?', (1,)))
case('lite-open')(lambda: lite('SELECT 1', db='/srv/shop/none/shop.db'))
case('lite-readonly')(lambda: lite("INSERT INTO customers (email) VALUES ('b@shop.example')", db='file:/srv/shop/shop.db?mode=ro'))


def orm(url, q, **p):
    with sa.create_engine(url).connect() as c:
        return c.execute(sa.text(q), p).fetchall()


PGURL = 'postgresql+psycopg2://shop:hunter2-staging@127.0.0.1:19201/shop'
case('orm-pg')(lambda: orm(PGURL, 'SELECT price, stock FROM items WHERE sku = :sku AND shop_id = :shop', sku='A-17', shop=3))
case('orm-my')(lambda: orm('mysql+pymysql://shop:hunter2-staging@127.0.0.1:19202/shop', 'SELECT price FROM items WHERE sku = :sku', sku='A-17'))
case('orm-lite')(lambda: orm('sqlite:////srv/shop/shop.db', 'INSERT INTO customers (id, email) VALUES (:id, :email)', id=9, email=None))
case('orm-url')(lambda: orm('postgres://shop:hunter2-staging@db:5432/shop', 'SELECT 1'))


def rd(f, **kw):
    return f(redis.Redis(**{'host': '127.0.0.1', 'port': 19203, 'password': 'hunter2-staging', **kw}))


case('redis-type')(lambda: rd(lambda r: (r.set('cart:17', 'x'), r.lpush('cart:17', 'y'))))
case('redis-auth')(lambda: rd(lambda r: r.get('a'), password=None))
case('redis-wrongpass')(lambda: rd(lambda r: r.get('a'), password='wrong'))
case('redis-command')(lambda: rd(lambda r: r.execute_command('CARTGET', 'cart:17', 'full')))
case('redis-lua')(lambda: rd(lambda r: r.eval("return redis.call('INCRBY', KEYS[1], 'many')", 1, 'n')))
case('redis-script')(lambda: rd(lambda r: r.eval('local c = nil; return c.items', 0)))
case('redis-oom')(lambda: rd(lambda r: (r.config_set('maxmemory', '1mb'), [r.set(f'k{i}', 'x' * 9999) for i in range(300)])))
case('redis-refused')(lambda: rd(lambda r: r.get('a'), port=19009))
case('memcache-key')(lambda: Memcache(('127.0.0.1', 19204)).get('cart 17'))
case('memcache-long')(lambda: Memcache(('127.0.0.1', 19204)).set('big', 'x' * 3000000, noreply=False))
case('memcache-refused')(lambda: Memcache(('127.0.0.1', 19009)).get('cart'))


def ld(user='cn=admin,dc=shop,dc=example', password='hunter2-staging', f=lambda c: None, port=19205):
    return f(ldap3.Connection(ldap3.Server('127.0.0.1', port=port, get_info=ldap3.NONE), user, password, auto_bind=True, raise_exceptions=True))


case('ldap-password')(lambda: ld(password='wrong'))
case('ldap-filter')(lambda: ld(f=lambda c: c.search('dc=shop,dc=example', '(uid=ana)(')))
case('ldap-base')(lambda: ld(f=lambda c: c.search('ou=staff,dc=shop,dc=example', '(uid=ana)')))
case('ldap-refused')(lambda: ld(port=19009))


def mail(sender, to, port=19206):
    with smtplib.SMTP('127.0.0.1', port, timeout=5) as s:
        s.sendmail(sender, to, 'Subject: order\r\n\r\nhello')


case('smtp-relay')(lambda: mail('shop@shop.example', ['ana@elsewhere.example']))
case('smtp-sender')(lambda: mail('not an address>', ['root@localhost']))
case('smtp-auth')(lambda: smtplib.SMTP('127.0.0.1', 19206).login('shop', 'hunter2-staging'))
case('smtp-refused')(lambda: mail('a@shop.example', ['b@shop.example'], 19009))
case('duck-table')(lambda: duckdb.sql('SELECT sum(total) FROM read_csv("/srv/shop/exports/2024-*.csv")'))
case('duck-bind')(lambda: duckdb.sql("SELECT custmer FROM (SELECT 1 AS customer, 2 AS total)"))
case('duck-conv')(lambda: duckdb.sql("SELECT CAST('12 pieces' AS INTEGER)"))


def chdb():
    import chdb
    return chdb


case('click-table')(lambda: chdb().query('SELECT count() FROM shop.orders WHERE day = today()'))
case('click-syntax')(lambda: chdb().query('SELEC 1'))
case('click-type')(lambda: chdb().query("SELECT toUInt8('many') + length(3)"))


def cli(*a):
    p = subprocess.run(a, capture_output=True, text=True, env={'PGPASSWORD': 'hunter2-staging', 'PATH': os.environ['PATH'], 'LC_ALL': 'C.UTF-8'})
    if p.returncode or p.stderr:
        raise RuntimeError(p.stderr or p.stdout)


case('cli-psql')(lambda: cli('psql', '-h', '127.0.0.1', '-p', '19201', '-U', 'shop', 'shop', '-c', 'SELECT o.id FROM orders o JOIN basket b ON b.order = o.id'))
case('cli-mysql')(lambda: cli('mariadb', '-h127.0.0.1', '-P19202', '-ushop', '-phunter2-staging', 'shop', '-e', 'SELECT FROM orders'))
case('cli-sqlite')(lambda: cli('sqlite3', '/srv/shop/shop.db', 'SELECT id, emial FROM customers'))
case('cli-redis')(lambda: cli('redis-cli', '-p', '19009', 'get', 'a'))
case('cli-ldap')(lambda: cli('ldapsearch', '-x', '-H', 'ldap://127.0.0.1:19205', '-D', 'cn=admin,dc=shop,dc=example', '-w', 'wrong'))
case('cli-pgdump')(lambda: cli('pg_dump', '-h', '127.0.0.1', '-p', '19201', '-U', 'shop', '-t', 'basket_items', 'shop'))

# how applications answer
def soap11(e): return Response('<?xml version="1.0" encoding="UTF-8"?>\n<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><soap:Fault><faultcode>soap:Server</faultcode><faultstring>%s</faultstring><detail><trace>%s</trace></detail></soap:Fault></soap:Body></soap:Envelope>' % (escape(str(e)), escape(''.join(traceback.format_exception(e)[-3:]))), 500, content_type='text/xml; charset=utf-8')
def soapshort(e): return Response('<?xml version="1.0"?><SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"><SOAP-ENV:Body><SOAP-ENV:Fault><faultcode>SOAP-ENV:Server</faultcode><faultstring>%s</faultstring></SOAP-ENV:Fault></SOAP-ENV:Body></SOAP-ENV:Envelope>' % escape(str(e)), 500, content_type='application/soap+xml')
def atom(e): return Response('<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"><title>Orders</title><id>urn:shop:orders</id><updated>2024-05-01T00:00:00Z</updated><entry><title>Error</title><id>urn:shop:error</id><updated>2024-05-01T00:00:00Z</updated><summary type="text">%s</summary></entry></feed>' % escape(str(e)), 500, content_type='application/atom+xml')
def xml(e): return Response('<?xml version="1.0"?><error><code>%s</code><message><![CDATA[%s]]></message></error>' % (type(e).__name__, e), 500, content_type='application/xml')
def odata(e): return Response('<m:error xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata"><m:code/><m:message xml:lang="en-US">An error occurred</m:message><m:innererror><m:message>%s</m:message><m:type>%s</m:type></m:innererror></m:error>' % (escape(str(e)), type(e).__module__ + '.' + type(e).__name__), 500, content_type='application/xml')
def js(d, code=500, ct='application/json'): return Response(json.dumps(d, ensure_ascii=False), code, content_type=ct)
FORMS = {
    'error': lambda e: js({'error': str(e)}),
    'message': lambda e: js({'status': 'error', 'message': str(e), 'data': None}),
    'nested': lambda e: js({'success': False, 'error': {'type': type(e).__name__, 'message': str(e), 'args': [str(a) for a in e.args]}}),
    'repr': lambda e: js({'detail': repr(e)}),
    'problem': lambda e: js({'type': 'about:blank', 'title': 'Internal Server Error', 'status': 500, 'detail': str(e), 'instance': request.path}, ct='application/problem+json'),
    'graphql': lambda e: js({'data': None, 'errors': [{'message': str(e), 'path': ['orders', 0], 'extensions': {'code': 'INTERNAL_SERVER_ERROR', 'exception': {'name': type(e).__name__}}}]}, 200),
    'jsonapi': lambda e: js({'errors': [{'id': 'b7d1', 'status': '500', 'code': getattr(e, 'pgcode', None), 'title': type(e).__name__, 'detail': str(e)}]}, ct='application/vnd.api+json'),
    'encoded': lambda e: js({'body': json.dumps({'errorMessage': str(e), 'errorType': type(e).__name__}), 'statusCode': 500}),
    'text': lambda e: Response(str(e), 500, content_type='text/plain; charset=utf-8'),
    'prefix': lambda e: Response(f'Error while loading your orders: {e}', 500, content_type='text/plain'),
    'html': lambda e: Response(f'<html><body><h1>Oops</h1><p>Something went wrong: {escape(str(e))}</p></body></html>', 500, content_type='text/html'),
    'br': lambda e: Response('<b>Database error</b><br/>' + escape(str(e)).replace('\n', '<br/>\n'), 500, content_type='text/html'),
    'pre': lambda e: Response(f'<!doctype html><title>Error</title><pre>{escape("".join(traceback.format_exception(e)))}</pre>', 500, content_type='text/html'),
    'trace': lambda e: js({'error': 'internal', 'trace': ''.join(traceback.format_exception(e)[-2:])}),
    'soap': soap11, 'fault': soapshort, 'atom': atom, 'xml': xml, 'odata': odata,
    'script': lambda e: Response('<script>window.__STATE__ = %s;</script><div id="app"></div>' % json.dumps({'page': 'orders', 'error': {'message': str(e)}}).replace('<', '\\u003c'), 500, content_type='text/html'),
    'jsonp': lambda e: Response('cb(%s);' % json.dumps({'ok': 0, 'err': str(e)}), 200, content_type='application/javascript'),
    'ndjson': lambda e: Response(json.dumps({'n': 1, 'ok': True}) + '\n' + json.dumps({'n': 2, 'error': str(e)}) + '\n', 200, content_type='application/x-ndjson'),
    'sse': lambda e: Response('event: error\n' + ''.join(f'data: {l}\n' for l in str(e).split('\n')) + '\n', 200, content_type='text/event-stream'),
}


@app.get('/<form>/<name>')
def answer(form, name):
    try:
        return jsonify(str(CASES[name]()))
    except Exception as e:
        return FORMS[form](e)


if __name__ == '__main__':
    app.run('127.0.0.1', 19200)
