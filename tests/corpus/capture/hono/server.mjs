// Hono under Node, Deno and Bun: the same handlers, the runtime's own stack format.
import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { readFile } from 'node:fs/promises'
const app = new Hono()
class StockError extends Error { name = 'StockError' }
const boom = async () => { throw new StockError('KET-1: counted 3, expected 5') }
app.get('/type', (c) => c.json(c.get('user').name))
app.get('/file', async (c) => c.text(await readFile('/etc/shop/motd.txt', 'utf8')))
app.get('/fetch', async (c) => c.json(await (await fetch('http://127.0.0.1:8099/v1/stock')).json()))
app.get('/json', (c) => c.json(JSON.parse('{"a":')))
app.get('/custom', async () => { await boom() })
app.get('/cause', async () => { try { await boom() } catch (e) { throw new Error('checkout failed', { cause: e }) } })
app.get('/reference', (c) => c.text(basketTotal))
app.get('/deny', () => { throw new HTTPException(403, { message: 'This voucher is not yours' }) })
const mode = globalThis.process.env.MODE
if (mode) {
  app.onError((e, c) => {
    if (e instanceof HTTPException) return e.getResponse()
    if (mode === 'json') return c.json({ error: e.message, name: e.name, stack: e.stack, cause: e.cause ? String(e.cause) : undefined }, 500)
    if (mode === 'text') return c.text(e.stack + (e.cause ? `\nCaused by: ${e.cause.stack}` : ''), 500)
    return c.text(`${e}`, 500)
  })
}
const port = Number(globalThis.process.env.PORT)
if (globalThis.Bun) Bun.serve({ port, hostname: '127.0.0.1', development: mode === undefined, fetch: mode === undefined ? (r) => (new URL(r.url).pathname === '/raw' ? boom() : app.fetch(r)) : app.fetch })
else if (globalThis.Deno) Deno.serve({ port, hostname: '127.0.0.1', onError: mode ? undefined : (e) => new Response(Deno.inspect(e), { status: 500 }) }, mode ? app.fetch : (r) => (new URL(r.url).pathname === '/raw' ? boom() : app.fetch(r)))
else (await import('@hono/node-server')).serve({ fetch: app.fetch, port, hostname: '127.0.0.1' })
