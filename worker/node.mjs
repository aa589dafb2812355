// The entry for Node 20 and later: `ORIGIN=http://127.0.0.1:3000 PORT=8080 node node.mjs`.
// Environment: ORIGIN, the application (required), BACKSTOP, the configuration as JSON, PORT (8080) and HOST (127.0.0.1).

import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { initSync } from './backstop.js';
import { checkSettings, makeHandler } from './handler.mjs';

initSync({ module: new WebAssembly.Module(readFileSync(new URL('./backstop_bg.wasm', import.meta.url))) });

const { env } = process;
try {
  checkSettings(env);
} catch (error) {
  console.error(`backstop: ${error.message}`);
  process.exit(1);
}

const handle = makeHandler({ fetchOrigin, decodes: [] });
const server = http.createServer(serve);
server.listen(Number(env.PORT ?? 8080), env.HOST ?? '127.0.0.1');

async function serve(incoming, outgoing) {
  try {
    const gone = new AbortController();
    outgoing.once('close', () => gone.abort());
    const response = await handle(toRequest(incoming, gone.signal), env);
    const headers = {};
    for (const [name, value] of response.headers) headers[name] = name === 'set-cookie' ? response.headers.getSetCookie() : value;
    // An empty reason would be sent as such.
    outgoing.writeHead(response.status, ...(response.statusText === '' ? [headers] : [response.statusText, headers]));
    if (response.body === null) outgoing.end();
    else await pipeline(Readable.fromWeb(response.body), outgoing);
  } catch {
    // The client left, or the origin broke off: both ends must see it.
    outgoing.destroy();
  }
}

function toRequest(incoming, signal) {
  const { method, url } = incoming;
  const headers = toHeaders(incoming);
  let body;
  // fetch knows no body of a GET, so what announces one must go too.
  if (method === 'GET' || method === 'HEAD') headers.delete('content-length');
  else if (incoming.headers['content-length'] !== undefined || incoming.headers['transfer-encoding'] !== undefined) body = Readable.toWeb(incoming);
  return new Request(`http://${incoming.headers.host ?? 'localhost'}${url}`, { method, headers, body, signal, duplex: 'half' });
}

/** Sends a request by node:http, which, unlike fetch, leaves content codings as they come. */
function fetchOrigin(request) {
  return new Promise((resolve, reject) => {
    const { request: send } = request.url.startsWith('https:') ? https : http;
    const { method, signal } = request;
    const sent = send(request.url, { method, signal, headers: Object.fromEntries(request.headers) });
    sent.once('response', (incoming) => {
      try {
        resolve(toResponse(incoming, method));
      } catch (error) {
        incoming.destroy();
        reject(error);
      }
    });
    sent.once('error', reject);
    if (request.body === null) sent.end();
    else pipeline(Readable.fromWeb(request.body), sent).catch(reject);
  });
}

function toResponse(incoming, method) {
  const { statusCode: status, statusMessage: statusText } = incoming;
  const empty = method === 'HEAD' || [204, 205, 304].includes(status);
  if (empty) incoming.resume();
  return new Response(empty ? null : Readable.toWeb(incoming), { status, statusText, headers: toHeaders(incoming) });
}

function toHeaders(incoming) {
  const headers = new Headers();
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    if (!HOP_BY_HOP.has(name)) for (const value of values) headers.append(name, value);
  }
  return headers;
}

/** What belongs to one connection (RFC 9110 §7.6.1). */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade']);
