// The settings, and what is made of them: an engine of core with what every request asks of it.

import { Engine } from './backstop.js';
import { measurer } from './metrics.mjs';
import { complain, unpack } from './wire.mjs';

/**
 * Refuses settings that `handle` could not work with; for a server that can refuse to start.
 *
 * @throws {Error} that says what to change
 */
export function checkSettings(env) {
  const { config, origin } = readSettings(env);
  if (origin === null) throw new Error(`ORIGIN is missing; ${ORIGIN_HINT}`);
  try {
    new Engine(config).free();
  } catch (error) {
    throw new Error(`BACKSTOP refused: ${error?.message}`);
  }
}

/**
 * The settings: `BACKSTOP`, the configuration, as JSON text or as an object (default `{}`), and `ORIGIN`, the scheme and
 * authority that requests go to (default: where the request itself points, as a CDN route needs it).
 */
function readSettings(env) {
  const { BACKSTOP = '{}', ORIGIN = '' } = env;
  const config = typeof BACKSTOP === 'string' ? BACKSTOP : JSON.stringify(BACKSTOP);
  if (ORIGIN === '') return { config, origin: null };
  let url;
  try {
    url = new URL(ORIGIN);
  } catch {
    url = { origin: null };
  }
  // Paths come from the requests.
  if (!/^https?:$/.test(url.protocol) || url.href !== `${url.origin}/`) throw new Error(`ORIGIN: ${JSON.stringify(ORIGIN)} cannot be used; ${ORIGIN_HINT}`);
  return { config, origin: url.origin };
}

export function start(env) {
  const { config, origin } = readSettings(env);
  let engine;
  try {
    engine = new Engine(config);
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) throw error;
    // A worker has no start at which it could refuse. Errors must not leak meanwhile: the defaults guard every 5xx.
    complain('configuration', `BACKSTOP refused, the default configuration is in force: ${error?.message}`);
    engine = new Engine('{}');
  }
  if (typeof env.BACKSTOP_METRICS?.writeDataPoint === 'function') engine.measure(measurer(env.BACKSTOP_METRICS));
  const endpoint = engine.collector();
  return {
    engine,
    /** Until a trap takes the instance away. */
    live: true,
    origin,
    collector: endpoint && { endpoint, headers: [...unpack(engine.collectorFields())], timeout: engine.collectorTimeout() },
    shippingUntil: 0,
    usual: engine.usual(),
    header: engine.header(),
    sources: engine.sources().split('\n'),
    tokenHeader: engine.tokenHeader(),
    echoes: engine.echoes(),
    timeout: engine.timeout(),
    upstreamTimeout: engine.upstreamTimeout(),
    touched: engine.statuses(),
    underWay: new Set(),
  };
}

const ORIGIN_HINT = 'set it to scheme and host of the application, such as "http://127.0.0.1:3000"';
