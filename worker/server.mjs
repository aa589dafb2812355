// The entry for Deno and Bun: `deno serve --port 8080 -NRE server.mjs`, `PORT=8080 bun server.mjs`.
// Environment: ORIGIN, the application (required), BACKSTOP, the configuration as JSON, and for Bun PORT and HOST.

import { readFileSync } from 'node:fs';
import process from 'node:process';
import { initSync } from './backstop.js';
import { checkSettings, makeHandler } from './handler.mjs';

initSync({ module: new WebAssembly.Module(readFileSync(new URL('./backstop_bg.wasm', import.meta.url))) });

const { env } = process;
try {
  checkSettings(env);
} catch (error) {
  console.error(`backstop: ${error.message}`);
  process.exit(1);
}

const handle = makeHandler({ fetchOrigin, decodes: [] });

/** Sends a request such that content codings stay as they come, and with them what is released. */
function fetchOrigin(request) {
  // Deno decodes what the request accepts, whatever else is asked for; its server encodes again for clients that accept it.
  if (globalThis.Deno !== undefined) request.headers.set('accept-encoding', 'identity');
  // Bun decodes everything, unless told not to.
  return fetch(request, { redirect: 'manual', decompress: false });
}

export default {
  port: Number(env.PORT ?? 8080),
  hostname: env.HOST ?? '127.0.0.1',
  // Bun's own page for errors shows source code; the handler lets none through, this keeps it so.
  development: false,
  fetch: (request) => handle(request, env),
};
