// The entry for servers: `ORIGIN=http://127.0.0.1:3000 PORT=8080 node server.mjs`, and so under Deno and Bun.
// Environment: ORIGIN, the application (required), BACKSTOP, the configuration as JSON, PORT (8080; 0 for any), HOST (127.0.0.1),
// SCHEME (http) and GRACE_SECONDS (25).

import { readFileSync } from 'node:fs';
import http from 'node:http';
import process from 'node:process';
import { initSync } from './backstop.js';
import { recover } from './engines.mjs';
import { checkSettings, makeHandler } from './handler.mjs';
import { MAX_FIELDS, fetchOrigin, serve } from './http.server.mjs';
import { isWebSocket, takeSwitches } from './switch.server.mjs';
import { complain } from './wire.mjs';

initSync({ module: new WebAssembly.Module(readFileSync(new URL('./backstop_bg.wasm', import.meta.url))) });

const { env } = process;
try {
  checkSettings(env);
} catch (error) {
  refuse(error.message);
}
const [port, host, grace, scheme] = [env.PORT || '8080', env.HOST || '127.0.0.1', env.GRACE_SECONDS || '25', env.SCHEME || 'http'];
if (!/^\d{1,5}$/.test(port) || port > 65_535) refuse(`PORT: ${JSON.stringify(port)} is not a port: write a number from 0 to 65535`);
if (!/^\d{1,4}$/.test(grace)) refuse(`GRACE_SECONDS: ${JSON.stringify(grace)} is no time: write seconds, from 0 to 9999`);
if (!/^https?$/.test(scheme)) refuse(`SCHEME: ${JSON.stringify(scheme)} is not what clients use: write http, or https where a balancer in front ends TLS`);
if (env.BACKSTOP === '') console.error('backstop: BACKSTOP is empty: the default configuration is in force');

// Nobody reads the log any more: to tell that would fail again, and so for ever.
for (const log of [process.stdout, process.stderr]) log.on('error', () => {});

/** Requests, and what is still to do behind an answer: reports. */
const underWay = new Set();
let stopping = false;
const handle = makeHandler({ fetchOrigin, decodes: [], upstreamTimeout: 60_000 });
const options = {
  // Node's own limit is 16 KiB.
  maxHeaderSize: 65_536,
  // An upload may take as long as it goes on; this would be the limit for fields too, unless they have their own.
  requestTimeout: 0,
  headersTimeout: 60_000,
  // Node loses what comes behind a request whose switch is refused so; there it is ignored in another way.
  shouldUpgradeCallback: process.versions.bun ?? process.versions.deno ? isWebSocket : undefined,
  // Longer than the balancers in front keep a connection: 600 s at Google. What they send when it just closed is lost.
  keepAliveTimeout: 620_000,
};
const site = { handle: (request) => handle(request, env, { waitUntil }), isLast: () => stopping, scheme };
const server = http.createServer(options, (incoming, outgoing) => waitUntil(serve(incoming, outgoing, site)));
takeSwitches(server, site, waitUntil);
server.maxHeadersCount = MAX_FIELDS + 1;
server.on('error', (error) => {
  if (!server.listening) refuse(`cannot listen on ${host}:${port} (${error.code}): set PORT or HOST to what is free and this machine's own`);
  // A connection that could not be taken, such as EMFILE.
  complain('connection', `a connection was not accepted: ${error.message}`);
});
server.listen(Number(port), host, () => {
  const { address, family, port } = server.address();
  console.error(`backstop: listening on http://${family === 'IPv6' ? `[${address}]` : address}:${port}/`);
});
// From here on, what nobody waits for must not end the process, and every request that is under way with it.
for (const event of ['uncaughtException', 'unhandledRejection']) process.on(event, (error) => recover(error));
for (const [signal, number] of [['SIGINT', 2], ['SIGTERM', 15]]) process.on(signal, () => stop(signal, number));

function refuse(problem) {
  console.error(`backstop: ${problem}`);
  process.exit(1);
}

function waitUntil(work) {
  underWay.add(work);
  const end = () => underWay.delete(work);
  work.then(end, end);
}

/** Takes no more connections, ends what is under way, and exits; at once when it is told again. */
async function stop(signal, number) {
  if (stopping) process.exit(128 + number);
  stopping = true;
  console.error(`backstop: ${signal}: stopping within ${grace} s, or at once with another signal`);
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections?.();
  await Promise.race([end(closed), wait(grace * 1000)]);
  if (underWay.size > 0) complain('stop', `${underWay.size} requests or reports were not finished within ${grace} s`);
  process.exit(0);
}

async function end(closed) {
  // An answer that ends may have a report to send.
  while (underWay.size > 0) await Promise.allSettled(underWay);
  // Some became idle meanwhile. Others never sent a request, and are not waited for.
  server.closeIdleConnections?.();
  await Promise.race([closed, wait(500)]);
}

function wait(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
