// A ticket desk on hapi.
const Hapi = require('@hapi/hapi')
const Boom = require('@hapi/boom')
const Joi = require('joi')
const debugMode = process.env.MODE === 'debug'
const server = Hapi.server({ port: Number(process.env.PORT), host: '127.0.0.1', debug: false, routes: { validate: { failAction: (request, h, err) => { throw err } } } })
server.route([
  { method: 'GET', path: '/type', handler: (request) => request.auth.credentials.name },
  { method: 'GET', path: '/boom', handler: () => { throw Boom.badImplementation('ledger out of balance by 3 cents', { ledger: 'L-2026-11' }) } },
  { method: 'GET', path: '/gateway', handler: async () => { try { await fetch('http://payments.internal.shop.example:9000/charge') } catch (e) { throw Boom.badGateway(`payments failed: ${e.cause}`) } } },
  { method: 'GET', path: '/boomify', handler: () => { try { JSON.parse('{') } catch (e) { throw Boom.boomify(e, { statusCode: 422 }) } } },
  { method: 'GET', path: '/undefined', handler: () => undefined },
  { method: 'GET', path: '/teapot', handler: () => { throw Boom.teapot('no coffee here') } },
  { method: 'GET', path: '/unauth', handler: () => { throw Boom.unauthorized('missing token', 'Bearer') } },
  { method: 'POST', path: '/tickets', options: { validate: { payload: Joi.object({ subject: Joi.string().required(), priority: Joi.string().valid('low', 'high') }) } }, handler: () => ({}) },
  { method: 'GET', path: '/tickets/{id}', options: { validate: { params: Joi.object({ id: Joi.number().integer() }) } }, handler: () => { throw Boom.notFound('No such ticket') } }
])
if (debugMode) {
  server.ext('onPreResponse', (request, h) => {
    const r = request.response
    if (r.isBoom) { r.output.payload.message = r.message; r.output.payload.stack = r.stack; r.output.payload.data = r.data }
    return h.continue
  })
}
server.start()
