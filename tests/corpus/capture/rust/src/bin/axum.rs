//! The shop on axum.
use axum::{extract::{Path, Query}, http::StatusCode, response::{Html, IntoResponse, Response}, routing::{get, post}, Json, Router};
use serde_json::json;
use std::{collections::HashMap, sync::Mutex};
use tower_http::catch_panic::CatchPanicLayer;

static LAST_PANIC: Mutex<String> = Mutex::new(String::new());

async fn debug(Path(how): Path<String>) -> Response {
    match shop::fail(&how).await { Ok(v) => v.into_response(), Err(e) => (StatusCode::INTERNAL_SERVER_ERROR, format!("{e:?}")).into_response() }
}
async fn alternate(Path(how): Path<String>) -> Response {
    match shop::fail(&how).await { Ok(v) => v.into_response(), Err(e) => (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({ "error": format!("{e:#}") }))).into_response() }
}
async fn display(Path(how): Path<String>) -> Response {
    match shop::fail(&how).await { Ok(v) => v.into_response(), Err(e) => (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({ "code": 500, "message": e.to_string(), "causes": e.chain().skip(1).map(|c| c.to_string()).collect::<Vec<_>>() }))).into_response() }
}
async fn eyre(Path(how): Path<String>) -> Response {
    let r = async { std::fs::read_to_string(format!("/var/lib/shop/{how}.json")).map_err(color_eyre::Report::from) }.await;
    match r { Ok(v) => v.into_response(), Err(e) => (StatusCode::INTERNAL_SERVER_ERROR, format!("{:?}", e.wrap_err("could not load the basket"))).into_response() }
}
async fn inner(Path(how): Path<String>) -> Response {
    match shop::fail(&how).await {
        Ok(v) => v.into_response(),
        Err(e) => { let d = e.downcast_ref::<tokio_postgres::Error>().map(|p| format!("{p:?}")).or_else(|| e.downcast_ref::<sqlx::Error>().map(|p| format!("{p:?}"))).or_else(|| e.downcast_ref::<reqwest::Error>().map(|p| format!("{p:?}"))).unwrap_or_else(|| format!("{:?}", e.root_cause())); (StatusCode::BAD_GATEWAY, d).into_response() }
    }
}
async fn typed(Path(how): Path<String>) -> Response {
    let e = match how.as_str() {
        "io" => { let path = "/srv/shop/prices.csv".to_owned(); shop::ShopError::Io { source: std::fs::File::open(&path).unwrap_err(), path } }
        "db" => match shop::client(54329).await { Ok(c) => c.query("SELECT nme FROM products", &[]).await.unwrap_err().into(), Err(e) => e.into() },
        _ => shop::ShopError::NoPrice { sku: "KET-1".into(), list: "2026-Q4" },
    };
    (StatusCode::INTERNAL_SERVER_ERROR, format!("{e:?}")).into_response()
}
async fn panics(Path(how): Path<String>) -> String { shop::panic_like(&how).to_string() }
async fn joined(Path(how): Path<String>) -> Response {
    match tokio::spawn(async move { shop::panic_like(&how) }).await { Ok(v) => v.to_string().into_response(), Err(e) => (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({"error": format!("{e:?}")}))).into_response() }
}
async fn trace() -> Response { (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({"error": "checkout failed", "backtrace": shop::backtrace()}))).into_response() }

#[tokio::main]
async fn main() {
    let _ = color_eyre::install();
    let tell = std::env::var("TELL").is_ok();
    if tell {
        std::panic::set_hook(Box::new(|info| *LAST_PANIC.lock().unwrap() = format!("{info}\nstack backtrace:\n{}", shop::backtrace())));
    }
    let panics = Router::new().route("/panic/{how}", get(panics));
    let panics = if tell {
        panics.layer(CatchPanicLayer::custom(|_| (StatusCode::INTERNAL_SERVER_ERROR, LAST_PANIC.lock().unwrap().clone()).into_response()))
    } else {
        panics.layer(CatchPanicLayer::new())
    };
    let app = Router::new()
        .route("/debug/{how}", get(debug)).route("/alternate/{how}", get(alternate)).route("/display/{how}", get(display))
        .route("/inner/{how}", get(inner)).route("/typed/{how}", get(typed)).route("/eyre/{how}", get(eyre)).route("/joined/{how}", get(joined)).route("/trace", get(trace))
        .route("/orders", post(|Json(o): Json<shop::Order>| async move { format!("{}", o.id) }))
        .route("/items/{id}", get(|Path(id): Path<u32>| async move { id.to_string() }))
        .route("/search", get(|Query(q): Query<HashMap<String, u32>>| async move { format!("{q:?}") }))
        .route("/page", get(|| async { (StatusCode::BAD_GATEWAY, Html("<!doctype html><title>Kettle shop</title><h1>Back in a moment</h1><p>We could not reach one of our partners. Nothing was charged.</p>")) }))
        .route("/ok", get(|| async { (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({"error": {"code": "internal", "message": "internal server error", "id": "01JCZ5W8Q4"}}))) }))
        .merge(panics);
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", std::env::var("PORT").unwrap().parse::<u16>().unwrap())).await.unwrap();
    axum::serve(listener, app).await.unwrap();
}
