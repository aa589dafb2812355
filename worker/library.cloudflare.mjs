// The library for Cloudflare Workers and workerd, where a wasm module is imported.

import module from './backstop_bg.wasm';
import { initSync } from './backstop.js';
import { makeBackstop } from './library.mjs';

initSync({ module });

export const backstop = makeBackstop({ decodes: ['gzip', 'br'] });
