//! One small shop behind Rocket, poem, warp and Salvo; errors are told as `{}` or `{:?}` of what the libraries give.
use miette::{Diagnostic, NamedSource, SourceSpan};
use rusqlite::Connection;
use serde::Deserialize;
use std::fmt;

#[derive(Debug, Deserialize)]
#[allow(dead_code)]
struct Basket {
    id: u32,
    lines: Vec<Line>,
}
#[derive(Debug, Deserialize)]
#[allow(dead_code)]
struct Line {
    sku: String,
    qty: u8,
}

#[derive(Debug)]
struct Unpriced;
impl fmt::Display for Unpriced {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("the basket cannot be priced")
    }
}
impl std::error::Error for Unpriced {}

#[derive(Debug, snafu::Snafu)]
enum Fault {
    #[snafu(display("could not read tariff table {path}"))]
    Tariff { path: String, source: std::io::Error },
}

#[derive(Debug, Diagnostic)]
#[diagnostic(code(kiosk::tariff), help("close the bracket"))]
struct Bad {
    #[source_code]
    src: NamedSource<String>,
    #[label("here")]
    at: SourceSpan,
}
impl fmt::Display for Bad {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("tariff does not parse")
    }
}
impl std::error::Error for Bad {}

fn db() -> Connection {
    let c = Connection::open_in_memory().unwrap();
    c.execute_batch("create table products (id integer primary key, sku text not null unique); insert into products values (1, 'KET-1')").unwrap();
    c
}

fn sqlite(which: &str) -> rusqlite::Error {
    match which {
        "table" => db().query_row("select total from baskets where id = ?1", [7], |_| Ok(())).unwrap_err(),
        "unique" => db().execute("insert into products (sku) values ('KET-1')", []).unwrap_err(),
        "type" => db().query_row("select sku from products", [], |r| r.get::<_, i64>(0)).unwrap_err(),
        _ => Connection::open_with_flags("/var/lib/kiosk/orders.sqlite3", rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap_err(),
    }
}

fn tera_error() -> tera::Error {
    let mut t = tera::Tera::default();
    t.add_raw_template("receipt.html", "<p>{{ order.customer.name }}</p>").unwrap();
    t.render("receipt.html", &tera::Context::new()).unwrap_err()
}

fn chain(e: &dyn std::error::Error) -> String {
    let mut s = e.to_string();
    let mut e = e.source();
    while let Some(x) = e {
        s += &format!(": {x}");
        e = x.source();
    }
    s
}

fn jinja() -> minijinja::Error {
    let mut e = minijinja::Environment::new();
    e.set_debug(true);
    e.add_template("invoice.txt", "Dear customer,\n\n{% for line in lines %}\n{{ line.price / line.qty }}\n{% endfor %}\n").unwrap();
    let v: serde_json::Value = serde_json::from_str(r#"{"lines":[{"price":40,"qty":"two"}]}"#).unwrap();
    e.get_template("invoice.txt").unwrap().render(v).unwrap_err()
}

fn stacked() -> error_stack::Report<Unpriced> {
    use error_stack::ResultExt;
    std::fs::read_to_string("/etc/kiosk/tariff.ron").attach_printable("tariff of 2026").change_context(Unpriced).unwrap_err()
}

fn faulty() -> Fault {
    use snafu::ResultExt;
    let path = "/etc/kiosk/tariff.ron".to_string();
    std::fs::read_to_string(&path).context(TariffSnafu { path }).unwrap_err()
}

fn text(which: &str) -> String {
    match which {
        "miette" => format!("{:?}", miette::Report::new(Bad { src: NamedSource::new("config/tariff.ron", "(\n  kettle: (39.90,\n  cup: 4.50\n)".into()), at: (12, 7).into() })),
        "stack" => format!("{:?}", stacked()),
        "snafu" => format!("{:?}", faulty()),
        "snafu-chain" => chain(&faulty()),
        "tera" => chain(&tera_error()),
        "tera-debug" => format!("{:?}", tera_error()),
        "jinja" => format!("{:?}", jinja()),
        "jinja-alternate" => format!("{:#}", jinja()),
        "ron" => format!("{:?}", ron::from_str::<Basket>("(id: 7, lines: [(sku: 4)])").unwrap_err()),
        "yaml" => format!("{:?}", serde_yaml::from_str::<Basket>("id: 7\nlines:\n  - sku: KET-1\n    qty: 700\n").unwrap_err()),
        "sqlite-table" => format!("{:?}", sqlite("table")),
        "sqlite-open" => format!("{}", sqlite("open")),
        "sqlite-type" => format!("{}", sqlite("type")),
        "sqlite-unique" => format!("{}", sqlite("unique")),
        "bind" => format!("{}", std::net::TcpListener::bind("203.0.113.9:80").unwrap_err()),
        "utf8" => format!("{:?}", String::from_utf8(vec![0x66, 0xe9, 0x65]).unwrap_err()),
        "env" => format!("{:?}", std::env::var("KIOSK_TARIFF_URL").unwrap_err()),
        _ => "no such thing".into(),
    }
}

mod rocket_app {
    use super::*;
    use rocket::{get, http::Status, post, serde::json::Json};
    #[get("/text/<which>")]
    fn told(which: &str) -> (Status, String) {
        (Status::InternalServerError, text(which))
    }
    #[get("/json/<which>")]
    fn json(which: &str) -> (Status, Json<serde_json::Value>) {
        (Status::InternalServerError, Json(serde_json::json!({"status": "error", "reason": text(which)})))
    }
    #[get("/panic")]
    fn panics() -> String {
        let v: Vec<u8> = vec![];
        v[3].to_string()
    }
    #[get("/result")]
    fn result() -> Result<String, rocket::response::Debug<std::io::Error>> {
        Ok(std::fs::read_to_string("/etc/kiosk/tariff.ron")?)
    }
    #[post("/basket", data = "<b>")]
    fn basket(b: Json<Basket>) -> String {
        format!("{}", b.id)
    }
    pub async fn run(port: u16) {
        let c = rocket::Config { port, log_level: rocket::config::LogLevel::Off, ..rocket::Config::release_default() };
        rocket::custom(c).mount("/", rocket::routes![told, json, panics, result, basket]).launch().await.unwrap();
    }
}

mod poem_app {
    use super::*;
    use poem::{error::InternalServerError, get, handler, listener::TcpListener, post, web::{Json, Path, Query}, Route, Server};
    #[handler]
    fn sql(Path(which): Path<String>) -> poem::Result<String> {
        Err(InternalServerError(sqlite(&which)))
    }
    #[handler]
    fn tpl() -> poem::Result<String> {
        Err(InternalServerError(tera_error()))
    }
    #[handler]
    fn io() -> poem::Result<String> {
        std::fs::read_to_string("/etc/kiosk/tariff.ron").map_err(InternalServerError)
    }
    #[handler]
    async fn conn() -> poem::Result<String> {
        tokio::net::TcpStream::connect("127.0.0.1:9").await.map_err(InternalServerError)?;
        Ok("".into())
    }
    #[handler]
    fn order(b: Json<Basket>) -> String {
        b.id.to_string()
    }
    #[derive(Deserialize)]
    struct Page {
        page: u32,
    }
    #[handler]
    fn list(q: Query<Page>) -> String {
        q.page.to_string()
    }
    pub async fn run(port: u16) {
        let app = Route::new().at("/sql/:which", get(sql)).at("/tpl", get(tpl)).at("/io", get(io)).at("/conn", get(conn)).at("/order", post(order)).at("/list", get(list));
        Server::new(TcpListener::bind(("127.0.0.1", port))).run(app).await.unwrap();
    }
}

mod warp_app {
    use super::*;
    use warp::{http::StatusCode, Filter};
    pub async fn run(port: u16) {
        let told = warp::path!("told" / String).map(|w: String| warp::reply::with_status(warp::reply::json(&serde_json::json!({"code": 500, "message": text(&w)})), StatusCode::INTERNAL_SERVER_ERROR));
        let order = warp::path("order").and(warp::post()).and(warp::body::json()).map(|b: Basket| b.id.to_string());
        let q = warp::path("list").and(warp::query::<std::collections::HashMap<String, String>>()).and(warp::header::<u32>("x-shop")).map(|_, n: u32| n.to_string());
        #[derive(Debug)]
        struct Down(#[allow(dead_code)] rusqlite::Error);
        impl warp::reject::Reject for Down {}
        let rej = warp::path("reject").and_then(|| async { Err::<String, _>(warp::reject::custom(Down(sqlite("table")))) });
        let debugged = warp::path("debugged").and_then(|| async { Err::<String, _>(warp::reject::custom(Down(sqlite("unique")))) }).recover(|r: warp::Rejection| async move { if r.is_not_found() { return Err(r) } Ok::<_, warp::Rejection>(warp::reply::with_status(format!("unhandled rejection: {r:?}"), StatusCode::INTERNAL_SERVER_ERROR)) });
        warp::serve(told.or(order).or(q).or(debugged).or(rej)).run(([127, 0, 0, 1], port)).await;
    }
}

mod salvo_app {
    use super::*;
    use salvo::prelude::*;
    #[handler]
    async fn told(req: &mut Request) -> Result<String, StatusError> {
        let w: String = req.param("w").unwrap();
        Err(StatusError::internal_server_error().brief("Tariffs cannot be had.").cause(text(&w)))
    }
    #[handler]
    async fn caused(req: &mut Request) -> Result<String, StatusError> {
        let w: String = req.param("w").unwrap();
        Err(StatusError::internal_server_error().brief("Tariffs cannot be had.").cause(sqlite(&w)))
    }
    #[handler]
    async fn closed() -> Result<String, StatusError> {
        Err(StatusError::service_unavailable().brief("The shop is closed for stock-taking until Monday."))
    }
    #[handler]
    async fn order(req: &mut Request, res: &mut Response) {
        match req.parse_json::<Basket>().await {
            Ok(b) => res.render(b.id.to_string()),
            Err(e) => {
                res.status_code(StatusCode::BAD_REQUEST);
                res.render(format!("{e:?}"))
            }
        }
    }
    pub async fn run(port: u16) {
        let r = Router::new().push(Router::with_path("told/{w}").get(told)).push(Router::with_path("caused/{w}").get(caused)).push(Router::with_path("closed").get(closed)).push(Router::with_path("order").post(order));
        let a = TcpListener::new(("127.0.0.1", port)).bind().await;
        Server::new(a).serve(r).await;
    }
}

#[tokio::main]
async fn main() {
    let port: u16 = std::env::args().nth(2).unwrap().parse().unwrap();
    match std::env::args().nth(1).unwrap().as_str() {
        "rocket" => rocket_app::run(port).await,
        "poem" => poem_app::run(port).await,
        "warp" => warp_app::run(port).await,
        _ => salvo_app::run(port).await,
    }
}
