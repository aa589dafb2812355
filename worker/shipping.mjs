// Reports go to the collector that the configuration names: core makes the requests, they are sent here.

import { complain, discard, join } from './wire.mjs';

/**
 * Sends the reports that wait, one request after another, each with what gathered meanwhile; nobody waits for it. Where a runtime ends this with the
 * request that began it, a later error goes on once `shippingUntil` is over.
 *
 * @param {object} current an engine and what belongs to it (settings.mjs)
 * @param {object} context its `waitUntil`, where there is one, outlives the answer
 * @param {(error: Error) => void} recover told when sending failed in core
 */
export function ship(current, context, recover) {
  const now = Date.now();
  if (!current.live || current.collector === undefined || now < current.shippingUntil) return;
  try {
    if (current.engine.shipWait(now) === undefined) return;
  } catch (error) {
    // The answer is there already.
    recover(error);
    return;
  }
  const done = shipAll(current).catch((error) => recover(error));
  context?.waitUntil?.(done);
}

async function shipAll(current) {
  const { engine, collector } = current;
  // After a trap `engine` is of an instance that is gone.
  while (current.live) {
    const now = Date.now();
    const body = engine.ship(now);
    const wait = body === undefined ? engine.shipWait(now) : collector.timeout;
    current.shippingUntil = wait === undefined ? 0 : now + wait + LATE;
    if (wait === undefined) return;
    if (body === undefined) {
      await new Promise((resolve) => setTimeout(resolve, Math.max(wait, 1)));
      continue;
    }
    const { status, retryAfter, bytes } = await post(collector, body);
    if (!current.live) return;
    const problem = engine.shipped(status, retryAfter, bytes, Date.now());
    if (problem !== undefined) complain('otlp', problem);
  }
}

/** Sends a request; status 0 means that no answer came. */
async function post({ endpoint, headers, timeout }, body) {
  const answer = { status: 0, retryAfter: undefined, bytes: new Uint8Array(0) };
  try {
    const response = await fetch(endpoint, { method: 'POST', headers, body, redirect: 'manual', signal: AbortSignal.timeout(timeout) });
    answer.status = response.status;
    answer.retryAfter = response.headers.get('retry-after') ?? undefined;
    if (response.body === null) return answer;
    // It says how many records were refused.
    const reader = response.body.getReader();
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      answer.bytes = join([answer.bytes, read.value]);
      if (answer.bytes.length >= MAX_ANSWER) {
        discard(reader);
        break;
      }
    }
  } catch {
    // What is known by now counts: with a status, the collector has decided.
  }
  return answer;
}

/** Bytes of a collector's answer that are read. */
const MAX_ANSWER = 4096;
/** How much later than planned, in milliseconds, shipping may go on before it counts as ended. */
const LATE = 1000;
