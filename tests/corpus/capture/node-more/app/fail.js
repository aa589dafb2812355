'use strict';
// What the applications have in common: things that fail.
const fs = require('node:fs'), http = require('node:http'), net = require('node:net');
exports.type = () => { const basket = { lines: null }; return basket.lines.map((l) => l.qty); };
exports.file = () => JSON.parse(fs.readFileSync('/etc/kiosk/tariff.json', 'utf8'));
exports.parse = () => JSON.parse('{"sku": "KET-1", "qty": }');
exports.cause = () => { try { return exports.file(); } catch (cause) { throw new Error('no tariff for region EU-3', { cause }); } };
exports.refused = () => fetch('http://127.0.0.1:8099/stock');
exports.hangup = () => new Promise((ok, no) => {
  const s = net.createServer((c) => c.on('data', () => c.destroy())).listen(0, '127.0.0.1', () =>
    http.get({ port: s.address().port, host: '127.0.0.1', path: '/stock' }, ok).on('error', (e) => { s.close(); no(e); }));
});
exports.dns = () => new Promise((ok, no) => http.get('http://inventory.internal.shop.invalid:8080/', ok).on('error', no));
exports.timeout = () => new Promise((ok, no) => { const s = net.createServer(() => {}).listen(0, '127.0.0.1', () => fetch(`http://127.0.0.1:${s.address().port}/stock`, { signal: AbortSignal.timeout(50) }).then(ok, no)); });
exports.assert = () => require('node:assert').deepStrictEqual({ sku: 'KET-1', qty: 2 }, { sku: 'KET-1', qty: 3 });
exports.range = () => new Array(-1);
exports.bigint = () => JSON.stringify({ id: 7n });
exports.url = () => new URL('shop/basket');
exports.spawn = () => require('node:child_process').execFileSync('/usr/bin/convert-invoice', ['7.pdf']);
exports.aggregate = () => Promise.any([Promise.reject(new TypeError('rates is not iterable')), exports.refused()]);
exports.module = () => require('./tariffs/eu');
exports.sql = () => new (require('better-sqlite3'))(':memory:').prepare('select total from invoices where customer = ?').get(7);
exports.knex = () => { const k = require('knex')({ client: 'better-sqlite3', connection: ':memory:', useNullAsDefault: true }); return k('invoices').where({ customer: 7 }).select('total'); };
exports.objection = () => { const { Model } = require('objection'); const k = require('knex')({ client: 'better-sqlite3', connection: ':memory:', useNullAsDefault: true }); class Invoice extends Model { static tableName = 'invoices'; } Invoice.knex(k); return Invoice.query().findById(7).throwIfNotFound(); };
exports.mssql = () => new Promise((ok, no) => { const c = new (require('tedious').Connection)({ server: '127.0.0.1', authentication: { type: 'default', options: { userName: 'sa', password: 'hunter2-staging' } }, options: { port: 9, connectTimeout: 2000, encrypt: false } }); c.connect((e) => e ? no(e) : ok()); });
exports.oracle = () => require('oracledb').getConnection({ user: 'shop', password: 'hunter2-staging', connectString: '127.0.0.1:9/SHOP' });
exports.kafka = async () => { const { Kafka, logLevel } = require('kafkajs'); const p = new Kafka({ brokers: ['127.0.0.1:9'], logLevel: logLevel.NOTHING, retry: { retries: 0 } }).producer(); await p.connect(); };
exports.amqp = () => require('amqplib').connect('amqp://shop:hunter2-staging@127.0.0.1:9/orders');
exports.elastic = () => new (require('@elastic/elasticsearch').Client)({ node: 'http://127.0.0.1:9', maxRetries: 0 }).search({ index: 'products' });
exports.pug = () => require('pug').render('ul\n  each line in order.lines\n    li= line.product.name\n', { order: { lines: [{}] }, filename: '/srv/kiosk/views/order.pug' });
exports.pugsyntax = () => require('pug').compile('div(class=\n  p hi', { filename: '/srv/kiosk/views/cart.pug' });
exports.ejs = () => require('ejs').render('<ul>\n<% order.lines.forEach((l) => { %>\n<li><%= l.product.name %></li>\n<% }) %>\n</ul>', { order: { lines: [{}] } }, { filename: '/srv/kiosk/views/order.ejs' });
exports.handlebars = () => require('handlebars').compile('<p>{{#each lines}}{{name}</p>')({ lines: [] });
exports.handlebarspartial = () => require('handlebars').compile('<p>{{> header}}</p>')({});
exports.nunjucks = () => require('nunjucks').renderString('Dear {{ customer.first() }}', { customer: {} });
exports.nunjucksfile = () => new (require('nunjucks').Environment)(new (require('nunjucks').FileSystemLoader)('/srv/kiosk/views')).render('mail/receipt.njk');
exports.zod = () => require('zod').object({ sku: require('zod').string() }).parse({ sku: 4 });
