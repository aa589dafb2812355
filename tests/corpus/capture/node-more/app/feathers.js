const { feathers } = require('@feathersjs/feathers'), { koa, rest, bodyParser, errorHandler, parseAuthentication } = require('@feathersjs/koa'), errors = require('@feathersjs/errors'), fail = require('./fail');
const app = koa(feathers());
app.use(errorHandler()); app.use(bodyParser()); app.configure(rest());
app.use('run', { async get(name) { return fail[name](); }, async create(d) { throw new errors.BadRequest('The order is not complete.', { errors: { sku: 'missing', qty: 'must be at least 1' } }); } });
app.use('general', { async get(name) { try { return await fail[name](); } catch (e) { throw new errors.GeneralError(e); } } });
app.listen(+process.argv[2], '127.0.0.1');
