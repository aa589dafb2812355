//! The shop on actix-web.
use actix_web::{error, get, post, web, App, Error, HttpServer, Responder};

#[get("/internal/{how}")]
async fn internal(how: web::Path<String>) -> Result<String, Error> {
    shop::fail(&how).await.map_err(|e| error::ErrorInternalServerError(format!("{e:?}")))
}
#[get("/plain/{how}")]
async fn plain(how: web::Path<String>) -> Result<String, Error> {
    shop::fail(&how).await.map_err(error::ErrorInternalServerError)
}
#[get("/io")]
async fn io() -> Result<String, Error> { Ok(std::fs::read_to_string("/var/lib/shop/basket.json")?) }
#[get("/db")]
async fn db() -> Result<String, Error> {
    let c = shop::client(54329).await.map_err(error::ErrorInternalServerError)?;
    c.query("SELECT name FROM products WHERE price > 'cheap'", &[]).await.map_err(|e| error::ErrorInternalServerError(e.as_db_error().map(|d| format!("{d:?}")).unwrap_or_default()))?;
    Ok(String::new())
}
#[post("/orders")]
async fn orders(o: web::Json<shop::Order>) -> impl Responder { o.id.to_string() }
#[get("/items/{id}")]
async fn items(id: web::Path<u32>) -> impl Responder { id.to_string() }
#[get("/unavailable")]
async fn unavailable() -> Result<String, Error> { Err(error::ErrorServiceUnavailable("The till is closed. Please come back at nine.")) }

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    HttpServer::new(|| App::new().service(internal).service(plain).service(io).service(db).service(orders).service(items).service(unavailable))
        .workers(1).bind(("127.0.0.1", std::env::var("PORT").unwrap().parse::<u16>().unwrap()))?.run().await
}
