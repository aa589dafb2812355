const H = require('html-webpack-plugin');
module.exports = { mode: 'development', entry: './web/main.js', plugins: [new H()], devServer: { port: 24219, host: '127.0.0.1', proxy: [{ context: ['/api'], target: 'http://127.0.0.1:9' }], setupMiddlewares: (m, d) => { d.app.get('/boom', () => require('./fail').type()); return m; } } };
