import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { createYoga, createSchema } from 'graphql-yoga';
import { GraphQLError } from 'graphql';
const schema = createSchema({
  typeDefs: `type Query { stock(sku: String!): Int!, label: String, supplier: String, sold: String, article: Article! } type Article { sku: String!, price: Float! }`,
  resolvers: { Query: {
    stock: () => { const shelf = undefined; return shelf.count; },
    label: () => readFile('/srv/nodeweb/labels/17.zpl', 'utf8'),
    supplier: async () => { try { await fetch('http://127.0.0.1:23997/prices'); } catch (e) { throw e.cause; } },
    sold: () => { throw new GraphQLError('This article is no longer sold', { extensions: { code: 'GONE', successor: 'KET-2' } }); },
    article: () => ({ sku: 'KET-1', price: 'twelve' }),
  } },
});
createServer(createYoga({ schema, logging: false, ...(process.argv[3] === 'open' ? { maskedErrors: false } : {}) })).listen(+process.argv[2], '127.0.0.1');
