// What every runtime shares: one function from a request to a response. Nothing here is imported from a runtime.
//
// A response that no rule can match is returned as the very object that came. Everything else is decided by core (backstop.js);
// the worker moves bytes and keeps time, and answers generically when anything at all goes wrong.

import { recover } from './engines.mjs';
import { reach } from './resilience.mjs';
import { conclude, echo, intercept, lastResort } from './response.mjs';
import { Settings } from './settings.mjs';
import { ship } from './shipping.mjs';
import { NoAnswer, askOrigin, correlate, requestHead, upstreamRequest } from './upstream.mjs';
import { discard } from './wire.mjs';

export { checkSettings } from './settings.mjs';

/**
 * Makes the function that serves requests: `(request, env, context) => Promise<Response>`.
 *
 * `env` holds the settings (settings.mjs); they are read once. `context.waitUntil`, where there is one, outlives the answer.
 * The bindings (backstop.js) must be initialised before the first request.
 *
 * @param {object} runtime
 * @param {(request: Request, signal?: AbortSignal, progress?: () => void) => Promise<Response>} runtime.fetchOrigin sends a request as it is, follows no
 *   redirect, gives up at the signal; fails where no answer comes; tells, if it knows, whenever a piece of the request was sent
 * @param {(response: Response) => Error | undefined} [runtime.failureOf] why a 5xx is no answer of the origin: the runtime made it, because none came
 * @param {string[]} runtime.decodes values of content-encoding that this runtime undoes when a body is read
 * @param {number} [runtime.upstreamTimeout] milliseconds that the head of an answer may take, unless the configuration says it
 */
export function makeHandler(runtime) {
  const settings = new Settings();

  return async function handle(request, env, context) {
    const arrived = Date.now();
    let current, header, id, response, resends;
    try {
      current = settings.of(request, env, arrived, context);
      if (current instanceof Promise) current = await current;
      const { underWay } = current;
      const { headers, method } = request;
      ({ header } = current);
      const given = headers.get(header);
      let trace;
      ({ id, trace } = correlate(current, given, headers, arrived));
      const again = underWay.has(id);
      // A client that leaves can end its request here without the `finally` below.
      if (underWay.size >= MAX_UNDER_WAY) underWay.clear();
      underWay.add(id);
      try {
        const withToken = current.tokenHeader !== undefined && headers.has(current.tokenHeader);
        const same = given === id && !again && trace === undefined && !withToken && current.origin === null && (method === 'GET' || !headers.has('expect'));
        const upstream = same ? request : upstreamRequest(current, request, id, trace, again);
        const limit = current.upstreamTimeout ?? runtime.upstreamTimeout;
        if (current.resilience === undefined) {
          response = await askOrigin(runtime, upstream, limit);
        } else {
          const live = () => (current.live ? current : (current = settings.of(request, env, arrived, context)));
          const reached = await reach({ runtime, live, request, upstream, id, trace, arrived, limit, context });
          if (reached.answer !== undefined) return reached.answer;
          ({ response, resends } = reached);
        }
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        // The client left: nothing failed, and nobody reads this.
        if (request.signal?.aborted) return new Response(null, { status: 499 });
        if (!current.live) current = await settings.of(request, env, arrived, context);
        const failed = conclude(current.engine.fail(requestHead(current, request, trace), id, arrived, error.status, error.message, Date.now()));
        ship(current, context, recover);
        return failed;
      } finally {
        if (!again) underWay.delete(id);
      }
      // A trap in another request may have taken the instance away meanwhile.
      if (!current.live) current = await settings.of(request, env, arrived, context);
      return isUntouched(current, response) ? response : await guard(current, { request, id, trace, arrived, resends }, response, runtime.decodes, context);
    } catch (error) {
      // The log and the client have the same one, also where nothing could be read.
      id ??= crypto.randomUUID();
      recover(error, id);
      discard(response?.body);
      return lastResort(request, header, id, response?.status);
    }
  };
}

/** Whether a response is for the client as it is: nothing more needs to be known of it, and nothing is waited for. */
export function isUntouched({ touched, echoes }, { status }) {
  return (status < 400 || touched[status] !== 1) && !echoes;
}

/**
 * What the client gets for any other response.
 *
 * @param {object} current an engine and what belongs to it (engines.mjs)
 * @param {{ request: Request, id: string, trace?: string, arrived: number, resends?: number }} exchange the request, with its ID, the fields of a trace
 *   that began here, and how often it was sent again
 * @param {Response} response
 * @param {string[]} decodes values of content-encoding that this runtime undoes when a body is read
 * @param {object} context its `waitUntil`, where there is one, outlives the answer
 */
export async function guard(current, { request, id, trace, arrived, resends = 0 }, response, decodes, context) {
  if (response.status < 400 || current.touched[response.status] !== 1) return echo(response, current.header, id);
  const later = (work) => {
    const done = work.then(() => ship(current, context, recover)).catch((error) => recover(error, id));
    context?.waitUntil?.(done);
  };
  const seen = { head: requestHead(current, request, trace), method: request.method, id, arrived };
  if (resends > 0) current.engine.resent(resends);
  const answer = await intercept(current, seen, response, decodes, later);
  ship(current, context, recover);
  return current.echoes && !answer.headers.has(current.header) ? echo(answer, current.header, id) : answer;
}

const MAX_UNDER_WAY = 4096;
