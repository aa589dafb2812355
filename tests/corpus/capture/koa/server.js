// A catalogue on Koa. The default answer is a status text; the middleware below are those that people write.
const Koa = require('koa')
const Router = require('@koa/router').default || require('@koa/router')
const fs = require('node:fs')
const knex = require('knex')({ client: 'mysql2', connection: { host: '127.0.0.1', port: 33069, user: 'shop', password: 'hunter2-staging', database: 'shop' } })
const pgknex = require('knex')({ client: 'pg', connection: { host: '127.0.0.1', port: 54329, user: 'shop', password: 'hunter2-staging', database: 'shop' } })
const app = new Koa()
app.silent = true
const mode = process.env.MODE
if (mode === 'json') {
  app.use(async (ctx, next) => { try { await next() } catch (e) { ctx.status = e.status || 500; ctx.body = { ok: false, err: { type: e.constructor.name, msg: e.message, code: e.code, trace: e.stack } } } })
} else if (mode === 'text') {
  app.use(async (ctx, next) => { try { await next() } catch (e) { ctx.status = 500; ctx.type = 'text'; ctx.body = e.stack } })
} else if (mode === 'message') {
  app.use(async (ctx, next) => { try { await next() } catch (e) { ctx.status = 500; ctx.body = e.message } })
} else if (mode === 'youch') {
  const { Youch } = require('youch')
  app.use(async (ctx, next) => { try { await next() } catch (e) { ctx.status = 500; ctx.type = 'html'; ctx.body = await new Youch().toHTML(e, { request: { url: ctx.url, method: ctx.method, headers: ctx.headers } }) } })
} else if (mode === 'youchjson') {
  const { Youch } = require('youch')
  app.use(async (ctx, next) => { try { await next() } catch (e) { ctx.status = 500; ctx.body = await new Youch().toJSON(e) } })
}
const r = new Router()
class CatalogueError extends Error {}
r.get('/type', (ctx) => { ctx.body = ctx.state.user.name })
r.get('/mysql', async () => { await knex('products').where('colour', 'red').select('id') })
r.get('/mysql-dup', async () => { await knex('products').insert({ id: 1, name: 'kettle', sku: 'KET-9' }) })
r.get('/pg', async () => { await pgknex('basket').join('products', 'basket.product_id', 'products.id').where({ customer: 'ann' }).select('name') })
r.get('/pool', async () => { await require('knex')({ client: 'pg', connection: { host: 'db.internal.shop.example', user: 'shop', password: 'hunter2-staging' } }).raw('select 1') })
r.get('/file', async () => { await fs.promises.open('/home/node/app/fixtures/catalogue.xml') })
r.get('/custom', async () => { await new Promise((_, no) => setTimeout(() => no(new CatalogueError('index rebuild failed at segment 12')), 10)) })
r.get('/throw400', (ctx) => ctx.throw(400, 'page must be a number'))
r.get('/throw500', (ctx) => ctx.throw(500, 'replica lag over 30s'))
r.get('/assert', (ctx) => ctx.assert(ctx.query.token, 401, 'Please sign in'))
r.get('/page', (ctx) => { ctx.status = 503; ctx.body = fs.readFileSync(__dirname + '/sorry.de.html', 'utf8'); ctx.type = 'html' })
app.use(r.routes()).use(r.allowedMethods())
app.listen(Number(process.env.PORT), '127.0.0.1')
