// The entry for Cloudflare Workers and plain workerd. Bindings: BACKSTOP (the configuration, JSON) and ORIGIN (text), both optional.

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

const fetchOrigin = (request, signal) => (signal === undefined ? fetch(request) : fetch(request, { signal }));

// br since compatibility date 2024-04-29. Bytes in deflate and zstd are shown as they are, and core decodes them.
export default { fetch: makeHandler({ fetchOrigin, failureOf, decodes: ['gzip', 'br'] }) };
