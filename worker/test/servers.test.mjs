// The entry for servers under each runtime that has one.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, describe, test } from 'node:test';
import zlib from 'node:zlib';
import { SERVERS, eventually, request, respond, startOrigin, startServer } from './harness.mjs';

const TRACE = 'Traceback (most recent call last):\n  File "/srv/app/views.py", line 12, in cart\n    total.amount\n'
  + "AttributeError: 'NoneType' object has no attribute 'amount'\n";
const QUIET = 'all is quiet '.repeat(100);
const text = { 'content-type': 'text/plain' };
const ROUTES = {
  '/ok': respond('200 OK', { ...text, 'set-cookie': ['a=1', 'b=2'] }, 'hello'),
  '/ok-gzip': respond('200 OK', { ...text, 'content-encoding': 'gzip' }, zlib.gzipSync(QUIET)),
  '/302': respond('302 Found', { location: 'http://127.0.0.1:1/' }),
  '/204': Buffer.from('HTTP/1.1 204 No Content\r\n\r\n'),
  '/leak': respond('500 Oops', { ...text, 'set-cookie': ['a=1', 'b=2'] }, TRACE),
  '/clean': respond('503 Busy', { ...text, 'set-cookie': ['a=1', 'b=2'] }, 'busy'),
};
for (const [name, encode] of Object.entries({ gzip: zlib.gzipSync, deflate: zlib.deflateSync, br: zlib.brotliCompressSync })) {
  ROUTES[`/${name}-leak`] = respond('500 Oops', { ...text, 'content-encoding': name }, encode(TRACE));
}
ROUTES['/gzip-clean'] = respond('500 Oops', { ...text, 'content-encoding': 'gzip' }, zlib.gzipSync(QUIET));

for (const [name, command] of Object.entries(SERVERS)) {
  describe(name, { skip: command === undefined && `${name} has no build for this machine` }, () => {
    const started = [];
    after(() => {
      for (const one of started) one.stop();
    });

    async function start(env = {}) {
      const origin = await startOrigin((head, socket) => {
        const target = head.split(' ')[1];
        if (target === '/cut') socket.end(respond('200 OK', { ...text, 'content-length': 100 }, 'quiet'));
        else if (target === '/gone') socket.destroy();
        else if (target === '/hang-short') socket.write(respond('500 Oops', { ...text, 'content-length': 100 }, 'quiet'));
        else if (target === '/hang-chunked') socket.write(respond('500 Oops', { ...text, 'transfer-encoding': 'chunked' }, '5\r\nquiet\r\n'));
        else if (target === '/leak-then-hang') socket.write(respond('500 Oops', { ...text, 'content-length': 90_000 }, TRACE));
        else if (head.startsWith('HEAD ')) socket.write(`HTTP/1.1 500 Oops\r\ncontent-length: ${TRACE.length}\r\n\r\n`);
        else if (head.startsWith('POST ')) socket.write(respond('200 OK', text, String(origin.body.length)));
        else socket.write(ROUTES[target]);
      });
      started.push(origin);
      const running = await startServer(command, { ORIGIN: `http://127.0.0.1:${origin.port}`, ...env });
      started.push(running);
      return { origin, running, port: running.port };
    }

    test('reports reach a collector, and a server that hangs delays no answer', async () => {
      const collector = await startOrigin((head, socket) => {
        if (collector.heads.length > 1) socket.write(respond('200 OK', { 'content-type': 'application/x-protobuf' }));
      });
      started.push(collector);
      const otlp = { endpoint: `http://127.0.0.1:${collector.port}`, timeout_ms: 500, headers: { 'x-api-key': 's3cret-key' } };
      const { running, port } = await start({ BACKSTOP: JSON.stringify({ report: { otlp } }) });
      for (let i = 0; i < 3; i += 1) {
        const begun = Date.now();
        assert.equal((await request(port, '/leak')).status, 500);
        assert.ok(Date.now() - begun < 400, 'the client waited for the collector');
      }
      // The first hangs until its time is over, and is sent again; then the others go together.
      await eventually(() => assert.equal(collector.heads.length, 3));
      assert.match(collector.heads[0], /^POST \/v1\/logs HTTP/);
      assert.match(collector.heads[0], /^content-type: application\/x-protobuf\r?$/im);
      assert.match(collector.heads[0], /^x-api-key: s3cret-key\r?$/im);
      assert.equal(collector.body.match(/backstop\.error/g).length, 2);
      assert.match(running.text(), /"event":"backstop.otlp","message":"report.otlp: no collector takes reports \(status 0\)/);
      assert.ok(!running.text().includes('s3cret-key'));
    });

    test('errors are guarded, the rest passes', async () => {
      const { origin, running, port } = await start();
      const ok = await request(port, '/ok');
      assert.deepEqual([ok.status, ok.text, ok.headers['set-cookie']], [200, 'hello', ['a=1', 'b=2']]);
      assert.match(origin.heads[0], /^x-forwarded-host: shop\.example\.com$/im);
      assert.match(origin.heads[0], new RegExp(`^host: 127\\.0\\.0\\.1:${origin.port}$`, 'im'));
      assert.deepEqual([(await request(port, '/302')).status, (await request(port, '/204')).status], [302, 204]);
      assert.equal((await request(port, '/cut')).broken, true);
      assert.equal((await request(port, '/upload', { method: 'POST', body: 'x'.repeat(300_000) })).text, '300000');

      for (const target of ['/leak', '/gzip-leak', '/deflate-leak', '/br-leak']) {
        for (const headers of [{}, { 'accept-encoding': 'gzip, deflate, br' }]) {
          const leak = await request(port, target, { headers });
          assert.deepEqual([leak.status, leak.headers['content-type'], leak.headers['content-encoding']], [500, 'application/json', undefined], target);
          assert.equal(JSON.parse(leak.text).requestId, leak.headers['x-request-id']);
          assert.equal(leak.headers['content-length'], String(leak.bytes.length));
          await eventually(() => assert.equal(running.lines().filter((line) => line.includes(leak.headers['x-request-id'])).length, 1));
        }
      }
      const clean = await request(port, '/clean');
      assert.deepEqual([clean.status, clean.text, clean.headers['set-cookie']], [503, 'busy', ['a=1', 'b=2']]);
      for (const target of ['/ok-gzip', '/gzip-clean']) {
        for (const headers of [{}, { 'accept-encoding': 'gzip' }]) {
          const encoded = await request(port, target, { headers });
          const body = encoded.headers['content-encoding'] === 'gzip' ? zlib.gunzipSync(encoded.bytes) : encoded.bytes;
          assert.deepEqual([body.toString(), encoded.broken], [QUIET, false], target);
        }
      }
      const head = await request(port, '/leak', { method: 'HEAD' });
      assert.deepEqual([head.status, head.text], [500, '']);
      assert.ok(head.headers['x-request-id']);
      const gone = await request(port, '/gone');
      assert.deepEqual([gone.status, gone.headers['content-type']], [502, 'application/json']);
    });

    test('an origin whose error never ends is left', async () => {
      for (const action of ['sanitize', 'replace']) {
        const BACKSTOP = JSON.stringify({ inspect: { timeout_ms: 300 }, rules: [{ match: {}, action }] });
        const { origin, port } = await start({ BACKSTOP });
        for (const target of ['/hang-short', '/hang-chunked', '/leak-then-hang']) {
          const { closed } = origin;
          const response = await request(port, target);
          assert.deepEqual([response.status, response.headers['content-type']], [500, 'application/json']);
          assert.ok(response.first < 2000, `${response.first} ms`);
          await eventually(() => assert.ok(origin.closed > closed, `${action} ${target}`));
        }
      }
    });

    test('it does not start without ORIGIN, or with a configuration that is refused', async () => {
      for (const [env, message] of [
        [{ ORIGIN: '' }, /ORIGIN is missing; set it/],
        [{ ORIGIN: 'localhost:3000' }, /ORIGIN: "localhost:3000" cannot be used/],
        [{ ORIGIN: 'http://127.0.0.1:1', BACKSTOP: '{"rulez":[]}' }, /BACKSTOP refused: .*rulez/],
      ]) {
        const [runtime, ...args] = command;
        const { status, stderr } = spawnSync(runtime, args, { env: { ...process.env, PORT: '0', ...env }, timeout: 10_000 });
        assert.match(String(stderr), message);
        assert.equal(status, 1);
      }
    });
  });
}
