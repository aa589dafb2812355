// The page and the JSON of Youch, which AdonisJS and Nitro show while developing.
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { Youch } from 'youch';
const F = {
  '/stock': () => { const shelf = undefined; return shelf.count; },
  '/label': () => readFileSync('/srv/nodeweb/labels/17.zpl', 'utf8'),
  '/supplier': () => fetch('http://127.0.0.1:23997/prices'),
};
createServer(async (req, res) => {
  const url = new URL(req.url, 'http://shop.example');
  try { await F[url.pathname](); } catch (e) {
    const youch = new Youch();
    const form = url.searchParams.get('form');
    if (form === 'json') return res.writeHead(500, { 'Content-Type': 'application/json' }).end(JSON.stringify(await youch.toJSON(e)));
    if (form === 'ansi') return res.writeHead(500, { 'Content-Type': 'text/plain' }).end(await youch.toANSI(e));
    res.writeHead(500, { 'Content-Type': 'text/html' }).end(await youch.toHTML(e, { request: req, title: 'Server error' }));
  }
}).listen(+process.argv[2], '127.0.0.1');
