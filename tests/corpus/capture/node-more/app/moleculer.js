const { ServiceBroker, Errors } = require('moleculer'), Api = require('moleculer-web'), fail = require('./fail');
const b = new ServiceBroker({ logger: false, nodeID: 'kiosk-1', requestTimeout: 1000 });
b.createService({ name: 'shop', actions: {
  run: { handler: (ctx) => fail[ctx.params.name]() },
  order: { params: { sku: 'string', qty: { type: 'number', min: 1 } }, handler: () => 1 },
  slow: () => new Promise((ok) => setTimeout(ok, 5000)),
  call: (ctx) => ctx.call('warehouse.reserve'),
  own: () => { throw new Errors.MoleculerClientError('This voucher has expired.', 422, 'VOUCHER_EXPIRED'); } } });
b.createService({ mixins: [Api], settings: { port: +process.argv[2], ip: '127.0.0.1', routes: [{ path: '/', bodyParsers: { json: true }, ...(process.argv[3] === 'told' ? { onError(req, res, err) { res.writeHead(500, { 'Content-Type': 'application/json' }); res.end(JSON.stringify({ name: err.name, message: err.message, code: err.code, type: err.type, data: err.data, stack: err.stack })); } } : {}) }] } });
b.start();
