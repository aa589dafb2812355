const restify = require('restify'), errs = require('restify-errors'), fail = require('./fail');
const s = restify.createServer({ name: 'kiosk', onceNext: true });
s.use(restify.plugins.bodyParser());
s.get('/run/:name', async (req, res) => { res.send(await fail[req.params.name]()); });
s.get('/verror', (req, res, next) => { try { fail.file(); } catch (e) { next(new errs.InternalServerError({ cause: e, info: { region: 'EU-3' } }, 'no tariff')); } });
s.get('/own', (req, res, next) => next(new errs.PaymentRequiredError('The card was declined.')));
s.listen(+process.argv[2], '127.0.0.1');
