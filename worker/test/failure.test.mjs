// What remains when core is gone: a trap, and those who were under way meanwhile. The handler runs here, with an origin of a few lines.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { DIST, TRAP } from './harness.mjs';

const load = (name) => import(pathToFileURL(path.join(DIST, name)));
const { Engine, Pending, initSync } = await load('backstop.js');
const { makeHandler } = await load('handler.mjs');
const { lastResort } = await load('response.mjs');
initSync({ module: new WebAssembly.Module(readFileSync(path.join(DIST, 'backstop_bg.wasm'))) });

const { trap } = new WebAssembly.Instance(new WebAssembly.Module(TRAP)).exports;
const overflow = () => overflow() + 1;
const LEAK = 'Traceback (most recent call last):\n  File "/srv/app.py", line 1, in f\n    x\nKeyError: 1\n';

/** A handler with its log; `answer(path)` is what the origin says. */
function start(answer, env = {}) {
  const log = [];
  const handle = makeHandler({ fetchOrigin: (request) => answer(new URL(request.url).pathname), decodes: [] });
  const send = async (target, headers = {}, method = 'GET') => {
    const real = [console.log, console.error];
    console.log = console.error = (line) => log.push(line);
    try {
      const response = await handle(new Request(`http://shop.example${target}`, { method, headers }), env);
      return { status: response.status, headers: response.headers, text: await response.text() };
    } finally {
      [console.log, console.error] = real;
    }
  };
  return { send, log };
}

/** The next call of this method fails so. */
function arm(prototype, name, fail) {
  const real = prototype[name];
  prototype[name] = function armed() {
    prototype[name] = real;
    return fail();
  };
}

const leak = () => new Response(LEAK, { status: 500, headers: { 'content-type': 'text/plain', 'content-length': String(LEAK.length) } });

test('whatever traps, the client gets the last resort and the next one a new core', async () => {
  const { send, log } = start(leak, { BACKSTOP: { correlation: { header: 'x-trace' } } });
  for (const [{ prototype }, name] of [[Engine, 'open'], [Pending, 'judge']]) {
    for (const fail of [trap, overflow]) {
      arm(prototype, name, fail);
      const response = await send('/', { 'x-trace': `${name}-1` });
      assert.deepEqual([response.status, response.headers.get('x-trace')], [500, `${name}-1`]);
      assert.deepEqual(JSON.parse(response.text), { error: 'Internal Server Error', message: 'An unexpected error occurred', requestId: `${name}-1` });
      const next = await send('/', { accept: 'application/problem+json' });
      assert.deepEqual([next.status, next.headers.get('content-type')], [500, 'application/problem+json']);
    }
  }
  assert.equal(log.filter((line) => line.includes('backstop.failure')).length, 4);
});

test('a trap in one request leaves the others whole', async () => {
  let arrive;
  const answers = {
    '/trap': leak,
    // Who waits for the origin goes on with the new core.
    '/good': () => new Response('fine'),
    '/leak': leak,
    '/refused': () => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.7')),
    // What core had begun is lost with it.
    '/held': () => new Response(new ReadableStream({ async pull(stream) { await gate; stream.enqueue(new TextEncoder().encode(LEAK)); stream.close(); } }), { status: 503 }),
  };
  const gate = new Promise((resolve) => (arrive = resolve));
  const { send, log } = start(async (target) => {
    if (!['/trap', '/held'].includes(target)) await gate;
    return answers[target]();
  });
  const id = (name) => ({ 'x-request-id': `${name}-1` });
  const under = ['/good', '/leak', '/refused', '/held'].map((target) => send(target, id(target.slice(1))));
  await new Promise((resolve) => setTimeout(resolve, 20));
  arm(Pending.prototype, 'judge', trap);
  assert.equal((await send('/trap')).status, 500);
  arrive();
  const [good, leaked, refused, held] = await Promise.all(under);
  assert.deepEqual([good.status, good.text], [200, 'fine']);
  for (const [response, status, name] of [[leaked, 500, 'leak'], [refused, 502, 'refused'], [held, 503, 'held']]) {
    assert.deepEqual([response.status, JSON.parse(response.text).requestId], [status, `${name}-1`]);
    assert.equal(response.headers.get('x-request-id'), `${name}-1`);
    assert.equal(response.headers.get('cache-control'), 'no-store');
    assert.doesNotMatch(response.text, /Traceback|10\.0/);
  }
  const reported = (name) => log.some((line) => line.includes('"backstop.report"') && line.includes(`${name}-1`));
  assert.deepEqual([reported('leak'), reported('refused'), reported('held')], [true, true, false]);
});

test('the last resort is in a format that the client takes', async () => {
  const ask = (accept, method = 'GET', status) => lastResort(new Request('http://a/', { method, headers: accept === undefined ? {} : { accept } }), 'x-request-id', 'id-1', status);
  const rows = [
    [undefined, 'application/json'],
    ['*/*', 'application/json'],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'text/html; charset=utf-8'],
    ['application/json, text/plain, */*', 'application/json'],
    ['text/plain', 'text/plain; charset=utf-8'],
    ['text/plain;q=0.5, TEXT/HTML;q=0.7', 'text/html; charset=utf-8'],
    ['text/html;q=0', 'application/json'],
    ['text/html;q=x, image/png', 'application/json'],
    [','.repeat(10_000), 'application/json'],
  ];
  for (const [accept, type] of rows) {
    const response = ask(accept);
    const text = await response.text();
    assert.equal(response.headers.get('content-type'), type, accept);
    assert.equal(response.headers.get('content-length'), String(text.length));
    assert.match(text, /Internal Server Error[\s\S]*An unexpected error occurred[\s\S]*id-1/);
    assert.deepEqual(['cache-control', 'x-content-type-options', 'x-request-id', 'vary'].map((name) => response.headers.get(name)), ['no-store', 'nosniff', 'id-1', 'accept']);
  }
  const head = ask('text/html', 'HEAD', 503);
  assert.deepEqual([head.status, head.body], [503, null]);
  assert.ok(Number(head.headers.get('content-length')) > 100);
  // What failed was a good answer: its status would say that nothing did.
  assert.equal(ask('*/*', 'GET', 200).status, 500);
});

test('a response that is longer than it says is not collected', async () => {
  let read = 0;
  const endless = () => new Response(new ReadableStream({ pull(stream) { read += 65_536; stream.enqueue(new Uint8Array(65_536)); } }), { status: 500, headers: { 'content-length': '5' } });
  const { send } = start(endless);
  const response = await send('/');
  assert.deepEqual([response.status, response.headers.get('content-type')], [500, 'application/json']);
  assert.ok(read < 1_000_000, `${read} bytes`);
});
