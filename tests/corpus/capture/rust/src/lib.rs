//! Errors of a small shop, shared by the axum and the actix-web server.
use anyhow::{bail, Context};
use serde::Deserialize;
use std::backtrace::Backtrace;

#[derive(Debug, Deserialize)]
pub struct Order {
    pub id: u32,
    pub lines: Vec<Line>,
}

#[derive(Debug, Deserialize)]
pub struct Line {
    pub sku: String,
    pub quantity: u8,
}

#[derive(Debug, thiserror::Error)]
pub enum ShopError {
    #[error("database error: {0}")]
    Database(#[from] tokio_postgres::Error),
    #[error("SKU {sku} is not in price list {list}")]
    NoPrice { sku: String, list: &'static str },
    #[error("could not read {path}")]
    Io { path: String, #[source] source: std::io::Error },
}

pub async fn client(port: u16) -> Result<tokio_postgres::Client, tokio_postgres::Error> {
    let url = format!("host=127.0.0.1 port={port} user=shop password=hunter2-staging dbname=shop");
    let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

pub async fn fail(how: &str) -> anyhow::Result<String> {
    match how {
        "config" => read_config("/etc/shop/shop.toml").context("failed to start the checkout"),
        "parse" => Ok(format!("{:?}", serde_json::from_str::<Order>(r#"{"id": 7, "lines": [{"sku": "KET-1", "quantity": 300}]}"#).context("bad order in the queue")?)),
        "pg" => { client(54329).await?.query("SELECT total FROM orders WHERE id = 7", &[]).await.context("loading order 7")?; Ok(String::new()) }
        "refused" => { client(5499).await.context("connecting to the order database")?; Ok(String::new()) }
        "sqlx" => {
            let pool = sqlx::PgPool::connect("postgres://shop:hunter2-staging@127.0.0.1:54329/shop").await?;
            sqlx::query("INSERT INTO products VALUES (1, 'kettle', 10, 'KET-2')").execute(&pool).await?;
            Ok(String::new())
        }
        "reqwest" => Ok(reqwest::get("http://127.0.0.1:8099/v1/stock/KET-1").await?.text().await?),
        "dns" => Ok(reqwest::get("http://inventory.internal.shop.example:8080/v1/stock").await?.text().await?),
        "env" => Ok(std::env::var("STRIPE_SECRET_KEY").context("STRIPE_SECRET_KEY")?),
        "number" => Ok("12,50".parse::<f64>()?.to_string()),
        "toml" => Ok(toml::from_str::<toml::Value>("[server]\nport = 80 80\n")?.to_string()),
        "utf8" => Ok(String::from_utf8(vec![0x4b, 0xff, 0xfe])?),
        _ => bail!("price list 2026-Q4 is locked by worker 12"),
    }
}

fn read_config(path: &str) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("failed to read configuration from {path}"))
}

pub fn panic_like(how: &str) -> u32 {
    let prices: Vec<u32> = std::env::args().skip(9).map(|a| a.len() as u32).collect();
    match how {
        "index" => prices[3],
        "unwrap" => std::fs::read_to_string("/etc/shop/prices.csv").unwrap().len() as u32,
        "expect" => prices.first().copied().expect("price list must not be empty"),
        "overflow" => prices.len() as u32 - 1,
        "borrow" => { let c = std::cell::RefCell::new(1u32); let _a = c.borrow_mut(); let b = *c.borrow_mut(); b }
        "divide" => 10 / prices.len() as u32,
        "assert" => { assert_eq!(prices.len(), 4, "stock count drifted"); 0 }
        "unreachable" => unreachable!("voucher state {}", how),
        _ => todo!("loyalty points"),
    }
}

pub fn backtrace() -> String {
    Backtrace::force_capture().to_string()
}
