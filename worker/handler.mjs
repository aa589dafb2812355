// What every runtime shares: one function from a request to a response. Nothing here is imported from a runtime.
//
// A response that no rule can match is returned as the very object that came. Everything else is decided by core (backstop.js);
// the worker moves bytes and keeps time, and answers generically when anything at all goes wrong.

import { __wbg_reset_state as resetCore } from './backstop.js';
import { conclude, echo, intercept, lastResort } from './response.mjs';
import { start } from './settings.mjs';
import { ship } from './shipping.mjs';
import { Loop, askOrigin, correlate, requestHead, upstreamRequest } from './upstream.mjs';
import { complain, discard } from './wire.mjs';

export { checkSettings } from './settings.mjs';

/**
 * Makes the function that serves requests: `(request, env, context) => Promise<Response>`.
 *
 * `env` holds the settings `BACKSTOP` and `ORIGIN` and the binding `BACKSTOP_METRICS`; they are read once. `context.waitUntil`, where there
 * is one, outlives the answer.
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
  let backstop;

  return async function handle(request, env, context) {
    const arrived = Date.now();
    let header, id, response;
    try {
      backstop ??= start(env);
      const { underWay } = backstop;
      const { headers, method } = request;
      ({ header } = backstop);
      const given = headers.get(header);
      let trace;
      ({ id, trace } = correlate(backstop, given, headers, arrived));
      const again = underWay.has(id);
      // A client that leaves can end its request here without the `finally` below.
      if (underWay.size >= MAX_UNDER_WAY) underWay.clear();
      underWay.add(id);
      try {
        const withToken = backstop.tokenHeader !== undefined && headers.has(backstop.tokenHeader);
        const same = given === id && !again && trace === undefined && !withToken && backstop.origin === null && (method === 'GET' || !headers.has('expect'));
        const upstream = same ? request : upstreamRequest(backstop, request, id, trace, again);
        response = await askOrigin(runtime, upstream, backstop.upstreamTimeout ?? runtime.upstreamTimeout);
      } catch (error) {
        // The client left: nothing failed, and nobody reads this.
        if (request.signal?.aborted) return new Response(null, { status: 499 });
        const status = error instanceof Loop ? 508 : error?.name === 'TimeoutError' ? 504 : 502;
        const current = (backstop ??= start(env));
        const failed = conclude(current.engine.fail(requestHead(current, request, trace), id, arrived, status, String(error), Date.now()));
        ship(current, context, recover);
        return failed;
      } finally {
        if (!again) underWay.delete(id);
      }
      // A trap in another request may have taken the instance away meanwhile.
      const current = (backstop ??= start(env));
      if (response.status < 400 || current.touched[response.status] !== 1) return current.echoes ? echo(response, current.header, id) : response;
      const later = (work) => {
        const done = work.then(() => ship(current, context, recover)).catch((error) => recover(error, id));
        context?.waitUntil?.(done);
      };
      const answer = await intercept(current, { head: requestHead(current, request, trace), method, id, arrived }, response, runtime.decodes, later);
      ship(current, context, recover);
      return current.echoes && !answer.headers.has(current.header) ? echo(answer, current.header, id) : answer;
    } catch (error) {
      recover(error, id);
      discard(response?.body);
      return lastResort(request, header, id, response?.status);
    }
  };

  // A trap leaves the instance in an undefined state: the next request gets a new one, what is under way gets the last resort.
  function recover(error, id) {
    complain('failure', String(error?.stack ?? error), id);
    // A stack that overflows is no RuntimeError.
    if (!(error instanceof WebAssembly.RuntimeError || error instanceof RangeError)) return;
    if (backstop !== undefined) backstop.live = false;
    backstop = undefined;
    try {
      resetCore();
    } catch (error) {
      complain('failure', `cannot restart core: ${error}`, id);
    }
  }
}

const MAX_UNDER_WAY = 4096;
