// The library for Node, Deno and Bun, where a wasm module is read from its file.

import { readFileSync } from 'node:fs';
import { initSync } from './backstop.js';
import { makeBackstop } from './library.mjs';

initSync({ module: new WebAssembly.Module(readFileSync(new URL('./backstop_bg.wasm', import.meta.url))) });

// These undo codings of what they fetched, and no others: the header does not tell. Core looks itself, and does not let pass what it cannot read.
export const backstop = makeBackstop({ decodes: [] });
