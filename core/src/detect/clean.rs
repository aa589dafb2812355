//! Bodies that are meant for clients, or at least show nothing: a finding in one of them is a false alarm.

pub(crate) const CLEAN: &[(&str, &str)] = &[
    // JSON of well-known APIs.
    (
        "stripe card",
        r#"{"error":{"charge":"ch_3MmlLrLkdIwHu7ix0snN0B15","code":"card_declined","decline_code":"insufficient_funds","doc_url":"https://stripe.com/docs/error-codes/card-declined","message":"Your card has insufficient funds.","param":"","request_log_url":"https://dashboard.stripe.com/logs/req_8kFa1?t=1680","type":"card_error"}}"#,
    ),
    (
        "stripe invalid",
        r#"{"error":{"message":"No such customer: 'cus_9s6XKzkNRiz8i3'","type":"invalid_request_error","param":"customer","code":"resource_missing"}}"#,
    ),
    (
        "stripe api error",
        r#"{"error":{"message":"An error occurred with our connection to the bank. Please try again later (reference: req_8f).","type":"api_error"}}"#,
    ),
    (
        "github not found",
        r#"{"message":"Not Found","documentation_url":"https://docs.github.com/rest/repos/repos#get-a-repository","status":"404"}"#,
    ),
    (
        "github validation",
        r#"{"message":"Validation Failed","errors":[{"resource":"Issue","field":"title","code":"missing_field"}],"documentation_url":"https://docs.github.com/rest"}"#,
    ),
    ("github server", r#"{"message":"Server Error","documentation_url":"https://docs.github.com/rest","status":"500"}"#),
    (
        "google rpc",
        r#"{"error":{"code":503,"message":"The service is currently unavailable.","status":"UNAVAILABLE","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"RATE_LIMIT_EXCEEDED","domain":"googleapis.com","metadata":{"service":"pubsub.googleapis.com"}}]}}"#,
    ),
    (
        "google help",
        r#"{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.Help","links":[{"description":"Console","url":"https://console.developers.google.com/"}]}]}}"#,
    ),
    (
        "google legacy",
        r#"{"error":{"errors":[{"domain":"global","reason":"backendError","message":"Backend Error"}],"code":500,"message":"Backend Error"}}"#,
    ),
    ("aws json", r#"{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"Requested resource not found"}"#),
    ("aws code", r#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#),
    ("aws internal", r#"{"Message":"Internal server error","Type":"Service","Code":"InternalServerException"}"#),
    (
        "aws s3 xml",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>InternalError</Code><Message>We encountered an internal error. Please try again.</Message><RequestId>656c76696e6727732072657175657374</RequestId><HostId>Uuag1LuByRx9e6j5Onimru9pO4ZVKnJ2Qz7/C1NPcfTWAtRPfTaOFg==</HostId></Error>",
    ),
    ("aws gateway", r#"{"message": "Internal server error"}"#),
    ("aws endpoint timeout", r#"{"message": "Endpoint request timed out"}"#),
    (
        "azure",
        r#"{"error":{"code":"InternalServerError","message":"The server encountered an error. Please retry. Trace ID: 4bf92f35-77b3-4da6-a3ce-929d0e0e4736","target":null,"details":[],"innererror":{"code":"Throttled"}}}"#,
    ),
    ("twilio", r#"{"code":20500,"message":"Internal Server Error","more_info":"https://www.twilio.com/docs/errors/20500","status":500}"#),
    ("slack", r#"{"ok":false,"error":"internal_error","warning":"missing_charset","response_metadata":{"warnings":["missing_charset"]}}"#),
    (
        "paypal",
        r#"{"name":"INTERNAL_SERVICE_ERROR","message":"An internal service error has occurred.","debug_id":"b1d1f06c7246c","information_link":"https://developer.paypal.com/docs/api/payments/#errors","details":[]}"#,
    ),
    ("shopify", r#"{"errors":{"title":["can't be blank"],"variants":["is invalid"]}}"#),
    (
        "openai",
        r#"{"error":{"message":"The server had an error while processing your request. Sorry about that!","type":"server_error","param":null,"code":null}}"#,
    ),
    (
        "anthropic style",
        r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"req_011CSHoEeqs5C35K2UUqR7Fy"}"#,
    ),
    (
        "graphql",
        r#"{"data":null,"errors":[{"message":"Cannot return null for that order","locations":[{"line":3,"column":5}],"path":["order","total"],"extensions":{"code":"INTERNAL_SERVER_ERROR"}}]}"#,
    ),
    ("json rpc", r#"{"jsonrpc":"2.0","error":{"code":-32603,"message":"Internal error"},"id":17}"#),
    (
        "jsonapi",
        r#"{"errors":[{"id":"9f1c","status":"500","code":"internal","title":"Internal error","detail":"The order could not be stored.","source":{"pointer":"/data/attributes/total"}}]}"#,
    ),
    (
        "elastic style ids",
        r#"{"status":503,"error":"Service Unavailable","trace":"4bf92f3577b34da6a3ce929d0e0e4736","span":"00f067aa0ba902b7"}"#,
    ),
    // Problem documents.
    (
        "problem",
        r#"{"type":"https://shop.test/problems/out-of-stock","title":"Out of stock","status":503,"detail":"Item B00027Y5QG is no longer available.","instance":"/orders/42"}"#,
    ),
    ("problem blank", r#"{"type":"about:blank","title":"Internal Server Error","status":500,"instance":"/api/v1/users/42/orders"}"#),
    (
        "problem aspnet",
        r#"{"type":"https://tools.ietf.org/html/rfc9110#section-15.6.1","title":"An error occurred while processing your request.","status":500,"traceId":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}"#,
    ),
    (
        "problem spring",
        r#"{"timestamp":"2026-11-21T10:30:00.000+00:00","status":500,"error":"Internal Server Error","path":"/api/orders/42"}"#,
    ),
    ("problem home", r#"{"type":"/problems/home","title":"No home","status":500,"instance":"/home/products/42/reviews"}"#),
    (
        "problem validation",
        r#"{"type":"https://tools.ietf.org/html/rfc9110#section-15.5.1","title":"One or more validation errors occurred.","status":400,"errors":{"Password":["The Password field is required.","Use at least 8 characters."],"Email":["The Email field is not a valid e-mail address."]}}"#,
    ),
    // Own APIs.
    (
        "flat",
        r#"{"error":"Internal Server Error","message":"An unexpected error occurred","requestId":"550e8400-e29b-41d4-a716-446655440000"}"#,
    ),
    ("validation", r#"{"error":"ValidationError","message":"email is invalid","fields":["email"]}"#),
    ("declined", "Error: Payment declined"),
    ("type only", r#"{"error":"TypeError","code":1042}"#),
    ("negative debug", r#"{"debug":false,"stack":"production","exception":null,"trace":"","sql":null,"file":"invoice.pdf","line":12}"#),
    (
        "trace ids",
        r#"{"trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01","trace":"1-67891233-abcdef012345678912345678"}"#,
    ),
    ("stack names", r#"{"stack":["frontend","api"],"region":"eu-central-1","environment":"production","version":"10.4.1"}"#),
    ("links", r#"{"links":{"self":"/app/orders/3.json","next":"/data/orders?page=2","home":"/home/"},"status":"error"}"#),
    (
        "fastapi",
        r#"{"detail":[{"type":"int_parsing","loc":["query","a"],"msg":"Input should be a valid integer, unable to parse string as an integer","input":"b"}]}"#,
    ),
    ("drf", r#"{"detail":"A server error occurred."}"#),
    ("rails json", r#"{"status":500,"error":"Internal Server Error"}"#),
    ("laravel json", r#"{"message": "Server Error"}"#),
    (
        "laravel validation",
        r#"{"message":"The password field must be at least 8 characters.","errors":{"password":["The password field must be at least 8 characters."]}}"#,
    ),
    ("feature flags", r#"{"config":{"API_URL":"https://api.shop.test","theme":"dark"},"error":"maintenance"}"#),
    ("times", r#"{"error":"timeout","at":"2026-11-21T10:30:15.123Z","took":"10.5 s","retry":"172.5"}"#),
    ("tokens by name", r#"{"error":"invalid_token","error_description":"The access token expired","token_type":"Bearer"}"#),
    (
        "oauth",
        r#"{"error":"invalid_client","error_description":"Client authentication failed (e.g., unknown client, no client authentication included)"}"#,
    ),
    ("minified keys", r#"{"e":500,"m":"oops","t":1732184000,"k":"a.b.c","p":"x/y/z"}"#),
    ("escaped text", "{\"message\":\"Plan A:\\nfirst, call us\\nsecond, write to \\\"help\\\" \\/ support\\u00e9\"}"),
    // Pages.
    (
        "nginx without version",
        "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n",
    ),
    ("haproxy", "<html><body><h1>503 Service Unavailable</h1>\nNo server is available to handle this request.\n</body></html>\n"),
    (
        "apache plain",
        "<!DOCTYPE HTML PUBLIC \"-//IETF//DTD HTML 2.0//EN\">\n<html><head>\n<title>500 Internal Server Error</title>\n</head><body>\n<h1>Internal Server Error</h1>\n<p>The server encountered an internal error or misconfiguration and was unable to complete your request.</p>\n<p>More information about this error may be available in the server error log.</p>\n</body></html>",
    ),
    (
        "rails public",
        "<!DOCTYPE html>\n<html>\n<head>\n  <title>We're sorry, but something went wrong (500)</title>\n  <style>.rails-default-error-page { background-color: #EFEFEF; } div.dialog { width: 95%; max-width: 33em; margin: 4em auto 0; }</style>\n</head>\n<body class=\"rails-default-error-page\">\n<!-- This file lives in public/500.html -->\n<div class=\"dialog\"><h1>We're sorry, but something went wrong.</h1><p>If you are the application owner check the logs for more information.</p></div>\n</body>\n</html>",
    ),
    (
        "laravel public",
        "<title>Server Error</title><style>/*! normalize.css v8.0.1 | MIT License | github.com/necolas/normalize.css */html{line-height:1.15}a{background-color:transparent}</style><div class=\"px-4 text-lg\">500</div><div>Server Error</div>",
    ),
    ("whoops production", "<h1>Whoops, looks like something went wrong.</h1>"),
    (
        "tomcat public",
        "<!doctype html><html lang=\"en\"><head><title>HTTP Status 500 – Internal Server Error</title><style type=\"text/css\">body {font-family:Tahoma,Arial,sans-serif;} h1 {color:white;background-color:#525D76;}</style></head><body><h1>HTTP Status 500 – Internal Server Error</h1></body></html>",
    ),
    (
        "iis public",
        "<div id=\"header\"><h1>Server Error</h1></div><div id=\"content\"><h2>500 - Internal server error.</h2><h3>There is a problem with the resource you are looking for, and it cannot be displayed.</h3></div>",
    ),
    (
        "cloudflare style",
        "<title>shop.test | 502: Bad gateway</title><link rel=\"stylesheet\" href=\"/cdn-cgi/styles/main.css\" /><span class=\"code-label\">Error code 502</span><p>Ray ID: <strong>7d1a2b3c4d5e6f70</strong> Your IP: 203.0.113.7</p>",
    ),
    (
        "branded page",
        "<!DOCTYPE html><html lang=en><meta charset=utf-8><meta name=viewport content=\"width=device-width,initial-scale=1\"><title>Something went wrong</title><link rel=icon href=/static/favicon.ico><style>body{font:16px/1.5 system-ui;margin:0 auto;max-width:40rem}svg{width:4rem}</style><svg viewBox=\"0 0 24 24\" aria-hidden=true><path d=\"M12 2 1 21h22L12 2zm0 4.5L19.5 19h-15L12 6.5zM11 10v4h2v-4h-2zm0 6v2h2v-2h-2z\"/></svg><h1>Something went wrong</h1><p>Please <a href=\"/home/\">go home</a> or <a href=\"/app/orders\">see your orders</a>.<script src=\"/app/main.4f3a.js\" defer></script>",
    ),
    (
        "single page shell",
        "<!doctype html><div id=root></div><script>window.__CONFIG__={api:\"/api/v1\",env:\"production\",debug:!1,version:\"10.4.1\",locale:\"en\"}</script><script src=\"/src/app.js\"></script><link href=\"/data/manifest.json\" rel=manifest>",
    ),
    (
        "relative assets",
        "<link rel=\"stylesheet\" href=\"../node_modules/x/dist/y.css\"><script src=\"/node_modules/x/dist/y.min.js\"></script><img src=\"/usr/img/a.png\"><form action=\"/tmp/upload\">",
    ),
    (
        "inline handler",
        "<script>try{init()}catch(e){console.error(\"Error: \"+e.message,e.stack)}window.onerror=function(m,f,l,c,e){report({message:m,file:f,line:l,stack:e&&e.stack})}</script>",
    ),
    (
        "login form",
        "<form method=post><label for=password>Password</label><input type=password name=password id=password placeholder=\"Password\" autocomplete=current-password><input type=hidden name=csrf_token value=\"\"><a href=\"/forgot?token=\">Forgot your password?</a></form>",
    ),
    (
        "css",
        "<style>@media(max-width:600px){.at-10:30{color:red}}.error::before{content:\"\\201C\"}.stack>*+*{margin:1em}a[href^=\"/home\"]{color:#0a0}</style>",
    ),
    // Prose.
    (
        "help centre",
        "If you see an exception in the app, check line 42 of your form. A null value in the stack of papers is not an error. Call us at 10:30 (UTC).",
    ),
    (
        "maintenance",
        "We are back at 10:30 (UTC). Version 10.4.1 brings a new stack of features; the release notes are at https://shop.test/releases/10.4.1.",
    ),
    (
        "legal",
        "Exceptions: The limitation in Section 4.2(a) does not apply where prohibited by law. Warning: see Article 12, line 3. In the event of an error, the user may file a complaint.",
    ),
    ("ip", "Your IP address 10.0.0.5 was blocked. Contact support with the address 192.168.1.4 and the time 2026-11-21 10:30:15."),
    (
        "how to",
        "To update your settings, open the menu, select an item from the list and set a new value. Delete from your cart what you do not need. Where = here.",
    ),
    (
        "developer docs",
        "Send your key in the Authorization header as a Bearer token. The SQL dialect is described at https://docs.shop.test/sql/select-from. An exception is raised to the supervisor.",
    ),
    ("english error", "error: the order could not be placed because the warehouse is closed"),
    ("travel", "Your trip from A:B to C is at 12:30:45. Gate 3:4. Trains panic: no. Go routine 7 is done."),
    (
        "german",
        "Es ist ein Fehler aufgetreten. Bitte versuchen Sie es um 10:30 Uhr erneut. Ausnahme: sonntags. Die Datei \"Rechnung.pdf\", Zeile 12, ist fehlerhaft.",
    ),
    (
        "french",
        "Une erreur est survenue à la ligne 12 du formulaire. Exception : le service est fermé à 10:30. Veuillez réessayer dans quelques minutes.",
    ),
    (
        "spanish",
        "Se ha producido un error en el servidor. En el pedido número 42 (línea 3) falta la cantidad. Inténtelo de nuevo más tarde.",
    ),
    ("portuguese", "Ocorreu um erro inesperado. Tente novamente em alguns minutos ou fale com o suporte em 0800 123 4567."),
    ("japanese", "エラーが発生しました。時間をおいて再度お試しください。お問い合わせ番号: 550e8400-e29b-41d4-a716-446655440000"),
    ("chinese", "{\"code\":500,\"msg\":\"系统繁忙，请稍后再试\",\"data\":null}"),
    ("russian", "Произошла ошибка в строке 12. Пожалуйста, повторите попытку позже (10:30 МСК)."),
    ("arabic", "حدث خطأ غير متوقع. يرجى المحاولة مرة أخرى لاحقًا."),
    ("korean", "{\"error\":\"서버 오류가 발생했습니다. 잠시 후 다시 시도해 주세요.\"}"),
    // Other kinds of bodies.
    ("empty", ""),
    ("spaces", "   \n\n\t "),
    (
        "minified script",
        "!function(e,t){\"object\"==typeof exports&&\"undefined\"!=typeof module?t(exports):t((e=e||self).x={})}(this,function(e){\"use strict\";function t(e,t){if(!(e instanceof t))throw new TypeError(\"Cannot call a class as a function\")}var n=e.Error||Error,r=class extends n{constructor(e){super(e),this.name=\"RequestError\"}};function o(e){if(\"function\"!=typeof e)throw new TypeError(e+\" is not a function\");return e}e.trace=function(){},e.stack=[],Object.defineProperty(e,\"__esModule\",{value:!0})});\n//# sourceMappingURL=app.min.js.map",
    ),
    (
        "helper script",
        "throw new TypeError(\"Invalid attempt to destructure non-iterable instance.\\nIn order to be iterable, non-array objects must have a [Symbol.iterator]() method.\");if(void 0===e)throw new ReferenceError(\"this hasn't been initialised - super() hasn't been called\");",
    ),
    ("csv", "id,name,total\n1,Ann,10.5\n2,Bob,172.30\n3,Exception,0\n"),
    ("yaml", "error:\n  code: 500\n  message: try again\n  path: /api/v1/orders\n"),
    ("grpc web text", "grpc-status: 13\r\ngrpc-message: internal error\r\n"),
    (
        "svg",
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 10 10\"><path d=\"M10.5 3.2c-.1 0 1:2 3.4z\"/><text x=\"1\" y=\"2\">500</text></svg>",
    ),
    (
        "soap fault",
        "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body><soap:Fault><faultcode>soap:Server</faultcode><faultstring>The order could not be stored.</faultstring></soap:Fault></soap:Body></soap:Envelope>",
    ),
    ("form", "error=server_error&error_description=Please+try+again&state=af0ifjsldkj"),
    ("envoy timeout", "upstream request timeout"),
    ("kong", "{\n  \"message\":\"An invalid response was received from the upstream server\",\n  \"request_id\":\"f0b2f17b\"\n}"),
    ("retry text", "Service Unavailable: retry after 30 s [ref 0x1f]"),
    ("emoji", "Oh no! 😱 Something went wrong (500). ¯\\_(ツ)_/¯"),
    ("email list", "Write to ann@shop.test, bob.rb@shop.test: they help. Or see https://user.github.io/x.js?v=1:2"),
    ("coordinates", "{\"error\":\"no route\",\"from\":\"48.20849:16.37208\",\"to\":\"10.75,59.91:3\"}"),
];
