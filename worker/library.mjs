// For an application that is a worker itself: guards what it answers. Nothing here is imported from a runtime.

import { Engines, isTrap, recover } from './engines.mjs';
import { guard, isUntouched } from './handler.mjs';
import { conclude, lastResort } from './response.mjs';
import { textOf } from './settings.mjs';
import { ship } from './shipping.mjs';
import { correlate, requestHead } from './upstream.mjs';
import { complain } from './wire.mjs';

/**
 * Makes `backstop(request, response, config, context)`: what the client of `request` is to get for `response`.
 *
 * `response` is a Response or a promise of one; where it is rejected, the application threw, and the client gets a 500. `config` is JSON text or
 * an object, compiled once for each text; one that is refused is reported, and `{}` is in force. `context.waitUntil`, where there is one, outlives
 * the answer. It is never rejected itself. The bindings (backstop.js) must be initialised before the first call.
 *
 * @param {string[]} decodes values of content-encoding that this runtime undoes when the body of any response is read
 */
export function makeBackstop({ decodes }) {
  const compiled = new Compiled();

  return async function backstop(request, response, config, context) {
    const arrived = Date.now();
    let current, id, answer;
    try {
      current = compiled.of(config).of(request);
      // The application has the request already: no new trace can begin with it.
      ({ id } = correlate(current, request.headers.get(current.header), request.headers, arrived));
      try {
        answer = await response;
        if (!isResponse(answer)) throw new TypeError('the application returned no response');
      } catch (error) {
        // The client left: nobody reads this.
        if (request.signal?.aborted) return new Response(null, { status: 499 });
        // The document may be of an instance that a trap took away meanwhile.
        if (!current.live) current = compiled.of(config).of(request);
        const failed = conclude(current.engine.threw(requestHead(current, request), id, arrived, describe(error), Date.now()));
        ship(current, context, recover);
        return failed;
      }
      if (!current.live) current = compiled.of(config).of(request);
      return isUntouched(current, answer) ? answer : await guard(current, { request, id, arrived }, answer, decodes, context);
    } catch (error) {
      id ??= crypto.randomUUID();
      recover(error, id);
      // Where nobody waited for it yet, its failure must not end the process.
      Promise.resolve(response).then((late) => late?.body?.cancel(), () => {}).catch(() => {});
      return lastResort(request, current?.header, id, answer?.status);
    }
  };
}

/** The configurations that were given, compiled. */
class Compiled {
  #byText = new Map();
  #byObject = new WeakMap();
  /** At which core trapped: it is not tried again. */
  #trapped;

  of(config) {
    const isObject = typeof config === 'object' && config !== null;
    let engines = isObject ? this.#byObject.get(config) : this.#byText.get(config);
    if (engines?.live === true) return engines;
    // An object that is written where it is given is a new one each time, its text is not.
    const text = this.#text(config);
    engines = this.#byText.get(text);
    if (engines?.live !== true) {
      if (this.#byText.size >= MAX_TEXTS) this.#byText.clear();
      engines = this.#compile(text);
      this.#byText.set(text, engines);
    }
    if (isObject) this.#byObject.set(config, engines);
    return engines;
  }

  #text(config) {
    try {
      return String(textOf(config));
    } catch (error) {
      return `not JSON: ${error?.message}`;
    }
  }

  #compile(text) {
    try {
      return new Engines(text === this.#trapped ? '{}' : text, {});
    } catch (error) {
      if (isTrap(error)) {
        this.#trapped = text;
        throw error;
      }
      complain('configuration', `the configuration is refused, the default one is in force: ${error?.message}`);
      return new Engines('{}', {});
    }
  }
}

/** Whether a runtime could send it; `Response.error()` is none. */
function isResponse(answer) {
  return typeof answer?.headers?.get === 'function' && (answer.status === 101 || (answer.status >= 200 && answer.status <= 599));
}

/** An exception as languages write it, whatever was thrown. */
function describe(error) {
  try {
    return written(error);
  } catch {
    return 'an exception that cannot be shown';
  }
}

/** Class and message, its calls, then what caused it. */
function written(error) {
  let text = '';
  let depth = 0;
  do {
    const title = String(error);
    const stack = typeof error?.stack === 'string' ? error.stack : '';
    // In JavaScriptCore it has the calls alone.
    text += `${depth === 0 ? '' : '\n  [cause]: '}${stack.startsWith(title) ? stack : `${title}\n${stack}`}`;
    error = error?.cause;
    depth += 1;
  } while (error !== undefined && error !== null && depth < MAX_CAUSES);
  return text.slice(0, MAX_EXCEPTION);
}

const MAX_TEXTS = 64;
const MAX_CAUSES = 4;
/** Characters of it; a report shows 4 KiB. */
const MAX_EXCEPTION = 16_384;
