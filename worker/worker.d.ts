import type { Context, Environment } from './handler.js';

declare const worker: { fetch(request: Request, env: Environment, context?: Context): Promise<Response> };
export default worker;
