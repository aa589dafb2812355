// A booking service on Fastify. Fastify's default error handler tells message, code and status in every mode.
const fs = require('node:fs')
const { Pool } = require('pg')
const app = require('fastify')({ logger: false, ajv: { customOptions: { allErrors: true } } })
app.register(require('@fastify/sensible'))
const pg = new Pool({ host: '127.0.0.1', port: 54329, user: 'shop', password: 'hunter2-staging', database: 'shop' })

app.get('/type', async () => { const seats = undefined; return seats[0].row })
app.get('/pg', async () => pg.query('SELECT name, stock FROM products ORDER BY stock'))
app.get('/check', async () => pg.query("INSERT INTO products VALUES (9, 'lid', -1, 'LID-1')"))
app.get('/long', async () => pg.query("INSERT INTO products VALUES (9, 'lid', 1, 'LID-1-VERY-LONG')"))
app.get('/null', async () => pg.query('INSERT INTO products (id) VALUES (10)'))
app.get('/file', async () => fs.promises.readFile('/app/templates/ticket.hbs', 'utf8'))
app.get('/fetch', async () => fetch('http://127.0.0.1:9411/seats'))
app.get('/json', async () => JSON.parse('<html><body>502 Bad Gateway</body></html>'))
app.get('/stream', (req, reply) => reply.send(fs.createReadStream('/app/data/seats.csv')))
app.get('/undefinedvar', async () => bookings.length)
app.get('/timeout', async () => fetch('http://127.0.0.1:' + process.env.PORT + '/slow', { signal: AbortSignal.timeout(200) }))
app.get('/slow', () => new Promise(() => {}))
app.get('/notfound', async (req, reply) => reply.notFound('We could not find that booking'))
app.get('/conflict', async (req, reply) => reply.conflict())
app.get('/unavailable', async (req, reply) => reply.serviceUnavailable('Booking is closed for maintenance'))
app.post('/book', { schema: { body: { type: 'object', required: ['seat', 'email'], properties: { seat: { type: 'string', pattern: '^[A-Z][0-9]+$' }, email: { type: 'string', format: 'email' }, adults: { type: 'integer', minimum: 1 } } } } }, async () => ({}))

if (process.env.HANDLER === 'debug') {
  app.setErrorHandler((err, req, reply) => reply.status(500).send({ statusCode: 500, error: err.name, message: err.message, stack: err.stack, ...(err.query ? { query: err.query } : {}), request: { method: req.method, url: req.url, headers: req.headers } }))
}
if (process.env.HANDLER === 'xml') {
  app.setErrorHandler((err, req, reply) => reply.status(500).type('application/xml').send(`<?xml version="1.0" encoding="UTF-8"?>\n<error><type>${err.name}</type><message>${err.message}</message><stackTrace>${err.stack}</stackTrace></error>`))
}
if (process.env.HANDLER === 'clean') {
  app.setErrorHandler((err, req, reply) => reply.status(500).send({ statusCode: 500, error: 'Internal Server Error', message: 'Something went wrong', requestId: 'req-5f' }))
}
app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' })
