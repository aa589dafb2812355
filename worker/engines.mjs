// A configuration, compiled: an engine of core for each tenant that is asked for, with what every request asks of it.

import { Tenants, __wbg_reset_state as resetCore } from './backstop.js';
import { measurer } from './metrics.mjs';
import { resilienceOf } from './resilience.mjs';
import { complain, unpack } from './wire.mjs';

/** What one document says, for every host. */
export class Engines {
  #tenants;
  #env;
  /** By tenant. The document's own is the one of `undefined`. */
  #states = new Map();
  #byHost = new Map();
  #general;
  #born = generation;

  /**
   * @param {string} document the configuration, JSON
   * @param {{ origin?: string | null, BACKSTOP_METRICS?: object }} env what else a state is made of
   * @throws {Error} that names place, text and fix, where core refuses it
   */
  constructor(document, env) {
    this.#tenants = new Tenants(document);
    this.#env = env;
    if (this.#tenants.count() === 0) this.#general = this.#state(undefined);
  }

  /** False once a trap took the instance of core away. */
  get live() {
    return this.#born === generation;
  }

  /** The state for a request. */
  of(request) {
    if (this.#general !== undefined) return this.#general;
    // Reading it costs, so only where it tells something.
    const { url } = request;
    const start = url.indexOf('//') + 2;
    const host = url.slice(start, url.indexOf('/', start));
    let state = this.#byHost.get(host);
    if (state === undefined) {
      // The host that is asked, which the text may hide (`u@shop.example`, `shop.example#`).
      state = this.#state(this.#tenants.find(new URL(url).host));
      // Where any host is let in, clients choose how many there are.
      if (this.#byHost.size >= MAX_HOSTS) this.#byHost.clear();
      this.#byHost.set(host, state);
    }
    return state;
  }

  #state(tenant) {
    let state = this.#states.get(tenant);
    if (state === undefined) this.#states.set(tenant, (state = makeState(this.#tenants.engine(tenant), this.#env)));
    return state;
  }
}

/** An engine, and what every request asks of it: asking core costs more. */
function makeState(engine, { origin = null, BACKSTOP_METRICS }) {
  if (typeof BACKSTOP_METRICS?.writeDataPoint === 'function') engine.measure(measurer(BACKSTOP_METRICS));
  const endpoint = engine.collector();
  const born = generation;
  return {
    engine,
    /** Until a trap takes the instance of core away, and every engine with it. */
    get live() {
      return born === generation;
    },
    origin,
    collector: endpoint && { endpoint, headers: unpack(engine.collectorFields()), timeout: engine.collectorTimeout() },
    shippingUntil: 0,
    usual: engine.usual(),
    header: engine.header(),
    sources: engine.sources().split('\n'),
    tokenHeader: engine.tokenHeader(),
    echoes: engine.echoes(),
    timeout: engine.timeout(),
    upstreamTimeout: engine.upstreamTimeout(),
    resilience: resilienceOf(engine),
    touched: engine.statuses(),
    underWay: new Set(),
  };
}

/**
 * Tells the operator of a failure. A trap leaves the instance in an undefined state: there is a new one for the next request, and what is under
 * way gets the last resort.
 */
export function recover(error, id) {
  complain('failure', told(error), id);
  if (!isTrap(error)) return;
  generation += 1;
  try {
    resetCore();
  } catch (error) {
    complain('failure', `cannot restart core: ${error}`, id);
  }
}

/** An error in words, whatever was thrown. */
function told(error) {
  try {
    return String(error?.stack ?? error);
  } catch {
    return 'an error that cannot be shown';
  }
}

/** Whether core failed, and did not just refuse something. A stack that overflows is no RuntimeError. */
export function isTrap(error) {
  return error instanceof WebAssembly.RuntimeError || error instanceof RangeError;
}

/** Counts the instances of core. All engines are of one. */
let generation = 0;
/** Hosts whose tenant is known without asking core. */
const MAX_HOSTS = 1024;
