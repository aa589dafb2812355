// A scripted origin on a real socket, and the runtimes in front of it. Everything listens on a free loopback port.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const DIST = path.join(ROOT, 'dist/worker');
export const WORKERD = process.env.WORKERD ?? path.join(ROOT, '.tools/bin/workerd');

/**
 * An origin that answers each request with what `answer(head, socket)` writes. `head` is the request's text up to its blank line.
 * `heads` collects them all, `bodies` has what came with each, `open` and `closed` count connections, `received` the bytes that came. It answers once it has the whole request, or with
 * `early` as soon as there is a head; then only one request comes on a connection.
 */
export async function startOrigin(answer, { early = false } = {}) {
  const sockets = new Set();
  const origin = { heads: [], bodies: new Map(), closed: 0, received: 0, get open() { return sockets.size; } };
  const server = net.createServer((socket) => {
    let text = '';
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      origin.closed += 1;
    });
    let answered = false;
    socket.on('data', (data) => {
      origin.received += data.length;
      if (answered) return;
      text += data.toString('latin1');
      const end = text.indexOf('\r\n\r\n');
      if (end < 0) return;
      const head = text.slice(0, end);
      if (early) {
        answered = true;
        origin.heads.push(head);
        answer(head, socket);
        return;
      }
      const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
      const chunked = /^transfer-encoding: chunked/im.test(head);
      if (chunked ? !text.endsWith('0\r\n\r\n') : text.length < end + 4 + length) return;
      origin.heads.push(head);
      origin.body = chunked ? dechunk(text.slice(end + 4)) : text.slice(end + 4);
      origin.bodies.set(head, origin.body);
      text = '';
      answer(head, socket);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin.port = server.address().port;
  origin.stop = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return origin;
}

function dechunk(text) {
  let body = '';
  for (let at = 0; ; ) {
    const line = text.indexOf('\r\n', at);
    const length = parseInt(text.slice(at, line), 16);
    if (!(length > 0)) return body;
    body += text.slice(line + 2, line + 2 + length);
    at = line + 4 + length;
  }
}

/** A complete response as bytes. `content-length` is added unless `fields` says how the body ends. */
export function respond(status, fields = {}, body = '') {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body);
  const framed = Object.keys(fields).some((name) => /^(content-length|transfer-encoding|connection)$/.test(name));
  const all = framed ? fields : { ...fields, 'content-length': bytes.length };
  let head = `HTTP/1.1 ${status}\r\n`;
  for (const [name, value] of Object.entries(all)) for (const one of [value].flat()) head += `${name}: ${one}\r\n`;
  return Buffer.concat([Buffer.from(`${head}\r\n`, 'latin1'), bytes]);
}

/**
 * workerd with the files of dist/worker, or with `files` in place of some of them. Every request of the worker goes to the origin, unless there is a
 * binding `ORIGIN`. With `points`, an origin of its own, there is a binding
 * `BACKSTOP_METRICS`, whose data points workerd sends there. `external` has bindings to origins of their own, or to workers made of one of
 * `files`: name -> `{ as, port }` or `{ as, module }`, where `as` is `service` or `kvNamespace`.
 */
export async function startWorkerd({ origin, bindings = {}, files = {}, points, external = {} }) {
  const folder = mkdtempSync(path.join(tmpdir(), 'backstop-workerd-'));
  for (const name of readdirSync(DIST)) copyFileSync(path.join(DIST, name), path.join(folder, name));
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  // The first module is the entry.
  const modules = ['worker.mjs', ...readdirSync(folder).filter((name) => /\.(mjs|js|wasm)$/.test(name) && !/^(worker|.*server)\.mjs$/.test(name))];
  const module = (name) => `(name = "${name}", ${name.endsWith('.wasm') ? 'wasm' : 'esModule'} = embed "${name}")`;
  const binding = ([name, value]) =>
    typeof value === 'string' ? `(name = "${name}", text = ${JSON.stringify(value)})` : `(name = "${name}", json = ${JSON.stringify(JSON.stringify(value))})`;
  const bound = Object.entries(bindings).map(binding);
  if (points !== undefined) bound.push('(name = "BACKSTOP_METRICS", analyticsEngine = "points")');
  for (const [name, { as }] of Object.entries(external)) bound.push(`(name = "${name}", ${as} = "${name}")`);
  const service = (name, { port, module }) =>
    module === undefined
      ? `(name = "${name}", external = (address = "127.0.0.1:${port}", http = ()))`
      : `(name = "${name}", worker = (compatibilityDate = "2026-07-01", modules = [(name = "${module}", esModule = embed "${module}")]))`;
  writeFileSync(
    path.join(folder, 'config.capnp'),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [ (name = "main", worker = .worker), ${service('origin', origin)},
    (name = "network", network = (allow = ["local", "private", "public"], tlsOptions = (trustBrowserCas = true))),
    ${service('points', points ?? origin)}, ${Object.entries(external).map(([name, one]) => service(name, one)).join(', ')} ],
  sockets = [ (name = "http", address = "127.0.0.1:0", http = (), service = "main") ] );
const worker :Workerd.Worker = ( compatibilityDate = "2026-07-01", globalOutbound = "${bindings.ORIGIN === undefined ? 'origin' : 'network'}",
  modules = [ ${modules.map(module).join(', ')} ],
  bindings = [ ${bound.join(', ')} ] );
`,
  );
  const experimental = points === undefined ? [] : ['--experimental'];
  const child = spawn(WORKERD, ['serve', ...experimental, path.join(folder, 'config.capnp'), '--control-fd=3'], { stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
  child.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const running = collect(child);
  running.port = await listening(child, running);
  return running;
}

/** The port that workerd tells on its control channel. */
export function listening(child, running) {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdio[3].on('data', (data) => {
      text += data;
      const found = /"port":(\d+)/.exec(text);
      if (found) resolve(Number(found[1]));
    });
    child.once('exit', () => reject(new Error(`workerd did not start: ${running.text()}`)));
    child.once('error', reject);
  });
}

/** How the entry for servers is started; `undefined` where `make setup` brings no such runtime for this machine. */
export const SERVERS = Object.fromEntries(
  Object.entries({ node: [], 'node-22': ['node22'], bun: ['bun'], deno: ['deno', 'run', '-NRES'] }).map(([name, [tool, ...args]]) => {
    const program = tool === undefined ? process.execPath : path.join(ROOT, '.tools/bin', tool);
    // On Linux with x86-64 each has a build: there its absence is to fail.
    const missing = !existsSync(program) && !(process.platform === 'linux' && process.arch === 'x64');
    return [name, missing ? undefined : [program, ...args, path.join(DIST, 'server.mjs')]];
  }),
);

/** The entry for servers, by one of these commands, on a port that it tells. */
export async function startServer([program, ...args], env) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, PORT: '0', ...env } });
  const running = collect(child);
  running.port = await eventually(() => {
    if (running.ended) throw new Error(`${program} did not start: ${running.text()}`);
    return Number(/listening on http:\/\/127\.0\.0\.1:(\d+)\/\n/.exec(running.text())[1]);
  });
  return running;
}

/** Every host that has a build for this machine, in front of an origin: `start({ origin, backstop, env })`. */
export const HOSTS = {
  workerd: ({ origin, backstop = {}, env }) => startWorkerd({ origin, bindings: { BACKSTOP: backstop, ...env } }),
  ...Object.fromEntries(
    Object.entries(SERVERS).filter(([, command]) => command !== undefined).map(([name, command]) => [
      name,
      ({ origin, backstop = {}, env }) => startServer(command, { ORIGIN: `http://127.0.0.1:${origin.port}`, BACKSTOP: JSON.stringify(backstop), ...env }),
    ]),
  ),
};

/** What a process wrote, and its end. */
export function collect(child) {
  let out = '';
  let err = '';
  child.stdout.on('data', (data) => (out += data));
  child.stderr.on('data', (data) => (err += data));
  const running = {
    ended: false,
    pid: child.pid,
    lines: () => out.split('\n').filter((line) => line.startsWith('{')),
    complaints: () => err.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line)),
    text: () => out + err,
    /** KiB of memory. */
    resident: () => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${running.pid}/status`, 'utf8'))[1]),
    stop: () => child.kill('SIGKILL'),
    kill: (signal) => child.kill(signal),
    /** Nobody reads what it writes any more. */
    deafen: () => [child.stdout, child.stderr].forEach((stream) => stream.destroy()),
  };
  child.once('exit', (code) => {
    running.ended = true;
    running.code = code;
  });
  running.exit = new Promise((resolve) => child.once('exit', resolve));
  return running;
}

/** One request. `broken` tells that the response did not end as announced; `first` is when its head came, in milliseconds. */
export function request(port, target = '/', { method = 'GET', headers = {}, body, timeout = 10_000 } = {}) {
  return new Promise((resolve, reject) => {
    const started = Date.now();
    const sent = http.request({ host: '127.0.0.1', port, path: target, method, headers: { host: 'shop.example.com', ...headers }, agent: false }, (response) => {
      const chunks = [];
      const first = Date.now() - started;
      const end = (broken) => {
        clearTimeout(timer);
        const bytes = Buffer.concat(chunks);
        resolve({ status: response.statusCode, reason: response.statusMessage, headers: response.headers, raw: response.rawHeaders, bytes, text: bytes.toString(), broken, first });
      };
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => end(!response.complete));
      response.on('error', () => end(true));
    });
    const timer = setTimeout(() => sent.destroy(new Error('the client waited too long')), timeout);
    sent.on('error', reject);
    if (typeof body?.pipe === 'function') body.pipe(sent);
    else sent.end(body);
  });
}

/** A bare connection to a port of this machine that says these words; `said` is what came back. */
export function dial(port, words) {
  const socket = net.connect(port, '127.0.0.1');
  const client = { socket, said: '', ended: false, stop: () => socket.destroy() };
  socket.on('data', (data) => (client.said += data.toString('latin1')));
  socket.on('error', () => {});
  socket.on('close', () => (client.ended = true));
  socket.write(words);
  return client;
}

/** Waits until `check` does not throw, for at most five seconds. */
export async function eventually(check, milliseconds = 5000) {
  for (const started = Date.now(); ; ) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() - started > milliseconds) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** (module (func (export "trap") unreachable)) */
export const TRAP = Buffer.from('0061736d0100000001040160000003020100070801047472617000000a05010300000b', 'hex');

/**
 * The entry for workerd, with a core that traps: the next call of one of `methods` of a class of core, after a request for which the expression `arms`
 * holds. `more` is further code; `answer` is what a request gets that does not go to the handler. Goes with `TRAP` as `trap.wasm`.
 */
export function trapping({ of = 'Pending', methods = ['judge', 'push'], arms = "request.url.endsWith('?trap')", more = '', answer = 'undefined' } = {}) {
  return `
import module from './backstop_bg.wasm';
import trapping from './trap.wasm';
import { Engine, initSync, Pending } from './backstop.js';
import { makeHandler } from './handler.mjs';
initSync({ module });
const { trap } = new WebAssembly.Instance(trapping).exports;
let armed = false;
for (const name of ${JSON.stringify(methods)}) {
  const real = ${of}.prototype[name];
  ${of}.prototype[name] = function (...args) { if (armed) { armed = false; trap(); } return real.apply(this, args); };
}
${more}
const handle = makeHandler({ fetchOrigin: (request) => fetch(request), decodes: ['gzip', 'br'] });
export default { fetch(request, env, context) { if (${arms}) armed = true; return ${answer} ?? handle(request, env, context); } };
`;
}
