'use strict';
// Express 4: the error of a library, told as applications commonly tell it.
const express = require('express'), fail = require('./fail'), util = require('node:util');
const { celebrate, Joi, Segments, errors } = require('celebrate');
const app = express();
app.use(express.json());
app.get('/:form/:name', (req, res, next) => Promise.resolve().then(() => fail[req.params.name]()).then((x) => res.json(x)).catch((e) => {
  res.status(500);
  switch (req.params.form) {
    case 'message': return res.json({ ok: false, message: e.message });
    case 'string': return res.json({ error: String(e) });
    case 'object': return res.json({ error: { name: e.name, ...Object.fromEntries(Object.entries(e).filter(([, v]) => typeof v !== 'object')), message: e.message } });
    case 'stack': return res.json({ errors: [{ title: e.name, detail: e.stack.split('\n').map((s) => s.trim()) }] });
    case 'inspect': return res.type('text').send(util.inspect(e));
    case 'html': return res.send(`<!doctype html><title>Oops</title><h1>Something broke</h1><blockquote>${e.message}</blockquote>`);
    case 'pre': return res.send(`<pre>${e.stack.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/\n/g, '<br/>')}</pre>`);
    case 'code': return res.json({ code: e.code, syscall: e.syscall, address: e.address, port: e.port, cause: e.cause && String(e.cause) });
    case 'kind': return res.status(503).json({ status: 503, code: 'SUPPLIER_DOWN', message: 'One of our suppliers does not answer. Your basket is saved.' });
    case 'kindhtml': return res.send('<!doctype html><title>Kiosk</title><h1>Das hat nicht geklappt</h1><p>Wir wurden benachrichtigt. Vorgang 4711-0815.</p>');
    default: return next(e);
  }
}));
app.post('/order', celebrate({ [Segments.BODY]: Joi.object({ sku: Joi.string().required(), qty: Joi.number().integer().min(1) }) }, { abortEarly: false }), (req, res) => res.json(1));
app.use(errors());
app.listen(+process.argv[2], '127.0.0.1');
