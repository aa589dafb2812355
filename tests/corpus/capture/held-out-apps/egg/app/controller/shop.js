const { Controller } = require('egg');
const fs = require('node:fs');
module.exports = class Shop extends Controller {
  async nothing() { const cart = undefined; this.ctx.body = cart.items; }
  async file() { this.ctx.body = fs.readFileSync('/srv/egg/data/cart.json', 'utf8'); }
  async refused() { await this.ctx.curl('http://127.0.0.1:23997/prices', { dataType: 'json' }); }
  async gone() { this.ctx.throw(410, 'This article is no longer sold'); }
  async order() { this.ctx.body = 'ok'; }
};
