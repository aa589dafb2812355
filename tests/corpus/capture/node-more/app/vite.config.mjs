import { createRequire } from 'node:module';
const fail = createRequire('/srv/kiosk/x.js')('./fail.js');
export default { root: '/srv/kiosk/web', server: { host: '127.0.0.1', port: 24218, proxy: { '/api': 'http://127.0.0.1:9' } }, plugins: [{ name: 'boom', configureServer(s) { s.middlewares.use('/boom', () => fail.type()); s.middlewares.use('/async', (req, res, next) => fail.file && Promise.resolve().then(fail.file).catch(next)); } }] };
