// What the object mappers and database clients of the Node world say, sent as applications send it.
const express = require('express')
const { Sequelize, DataTypes } = require('sequelize')
const { DataSource, EntitySchema } = require('typeorm')
const mongoose = require('mongoose')
const Redis = require('ioredis')
const app = express()
const url = 'postgres://shop:hunter2-staging@127.0.0.1:54329/shop'
const sq = new Sequelize(url, { logging: false })
const my = new Sequelize('shop', 'shop', 'hunter2-staging', { host: '127.0.0.1', port: 33069, dialect: 'mysql', logging: false })
const Product = sq.define('Product', { name: { type: DataTypes.STRING, allowNull: false, validate: { len: [3, 20] } }, sku: { type: DataTypes.STRING, unique: true }, colour: DataTypes.STRING }, { tableName: 'products', timestamps: false })
const Order = sq.define('Order', { total: DataTypes.DECIMAL }, { timestamps: false })
const Item = new EntitySchema({ name: 'Item', tableName: 'items', columns: { id: { type: Number, primary: true }, name: { type: String } } })
const Thing = new EntitySchema({ name: 'Thing', tableName: 'products', columns: { id: { type: Number, primary: true }, name: { type: String }, sku: { type: String } } })
let ds
const typeorm = async () => (ds ??= await new DataSource({ type: 'postgres', url, entities: [Item, Thing] }).initialize())
const User = mongoose.model('User', new mongoose.Schema({ email: { type: String, required: true, match: /@/ }, age: { type: Number, min: 18 }, tags: [String] }))

const cases = {
  'sequelize-missing': () => Order.findAll({ where: { total: 12 } }),
  'sequelize-unique': () => Product.create({ id: 1, name: 'kettle', sku: 'KET-1' }, { fields: ['id', 'name', 'sku'] }),
  'sequelize-validation': () => Product.create({ name: 'x' }),
  'sequelize-mysql': () => my.query("SELECT nope FROM products WHERE name = 'it''s'"),
  'sequelize-auth': () => new Sequelize('postgres://shop:wrong@127.0.0.1:54329/shop', { logging: false }).authenticate(),
  'sequelize-refused': () => new Sequelize('postgres://shop:x@127.0.0.1:5499/shop', { logging: false }).authenticate(),
  'sequelize-eager': () => Product.findAll({ include: Order }),
  'typeorm-missing': async () => (await typeorm()).getRepository('Item').find({ where: { name: 'lid' } }),
  'typeorm-duplicate': async () => (await typeorm()).getRepository('Thing').insert({ id: 1, name: 'kettle', sku: 'KET-1' }),
  'typeorm-notfound': async () => (await typeorm()).getRepository('Thing').findOneOrFail({ where: { id: 99 } }),
  'typeorm-entity': async () => (await typeorm()).getRepository('Basket').find(),
  'mongoose-validation': () => User.create({ email: 'ann', age: 'old' }),
  'mongoose-cast': () => User.findById('42').exec(),
  'mongoose-select': async () => { const c = await mongoose.createConnection('mongodb://shop:hunter2-staging@127.0.0.1:27099/shop', { serverSelectionTimeoutMS: 500 }).asPromise(); return c },
  'redis-wrongtype': async () => { const r = new Redis(63799); try { await r.set('basket:7', 'x'); await r.lpush('basket:7', 'KET-1') } finally { r.disconnect() } },
  'redis-lua': async () => { const r = new Redis(63799); try { await r.eval("return redis.call('HGETALL', KEYS[1], nope.x)", 1, 'a') } finally { r.disconnect() } },
  'redis-retries': async () => { const r = new Redis({ port: 63800, maxRetriesPerRequest: 1, retryStrategy: () => 50 }); r.on('error', () => {}); try { await r.get('a') } finally { r.disconnect() } },
}
const shapes = {
  message: (e) => ({ error: e.message }),
  whole: (e) => ({ error: e }),
  stack: (e) => ({ name: e.name, message: e.message, stack: e.stack }),
  text: (e) => String(e.stack),
}
app.get('/:shape/:name', async (req, res) => {
  try { await cases[req.params.name](); res.send('ok') } catch (e) { const b = shapes[req.params.shape](e); typeof b === 'string' ? res.status(500).type('text').send(b) : res.status(500).json(b) }
})
app.listen(Number(process.env.PORT), '127.0.0.1')
process.on('uncaughtException', () => {})
