const { serve, json, createError, send } = require('micro'), http = require('node:http'), fail = require('./fail');
const h = async (req, res) => {
  const [, what, name] = req.url.split('/');
  if (what === 'order') return (await json(req)).sku;
  if (what === 'own') throw createError(409, 'This order was already paid.');
  return fail[name]();
};
new http.Server(serve(h)).listen(+process.argv[2], '127.0.0.1');
