// Data points, in the form that Workers Analytics Engine takes: by a binding that records, and by workerd's own, which sends them to a server.
// The service behind it runs nowhere but at Cloudflare.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { DIST, eventually, request, respond, startOrigin, startWorkerd } from './harness.mjs';

const load = (name) => import(pathToFileURL(path.join(DIST, name)));
const { initSync } = await load('backstop.js');
const { makeHandler } = await load('handler.mjs');
initSync({ module: new WebAssembly.Module(readFileSync(path.join(DIST, 'backstop_bg.wasm'))) });

const TRACE = 'Traceback (most recent call last):\n  File "/srv/a.py", line 1, in b\nKeyError: \'c\'\n';
const LONGEST = `${'x'.repeat(62)};=`;

/** Analytics Engine as its documentation has it: it takes nothing else. */
function recorder() {
  const points = [];
  return {
    points,
    writeDataPoint({ blobs, doubles, indexes, ...rest }) {
      assert.deepEqual(rest, {});
      assert.ok(blobs.length <= 20 && blobs.every((blob) => typeof blob === 'string'));
      assert.ok(Buffer.byteLength(blobs.join('')) <= 16 * 1024);
      assert.ok(doubles.length <= 20 && doubles.every(Number.isFinite));
      assert.ok(indexes.length === 1 && Buffer.byteLength(indexes[0]) <= 96);
      points.push({ blobs, doubles, indexes });
    },
  };
}

/** Sends requests through a handler whose origin answers by `routes`; the lines that it logged. */
async function run(env, routes, paths) {
  const lines = [];
  const log = (line) => lines.push(JSON.parse(line));
  const { log: wasLog, error: wasError } = console;
  Object.assign(console, { log, error: log });
  try {
    const handle = makeHandler({ decodes: [], fetchOrigin: async (request) => routes[new URL(request.url).pathname]() });
    const waiting = [];
    const context = { waitUntil: (work) => waiting.push(work) };
    for (const path of paths) await (await handle(new Request(`http://shop.example.com${path}`), env, context)).arrayBuffer();
    await Promise.all(waiting);
  } finally {
    Object.assign(console, { log: wasLog, error: wasError });
  }
  return lines;
}

const routes = {
  '/ok': () => new Response('ok'),
  '/leak': () => new Response(TRACE, { status: 500, headers: { 'content-type': 'text/plain', 'content-length': String(TRACE.length) } }),
  '/clean': () => new Response('{"error":"out of coffee"}', { status: 503, headers: { 'content-type': 'application/json' } }),
  '/gone': () => {
    throw new Error('connection refused');
  },
};

test('each intercepted error is a point, with its columns in order', async () => {
  const rules = [
    { name: 'watch', match: { status: ['500'], path: { prefix: '/leak/o' } }, action: 'observe' },
    { name: LONGEST, match: { status: ['503'] }, action: 'sanitize' },
    { match: { status: ['5xx'] }, action: 'replace' },
  ];
  const all = { ...routes, '/leak/o': routes['/leak'] };
  const BACKSTOP_METRICS = recorder();
  const lines = await run({ BACKSTOP: { rules }, BACKSTOP_METRICS }, all, ['/ok', '/leak', '/leak/o', '/clean', '/gone']);
  assert.equal(lines.length, 4, 'a report each');
  const expected = [
    [['rules_2_', 'replace', 'replaced', 'stack_trace', '500', 'upstream', 'always'], TRACE.length],
    [['watch', 'observe', 'observed', 'stack_trace', '500', 'upstream', 'unsafe'], TRACE.length],
    [[`${'x'.repeat(62)}__`, 'sanitize', 'released', 'none', '503', 'upstream', 'clean'], 25],
    [['rules_2_', 'replace', 'replaced', 'none', '502', 'proxy', 'no_response'], 0],
  ];
  const order = ({ blobs }) => expected.findIndex(([labels]) => labels.join() === blobs.join());
  const points = BACKSTOP_METRICS.points.toSorted((a, b) => order(a) - order(b));
  assert.deepEqual(points.map(({ blobs }) => blobs), expected.map(([blobs]) => blobs));
  for (const [at, { indexes, blobs, doubles }] of points.entries()) {
    assert.deepEqual(indexes, [blobs[0]]);
    const [bytes, milliseconds, fallback, suppressed] = doubles;
    assert.deepEqual([doubles.length, bytes, fallback, suppressed], [4, expected[at][1], 0, 0]);
    assert.ok(milliseconds >= 0 && milliseconds < 10_000, `${milliseconds} ms`);
  }
});

test('an error whose report is suppressed, or whose page fell back, is a point that says so', async (context) => {
  context.mock.method(Date, 'now', () => 1_800_000_000_000);
  const long = { format: 'json', text: `{"at":"${'{{ path }}'.repeat(64)}"}` };
  const BACKSTOP = { report: { max_per_second: 1 }, templates: { long }, respond: { templates: ['long'] } };
  const far = `/${'a'.repeat(2000)}`;
  const BACKSTOP_METRICS = recorder();
  const lines = await run({ BACKSTOP, BACKSTOP_METRICS }, { ...routes, [far]: routes['/leak'] }, [far, '/leak', '/leak']);
  assert.equal(lines.length, 1, JSON.stringify(lines));
  assert.match(lines[0]['backstop.page_fallback'], /64 KiB/);
  assert.deepEqual(BACKSTOP_METRICS.points.map(({ doubles }) => doubles.slice(2)), [[1, 0], [0, 1], [0, 1]]);
});

test('a binding that throws costs one complaint and no answer', async () => {
  const BACKSTOP_METRICS = {
    writeDataPoint() {
      throw new TypeError('no room');
    },
  };
  const lines = await run({ BACKSTOP_METRICS }, routes, ['/leak', '/leak']);
  assert.equal(lines.filter((line) => line['backstop.decision'] === 'replaced').length, 2);
  assert.deepEqual(lines.filter(({ event }) => event).map(({ event, message }) => [event, message]), [
    ['backstop.metrics', 'BACKSTOP_METRICS: TypeError: no room'],
  ]);
});

test('what is no binding is left alone', async () => {
  for (const BACKSTOP_METRICS of [undefined, '', 'true', {}]) {
    const lines = await run({ BACKSTOP_METRICS }, routes, ['/leak']);
    assert.deepEqual(lines.map((line) => line['backstop.decision']), ['replaced']);
  }
});

test("workerd's own binding takes a point", async (context) => {
  const origin = await startOrigin((_head, socket) => socket.write(respond('500 Oops', { 'content-type': 'text/plain' }, TRACE)));
  const points = await startOrigin((_head, socket) => socket.write(respond('200 OK', {}, '')));
  const worker = await startWorkerd({ origin, points, bindings: { BACKSTOP: '{}' } });
  context.after(() => [worker, origin, points].forEach((one) => one.stop()));
  assert.equal((await request(worker.port, '/')).status, 500);
  const point = await eventually(() => JSON.parse(points.body));
  const told = (column) => Buffer.from(point[column]).toString();
  const blobs = [1, 2, 3, 4, 5, 6, 7].map((column) => told(`blob${column}`));
  assert.deepEqual(blobs, ['default', 'sanitize', 'replaced', 'stack_trace', '500', 'upstream', 'unsafe']);
  assert.deepEqual([told('index1'), point.double1, point.double3, point.double4], ['default', TRACE.length, 0, 0]);
  assert.deepEqual(worker.complaints(), []);
});
