import Fastify from 'fastify';
import mercurius from 'mercurius';
import { readFile } from 'node:fs/promises';
const app = Fastify({ bodyLimit: 2000 });
app.register(mercurius, {
  schema: `type Query { stock(sku: String!): Int!, label: String, supplier: String, sold: String, article: Article } type Article { sku: String!, price: Float! }`,
  resolvers: { Query: {
    stock: () => { const shelf = undefined; return shelf.count; },
    label: () => readFile('/srv/nodeweb/labels/17.zpl', 'utf8'),
    supplier: async () => { try { await fetch('http://127.0.0.1:23997/prices'); } catch (e) { throw e.cause; } },
    sold: () => { throw new mercurius.ErrorWithProps('This article is no longer sold', { code: 'GONE' }); },
    article: () => ({ sku: 'KET-1', price: 'twelve' }),
  } },
  ...(process.argv[3] === 'closed' ? { errorFormatter: () => ({ statusCode: 500, response: { data: null, errors: [{ message: 'Internal server error', extensions: { code: 'INTERNAL' } }] } }) } : {}),
});
app.listen({ port: +process.argv[2], host: '127.0.0.1' });
