// What handler.mjs itself does, on real workerd in front of a scripted origin. What core decides is tested by the shared cases.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import zlib from 'node:zlib';
import { DIST, ROOT, TRAP, WORKERD, collect, eventually, listening, request, respond, startOrigin, startWorkerd, trapping } from './harness.mjs';

const TRACE = 'Traceback (most recent call last):\n  File "/srv/app/views.py", line 12, in cart\n    total.amount\n'
  + "AttributeError: 'NoneType' object has no attribute 'amount'\n";
const CLEAN = '{"error":"out of coffee"}';
const text = { 'content-type': 'text/plain' };
const chunked = { 'transfer-encoding': 'chunked' };
const chunk = (data) => `${Buffer.byteLength(data).toString(16)}\r\n${data}\r\n`;

/** What the origin does for each path. */
const ROUTES = {
  '/ok': (socket) => socket.write(respond('200 Fine', { 'content-type': 'text/plain', etag: '"1"', 'set-cookie': ['a=1', 'b=2'], 'x-powered-by': 'PHP/8' }, 'hello')),
  '/204': (socket) => socket.write('HTTP/1.1 204 No Content\r\nx-a: 1\r\n\r\n'),
  '/304': (socket) => socket.write('HTTP/1.1 304 Not Modified\r\netag: "1"\r\n\r\n'),
  '/302': (socket) => socket.write(respond('302 Found', { location: 'http://127.0.0.1:1/elsewhere' })),
  '/206': (socket) => socket.write(respond('206 Partial Content', { 'content-range': 'bytes 0-1/10' }, 'ab')),
  '/404': (socket) => socket.write(respond('404 Not Found', text, TRACE)),
  '/leak': (socket) => socket.write(respond('500 Oops', { ...text, 'set-cookie': ['a=1', 'b=2'], 'x-powered-by': 'PHP/8' }, TRACE)),
  '/clean': (socket) => socket.write(respond('503 Busy', { 'content-type': 'application/json', 'retry-after': '3', 'set-cookie': ['a=1', 'b=2'] }, CLEAN)),
  '/latin': (socket) => socket.write(respond('500 Oops', { ...text, 'x-note': 'caf\xe9 \xff' }, CLEAN)),
  '/utf8': (socket) => socket.write(respond('500 Oops', { ...text, 'www-authenticate': Buffer.from('Basic realm="caf\u00e9 \u20ac"').toString('latin1') }, CLEAN)),
  '/empty': (socket) => socket.write(respond('500 Oops', text)),
  '/large-clean': (socket) => socket.write(respond('500 Oops', text, 'all is quiet '.repeat(10_000))),
  '/large-leak': (socket) => socket.write(respond('500 Oops', text, 'all is quiet '.repeat(10_000) + TRACE)),
  '/over-limit': (socket) => socket.write(Buffer.concat([respond('500 Oops', { ...text, ...chunked }), Buffer.from(chunk('all is quiet '.repeat(40_000)))])),
  '/gzip-clean': (socket) => socket.write(respond('500 Oops', { ...text, 'content-encoding': 'gzip', etag: '"1"' }, GZIP_CLEAN)),
  '/gzip-leak': (socket) => socket.write(respond('500 Oops', { ...text, 'content-encoding': 'gzip' }, zlib.gzipSync(TRACE))),
  '/gzip-upper': (socket) => socket.write(respond('500 Oops', { ...text, 'content-encoding': 'GZIP' }, zlib.gzipSync(TRACE))),
  '/gzip-broken': (socket) => socket.write(respond('500 Oops', { ...text, 'content-encoding': 'gzip' }, Buffer.concat([GZIP_CLEAN.subarray(0, 30), Buffer.alloc(30, 255)]))),
  '/br-leak': (socket) => socket.write(respond('500 Oops', { ...text, 'content-encoding': 'br' }, zlib.brotliCompressSync(TRACE))),
  '/br-clean': (socket) => socket.write(respond('500 Oops', { ...text, 'content-encoding': 'br' }, BR_CLEAN)),
  '/chunked-clean': (socket) => socket.write(respond('500 Oops', { ...text, ...chunked }, `${chunk('all ')}${chunk('quiet')}0\r\n\r\n`)),
  '/leak-then-hang': (socket) => socket.write(respond('500 Oops', { ...text, ...chunked }, chunk(TRACE))),
  '/hang-short': (socket) => socket.write(respond('500 Oops', { ...text, 'content-length': 100 }, 'quiet')),
  '/hang-chunked': (socket) => socket.write(respond('500 Oops', { ...text, ...chunked }, chunk('quiet'))),
  '/cut-short': (socket) => socket.end(respond('500 Oops', { ...text, 'content-length': 100 }, 'quiet')),
  '/cut-chunked': (socket) => socket.end(respond('500 Oops', { ...text, ...chunked }, chunk('quiet'))),
  '/cut-200': (socket) => socket.end(respond('200 OK', { ...text, 'content-length': 100 }, 'quiet')),
  '/700': (socket) => socket.write(respond('700 Odd', text, TRACE)),
  '/no-answer': (socket) => socket.destroy(),
};
for (const status of [519, 520, 521, 522, 523, 524, 525, 526, 527, 528, 529, 530, 531]) {
  const fields = { 'content-type': 'text/html', server: 'cloudflare', 'cf-ray': '8c0ffee1234567ab-FRA' };
  ROUTES[`/cloudflare-${status}`] = (socket) => socket.write(respond(`${status} `, fields, `<title>Host Error</title><p>${TRACE}</p><p>Cloudflare Ray ID: 8c0ffee1234567ab</p>`));
}
const GZIP_CLEAN = zlib.gzipSync('all is quiet '.repeat(100));
const BR_CLEAN = zlib.brotliCompressSync('all is quiet '.repeat(100));

let origin, worker;
const started = [];

before(async () => {
  origin = await startOrigin((head, socket) => {
    const path = head.split(' ')[1].split('?')[0].replace(/^\/(observe|replace)(?=\/)/, '');
    if (head.startsWith('HEAD ')) return socket.write(`HTTP/1.1 500 Oops\r\ncontent-type: text/plain\r\ncontent-length: ${TRACE.length}\r\n\r\n`);
    (ROUTES[path] ?? ROUTES['/leak'])(socket);
  });
  worker = await start({
    BACKSTOP: {
      inspect: { timeout_ms: 400 },
      rules: [
        { match: { path: { prefix: '/observe/' } }, action: 'observe' },
        { match: { path: { prefix: '/replace/' } }, action: 'replace' },
        { match: { status: ['404'], path: { prefix: '/other/' } }, action: 'sanitize' },
        { match: { status: ['5xx'] }, action: 'sanitize' },
      ],
    },
  });
});

after(() => {
  for (const one of started) one.stop();
  origin.stop();
});

async function start(bindings, files) {
  const one = await startWorkerd({ origin, bindings, files });
  started.push(one);
  return one;
}

/** The report of a request, once it is there. */
function report(response, from = worker) {
  return eventually(() => {
    const id = response.headers['x-request-id'];
    const lines = from.lines().filter((line) => line.includes(id));
    assert.equal(lines.length, 1, `one report for ${id}, not ${lines.length}\n${from.text()}`);
    return JSON.parse(lines[0]);
  });
}

function assertReplaced(response, status = 500) {
  assert.equal(response.status, status);
  assert.equal(response.headers['content-type'], 'application/json');
  assert.equal(response.headers['cache-control'], 'no-store');
  assert.equal(response.headers['content-length'], String(response.bytes.length));
  assert.equal(response.headers['content-encoding'], undefined);
  assert.equal(response.headers['x-powered-by'], undefined);
  assert.equal(JSON.parse(response.text).requestId, response.headers['x-request-id']);
  assert.equal(response.broken, false);
  assert.doesNotMatch(response.text, /Traceback|quiet/);
}

test('what no rule can match comes as it was sent', async () => {
  const ok = await request(worker.port, '/ok?a=%20b%2F..');
  assert.deepEqual([ok.status, ok.reason, ok.text], [200, 'Fine', 'hello']);
  assert.deepEqual(ok.headers['set-cookie'], ['a=1', 'b=2']);
  assert.equal(ok.headers['x-powered-by'], 'PHP/8');
  assert.equal(ok.headers.etag, '"1"');
  assert.equal(ok.headers['content-length'], '5');
  assert.equal(ok.headers['x-request-id'], undefined);
  assert.match(origin.heads.at(-1), /^GET \/ok\?a=%20b%2F\.\. HTTP/);
  for (const status of [204, 304, 302, 206]) assert.equal((await request(worker.port, `/${status}`)).status, status);
  const cut = await request(worker.port, '/cut-200');
  assert.equal(cut.broken, true);
});

test('rules see what goes upstream, not what a client wrote', async () => {
  const paths = await start({ BACKSTOP: { rules: [{ match: { path: { prefix: '/docs/' } }, action: 'pass' }, { match: {}, action: 'replace' }] } });
  const tenants = await start({ BACKSTOP: { rules: [], tenants: [{ host: ['shop.example'], config: { rules: [{ match: {}, action: 'replace' }] } }] } });
  for (const [port, target, host] of [
    [paths.port, '/docs/../leak'],
    [paths.port, '/docs/%2e%2e/leak'],
    [paths.port, '/docs/leak', 'shop.example#'],
    [paths.port, '/docs/leak', 'shop.example?'],
    [tenants.port, '/leak', 'shop.example#'],
    [tenants.port, '/leak', 'shop.example?'],
    [tenants.port, '/leak', 'u@shop.example'],
  ]) {
    const response = await request(port, target, host === undefined ? {} : { headers: { host } });
    assert.doesNotMatch(response.text, /Traceback/, `${target} of ${host}`);
  }
  assert.match((await request(paths.port, '/docs/leak')).text, /Traceback/);
  const odd = await request(worker.port, '/700');
  assert.deepEqual([odd.status, odd.text.includes('Traceback')], [502, false]);
});

test('a status that a rule could match, but does not, comes as it was sent', async () => {
  const response = await request(worker.port, '/404');
  assert.deepEqual([response.status, response.text], [404, TRACE]);
  assert.equal(response.headers['x-request-id'], undefined);
});

test('a short leak is replaced and reported', async () => {
  const response = await request(worker.port, '/leak?token=1');
  assertReplaced(response);
  assert.deepEqual(response.headers['set-cookie'], ['a=1', 'b=2']);
  const line = await report(response);
  assert.match(JSON.stringify(line), /python/);
});

test('a short clean error keeps its bytes and gets the ID', async () => {
  const response = await request(worker.port, '/clean');
  assert.deepEqual([response.status, response.text], [503, CLEAN]);
  assert.notEqual(response.reason, 'Busy');
  assert.deepEqual(response.headers['set-cookie'], ['a=1', 'b=2']);
  assert.equal(response.headers['retry-after'], '3');
  assert.equal(response.headers['content-length'], String(CLEAN.length));
  await report(response);
});

test('field values that are no ASCII survive', async () => {
  const released = await request(worker.port, '/latin');
  assert.equal(released.text, CLEAN);
  assert.equal(released.headers['x-note'], 'caf\xe9 \xff');
  const replaced = await request(worker.port, '/replace/utf8');
  assertReplaced(replaced);
  assert.equal(Buffer.from(replaced.headers['www-authenticate'], 'latin1').toString(), 'Basic realm="caf\u00e9 \u20ac"');
});

test('a long error is released with the same bytes, or replaced', async () => {
  const clean = await request(worker.port, '/large-clean');
  assert.deepEqual([clean.status, clean.text], [500, 'all is quiet '.repeat(10_000)]);
  assert.equal(clean.headers['content-length'], '130000');
  assert.ok(clean.headers['x-request-id']);
  assertReplaced(await request(worker.port, '/large-leak'));
  const chunked = await request(worker.port, '/chunked-clean');
  assert.deepEqual([chunked.text, chunked.broken], ['all quiet', false]);
});

test('an encoded error is looked into; a clean one keeps its encoded bytes', async () => {
  for (const path of ['/gzip-leak', '/gzip-upper', '/gzip-broken', '/br-leak']) {
    assertReplaced(await request(worker.port, path, { headers: { 'accept-encoding': 'gzip, br' } }));
  }
  for (const [path, bytes] of [['/gzip-clean', GZIP_CLEAN], ['/br-clean', BR_CLEAN]]) {
    const response = await request(worker.port, path, { headers: { 'accept-encoding': 'gzip, br' } });
    assert.deepEqual(response.bytes, bytes, path);
    assert.equal(response.headers['content-length'], String(bytes.length));
  }
});

test('a body over the limit is replaced, and the origin is left', async () => {
  const closed = origin.closed;
  const response = await request(worker.port, '/over-limit');
  assertReplaced(response);
  await eventually(() => assert.ok(origin.closed > closed));
});

test('a leak is replaced at once, though the body never ends', async () => {
  const closed = origin.closed;
  const response = await request(worker.port, '/leak-then-hang');
  assertReplaced(response);
  assert.ok(response.first < 350, `${response.first} ms`);
  await report(response);
  await eventually(() => assert.ok(origin.closed > closed));
});

test('a body that never ends is replaced in time', async () => {
  for (const path of ['/hang-short', '/hang-chunked']) {
    const closed = origin.closed;
    const response = await request(worker.port, path);
    assertReplaced(response);
    assert.ok(response.first >= 350 && response.first < 2000, `${response.first} ms`);
    assert.match(JSON.stringify(await report(response)), /timed_out/);
    await eventually(() => assert.ok(origin.closed > closed, path));
  }
});

test('a body that is cut off is replaced', async () => {
  for (const path of ['/cut-short', '/cut-chunked']) {
    const response = await request(worker.port, path);
    assertReplaced(response);
    assert.match(JSON.stringify(await report(response)), /aborted/);
  }
});

test('HEAD and empty errors carry the ID and no body', async () => {
  const head = await request(worker.port, '/leak', { method: 'HEAD' });
  assert.deepEqual([head.status, head.text], [500, '']);
  assert.equal(head.headers['content-length'], String(TRACE.length));
  assert.ok(head.headers['x-request-id']);
  const empty = await request(worker.port, '/empty');
  assert.deepEqual([empty.status, empty.text, empty.broken], [500, '', false]);
  assert.ok(empty.headers['x-request-id']);
  const replaced = await request(worker.port, '/replace/leak', { method: 'HEAD' });
  assert.deepEqual([replaced.status, replaced.text, replaced.headers['content-type']], [500, '', 'application/json']);
  assert.ok(Number(replaced.headers['content-length']) > 50);
  assertReplaced(await request(worker.port, '/replace/empty'));
});

test('replace answers at once and reports what follows', async () => {
  const response = await request(worker.port, '/replace/hang-chunked');
  assertReplaced(response);
  assert.ok(response.first < 350, `${response.first} ms`);
  assert.match(JSON.stringify(await report(response)), /quiet/);
});

test('observe changes nothing and reports', async () => {
  const id = { 'x-request-id': 'observed-1' };
  const response = await request(worker.port, '/observe/leak', { headers: id });
  assert.deepEqual([response.status, response.text, response.headers['x-powered-by']], [500, TRACE, 'PHP/8']);
  assert.match(JSON.stringify(await report({ headers: id })), /observed/);
  const cut = await request(worker.port, '/observe/cut-short');
  assert.deepEqual([cut.broken, cut.text], [true, 'quiet']);
});

test('the ID goes upstream, into the answer and into the report', async () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  for (const [headers, expected] of [
    [{}, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/],
    [{ 'x-request-id': 'given-1.2' }, /^given-1\.2$/],
    [{ 'x-request-id': 'not valid' }, /^[0-9a-f]{8}-[0-9a-f]{4}-7/],
    [{ 'x-request-id': 'x'.repeat(129) }, /^[0-9a-f]{8}-[0-9a-f]{4}-7/],
    [{ traceparent }, /^0af7651916cd43dd8448eb211c80319c$/],
    [{ traceparent, 'x-request-id': 'given-2' }, /^given-2$/],
  ]) {
    const response = await request(worker.port, '/leak', { headers });
    const id = response.headers['x-request-id'];
    assert.match(id, expected);
    assert.deepEqual(origin.heads.at(-1).match(/^x-request-id: .*$/gim), [`x-request-id: ${id}`].map((line) => origin.heads.at(-1).match(/^x-request-id/im)[0] + line.slice(12)));
    assert.equal(JSON.parse(response.text).requestId, id);
    await report(response);
  }
  const minted = (await request(worker.port, '/leak')).headers['x-request-id'];
  const age = Date.now() - parseInt(minted.replace('-', '').slice(0, 12), 16);
  assert.ok(age >= 0 && age < 5000, `${minted} is ${age} ms old`);
});

test('a request reaches the origin whole', async () => {
  const body = 'x'.repeat(300_000);
  const response = await request(worker.port, '/clean', { method: 'POST', body, headers: { expect: '100-continue', 'content-length': body.length } });
  assert.deepEqual([response.status, response.text], [503, CLEAN]);
  assert.doesNotMatch(origin.heads.at(-1), /^expect:/im);
  assert.equal(origin.body.length, body.length);
});

test('an origin that does not answer gives a 502', async () => {
  const response = await request(worker.port, '/no-answer');
  assertReplaced(response, 502);
  assert.match(JSON.stringify(await report(response)), /no_response/);
  const observed = await request(worker.port, '/observe/no-answer', { headers: { accept: 'text/html' } });
  assert.equal(observed.status, 502);
  assert.match(observed.headers['content-type'], /text\/html/);
});

test("Cloudflare's answers for an origin that gave none count as none", async () => {
  for (const [status, shown] of [[520, 502], [521, 502], [522, 504], [523, 502], [524, 504], [525, 502], [526, 502], [527, 502], [530, 502]]) {
    const response = await request(worker.port, `/observe/cloudflare-${status}`, { headers: { accept: 'text/html' } });
    assert.equal(response.status, shown);
    assert.match(response.text, new RegExp(`Request ID[\\s\\S]*${response.headers['x-request-id']}`));
    assert.doesNotMatch(response.text, /cloudflare|Host Error/i);
    const line = await report(response);
    assert.deepEqual([line['backstop.origin'], line['backstop.reason'], line['backstop.decision']], ['proxy', 'no_response', 'replaced']);
    assert.match(line['backstop.detail'], new RegExp(`Cloudflare answered ${status} for the origin \\(cf-ray 8c0ffee1234567ab-FRA\\)`));
  }
  // An application may use the others.
  for (const status of [519, 528, 529, 531]) assertReplaced(await request(worker.port, `/cloudflare-${status}`), status);
});

test('ORIGIN decides where requests go', async () => {
  const proxy = await start({ ORIGIN: `http://127.0.0.1:${origin.port}`, BACKSTOP: '{}' });
  assertReplaced(await request(proxy.port, '/leak?a=1%20', { headers: { 'x-forwarded-host': 'spoofed' } }));
  assert.match(origin.heads.at(-1), /^GET \/leak\?a=1%20 HTTP/);
  assert.match(origin.heads.at(-1), /^x-forwarded-host: shop\.example\.com$/im);
  assert.match(origin.heads.at(-1), /^x-forwarded-proto: http$/im);
  for (const bad of ['127.0.0.1:3000', 'http://host/path', 'ftp://host']) {
    const wrong = await start({ ORIGIN: bad });
    const response = await request(wrong.port, '/ok');
    assertReplaced(response);
    await eventually(() => assert.match(wrong.complaints()[0]?.message, /ORIGIN: ".*" cannot be used/));
    assert.equal(wrong.complaints()[0].request_id, response.headers['x-request-id']);
  }
});

test('a refused configuration is logged, and the default one guards', async () => {
  const guarded = await start({ BACKSTOP: { rules: [{ match: { status: ['5x0'] }, action: 'pass' }] } });
  assertReplaced(await request(guarded.port, '/leak'));
  assert.equal((await request(guarded.port, '/ok')).text, 'hello');
  const [complaint, ...more] = await eventually(() => {
    assert.notEqual(guarded.complaints().length, 0);
    return guarded.complaints();
  });
  assert.equal(complaint.event, 'backstop.configuration');
  assert.match(complaint.message, /rules\[0\]\.match\.status\[0\].*5x0/);
  assert.deepEqual(more, []);
});

test('a loop is broken', async () => {
  const self = await start({ BACKSTOP: {} }, { 'worker.mjs': SELF });
  for (const headers of [{}, { 'x-request-id': 'loop-2' }]) assertReplaced(await request(self.port, '/leak', { headers }), 508);
});

/** An entry whose every request comes back to it. */
const SELF = `
import module from './backstop_bg.wasm';
import { initSync } from './backstop.js';
import { makeHandler } from './handler.mjs';
initSync({ module });
const handle = makeHandler({ fetchOrigin: (request) => handle(request, {}), decodes: [] });
export default { fetch: handle };
`;

test('a trap in core costs its request a generic answer, and no other', async () => {
  const host = await start({}, { 'worker.mjs': trapping(STALE), 'trap.wasm': TRAP });
  const before = await request(host.port, '/leak');
  assertReplaced(before);
  for (const path of ['/leak', '/large-leak', '/clean']) {
    const response = await request(host.port, `${path}?trap`);
    assert.equal(response.status, path === '/clean' ? 503 : 500);
    assert.equal(JSON.parse(response.text).requestId, response.headers['x-request-id']);
    assert.doesNotMatch(response.text, /Traceback|coffee/);
    assertReplaced(await request(host.port, '/leak'));
    assert.equal((await request(host.port, '/clean')).text, CLEAN);
  }
  assert.equal((await request(host.port, '/stale')).text, 'stale');
  await eventually(() => assert.equal(host.complaints().filter(({ event }) => event === 'backstop.failure').length, 3));
});

/** Tells of an object of the first instance, which is unusable once there is a second one. */
const STALE = {
  more: `
const early = new Engine('{}');
function isStale() { try { early.header(); return 'usable'; } catch { return 'stale'; } }`,
  answer: "(request.url.endsWith('/stale') ? new Response(isStale()) : undefined)",
};

test('config.capnp runs as it stands', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'backstop-capnp-'));
  const read = readFileSync(path.join(ROOT, 'worker/config.capnp'), 'utf8');
  const own = read.replace('127.0.0.1:3000', `127.0.0.1:${origin.port}`).replace('127.0.0.1:8080', '127.0.0.1:0').replaceAll('../dist/worker/', `${path.relative(folder, DIST)}/`);
  assert.notEqual(own, read);
  writeFileSync(path.join(folder, 'config.capnp'), own);
  const child = spawn(WORKERD, ['serve', path.join(folder, 'config.capnp'), '--control-fd=3'], { stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
  const running = collect(child);
  started.push(running, { stop: () => rmSync(folder, { recursive: true }) });
  assertReplaced(await request(await listening(child, running), '/leak'));
});
