module.exports = app => {
  app.get('/null', app.controller.shop.nothing); app.get('/file', app.controller.shop.file); app.get('/refused', app.controller.shop.refused);
  app.get('/gone', app.controller.shop.gone); app.post('/order', app.controller.shop.order);
};
