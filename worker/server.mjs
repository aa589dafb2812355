// The entry for servers: `ORIGIN=http://127.0.0.1:3000 PORT=8080 node server.mjs`, and so under Deno and Bun.
// Environment: ORIGIN, the application (required), BACKSTOP, the configuration as JSON, PORT (8080; 0 for any) and HOST (127.0.0.1).
//
// node:http everywhere: the runtimes' own servers and `fetch` undo content codings, lose lengths, or end a body that broke off as if it were complete.

import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import process from 'node:process';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { initSync } from './backstop.js';
import { recover } from './engines.mjs';
import { checkSettings, makeHandler } from './handler.mjs';

initSync({ module: new WebAssembly.Module(readFileSync(new URL('./backstop_bg.wasm', import.meta.url))) });

const { env } = process;
try {
  checkSettings(env);
} catch (error) {
  refuse(error.message);
}

// What nobody waits for must not end the process, and every request that is under way with it.
process.on('uncaughtException', (error) => recover(error));
process.on('unhandledRejection', (error) => recover(error));

const handle = makeHandler({ fetchOrigin, decodes: [], upstreamTimeout: 60_000 });
// An upload may take as long as it goes on; Node's own limit for fields is 16 KiB.
const server = http.createServer({ maxHeaderSize: 65_536, requestTimeout: 0 }, serve);
const [port, host] = [env.PORT || '8080', env.HOST || '127.0.0.1'];
if (!/^\d{1,5}$/.test(port) || port > 65_535) refuse(`PORT: ${JSON.stringify(port)} is not a port: write a number from 0 to 65535`);
if (env.BACKSTOP === '') console.error('backstop: BACKSTOP is empty: the default configuration is in force');
server.once('error', (error) => refuse(`cannot listen on ${host}:${port} (${error.code}): set PORT or HOST to what is free and this machine's own`));
server.listen(Number(port), host, () => {
  const { address, family, port } = server.address();
  console.error(`backstop: listening on http://${family === 'IPv6' ? `[${address}]` : address}:${port}/`);
});

function refuse(problem) {
  console.error(`backstop: ${problem}`);
  process.exit(1);
}

async function serve(incoming, outgoing) {
  const gone = new AbortController();
  // It also closes after a complete answer, when core may still read the rest of the origin's.
  outgoing.once('close', () => outgoing.writableFinished || gone.abort());
  let request;
  try {
    request = toRequest(incoming, gone.signal);
  } catch {
    // A target that is no path, or a method that fetch refuses.
    outgoing.writeHead(400, { connection: 'close', 'cache-control': 'no-store' }).end();
    return;
  }
  try {
    const response = await handle(request, env);
    const headers = {};
    for (const [name, value] of response.headers) headers[name] = name === 'set-cookie' ? response.headers.getSetCookie() : value;
    // An empty reason would be sent as such.
    outgoing.writeHead(response.status, ...(response.statusText === '' ? [headers] : [response.statusText, headers]));
    if (response.body === null) outgoing.end();
    else await pipeline(Readable.fromWeb(response.body), outgoing);
  } catch {
    // The client left, or the origin broke off: both ends must see it.
    outgoing.destroy();
  } finally {
    // What was answered before it was read: a client that still sends reads no answer, and its next request would wait behind.
    if (!incoming.complete) drain(incoming);
  }
}

function toRequest(incoming, signal) {
  const { method, url } = incoming;
  const { host = 'localhost' } = incoming.headers;
  if (!HOST.test(host) || !url.startsWith('/')) throw new Error('no URL');
  const headers = toHeaders(incoming);
  let body;
  // fetch knows no body of a GET, so what announces one must go too.
  if (method === 'GET' || method === 'HEAD') headers.delete('content-length');
  else if (incoming.headers['content-length'] !== undefined || incoming.headers['transfer-encoding'] !== undefined) body = upload(incoming);
  return new Request(`http://${host}${url}`, { method, headers, body, signal, duplex: 'half' });
}

/** The body of a request, which can be given up without its connection: a client that is answered early may still send. */
function upload(incoming) {
  const source = {
    start(controller) {
      incoming.on('data', (piece) => {
        try {
          controller.enqueue(piece);
        } catch {
          // It was given up.
          drain(incoming);
          return;
        }
        if (controller.desiredSize <= 0) incoming.pause();
      });
      const end = (error) => {
        try {
          if (error === undefined) controller.close();
          else controller.error(error);
        } catch {
          // It was given up.
        }
      };
      incoming.once('end', () => end());
      incoming.on('error', end);
      incoming.once('close', () => incoming.complete || end(new Error('the client left')));
      incoming.pause();
    },
    pull: () => void incoming.resume(),
    cancel: () => drain(incoming),
  };
  return new ReadableStream(source, new ByteLengthQueuingStrategy({ highWaterMark: 65_536 }));
}

/** Reads on for nobody, but not for ever. */
function drain(incoming) {
  incoming.removeAllListeners('data').resume();
  setTimeout(() => incoming.complete || incoming.destroy(), DRAIN_TIME).unref();
}

/** Sends a request by node:http, which, unlike fetch, leaves content codings as they come; gives up once it is `late`. */
function fetchOrigin(request, late, progress, agent) {
  return new Promise((resolve, reject) => {
    const { request: send } = request.url.startsWith('https:') ? https : http;
    const { body, method, signal } = request;
    const sent = send(request.url, { agent, method, headers: Object.fromEntries(request.headers), maxHeaderSize: MAX_HEADERS });
    for (const given of [late, signal]) {
      const giveUp = () => {
        sent.destroy(given.reason);
        reject(given.reason);
      };
      if (given?.aborted) giveUp();
      else given?.addEventListener('abort', giveUp);
    }
    let answered = false;
    let reused = false;
    sent.once('socket', () => {
      // Deno takes this for leave to send anything again, a POST too, even one that was given up, and hangs (denoland/deno#36786).
      ({ reusedSocket: reused } = sent);
      sent.reusedSocket = false;
    });
    sent.once('response', (incoming) => {
      answered = true;
      // Deno tells of a connection that broke off even where nobody reads the body, and ends the process if nobody listens.
      incoming.on('error', () => {});
      try {
        resolve(toResponse(incoming, method));
      } catch (error) {
        incoming.destroy();
        reject(error);
      }
    });
    sent.on('error', (error) => {
      // The origin closed an idle connection just when it was taken again: a new one will do (RFC 9112 §9.3.1).
      const again = !answered && reused && error.code === 'ECONNRESET' && body === null && IDEMPOTENT.has(method);
      if (again) resolve(fetchOrigin(request, late, progress, false));
      else reject(error);
    });
    // After the events above: an unasked switch of protocols ends without any of them.
    sent.once('close', () => reject(new Error('the connection was closed without an answer')));
    if (body === null) sent.end();
    else pipeline(Readable.fromWeb(body), (pieces) => telling(pieces, progress), sent).catch(reject);
  });
}

async function* telling(pieces, progress) {
  for await (const piece of pieces) {
    progress?.();
    yield piece;
  }
}

function toResponse(incoming, method) {
  const { statusCode: status, statusMessage: statusText } = incoming;
  const empty = method === 'HEAD' || [204, 205, 304].includes(status);
  if (empty) incoming.resume();
  return new Response(empty ? null : Readable.toWeb(incoming), { status, statusText, headers: toHeaders(incoming) });
}

function toHeaders(incoming) {
  const { connection, cookie } = incoming.headers;
  const headers = new Headers();
  const { rawHeaders } = incoming;
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) if (!HOP_BY_HOP.has(rawHeaders[i].toLowerCase())) headers.append(rawHeaders[i], rawHeaders[i + 1]);
  // Repeated cookies are joined in a way of their own (RFC 9113 §8.2.3).
  if (cookie !== undefined) headers.set('cookie', cookie);
  for (const name of connection?.match(NAMES) ?? []) headers.delete(name);
  return headers;
}

/** A name or an address, with or without a port; nothing that would be a part of the path. */
const HOST = /^[\w.:[\]-]+$/;
/** What belongs to one connection (RFC 9110 §7.6.1), besides what the field `connection` names. */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade']);
const NAMES = /[\w!#$%&'*+.^`|~-]+/g;
/** Methods that may be sent again (RFC 9110 §9.2.2). */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);
/** Milliseconds that a client may still send what nobody waits for. */
const DRAIN_TIME = 30_000;
/** Bytes of an answer's fields that are read. */
const MAX_HEADERS = 262_144;
