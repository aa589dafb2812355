use super::*;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// A body, and the class, message and first frame that it tells.
type Row = (&'static str, &'static str, Option<&'static str>, Option<&'static str>, Option<&'static str>);

#[rustfmt::skip]
const ROWS: &[Row] = &[
    ("python", "Traceback (most recent call last):\n  File \"/srv/app.py\", line 3, in main\n    total()\n  File \"app/orders.py\", line 42, in total\n    raise KeyError(x)\nKeyError: 'price'\n",
        Some("KeyError"), Some("'price'"), Some("app/orders.py:42 in total")),
    ("python, chained: the last", "Traceback (most recent call last):\n  File \"a.py\", line 1, in a\n    x\nKeyError: 'a'\n\nDuring handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\n  File \"b.py\", line 2, in b\n    y\nshop.errors.OutOfStock: none left: KET-1\n",
        Some("shop.errors.OutOfStock"), Some("none left: KET-1"), Some("b.py:2 in b")),
    ("python, no message", "Traceback (most recent call last):\n  File \"b.py\", line 2, in <module>\n    y\nasyncio.exceptions.CancelledError\n",
        Some("asyncio.exceptions.CancelledError"), None, Some("b.py:2 in <module>")),
    ("python, application before packages", "Traceback (most recent call last):\n  File \"/srv/shop/cart.py\", line 9, in load\n    db.get()\n  File \"/srv/venv/lib/python3.11/site-packages/sqlalchemy/engine.py\", line 1900, in execute\n    x\nsqlalchemy.exc.OperationalError: (sqlite3.OperationalError) no such table: carts\n[SQL: SELECT 1]\n",
        Some("sqlalchemy.exc.OperationalError"), Some("(sqlite3.OperationalError) no such table: carts"), Some("/srv/shop/cart.py:9 in load")),
    ("python in JSON", r#"{"detail": "Traceback (most recent call last):\n  File \"/srv/shop/cart.py\", line 7, in total\n    x\nValueError: bad\n"}"#,
        Some("ValueError"), Some("bad"), Some("/srv/shop/cart.py:7 in total")),
    ("python, lines in JSON", r#"{"errors":[{"message":"'USD'","extensions":{"exception":{"type":"KeyError","stacktrace":["Traceback (most recent call last):\n","  File \"/srv/g.py\", line 98, in price\n    x\n","KeyError: 'USD'\n"]}}}]}"#,
        Some("KeyError"), Some("'USD'"), Some("/srv/g.py:98 in price")),
    ("python, frames in JSON", r#"{"title": "Unhandled", "description": "TypeError('can only concatenate str (not \"int\") to str')", "frames": [{"filename": "/a/outer.py", "lineno": 4, "name": "call"}, {"filename": "/a/inner.py", "lineno": 487, "name": "on_get"}]}"#,
        Some("TypeError"), Some("can only concatenate str (not \"int\") to str"), Some("/a/inner.py:487 in on_get")),
    ("python, HTML", "<pre>Traceback (most recent call last):\n  File &quot;/srv/a.py&quot;, line 1, in &lt;module&gt;\n    f()\nZeroDivisionError: division by zero\n</pre>",
        Some("ZeroDivisionError"), Some("division by zero"), Some("/srv/a.py:1 in <module>")),
    ("werkzeug", "<!doctype html>\n<html lang=en>\n  <head>\n    <title>AttributeError: &#39;NoneType&#39; object has no attribute &#39;upper&#39;\n // Werkzeug Debugger</title>",
        Some("AttributeError"), Some("'NoneType' object has no attribute 'upper'"), None),
    ("django", "OperationalError at /orders/\nno such table: storefront_order\n\nRequest Method: GET\n",
        Some("OperationalError"), Some("no such table: storefront_order"), None),
    ("node", "TypeError: Cannot read properties of undefined (reading 'id')\n    at getUser (/usr/src/app/routes/users.js:14:22)\n    at Layer.handle [as handle_request] (/usr/src/app/node_modules/express/lib/router/layer.js:95:5)",
        Some("TypeError"), Some("Cannot read properties of undefined (reading 'id')"), Some("/usr/src/app/routes/users.js:14 in getUser")),
    ("node, application before runtime", "Error: connect ECONNREFUSED 10.0.0.1:5432\n    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1611:16)\n    at async file:///app/server.mjs:7:3",
        Some("Error"), Some("connect ECONNREFUSED 10.0.0.1:5432"), Some("file:///app/server.mjs:7")),
    ("node, code and more lines", "<pre>AssertionError [ERR_ASSERTION]: stock count drifted<br><br>4 !== 5<br><br> &nbsp; &nbsp;at /usr/src/app/server.js:34:51<br> &nbsp; &nbsp;at next (/usr/src/app/node_modules/router/lib/route.js:163:13)</pre>",
        Some("AssertionError"), Some("stock count drifted"), Some("/usr/src/app/server.js:34")),
    ("node, database error in JSON", r#"{"error":{"message":"relation \"orders\" does not exist","stack":"error: relation \"orders\" does not exist\n    at /usr/src/app/node_modules/pg-pool/index.js:45:11\n    at async place (/usr/src/app/server.js:29:38)","name":"error","file":"parse_relation.c","line":"1392","routine":"parserOpenTable"}}"#,
        Some("error"), Some("relation \"orders\" does not exist"), Some("/usr/src/app/server.js:29 in place")),
    ("node, cause", "Error: checkout failed\n    at pay (/app/pay.js:1:2)\n  [cause]: StockError: KET-1: counted 3\n      at count (/app/stock.js:7:38)",
        Some("StockError"), Some("KET-1: counted 3"), Some("/app/stock.js:7 in count")),
    ("graphql", r#"{"errors":[{"message":"no rule","extensions":{"code":"INTERNAL_SERVER_ERROR","exception":{"name":"Error","stacktrace":["RuleError: no rule matches customer 42","    at Object.discount (file:///srv/graph/server.mjs:18:29)"]}}}]}"#,
        Some("RuleError"), Some("no rule matches customer 42"), Some("file:///srv/graph/server.mjs:18 in Object.discount")),
    ("firefox", "TypeError: x is null\nrender@http://localhost:3000/main.js:12:7\n@http://localhost:3000/main.js:40:1",
        Some("TypeError"), Some("x is null"), Some("http://localhost:3000/main.js:12 in render")),
    ("json in json", r#"{"body":"{\"errorType\":\"TypeError\",\"errorMessage\":\"x is not a function\",\"trace\":[\"TypeError: x is not a function\",\"    at handler (/var/task/index.js:3:9)\"]}"}"#,
        Some("TypeError"), Some("x is not a function"), Some("/var/task/index.js:3 in handler")),
    ("java", "java.lang.IllegalStateException: broken\r\n\tat java.base/java.util.Optional.get(Optional.java:143)\r\n\tat com.acme.Billing.charge(Billing.java:12)\r\n",
        Some("java.lang.IllegalStateException"), Some("broken"), Some("Billing.java:12 in com.acme.Billing.charge")),
    ("java, deepest cause", "Exception in thread \"main\" jakarta.servlet.ServletException: outer\n\tat com.acme.Web.show(Web.java:57)\nCaused by: java.lang.RuntimeException: middle\n\tat com.acme.Mid.go(Mid.java:7)\n\t... 31 more\nCaused by: java.sql.SQLException: connection refused\n\tat org.postgresql.Driver.connect(Driver.java:434)\n\tat com.acme.Db.open(Db.java:3)\n\t... 35 more",
        Some("java.sql.SQLException"), Some("connection refused"), Some("Db.java:3 in com.acme.Db.open")),
    ("java, cause without frames", "java.lang.NullPointerException: Cannot invoke \"User.name()\"\n\tat com.acme.UserController.show(UserController.java:57)\nCaused by: java.sql.SQLException: connection refused\n\t... 31 more",
        Some("java.sql.SQLException"), Some("connection refused"), Some("UserController.java:57 in com.acme.UserController.show")),
    ("java, no message", "<b>java.lang.NullPointerException</b><br/>&nbsp;&nbsp;at&nbsp;Shop.doGet(Shop.java:42)<br/>",
        Some("java.lang.NullPointerException"), None, Some("Shop.java:42 in Shop.doGet")),
    ("java, native", "java.lang.Error: x\n\tat java.lang.Thread.run(Native Method)",
        Some("java.lang.Error"), Some("x"), Some("java.lang.Thread.run")),
    ("kotlin", "kotlin.KotlinNullPointerException\n\tat shop.OrdersKt$main$1.invokeSuspend(Orders.kt:9)",
        Some("kotlin.KotlinNullPointerException"), None, Some("Orders.kt:9 in shop.OrdersKt$main$1.invokeSuspend")),
    ("spring", r#"{"timestamp":"2026-11-21T14:52:26.000+00:00","status":500,"error":"Internal Server Error","exception":"shop.OutOfStockException","trace":"shop.OutOfStockException: SKU KET-1 is out of stock\n\tat shop.Warehouse.reserve(Application.java:42)\n"}"#,
        Some("shop.OutOfStockException"), Some("SKU KET-1 is out of stock"), Some("Application.java:42 in shop.Warehouse.reserve")),
    ("java, elements", r#"{"message":"no such order","stackTrace":[{"declaringClass":"com.acme.OrderService","methodName":"find","fileName":"OrderService.java","lineNumber":88}]}"#,
        None, Some("no such order"), Some("OrderService.java:88 in com.acme.OrderService.find")),
    ("java, members", r#"{"error":"Internal Server Error","exception":"java.nio.file.NoSuchFileException","message":"/etc/shop/rates.properties is gone"}"#,
        Some("java.nio.file.NoSuchFileException"), Some("/etc/shop/rates.properties is gone"), None),
    ("dotnet", "System.NullReferenceException: Object reference not set to an instance of an object.\r\n   at Acme.Web.HomeController.Index(Int32 id) in C:\\src\\Acme\\HomeController.cs:line 24\r\n   at Microsoft.AspNetCore.Mvc.Execute(IMapper mapper)",
        Some("System.NullReferenceException"), Some("Object reference not set to an instance of an object."), Some("C:\\src\\Acme\\HomeController.cs:24 in Acme.Web.HomeController.Index")),
    ("dotnet, inner", "System.AggregateException: One or more errors occurred.\n ---> System.TimeoutException: db1 timed out\n   at Acme.Db.Open()\n   --- End of inner exception stack trace ---\n   at Acme.Web.Run()",
        Some("System.TimeoutException"), Some("db1 timed out"), Some("Acme.Db.Open")),
    ("dotnet, JSON", r#"{"Message":"An error has occurred.","ExceptionMessage":"Sequence contains no elements","ExceptionType":"System.InvalidOperationException","StackTrace":"   at System.Linq.Enumerable.First[TSource](IEnumerable`1 source)\r\n   at Acme.Cart.Total(Int32 id) in /src/Cart.cs:line 8"}"#,
        Some("System.InvalidOperationException"), Some("Sequence contains no elements"), Some("/src/Cart.cs:8 in Acme.Cart.Total")),
    ("php", "<br />\n<b>Fatal error</b>:  Uncaught TypeError: count(): Argument #1 must be of type Countable, null given in /var/www/html/cart.php:21\nStack trace:\n#0 /var/www/html/index.php(9): show_cart(NULL)\n#1 {main}\n  thrown in <b>/var/www/html/cart.php</b> on line <b>21</b><br />",
        Some("TypeError"), Some("count(): Argument #1 must be of type Countable, null given"), Some("/var/www/html/cart.php:21")),
    ("php, warning", "<b>Warning</b>:  Undefined array key \"sum\" in <b>/var/www/shop/a.php</b> on line <b>7</b><br />",
        None, Some("Warning:  Undefined array key \"sum\""), Some("/var/www/shop/a.php:7")),
    ("php, JSON", r#"{"message": "SQLSTATE[42S02]: Base table or view not found", "exception": "Illuminate\\Database\\QueryException", "file": "/srv/app/Connection.php", "line": 712, "trace": [{"file": "/srv/app/Cart.php", "line": 9, "function": "run", "class": "Illuminate\\Database\\Connection", "type": "->"}]}"#,
        Some("Illuminate\\Database\\QueryException"), Some("SQLSTATE[42S02]: Base table or view not found"), Some("/srv/app/Connection.php:712")),
    ("ruby", "NoMethodError: undefined method `name' for nil:NilClass\napp/controllers/users_controller.rb:12:in `show'\n/usr/local/bundle/gems/actionpack-7.0.4/lib/x.rb:6:in `send_action'",
        Some("NoMethodError"), Some("undefined method `name' for nil:NilClass"), Some("app/controllers/users_controller.rb:12 in show")),
    ("ruby, full message", "shop.rb:12:in 'Cart#total': undefined method 'price' for nil (NoMethodError)\n\tfrom shop.rb:20:in '<main>'\n",
        Some("NoMethodError"), Some("undefined method 'price' for nil"), Some("shop.rb:12 in Cart#total")),
    ("rails", "ActiveRecord::RecordNotUnique in LoansController#show\n\nSQLite3::ConstraintException: UNIQUE constraint failed: books.isbn\n",
        Some("ActiveRecord::RecordNotUnique"), Some("SQLite3::ConstraintException: UNIQUE constraint failed: books.isbn"), None),
    ("rails, JSON", r##"{"status":500,"error":"Internal Server Error","exception":"#<NoMethodError: undefined method 'due' for nil>","traces":{"Application Trace":[{"exception_object_id":1,"id":0,"trace":"app/models/loan.rb:5:in 'Loan#late?'"}]}}"##,
        Some("NoMethodError"), Some("undefined method 'due' for nil"), Some("app/models/loan.rb:5 in Loan#late?")),
    ("go", "panic: runtime error: index out of range [3] with length 3\n\ngoroutine 19 [running]:\nmain.(*server).list(0xc0000b4000)\n\t/go/src/acme/list.go:31 +0x1d",
        Some("panic"), Some("runtime error: index out of range [3] with length 3"), Some("/go/src/acme/list.go:31 in main.(*server).list")),
    ("go, recovered", "goroutine 78 [running]:\nruntime/debug.Stack()\n\t/usr/lib/go-1.19/src/runtime/debug/stack.go:24 +0x65\nmain.tell.func1.1()\n\t/srv/shop/main.go:166 +0xe5\npanic({0xa89540, 0xc37600})\n\t/usr/lib/go-1.19/src/runtime/panic.go:884 +0x212\nmain.explode({0xc0000310f0?, 0xc000386400?})\n\t/srv/shop/main.go:90 +0x1",
        None, None, Some("/srv/shop/main.go:90 in main.explode")),
    ("php, lower-case class", "Fatal error: Uncaught mysqli_sql_exception: Connection refused in /var/www/shop/index.php:35\nStack trace:\n#0 /var/www/shop/index.php(35): mysqli_connect('db')\n",
        Some("mysqli_sql_exception"), Some("Connection refused"), Some("/var/www/shop/index.php:35")),
    ("windows paths in JSON", r#"{"trace":"System.Exception: no\r\n   at Acme.Cart.Total() in C:\\build\\new\\Cart.cs:line 8"}"#,
        Some("System.Exception"), Some("no"), Some("C:\\build\\new\\Cart.cs:8 in Acme.Cart.Total")),
    ("angle brackets in names", "shop.rb:12:in 'block in <main>': broken (ArgumentError)\n", Some("ArgumentError"), Some("broken"), Some("shop.rb:12 in block in <main>")),
    ("elixir, exit", "** (exit) shutdown: :stock_gone\n    lib/shop.ex:30: Shop.fail/1\n", Some("exit"), Some("shutdown: :stock_gone"), Some("lib/shop.ex:30 in Shop.fail")),
    ("go, place in a message", "502 Bad Gateway: dial tcp 127.0.0.1:19009: connect: connection refused (reverseproxy.statusError (reverseproxy.go:1695))",
        None, Some("502 Bad Gateway: dial tcp 127.0.0.1:19009: connect: connection refused"), Some("reverseproxy.go:1695")),
    ("rust", "thread 'main' panicked at src/lib.rs:69:23:\nindex out of bounds: the len is 0 but the index is 3\nstack backtrace:\n   0: rust_begin_unwind\n             at /rustc/abc/library/std/src/panicking.rs:665:5\n   1: shop::total\n             at ./src/lib.rs:69:23\n",
        Some("panic"), Some("index out of bounds: the len is 0 but the index is 3"), Some("src/lib.rs:69")),
    ("rust, old", "thread 'main' panicked at 'no price', src/main.rs:4:5\n", Some("panic"), Some("no price"), Some("src/main.rs:4")),
    ("rust, backtrace", r#"{"backtrace":"   0: shop::total\n             at ./src/lib.rs:76:5\n   1: axum::main\n"}"#,
        None, None, Some("./src/lib.rs:76 in shop::total")),
    ("elixir", "** (FunctionClauseError) no function clause matching in Shop.order/1\n    lib/shop.ex:18: Shop.order(%{\"id\" => 7})\n    (shop 0.1.0) lib/shop.ex:70: Shop.answer/1\n",
        Some("FunctionClauseError"), Some("no function clause matching in Shop.order/1"), Some("lib/shop.ex:18 in Shop.order")),
    ("perl", "Illegal division by zero at /var/www/guestbook/app.psgi line 13.\n",
        None, Some("Illegal division by zero"), Some("/var/www/guestbook/app.psgi:13")),
    ("perl, calls", "no shelf at lib/Shop.pm line 9.\n\tShop::shelf(7) called at app.pl line 4\n",
        None, Some("no shelf"), Some("lib/Shop.pm:9")),
    ("lua", "order failed: /srv/h.lua:2: attempt to index a nil value\nstack traceback:\n\t/srv/h.lua:2: in function 'handle'\n",
        None, Some("order failed: /srv/h.lua:2: attempt to index a nil value"), Some("/srv/h.lua:2 in handle")),
    ("c++", "terminate called after throwing an instance of 'std::out_of_range'\n  what():  vector::_M_range_check\n",
        Some("std::out_of_range"), Some("vector::_M_range_check"), None),
    ("sanitizer", "==1975==ERROR: AddressSanitizer: SEGV on unknown address 0x0\n    #0 0x55d0 in total /srv/shop/cart.c:12:5\n    #1 0x7f16 in main /srv/shop/main.c:4\n",
        None, Some("==1975==ERROR: AddressSanitizer: SEGV on unknown address 0x0"), Some("/srv/shop/cart.c:12 in total")),
    ("sql", "ORA-00942: table or view does not exist", None, Some("ORA-00942: table or view does not exist"), None),
    ("sql in HTML", "<p>You have an error in your SQL syntax; check the manual</p>", None, Some("You have an error in your SQL syntax; check the manual"), None),
    ("sql in JSON", r#"{"error":"ERROR: relation \"customer_cards\" does not exist (SQLSTATE 42P01)"}"#,
        None, Some("ERROR: relation \"customer_cards\" does not exist (SQLSTATE 42P01)"), None),
    ("class and message", r#"{"error":"sqlite3.OperationalError: no such table: invoices"}"#, Some("sqlite3.OperationalError"), Some("no such table: invoices"), None),
    ("xml", "<?xml version=\"1.0\"?>\n<error><type>TypeError</type><message>fetch failed</message><stackTrace>TypeError: fetch failed\n    at node:internal/deps/undici:14976:13</stackTrace></error>",
        Some("TypeError"), Some("fetch failed"), Some("node:internal/deps/undici:14976")),
    ("class in brackets", r#"{"error":"(psycopg2.errors.UndefinedTable) relation \"items\" does not exist"}"#,
        Some("psycopg2.errors.UndefinedTable"), Some("relation \"items\" does not exist"), None),
    ("soap", "<?xml version=\"1.0\"?><E:Envelope><E:Fault><faultstring>Call to a member function code() on null in /var/www/Cart.php:29</faultstring></E:Fault></E:Envelope>",
        None, Some("Call to a member function code() on null"), Some("/var/www/Cart.php:29")),
    ("ruby, members", r#"{"class":"PG::ConnectionBad","message":"no server","backtrace":["app.rb:42:in `block in <main>'"]}"#,
        Some("PG::ConnectionBad"), Some("no server"), Some("app.rb:42 in block in <main>")),
    ("raku", "No tariff\n  in sub work at shop.raku line 6\n  in block <unit> at shop.raku line 9\n", None, Some("No tariff"), Some("shop.raku:6 in sub work")),
    ("cut in a string", r#"{"stack":"Error: cut\n    at f (/app/a.js:1:2)\n    at g (/app/b"#, Some("Error"), Some("cut"), Some("/app/a.js:1 in f")),
    ("utf-16", "E\0r\0r\0o\0r\0:\0 \0n\0o\0\n\0 \0a\0t\0 \0f\0 \0(\0a\0.\0j\0s\0:\0\x31\0:\0\x32\0)\0", Some("Error"), Some("no"), Some("a.js:1 in f")),
];

#[test]
fn tells_class_message_and_calls() {
    let mut wrong = Vec::new();
    for (name, body, class, message, first) in ROWS {
        let Some(trace) = read(body.as_bytes()) else {
            wrong.push(format!("{name}: nothing"));
            continue;
        };
        let told = (trace.exception_type.as_deref(), trace.message.as_deref(), trace.frames.first().map(String::as_str));
        if told != (*class, *message, *first) {
            wrong.push(format!("{name}: {trace:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn corpus() -> Vec<(PathBuf, String, bool, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/corpus/bodies");
    let mut bodies = Vec::new();
    for stack in std::fs::read_dir(root).unwrap() {
        let stack = stack.unwrap().path();
        let index: Value = serde_json::from_slice(&std::fs::read(stack.join("index.json")).unwrap()).unwrap();
        for entry in index.as_array().unwrap() {
            let path = stack.join(entry["file"].as_str().unwrap());
            let body = std::fs::read(&path).unwrap();
            bodies.push((path, entry["kind"].as_str().unwrap().to_owned(), entry["label"] == "unsafe", body));
        }
    }
    bodies.sort();
    bodies
}

/// Bodies of the same error.
const SAME: &[(&str, &str, &str)] = &[
    ("numbers", "ValueError: order 17 has 3 items", "ValueError: order 98231 has 12 items"),
    ("uuid", "OrderError: no order 550e8400-e29b-41d4-a716-446655440000", "OrderError: no order 0af76519-abcd-43dd-8448-eb211c80319c"),
    ("hex", "SegmentError: bad object at 0x7f2f65cdcd50", "SegmentError: bad object at 0x55d0aa01"),
    (
        "hash",
        "NotFoundError: blob 10a08fd3707a5fecb8194d9ede80ab953246a604",
        "NotFoundError: blob e0c469fe54009af0c7fe6aa60c698a4c5408b7ef",
    ),
    (
        "mongo ID",
        r#"{"error":"CastError: no user 507f1f77bcf86cd799439011"}"#,
        r#"{"error":"CastError: no user 63a1f0b2e4d5c6a7b8c9d0e1"}"#,
    ),
    ("addresses", "Error: connect ECONNREFUSED 10.0.0.1:5432", "Error: connect ECONNREFUSED 192.168.7.20:6379"),
    ("IPv6", "Error: connect ECONNREFUSED fe80::1:5432", "Error: connect ECONNREFUSED 2001:db8::7:5432"),
    ("mail", "UserError: ann@shop.example is unknown", "UserError: bob.miller@other.example.org is unknown"),
    ("quoted", "KeyError: 'price'", "KeyError: 'a longer name'"),
    ("quoted with an apostrophe", "FooError: user \"O'Neil\" isn't known", "FooError: user \"Smith\" isn't known"),
    (
        "database",
        "duplicate key value violates unique constraint \"a_key\"\nDETAIL: Key (email)=(a@b.example) exists",
        "duplicate key value violates unique constraint \"b_key\"\nDETAIL: Key (email)=(c@d.example) exists",
    ),
    ("paths", "Error: ENOENT: no such file, open '/srv/uploads/17/a.png'", "Error: ENOENT: no such file, open '/srv/uploads/2024/b.png'"),
    ("bare paths", "ConfigError: cannot read /srv/releases/20261121/shop.yml", "ConfigError: cannot read /srv/releases/20261204/shop.yml"),
    ("pods", "DialError: orders-7d9f8b6c4-x2x8p did not answer", "DialError: orders-66b9f7d5c4-k9w2z did not answer"),
    ("time", "TimeoutError: gave up at 2026-11-21T10:48:10.042Z", "TimeoutError: gave up at 2027-01-03T23:00:59.900Z"),
    (
        "line numbers and releases",
        "ValueError: a\n    at f (/srv/releases/41/a.js:1:2)",
        "ValueError: b\n    at f (/srv/releases/42/a.js:9:33)",
    ),
    (
        "generated names",
        "java.lang.Error: x\n\tat shop.Api$$Lambda$14/0x0000000800c03000.run(Api.java:3)",
        "java.lang.Error: y\n\tat shop.Api$$Lambda$877/0x0000000800d1f2a8.run(Api.java:4)",
    ),
    (
        "arguments",
        "panic: a 1\n\ngoroutine 1 [running]:\nmain.f(0xc000)\n\t/srv/m.go:3 +0x1d",
        "panic: a 2\n\ngoroutine 87 [running]:\nmain.f(0xc999, 0x2)\n\t/srv/m.go:5 +0x2f",
    ),
    ("text and JSON", "TypeError: x\n    at f (/app/a.js:1:2)\n", r#"{"status":500,"stack":"TypeError: x\n    at f (/app/a.js:1:2)"}"#),
    ("text and HTML", "TypeError: x\n    at f (/app/a.js:1:2)\n", "<pre>TypeError: x<br> &nbsp; &nbsp;at f (/app/a.js:1:2)</pre>"),
];

/// Bodies of different errors.
const DIFFERENT: &[(&str, &str, &str)] = &[
    ("class", "KeyError: 'a'", "NameError: 'a'"),
    ("message", "ValueError: order 17 is empty", "ValueError: order 17 is closed"),
    ("function", "TypeError: x\n    at f (/app/a.js:1:2)", "TypeError: x\n    at g (/app/a.js:1:2)"),
    ("file", "TypeError: x\n    at f (/app/a.js:1:2)", "TypeError: x\n    at f (/app/b.js:1:2)"),
    (
        "caller",
        "Error: x\n    at f (/app/a.js:1:2)\n    at g (/app/a.js:9:2)",
        "Error: x\n    at f (/app/a.js:1:2)\n    at h (/app/a.js:9:2)",
    ),
    (
        "cause",
        "java.lang.Error: x\n\tat a.B.c(B.java:1)\nCaused by: java.io.IOException: y\n\tat a.D.e(D.java:1)",
        "java.lang.Error: x\n\tat a.B.c(B.java:1)\nCaused by: java.sql.SQLException: y\n\tat a.D.e(D.java:1)",
    ),
    ("database", "ERROR: relation \"a\" does not exist", "ERROR: column \"a\" does not exist"),
    ("calls", "TypeError: x", "TypeError: x\n    at f (/app/a.js:1:2)"),
];

#[test]
fn one_fingerprint_for_one_error() {
    let fingerprint = |body: &str| read(body.as_bytes()).map(|trace| trace.fingerprint);
    for (name, one, other) in SAME {
        assert!(fingerprint(one).is_some_and(|hex| hex.len() == 16 && hex.bytes().all(|byte| byte.is_ascii_hexdigit())), "{name}");
        assert_eq!(fingerprint(one), fingerprint(other), "{name}: {:#?} {:#?}", read(one.as_bytes()), read(other.as_bytes()));
    }
    for (name, one, other) in DIFFERENT {
        assert!(fingerprint(one).is_some() && fingerprint(other).is_some(), "{name}");
        assert_ne!(fingerprint(one), fingerprint(other), "{name}: {:#?}", read(one.as_bytes()));
    }
    // Never to change: operators keep them.
    assert_eq!(fingerprint("KeyError: 'price'").as_deref(), Some("a6f18af517891239"));
}

#[test]
fn says_nothing_of_pages_and_banners() {
    for body in [
        "",
        "{}",
        "[]",
        "<html><body><h1>500 Internal Server Error</h1><hr>nginx/1.22.1</body></html>",
        r#"{"error":"Internal Server Error","status":500}"#,
        "<p>An Exception: the rule does not apply on line 42.</p>",
    ] {
        assert_eq!(read(body.as_bytes()), None, "{body}");
    }
}

#[test]
fn at_most_eight_calls() {
    let body = format!("Error: deep\n{}", "    at f (/app/a.js:1:2)\n".repeat(100));
    assert_eq!(read(body.as_bytes()).unwrap().frames.len(), MAX_FRAMES);
}

/// Whatever comes, in whatever state it is cut off: no panic, one line each, not much time.
#[test]
fn bounded_whatever_comes() {
    let mut bodies: Vec<Vec<u8>> = ROWS.iter().map(|row| row.1.as_bytes().to_vec()).collect();
    for unit in [
        "at ",
        "a:1",
        "1:",
        "(1",
        "\"",
        "\\",
        "{\"",
        "[[\"",
        "<",
        "&",
        "#1 ",
        "Error",
        "Error: ",
        "Caused by: ",
        "'",
        "`",
        "a@",
        "\u{e9}",
        "File \"",
        "a.py:1:in `",
        "Traceback (most ",
    ] {
        bodies.push(unit.repeat(5000).into_bytes());
        bodies.push(format!("{{\"stack\":\"{}", unit.repeat(5000)).into_bytes());
    }
    let mut slowest = (std::time::Duration::ZERO, String::new());
    for body in &bodies {
        for end in (0..body.len().min(MAX_BYTES)).step_by(1 + body.len() / 200) {
            let Some(trace) = read(&body[..end]) else { continue };
            let lines = trace.frames.iter().chain(&trace.message).chain(&trace.exception_type);
            assert!(lines.clone().all(|line| !line.contains('\n') && line.len() <= 3 * MAX_BYTES));
        }
        let start = std::time::Instant::now();
        read(body);
        slowest = slowest.max((start.elapsed(), String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned()));
    }
    println!("slowest: {slowest:?}");
}

/// What real bodies tell. `cargo test -p backstop-core real_bodies -- --nocapture` prints it.
#[test]
fn real_bodies() {
    for folder in ["leaks", "clean"] {
        for file in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/detect/testdata").join(folder)).unwrap() {
            read(&std::fs::read(file.unwrap().path()).unwrap());
        }
    }
    let (mut all, mut typed, mut framed) = (0, 0, 0);
    for (path, kind, is_unsafe, body) in corpus() {
        let trace = read(&body);
        if !is_unsafe {
            continue;
        }
        let has = |what: fn(&Trace) -> bool| usize::from(trace.as_ref().is_some_and(what));
        println!("{} ({kind}): {trace:?}", path.display());
        if kind.contains("stack trace") {
            all += 1;
            typed += has(|trace| trace.exception_type.is_some());
            framed += has(|trace| !trace.frames.is_empty());
        }
    }
    println!("stack traces: {all}; with a type {typed}, with calls {framed}");
    // Perl, Lua, Racket, Prolog and Tcl have no classes, and some traces begin behind the excerpt.
    assert!(typed * 100 >= all * 80 && framed * 100 >= all * 88, "{all} stack traces, {typed} with a type, {framed} with calls");
}
