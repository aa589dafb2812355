import { Elysia, t, status } from 'elysia';
import { node } from '@elysiajs/node';
import { readFileSync } from 'node:fs';
new Elysia({ adapter: node() })
  .get('/stock', () => { const shelf = null; return shelf.count; })
  .get('/label', () => readFileSync('/srv/nodeweb/labels/17.zpl', 'utf8'))
  .get('/price', () => JSON.parse('<html>'))
  .get('/sold', ({ status }) => status(410, 'This article is no longer sold'))
  .get('/closed', ({ status }) => status(503, { code: 'CLOSED', until: '2026-11-22T08:00:00Z' }))
  .post('/order', ({ body }) => body, { body: t.Object({ sku: t.String({ minLength: 5 }), count: t.Number({ minimum: 1 }) }) })
  .listen({ port: +process.argv[2], hostname: '127.0.0.1' });
