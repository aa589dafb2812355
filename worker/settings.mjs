// The settings: where the configuration comes from, and which one is in force.

import { Tenants } from './backstop.js';
import { Engines, isTrap, recover } from './engines.mjs';
import { complain, deadline } from './wire.mjs';

/**
 * Refuses settings that `handle` could not work with; for a server that can refuse to start.
 *
 * @throws {Error} that says what to change
 */
export function checkSettings(env) {
  const origin = readOrigin(env);
  if (origin === null) throw new Error(`ORIGIN is missing; ${ORIGIN_HINT}`);
  try {
    new Tenants(textOf(env.BACKSTOP)).free();
  } catch (error) {
    throw new Error(`BACKSTOP refused: ${error?.message}`);
  }
}

/**
 * The settings of a worker, from its environment:
 *
 * - `BACKSTOP_KV`, a KV namespace that has the configuration under the key `config`,
 * - `BACKSTOP_ASSETS`, static assets that have it as `/backstop.json`, or
 * - `BACKSTOP`, the configuration itself, as JSON text or as an object (default `{}`); of several the first of these counts, and the operator is told;
 * - `ORIGIN`, the scheme and authority that requests go to (default: where the request itself points, as a CDN route needs it);
 * - `BACKSTOP_METRICS`, a dataset of Analytics Engine.
 */
export class Settings {
  #env;
  #source;
  /** In force. */
  #engines;
  /** The document that was compiled last, and the last that core did not refuse. */
  #seen;
  #good;
  /** When to look for a new one, in milliseconds since 1970. */
  #refreshAt = Infinity;
  #told;

  /**
   * What is in force for a request. A promise where the configuration is yet to come: at the isolate's start, and not for longer
   * than MAX_WAIT.
   *
   * @param {Request} request
   * @param {object} env the same for all requests
   * @param {number} now in milliseconds since 1970
   * @param {object} context its `waitUntil`, where there is one, outlives the answer
   */
  of(request, env, now, context) {
    if (this.#engines?.live === true) {
      if (now >= this.#refreshAt) this.#refresh(now, context);
      return this.#engines.of(request);
    }
    if (this.#env === undefined) {
      this.#env = { origin: readOrigin(env), BACKSTOP_METRICS: env.BACKSTOP_METRICS };
      this.#source = this.#choose(env);
    }
    // After a trap, without waiting; a document that trapped itself is not tried again.
    if (this.#engines !== undefined || this.#seen !== undefined) {
      this.#engines = new Engines(this.#good ?? SAFE, this.#env);
      return this.#engines.of(request);
    }
    if (this.#source.document !== undefined) {
      this.#install(this.#source.document);
      return this.#engines.of(request);
    }
    return this.#load(request, now);
  }

  /** The one source that counts: what is only read once, or how to read. */
  #choose({ BACKSTOP, BACKSTOP_KV, BACKSTOP_ASSETS }) {
    const sources = [];
    const add = (name, every, read) => sources.push({ name, every, read });
    if (typeof BACKSTOP_KV?.get === 'function') add('BACKSTOP_KV', REFRESH, () => readKv(BACKSTOP_KV));
    if (typeof BACKSTOP_ASSETS?.fetch === 'function') add('BACKSTOP_ASSETS', Infinity, () => readAsset(BACKSTOP_ASSETS));
    if (BACKSTOP !== undefined || sources.length === 0) sources.push({ name: 'BACKSTOP', document: textOf(BACKSTOP) });
    const [source, ...unread] = sources;
    const others = unread.map(({ name }) => name).join(' or ');
    if (others !== '') complain('configuration', `${source.name} is read, and not ${others}: remove what is not meant`);
    return source;
  }

  /** Several requests may come here at once. Each reads for itself: what one request waits for, another must not wait for on Cloudflare. */
  async #load(request, now) {
    const time = deadline(MAX_WAIT);
    const document = await Promise.race([this.#read(), time.up.then(() => this.#tell(`no answer within ${MAX_WAIT} ms`))]);
    time.stop();
    if (this.#engines?.live !== true) {
      this.#refreshAt = now + (document === undefined ? RETRY : this.#source.every);
      if (document === undefined) this.#engines = new Engines(SAFE, this.#env);
      else this.#install(document);
    }
    return this.#engines.of(request);
  }

  /** Looks for a new document, while the one in force serves on. */
  #refresh(now, context) {
    this.#refreshAt = now + (this.#good === undefined ? RETRY : REFRESH);
    const done = this.#read()
      .then((document) => {
        if (document === undefined || document === this.#seen) return;
        this.#refreshAt = now + this.#source.every;
        this.#install(document);
      })
      .catch((error) => recover(error));
    context?.waitUntil?.(done);
  }

  async #read() {
    try {
      const document = await this.#source.read();
      this.#told = undefined;
      return document;
    } catch (error) {
      return this.#tell(error?.message ?? error);
    }
  }

  /** Once for as long as it lasts. */
  #tell(problem) {
    const instead = this.#good === undefined ? 'the default configuration is' : 'the last good one stays';
    if (this.#told !== problem) complain('configuration', `${this.#source.name} cannot be read, ${instead} in force: ${problem}`);
    this.#told = problem;
  }

  /** Puts a document in force, or tells why not. */
  #install(document) {
    this.#seen = document;
    try {
      this.#engines = new Engines(document, this.#env);
      this.#good = document;
    } catch (error) {
      if (isTrap(error)) throw error;
      // A worker has no start at which it could refuse. Errors must not leak meanwhile: the defaults guard every 5xx.
      const instead = this.#good === undefined ? 'the default configuration is' : 'the last good one stays';
      complain('configuration', `${this.#source.name} refused, ${instead} in force: ${error?.message}`);
      if (this.#engines?.live !== true) this.#engines = new Engines(this.#good ?? SAFE, this.#env);
    }
  }
}

async function readKv(namespace) {
  const document = await namespace.get('config', { type: 'text', cacheTtl: REFRESH / 1000 });
  if (document === null) throw new Error('it has no key `config`: put the configuration there');
  return document;
}

async function readAsset(assets) {
  const response = await assets.fetch('https://assets.invalid/backstop.json');
  if (response.status !== 200) throw new Error(`/backstop.json has status ${response.status}: put the file into the folder of assets`);
  return response.text();
}

/** A configuration as JSON text. */
export function textOf(config = SAFE) {
  return typeof config === 'string' ? config : JSON.stringify(config);
}

/** The scheme and authority that requests go to; `null` where they go where they point. */
function readOrigin({ ORIGIN = '' }) {
  // A service binding: the entry hands requests to it.
  if (ORIGIN === '' || typeof ORIGIN?.fetch === 'function') return null;
  let url;
  try {
    url = new URL(ORIGIN);
  } catch {
    url = { origin: null };
  }
  // Paths come from the requests.
  if (!/^https?:$/.test(url.protocol) || url.href !== `${url.origin}/`) throw new Error(`ORIGIN: ${JSON.stringify(ORIGIN)} cannot be used; ${ORIGIN_HINT}`);
  return url.origin;
}

const ORIGIN_HINT = 'set it to scheme and host of the application, such as "http://127.0.0.1:3000"';
/** The configuration that guards every 5xx. */
const SAFE = '{}';
/** How long, in milliseconds, the first requests of an isolate wait for their configuration. */
const MAX_WAIT = 1000;
/** How soon, in milliseconds, to look again: for a document that did not come, and for a new one. KV keeps what it read for as long. */
const RETRY = 5_000;
const REFRESH = 60_000;
