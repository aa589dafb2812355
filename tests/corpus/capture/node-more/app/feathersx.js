const { feathers } = require('@feathersjs/feathers'), express = require('@feathersjs/express'), fail = require('./fail');
const app = express.default(feathers());
app.use(express.json()); app.configure(express.rest());
app.use('/run', { async get(name) { return fail[name](); } });
app.use(express.notFound({ verbose: true })); app.use(express.errorHandler({ html: process.argv[3] !== 'json' ? undefined : false, logger: false }));
app.listen(+process.argv[2], '127.0.0.1');
