// A booking service on Node that hands on whatever its libraries say: one path a failure, in the forms that such services use.
import express from 'express';
import fs from 'node:fs';
import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
const F = {};
// ---- stores and brokers
F.ioredis = async () => { const R = require('ioredis'); const r = new R({ host: '127.0.0.1', port: 9, maxRetriesPerRequest: 1, retryStrategy: () => 10 }); r.on('error', () => {}); try { await r.get('seat:12'); } finally { r.disconnect(); } };
F.ioredisReply = async () => { const R = require('ioredis'); const r = new R(23079); await r.set('seat:12', 'x'); try { await r.hset('seat:12', 'row', 4); } finally { r.disconnect(); } };
F.nodeRedis = async () => { const { createClient } = require('redis'); const c = createClient({ url: 'redis://redis.internal.shop.example:9', socket: { reconnectStrategy: false } }); c.on('error', () => {}); await c.connect(); };
F.mysql2Denied = async () => { await require('mysql2/promise').createConnection({ host: '127.0.0.1', port: 3307, user: 'bookings', password: 'x', database: 'shop' }); };
F.mysql2Column = async () => { const c = await require('mysql2/promise').createConnection({ host: '127.0.0.1', port: 3307, user: 'shop', password: 'hunter2-staging', database: 'shop' }); try { await c.query('SELECT seat FROM orders WHERE show_id = ?', [12]); } finally { c.end(); } };
F.mysql2Bind = async () => { const c = await require('mysql2/promise').createConnection({ host: '127.0.0.1', port: 3307, user: 'shop', password: 'hunter2-staging', database: 'shop' }); try { await c.execute('SELECT * FROM orders WHERE id = ?', [undefined]); } finally { c.end(); } };
F.pgPassword = async () => { const { Client } = require('pg'); await new Client('postgres://bookings:x@127.0.0.1:5433/shop').connect(); };
F.typeormMetadata = async () => { const { DataSource } = require('typeorm'); const d = await new DataSource({ type: 'postgres', url: 'postgres://shop:hunter2-staging@127.0.0.1:5433/shop', entities: [] }).initialize(); await d.getRepository('Seat').find(); };
const { EntitySchema } = require('typeorm');
const Seat = new EntitySchema({ name: 'Seat', tableName: 'seats', columns: { id: { type: Number, primary: true }, row: { type: String } } });
F.typeormQuery = async () => { const { DataSource } = require('typeorm'); const d = await new DataSource({ type: 'postgres', url: 'postgres://shop:hunter2-staging@127.0.0.1:5433/shop', entities: [Seat] }).initialize(); await d.getRepository('Seat').findOneByOrFail({ id: 12 }); };
F.typeormProperty = async () => { const { DataSource } = require('typeorm'); const d = await new DataSource({ type: 'postgres', url: 'postgres://shop:hunter2-staging@127.0.0.1:5433/shop', entities: [Seat] }).initialize(); await d.getRepository('Seat').find({ where: { colour: 'red' } }); };
F.drizzle = async () => { const { drizzle } = require('drizzle-orm/node-postgres'); const { sql } = require('drizzle-orm'); const { Pool } = require('pg'); await drizzle(new Pool({ connectionString: 'postgres://shop:hunter2-staging@127.0.0.1:5433/shop' })).execute(sql`select row, number from seats where show = ${12}`); };
F.kysely = async () => { const { Kysely, PostgresDialect } = await import('kysely'); const { Pool } = require('pg'); await new Kysely({ dialect: new PostgresDialect({ pool: new Pool({ connectionString: 'postgres://shop:hunter2-staging@127.0.0.1:5433/shop' }) }) }).insertInto('customers').values({ email: 'ann@shop.example' }).executeTakeFirstOrThrow(); };
F.kyselyNone = async () => { const { Kysely, PostgresDialect } = await import('kysely'); const { Pool } = require('pg'); await new Kysely({ dialect: new PostgresDialect({ pool: new Pool({ connectionString: 'postgres://shop:hunter2-staging@127.0.0.1:5433/shop', max: 1, connectionTimeoutMillis: 1 }) }) }).selectFrom('customers').selectAll().execute(); };
F.cassandra = async () => { await new (require('cassandra-driver').Client)({ contactPoints: ['127.0.0.1:9'], localDataCenter: 'dc1', keyspace: 'bookings' }).execute('SELECT * FROM seats'); };
F.neo4j = async () => { const n = require('neo4j-driver'); await n.driver('bolt://127.0.0.1:9', n.auth.basic('neo4j', 'x'), { connectionTimeout: 500, maxTransactionRetryTime: 0 }).verifyConnectivity(); };
F.nats = async () => { await require('nats').connect({ servers: 'redis.internal.shop.example:9', maxReconnectAttempts: 0, timeout: 500 }); };
F.memjs = () => new Promise((_, no) => require('memjs').Client.create('redis.internal.shop.example:9', { retries: 1, timeout: 0.5 }).get('seat', (e, v) => no(e ?? new Error('none'))));
F.sqljs = async () => { const S = await require('sql.js')(); new S.Database().run('INSERT INTO seats VALUES (12, "A")'); };
F.s3 = async () => { const { S3Client, GetObjectCommand } = require('@aws-sdk/client-s3'); await new S3Client({ region: 'eu-west-1', endpoint: 'http://127.0.0.1:9', maxAttempts: 1, forcePathStyle: true, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } }).send(new GetObjectCommand({ Bucket: 'tickets', Key: '12.pdf' })); };
F.s3credentials = async () => { const { S3Client, ListBucketsCommand } = require('@aws-sdk/client-s3'); process.env.AWS_EC2_METADATA_DISABLED = 'true'; await new S3Client({ region: 'eu-west-1', maxAttempts: 1 }).send(new ListBucketsCommand({})); };
// ---- upstream services
F.axiosRefused = () => require('axios').get('http://seating.internal.shop.example:9/v1/plan/12');
F.axiosStatus = () => require('axios').get('http://inventory:23098/v2/plan/12');
F.axiosTimeout = () => require('axios').get('http://inventory:23098/slow', { timeout: 200 });
F.axiosUrl = () => require('axios').get('seating/v1/plan/12');
F.undiciTimeout = () => require('undici').request('http://inventory:23098/slow', { headersTimeout: 100 });
F.fetchUrl = () => fetch('/v1/plan/12');
F.fetchRefused = () => fetch('http://127.0.0.1:9/v1/plan/12');
F.fetchJson = async () => (await fetch('http://inventory:23098/html')).json();
F.got = async () => (await import('got')).default('http://inventory:23098/v2/plan/12', { retry: { limit: 0 } });
F.ky = async () => (await import('ky')).default('http://inventory:23098/v2/plan/12', { retry: 0 }).json();
F.superagent = () => require('superagent').get('http://inventory:23098/v2/plan/12');
F.graphqlRequest = async () => (await import('graphql-request')).request('http://inventory:23098/html', '{ plan(id: 12) { rows } }');
F.grpc = () => new Promise((_, no) => { const g = require('@grpc/grpc-js'); new g.Client('127.0.0.1:9', g.credentials.createInsecure()).makeUnaryRequest('/seating.Plan/Get', x => x, x => x, Buffer.alloc(0), (e) => no(e)); });
F.nodemailer = () => require('nodemailer').createTransport({ host: 'mail.internal.shop.example', port: 9 }).sendMail({ from: 'tickets@shop.example', to: 'ann@shop.example', text: 'x' });
F.ldap = () => new Promise((_, no) => { const c = require('ldapjs').createClient({ url: 'ldap://ldap.internal.shop.example:9' }); c.on('connectError', no); c.on('error', no); });
F.soap = () => require('soap').createClientAsync('http://inventory:23098/html');
// ---- data
F.yup = async () => require('yup').object({ row: require('yup').number().required() }).validate({ row: 'A' });
F.ajv = async () => { new (require('ajv').default)().compile({ type: 'objekt' }); };
F.joi = async () => { require('joi').attempt({ row: 'A' }, require('joi').object({ row: require('joi').number() })); };
F.jwt = async () => { require('jsonwebtoken').sign({ sub: 12 }, undefined); };
F.yaml = async () => { require('js-yaml').load('rows:\n  - A\n - B\n', { filename: '/srv/bookings/config/hall.yaml' }); };
F.sharp = () => require('sharp')('/srv/bookings/uploads/poster-12.png').resize(200).toBuffer();
F.liquid = async () => { const { Liquid } = require('liquidjs'); await new Liquid({ root: '/srv/bookings/views' }).parseAndRender('{% for seat in seats %}{{ seat.row | shout }}', { seats: [] }); };
F.mustache = async () => { require('mustache').render('{{#seats}}{{row}}{{/seat}}', {}); };
// ---- Node itself
F.prototype = async () => { const hall = {}; return hall.rows.map(r => r.length); };
F.notFunction = async () => { const hall = { rows: 'A' }; return hall.rows.map(r => r); };
F.iterable = async () => { const [a] = { row: 'A' }; return a; };
F.bigint = async () => JSON.stringify({ total: 12n });
F.mixed = async () => 12n * 2;
F.circular = async () => { const hall = { name: 'A' }; hall.show = { hall }; return JSON.stringify(hall); };
F.array = async () => new Array(-1);
F.date = async () => new Date('31.02.2026').toISOString();
F.tdz = async () => { const t = seat; const seat = 1; return t; };
F.constant = async () => { const total = 1; total += 2; };
F.stackSize = async () => { const up = (n) => up(n + 1) + 1; return up(0); };
F.uri = async () => decodeURIComponent('%E0%A4%A');
F.currency = async () => new Intl.NumberFormat('de', { style: 'currency', currency: 'EURO' }).format(1);
F.regex = async () => new RegExp('seat(');
F.privateField = async () => { class Hall { #rows = 1; static peek(h) { return h.#rows; } } return Hall.peek({}); };
F.esm = () => import('/srv/bookings/plugins/pricing.mjs');
F.cjs = async () => require('@bookings/pricing');
F.argument = async () => fs.readFileSync(undefined);
F.eisdir = async () => fs.readFileSync('/var/spool');
F.eacces = async () => { process.seteuid(65534); try { return fs.readFileSync('/etc/shadow'); } finally { process.seteuid(0); } };
F.cipher = async () => { const c = require('crypto').createDecipheriv('aes-256-cbc', Buffer.alloc(32), Buffer.alloc(16)); c.update('0011', 'hex'); c.final(); };
F.key = async () => require('crypto').createSign('sha256').update('x').sign('-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----');
F.exec = async () => require('child_process').execSync('/usr/bin/pdftoppm-missing /srv/bookings/tickets/12.pdf', { stdio: 'pipe' });
F.aggregate = () => Promise.any([Promise.reject(new Error('gate 1')), Promise.reject(new Error('gate 2'))]);
F.clone = async () => structuredClone({ total: () => 1 });
F.structured = async () => { require('assert').deepStrictEqual({ row: 'A', seat: 1 }, { row: 'A', seat: 2 }); };

const app = express();
app.use(express.json());
app.get('/lib/:name', async (req, res) => {
  try { res.json({ ok: String(await F[req.params.name]()) }); } catch (e) {
    switch (req.query.form) {
      case 'message': return res.status(500).json({ message: e.message });
      case 'error': return res.status(500).json({ error: e.message });
      case 'object': return res.status(500).json({ ok: false, error: { name: e.name, code: e.code, message: e.message } });
      case 'nested': return res.status(502).json({ success: false, data: null, errors: [{ message: 'Seat could not be booked', cause: e.message }] });
      case 'string': return res.status(500).json({ statusCode: 500, error: String(e) });
      case 'text': return res.status(500).type('text').send(String(e));
      case 'html': return res.status(500).send(`<!doctype html><html lang="en"><head><title>Booking</title></head><body><main><h2>Sorry, that did not work</h2><p>${e.message.replace(/</g, '&lt;')}</p></main></body></html>`);
      case 'problem': return res.status(500).type('application/problem+json').send(JSON.stringify({ type: 'about:blank', title: 'Booking failed', status: 500, detail: e.message }));
      case 'whole': return res.status(500).json({ error: e });
      case 'sentence': return res.status(500).json({ message: `Booking of seat 12 failed: ${e.message}` });
      case 'stack': return res.status(500).json({ error: e.message, stack: e.stack });
    }
  }
});
// ---- the same service when it knows what to say
app.get('/seats/12', (_, res) => res.status(409).json({ code: 'SEAT_TAKEN', message: 'This seat has just been booked by somebody else.', alternatives: ['A13', 'B12'] }));
app.get('/payment', (_, res) => res.status(502).json({ error: { type: 'payment_provider_unavailable', message: 'Your payment could not be processed. You have not been charged.', retry_after: 120 } }));
app.get('/es', (_, res) => res.status(500).json({ mensaje: 'Se ha producido un error interno. Inténtelo de nuevo más tarde.', codigo: 'RES-500' }));
app.get('/zod', (_, res) => { const { z } = require('zod'); const r = z.object({ email: z.email(), seats: z.array(z.string().regex(/^[A-Z]\d+$/)).min(1) }).safeParse({ email: 'ann', seats: ['12'] }); res.status(422).json({ errors: z.flattenError(r.error) }); });
app.get('/joi', (_, res) => { const J = require('joi'); const { error } = J.object({ row: J.string().length(1).required(), seat: J.number().integer().max(40) }).validate({ row: 'AA', seat: 41 }, { abortEarly: false }); res.status(400).json({ details: error.details.map(d => ({ path: d.path.join('.'), message: d.message })) }); });
app.get('/health', (_, res) => res.status(503).json({ status: 'fail', version: '1', checks: { 'payments:responseTime': [{ status: 'warn', observedValue: 2200, observedUnit: 'ms' }], 'seating:connections': [{ status: 'fail', time: '2026-11-21T06:12:09Z' }] } }));
app.get('/limit', (_, res) => res.status(503).set('Retry-After', '30').type('text').send('Too many people are booking right now. You keep your place in the queue; this page reloads in 30 seconds.\n'));
app.get('/maintenance', (_, res) => res.status(503).send('<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>Onderhoud</title><style>body{font:18px/1.5 sans-serif;margin:4em auto;max-width:32em}</style></head><body><h1>Even geduld</h1><p>We werken aan de kaartverkoop. Rond 14.00 uur zijn we er weer.</p></body></html>'));
app.listen(+process.argv[2], '127.0.0.1');
process.on('uncaughtException', () => {}); process.on('unhandledRejection', () => {});
