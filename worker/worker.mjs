// The entry for Cloudflare Workers and plain workerd. Bindings: BACKSTOP (the configuration, JSON) and ORIGIN (text), both optional.

import module from './backstop_bg.wasm';
import { initSync } from './backstop.js';
import { makeHandler } from './handler.mjs';

initSync({ module });

/** Cloudflare's own answers for an origin that gave none, with what that means to a client; 527 and 530 besides 520 to 526. */
const STANDS_IN = new Map([520, 521, 522, 523, 524, 525, 526, 527, 530].map((status) => [status, [522, 524].includes(status) ? 'TimeoutError' : 'NetworkError']));

async function fetchOrigin(request, signal) {
  const response = await (signal === undefined ? fetch(request) : fetch(request, { signal }));
  const failure = STANDS_IN.get(response.status);
  if (failure === undefined) return response;
  response.body?.cancel().catch(() => {});
  throw new DOMException(`Cloudflare answered ${response.status} for the origin (cf-ray ${response.headers.get('cf-ray')})`, failure);
}

// br since compatibility date 2024-04-29. Bytes in deflate and zstd are shown as they are, and core decodes them.
export default { fetch: makeHandler({ fetchOrigin, decodes: ['gzip', 'br'] }) };
