// Retries, breaker, stale copies and maintenance: on workerd in front of a scripted origin; copies on Miniflare, whose workerd has a cache, and once
// under `wrangler dev`. Which of them is done when is core's, and tested there.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import zlib from 'node:zlib';
import { DIST, HOSTS, SERVERS, TRAP, eventually, request, respond, startOrigin, startWorkerd, trapping } from './harness.mjs';
import { NODE22, missing, startDev } from './wrangler.mjs';

const TOOLS = fileURLToPath(new URL('../../.tools/npm/node_modules/', import.meta.url));
const TRACE = 'Traceback (most recent call last):\n  File "/srv/app/views.py", line 12, in cart\n    total.amount\n'
  + "AttributeError: 'NoneType' object has no attribute 'amount'\n";
const BUSY = respond('503 Busy', { 'content-type': 'text/plain' }, 'busy');
const LEAK = respond('500 Oops', { 'content-type': 'text/plain', 'x-powered-by': 'PHP/8' }, TRACE);
const OK = respond('200 OK', { 'content-type': 'text/plain', etag: '"1"' }, 'hello');
// workerd sends a request without a body again itself, if the connection that it kept turns out to be closed: these leave it none.
const last = (answer) => (socket) => socket.end(answer.toString().replace('\r\n', '\r\nconnection: close\r\n'));
const GONE = null;
const HANG = undefined;

const started = [];
after(async () => {
  // The last first: folders go after what runs in them.
  for (const one of started.reverse()) await one.stop();
});

/** An origin whose answers are in `origin.script`, by path, one after the other; the last of them stays. `null` breaks off, `undefined` hangs. */
async function scripted(script = {}) {
  const origin = await startOrigin((head, socket) => {
    const answers = origin.script[head.split(' ')[1].split('?')[0]] ?? [OK];
    const next = answers.length > 1 ? answers.shift() : answers[0];
    if (next === GONE) socket.destroy();
    else if (typeof next === 'function') next(socket, head);
    else if (next !== HANG) socket.write(next);
  });
  origin.script = script;
  origin.count = (start) => origin.heads.filter((head) => head.startsWith(start)).length;
  started.push(origin);
  return origin;
}

async function workerd(origin, config, files) {
  const worker = await startWorkerd({ origin, bindings: { BACKSTOP: config }, files });
  started.push(worker);
  return worker;
}

const reports = (worker) => worker.lines().map((line) => JSON.parse(line)).filter((line) => line['backstop.report']);
const report = (worker, response) =>
  eventually(() => {
    const found = reports(worker).filter((line) => line.request_id === response.headers['x-request-id']);
    assert.equal(found.length, 1, worker.text());
    return found[0];
  });
const said = (worker, event) => worker.complaints().filter((line) => line.event === `backstop.${event}`).map(({ message }) => message);

describe('retries', () => {
  const retry = (more = {}) => ({ resilience: { retry: { backoff_ms: 1, ...more } } });

  test('an idempotent request is sent again, with the same ID, until it works or there were enough attempts', async () => {
    const origin = await scripted();
    const worker = await workerd(origin, retry({ attempts: 3 }));
    for (const [name, answers, status, sent] of [
      ['works at once', [last(OK)], 200, 1],
      ['works at the second', [last(BUSY), last(OK)], 200, 2],
      ['works at the third', [GONE, last(BUSY), last(OK)], 200, 3],
      ['never works', [last(BUSY)], 503, 3],
      ['never answers', [GONE], 502, 3],
      ['an error of its own', [last(LEAK), last(OK)], 500, 1],
    ]) {
      origin.script['/a'] = [...answers];
      origin.heads = [];
      const response = await request(worker.port, '/a', { headers: { 'x-request-id': `id-${sent}` } });
      assert.deepEqual([response.status, origin.heads.length], [status, sent], name);
      assert.ok(origin.heads.every((head) => head.includes(`x-request-id: id-${sent}`)), name);
    }
    assert.deepEqual(reports(worker).map((line) => line['http.request.resend_count']), [2, 2, undefined]);
  });

  test('what may have had an effect is never sent again', async () => {
    const origin = await scripted();
    const worker = await workerd(origin, retry());
    for (const [method, body, sent] of [['POST', 'a', 1], ['POST', undefined, 1], ['PATCH', 'a', 1], ['PUT', 'a', 1], ['DELETE', undefined, 2], ['HEAD', undefined, 2]]) {
      for (const answer of [BUSY, GONE]) {
        origin.script['/a'] = [answer === GONE ? GONE : last(method === 'HEAD' ? respond('503 Busy', { 'content-length': 4 }) : BUSY)];
        origin.heads = [];
        const response = await request(worker.port, '/a', { method, body });
        assert.deepEqual([response.status, origin.heads.length], [answer === BUSY ? 503 : 502, sent], `${method} ${body}`);
      }
    }
  });

  test('an outage does not double the load', async () => {
    const origin = await scripted({ '/a': [BUSY] });
    const worker = await workerd(origin, retry());
    for (let i = 0; i < 50; i += 1) assert.equal((await request(worker.port, '/a')).status, 503);
    // Ten that were saved up, and a fifth.
    const again = origin.heads.length - 50;
    assert.ok(again >= 10 && again <= 20, `${again} retries`);
  });

  test('retry-after is heeded, or the answer stands', async () => {
    const later = (seconds) => respond('503 Busy', { 'retry-after': seconds }, 'busy');
    const origin = await scripted({ '/soon': [later('1'), OK], '/late': [later('120'), OK], '/date': [later('Sat, 21 Nov 2026 20:00:00 GMT'), OK] });
    const worker = await workerd(origin, retry());
    const soon = await request(worker.port, '/soon');
    assert.ok(soon.status === 200 && soon.first >= 950, `${soon.status} after ${soon.first} ms`);
    for (const target of ['/late', '/date']) assert.equal((await request(worker.port, target)).status, 503);
  });

  test('an origin that hangs is given up in time, and asked again', async () => {
    const origin = await scripted({ '/once': [HANG, OK], '/always': [HANG] });
    const worker = await workerd(origin, { upstream: { timeout_ms: 300 }, resilience: { retry: { backoff_ms: 1, attempts: 5, total_ms: 1000 } } });
    const once = await request(worker.port, '/once');
    assert.ok(once.status === 200 && once.first >= 250, `${once.first} ms`);
    const always = await request(worker.port, '/always', { headers: { accept: 'text/html' } });
    assert.ok(always.status === 504 && always.first >= 600 && always.first < 1500, `${always.status} after ${always.first} ms`);
    assert.match(always.text, /<html/);
    const line = await report(worker, always);
    assert.equal(line['backstop.reason'], 'no_response');
    assert.match(line['backstop.detail'], /TimeoutError: no answer within \d+ ms/);
    assert.ok(line['http.request.resend_count'] >= 2);
    await eventually(() => assert.ok(origin.closed >= 4, 'the origin is left'));
    // What is not sent again hangs no longer either.
    const post = await request(worker.port, '/always', { method: 'POST', body: 'a'.repeat(100_000) });
    assert.deepEqual([post.status, origin.body.length], [504, 100_000]);
    // A body that takes its time is not cut off.
    origin.script['/slow'] = [(socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhello');
      setTimeout(() => socket.write('hello'), 700);
    }];
    assert.equal((await request(worker.port, '/slow')).text, 'hellohello');
  });

  test('the connection of an attempt that is given up is free again', async () => {
    const origin = await scripted({ '/a': [(socket) => socket.write('HTTP/1.1 503 Busy\r\ncontent-length: 1000\r\n\r\nx'), OK] });
    const worker = await workerd(origin, retry());
    assert.equal((await request(worker.port, '/a')).status, 200);
    await eventually(() => assert.ok(origin.closed >= 1));
  });

  // workerd does not tell it.
  for (const [name, start] of Object.entries(HOSTS).filter(([name]) => name !== 'workerd')) {
    test(`a client that left is not worked for: ${name}`, async () => {
      const origin = await scripted({ '/a': [respond('503 Busy', { 'retry-after': '1' }, 'busy')] });
      const worker = await start({ origin, backstop: retry({ attempts: 5 }) });
      started.push(worker);
      const socket = net.connect(worker.port, '127.0.0.1');
      socket.write('GET /a HTTP/1.1\r\nhost: a.example\r\n\r\n');
      await eventually(() => assert.equal(origin.heads.length, 1));
      socket.destroy();
      await new Promise((resolve) => setTimeout(resolve, 1500));
      assert.equal(origin.heads.length, 1);
      assert.equal(reports(worker).length, 0);
    });
  }
});

describe('the breaker', () => {
  const breaker = (more = {}) => ({ resilience: { breaker: { min_requests: 4, open_ms: 600, max_open_ms: 600, ...more } }, brand: { name: 'Acme' } });

  test('leaves a failing origin alone, lets one request try it, and closes when that works', async () => {
    const origin = await scripted({ '/a': [BUSY] });
    const worker = await workerd(origin, breaker());
    for (let i = 0; i < 4; i += 1) await request(worker.port, '/a');
    assert.equal(origin.heads.length, 4);
    const page = await request(worker.port, '/b', { headers: { accept: 'text/html' } });
    assert.deepEqual([page.status, origin.heads.length], [503, 4]);
    assert.match(page.headers['retry-after'], /^1$/);
    assert.match(page.text, /Acme/);
    assert.ok(page.text.includes(page.headers['x-request-id']));
    const line = await report(worker, page);
    assert.deepEqual(
      [line['backstop.reason'], line['backstop.origin'], line['backstop.detail'], line['http.response.status_code']],
      ['circuit_open', 'proxy', 'circuit breaker open', 503],
    );
    assert.equal((await request(worker.port, '/b', { method: 'POST', body: 'a' })).status, 503);
    assert.equal(origin.heads.length, 4);

    // One try at a time: it takes a while, and the others do not wait for it.
    await new Promise((resolve) => setTimeout(resolve, 650));
    origin.script['/a'] = [(socket) => setTimeout(() => socket.write(OK), 400)];
    const all = await Promise.all(Array.from({ length: 10 }, () => request(worker.port, '/a')));
    assert.deepEqual(all.map(({ status }) => status).sort(), [200, ...Array(9).fill(503)]);
    assert.equal(origin.heads.length, 5);
    const many = await Promise.all(Array.from({ length: 10 }, () => request(worker.port, '/a')));
    assert.ok(many.every(({ status }) => status === 200), 'closed again');
    const [opened, tried, closed, ...more] = said(worker, 'breaker');
    assert.match(opened, /^shop\.example\.com: open for 600 ms: 4 of 4 requests failed/);
    assert.match(tried, /half-open/);
    assert.match(closed, /closed/);
    assert.deepEqual(more, []);
  });

  test('counts what is not reached and what is too slow, and stays open while it fails', async () => {
    const origin = await scripted({ '/gone': [GONE], '/hang': [HANG] });
    const worker = await workerd(origin, { upstream: { timeout_ms: 100 }, ...breaker() });
    for (const target of ['/gone', '/hang', '/gone', '/hang']) await request(worker.port, target);
    const sent = origin.heads.length;
    assert.equal((await request(worker.port, '/a')).status, 503);
    await new Promise((resolve) => setTimeout(resolve, 650));
    assert.equal((await request(worker.port, '/hang')).status, 504);
    assert.equal((await request(worker.port, '/a')).status, 503);
    assert.equal(origin.heads.length, sent + 1);
    assert.match(said(worker, 'breaker').at(-1), /it still fails/);
  });

  test('is one for each origin', async () => {
    const origin = await scripted({ '/a': [BUSY] });
    const worker = await workerd(origin, breaker());
    for (let i = 0; i < 4; i += 1) await request(worker.port, '/a');
    assert.equal((await request(worker.port, '/b')).status, 503);
    assert.equal((await request(worker.port, '/b', { headers: { host: 'other.example.com' } })).status, 200);
  });

  test('a retry asks it too', async () => {
    const origin = await scripted({ '/a': [BUSY] });
    const worker = await workerd(origin, { resilience: { retry: { attempts: 5, backoff_ms: 1 }, ...breaker({ min_requests: 2 }).resilience } });
    const response = await request(worker.port, '/a');
    assert.deepEqual([response.status, origin.heads.length], [503, 2]);
    assert.equal((await report(worker, response))['backstop.reason'], 'circuit_open');
  });
});

describe('maintenance', () => {
  const KEY = 'let-me-see-whether-it-works';
  test('closes a site without asking the origin, but for whom it is open', async () => {
    const origin = await scripted();
    const except = { paths: ['/healthz', '/.well-known/*'], header: 'x-preview', value: KEY };
    const worker = await workerd(origin, { maintenance: { enabled: true, retry_after: 120, except }, brand: { name: 'Acme' } });
    for (const [target, headers, status] of [
      ['/', {}, 503],
      ['/healthz', {}, 200],
      ['/.well-known/acme-challenge/1', {}, 200],
      ['/', { 'x-preview': 'let-me-see' }, 503],
      ['/', { 'x-preview': KEY }, 200],
    ]) {
      assert.equal((await request(worker.port, target, { headers })).status, status, target);
    }
    assert.equal(origin.heads.length, 3);
    assert.doesNotMatch(origin.heads.at(-1), /x-preview/i, 'the key is not for the origin');
    const page = await request(worker.port, '/', { headers: { accept: 'text/html' } });
    assert.deepEqual([page.headers['retry-after'], page.headers['cache-control']], ['120', 'no-store']);
    assert.match(page.text, /Acme/);
    const post = await request(worker.port, '/', { method: 'POST', body: 'a'.repeat(100_000) });
    assert.deepEqual([post.status, JSON.parse(post.text).requestId], [503, post.headers['x-request-id']]);
    const head = await request(worker.port, '/', { method: 'HEAD' });
    assert.deepEqual([head.status, head.text], [503, '']);
    assert.deepEqual([reports(worker), worker.complaints()], [[], []], 'nothing failed');
  });

  test('closes a host only, or nothing', async () => {
    const origin = await scripted();
    const worker = await workerd(origin, { maintenance: { enabled: true, match: { host: ['shop.example.com'], path: { prefix: '/cart/' } } } });
    assert.equal((await request(worker.port, '/cart/1')).status, 503);
    assert.equal((await request(worker.port, '/other')).status, 200);
    assert.equal((await request(worker.port, '/cart/1', { headers: { host: 'a.example' } })).status, 200);
    const off = await workerd(origin, { maintenance: { enabled: false } });
    assert.equal((await request(off.port, '/')).status, 200);
  });
});

// --- copies ---

const mini = existsSync(path.join(TOOLS, 'miniflare')) ? createRequire(TOOLS)('miniflare') : undefined;

/** The worker on Miniflare, whose cache works; what a test sees of it is as of `startWorkerd`. */
async function miniflare(origin, config, files = {}) {
  const module = (name) => ({
    type: name.endsWith('.wasm') ? 'CompiledWasm' : 'ESModule',
    path: `/${name}`,
    contents: files[name] ?? readFileSync(path.join(DIST, name)),
  });
  const names = readdirSync(DIST).filter((name) => /\.(mjs|js|wasm)$/.test(name) && !/^(worker|node|server)\.mjs$/.test(name));
  const log = [];
  const instance = new mini.Miniflare({
    ...mini.convertV4MiniflareOptions({
      modules: [...new Set(['worker.mjs', ...names, ...Object.keys(files)])].map(module),
      modulesRoot: '/',
      bindings: { BACKSTOP: config, ORIGIN: `http://127.0.0.1:${origin.port}` },
      compatibilityDate: '2026-07-01',
      host: '127.0.0.1',
      port: 0,
      cf: false,
    }),
    handleStructuredLogs: ({ message }) => log.push(message),
  });
  const one = {
    stop: () => instance.dispose(),
    text: () => log.join('\n'),
    lines: () => log.filter((line) => line.startsWith('{') && !line.includes('"event"')),
    complaints: () => log.filter((line) => line.startsWith('{"event"')).map((line) => JSON.parse(line)),
  };
  started.push(one);
  one.port = Number((await instance.ready).port);
  one.cache = async () => (await instance.getCaches()).open('backstop');
  return one;
}

/** The key of the only host that these tests have. */
const copyOf = (target) => {
  const url = `http://shop.example.com${target}`;
  return `http://shop.example.com/.backstop/copy/${encodeURIComponent(url)}`;
};

async function isCopied(worker, target) {
  return (await (await worker.cache()).match(copyOf(target))) !== undefined;
}

describe('copies', { skip: mini === undefined && 'Miniflare is not installed' }, () => {
  const stale = (more = {}, rest = {}) => ({ resilience: { stale_if_error: more, ...rest } });

  /** Lets the origin answer a target well once, and waits for the copy. */
  async function copied(worker, target, headers) {
    const response = await request(worker.port, target, { headers });
    assert.equal(response.status, 200);
    await eventually(async () => assert.ok(await isCopied(worker, target), worker.text()));
    return response;
  }

  test('stand in for an origin that fails, with their age, and a report of the error', async () => {
    const fields = { 'content-type': 'text/html', 'cache-control': 'max-age=60', etag: '"1"', age: '7', vary: 'accept-language', link: ['</a>', '</b>'], date: 'Sat, 21 Nov 2026 20:00:00 GMT' };
    const good = respond('200 OK', fields, '<p>cart</p>');
    const origin = await scripted();
    const worker = await miniflare(origin, stale());
    for (const [name, failure, status, detail] of [
      ['leak', LEAK, 500, undefined],
      ['busy', BUSY, 503, undefined],
      ['gone', GONE, 502, /Network connection lost|disconnected/],
      ['empty', respond('502 Bad', {}, ''), 502, undefined],
      ['cloudflare', respond('522 Timeout', {}, 'error code: 522'), 504, /Cloudflare answered 522/],
    ]) {
      const target = `/${name}?a=%20b`;
      origin.script[`/${name}`] = [good, failure];
      const first = await copied(worker, target);
      await new Promise((resolve) => setTimeout(resolve, name === 'leak' ? 1100 : 0));
      const second = await request(worker.port, target);
      assert.deepEqual([second.status, second.text, second.broken], [200, '<p>cart</p>', false], name);
      assert.doesNotMatch(JSON.stringify(second.headers), /backstop|cf-cache/);
      for (const field of ['content-type', 'cache-control', 'etag', 'vary', 'link', 'date', 'content-length']) {
        assert.equal(second.headers[field], first.headers[field], field);
      }
      const age = Number(second.headers.age);
      assert.ok(age >= (name === 'leak' ? 8 : 7) && age <= 12, `${name}: age ${age}`);
      assert.match(second.headers['x-request-id'], /^[0-9a-f-]{36}$/);
      const line = await report(worker, second);
      assert.deepEqual(
        [line['backstop.reason'], line['backstop.decision'], line['backstop.status_received'], line['http.response.status_code']],
        ['stale', 'replaced', status, 200],
      );
      if (detail) assert.match(line['backstop.detail'], detail);
      if (failure === LEAK) assert.match(line['exception.type'], /AttributeError/);
    }
  });

  test('have the body of HEAD, ranges and conditions as well', async () => {
    const origin = await scripted({ '/a': [OK, BUSY] });
    const worker = await miniflare(origin, stale());
    await copied(worker, '/a');
    const head = await request(worker.port, '/a', { method: 'HEAD' });
    assert.deepEqual([head.status, head.text, head.headers['content-length'], head.headers.etag], [200, '', '5', '"1"']);
    const range = await request(worker.port, '/a', { headers: { range: 'bytes=0-1' } });
    assert.deepEqual([range.status, range.text], [200, 'hello']);
    const conditional = await request(worker.port, '/a', { headers: { 'if-none-match': '"1"' } });
    assert.deepEqual([conditional.status, conditional.text], [200, 'hello']);
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) assert.equal((await request(worker.port, '/a', { method })).status, 503, method);
    assert.equal((await request(worker.port, '/a', { headers: { authorization: 'Basic x' } })).status, 503);
    assert.equal((await request(worker.port, '/a', { headers: { cookie: 'a=1' } })).status, 200);
    assert.equal((await request(worker.port, '/a?b', {})).status, 503, 'another query');
    assert.equal((await request(worker.port, '/a', { headers: { host: 'other.example.com' } })).status, 503, 'another host');
  });

  test('are made of nothing that is one client\'s, incomplete, or not to be kept', async () => {
    const text = { 'content-type': 'text/plain' };
    const rows = {
      '/no-store': respond('200 OK', { ...text, 'cache-control': 'no-store' }, 'a'),
      '/private': respond('200 OK', { ...text, 'cache-control': 'private, max-age=60' }, 'a'),
      '/cookie': respond('200 OK', { ...text, 'cache-control': 'public', 'set-cookie': ['a=1', 'b=2'] }, 'a'),
      '/vary': respond('200 OK', { ...text, vary: '*' }, 'a'),
      '/s-maxage': respond('200 OK', { ...text, 'cache-control': 's-maxage=0' }, 'a'),
      '/203': respond('203 Other', text, 'a'),
      '/206': respond('206 Part', { ...text, 'content-range': 'bytes 0-0/2' }, 'a'),
      '/204': Buffer.from('HTTP/1.1 204 No Content\r\n\r\n'),
      '/404': respond('404 Not Found', text, 'a'),
      '/cut': (socket) => socket.end(respond('200 OK', { ...text, 'content-length': 100 }, 'quiet')),
      '/cut-chunked': (socket) => socket.end(respond('200 OK', { ...text, 'transfer-encoding': 'chunked' }, '5\r\nquiet\r\n')),
      '/cut-gzip': (socket) => socket.end(respond('200 OK', { ...text, 'content-encoding': 'gzip', 'transfer-encoding': 'chunked' }, '5\r\nquiet\r\n')),
      '/long': respond('200 OK', text, 'a'.repeat(2000)),
      '/long-chunked': respond('200 OK', { ...text, 'transfer-encoding': 'chunked' }, `7d0\r\n${'a'.repeat(2000)}\r\n0\r\n\r\n`),
      '/zstd': respond('200 OK', { ...text, 'content-encoding': 'zstd' }, 'a'),
      '/with-cookie': OK,
      '/with-authorization': OK,
      '/with-key': OK,
      '/with-body': OK,
      [`/${'a'.repeat(2100)}`]: OK,
    };
    const origin = await scripted(Object.fromEntries(Object.entries(rows).map(([target, good]) => [target, [good, BUSY]])));
    const worker = await miniflare(origin, stale({ max_bytes: 1000 }));
    for (const target of Object.keys(rows)) {
      const headers = { '/with-cookie': { cookie: 'a=1' }, '/with-authorization': { authorization: 'Basic x' }, '/with-key': { 'x-api-key': 'a' }, '/with-body': { 'content-length': '1' } }[target];
      const first = await request(worker.port, target, { headers, body: target === '/with-body' ? 'a' : undefined });
      assert.equal(first.broken, target.startsWith('/cut'), target);
      if (target.startsWith('/long')) assert.equal(first.text, 'a'.repeat(2000));
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
    for (const target of Object.keys(rows)) {
      assert.equal(await isCopied(worker, target), false, target);
      assert.equal((await request(worker.port, target)).status, 503, target);
    }
    assert.deepEqual(worker.complaints(), []);
  });

  test('are gone once the origin says that the page is, or has changed it', async () => {
    for (const [name, script, method] of [['deleted', [OK, OK, BUSY], 'DELETE'], ['gone', [OK, respond('410 Gone', {}, ''), BUSY], 'GET']]) {
      const origin = await scripted({ [`/${name}`]: script });
      const worker = await miniflare(origin, stale());
      await copied(worker, `/${name}`);
      await request(worker.port, `/${name}`, { method });
      await eventually(async () => assert.equal((await request(worker.port, `/${name}`)).status, 503, name));
    }
  });

  test('are not kept of what was changed while it was read', async () => {
    let rest;
    const origin = await startOrigin((head, socket) => {
      if (head.startsWith('DELETE')) socket.write(OK);
      else if (rest !== undefined) socket.write(BUSY);
      else socket.write('HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 10\r\n\r\nhello', () => (rest = () => socket.write('world')));
    });
    started.push(origin);
    const worker = await miniflare(origin, stale());
    const reading = request(worker.port, '/a');
    await eventually(() => assert.ok(rest));
    assert.equal((await request(worker.port, '/a', { method: 'DELETE' })).status, 200);
    rest();
    assert.equal((await reading).text, 'helloworld');
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal(await isCopied(worker, '/a'), false);
    assert.equal((await request(worker.port, '/a')).status, 503);
  });

  test('are one variant each', async () => {
    const vary = respond('200 OK', { 'content-type': 'text/plain', vary: 'Accept-Language' }, 'hallo');
    const origin = await scripted({ '/a': [vary, BUSY], '/host': [OK, BUSY] });
    const worker = await miniflare(origin, stale());
    await copied(worker, '/a', { 'accept-language': 'de' });
    assert.equal((await request(worker.port, '/a', { headers: { 'accept-language': 'en' } })).status, 503);
    assert.equal((await request(worker.port, '/a')).status, 503);
    assert.equal((await request(worker.port, '/a', { headers: { 'accept-language': 'de' } })).text, 'hallo');
    // A client must not choose what others are shown.
    await copied(worker, '/host', { 'x-forwarded-host': 'evil.example' });
    assert.equal((await request(worker.port, '/host')).status, 503);
  });

  test('are no longer shown after their time', async () => {
    const origin = await scripted({
      '/a': [respond('200 OK', { 'cache-control': 'max-age=1, stale-if-error=2' }, 'a'), BUSY],
      '/strict': [respond('200 OK', { 'cache-control': 'max-age=1, must-revalidate' }, 'a'), BUSY],
    });
    const worker = await miniflare(origin, stale());
    await Promise.all([copied(worker, '/a'), copied(worker, '/strict')]);
    assert.deepEqual([(await request(worker.port, '/a')).status, (await request(worker.port, '/strict')).status], [200, 200]);
    await new Promise((resolve) => setTimeout(resolve, 2000));
    assert.deepEqual([(await request(worker.port, '/a')).status, (await request(worker.port, '/strict')).status], [200, 503]);
    await new Promise((resolve) => setTimeout(resolve, 1200));
    assert.equal((await request(worker.port, '/a')).status, 503);
  });

  test('of encoded bodies are made without the encoding, and the first client gets its bytes', async () => {
    const html = '<p>all is quiet</p>'.repeat(1000);
    const rows = { gzip: zlib.gzipSync(html), br: zlib.brotliCompressSync(html) };
    const origin = await scripted();
    const worker = await miniflare(origin, stale());
    for (const [coding, bytes] of Object.entries(rows)) {
      const fields = { 'content-type': 'text/html', 'content-encoding': coding, etag: '"1"', vary: 'accept-encoding' };
      origin.script[`/${coding}`] = [respond('200 OK', fields, bytes), BUSY];
      const first = await copied(worker, `/${coding}`, { 'accept-encoding': coding });
      assert.deepEqual([first.bytes, first.headers['content-encoding'], first.headers['content-length']], [bytes, coding, String(bytes.length)]);
      const second = await request(worker.port, `/${coding}`);
      assert.deepEqual([second.status, second.text, second.headers['content-encoding'], second.headers.etag], [200, html, undefined, 'W/"1"']);
    }
  });

  test('follow the rules: what passes or is observed is not replaced', async () => {
    const origin = await scripted({ '/hooks/a': [OK, BUSY], '/watched/a': [OK, LEAK], '/404': [OK, respond('404 Not Found', {}, 'no')] });
    const rules = [
      { match: { path: { prefix: '/hooks/' } }, action: 'pass' },
      { match: { path: { prefix: '/watched/' } }, action: 'observe' },
      { match: { status: ['4xx', '5xx'] }, action: 'replace' },
    ];
    const worker = await miniflare(origin, { rules, ...stale() });
    for (const [target, status, reason] of [['/hooks/a', 503], ['/watched/a', 500, 'unsafe'], ['/404', 404, 'always']]) {
      await copied(worker, target);
      const response = await request(worker.port, target, { headers: { 'x-request-id': 'of-this-test' } });
      assert.equal(response.status, status, target);
      if (reason !== undefined) await eventually(() => assert.equal(reports(worker).at(-1)?.['backstop.reason'], reason));
    }
  });

  test('come after retries, and before the page of an open breaker', async () => {
    const origin = await scripted({ '/a': [last(OK), GONE] });
    const breaker = { min_requests: 4, open_ms: 60_000 };
    const worker = await miniflare(origin, stale({}, { retry: { attempts: 2, backoff_ms: 1 }, breaker }));
    await copied(worker, '/a');
    const tried = await request(worker.port, '/a');
    assert.deepEqual([tried.status, tried.text, origin.heads.length], [200, 'hello', 3]);
    assert.equal((await report(worker, tried))['http.request.resend_count'], 1);
    await request(worker.port, '/a');
    const sent = origin.heads.length;
    const open = await request(worker.port, '/a');
    assert.deepEqual([open.status, open.text, origin.heads.length], [200, 'hello', sent]);
    const line = await report(worker, open);
    assert.deepEqual([line['backstop.reason'], line['backstop.detail'], line['http.request.resend_count']], ['stale', 'circuit breaker open', undefined]);
    assert.equal((await request(worker.port, '/b')).status, 503);
  });

  test('are made for the next client, not for the first: it never waits for them', async () => {
    const origin = await scripted({ '/a': [(socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhello');
      setTimeout(() => socket.write('hello'), 600);
    }] });
    const slow = WITH_CACHE('put: () => new Promise(() => {}), match: () => new Promise(() => {})');
    const worker = await miniflare(origin, stale(), { 'worker.mjs': slow });
    const response = await request(worker.port, '/a');
    assert.ok(response.first < 500, `${response.first} ms`);
    assert.equal(response.text, 'hellohello');
    origin.script['/a'] = [BUSY];
    const failed = await request(worker.port, '/a');
    assert.deepEqual([failed.status, failed.first < 2000], [503, true], 'nor does anybody wait for a cache that hangs');
  });

  test('are off where the cache fails, which is said once', async () => {
    for (const broken of ['put: async () => { throw new Error("no room"); }, match: async () => undefined', 'put: async () => {}, match: async () => { throw new Error("no room"); }']) {
      const origin = await scripted({ '/a': [OK, OK, BUSY] });
      const worker = await miniflare(origin, stale(), { 'worker.mjs': WITH_CACHE(broken) });
      // Not for one failure: three in a row.
      assert.equal((await request(worker.port, '/x')).status, 200);
      assert.deepEqual(said(worker, 'copies'), []);
      for (const target of ['/y', '/z']) assert.equal((await request(worker.port, target)).status, 200);
      for (const status of [200, 200, 503, 503, 503, 503]) assert.equal((await request(worker.port, '/a')).status, status);
      await eventually(() => assert.deepEqual(said(worker, 'copies'), ['resilience.stale_if_error is off: the Cache API failed: Error: no room']));
    }
  });

  test('survive a trap in another request; one of its own costs it a generic answer', async () => {
    const origin = await scripted({ '/a': [OK, LEAK], '/leak': [LEAK] });
    const worker = await miniflare(origin, stale(), { 'worker.mjs': TRAPPING, 'trap.wasm': TRAP });
    await copied(worker, '/a');
    // The trap comes while the cache is asked for the copy.
    const waiting = request(worker.port, '/a');
    const trapped = await request(worker.port, '/leak', { headers: { 'x-trap': 'now' } });
    assert.equal((await waiting).text, 'hello');
    const own = await request(worker.port, '/a', { headers: { 'x-trap': 'now' } });
    for (const response of [trapped, own]) {
      assert.equal(response.status, 500);
      assert.equal(JSON.parse(response.text).requestId, response.headers['x-request-id']);
    }
    assert.equal((await request(worker.port, '/a')).text, 'hello');
    await eventually(() => assert.equal(said(worker, 'failure').length, 2));
  });
});

test('without a cache there are no copies, which is said once', async () => {
  const origin = await scripted({ '/a': [OK, BUSY] });
  const plain = await workerd(origin, { resilience: { stale_if_error: {} } });
  assert.equal((await request(plain.port, '/b', { method: 'DELETE' })).status, 200);
  for (const status of [200, 503, 503]) assert.equal((await request(plain.port, '/a')).status, status);
  await eventually(() => assert.match(said(plain, 'copies').join(), /^resilience\.stale_if_error is off: the Cache API failed: [^,]*No Cache was configured[^,]*$/));
});

for (const name of Object.keys(SERVERS)) {
  test(`all but the copies works in ${name} as well`, { skip: HOSTS[name] === undefined && `${name} is not installed` }, async () => {
    const origin = await scripted({ '/a': [GONE, OK], '/busy': [last(BUSY)], '/hang': [HANG], '/post': [last(OK)] });
    const upstream = { timeout_ms: 300 };
    const resilience = { retry: { backoff_ms: 1 }, stale_if_error: {}, breaker: { min_requests: 7 } };
    const except = { header: 'x-preview', value: 'let-me-see-whether-it-works' };
    const maintenance = { enabled: true, match: { path: { prefix: '/closed/' } }, except };
    const worker = await HOSTS[name]({ origin, backstop: { upstream, resilience, maintenance } });
    started.push(worker);
    const { port } = worker;
    assert.equal((await request(port, '/a')).text, 'hello');
    const busy = await request(port, '/busy');
    assert.deepEqual([busy.status, origin.count('GET /busy')], [503, 2]);
    const body = 'a'.repeat(100_000);
    const post = await request(port, '/post', { method: 'POST', body });
    assert.deepEqual([post.status, origin.body.length], [200, body.length]);
    assert.equal((await request(port, '/closed/a', { method: 'POST', body })).status, 503);
    assert.equal(origin.count('POST /closed/'), 0);
    const hanging = await request(port, '/hang');
    assert.deepEqual([hanging.status, (await report(worker, hanging))['http.request.resend_count']], [504, 1]);
    await eventually(() => assert.ok(origin.closed >= 5, 'the origin is left'));
    assert.equal((await request(port, '/a')).status, 503, 'open');
    const open = await request(port, '/closed/a', { method: 'POST', body, headers: { 'x-preview': except.value } });
    assert.deepEqual([open.status, origin.count('POST /closed/')], [503, 0], 'who gets through maintenance meets the breaker');
    assert.deepEqual(said(worker, 'copies'), ['resilience.stale_if_error is off: this runtime has no Cache API that forgets what is old']);
  });
}

test('a 200 is the object that came, unless it is copied', async () => {
  const load = (name) => import(pathToFileURL(path.join(DIST, name)));
  const [{ initSync }, { makeHandler }] = [await load('backstop.js'), await load('handler.mjs')];
  initSync({ module: new WebAssembly.Module(readFileSync(path.join(DIST, 'backstop_bg.wasm'))) });
  for (const BACKSTOP of [{}, { resilience: {} }, { maintenance: { enabled: false } }, { resilience: { retry: {}, breaker: {} } }]) {
    const response = new Response('hello');
    const handle = makeHandler({ fetchOrigin: async () => response, decodes: [] });
    assert.equal(await handle(new Request('http://shop.example.com/'), { BACKSTOP }), response, JSON.stringify(BACKSTOP));
  }
});

test('copies work under wrangler dev', { skip: missing(NODE22) }, async () => {
  const origin = await scripted({ '/a': [respond('200 OK', { 'cache-control': 'max-age=60' }, 'hello'), LEAK] });
  const folder = mkdtempSync(path.join(tmpdir(), 'backstop-wrangler-'));
  started.push({ stop: () => rmSync(folder, { recursive: true, force: true, maxRetries: 20 }) });
  const config = { name: 'backstop', main: path.join(DIST, 'worker.mjs'), compatibility_date: '2026-07-01', send_metrics: false, vars: { BACKSTOP: { resilience: { stale_if_error: {} } } } };
  writeFileSync(path.join(folder, 'wrangler.json'), JSON.stringify(config));
  const local = ['--local-upstream', `127.0.0.1:${origin.port}`, '--upstream-protocol', 'http'];
  const dev = await startDev(['--config', path.join(folder, 'wrangler.json'), ...local], { cwd: folder });
  started.push(dev);
  const { port } = dev;
  assert.equal((await request(port, '/a')).text, 'hello');
  // Once the copy is there, it is what the client gets.
  const second = await eventually(async () => {
    const response = await request(port, '/a');
    assert.equal(response.status, 200, response.text);
    return response;
  });
  assert.deepEqual([second.text, second.headers['cache-control']], ['hello', 'max-age=60']);
  assert.match(second.headers.age, /^\d$/);
});

/** The usual entry, with a cache of the test's own. */
const WITH_CACHE = (members) => `
import module from './backstop_bg.wasm';
import { initSync } from './backstop.js';
import { makeHandler } from './handler.mjs';
initSync({ module });
Object.defineProperty(globalThis, 'caches', { value: { open: async () => ({ ${members} }) } });
export default { fetch: makeHandler({ fetchOrigin: (request) => fetch(request), decodes: ['gzip', 'br'] }) };
`;

/** A core that traps for a request with `x-trap`, and a cache that takes its time. */
const TRAPPING = trapping({
  of: 'Engine',
  methods: ['open', 'showCopy'],
  arms: "request.headers.has('x-trap')",
  more: `
const { match } = Cache.prototype;
Cache.prototype.match = async function (key) { if (key.endsWith('%2Fa')) await new Promise((resolve) => setTimeout(resolve, 300)); return match.call(this, key); };`,
});
