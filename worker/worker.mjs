// The entry for Cloudflare Workers and plain workerd. Bindings: BACKSTOP (the configuration, JSON) and ORIGIN (text), both optional.

import module from './backstop_bg.wasm';
import { initSync } from './backstop.js';
import { makeHandler } from './handler.mjs';

initSync({ module });

// br since compatibility date 2024-04-29. Bytes in deflate and zstd are shown as they are, and core decodes them.
export default { fetch: makeHandler({ fetchOrigin: (request) => fetch(request), decodes: ['gzip', 'br'] }) };
