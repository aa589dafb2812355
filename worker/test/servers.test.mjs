// The entry for servers under each runtime that has one.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import net from 'node:net';
import { after, describe, test } from 'node:test';
import zlib from 'node:zlib';
import { SERVERS, eventually, request, respond, startOrigin, startServer } from './harness.mjs';

const TRACE = 'Traceback (most recent call last):\n  File "/srv/app/views.py", line 12, in cart\n    total.amount\n'
  + "AttributeError: 'NoneType' object has no attribute 'amount'\n";
const text = { 'content-type': 'text/plain' };
const ENCODED = { gzip: zlib.gzipSync, deflate: zlib.deflateSync, br: zlib.brotliCompressSync };
const QUIET = 'all is quiet '.repeat(100);
const ROUTES = { '/ok': respond('200 OK', text, 'hello'), '/leak': respond('500 Oops', text, TRACE), '/204': Buffer.from('HTTP/1.1 204 No Content\r\n\r\n') };
for (const [name, encode] of Object.entries(ENCODED)) ROUTES[`/${name}`] = respond('200 OK', { ...text, 'content-encoding': name, etag: '"1"' }, encode(QUIET));

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
        else if (target === '/hang-short') socket.write(respond('500 Oops', { ...text, 'content-length': 100 }, 'quiet'));
        else if (target === '/hang-chunked') socket.write(respond('500 Oops', { ...text, 'transfer-encoding': 'chunked' }, '5\r\nquiet\r\n'));
        else if (target === '/leak-then-hang') socket.write(respond('500 Oops', { ...text, 'content-length': 90_000 }, TRACE));
        else if (head.startsWith('POST ')) socket.write(respond('200 OK', text, String(origin.body.length)));
        else socket.write(ROUTES[target.split('?')[0]]);
      });
      started.push(origin);
      const running = await startServer(command, { ORIGIN: `http://127.0.0.1:${origin.port}`, ...env });
      started.push(running);
      return { origin, running, port: running.port };
    }

    test('an upload that is answered early leaves its connection to the next request', async () => {
      const { port } = await start({ BACKSTOP: JSON.stringify({ maintenance: { enabled: true, match: { path: { prefix: '/closed' } } } }) });
      const socket = net.connect(port, '127.0.0.1');
      let got = '';
      socket.on('data', (data) => (got += data));
      socket.write(`POST /closed HTTP/1.1\r\nhost: a.example\r\ncontent-length: 8000000\r\n\r\n`);
      for (let i = 0; i < 8; i += 1) socket.write('x'.repeat(1_000_000));
      socket.write('GET /ok HTTP/1.1\r\nhost: a.example\r\n\r\n');
      await eventually(() => assert.match(got, /^HTTP\/1\.1 503 [^]*HTTP\/1\.1 200 [^]*hello/));
      socket.destroy();
    });

    test('an origin that breaks off behind an answer without a body takes nothing with it', async () => {
      const answers = { '/204': '204 No Content', '/304': '304 Not Modified', '/700': '700 Odd', '/head': '200 OK' };
      const origin = await startOrigin((head, socket) => {
        const target = head.split(' ')[1];
        if (target === '/ok') socket.write(ROUTES['/ok']);
        else socket.write(`HTTP/1.1 ${answers[target]}\r\ncontent-length: 100\r\n\r\nquiet`, () => setTimeout(() => socket.resetAndDestroy(), 20));
      });
      started.push(origin);
      const running = await startServer(command, { ORIGIN: `http://127.0.0.1:${origin.port}` });
      started.push(running);
      for (const [target, answer] of Object.entries(answers)) {
        const { status } = await request(running.port, target, { method: target === '/head' ? 'HEAD' : 'GET' });
        assert.equal(status, target === '/700' ? 502 : Number(answer.slice(0, 3)), target);
        await eventually(() => assert.equal(origin.closed, origin.heads.length));
      }
      assert.equal((await request(running.port, '/ok')).status, 200);
      assert.doesNotMatch(running.text(), /backstop\.failure/);
    });

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

    test('a request is forwarded, and what no rule matches comes as it was sent', async () => {
      const { origin, port } = await start();
      const sent = { cookie: 'a=1; b=2', connection: 'close, x-hop', 'x-hop': '1', 'x-forwarded-host': 'spoofed' };
      assert.deepEqual([(await request(port, '/ok?a=%20b', { headers: sent })).text, (await request(port, '/204')).status], ['hello', 204]);
      const head = origin.heads[0];
      assert.match(head, /^GET \/ok\?a=%20b HTTP/);
      for (const line of ['x-forwarded-host: shop.example.com', 'x-forwarded-proto: http', `host: 127.0.0.1:${origin.port}`, 'cookie: a=1; b=2']) {
        assert.equal(head.split('\r\n').filter((one) => one.toLowerCase() === line).length, 1, `${line}\n${head}`);
      }
      assert.doesNotMatch(head, /x-hop|spoofed/i);
      assert.equal((await request(port, '/cut')).broken, true);
      assert.equal((await request(port, '/upload', { method: 'POST', body: 'x'.repeat(300_000) })).text, '300000');
      for (const [name, encode] of Object.entries(ENCODED)) {
        for (const headers of [{}, { 'accept-encoding': 'gzip, br' }]) {
          const response = await request(port, `/${name}`, { headers });
          assert.deepEqual(response.bytes, encode(QUIET), name);
          assert.deepEqual(['content-encoding', 'content-length', 'etag'].map((field) => response.headers[field]), [name, String(response.bytes.length), '"1"']);
        }
      }
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

    test('a failure that nobody waits for ends no process', { skip: !name.startsWith('node') && 'only Node runs what it is told to before the entry' }, async () => {
      const fail = "const boom = () => { throw new Error('boom'); }; globalThis.setTimeout(boom, 300); globalThis.setTimeout(async () => boom(), 300);";
      const { running, port } = await start({ NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(fail)}` });
      await eventually(() => assert.deepEqual(running.complaints().map(({ event, message }) => [event, /boom/.test(message)]), [['backstop.failure', true], ['backstop.failure', true]]));
      assert.equal((await request(port, '/ok')).status, 200);
      assert.equal(running.ended, false);
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
