const Sails = require('sails').Sails, fail = require('./fail');
new Sails().lift({ port: +process.argv[2], explicitHost: '127.0.0.1', environment: process.argv[3] === 'debug' ? 'development' : 'production', appPath: '/srv/kiosk', hooks: { grunt: false, session: false, pubsub: false }, log: { level: 'silent' }, security: { csrf: false }, globals: false, http: { trustProxy: true }, routes: {
  'GET /run/:name': async (req, res) => { try { return res.json(await fail[req.param('name')]()); } catch (e) { return res.serverError(e); } },
  'GET /bad': (req, res) => res.badRequest({ field: 'qty', problem: 'must be at least 1' }),
  'GET /throw': () => fail.type(), 'GET /forbidden': (req, res) => res.forbidden() } }, (e) => e && console.error(e));
