// What `backstop()` of the package does, in the runtime that runs this file: node, deno or bun, where the package is installed.

import assert from 'node:assert/strict';
import zlib from 'node:zlib';
import { backstop } from 'backstop-worker';

const TRACE = 'Traceback (most recent call last):\n  File "/srv/app/views.py", line 12, in cart\n    total.amount\n'
  + "AttributeError: 'NoneType' object has no attribute 'amount'\n";
const logs = [];
const complaints = [];
console.log = (line) => logs.push(JSON.parse(line));
console.error = (line) => complaints.push(JSON.parse(line));

const ask = (init) => new Request('https://shop.example.com/cart?id=1', init);
const error = (body, headers = {}) => new Response(body, { status: 500, headers });

async function assertReplaced(response, status = 500) {
  const text = await response.text();
  assert.deepEqual([response.status, response.headers.get('content-type')], [status, 'application/json'], text);
  assert.equal(JSON.parse(text).requestId, response.headers.get('x-request-id'));
  assert.doesNotMatch(text, /Traceback|cart\.mjs|undefined/);
}

// What no rule can match is the very object, given as it is or as a promise.
for (const status of [200, 302, 404]) {
  const response = new Response(status === 302 ? null : 'hello', { status });
  assert.equal(await backstop(ask(), response), response);
  assert.equal(await backstop(ask(), Promise.resolve(response), '{}'), response);
}

// A leak; the ID is the request's where that is valid.
await assertReplaced(await backstop(ask(), error(TRACE), {}));
const named = await backstop(ask({ headers: { 'x-request-id': 'given-1' } }), Promise.resolve(error(TRACE)), '{}', { waitUntil() {} });
assert.equal(named.headers.get('x-request-id'), 'given-1');
assert.equal(logs.at(-1).request_id, 'given-1');
assert.equal(logs.at(-1)['backstop.reason'], 'unsafe');
const odd = await backstop(ask({ headers: { 'x-request-id': 'not valid' } }), error(TRACE));
assert.match(odd.headers.get('x-request-id'), /^[0-9a-f]{8}-[0-9a-f]{4}-7/);
await assertReplaced(await backstop(ask(), error(zlib.gzipSync(TRACE), { 'content-encoding': 'gzip' })));
await assertReplaced(await backstop(ask(), error(zlib.brotliCompressSync(TRACE), { 'content-encoding': 'br' })));

// However an application hands its body over, and whatever it says of its length.
const bytes = new TextEncoder().encode(TRACE);
const streamed = (...chunks) => new ReadableStream({ start: (controller) => (chunks.forEach((chunk) => controller.enqueue(chunk)), controller.close()) });
for (const length of [{}, { 'content-length': '0' }, { 'content-length': String(bytes.length) }]) {
  for (const body of [TRACE, streamed(TRACE), streamed(bytes.buffer), streamed(new DataView(bytes.buffer)), streamed(bytes.slice(0, 30), TRACE.slice(30)), streamed({}, TRACE)]) {
    const response = await backstop(ask(), error(body, length));
    assert.equal(response.status, 500);
    assert.doesNotMatch(await response.text().catch(() => ''), /Traceback|views/, JSON.stringify(length));
  }
}

// What is no response that a runtime could send.
for (const none of [{ status: 200 }, Response.error(), null, 'text']) await assertReplaced(await backstop(ask(), none));
const poisoned = { get stack() { throw new RangeError('poisoned'); } };
await assertReplaced(await backstop(ask(), Promise.reject(poisoned)));

// A clean error keeps its body, and gets the ID.
const clean = await backstop(ask(), error('{"error":"closed"}', { 'content-type': 'application/json', 'retry-after': '3' }));
assert.deepEqual([clean.status, await clean.text(), clean.headers.get('retry-after')], [500, '{"error":"closed"}', '3']);
assert.ok(clean.headers.get('x-request-id'));
const head = await backstop(ask({ method: 'HEAD' }), error(null));
assert.deepEqual([head.status, await head.text()], [500, '']);

// What the application threw is for the operator.
const thrown = new TypeError("cannot read 'total' of undefined");
await assertReplaced(await backstop(ask(), Promise.reject(thrown)));
const report = logs.at(-1);
assert.deepEqual(
  [report['exception.type'], report['exception.message'], report['backstop.reason'], report['backstop.origin'], report['http.response.status_code']],
  ['TypeError', "cannot read 'total' of undefined", 'no_response', 'upstream', 500],
);
assert.match(report['exception.stacktrace'], /cases\.mjs/);
// Of several the report names the deepest, as for every trace; the excerpt has them all.
const caused = new TypeError('no total', { cause: new RangeError('connect ECONNREFUSED 10.0.0.7:5432') });
await assertReplaced(await backstop(ask(), Promise.reject(caused)));
assert.equal(logs.at(-1)['exception.type'], 'RangeError');
assert.match(logs.at(-1)['backstop.excerpt'], /^TypeError: no total\n[^]*\[cause\]: RangeError: connect ECONNREFUSED/);
for (const [what, words] of [['a text', /a text/], [null, /null/], [undefined, /undefined/], [Object.create(null), null]]) {
  const response = await backstop(ask(), Promise.reject(what));
  assert.deepEqual([response.status, response.headers.get('content-type')], [500, 'application/json']);
  if (words !== null) assert.match(logs.at(-1)['backstop.excerpt'], words);
}
const page = await backstop(ask({ headers: { accept: 'text/html' } }), Promise.reject(thrown), { brand: { name: 'Acme' } });
assert.match(page.headers.get('content-type'), /text\/html/);
assert.match(await page.text(), /Acme/);
for (const nothing of [undefined, null, 'hello', Promise.resolve({})]) await assertReplaced(await backstop(ask(), nothing));
assert.match(logs.at(-1)['exception.message'], /returned no response/);

// Whatever rules say of what a client may see, an exception is none of it.
await assertReplaced(await backstop(ask(), Promise.reject(thrown), { rules: [{ match: {}, action: 'pass' }] }));

// A body that somebody read cannot be inspected, and is not shown.
const used = error(TRACE);
await used.text();
await assertReplaced(await backstop(ask(), used));

// A client that left is not waited for.
const left = new AbortController();
const aborted = ask({ signal: left.signal });
left.abort();
assert.equal((await backstop(aborted, Promise.reject(thrown))).status, 499);

// Configurations: as text, as an object, for a host of several; a bad one is told once, though each call writes it anew.
const nested = { respond: { json: 'nested' }, tenants: [{ host: ['shop.example.com'], config: { respond: { json: 'flat' } } }] };
for (const config of [nested, JSON.stringify(nested)]) {
  assert.equal(JSON.parse(await (await backstop(ask(), error(TRACE), config)).text()).error, 'Internal Server Error');
  assert.equal(typeof JSON.parse(await (await backstop(new Request('https://blog.example.com/'), error(TRACE), config)).text()).error, 'object');
}
complaints.length = 0;
for (let i = 0; i < 3; i += 1) await assertReplaced(await backstop(ask(), error(TRACE), { rulez: [] }));
assert.equal(complaints.length, 1);
assert.match(complaints[0].message, /^the configuration is refused, the default one is in force: the document: "rulez" is not known here/);
const circular = {};
circular.self = circular;
for (const bad of [circular, { n: 1n }, null, 5, '{', []]) await assertReplaced(await backstop(ask(), error(TRACE), bad));
assert.equal(complaints.length, 7, JSON.stringify(complaints));
// More than are kept.
for (let i = 0; i < 70; i += 1) await assertReplaced(await backstop(ask(), error(TRACE), { report: { max_per_second: i + 1 } }));

// A trap in core costs its request a generic answer; every configuration is there again after it.
const { Pending, initSync } = await import('backstop-worker/backstop.js');
const { judge } = Pending.prototype;
for (const config of [nested, JSON.stringify(nested), undefined]) {
  Pending.prototype.judge = function () {
    Pending.prototype.judge = judge;
    throw new WebAssembly.RuntimeError('unreachable');
  };
  await assertReplaced(await backstop(ask(), error('closed', { 'content-length': '6' }), config));
  assert.match(complaints.at(-1).message, /unreachable/);
  await assertReplaced(await backstop(ask(), error(TRACE), config));
  assert.equal(await (await backstop(ask(), error('closed'), config)).text(), 'closed');
}

// A document at which core traps costs one request.
const { Tenants } = await import('backstop-worker/backstop.js');
const { count } = Tenants.prototype;
Tenants.prototype.count = function () {
  Tenants.prototype.count = count;
  throw new WebAssembly.RuntimeError('unreachable');
};
await assertReplaced(await backstop(ask(), new Response('hello'), { brand: { name: 'Trap' } }));
assert.equal(await (await backstop(ask(), new Response('hello'), { brand: { name: 'Trap' } })).text(), 'hello');

// A runtime of one's own.
assert.equal(typeof initSync, 'function');
const { makeBackstop } = await import('backstop-worker/library');
await assertReplaced(await makeBackstop({ decodes: [] })(ask(), error(TRACE)));

process.stdout.write('every case holds\n');
