// handler.mjs repeats two cases of core's correlation (an ID that is valid, no ID at all); here they are held against core.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { DIST } from './harness.mjs';

const load = (name) => import(pathToFileURL(path.join(DIST, name)));
const { initSync, Engine } = await load('backstop.js');
const { makeHandler } = await load('handler.mjs');
initSync({ module: new WebAssembly.Module(readFileSync(path.join(DIST, 'backstop_bg.wasm'))) });

const UUID7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const time = (id) => parseInt(id.replace('-', '').slice(0, 12), 16);
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const characters = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).filter((c) => !/[\0\r\n]/.test(c));
const given = [...characters.map((c) => `a${c}b`), '', 'a', 'x'.repeat(128), 'x'.repeat(129), 'tab\tin', '\u00e9'];

const configs = [
  '{}',
  '{"correlation":{"trust":false}}',
  '{"correlation":{"header":"x-correlation-id"}}',
  '{"correlation":{"sources":["traceparent","x-request-id"]}}',
  '{"correlation":{"new_trace":"not_sampled"}}',
];

for (const config of configs) {
  test(`the ID that goes upstream is core's: ${config}`, async () => {
    const engine = new Engine(config);
    let upstream;
    const handle = makeHandler({
      decodes: [],
      fetchOrigin: async (request) => {
        upstream = request.headers.get(engine.header());
        return new Response('ok');
      },
    });
    for (const id of [undefined, ...given]) {
      for (const trace of [undefined, traceparent, 'nonsense']) {
        const headers = new Headers();
        if (id !== undefined) headers.set(engine.header(), id);
        if (trace !== undefined) headers.set('traceparent', trace);
        await handle(new Request('http://shop.example.com/', { headers }), { BACKSTOP: config });
        let known = '';
        headers.forEach((value, name) => {
          known += `${name}\n${value}\n`;
        });
        const [expected] = engine.correlate(known, Date.now()).split('\n');
        // A new ID is new each time: only its form and about its time can be the same.
        const same = UUID7.test(expected) ? UUID7.test(upstream) && Math.abs(time(upstream) - time(expected)) < 5000 : upstream === expected;
        assert.ok(same, `${JSON.stringify(id)} with ${trace}: ${upstream}, not ${expected}`);
      }
    }
  });
}

test('new IDs have the form that is asked for', async () => {
  for (const [format, form] of [
    ['uuid7', UUID7],
    ['uuid4', /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/],
    ['ulid', /^[0-9A-HJKMNP-TV-Z]{26}$/],
    ['trace', /^[0-9a-f]{32}$/],
  ]) {
    const ids = new Set();
    const fetchOrigin = async (request) => {
      ids.add(request.headers.get('x-request-id'));
      return new Response('ok');
    };
    const handle = makeHandler({ decodes: [], fetchOrigin });
    for (let i = 0; i < 3; i++) await handle(new Request('http://shop.example/'), { BACKSTOP: { correlation: { format } } });
    assert.equal(ids.size, 3);
    for (const id of ids) assert.match(id, form);
  }
});

test('every response carries the ID where that is asked for', async () => {
  const answers = [
    new Response('ok'),
    new Response(null, { status: 304 }),
    new Response('not here', { status: 404 }),
    new Response('ORA-00942: table or view does not exist', { status: 500 }),
    new Response('{"error":"out of coffee"}', { status: 500, headers: { 'content-type': 'application/json' } }),
  ];
  let next;
  const handle = makeHandler({ decodes: [], fetchOrigin: async () => next });
  const env = { BACKSTOP: { correlation: { echo: 'all' }, rules: [{ match: { status: ['500'] }, action: 'sanitize' }] } };
  for (const answer of answers) {
    next = answer;
    const { status } = answer;
    const response = await handle(new Request('http://shop.example/', { headers: { 'x-request-id': 'mine' } }), env);
    assert.deepEqual([response.status, response.headers.get('x-request-id')], [status, 'mine']);
    if (status < 500) assert.equal(await response.text(), status === 200 ? 'ok' : status === 404 ? 'not here' : '');
  }
});

test('a response that is under way survives a trap in another request', async () => {
  let deliver;
  const slow = new Promise((resolve) => {
    deliver = resolve;
  });
  const trap = {
    status: 500,
    body: null,
    headers: {
      get: () => {
        throw new WebAssembly.RuntimeError('unreachable');
      },
    },
  };
  const handle = makeHandler({ decodes: [], fetchOrigin: async (request) => (request.url.endsWith('/slow') ? slow : trap) });
  const underWay = handle(new Request('http://shop.example/slow'), {});
  assert.equal((await handle(new Request('http://shop.example/trap'), {})).status, 500);
  deliver(new Response('fine'));
  const response = await underWay;
  assert.deepEqual([response.status, await response.text()], [200, 'fine']);
});
