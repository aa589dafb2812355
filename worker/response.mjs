// What becomes of a response that a rule may match: core is shown its head and its body, and says what the client gets.

import { End, Kind, Payload } from './backstop.js';
import { bytesOf, deadline, discard, join, pack, unpack } from './wire.mjs';

/**
 * What the client gets instead of `response`, which may be that very object.
 *
 * @param {object} current an engine and what belongs to it (settings.mjs)
 * @param {{ head: string, method: string, id: string, arrived: number }} request what core reads of it (upstream.mjs), its method, its ID, when it came
 * @param {Response} response its body is as the runtime gives it
 * @param {string[]} decodes values of content-encoding that this runtime undoes when a body is read
 * @param {(work: Promise) => void} later outlives the answer
 */
export async function intercept({ engine, timeout }, { head, method, id, arrived }, response, decodes, later) {
  const { body, headers } = response;
  const length = Number(headers.get('content-length'));
  const coding = headers.get('content-encoding');
  const plan = engine.open(head, id, arrived, response.status, pack(headers), payloadOf(body, coding, method, decodes), Date.now());
  const { pending } = plan;
  switch (plan.kind) {
    case Kind.Observe: {
      const [shown, sent] = body.tee();
      later(showRest(shown.getReader(), pending, deadline(timeout)));
      return edit(new Response(sent, response), plan);
    }
    case Kind.Hold:
      return coding === null && length > 0 && length <= SHORT
        ? holdShort(response, length, pending, deadline(timeout))
        : hold(response, pending, deadline(timeout), later);
    default:
      // Decided on the head. Where core still wants to see the body, that is for the report alone.
      if (pending !== undefined) later(showRest(body.getReader(), pending, deadline(timeout)));
      else if (plan.kind === Kind.Replace) discard(body);
      return conclude(plan, response, body);
  }
}

/** How core will be shown the body of a response. Not by its length: who made the response may have lied about it. */
export function payloadOf(body, coding, method, decodes) {
  if (body === null || method === 'HEAD') return Payload.Absent;
  return decodes.includes(coding) ? Payload.Decoded : Payload.AsSent;
}

/** A short body of known length, not encoded: read first and shown at once, which costs least. Its end is not waited for: nothing comes before it. */
async function holdShort(response, length, pending, time) {
  const reader = response.body.getReader();
  const chunks = [];
  let end = End.Complete;
  try {
    for (let size = 0; size !== length; ) {
      const read = await Promise.race([reader.read(), time.up]);
      if (read?.done) break;
      if (read === undefined) {
        end = End.TimedOut;
        break;
      }
      const bytes = bytesOf(read.value);
      size += bytes.length;
      if (size > SHORT) throw new RangeError('longer than it says');
      chunks.push(bytes);
    }
  } catch {
    end = End.Aborted;
  }
  time.stop();
  if (end !== End.Complete) discard(reader);
  const bytes = join(chunks);
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
    let bytes;
    try {
      const read = await Promise.race([reader.read(), time.up]);
      if (read === undefined) return { end: End.TimedOut };
      if (read.done) return { end: End.Complete };
      bytes = bytesOf(read.value);
    } catch {
      return { end: End.Aborted };
    }
    const answer = pending.push(bytes);
    if (answer !== undefined) return { end: End.Complete, answer };
  }
}

/** The client has its answer: what core still wants to see is for the report. */
export async function showRest(reader, pending, time) {
  let seen;
  do seen = await show(reader, pending, time);
  while (seen.answer?.kind === Kind.Replace);
  time.stop();
  discard(reader);
  conclude(pending.finish(seen.end, Date.now()));
}

/** Logs the report, and makes the response that the answer is about. */
export function conclude(answer, response, body) {
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
  // One after another: in workerd this takes half of what a list or an object of fields takes.
  const response = new Response(body.length === 0 ? null : body, { status });
  for (const [name, value] of unpack(fields)) response.headers.append(name, value);
  return response;
}

function edit(response, { removed, fields, added }) {
  if (removed !== undefined) for (const name of removed.split('\n')) response.headers.delete(name);
  if (fields !== undefined) for (const [name, value] of unpack(fields)) response.headers.set(name, value);
  if (added !== undefined) for (const [name, value] of unpack(added)) response.headers.append(name, value);
  return response;
}

/** Any response with the ID, which all are to carry; but for a switch of protocols, which runtimes do not let anybody make again. */
export function echo(response, header, id) {
  if (response.status < 200) return response;
  const copy = new Response(response.body, response);
  copy.headers.set(header, id);
  return copy;
}

/** The answer where core gave none, in the client's format as far as a few lines can tell it. An ID holds no markup (`VALID_ID` of upstream.mjs). */
export function lastResort(request, header = 'x-request-id', id, status = 500) {
  // What failed may have been a good answer.
  if (!(status >= 400 && status <= 599)) status = 500;
  const title = TITLES[status] ?? 'Error';
  const bodies = {
    'application/json': JSON.stringify({ error: title, message: MESSAGE, requestId: id }),
    'text/html': `<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>${title}</title>\n<h1>${title}</h1>\n<p>${MESSAGE}.</p>\n<p>Request ID: <code>${id}</code></p>\n`,
    'text/plain': `${title}\n\n${MESSAGE}.\n\nRequest ID: ${id}\n`,
  };
  const type = preferred(request.headers.get('accept') ?? '', Object.keys(bodies));
  const body = bodies[type];
  return new Response(request.method === 'HEAD' ? null : body, {
    status,
    headers: {
      'content-type': type === 'application/json' ? type : `${type}; charset=utf-8`,
      'content-length': String(body.length),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      vary: 'accept',
      [header]: id,
    },
  });
}

/** The type on offer that a client names with the greatest weight, the first one if it names none (RFC 9110 §12.5.1). */
function preferred(accept, offered) {
  let best = { type: offered[0], weight: 0 };
  for (const range of accept.toLowerCase().split(',', MAX_RANGES)) {
    const [type, ...parameters] = range.split(';').map((part) => part.trim());
    const weight = Number(parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? 1);
    if (offered.includes(type) && weight > best.weight) best = { type, weight };
  }
  return best.type;
}

const MESSAGE = 'An unexpected error occurred';
const TITLES = { 500: 'Internal Server Error', 502: 'Bad Gateway', 503: 'Service Unavailable', 504: 'Gateway Timeout' };
const MAX_RANGES = 32;
/** Bodies up to this length are read at once. */
const SHORT = 65_536;
