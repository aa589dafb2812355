import type { Configuration } from './configuration.js';
import type { Context } from './handler.js';

export type * from './configuration.js';
export type { Context } from './handler.js';

/**
 * What the client of `request` is to get for `response`: that very object where no rule can match, a generic answer where it leaks.
 *
 * @param response of the application, or a promise of it; where that is rejected, the client gets a 500 and the report has the exception
 * @param config JSON text or an object, compiled once; one that is refused is reported, and `{}` is in force. Default: `{}`
 * @param context its `waitUntil`, where there is one, outlives the answer
 * @returns a promise that is never rejected
 */
export function backstop(
  request: Request,
  response: Response | PromiseLike<Response>,
  config?: Configuration | string,
  context?: Context,
): Promise<Response>;
