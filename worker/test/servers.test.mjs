// The entry for servers under each runtime that has one.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import https from 'node:https';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import zlib from 'node:zlib';
import { SERVERS, dial as connect, eventually, request, respond, startOrigin, startServer } from './harness.mjs';

const TRACE = 'Traceback (most recent call last):\n  File "/srv/app/views.py", line 12, in cart\n    total.amount\n'
  + "AttributeError: 'NoneType' object has no attribute 'amount'\n";
const text = { 'content-type': 'text/plain' };
const ENCODED = { gzip: zlib.gzipSync, deflate: zlib.deflateSync, br: zlib.brotliCompressSync };
const QUIET = 'all is quiet '.repeat(100);
/** What an origin must never take for a request. */
const INNER = 'GET /inner HTTP/1.1\r\nhost: a.example\r\n\r\n';
const CHUNKED = `${INNER.length.toString(16)}\r\n${INNER}\r\n0\r\n\r\n`;
const fields = (count) => Array.from({ length: count }, (_, i) => `x-${i}: 1\r\n`).join('');
const ROUTES = { '/ok': respond('200 OK', text, 'hello'), '/leak': respond('500 Oops', text, TRACE), '/204': Buffer.from('HTTP/1.1 204 No Content\r\n\r\n') };
Object.assign(ROUTES, {
  '/204-with-length': Buffer.from('HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\n'),
  '/205-with-length': Buffer.from('HTTP/1.1 205 Reset Content\r\ncontent-length: 5\r\n\r\nhello'),
  '/bare-switch': Buffer.from('HTTP/1.1 101 Switching Protocols\r\n\r\n'),
  '/odd-reason': Buffer.from('HTTP/1.1 200 O\x01K\r\ncontent-length: 5\r\n\r\nhello'),
});
for (const [name, encode] of Object.entries(ENCODED)) ROUTES[`/${name}`] = respond('200 OK', { ...text, 'content-encoding': name, etag: '"1"' }, encode(QUIET));

/** A body that goes on as long as somebody takes it. */
function endless(socket) {
  socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n');
  const more = () => {
    while (!socket.destroyed && socket.write(Buffer.alloc(65_536)));
    socket.once('drain', more);
  };
  more();
}

for (const [name, command] of Object.entries(SERVERS)) {
  describe(name, { skip: command === undefined && `${name} has no build for this machine` }, () => {
    const started = [];
    after(() => {
      for (const one of started) one.stop();
    });

    async function start(env = {}, run = command) {
      const origin = await startOrigin((head, socket) => {
        const target = head.split(' ')[1];
        if (target === '/hang') return;
        if (target === '/endless') endless(socket);
        else if (target === '/events') socket.write('HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n', () => setTimeout(() => socket.write('data: 1\n\n'), 1000));
        else if (target.startsWith('/fields?')) socket.write(`HTTP/1.1 200 OK\r\n${fields(Number(target.slice(8)))}set-cookie: last=1\r\ncontent-length: 5\r\n\r\nhello`);
        else if (target === '/slow-leak') setTimeout(() => socket.write(ROUTES['/leak']), 500);
        else if (target === '/slow-body') socket.write('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\ns', () => setTimeout(() => socket.write('low'), 700));
        else if (target === '/ok?x') socket.write(head.startsWith('HEAD ') ? 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n' : ROUTES['/ok']);
        else if (target === '/cut') socket.end(respond('200 OK', { ...text, 'content-length': 100 }, 'quiet'));
        else if (target === '/hang-short') socket.write(respond('500 Oops', { ...text, 'content-length': 100 }, 'quiet'));
        else if (target === '/hang-chunked') socket.write(respond('500 Oops', { ...text, 'transfer-encoding': 'chunked' }, '5\r\nquiet\r\n'));
        else if (target === '/leak-then-hang') socket.write(respond('500 Oops', { ...text, 'content-length': 90_000 }, TRACE));
        else if (/^POST \/(upload|up) /.test(head)) socket.write(respond('200 OK', text, String(origin.body.length)));
        else socket.write(ROUTES[target.split('?')[0]]);
      });
      started.push(origin);
      const running = await startServer(run, { ORIGIN: `http://127.0.0.1:${origin.port}`, ...env });
      started.push(running);
      return { origin, running, port: running.port };
    }

    /** A bare connection that ends with the tests. */
    function dial(port, words) {
      const client = connect(port, words);
      started.push(client);
      return client;
    }

    test('a body stays the body of its request, however the client says where it ends', async () => {
      const { origin, port } = await start();
      const lengths = {
        chunked: ['transfer-encoding: chunked', CHUNKED],
        'chunked, named by connection': ['connection: transfer-encoding\r\ntransfer-encoding: chunked', CHUNKED],
        'a length, named by connection': [`connection: content-length\r\ncontent-length: ${INNER.length}`, INNER],
        'a length': [`content-length: ${INNER.length}`, INNER],
        'a length behind many fields': [`${fields(190)}content-length: ${INNER.length}`, INNER],
      };
      for (const method of ['DELETE', 'OPTIONS', 'POST', 'PATCH', 'PROPFIND', 'GET', 'HEAD']) {
        for (const [how, [fields, written]] of Object.entries(lengths)) {
          for (const before of ['', 'GET /ok HTTP/1.1\r\nhost: a.example\r\n\r\n']) {
            const { length } = origin.heads;
            const client = dial(port, `${before}${method} /ok?x HTTP/1.1\r\nhost: a.example\r\n${fields}\r\n\r\n${written}GET /ok?end HTTP/1.1\r\nhost: a.example\r\nconnection: close\r\n\r\n`);
            await eventually(() => assert.ok(client.ended));
            const label = `${method}, ${how}: ${client.said}`;
            const heads = origin.heads.slice(length);
            assert.equal(client.said.match(/HTTP\/1\.1 200 /g)?.length, before === '' ? 2 : 3, label);
            assert.equal(heads.length, before === '' ? 2 : 3, label);
            const head = heads.find((one) => one.startsWith(`${method} /ok?x `));
            const body = method === 'GET' || method === 'HEAD' ? '' : INNER;
            assert.equal(origin.bodies.get(head), body, label);
            assert.equal(/^(content-length: [1-9]\d*|transfer-encoding: chunked)$/im.test(head), body !== '', label);
          }
        }
      }
    });

    test('fields arrive, all or none', async () => {
      const { origin, port } = await start();
      for (const [count, status] of [[190, 200], [250, 431], [999, 431], [1000, 431], [1500, 431]]) {
        const { length } = origin.heads;
        const client = dial(port, `POST /ok?x HTTP/1.1\r\nhost: a.example\r\n${fields(count)}authorization: last\r\ncontent-length: 5\r\nconnection: close\r\n\r\nhello`);
        await eventually(() => assert.ok(client.ended));
        assert.match(client.said, new RegExp(`^HTTP/1\\.1 ${status} `), `${count}`);
        assert.equal(origin.heads.length, length + (status === 200 ? 1 : 0));
      }
      assert.match(origin.heads[0], /^authorization: last$/im);
      for (const [count, status] of [[190, 200], [999, 502], [1000, 502], [1500, 502]]) {
        const { raw, status: got, headers } = await request(port, `/fields?${count}`);
        assert.equal(got, status, `${count}`);
        if (got === 200) assert.deepEqual([raw.filter((name) => /^x-\d+$/.test(name)).length, headers['set-cookie']], [count, ['last=1']]);
      }
    });

    test('an application learns the address of the client', async () => {
      const { origin, port } = await start();
      await request(port, '/ok');
      await request(port, '/ok', { headers: { 'x-forwarded-for': '203.0.113.7' } });
      assert.deepEqual(origin.heads.map((head) => /^x-forwarded-for: (.*)$/im.exec(head)?.[1]), ['127.0.0.1', '203.0.113.7, 127.0.0.1']);
    });

    test('answers without a body announce none', async () => {
      const { port } = await start();
      for (const target of ['/204-with-length', '/205-with-length']) {
        const client = dial(port, `GET ${target} HTTP/1.1\r\nhost: a.example\r\n\r\nGET /ok HTTP/1.1\r\nhost: a.example\r\nconnection: close\r\n\r\n`);
        await eventually(() => assert.ok(client.ended));
        const [head] = client.said.split('\r\n\r\n');
        assert.doesNotMatch(head, /content-length: 5/i);
        assert.match(client.said, /HTTP\/1\.1 200 [^]*hello$/);
      }
    });

    test('what no client can be told is no answer', async () => {
      const { port } = await start();
      for (const target of ['/bare-switch', '/odd-reason']) {
        for (const method of ['GET', 'HEAD', 'POST']) {
          const response = await request(port, target, { method, body: method === 'POST' ? 'hello' : undefined });
          assert.equal(response.status, 502, `${method} ${target}`);
          assert.ok(response.headers['x-request-id']);
        }
      }
    });

    test('the head of an answer does not wait for its body', async () => {
      const { port } = await start();
      const client = dial(port, 'GET /events HTTP/1.1\r\nhost: a.example\r\n\r\n');
      await eventually(() => assert.match(client.said, /^HTTP\/1\.1 200 [^]*text\/event-stream[^]*\r\n\r\n$/), 2000);
      await eventually(() => assert.match(client.said, /data: 1/));
    });

    test('a client that leaves takes all of its requests along, also those that wait for their turn', async () => {
      const { origin, running, port } = await start();
      const get = (target) => `GET ${target} HTTP/1.1\r\nhost: a.example\r\n\r\n`;
      for (const words of [get('/hang').repeat(12), get('/hang') + get('/endless').repeat(3), `${get('/hang')}POST /hang HTTP/1.1\r\nhost: a.example\r\ncontent-length: 100\r\n\r\nhello`]) {
        const { closed } = origin;
        const count = words.split('HTTP/1.1').length - 1;
        const client = dial(port, words);
        await eventually(() => assert.equal(origin.open, count));
        client.socket.destroy();
        await eventually(() => assert.equal(origin.closed, closed + count));
      }
      assert.equal((await request(port, '/ok')).status, 200);
      assert.doesNotMatch(running.text(), /no_response|backstop\.failure|MaxListeners/);
    });

    test('a connection has so many requests under way, and no more', async () => {
      const { origin, port } = await start();
      const client = dial(port, 'GET /hang HTTP/1.1\r\nhost: a.example\r\n\r\n'.repeat(2000));
      await eventually(() => assert.ok(client.ended));
      assert.ok(origin.heads.length <= 32, `${origin.heads.length}`);
      await eventually(() => assert.equal(origin.open, 0));
      const many = dial(port, 'GET /ok HTTP/1.1\r\nhost: a.example\r\n\r\n'.repeat(30));
      await eventually(() => assert.equal(many.said.match(/hello/g)?.length, 30));
    });

    test('one that runs out of sockets goes on when there are some again', { skip: (process.platform !== 'linux' || name === 'deno') && 'Deno accepts nothing any more after that' }, async () => {
      const limited = ['sh', '-c', 'ulimit -n 64; exec "$0" "$@"', ...command];
      const { running, port } = await start({}, limited);
      const clients = Array.from({ length: 120 }, () => dial(port, 'GET /ok HTTP/1.1\r\nhost: a.example\r\n\r\n'));
      await eventually(() => assert.ok(clients.filter(({ said, ended }) => ended || said !== '').length >= 20));
      for (const { socket } of clients) socket.destroy();
      await eventually(async () => assert.equal((await request(port, '/ok')).status, 200));
      assert.equal(running.ended, false);
    });

    test('a log that nobody reads any more stops nothing', async () => {
      const { running, port } = await start();
      running.deafen();
      for (let i = 0; i < 20; i += 1) assert.equal((await request(port, '/leak', { timeout: 2000 })).status, 500);
      assert.equal(running.ended, false);
    });

    test('a certificate that is not trusted gives a 502; NODE_EXTRA_CA_CERTS names another authority', async (t) => {
      const folder = mkdtempSync(path.join(tmpdir(), 'backstop-tls-'));
      started.push({ stop: () => rmSync(folder, { recursive: true, force: true }) });
      const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
      const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']);
      if (made.status !== 0) return t.skip('no openssl');
      const secure = https.createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, answer) => answer.end('secure'));
      await new Promise((resolve) => secure.listen(0, '127.0.0.1', resolve));
      started.push({ stop: () => secure.close() });
      const ORIGIN = `https://localhost:${secure.address().port}`;
      const refused = await start({ ORIGIN });
      assert.equal((await request(refused.port)).status, 502);
      await eventually(() => assert.match(refused.running.text(), /"backstop.detail":"[^"]*self.signed certificate/));
      const { port } = await start({ ORIGIN, NODE_EXTRA_CA_CERTS: cert });
      const response = await request(port);
      assert.deepEqual([response.status, response.text], [200, 'secure']);
    });

    test('connections stay longer than those of balancers in front', async () => {
      const { port } = await start();
      const { headers } = await request(port, '/ok', { headers: { connection: 'keep-alive' } });
      assert.match(headers['keep-alive'], /^timeout=6\d\d$/);
    });

    test('told to stop, it ends what is under way, reports included, and exits', async () => {
      const collector = await startOrigin((_, socket) => setTimeout(() => socket.write(respond('200 OK', { 'content-type': 'application/x-protobuf' })), 300));
      started.push(collector);
      const BACKSTOP = JSON.stringify({ report: { otlp: { endpoint: `http://127.0.0.1:${collector.port}` } } });
      for (const signal of ['SIGTERM', 'SIGINT']) {
        const { running, origin, port } = await start({ BACKSTOP });
        const { length } = collector.heads;
        const idle = dial(port, 'GET /ok HTTP/1.1\r\nhost: a.example\r\n\r\n');
        await eventually(() => assert.match(idle.said, /hello/));
        const silent = dial(port, 'GET /ok HT');
        const slow = dial(port, 'GET /slow-leak HTTP/1.1\r\nhost: a.example\r\n\r\n');
        const begun = dial(port, 'GET /slow-body HTTP/1.1\r\nhost: a.example\r\n\r\n');
        await eventually(() => assert.deepEqual([origin.heads.length, /HTTP\/1\.1 200/.test(begun.said)], [3, true]));
        running.kill(signal);
        await eventually(() => assert.ok(idle.ended));
        await assert.rejects(request(port, '/ok'), /ECONNREFUSED|ECONNRESET/);
        assert.equal(await running.exit, 0, running.text());
        assert.match(slow.said, /^HTTP\/1\.1 500 [^]*^connection: close\r$[^]*An unexpected error occurred/im);
        assert.match(begun.said, /slow$/);
        await eventually(() => assert.ok(silent.ended));
        assert.equal(collector.heads.length, length + 1);
      }
    });

    test('told to stop, it waits for a while, and not at all when told again', async () => {
      for (const [seconds, again, code] of [['1', false, 0], ['25', true, 143]]) {
        const { running, origin, port } = await start({ GRACE_SECONDS: seconds });
        const client = dial(port, 'GET /hang HTTP/1.1\r\nhost: a.example\r\n\r\n');
        await eventually(() => assert.equal(origin.heads.length, 1));
        const begun = Date.now();
        running.kill('SIGTERM');
        await eventually(() => assert.match(running.text(), /SIGTERM: stopping/));
        if (again) running.kill('SIGTERM');
        assert.equal(await running.exit, code);
        assert.ok(Date.now() - begun < 4000);
        if (!again) assert.ok(Date.now() - begun >= 990);
        await eventually(() => assert.ok(client.ended));
      }
    });

    test('an upload that the origin answers early owes it nothing afterwards', async () => {
      const seen = [];
      // As applications do: it answers at once, and takes what the request announced for its body all the same.
      const origin = net.createServer((socket) => {
        const connection = { text: '', heads: [], ended: false };
        let owed = 0;
        seen.push(connection);
        socket.on('error', () => {});
        socket.on('close', () => (connection.ended = true));
        socket.on('data', (data) => {
          connection.text += data.toString('latin1');
          for (;;) {
            const skipped = Math.min(owed, connection.text.length);
            owed -= skipped;
            connection.text = connection.text.slice(skipped);
            const end = connection.text.indexOf('\r\n\r\n');
            if (owed > 0 || end < 0 || /^[^]*transfer-encoding/i.test(connection.heads.at(-1))) return;
            connection.heads.push(connection.text.slice(0, end));
            connection.text = connection.text.slice(end + 4);
            owed = Number(/^content-length: (\d+)/im.exec(connection.heads.at(-1))?.[1] ?? 0);
            socket.write(ROUTES['/ok']);
          }
        });
      });
      await new Promise((resolve) => origin.listen(0, '127.0.0.1', resolve));
      started.push({ stop: () => origin.close() });
      const { port } = await start({ ORIGIN: `http://127.0.0.1:${origin.address().port}` });
      for (const [field, first, rest] of [['content-length: 100', 'x'.repeat(10), 'x'.repeat(90)], ['transfer-encoding: chunked', '5\r\nhello\r\n', '5\r\nworld\r\n0\r\n\r\n']]) {
        const client = dial(port, `POST /early HTTP/1.1\r\nhost: a.example\r\n${field}\r\n\r\n${first}`);
        await eventually(() => assert.equal(client.said.match(/hello/g)?.length, 1));
        client.socket.write(`${rest}GET /next HTTP/1.1\r\nhost: a.example\r\n\r\n`);
        await eventually(() => assert.equal(client.said.match(/hello/g)?.length, 2, client.said));
        const early = seen.find(({ heads }) => heads.some((head) => head.includes('/early') && head.toLowerCase().includes(field)));
        await eventually(() => assert.ok(early.ended));
        assert.match(early.heads.at(-1), /^POST \/early /);
        assert.ok(!early.text.includes('0\r\n\r\n'), 'half a body that is told to be whole');
      }
    });

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

    test('behind a balancer that ends TLS an application learns of it', async () => {
      const { origin, port } = await start({ SCHEME: 'https' });
      assert.equal((await request(port, '/ok', { headers: { 'x-forwarded-proto': 'http' } })).text, 'hello');
      assert.match(origin.heads[0], /^x-forwarded-proto: https\r?$/im);
      assert.doesNotMatch(origin.heads[0], /^x-forwarded-proto: http\r?$/im);
    });

    test('a target may be in absolute form, which tells the host', async () => {
      const { origin, port } = await start();
      for (const [target, path] of [['http://shop.example:8080/ok?a=1', '/ok?a=1'], ['HTTPS://shop.example:8080/ok', '/ok']]) {
        const { length } = origin.heads;
        dial(port, `GET ${target} HTTP/1.1\r\nhost: other.example\r\n\r\n`);
        await eventually(() => assert.equal(origin.heads.length, length + 1));
        assert.ok(origin.heads.at(-1).startsWith(`GET ${path} HTTP/1.1\r\n`), origin.heads.at(-1));
        assert.match(origin.heads.at(-1), /^x-forwarded-host: shop\.example:8080\r?$/im);
        assert.doesNotMatch(origin.heads.at(-1), /other\.example/);
      }
    });

    test('a WebSocket goes through until one side ends it', async () => {
      const switched = new Set();
      const origin = await startOrigin((head, socket) => {
        if (head.startsWith('GET /wait ')) return;
        if (!head.startsWith('GET /chat ')) return socket.write(ROUTES['/ok']);
        switched.add(socket);
        socket.write('HTTP/1.1 101 Web Sockets\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: x\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\nfirst');
        socket.on('data', (data) => socket.write(data));
      });
      started.push(origin);
      const running = await startServer(command, { ORIGIN: `http://127.0.0.1:${origin.port}` });
      started.push(running);
      const upgrade = 'GET /chat HTTP/1.1\r\nhost: a.example\r\nconnection: keep-alive, Upgrade\r\nupgrade: WebSocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: abc\r\n\r\n';
      for (const side of ['client', 'origin']) {
        assert.equal((await request(running.port, '/ok')).status, 200);
        const { closed } = origin;
        // What follows the head at once belongs to the new protocol.
        const client = dial(running.port, `${upgrade}early`);
        await eventually(() => assert.ok(client.said.endsWith('firstearly'), `${side}: ${client.said}`));
        assert.match(client.said, /^HTTP\/1\.1 101 Web Sockets\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: x\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\n/);
        const head = origin.heads.findLast((one) => one.startsWith('GET /chat '));
        assert.match(head, /^x-request-id: /im);
        for (const line of ['connection: upgrade', 'upgrade: websocket', 'sec-websocket-key: abc']) {
          assert.equal(head.split('\r\n').filter((one) => one.toLowerCase() === line).length, 1, `${line}\n${head}`);
        }
        client.socket.write('x'.repeat(1_000_000));
        await eventually(() => assert.equal(client.said.length, client.said.indexOf('firstearly') + 10 + 1_000_000));
        // A client that leaves before its answer takes the connection to the origin along.
        const waiting = dial(running.port, upgrade.replace('/chat', '/wait'));
        await eventually(() => assert.ok(origin.heads.at(-1).startsWith('GET /wait ')));
        const { closed: before } = origin;
        waiting.socket.end();
        await eventually(() => assert.ok(origin.closed > before, 'left before the 101'));
        if (side === 'client') client.socket.destroy();
        else for (const one of switched) one.end();
        await eventually(() => assert.deepEqual([client.ended, origin.closed > closed], [true, true], side));
      }
      assert.doesNotMatch(running.text(), /backstop\.(failure|report)/);
    });

    test('a switch of protocols that is refused or not asked for leaks nothing', async () => {
      const { origin, port } = await start();
      const ask = (target, fields, body = '') =>
        dial(port, `${body === '' ? 'GET' : 'POST'} ${target} HTTP/1.1\r\nhost: a.example\r\n${fields}${body === '' ? '' : `content-length: ${body.length}\r\n`}\r\n${body}`);
      const webSocket = 'connection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: abc\r\n';
      const refused = ask('/leak', webSocket);
      await eventually(() => assert.ok(refused.ended, `refused: ${refused.said}`));
      assert.match(refused.said, /^HTTP\/1\.1 500 [^]*\r\nconnection: close\r\n[^]*An unexpected error occurred/i);
      assert.doesNotMatch(refused.said, /Traceback/);
      // Behind one that is not answered yet, no answer is in another's place: the connection ends, or (Bun) one comes after the other.
      const behind = ask('/hang-short', `\r\nGET /ok HTTP/1.1\r\nhost: a.example\r\n${webSocket}`);
      if (name !== 'bun') await eventually(() => assert.ok(behind.ended));
      else await new Promise((resolve) => setTimeout(resolve, 300));
      assert.equal(behind.said, '');
      behind.socket.destroy();
      // A request behind a switch that is ignored is none that the client did not send.
      const h2c = 'connection: Upgrade\r\nupgrade: h2c\r\n';
      const inner = 'GET /ok?smuggled HTTP/1.1\r\nhost: a.example\r\n\r\n';
      const split = ask('/ok?1', `${h2c}\r\nPOST /upload HTTP/1.1\r\nhost: a.example\r\ncontent-length: ${inner.length}\r\n`);
      await new Promise((resolve) => setTimeout(resolve, 200));
      split.socket.write(inner);
      const many = ask('/upload', `${h2c}${'http2-settings: x\r\n'.repeat(60)}${'x-a: b\r\n'.repeat(168)}`, inner);
      await eventually(() => assert.match(many.said, /^HTTP\/1\.1 431 /));
      await new Promise((resolve) => setTimeout(resolve, 200));
      assert.ok(!origin.heads.some((head) => head.includes('smuggled')), origin.heads.join('\n'));
      for (const one of [split, many]) one.socket.destroy();
      const plain = ask('/ok', webSocket);
      await eventually(() => assert.match(plain.said, /^HTTP\/1\.1 200 [^]*hello$/));
      // What Java's client and curl --http2 ask for with any first request.
      for (const body of ['', 'x'.repeat(1000), 'x'.repeat(300_000)]) {
        const other = ask(body === '' ? '/ok' : '/upload', 'connection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAAP__\r\n', body);
        await eventually(() => assert.ok(other.said.startsWith('HTTP/1.1 200 ') && other.said.endsWith(body === '' ? 'hello' : String(body.length)), `${body.length}: ${other.said}`));
        assert.doesNotMatch(origin.heads.at(-1), /^(upgrade|http2-settings):/im);
        assert.match(origin.heads.at(-1), /^x-request-id: /im);
        // Bun and Deno end the connection: Deno would lose what stands behind it in the same packet.
        if (name.startsWith('node')) {
          other.socket.write('GET /ok HTTP/1.1\r\nhost: a.example\r\n\r\n');
          await eventually(() => assert.match(other.said, /HTTP[^]*HTTP[^]*hello$/));
        } else {
          await eventually(() => assert.ok(other.ended));
        }
        other.socket.destroy();
      }
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
        [{ ORIGIN: 'http://127.0.0.1:1', SCHEME: 'tls' }, /SCHEME: "tls" is not what clients use/],
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
