// The same schema on Apollo Server and on GraphQL Yoga.
import { createServer } from 'node:http'
import pg from 'pg'
import { GraphQLError } from 'graphql'

const pool = new pg.Pool({ host: '127.0.0.1', port: 54329, user: 'shop', password: 'hunter2-staging', database: 'shop' })
const typeDefs = `
  type Product { id: ID!, name: String!, price: Float }
  type Query { product(id: ID!): Product, search(text: String!): [Product!]!, stock(sku: String!): Int, me: String, discount: Float! }
  type Mutation { buy(sku: String!, quantity: Int!): Product }
`
const resolvers = {
  Query: {
    product: (_, { id }) => ({ id, name: null }),
    search: (_, { text }) => pool.query(`SELECT id, nmae FROM products WHERE name LIKE '%${text}%'`),
    stock: async (_, { sku }) => (await fetch(`http://127.0.0.1:8099/v1/stock/${sku}`)).json(),
    me: (_, __, ctx) => ctx.session.user.name,
    discount: () => { throw new Error('rule engine: no rule matches customer 42') },
  },
  Mutation: { buy: () => { throw new GraphQLError('Only 2 left in stock', { extensions: { code: 'OUT_OF_STOCK', available: 2 } }) } },
}
const port = Number(process.env.PORT)
if (process.env.SERVER === 'apollo') {
  const { ApolloServer } = await import('@apollo/server')
  const { startStandaloneServer } = await import('@apollo/server/standalone')
  const formatError = process.env.MASK ? (f, e) => (f.extensions.code === 'INTERNAL_SERVER_ERROR' ? { message: 'Internal server error', extensions: { code: 'INTERNAL_SERVER_ERROR' } } : f)
    : process.env.OLD ? (f, e) => ({ ...f, extensions: { ...f.extensions, exception: { name: e.originalError?.name, stacktrace: (e.originalError ?? e).stack.split('\n') } } }) : undefined
  await startStandaloneServer(new ApolloServer({ typeDefs, resolvers, formatError }), { listen: { port, host: '127.0.0.1' } })
} else {
  const { createSchema, createYoga } = await import('graphql-yoga')
  createServer(createYoga({ schema: createSchema({ typeDefs, resolvers }), logging: false, maskedErrors: process.env.MASK ? true : process.env.YOGADEV ? { isDev: true } : false })).listen(port, '127.0.0.1')
}
