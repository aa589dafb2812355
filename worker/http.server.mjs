// Requests and answers of node:http as those of fetch, and back.
//
// node:http everywhere: the runtimes' own servers and `fetch` undo content codings, lose lengths, or end a body that broke off as if it were complete.

import http from 'node:http';
import https from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/**
 * Answers a request with what `handle` says.
 *
 * @param {object} site
 * @param {(request: Request) => Promise<Response>} site.handle is never rejected
 * @param {() => boolean} site.isLast whether the connection is to end with this answer
 * @param {string} site.scheme `http` or `https`: what clients use, where a balancer in front ends TLS
 * @param {(tunnel: object) => void} [join] takes a connection whose protocol the origin switched; without it, the origin is not asked to
 */
export async function serve(incoming, outgoing, { handle, isLast, scheme }, join) {
  const { socket } = incoming;
  // Each takes a connection to the origin, and a client writes thousands in one packet.
  const count = (underWay.get(socket) ?? 0) + 1;
  if (count > MAX_PIPELINED || ended.has(socket)) {
    socket.destroy();
    return;
  }
  underWay.set(socket, count);
  // Deno loses what comes behind it in the same packet, and would take the rest for requests.
  const switches = incoming.headers.upgrade !== undefined;
  if (switches) ended.add(socket);
  const gone = new AbortController();
  // It also closes after a complete answer, when core may still read the rest of the origin's.
  const leave = () => outgoing.writableFinished || gone.abort();
  outgoing.once('close', leave);
  // An answer that waits for the one before it is not told that the connection closed.
  socket.setMaxListeners(0).once('close', leave);
  // An upload may break off before that is seen: nobody is to take it for a failure of the origin.
  incoming.once('error', leave);
  let flush;
  let joined = false;
  try {
    const headers = {};
    let response;
    try {
      response = await handle(toRequest(incoming, scheme, gone.signal, join !== undefined));
      if (switches || isLast()) headers.connection = 'close';
    } catch {
      // A target that is no path, a method that fetch refuses, or too many fields.
      response = new Response(null, { status: incoming.rawHeaders.length > 2 * MAX_FIELDS ? 431 : 400, headers: { 'cache-control': 'no-store' } });
      headers.connection = 'close';
    }
    joined = response.tunnel !== undefined;
    if (joined) {
      join(response.tunnel);
      return;
    }
    for (const [name, value] of response.headers) headers[name] = name === 'set-cookie' ? response.headers.getSetCookie() : value;
    // An empty reason would be sent as such.
    outgoing.writeHead(response.status, ...(response.statusText === '' ? [headers] : [response.statusText, headers]));
    if (response.body === null) {
      outgoing.end();
    } else {
      // The head goes with the first bytes, but does not wait long for them: some answers have none for hours.
      flush = setTimeout(sendHead, FLUSH_TIME, outgoing);
      await pipeline(Readable.fromWeb(response.body), outgoing);
    }
  } catch {
    // The client left, or the origin broke off: both ends must see it.
    outgoing.destroy();
  } finally {
    clearTimeout(flush);
    socket.off('close', leave);
    underWay.set(socket, underWay.get(socket) - 1);
    if (!incoming.complete && !joined) {
      // Answered before it was read. The origin must not wait for the rest on a connection that others use again.
      gone.abort();
      // A client that still sends reads no answer, and its next request would wait behind.
      if (!socket.destroyed) drain(incoming);
    }
  }
}

/** Whether requests of a connection are not answered yet. */
export function isBusy(socket) {
  return underWay.get(socket) > 0;
}

function sendHead(outgoing) {
  try {
    outgoing.flushHeaders();
  } catch {
    // The client left, which Bun has not told yet.
  }
}

function toRequest(incoming, scheme, signal, isWebSocket) {
  const { method, url } = incoming;
  const headers = toHeaders(incoming);
  const given = headers.get('host') ?? 'localhost';
  // The absolute form tells the host itself (RFC 9112 §3.2.2).
  const absolute = /^https?:\/\/([^/?]*)\/?(.*)$/i.exec(url);
  const [, host, target] = absolute ?? [url, given, url.slice(1)];
  const forPath = absolute !== null || url.startsWith('/');
  // Of two hosts, a proxy in front may have read the other one. Bun alone would let a TRACE pass.
  if (!HOST.test(given) || !HOST.test(host) || !forPath || method === 'TRACE') throw new Error('no request for a path');
  if (isWebSocket) headers.set('upgrade', 'websocket');
  const address = incoming.socket.remoteAddress?.replace(/^::ffff:/, '');
  if (address !== undefined) headers.append('x-forwarded-for', address);
  let body;
  // fetch knows no body of a GET, so what announces one must go too.
  if (method === 'GET' || method === 'HEAD') headers.delete('content-length');
  else if (incoming.headers['content-length'] !== undefined || incoming.headers['transfer-encoding'] !== undefined) body = upload(incoming);
  return new Request(`${scheme}://${host}/${target}`, { method, headers, body, signal, duplex: 'half' });
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
export function fetchOrigin(request, late, progress, agent) {
  return new Promise((resolve, reject) => {
    const { request: send } = request.url.startsWith('https:') ? https : http;
    const { body, method, signal } = request;
    const headers = Object.fromEntries(request.headers);
    // Unasked, node:http would send the body of a DELETE without saying where it ends: a client could write the next request into it.
    if (body !== null && headers['content-length'] === undefined) headers['transfer-encoding'] = 'chunked';
    if (headers.upgrade !== undefined) headers.connection = 'Upgrade';
    const sent = send(request.url, { agent, method, headers, maxHeaderSize: MAX_HEADERS });
    sent.maxHeadersCount = MAX_FIELDS + 1;
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
    sent.once('upgrade', (incoming, upstream, first) => {
      answered = true;
      upstream.on('error', () => {});
      const asked = headers.upgrade !== undefined && incoming.headers.upgrade?.toLowerCase() === headers.upgrade;
      if (asked && REASON.test(incoming.statusMessage) && incoming.rawHeaders.length <= 2 * MAX_FIELDS) return resolve(toTunnel(incoming, upstream, first));
      upstream.destroy();
      reject(new Error('the origin switched protocols, to what nobody asked for'));
    });
    sent.on('error', (error) => {
      // The origin closed an idle connection just when it was taken again: a new one will do (RFC 9112 §9.3.1).
      const again = !answered && reused && STALE.has(error.code) && body === null && IDEMPOTENT.has(method);
      if (again) resolve(fetchOrigin(request, late, progress, false));
      else reject(error);
    });
    // After the events above: a connection may end without any of them.
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
  // A switch of protocols that nobody asked for. Bun reads reasons that nobody may send.
  if (status < 200 || !REASON.test(statusText)) throw new Error(`the status ${status} with the reason ${JSON.stringify(statusText)}`);
  const headers = toHeaders(incoming);
  // Clients of a 205 would wait for as many bytes.
  if (status === 204 || status === 205) headers.delete('content-length');
  const empty = method === 'HEAD' || [204, 205, 304].includes(status);
  if (empty) incoming.resume();
  return new Response(empty ? null : Readable.toWeb(incoming), { status, statusText, headers });
}

/** In place of a response, which cannot have the status 101 everywhere. */
function toTunnel({ statusCode: status, statusMessage: statusText, rawHeaders }, upstream, first) {
  let fields = '';
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) fields += `${rawHeaders[i]}: ${rawHeaders[i + 1]}\r\n`;
  return { status, body: null, headers: new Headers(), tunnel: { status, statusText, fields, upstream, first } };
}

function toHeaders(incoming) {
  const { connection, cookie } = incoming.headers;
  const headers = new Headers();
  const { rawHeaders } = incoming;
  if (rawHeaders.length > 2 * MAX_FIELDS) throw new Error(`more than ${MAX_FIELDS} fields`);
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) if (!HOP_BY_HOP.has(rawHeaders[i].toLowerCase())) headers.append(rawHeaders[i], rawHeaders[i + 1]);
  // Repeated cookies are joined in a way of their own (RFC 9113 §8.2.3).
  if (cookie !== undefined) headers.set('cookie', cookie);
  for (const name of connection?.match(NAMES) ?? []) headers.delete(name);
  return headers;
}

/** Requests of a connection that are not answered yet. */
const underWay = new WeakMap();
const MAX_PIPELINED = 32;
/** Connections whose last request has come. */
const ended = new WeakSet();
/** A name or an address, with or without a port; nothing that would be a part of the path. */
const HOST = /^[\w.:[\]-]+$/;
/** What may stand behind a status (RFC 9112 §4). */
const REASON = /^[\t -~\x80-\xff]*$/;
/** What belongs to one connection (RFC 9110 §7.6.1), besides what the field `connection` names. */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade']);
const NAMES = /[\w!#$%&'*+.^`|~-]+/g;
/** Methods that may be sent again (RFC 9110 §9.2.2). */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);
/** How a connection tells that the other end is gone. */
const STALE = new Set(['ECONNRESET', 'EPIPE']);
/** Milliseconds that a client may still send what nobody waits for. */
const DRAIN_TIME = 30_000;
/**
 * Fields of a request or an answer. node:http drops those above its own limit, and the length of the body with them, so it reads one more. Bun reads 198 of a
 * request; Deno takes half a second for a thousand.
 */
export const MAX_FIELDS = 200;
/** Bytes of an answer's fields that are read. */
const MAX_HEADERS = 262_144;
/** Milliseconds that the head of an answer waits for the first bytes behind it. */
const FLUSH_TIME = 10;
