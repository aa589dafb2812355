// What goes upstream: the request with its correlation ID, to ORIGIN where there is one.

import { discard, unpack } from './wire.mjs';

/**
 * The correlation ID, and the fields of a new trace if one starts. Core says what these are; the two common cases are repeated here, because
 * every request pays for them and a call of core costs ten times as much. A test holds them against core.
 */
export function correlate({ engine, usual, sources }, given, headers, now) {
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
export function upstreamRequest({ header, origin, tokenHeader }, request, id, trace, again) {
  let upstream;
  if (origin === null) {
    upstream = new Request(request);
  } else {
    const { protocol, host, pathname, search } = new URL(request.url);
    upstream = new Request(origin + pathname + search, request);
    upstream.headers.delete('host');
    upstream.headers.set('x-forwarded-host', host);
    upstream.headers.set('x-forwarded-proto', protocol.slice(0, -1));
  }
  const { headers } = upstream;
  headers.set(header, id);
  if (tokenHeader !== undefined) headers.delete(tokenHeader);
  if (trace !== undefined) for (const [name, value] of unpack(trace)) headers.set(name, value);
  // The body is sent anyway, and some runtimes take the origin's "100 Continue" for its answer.
  if (request.method !== 'GET') headers.delete('expect');
  if (again) {
    const hops = Number(headers.get(HOPS) ?? 0) + 1;
    if (!(hops <= MAX_HOPS)) throw new NoAnswer(508, 'the request came back again and again: set ORIGIN to the application');
    headers.set(HOPS, String(hops));
  }
  return upstream;
}

/** There is no answer of the origin: what the client gets for it, and why. */
export class NoAnswer extends Error {
  constructor(status, cause) {
    super(String(cause));
    this.status = status;
  }
}

/**
 * The origin's answer to a request; a `NoAnswer` is thrown where there is none. In workerd, clock and signal are a tenth of what a 200 takes: without a limit there are none.
 *
 * @param {object} runtime as `makeHandler` has it
 * @param {number} [limit] milliseconds after which the origin is left with a `TimeoutError`, unless the head of its answer is there
 */
export async function askOrigin({ fetchOrigin, failureOf }, request, limit) {
  let failure;
  try {
    const response = await (limit === undefined ? fetchOrigin(request) : fetchWithin(limit, fetchOrigin, request));
    // What is no status of HTTP is no answer: some clients take it for an error, and no rule can.
    failure = response.status < 500 ? undefined : response.status > 599 ? `the status ${response.status}` : failureOf?.(response);
    if (failure === undefined) return response;
    discard(response.body);
  } catch (error) {
    failure = error;
  }
  throw new NoAnswer(failure?.name === 'TimeoutError' ? 504 : 502, failure);
}

/** The clock begins anew whenever `fetchOrigin` tells that more of the request was sent: an upload may take long. */
async function fetchWithin(limit, fetchOrigin, request) {
  const late = new AbortController();
  let since = Date.now();
  const check = () => {
    const left = since + limit - Date.now();
    if (left > 0) timer = setTimeout(check, left);
    else late.abort(new DOMException(`no answer within ${limit} ms`, 'TimeoutError'));
  };
  let timer = setTimeout(check, limit);
  try {
    return await fetchOrigin(request, late.signal, () => (since = Date.now()));
  } catch (error) {
    // Runtimes give the reason, or an error of their own.
    throw late.signal.aborted ? late.signal.reason : error;
  } finally {
    clearTimeout(timer);
  }
}

/** What core reads of a request; a trace that started here came with it. */
export function requestHead({ sources }, request, trace) {
  // As it goes upstream: some runtimes show a URL as it came, with what would lead rules astray (`/docs/../cart`, `host: shop.example#`).
  const { protocol, host, pathname, search } = new URL(request.url);
  let head = `${request.method}\n${protocol}//${host}${pathname}${search}`;
  for (const name of sources) {
    const value = trace !== undefined && name === 'traceparent' ? null : request.headers.get(name);
    if (value !== null) head += `\n${name}\n${value}`;
  }
  return trace === undefined ? head : `${head}\n${trace}`;
}

/** What core takes for an ID: 1 to 128 safe characters. */
const VALID_ID = /^[A-Za-z0-9._:+/=@~-]{1,128}$/;
/** Counts how often a request came back with an ID that is under way. Parallel requests may share an ID; a loop goes on. */
const HOPS = 'x-backstop-hops';
const MAX_HOPS = 4;
