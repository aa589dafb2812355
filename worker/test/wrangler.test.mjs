// wrangler as its users run it, on the files of this folder as they stand: `wrangler dev` in front of the demo application, what `wrangler deploy` would
// send to Cloudflare, and the bindings that only wrangler makes.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ROOT, collect, eventually, request } from './harness.mjs';
import { NODE22, missing, startBundle, startDev, wrangler } from './wrangler.mjs';

const WORKER = path.join(ROOT, 'worker');
const JSON_CLIENT = { accept: 'application/json' };
const BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

describe('wrangler', { skip: missing(NODE22) }, () => {
  const started = [];
  const folders = [];
  let application;

  before(async () => {
    application = collect(spawn('python3', [path.join(ROOT, 'envoy/demo/app.py'), '0'], { stdio: ['ignore', 'pipe', 'pipe'] }));
    application.port = await eventually(() => Number(/:(\d+)\n/.exec(application.text())[1]));
    started.push(application);
  });

  after(() => {
    for (const one of started) one.stop();
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  async function dev(args, options) {
    const one = await startDev(args, options);
    started.push(one);
    return one;
  }

  function scratch() {
    const folder = mkdtempSync(path.join(tmpdir(), 'backstop-wrangler-test-'));
    folders.push(folder);
    return folder;
  }

  /** A folder beside `dist/worker`, as wrangler.jsonc expects it, with these members in place of some of wrangler.jsonc's. */
  function configured(members) {
    const folder = scratch();
    cpSync(path.join(ROOT, 'dist/worker'), path.join(folder, 'dist'), { recursive: true });
    const config = { name: 'backstop', main: 'dist/worker.mjs', compatibility_date: '2026-07-01', send_metrics: false, ...members };
    writeFileSync(path.join(folder, 'wrangler.json'), JSON.stringify(config));
    return folder;
  }

  /** The demo application through Backstop: each kind of error, each kind of client. */
  async function assertGuarded(port, log) {
    for (const target of ['/sql', '/api/orders', '/debug', '/gzip', '/env', '/file']) {
      for (const headers of [JSON_CLIENT, BROWSER]) {
        const direct = await request(application.port, target, { headers });
        const safe = await request(port, target, { headers });
        const id = safe.headers['x-request-id'];
        assert.deepEqual([direct.status, safe.status], [500, 500], target);
        assert.match(safe.headers['content-type'], headers === BROWSER ? /^text\/html/ : /^application\/json/);
        assert.ok(safe.text.includes(id), `${target}: the body has the ID`);
        assert.doesNotMatch(safe.text, /Traceback|app\.py|orders_archive|hunter2|ORDERS_PAYMENT_KEY|monthly\.csv/, target);
        assert.doesNotMatch(JSON.stringify(safe.headers), /BaseHTTP|Python/i, target);
        await eventually(() => assert.ok(log().some((line) => line.includes(id)), `${target}: no report for ${id}`));
      }
    }
    const index = await request(port, '/');
    assert.deepEqual([index.status, index.text], [200, (await request(application.port, '/')).text]);
    const clean = await request(port, '/clean', { headers: JSON_CLIENT });
    assert.match(clean.text, /"The order could not be saved\."/);
    assert.equal((await request(port, '/empty')).status, 500);
  }

  test('wrangler dev, in front of the demo application', async () => {
    const running = await dev(['--local-upstream', `127.0.0.1:${application.port}`, '--upstream-protocol', 'http'], { cwd: WORKER });
    await assertGuarded(running.port, running.lines);
    assert.match(running.text(), /env\.BACKSTOP \(/, 'the documented variable is there');
  });

  test('what wrangler deploy would send, under workerd', async () => {
    const out = path.join(scratch(), 'out');
    const said = wrangler(['deploy', '--dry-run', '--outdir', out], { cwd: WORKER });
    const [, gzip] = /gzip: ([0-9.]+) KiB/.exec(said);
    assert.ok(Number(gzip) < 1000, `${gzip} KiB: a worker of Cloudflare's free plan has 3 MB, and we promise 1`);
    const running = await startBundle(out, { bindings: { BACKSTOP: {} }, origin: application });
    started.push(running);
    await assertGuarded(running.port, running.lines);
  });

  test('a namespace of KV', async () => {
    const folder = configured({ kv_namespaces: [{ binding: 'BACKSTOP_KV', id: 'configuration' }], vars: { ORIGIN: `http://127.0.0.1:${application.port}` } });
    const state = path.join(folder, 'state');
    const put = (config) => wrangler(['kv', 'key', 'put', 'config', JSON.stringify(config), '--binding', 'BACKSTOP_KV', '--local', '--persist-to', state], { cwd: folder });
    put({ correlation: { header: 'x-kv-id' }, brand: { name: 'From KV' } });
    const running = await dev([], { cwd: folder, state });
    const page = await request(running.port, '/sql', { headers: BROWSER });
    assert.ok(page.headers['x-kv-id']);
    assert.match(page.text, /From KV/);
    assert.equal(running.complaints().length, 0, running.text());
  });

  test('a file of assets, which no client can read', async () => {
    const folder = configured(
      { assets: { directory: 'assets', binding: 'BACKSTOP_ASSETS', run_worker_first: true }, vars: { ORIGIN: `http://127.0.0.1:${application.port}` } },
    );
    mkdirSync(path.join(folder, 'assets'));
    writeFileSync(path.join(folder, 'assets/backstop.json'), JSON.stringify({ correlation: { header: 'x-file-id' } }));
    const running = await dev([], { cwd: folder });
    const leak = await request(running.port, '/sql');
    assert.ok(leak.headers['x-file-id'], running.text());
    const file = await request(running.port, '/backstop.json');
    assert.deepEqual([file.status, file.text], [404, 'no such page\n']);
  });

  test('a service binding: the example, as it stands', async () => {
    const cwd = path.join(WORKER, 'examples/service-binding');
    const running = await dev(['-c', 'wrangler.jsonc', '-c', 'shop/wrangler.jsonc'], { cwd });
    const ok = await request(running.port, '/', { headers: { 'x-request-id': 'given-1' } });
    assert.match(ok.text, /, given-1\n$/, 'the ID reaches the application');
    assert.equal((await request(running.port, '/tea')).text, '3.00\n');
    // What the application throws `wrangler dev` itself makes a page of, with its stack; settings.test.mjs has the same without wrangler.
    for (const target of ['/coffee', '/throw']) {
      const response = await request(running.port, target);
      const id = response.headers['x-request-id'];
      assert.deepEqual([response.status, JSON.parse(response.text).requestId], [500, id], running.text());
      await eventually(() => assert.match(running.text(), new RegExp(`^\\[shop-backstop\\] \\{.*"request_id":"${id}"`, 'm')));
    }
  });

  test('every binding of the documents is one of the code, and the other way round', () => {
    const names = (text) => [...new Set(text.match(/\b(BACKSTOP(_[A-Z]+)?|ORIGIN)\b/g))].sort();
    const code = names(['settings.mjs', 'engines.mjs', 'worker.mjs'].map((name) => readFileSync(path.join(WORKER, name), 'utf8').replace(/ORIGIN_HINT/g, '')).join('\n'));
    for (const name of ['wrangler.jsonc', 'README.md', 'handler.d.ts', 'config.capnp']) {
      assert.deepEqual(names(readFileSync(path.join(WORKER, name), 'utf8')), code, name);
    }
  });
});
