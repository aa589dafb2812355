const polka = require('polka'), fail = require('./fail');
polka({ onError: process.argv[3] === 'told' ? (err, req, res) => { res.statusCode = 500; res.end(err.stack || String(err)); } : undefined })
  .use(async (req, res, next) => { const [, what, name] = req.url.split('/'); if (what !== 'run') return next(); try { res.end(String(await fail[name]())); } catch (e) { next(e); } })
  .listen(+process.argv[2], '127.0.0.1');
