const polka = require('polka'), fail = require('./fail');
polka({ onError: process.argv[3] === 'told' ? (err, req, res) => { res.statusCode = 500; res.end(err.stack || String(err)); } : undefined })
  .get('/run/:name', async (req, res, next) => { try { res.end(String(await fail[req.params.name]())); } catch (e) { next(e); } })
  .listen(+process.argv[2], '127.0.0.1');
