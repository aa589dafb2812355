// A small shop on Express 5 whose handlers fail in the ways that applications fail. NODE_ENV decides what the default error handler tells.
const express = require('express')
const fs = require('node:fs')
const path = require('node:path')
const vm = require('node:vm')
const { Pool } = require('pg')
const mysql = require('mysql2/promise')
const axios = require('axios')
const jwt = require('jsonwebtoken')
const { body, validationResult } = require('express-validator')
const Joi = require('joi')
const { z } = require('zod')
const errorhandler = require('errorhandler')
const { PricingService } = require('./lib/pricing')

const pg = new Pool({ host: '127.0.0.1', port: 54329, user: 'shop', password: 'hunter2-staging', database: 'shop' })
const app = express()
app.set('views', path.join(__dirname, 'views'))
app.set('view engine', process.env.VIEWS || 'ejs')
app.use(express.json({ limit: '2kb' }))

const pricing = new PricingService()

app.get('/cart', (req, res) => {
  const user = undefined
  res.json({ total: user.cart.items.length })
})
app.get('/price/:sku', (req, res) => res.json(pricing.quote(req.params.sku)))
app.get('/pg/missing', async () => { await pg.query('SELECT id, total FROM orders WHERE customer_id = $1', [42]) })
app.get('/template', (req, res) => res.render('order', { order: {} }))
app.get('/template/missing', (req, res) => res.render('invoice'))
app.get('/upstream', async () => { await axios.get('http://inventory:8080/v1/stock?token=abc', { timeout: 2000 }) })
app.get('/config', () => { JSON.parse(fs.readFileSync('/etc/shop/config.json', 'utf8')) })
app.get('/assert', () => { require('node:assert').strictEqual(2 + 2, 5, 'stock count drifted') })
app.get('/string', () => { throw 'quota exceeded for tenant 7' })
app.get('/file/:name', (req, res, next) => res.sendFile(path.join(__dirname, 'public', req.params.name), next))
app.get('/cause', async () => {
  try { await pg.query('INSERT INTO products VALUES ($1, $2, $3, $4)', [1, 'kettle', 1, 'KET-1']) } catch (e) { throw new Error('could not save the product', { cause: e }) }
})

// What applications themselves send.
const own = express.Router()
app.use('/own', own)
const tell = (shape) => (fn) => async (req, res) => { try { await fn(req, res) } catch (e) { shape(res, e) } }
const messageOnly = tell((res, e) => res.status(500).json({ error: e.message }))
const withStack = tell((res, e) => res.status(500).json({ success: false, message: e.message, stack: e.stack }))
const whole = tell((res, e) => res.status(500).json({ error: e }))
const toString = tell((res, e) => res.status(500).type('text').send(String(e)))
const inspect = tell((res, e) => res.status(500).type('text').send(require('node:util').inspect(e)))
const lines = tell((res, e) => res.status(500).json({ error: { name: e.name, message: e.message, stack: e.stack.split('\n').map((l) => l.trim()) } }))
const htmlPre = tell((res, e) => res.status(500).send(`<html><body><h1>Something broke</h1><pre>${e.stack.replace(/\n/g, '<br>').replace(/ {4}/g, '&nbsp;&nbsp;&nbsp;&nbsp;')}</pre></body></html>`))

own.get('/pg-message', messageOnly(() => pg.query('SELECT id, total FROM orders WHERE id = 7')))
own.get('/pg-whole', whole(() => pg.query("INSERT INTO products VALUES (1, 'kettle', 10, 'KET-2')")))
own.get('/pg-syntax', toString(() => pg.query("SELECT * FROM products WHERE name = 'O'Brien'")))
own.get('/pg-cast', lines(() => pg.query('SELECT * FROM products WHERE id = $1', ['1 OR 1=1'])))
own.get('/pg-refused', whole(() => new Pool({ host: '127.0.0.1', port: 5499, user: 'shop', database: 'shop' }).query('SELECT 1')))
own.get('/pg-auth', messageOnly(() => new Pool({ host: '127.0.0.1', port: 54329, user: 'shop', password: 'old', database: 'shop' }).query('SELECT 1')))
own.get('/mysql-whole', whole(async () => {
  const c = await mysql.createConnection({ host: '127.0.0.1', port: 33069, user: 'shop', password: 'hunter2-staging', database: 'shop' })
  try { await c.query("SELECT * FROM orders WHERE email = 'ann@example.org'") } finally { await c.end() }
}))
own.get('/mysql-syntax', messageOnly(async () => {
  const c = await mysql.createConnection({ host: '127.0.0.1', port: 33069, user: 'shop', password: 'hunter2-staging', database: 'shop' })
  try { await c.query('SELEC * FROM products WHERE id = 1') } finally { await c.end() }
}))
own.get('/mysql-auth', withStack(() => mysql.createConnection({ host: '127.0.0.1', port: 33069, user: 'shop_ro', password: 'hunter2-staging', database: 'shop' })))
own.get('/dns', messageOnly(() => axios.get('http://inventory.prod.svc.cluster.local:8080/v1/stock')))
own.get('/axios', whole(() => axios.get('http://127.0.0.1:8099/v1/stock', { headers: { Authorization: 'Bearer staging-1f2e3d4c5b6a' }, timeout: 1000 })))
own.get('/fetch', inspect(() => fetch('http://127.0.0.1:8099/v1/stock')))
own.get('/enoent', messageOnly(() => fs.promises.readFile('/srv/shop/secrets/stripe.pem')))
own.get('/eacces', whole(() => fs.promises.readdir('/srv/shop/uploads/17')))
own.get('/json', withStack(() => JSON.parse('{"sku": KET-1}')))
own.get('/type', messageOnly(() => { const basket = null; return basket.items }))
own.get('/notfn', toString(() => pricing.discount('KET-1')))
own.get('/range', lines(() => { const f = (n) => f(n + 1); f(0) }))
own.get('/aggregate', inspect(() => Promise.any([fs.promises.readFile('/etc/shop/a.yml'), fs.promises.readFile('/etc/shop/b.yml')])))
own.get('/syntax', inspect(() => new vm.Script('const total = price * ;', { filename: '/usr/src/app/rules/discount.js' })))
own.get('/html', htmlPre(() => pricing.quote('NOPE')))
own.get('/jwt', messageOnly((req) => jwt.verify('not.a.token', 'k')))
own.get('/module', toString(() => require('./plugins/loyalty')))
own.get('/env', messageOnly(() => { if (!process.env.STRIPE_SECRET_KEY) throw new Error('Missing required environment variable STRIPE_SECRET_KEY') }))
own.get('/envdump', (req, res) => res.status(500).json({ error: 'boot failed', env: { NODE_ENV: process.env.NODE_ENV, PGHOST: 'db.internal.shop.example', PGPASSWORD: 'hunter2-staging', DATABASE_URL: 'postgres://shop:hunter2-staging@db.internal.shop.example:5432/shop', PATH: process.env.PATH }, versions: process.versions, cwd: process.cwd() }))

// What a careful application sends.
const ok = express.Router()
app.use('/ok', ok)
ok.get('/generic', (req, res) => res.status(500).json({ error: 'Internal Server Error', requestId: '7d9c1c52-1c9b-4e8e-9a52-0c7f6f9a3b11' }))
ok.get('/problem', (req, res) => res.status(503).type('application/problem+json').json({ type: 'about:blank', title: 'Service Unavailable', status: 503, detail: 'We are replacing a part. Try again in a minute.' }))
ok.post('/validate', body('email').isEmail(), body('age').isInt({ min: 18 }).withMessage('You must be 18 or older'), (req, res) => res.status(400).json({ errors: validationResult(req).array() }))
ok.post('/joi', (req, res) => {
  const { error } = Joi.object({ name: Joi.string().min(3).required(), quantity: Joi.number().integer().max(10) }).validate(req.body, { abortEarly: false })
  res.status(422).json({ message: error.message, details: error.details.map((d) => ({ path: d.path, message: d.message })) })
})
ok.post('/zod', (req, res) => res.status(422).json({ error: z.object({ email: z.email(), lines: z.array(z.object({ sku: z.string(), qty: z.number().positive() })) }).safeParse(req.body).error.issues }))
ok.get('/page', (req, res) => res.status(500).send('<!doctype html><html lang="en"><head><title>Sorry | Kettle &amp; Co</title></head><body><h1>Something went wrong on our side</h1><p>Our team has been told. Reference: <code>KC-83F2A</code></p><a href="/">Back to the shop</a></body></html>'))
ok.get('/busy', (req, res) => res.status(429).json({ error: { code: 'rate_limited', message: 'Too many requests, please try again later.', retry_after: 30 } }))
ok.get('/denied', (req, res) => res.status(403).json({ status: 'fail', message: 'You do not have permission to perform this action' }))

if (process.env.ERRORHANDLER) app.use(errorhandler({ log: false }))
app.listen(Number(process.env.PORT), '127.0.0.1')
