// The entry for Cloudflare Workers and plain workerd; settings.mjs lists the bindings, all optional.

import module from './backstop_bg.wasm';
import { initSync } from './backstop.js';
import { makeHandler } from './handler.mjs';

initSync({ module });

// br since compatibility date 2024-04-29. Bytes in deflate and zstd are shown as they are, and core decodes them.
const decodes = ['gzip', 'br'];
let handle;

export default {
  fetch(request, env, context) {
    // ORIGIN may be another worker: a service binding.
    handle ??= makeHandler({ fetchOrigin: typeof env.ORIGIN?.fetch === 'function' ? (sent) => env.ORIGIN.fetch(sent) : (sent) => fetch(sent), decodes });
    return handle(request, env, context);
  },
};
