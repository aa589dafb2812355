const { RestApplication, get, post, param, requestBody, HttpErrors } = require('@loopback/rest'), { Application } = require('@loopback/core'), fail = require('./fail');
class C {}
const app = new RestApplication({ rest: { port: +process.argv[2], host: '127.0.0.1', gracePeriodForClose: 0 } });
app.bind('rest.errorWriterOptions').to({ debug: process.argv[3] === 'debug' });
app.route('get', '/run/{name}', { parameters: [{ name: 'name', in: 'path', schema: { type: 'string' }, required: true }], responses: {} }, async (name) => fail[name]());
app.route('get', '/own', { responses: {} }, () => { throw new HttpErrors.Conflict('The seat was taken in the meantime.'); });
app.route('post', '/order', { requestBody: { content: { 'application/json': { schema: { type: 'object', required: ['sku'], properties: { sku: { type: 'string' }, qty: { type: 'integer', minimum: 1 } } } } } }, responses: {} }, () => 1);
app.start();
