// What every runtime shares: one function from a request to a response. Nothing here is imported from a runtime.
//
// A response that no rule can match is returned as the very object that came. Everything else is decided by core (backstop.js);
// this file moves bytes and keeps time, and answers generically when anything at all goes wrong.

import { __wbg_reset_state as resetCore, End, Engine, Kind, Payload } from './backstop.js';

/**
 * Makes the function that serves requests: `(request, env, context) => Promise<Response>`.
 *
 * `env` holds the settings `BACKSTOP` and `ORIGIN` and the binding `BACKSTOP_METRICS`; they are read once. `context.waitUntil`, where there
 * is one, outlives the answer.
 * The bindings (backstop.js) must be initialised before the first request.
 *
 * @param {object} runtime
 * @param {(request: Request) => Promise<Response>} runtime.fetchOrigin sends a request as it is, follows no redirect
 * @param {string[]} runtime.decodes values of content-encoding that this runtime undoes when a body is read
 */
export function makeHandler({ fetchOrigin, decodes }) {
  let backstop;

  return async function handle(request, env, context) {
    const arrived = Date.now();
    let id, response;
    try {
      backstop ??= start(env);
      const { underWay } = backstop;
      const { headers } = request;
      const given = headers.get(backstop.header);
      let trace;
      ({ id, trace } = correlate(backstop, given, headers, arrived));
      const again = underWay.has(id);
      // A client that leaves can end its request here without the `finally` below.
      if (underWay.size >= MAX_UNDER_WAY) underWay.clear();
      underWay.add(id);
      try {
        const withToken = backstop.tokenHeader !== undefined && headers.has(backstop.tokenHeader);
        const same = given === id && !again && trace === undefined && !withToken && backstop.origin === null && (request.method === 'GET' || !headers.has('expect'));
        response = await fetchOrigin(same ? request : upstreamRequest(backstop, request, id, trace, again));
      } catch (error) {
        // The client left: nothing failed, and nobody reads this.
        if (request.signal?.aborted) return new Response(null, { status: 499 });
        const status = error instanceof Loop ? 508 : error?.name === 'TimeoutError' ? 504 : 502;
        const failed = conclude(backstop.engine.fail(requestHead(backstop, request, trace), id, arrived, status, String(error), Date.now()));
        ship(backstop, context);
        return failed;
      } finally {
        if (!again) underWay.delete(id);
      }
      // A trap in another request may have taken the instance away meanwhile.
      const current = (backstop ??= start(env));
      if (response.status < 400 || current.touched[response.status] !== 1) return current.echoes ? echo(response, current.header, id) : response;
      const answer = await intercept(current, requestHead(current, request, trace), request, id, arrived, response, context);
      ship(current, context);
      return current.echoes && !answer.headers.has(current.header) ? echo(answer, current.header, id) : answer;
    } catch (error) {
      recover(error, id);
      discard(response?.body);
      return lastResort(request, backstop?.header, id, response?.status);
    }
  };

  async function intercept(current, head, request, id, arrived, response, context) {
    const { engine, timeout } = current;
    const { body, headers } = response;
    const length = headers.get('content-length');
    const coding = headers.get('content-encoding');
    const absent = body === null || length === '0' || request.method === 'HEAD';
    const payload = absent ? Payload.Absent : decodes.includes(coding) ? Payload.Decoded : Payload.AsSent;
    const plan = engine.open(head, id, arrived, response.status, pack(headers), payload, Date.now());
    const { pending } = plan;
    const later = (work) => {
      const done = work.then(() => ship(current, context)).catch((error) => recover(error, id));
      context?.waitUntil?.(done);
    };
    switch (plan.kind) {
      case Kind.Observe: {
        const [shown, sent] = body.tee();
        later(showRest(shown.getReader(), pending, deadline(timeout)));
        return edit(new Response(sent, response), plan);
      }
      case Kind.Hold:
        return length !== null && coding === null && Number(length) <= SHORT
          ? holdShort(response, pending, deadline(timeout))
          : hold(response, pending, deadline(timeout), later);
      default:
        // Decided on the head. Where core still wants to see the body, that is for the report alone.
        if (pending !== undefined) later(showRest(body.getReader(), pending, deadline(timeout)));
        else if (plan.kind === Kind.Replace) discard(body);
        return conclude(plan, response, body);
    }
  }

  // Reports that wait for the collector go out one request after another, each with what gathered meanwhile. Where a runtime ends this
  // with the request that began it, a later error goes on once `shippingUntil` is over.
  function ship(current, context) {
    const now = Date.now();
    if (current !== backstop || current.collector === undefined || now < current.shippingUntil) return;
    if (current.engine.shipWait(now) === undefined) return;
    const done = shipAll(current).catch((error) => recover(error));
    context?.waitUntil?.(done);
  }

  async function shipAll(current) {
    const { engine, collector } = current;
    // After a trap `engine` is of an instance that is gone.
    while (current === backstop) {
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
      if (current !== backstop) return;
      const problem = engine.shipped(status, retryAfter, bytes, Date.now());
      if (problem !== undefined) complain('otlp', problem);
    }
  }

  // A trap leaves the instance in an undefined state: the next request gets a new one, what is under way gets the last resort.
  function recover(error, id) {
    complain('failure', String(error?.stack ?? error), id);
    if (!(error instanceof WebAssembly.RuntimeError)) return;
    backstop = undefined;
    try {
      resetCore();
    } catch (error) {
      complain('failure', `cannot restart core: ${error}`, id);
    }
  }
}

/**
 * Refuses settings that `handle` could not work with; for a server that can refuse to start.
 *
 * @throws {Error} that says what to change
 */
export function checkSettings(env) {
  const { config, origin } = readSettings(env);
  if (origin === null) throw new Error(`ORIGIN is missing; ${ORIGIN_HINT}`);
  try {
    new Engine(config).free();
  } catch (error) {
    throw new Error(`BACKSTOP refused: ${error?.message}`);
  }
}

/**
 * The settings: `BACKSTOP`, the configuration, as JSON text or as an object (default `{}`), and `ORIGIN`, the scheme and
 * authority that requests go to (default: where the request itself points, as a CDN route needs it).
 */
function readSettings(env) {
  const { BACKSTOP = '{}', ORIGIN = '' } = env;
  const config = typeof BACKSTOP === 'string' ? BACKSTOP : JSON.stringify(BACKSTOP);
  if (ORIGIN === '') return { config, origin: null };
  let url;
  try {
    url = new URL(ORIGIN);
  } catch {
    url = { origin: null };
  }
  // Paths come from the requests.
  if (!/^https?:$/.test(url.protocol) || url.href !== `${url.origin}/`) throw new Error(`ORIGIN: ${JSON.stringify(ORIGIN)} cannot be used; ${ORIGIN_HINT}`);
  return { config, origin: url.origin };
}

function start(env) {
  const { config, origin } = readSettings(env);
  let engine;
  try {
    engine = new Engine(config);
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) throw error;
    // A worker has no start at which it could refuse. Errors must not leak meanwhile: the defaults guard every 5xx.
    complain('configuration', `BACKSTOP refused, the default configuration is in force: ${error?.message}`);
    engine = new Engine('{}');
  }
  if (typeof env.BACKSTOP_METRICS?.writeDataPoint === 'function') engine.measure(measurer(env.BACKSTOP_METRICS));
  const endpoint = engine.collector();
  return {
    engine,
    origin,
    collector: endpoint && { endpoint, headers: [...unpack(engine.collectorFields())], timeout: engine.collectorTimeout() },
    shippingUntil: 0,
    usual: engine.usual(),
    header: engine.header(),
    sources: engine.sources().split('\n'),
    tokenHeader: engine.tokenHeader(),
    echoes: engine.echoes(),
    timeout: engine.timeout(),
    touched: engine.statuses(),
    underWay: new Set(),
  };
}

/**
 * Writes data points to Workers Analytics Engine: the labels of `backstop_responses_total` as blobs, the rule as index, then bytes,
 * milliseconds, and 1 or 0 for a page that fell back and for a report that was left out. README.md lists the columns.
 */
function measurer(dataset) {
  let failed = false;
  return (point) => {
    const columns = point.split(';');
    const blobs = columns.slice(1, -4).map((label) => label.slice(label.indexOf('=') + 1));
    try {
      dataset.writeDataPoint({ indexes: [blobs[0]], blobs, doubles: columns.slice(-4).map(Number) });
    } catch (error) {
      // Once: it would fail for every error.
      if (!failed) complain('metrics', `BACKSTOP_METRICS: ${error}`);
      failed = true;
    }
  };
}

// --- the request ---

/**
 * The correlation ID, and the fields of a new trace if one starts. Core says what these are; the two common cases are repeated here, because
 * every request pays for them and a call of core costs ten times as much. A test holds them against core.
 */
function correlate({ engine, usual, sources }, given, headers, now) {
  if (usual && given !== null && VALID_ID.test(given)) return { id: given };
  if (usual && given === null && !headers.has('traceparent')) return { id: uuid7(now) };
  let known = '';
  for (const name of sources) {
    const value = headers.get(name);
    if (value !== null) known += `${name}\n${value}\n`;
  }
  const [id, ...fields] = engine.correlate(known, now).split('\n');
  return { id, trace: fields.length === 0 ? undefined : fields.join('\n') };
}

function uuid7(now) {
  const time = now.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${crypto.randomUUID().slice(15)}`;
}

/**
 * A copy of the request, as it goes upstream: with its ID and the fields of a new trace, to ORIGIN where there is one. A request whose ID is under way already
 * may be one that came back, and is counted.
 */
function upstreamRequest({ header, origin, tokenHeader }, request, id, trace, again) {
  let upstream;
  if (origin === null) {
    upstream = new Request(request);
  } else {
    const { url } = request;
    const host = url.indexOf('//') + 2;
    const path = url.indexOf('/', host);
    upstream = new Request(origin + url.slice(path), request);
    upstream.headers.delete('host');
    upstream.headers.set('x-forwarded-host', url.slice(host, path));
    upstream.headers.set('x-forwarded-proto', url.slice(0, url.indexOf(':')));
  }
  const { headers } = upstream;
  headers.set(header, id);
  if (tokenHeader !== undefined) headers.delete(tokenHeader);
  if (trace !== undefined) for (const [name, value] of unpack(trace)) headers.set(name, value);
  // The body is sent anyway, and some runtimes take the origin's "100 Continue" for its answer.
  if (request.method !== 'GET') headers.delete('expect');
  if (again) {
    const hops = Number(headers.get(HOPS) ?? 0) + 1;
    if (!(hops <= MAX_HOPS)) throw new Loop('the request came back again and again: set ORIGIN to the application');
    headers.set(HOPS, String(hops));
  }
  return upstream;
}

class Loop extends Error {}

/** What core reads of a request; a trace that started here came with it. */
function requestHead({ sources }, request, trace) {
  let head = `${request.method}\n${request.url}`;
  for (const name of sources) {
    const value = trace !== undefined && name === 'traceparent' ? null : request.headers.get(name);
    if (value !== null) head += `\n${name}\n${value}`;
  }
  return trace === undefined ? head : `${head}\n${trace}`;
}

// --- the response ---

/** A short body of known length, not encoded: read first and shown at once, which costs least. */
async function holdShort(response, pending, time) {
  const reader = response.body.getReader();
  let bytes = new Uint8Array(0);
  let end = End.Complete;
  try {
    for (;;) {
      const read = await Promise.race([reader.read(), time.up]);
      if (read === undefined) {
        end = End.TimedOut;
        discard(reader);
      }
      if (read === undefined || read.done) break;
      bytes = bytes.length === 0 ? read.value : join(bytes, read.value);
    }
  } catch {
    end = End.Aborted;
  }
  time.stop();
  return conclude(pending.judge(bytes, end, Date.now()), response, bytes);
}

/** Any other body: one branch of it is shown to core, the other waits for the verdict with the bytes as they came. */
async function hold(response, pending, time, later) {
  const [shown, kept] = response.body.tee();
  const reader = shown.getReader();
  let seen;
  try {
    seen = await show(reader, pending, time);
  } catch (error) {
    discard(reader);
    discard(kept);
    throw error;
  }
  if (seen.answer?.kind === Kind.Replace) {
    discard(kept);
    later(showRest(reader, pending, time));
    return conclude(seen.answer);
  }
  time.stop();
  const outcome = pending.finish(seen.end, Date.now());
  if (seen.end !== End.Complete || seen.answer !== undefined) discard(reader);
  if (outcome.kind === Kind.Replace) discard(kept);
  return conclude(outcome, response, kept);
}

/** Shows a body to core until it ends, core has an answer, or time is up. */
async function show(reader, pending, time) {
  for (;;) {
    let read;
    try {
      read = await Promise.race([reader.read(), time.up]);
    } catch {
      return { end: End.Aborted };
    }
    if (read === undefined) return { end: End.TimedOut };
    if (read.done) return { end: End.Complete };
    const answer = pending.push(read.value);
    if (answer !== undefined) return { end: End.Complete, answer };
  }
}

/** The client has its answer: what core still wants to see is for the report. */
async function showRest(reader, pending, time) {
  let seen;
  do seen = await show(reader, pending, time);
  while (seen.answer?.kind === Kind.Replace);
  time.stop();
  discard(reader);
  conclude(pending.finish(seen.end, Date.now()));
}

/** Logs the report, and makes the response that the answer is about. */
function conclude(answer, response, body) {
  // An empty one goes to the collector alone.
  if (answer.report) console.log(answer.report);
  if (answer.kind === Kind.Replace) return replacement(answer);
  if (answer.kind !== Kind.Release) return undefined;
  if (answer.body !== undefined) {
    if (body instanceof ReadableStream) discard(body);
    return edit(release(response, answer.body), answer);
  }
  const untouched = answer.fields === undefined && answer.removed === undefined && answer.added === undefined;
  return untouched && body === response.body ? response : edit(release(response, body), answer);
}

/** The upstream's response without its reason phrase, which may tell as much as a body. */
function release({ status, headers }, body) {
  return new Response(body, { status, headers });
}

function replacement({ status, fields, body }) {
  const headers = {};
  const repeated = [];
  for (const [name, value] of unpack(fields)) {
    if (Object.hasOwn(headers, name)) repeated.push([name, value]);
    else headers[name] = value;
  }
  const response = new Response(body.length === 0 ? null : body, { status, headers });
  for (const [name, value] of repeated) response.headers.append(name, value);
  return response;
}

function edit(response, { removed, fields, added }) {
  if (removed !== undefined) for (const name of removed.split('\n')) response.headers.delete(name);
  if (fields !== undefined) for (const [name, value] of unpack(fields)) response.headers.set(name, value);
  if (added !== undefined) for (const [name, value] of unpack(added)) response.headers.append(name, value);
  return response;
}

/** Any response with the ID, which all are to carry; but for a switch of protocols, which runtimes do not let anybody make again. */
function echo(response, header, id) {
  if (response.status < 200) return response;
  const copy = new Response(response.body, response);
  copy.headers.set(header, id);
  return copy;
}

/** The answer where core gave none. */
function lastResort(request, header = 'x-request-id', id = crypto.randomUUID(), status = 500) {
  const body = JSON.stringify({ error: 'Internal Server Error', message: 'An unexpected error occurred', requestId: id });
  return new Response(request.method === 'HEAD' ? null : body, {
    status,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      [header]: id,
    },
  });
}

// --- the collector ---

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
      answer.bytes = join(answer.bytes, read.value);
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

// --- helpers ---

/** Fields as core reads them: name and value on a line each. */
function pack(headers) {
  let text = '';
  headers.forEach((value, name) => {
    text += `${name}\n${value}\n`;
  });
  return text;
}

function join(first, second) {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

function* unpack(text) {
  const lines = text.split('\n');
  for (let i = 0; i + 1 < lines.length; i += 2) yield [lines[i], lines[i + 1]];
}

/** A time limit to race against: `up` becomes undefined when it is reached. */
function deadline(milliseconds) {
  let timer;
  const up = new Promise((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  return { up, stop: () => clearTimeout(timer) };
}

/** Gives up a stream, or the reader of one. Both branches of a tee must be given up before the origin notices. */
function discard(stream) {
  stream?.cancel().catch(() => {});
}

/** One line of JSON for the operator, about Backstop itself. */
function complain(event, message, id) {
  console.error(JSON.stringify({ event: `backstop.${event}`, request_id: id, message }));
}

/** What core takes for an ID: 1 to 128 safe characters. */
const VALID_ID = /^[A-Za-z0-9._:+/=@~-]{1,128}$/;
/** Bytes of a collector's answer that are read. */
const MAX_ANSWER = 4096;
/** How much later than planned, in milliseconds, shipping may go on before it counts as ended. */
const LATE = 1000;
const ORIGIN_HINT = 'set it to scheme and host of the application, such as "http://127.0.0.1:3000"';
/** Bodies up to this length are read at once. */
const SHORT = 65_536;
/** Counts how often a request came back with an ID that is under way. Parallel requests may share an ID; a loop goes on. */
const HOPS = 'x-backstop-hops';
const MAX_HOPS = 4;
const MAX_UNDER_WAY = 4096;
