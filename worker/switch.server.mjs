// Switches of protocol (RFC 9110 §7.8): WebSockets go through; to anybody else who asks, the answer is that of a request that did not.

import http from 'node:http';
import { MAX_FIELDS, isBusy, serve } from './http.server.mjs';

/** Whether a request asks for a WebSocket. */
export function isWebSocket({ method, headers }) {
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket';
}

/**
 * Takes over what a server gets that asks for another protocol.
 *
 * @param {http.Server} server
 * @param {object} site as `serve` has it; its `handle` answers with a `tunnel` where the origin switches (`fetchOrigin`)
 * @param {(work: Promise) => void} waitUntil the server is to go on for so long
 */
export function takeSwitches(server, site, waitUntil) {
  server.on('upgrade', (incoming, socket, head) => {
    socket.on('error', () => {});
    // What was asked before would be answered behind the switch.
    if (isBusy(incoming.socket)) socket.destroy();
    else if (isWebSocket(incoming)) waitUntil(serveAlone(incoming, socket, head, site).catch(() => socket.destroy()));
    else ignoreSwitch(server, incoming, socket, head);
  });
}

/** Answers the last request of a connection, or joins it to the origin's. */
async function serveAlone(incoming, socket, head, site) {
  const outgoing = new http.ServerResponse(incoming);
  outgoing.assignSocket(socket);
  outgoing.once('finish', () => socket.end());
  // Nobody reads yet, and so nobody would learn that the client left. What it sends early stays where it is.
  const look = () => void (socket.readableLength === 0 && socket.read(0));
  const leave = () => socket.destroy();
  if (head.length === 0) socket.on('readable', look).once('end', leave);
  await serve(incoming, outgoing, { ...site, isLast: () => true }, ({ status, statusText, fields, upstream, first }) => {
    socket.off('readable', look).off('end', leave);
    outgoing.detachSocket(socket);
    socket.write(Buffer.concat([Buffer.from(`HTTP/1.1 ${status} ${statusText}\r\n${fields}\r\n`, 'latin1'), first]));
    upstream.write(head);
    connect(socket, upstream);
    connect(upstream, socket);
  });
}

/** Sends on what comes from one side, and its end; the other side may then go on for a while. */
function connect(from, to) {
  if (from.destroyed) to.destroy();
  // One that vanished without a word is to be found out.
  from.setKeepAlive(true, 60_000);
  from.on('error', () => to.destroy());
  // What it sent before its end may still be on the way.
  from.once('close', () => from.readableEnded || to.destroy());
  from.once('end', () => setTimeout(() => to.destroy(), CLOSING_TIME).unref());
  from.pipe(to);
}

/**
 * HTTP/2 over cleartext is what some clients ask for with each first request, with bodies too, and a server may ignore it. Node has let go of the
 * connection: to it, this is a new one, which begins with the same request.
 */
function ignoreSwitch(server, { method, url, httpVersion, rawHeaders }, socket, head) {
  // Of more fields Node has dropped some, maybe those that say where the body ends.
  if (rawHeaders.length > 2 * MAX_FIELDS) {
    socket.end('HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    return;
  }
  let text = `${method} ${url} HTTP/${httpVersion}\r\n`;
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) if (!/^(upgrade|http2-settings)$/i.test(rawHeaders[i])) text += `${rawHeaders[i]}: ${rawHeaders[i + 1]}\r\n`;
  socket.unshift(Buffer.concat([Buffer.from(`${text}\r\n`, 'latin1'), head]));
  server.emit('connection', socket);
}

/** Milliseconds that one side of a tunnel may send once the other side has ended. */
const CLOSING_TIME = 30_000;
