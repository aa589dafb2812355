// The entry for Cloudflare Workers and plain workerd; settings.mjs lists the bindings, all optional.

import module from './backstop_bg.wasm';
import { initSync } from './backstop.js';
import { makeHandler } from './handler.mjs';

initSync({ module });

/** A status with which Cloudflare itself answers for an origin that gave no answer, or none that can be used; a worker cannot tell it in another way. */
function failureOf({ status, headers }) {
  if (!((status >= 520 && status <= 527) || status === 530)) return undefined;
  const late = status === 522 || status === 524;
  return new DOMException(`Cloudflare answered ${status} for the origin (cf-ray ${headers.get('cf-ray')})`, late ? 'TimeoutError' : 'NetworkError');
}

/** Sends requests to the origin. `ORIGIN` may be another worker: a service binding. */
function fetcher({ ORIGIN }) {
  const bound = typeof ORIGIN?.fetch === 'function';
  return (request, signal) => {
    const options = signal === undefined ? undefined : { signal };
    return bound ? ORIGIN.fetch(request, options) : fetch(request, options);
  };
}

// br since compatibility date 2024-04-29. Bytes in deflate and zstd are shown as they are, and core decodes them.
const decodes = ['gzip', 'br'];
let handle;

export default {
  fetch(request, env, context) {
    handle ??= makeHandler({ fetchOrigin: fetcher(env), failureOf, decodes });
    return handle(request, env, context);
  },
};
