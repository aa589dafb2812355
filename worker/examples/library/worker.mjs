// A worker that answers itself, guarded: three lines.
import { backstop } from 'backstop-worker';
import app from './app.mjs';
export default { async fetch(request, env, context) { return backstop(request, app.fetch(request, env, context), env.BACKSTOP, context); } };
