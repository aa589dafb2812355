import type { Configuration } from './configuration.js';

/** What outlives the answer; Cloudflare's `ExecutionContext` is one. */
export interface Context {
  waitUntil?(work: Promise<unknown>): void;
}

/** The bindings of a worker, or the environment of a server. All are optional, but for `ORIGIN` of a server. */
export interface Environment {
  /** The configuration, as JSON text or as an object. Default: `{}`. */
  BACKSTOP?: Configuration | string | undefined;
  /** A KV namespace that has it under the key `config`, as JSON text. */
  BACKSTOP_KV?: { get(key: string, options: { type: 'text'; cacheTtl?: number }): Promise<string | null> } | undefined;
  /** Static assets that have it as `/backstop.json`. */
  BACKSTOP_ASSETS?: { fetch(url: string): Promise<Response> } | undefined;
  /** Scheme and host of the application, or a service binding to it. Default: requests go where they point. */
  ORIGIN?: string | { fetch(request: Request): Promise<Response> } | undefined;
  /** A dataset of Workers Analytics Engine. */
  BACKSTOP_METRICS?: { writeDataPoint(point: { indexes: string[]; blobs: string[]; doubles: number[] }): void } | undefined;
}

/**
 * Makes the function that serves requests. `backstop.js` must be initialised before the first one.
 */
export function makeHandler(runtime: {
  /** Sends a request as it is, follows no redirect, gives up at the signal; it fails where no answer comes. */
  fetchOrigin(request: Request, signal?: AbortSignal): Promise<Response>;
  /** Why a 5xx is no answer of the origin: the runtime made it, because none came. */
  failureOf?(response: Response): Error | undefined;
  /** Values of content-encoding that this runtime undoes when a body is read. */
  decodes: string[];
  /** Milliseconds that the head of an answer may take, unless the configuration says it. Default: no limit. */
  upstreamTimeout?: number;
}): (request: Request, env: Environment, context?: Context) => Promise<Response>;

/** Refuses settings that the handler could not work with: throws an `Error` that says what to change. */
export function checkSettings(env: Environment): void;
