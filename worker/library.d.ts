import type { backstop } from './index.js';

/**
 * Makes `backstop()`, for a runtime that `backstop-worker` itself does not know. `backstop.js` must be initialised before its first call.
 */
export function makeBackstop(runtime: {
  /** Values of content-encoding that this runtime undoes when the body of any response is read. */
  decodes: string[];
}): typeof backstop;
