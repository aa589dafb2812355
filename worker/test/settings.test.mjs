// Where the configuration comes from, on real workerd: a variable, KV, assets; one for each tenant. KV and assets are scripted origins.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { DIST, ROOT, TRAP, eventually, request, respond, startOrigin, startWorkerd, trapping } from './harness.mjs';

const TRACE = 'Traceback (most recent call last):\n  File "/srv/app/views.py", line 12, in cart\n    total.amount\n'
  + "AttributeError: 'NoneType' object has no attribute 'amount'\n";
const started = [];
let origin;

before(async () => {
  origin = await startOrigin((head, socket) => {
    const target = head.split(' ')[1];
    socket.write(target === '/ok' ? respond('200 OK', {}, 'hello') : respond(target === '/404' ? '404 Not Found' : '500 Oops', { 'content-type': 'text/plain' }, TRACE));
  });
  started.push(origin);
});

after(() => {
  for (const one of started) one.stop();
});

async function start(options) {
  const one = await startWorkerd({ origin, ...options });
  started.push(one);
  return one;
}

/** A source whose answer `state.send(socket, head)` writes. */
async function source(state) {
  const one = await startOrigin((head, socket) => state.send(socket, head));
  started.push(one);
  return one;
}

/** A configuration that tells itself apart: by the name of its header. */
const named = (name, more = {}) => JSON.stringify({ correlation: { header: `x-${name}-id` }, ...more });
const serve = (text) => (socket) => socket.write(respond('200 OK', {}, text));
const missing = (socket) => socket.write(respond('404 Not Found'));

/** The configuration that decides: that of the first header of an error. */
async function inForce(worker, headers = {}) {
  const response = await request(worker.port, '/leak', { headers });
  assert.equal(response.status, 500);
  assert.doesNotMatch(response.text, /Traceback/);
  return Object.keys(response.headers).map((name) => /^x-([a-z]+)-id$/.exec(name)?.[1]).find((name) => name !== undefined);
}

const told = (worker) => worker.complaints().filter(({ event }) => event === 'backstop.configuration').map(({ message }) => message);

/** settings.mjs with shorter times. */
function hasty(times) {
  let text = readFileSync(path.join(DIST, 'settings.mjs'), 'utf8');
  for (const [name, value] of Object.entries(times)) {
    const line = new RegExp(`^const ${name} = [0-9_]+;$`, 'm');
    assert.match(text, line);
    text = text.replace(line, `const ${name} = ${value};`);
  }
  return { 'settings.mjs': text };
}

test('KV: read at the start, then again while the old one serves on', async () => {
  const state = { send: serve(named('one')) };
  const kv = await source(state);
  const worker = await start({ external: { BACKSTOP_KV: { port: kv.port, as: 'kvNamespace' } }, files: hasty({ REFRESH: 300 }) });
  assert.equal((await request(worker.port, '/ok')).text, 'hello');
  assert.equal(await inForce(worker), 'one');
  assert.match(kv.heads[0], /^GET \/config\?/);
  assert.equal(kv.heads.length, 1, 'once in an interval');

  state.send = serve(named('two'));
  await eventually(async () => assert.equal(await inForce(worker), 'two'));

  // The old one stays in force beside each of these, and each is told once.
  for (const [send, message] of [
    [serve('{"rules":[{"match":{"status":["5x0"]},"action":"pass"}]}'), /^BACKSTOP_KV refused, the last good one stays in force: rules\[0\]\.match\.status\[0\]: "5x0" is not a status: write/],
    [serve('{"rules":['), /^BACKSTOP_KV refused, the last good one stays in force: line 1, column 10: .* is not JSON/],
    [missing, /^BACKSTOP_KV cannot be read, the last good one stays in force: it has no key `config`/],
    [(socket) => socket.destroy(), /^BACKSTOP_KV cannot be read, the last good one stays in force: /],
  ]) {
    const before = told(worker).length;
    state.send = send;
    const seen = kv.heads.length;
    await eventually(async () => {
      assert.equal(await inForce(worker), 'two');
      assert.ok(kv.heads.length >= seen + 3, 'it is looked for again');
    });
    assert.equal(told(worker).length, before + 1, told(worker).join('\n'));
    assert.match(told(worker).at(-1), message);
  }

  // A source that hangs delays nobody.
  state.send = () => {};
  for (let i = 0; i < 4; i += 1) {
    const begun = Date.now();
    assert.equal(await inForce(worker), 'two');
    assert.ok(Date.now() - begun < 200, 'a client waited for KV');
    await new Promise((resolve) => setTimeout(resolve, 120));
  }
  state.send = serve(named('three'));
  await eventually(async () => assert.equal(await inForce(worker), 'three'));
});

test('KV that does not answer: the default guards, and it is tried again', async () => {
  const state = { send: () => {} };
  const kv = await source(state);
  const worker = await start({ external: { BACKSTOP_KV: { port: kv.port, as: 'kvNamespace' } }, files: hasty({ MAX_WAIT: 300, RETRY: 300 }) });
  const begun = Date.now();
  const both = await Promise.all([inForce(worker), inForce(worker)]);
  assert.deepEqual(both, ['request', 'request']);
  const waited = Date.now() - begun;
  assert.ok(waited >= 250 && waited < 1500, `${waited} ms`);
  assert.match(told(worker)[0], /^BACKSTOP_KV cannot be read, the default configuration is in force: no answer within 300 ms$/);
  assert.equal(told(worker).length, 1);
  state.send = serve(named('one'));
  await eventually(async () => assert.equal(await inForce(worker), 'one'));
});

test('the limits as they are shipped', async () => {
  const kv = await source({ send: () => {} });
  const worker = await start({ external: { BACKSTOP_KV: { port: kv.port, as: 'kvNamespace' } } });
  const begun = Date.now();
  assert.equal(await inForce(worker), 'request');
  const waited = Date.now() - begun;
  assert.ok(waited >= 900 && waited < 3000, `${waited} ms`);
  // Those after it do not wait.
  assert.equal(await inForce(worker), 'request');
  assert.ok(Date.now() - begun - waited < 500);
  assert.match(kv.heads[0], /cache_ttl=60\b/);
});

test('a file of assets is read once', async () => {
  const assets = await source({ send: serve(named('file')) });
  const worker = await start({ external: { BACKSTOP_ASSETS: { port: assets.port, as: 'service' } }, files: hasty({ REFRESH: 100 }) });
  for (let i = 0; i < 3; i += 1) {
    assert.equal(await inForce(worker), 'file');
    await new Promise((resolve) => setTimeout(resolve, 120));
  }
  assert.deepEqual(assets.heads.map((head) => head.split('\r\n')[0]), ['GET /backstop.json HTTP/1.1']);

  const none = await source({ send: missing });
  const bare = await start({ external: { BACKSTOP_ASSETS: { port: none.port, as: 'service' } } });
  assert.equal(await inForce(bare), 'request');
  assert.match(told(bare)[0], /^BACKSTOP_ASSETS cannot be read, the default configuration is in force: \/backstop\.json has status 404/);
});

test('of several sources one counts, and the operator is told', async () => {
  const kv = await source({ send: serve(named('kv')) });
  const assets = await source({ send: serve(named('file')) });
  const external = { BACKSTOP_ASSETS: { port: assets.port, as: 'service' }, BACKSTOP_KV: { port: kv.port, as: 'kvNamespace' } };
  const worker = await start({ external, bindings: { BACKSTOP: named('var') } });
  assert.equal(await inForce(worker), 'kv');
  assert.deepEqual(told(worker), ['BACKSTOP_KV is read, and not BACKSTOP_ASSETS or BACKSTOP: remove what is not meant']);
  assert.equal(assets.heads.length, 0);
});

test('tenants have configurations of their own, and share the rest', async () => {
  const BACKSTOP = {
    respond: { json: 'nested' },
    tenants: [
      { name: 'shop', host: ['shop.example.com'], config: { correlation: { header: 'x-shop-id' }, rules: [{ match: { status: ['404'] }, action: 'replace' }, { match: { status: ['5xx'] }, action: 'sanitize' }] } },
      { host: ['*.example.org'], config: { correlation: { header: 'x-org-id' }, respond: {} } },
    ],
  };
  const worker = await start({ bindings: { BACKSTOP } });
  for (const [host, header, tenant, nested] of [
    ['shop.example.com', 'x-shop-id', 'shop', true],
    ['SHOP.example.com:8080', 'x-shop-id', 'shop', true],
    ['blog.example.org', 'x-org-id', 'tenants[1]', false],
    ['example.org', 'x-request-id', undefined, true],
  ]) {
    const response = await request(worker.port, '/leak', { headers: { host } });
    const id = response.headers[header];
    assert.ok(id, `${host}: ${JSON.stringify(response.headers)}`);
    assert.equal(typeof JSON.parse(response.text).error === 'object', nested, host);
    const line = await eventually(() => JSON.parse(worker.lines().find((line) => line.includes(id))));
    assert.equal(line['backstop.tenant'], tenant);
    assert.equal((await request(worker.port, '/404', { headers: { host } })).text.includes('Traceback'), header !== 'x-shop-id', host);
    assert.equal((await request(worker.port, '/ok', { headers: { host } })).text, 'hello');
  }
  assert.deepEqual(told(worker), []);
});

test('one tenant that is refused refuses the document', async () => {
  const tenants = [{ host: ['a.example'], config: {} }, { host: ['b.example'], config: { rules: [{ match: { status: ['5x0'] }, action: 'pass' }] } }];
  const worker = await start({ bindings: { BACKSTOP: { correlation: { header: 'x-base-id' }, tenants } } });
  assert.equal(await inForce(worker), 'request');
  assert.match(told(worker)[0], /^BACKSTOP refused, the default configuration is in force: tenants\[1\]\.config\.rules\[0\]\.match\.status\[0\]: "5x0"/);
});

test('after a trap every tenant, and what KV said, is there again', async () => {
  const kv = await source({ send: serve(named('base', { tenants: [{ host: ['shop.example.com'], config: { correlation: { header: 'x-shop-id' } } }] })) });
  const worker = await start({ external: { BACKSTOP_KV: { port: kv.port, as: 'kvNamespace' } }, files: { 'worker.mjs': trapping(), 'trap.wasm': TRAP } });
  for (let i = 0; i < 2; i += 1) {
    assert.equal(await inForce(worker), 'shop');
    assert.equal(await inForce(worker, { host: 'else.example.com' }), 'base');
    const trapped = await request(worker.port, '/leak?trap');
    assert.deepEqual([trapped.status, JSON.parse(trapped.text).requestId], [500, trapped.headers['x-shop-id']]);
  }
  assert.equal(await inForce(worker, { host: 'else.example.com' }), 'base');
  assert.equal(kv.heads.length, 1, 'nobody has to read it again');
});

test('ORIGIN may be another worker', async () => {
  const shop = readFileSync(path.join(ROOT, 'worker/examples/service-binding/shop/shop.mjs'), 'utf8');
  const before = origin.heads.length;
  const worker = await start({ external: { ORIGIN: { module: 'shop.mjs', as: 'service' } }, files: { 'shop.mjs': shop } });
  const ok = await request(worker.port, '/', { headers: { 'x-request-id': 'given-1' } });
  assert.deepEqual([ok.status, ok.text], [200, 'Welcome to shop.example.com, given-1\n']);
  for (const [target, status, reason] of [['/coffee', 500, 'unsafe'], ['/throw', 502, 'no_response']]) {
    const response = await request(worker.port, target);
    const id = response.headers['x-request-id'];
    assert.deepEqual([response.status, JSON.parse(response.text).requestId], [status, id]);
    const line = await eventually(() => JSON.parse(worker.lines().find((line) => line.includes(id))));
    assert.equal(line['backstop.reason'], reason);
  }
  assert.equal(origin.heads.length, before, 'nothing went elsewhere');
});

test('a configuration that core traps at costs one request, then the default guards', async () => {
  const worker = await start({ bindings: { BACKSTOP: named('one') }, files: { 'worker.mjs': trapping({ methods: [] }), 'trap.wasm': TRAP, 'engines.mjs': TRAPPING_ENGINES } });
  const first = await request(worker.port, '/ok');
  assert.deepEqual([first.status, JSON.parse(first.text).requestId], [500, first.headers['x-request-id']]);
  assert.equal(await inForce(worker), 'request');
  assert.equal((await request(worker.port, '/ok')).text, 'hello');
});

/** engines.mjs, with a core that traps at every document but the default one. */
const TRAPPING_ENGINES = readFileSync(path.join(DIST, 'engines.mjs'), 'utf8').replace(
  'this.#tenants = new Tenants(document);',
  "if (document !== '{}') throw new WebAssembly.RuntimeError('unreachable');\n    this.#tenants = new Tenants(document);",
);
