// What the worker does about an origin that fails, where the configuration asks for it: it sends again, leaves the origin alone, shows an older copy,
// or says that the site is closed. Core decides each of these (src/resilience.rs).

import { End } from './backstop.js';
import { recover } from './engines.mjs';
import { conclude, payloadOf, showRest } from './response.mjs';
import { ship } from './shipping.mjs';
import { NoAnswer, askOrigin, requestHead } from './upstream.mjs';
import { bytesOf, complain, deadline, discard, join, pack, unpack } from './wire.mjs';

/** What the configuration asks for, and what this isolate remembers; undefined where it asks for nothing. */
export function resilienceOf(engine) {
  const asked = engine.resilience().split(' ');
  if (asked[0] === '') return undefined;
  let copies = asked.includes('copies');
  // Deno has a cache too, but it keeps everything for ever.
  if (copies && (typeof caches === 'undefined' || globalThis.Deno !== undefined)) {
    copies = false;
    complain('copies', 'resilience.stale_if_error is off: this runtime has no Cache API that forgets what is old');
  }
  return {
    maintenance: asked.includes('maintenance'),
    breaker: asked.includes('breaker'),
    retry: asked.includes('retry'),
    copies,
    pass: engine.maintenanceHeader(),
    copyLimit: engine.copyLimit(),
    /** When which URL was copied last, by this isolate. */
    copied: new Map(),
    /** How often in a row the cache failed. */
    failed: 0,
    copying: 0,
  };
}

/**
 * Gets the origin's response: `{ response, resends }`, or `{ answer }`, which is all that the client gets.
 *
 * @param {object} way
 * @param {object} way.runtime as `makeHandler` has it
 * @param {() => object} way.live the engine and what belongs to it (settings.mjs): a trap in another request may take it away at any `await`
 * @param {Request} way.request the client's
 * @param {Request} way.upstream the same as it goes upstream
 * @param {string} way.id
 * @param {string} way.trace of a trace that starts here
 * @param {number} way.arrived
 * @param {number} [way.limit] milliseconds that the head of an answer may take
 * @param {object} way.context its `waitUntil`, where there is one, outlives the answer
 */
export async function reach(way) {
  const { runtime, live, request, id, trace, arrived, limit } = way;
  let { upstream } = way;
  let { engine, resilience } = live();
  const isLeft = () => request.signal?.aborted === true;
  if (resilience.maintenance) {
    const pass = resilience.pass === undefined ? undefined : (request.headers.get(resilience.pass) ?? undefined);
    const answer = engine.maintain(requestHead(live(), request, trace), id, arrived, pass, Date.now());
    if (answer !== undefined) return { answer: conclude(answer) };
    if (pass !== undefined) {
      upstream = new Request(upstream, upstream.body === null ? undefined : { duplex: 'half' });
      upstream.headers.delete(resilience.pass);
    }
  }

  const host = authority(upstream.url);
  const mayRetry = resilience.retry && engine.mayRetry(request.method, upstream.body !== null);
  const began = Date.now();
  let sent = 0;
  let refusal = -1;
  let response, failure;
  for (;;) {
    const admitted = resilience.breaker ? engine.admit(host, Date.now()) : 0;
    if (resilience.breaker) tell(engine);
    if (admitted < 0) {
      refusal = -admitted;
      response = undefined;
      break;
    }
    const left = sent > 0 ? Math.min(engine.retryTime(Date.now() - began), limit ?? Infinity) : limit;
    sent += 1;
    response = undefined;
    try {
      response = await askOrigin(runtime, upstream, left);
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      failure = error;
    }
    ({ engine, resilience } = live());
    const status = response?.status ?? 0;
    if (resilience.breaker) {
      if (isLeft()) engine.abandon(host, admitted);
      else engine.settle(host, admitted, status, Date.now());
      tell(engine);
    }
    if (isLeft()) return left499(response);
    if (!mayRetry || (status > 0 && status < 400)) break;
    const wait = engine.retryIn(sent, status, response?.headers.get('retry-after') ?? undefined, Date.now() - began);
    if (wait === undefined) break;
    discard(response?.body);
    await new Promise((resolve) => setTimeout(resolve, wait));
    if (isLeft()) return left499();
    ({ engine, resilience } = live());
  }

  const resends = Math.max(sent - 1, 0);
  if (resilience.copies && response !== undefined && invalidates(request.method, response.status)) forget(way);
  if (response !== undefined && !(resilience.copies && response.status >= 400 && engine.copyStandsIn(response.status))) {
    return { response: resilience.copies ? keep(way, response, began) : response, resends };
  }
  const copy = resilience.copies ? await findCopy(way) : undefined;
  if (isLeft()) return left499(response);
  const current = live();
  ({ engine } = current);
  const head = requestHead(current, request, trace);
  if (response !== undefined) {
    if (copy === undefined) return { response, resends };
    engine.resent(resends);
    const pending = engine.openForCopy(head, id, arrived, response.status, pack(response.headers), payloadOf(response.body, response.headers.get('content-encoding'), request.method, runtime.decodes));
    if (pending === undefined) return { response, resends };
    if (response.body === null) conclude(pending.finish(End.Complete, Date.now()));
    else afterwards(way, showRest(response.body.getReader(), pending, deadline(current.timeout)));
    ship(current, way.context, recover);
    return { answer: copy };
  }
  const status = refusal >= 0 ? 503 : failure.status;
  const detail = refusal >= 0 ? 'circuit breaker open' : failure.message;
  engine.resent(resends);
  const generic = conclude(engine.unanswered(head, id, arrived, status, detail, refusal, copy !== undefined, Date.now()));
  ship(current, way.context, recover);
  return { answer: generic ?? copy };
}

/** Keeps a copy of a good response, behind the client's back; what the client gets, which may be that very object. */
function keep(way, response, began) {
  const { runtime, live, request } = way;
  const { engine, resilience } = live();
  const { url, headers } = request;
  const { copied, copyLimit } = resilience;
  if (request.method !== 'GET' || response.status !== 200 || response.body === null || url.length > MAX_URL) return response;
  // Of the first two core says the same; most requests have one, and are spared the question.
  if (headers.has('cookie') || headers.has('authorization') || request.body !== null) return response;
  const now = Date.now();
  if (now - (copied.get(url) ?? -Infinity) < RENEW || resilience.copying >= MAX_COPYING) return response;
  const length = response.headers.get('content-length');
  if (Number(length) > copyLimit) return response;
  const coding = response.headers.get('content-encoding');
  const record = engine.copy(pack(headers), pack(response.headers), runtime.decodes.includes(coding), began);
  if (record === undefined) return response;
  if (copied.size >= MAX_COPIED) copied.clear();
  copied.set(url, now);
  resilience.copying += 1;
  const [sent, kept] = response.body.tee();
  const size = coding === null && length !== null ? Number(length) : undefined;
  afterwards(way, store(resilience, url, now, record, kept, size));
  return new Response(sent, response);
}

/** Whether what was kept of a URL is out of date now (RFC 9111 §4.4), or gone. */
function invalidates(method, status) {
  if (method === 'GET') return status === 404 || status === 410;
  return !['HEAD', 'OPTIONS', 'TRACE'].includes(method) && status < 400;
}

function forget(way) {
  const { resilience } = way.live();
  const { url } = way.request;
  resilience.copied.delete(url);
  const remove = async () => (await caches.open(CACHE)).delete(keyOf(url));
  afterwards(way, remove().catch((error) => cacheFailed(resilience, error)));
}

async function store(resilience, url, began, record, kept, size) {
  const lines = record.indexOf('\n');
  try {
    const bytes = await readWhole(kept, resilience.copyLimit, STORE_TIME);
    // Cut off, too long or too slow: it is no copy.
    if (bytes === undefined || (size !== undefined && bytes.length !== size)) return;
    // Forgotten while it was read: the page was changed.
    if (resilience.copied.get(url) !== began) return;
    const headers = {
      'cache-control': `max-age=${record.slice(0, lines)}`,
      'content-type': 'application/octet-stream',
      [RECORD]: encodeURIComponent(record.slice(lines + 1)),
    };
    const cache = await caches.open(CACHE);
    await cache.put(keyOf(url), new Response(bytes, { headers }));
    resilience.failed = 0;
  } catch (error) {
    cacheFailed(resilience, error);
  } finally {
    resilience.copying -= 1;
  }
}

/** A copy that may be shown to this client; it is read to its end first, so that nothing half is sent. */
async function findCopy({ live, request, id }) {
  const { method, url, headers } = request;
  if ((method !== 'GET' && method !== 'HEAD') || url.length > MAX_URL) return undefined;
  const stored = await readCopy(live().resilience, url);
  if (stored === undefined) return undefined;
  const fields = live().engine.showCopy(stored.record, pack(headers), id, Date.now());
  if (fields === undefined) return undefined;
  const shown = new Headers(unpack(fields));
  if (method === 'HEAD') shown.set('content-length', String(stored.bytes.length));
  return new Response(method === 'HEAD' ? null : stored.bytes, { status: 200, headers: shown });
}

async function readCopy(resilience, url) {
  const time = deadline(FIND_TIME);
  try {
    const found = caches.open(CACHE).then((cache) => cache.match(keyOf(url)));
    const entry = await Promise.race([found, time.up]);
    if (entry !== undefined) resilience.failed = 0;
    const record = entry?.headers.get(RECORD);
    if (entry === undefined) found.catch(() => {});
    if (!record) return undefined;
    const bytes = entry.body === null ? new Uint8Array(0) : await readWhole(entry.body, resilience.copyLimit, FIND_TIME);
    return bytes && { record: decodeURIComponent(record), bytes };
  } catch (error) {
    cacheFailed(resilience, error);
    return undefined;
  } finally {
    time.stop();
  }
}

/** A body of at most so many bytes; undefined where it is longer, slower or broken off. */
async function readWhole(body, limit, milliseconds) {
  const reader = body.getReader();
  const time = deadline(milliseconds);
  const chunks = [];
  let size = 0;
  try {
    for (;;) {
      const read = await Promise.race([reader.read(), time.up]);
      if (read === undefined) break;
      if (read.done) return join(chunks);
      const bytes = bytesOf(read.value);
      size += bytes.length;
      if (size > limit) break;
      chunks.push(bytes);
    }
  } catch {
    return undefined;
  } finally {
    time.stop();
  }
  discard(reader);
  return undefined;
}

/** A cache that fails again and again is left alone, which is said once: it would fail for every request. */
function cacheFailed(resilience, error) {
  resilience.failed += 1;
  if (!resilience.copies || resilience.failed < MAX_FAILED) return;
  resilience.copies = false;
  complain('copies', `resilience.stale_if_error is off: the Cache API failed: ${error}`);
}

/** Work that outlives the answer. */
function afterwards({ live, context, id }, work) {
  const done = work.then(() => ship(live(), context, recover)).catch((error) => recover(error, id));
  context?.waitUntil?.(done);
}

function tell(engine) {
  for (let notice = engine.notice(); notice !== undefined; notice = engine.notice()) complain('breaker', notice);
}

/** The client left: nothing failed, and nobody reads this. */
function left499(response) {
  discard(response?.body);
  return { answer: new Response(null, { status: 499 }) };
}

/** The host that a breaker is for, however clients write it. */
function authority(url) {
  return new URL(url).host.replace(/\.(?=:|$)/, '');
}

/** Below the request's own host, so that a copy belongs to its zone. All of the URL is in one part of the path: no two have the same key. */
function keyOf(url) {
  return `${new URL(url).origin}/.backstop/copy/${encodeURIComponent(url)}`;
}

/** A cache of its own: what `fetch` itself caches is elsewhere. */
const CACHE = 'backstop';
/** The field of a cache's entry that says what it is a copy of. The entry's other fields are for the cache alone. */
const RECORD = 'x-backstop-copy';
/** Characters of a URL; what is longer is not copied. */
const MAX_URL = 2048;
/** Bodies that are copied at a time. With the largest `max_bytes` they have 32 MiB, a quarter of what an isolate may have. */
const MAX_COPYING = 8;
/** Failures in a row after which the cache is left alone. */
const MAX_FAILED = 3;
/** URLs that are remembered. */
const MAX_COPIED = 1000;
/** Milliseconds after which a copy is made anew. */
const RENEW = 30_000;
/** Milliseconds until a body is complete that is copied. */
const STORE_TIME = 30_000;
/** Milliseconds that a client waits for the cache, twice at most. */
const FIND_TIME = 500;
