import express from 'express';
import { ParseServer } from 'parse-server';
const server = new ParseServer({ databaseURI: 'postgres://shop:hunter2-staging@127.0.0.1:5433/shop', appId: 'orchard', masterKey: 'invented-master', serverURL: `http://127.0.0.1:${process.argv[2]}/parse`, cloud: '/srv/parse/cloud.mjs', silent: true, logLevel: 'error', allowClientClassCreation: true });
await server.start();
const app = express(); app.use('/parse', server.app); app.listen(+process.argv[2], '127.0.0.1');
