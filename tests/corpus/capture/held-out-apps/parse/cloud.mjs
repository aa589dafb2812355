import fs from 'node:fs';
Parse.Cloud.define('count', () => { const trees = undefined; return trees.length; });
Parse.Cloud.define('prices', () => fs.readFileSync('/srv/parse/prices.json', 'utf8'));
Parse.Cloud.define('weather', async () => (await Parse.Cloud.httpRequest?.({ url: 'http://127.0.0.1:23997/' })) ?? fetch('http://127.0.0.1:23997/'));
Parse.Cloud.define('unknown', () => JSON.parse('<html>'));
Parse.Cloud.define('closed', () => { throw 'The orchard is closed until May'; });
Parse.Cloud.define('limit', () => { throw new Parse.Error(155, 'At most ten trees a day'); });
