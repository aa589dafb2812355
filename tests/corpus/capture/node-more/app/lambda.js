// serverless-http in front of Express, called as a Lambda runtime calls it
const http = require('node:http'), serverless = require('serverless-http'), express = require('express'), fail = require('./fail');
const app = express();
app.get('/run/:name', async (req, res, next) => { try { res.json(await fail[req.params.name]()); } catch (e) { next(e); } });
const handler = serverless(app);
http.createServer(async (req, res) => {
  const r = await handler({ httpMethod: req.method, path: req.url, headers: req.headers, requestContext: {}, body: null }, {});
  res.writeHead(r.statusCode, r.headers); res.end(r.body);
}).listen(+process.argv[2], '127.0.0.1');
