//! What is masked, and what is not.

use super::*;

/// Name, text before the secret, the secret, text after it, and what the output is instead of it.
type Row = (&'static str, &'static str, &'static str, &'static str);

/// Around the secret everything stays.
#[rustfmt::skip]
const ROWS: &[Row] = &[
    ("k=v", "connect failed: password=", "hunter2", " dbname=x"),
    ("k = v", "x password = ", "hunter2", " y"),
    ("k: v", "bad password: ", "hunter2", " for user bob"),
    ("environment", "HOME=/root\nDB_PASSWORD=", "Zq9 hunter two", "\nPATH=/bin"),
    ("environment, exported", "export SECRET_KEY_BASE=", "0f3c hunter", "\n"),
    ("YAML", "db:\n  passwd: ", "Zq9 hunter two", "\n  host: x"),
    ("YAML list", "- api_key: ", "Zq9hunter", "\n"),
    ("JSON", r#"{"user":"bob","password":""#, "hunter2, \\\"Zq9\\\" }", r#"","id":1}"#),
    ("JSON, spaced", r#"{"api-key" : ""#, "hunter2", r#"", "id": 1}"#),
    ("JSON number", r#"{"a":{"pin":"#, "93184", r#"},"id":1}"#),
    ("JSON list", r#"{"tokens": "#, r#"["Zq9]hun", "ter2"]"#, r#", "id": 1}"#),
    ("JSON object", r#"{"credentials": "#, r#"{"user": "b}ob", "value": ["hunter2"]}"#, r#", "id": 1}"#),
    ("JSON in JSON", r#"{"body":"{\"client_secret\":\""#, "hunter2", r#"\",\"id\":1}"}"#),
    ("JSON in JSON in JSON", r#"{"b":"{\"b\":\"{\\\"secret\\\":\\\""#, "hunter2", r#"\\\"}\"}"}"#),
    ("JSON with spelled quotes", r#"{"b":"\u0022password\u0022:\u0022"#, "hunter2", r#"\u0022"}"#),
    ("line break in JSON", r#"{"stack":"x\npassword="#, "hunter2", r#"","id":1}"#),
    ("text in JSON", r#"{"message":"login with password="#, "hunter2", r#"","id":1}"#),
    ("Python dict", "{'user': 'bob', 'passwd': '", "hunter2 \"Zq9\"", "', 'id': 1}"),
    ("Python bytes", "{'secret': b'", "hunter2", "'}"),
    ("Python tuple", "[(b'x-api-key', b'", "hunter2", "'), (b'host', b'x')]"),
    ("Python assignment", "    password = '", "hunter2", "'\n"),
    ("quotes over lines", "password = \"", "Zq9\nhunter2", "\"\nx"),
    ("PHP print_r", "[DB_PASSWORD] => ", "hunter2", "\n"),
    ("PHP var_dump", "[\"password\"]=>\n  string(7) \"", "hunter2", "\"\n"),
    ("PHP array", "'password' => '", "hunter2", "',"),
    ("Ruby hash", r#"{"password"=>""#, "hunter2", r#"", "id"=>1}"#),
    ("Rust debug", "Config { password: ", "Some(\"hunter2", "\") }"),
    ("Java record", "User[name=bob, password=", "hunter2", "]"),
    ("Java map of lists", "{accept=[x], x-auth-token=", "[Zq9hunter]", ", host=[x]}"),
    ("camel case", "accessToken=", "Zq9hunter", ""),
    ("dotted", "spring.datasource.password=", "hunter2", "\n"),
    ("query", "GET /a?access_token=", "Zq9hunter", "&b=c HTTP/1.1"),
    ("query in HTML", "/a?token=", "Zq9hunter", "&amp;b=c"),
    ("percent-encoded", "u=%2Fa%3Ftoken%3D", "Zq9hunter", " x"),
    ("form", "user=bob&pwd=", "Zq9,hunter;2", "&x=1"),
    ("connection string", "Server=db;User Id=sa;Password=", "hun;ter,2", ";Database=x"),
    ("Azure", "AccountName=x;AccountKey=", "Zq9hunter/+x==", ";EndpointSuffix=core"),
    ("command line", "mysql --password ", "hunter2", " -h db"),
    ("command line, as Python tells it", "Command '['psql', '--password', '", "hunter2", "', '-h', 'db']' returned non-zero exit status 2."),
    ("command line, as a list of JSON", "[\"mysqldump\",\"--password\",\"", "hunter2", "\",\"shop\"]"),
    ("command line, behind a program's short flag", "mysqldump -h db -uroot -p", "hunter2", " shop: exit code 2"),
    ("command line, the same in a list", "Command failed: ['mysqldump', '-uroot', '-p", "hunter2", "', 'shop']"),
    ("command line, behind the user", "curl -s -u app:", "hunter2", " https://example.com/x"),
    ("command line, behind the user in a list", "[\"curl\", \"-u\", \"app:", "hunter2", "\"]"),
    ("command line, another flag", "redis-cli -h db -a ", "hunter2", " PING"),
    ("command line, of another program", "sshpass -p ", "hunter2", " ssh db.example"),
    ("call of PHP", "#3 /app/db.php(12): PDO->__construct(", "'mysql:host=db', 'root', 'hunter2)'", ")\n#4 {main}"),
    ("call of PHP in JSON", "\"#3 db.php(12): mysqli-\\u003e__construct(", "'db', 'root', 'hunter2'", ")\\n#4 {main}\""),
    ("call of PHP in HTML", "mysqli_connect(", "&#039;db&#039;, &#039;root&#039;, &#039;hunter2&#039;", ")</pre>"),
    ("call of a method of PHP", "App\\Auth->login(", "'bob', 'hunter2'", ")\n"),
    ("list of JSON", r#"["password",""#, "hunter2", r#""]"#),
    ("serialized by PHP", r#"a:1:{s:8:"password";s:7:""#, "hunter2", r#"";}"#),
    ("XML element with attributes", "<wsse:Password Type=\"x#PasswordText\">", "hunter2", "</wsse:Password>"),
    ("XML element with CDATA", "<password><![CDATA[", "hunter2]]>", "</password>"),
    ("userinfo of Go's MySQL", "dial: app:", "Zq9!two", "@tcp(10.0.0.5:3306)/shop"),
    ("command line, assigned", "mysql --password=", "hunter2", " -h db"),
    ("SQL", "CREATE USER x IDENTIFIED BY '", "hunter2", "'"),
    ("HTML table", "<tr><td>DB_PASSWORD </td>\n <td class=\"v\"><pre>", "hunter2", "</pre></td></tr>"),
    ("HTML dump", "<span class=k>password</span>\" => \"<span title=\"7\">", "hunter2", "</span>\""),
    ("HTML entities", "&quot;password&quot;: &quot;", "hunter2", "&quot;, &quot;id&quot;: 1"),
    ("JSON in HTML", "{&quot;a&quot;:&quot;{\\&quot;password\\&quot;:\\&quot;", "hunter2", "\\&quot;}&quot;}"),
    ("JSON in HTML, escaped twice", "{&amp;quot;password&amp;quot;:&amp;quot;", "hunter2", "&amp;quot;}"),
    ("HTML in JSON of .NET", "{\"a\":\"{\\u0026quot;password\\u0026quot;:\\u0026quot;", "hunter2", "\\u0026quot;}\"}"),
    ("JSON in a script", "'\\x7b\\x22password\\x22\\x3a\\x22", "hunter2", "\\x22\\x7d'"),
    ("JSON in JSON, all signs spelled", "\\u007b\\u005c\\u0022password\\u005c\\u0022\\u003a\\u005c\\u0022", "hunter2", "\\u005c\\u0022\\u007d"),
    ("JSON in a form", "e=%7B%22password%22%3A%22", "hunter2", "%22%7D"),
    ("JSON in JSON in a form", "e=%7B%22a%22%3A%22%7B%5C%22password%5C%22%3A%5C%22", "hunter2", "%5C%22%7D%22%7D"),
    ("assignment in a form", "e=password%3D", "hunter2", "&x=1"),
    ("XML element", "<user><password>", "hunter2", "</password></user>"),
    ("XML element, escaped", "&lt;password&gt;", "hunter2", "&lt;/password&gt;"),
    ("XML attribute", "<db password=\"", "hunter2", "\"/>"),
    ("XML property", "<property name=\"connection.password\">", "hunter2", "</property>"),
    ("XML value", "<add key=\"Password\" value=\"", "hunter2", "\"/>"),
    ("JSON pair", r#"{"name":"DB_PASSWORD","value":""#, "hunter2", r#""}"#),
    ("YAML pair", "- name: DB_PASSWORD\n  value: ", "hunter2", "\n"),
    ("cookie header", "Cookie: ", "a=Zq9; sid=hunter2", "\nHost: x"),
    ("authorization header", "Authorization: ", "Digest username=\"Zq9\", response=\"hunter2", "\"\n"),
    ("in quotes without end", "say 'password=", "hun\"ter2", " x"),
    ("colours", "\u{fffd}password\u{fffd}=", "hunter2", " x"),
    ("Bearer", "curl -H 'X: Bearer ", "Zq9.hunter-2_~+/=", "'"),
    ("Basic", "sent Basic ", "dXNlcjpodW50ZXIy", " to x"),
    ("userinfo", "postgres://bob:", "hunter2", "@db.example:5432/x"),
    ("userinfo with a slash", "amqp://bob:", "hun/t:er2", "@mq.example/x"),
    ("userinfo with an @", "amqp://bob:", "hu@nt:er2", "@mq.example/x"),
    ("digest in JSON", r#"{"headers":"x Authorization: "#, r#"Digest username=\"Zq9\", response=\"hunter2\""#, r#"","id":1}"#),
    ("userinfo without user", "redis://:", "hunter2", "@cache:6379/0"),
    ("userinfo, slashes escaped", r#"{"u":"mysql:\/\/bob:"#, "hunter2", r#"@db\/x"}"#),
    ("userinfo with an escaped @", "postgres:\\/\\/bob:", "hunter2", "\\u0040db\\/x"),
    ("userinfo with an entity for @", "postgres://bob:", "hunter2", "&#64;db/x"),
    ("userinfo of JDBC", "jdbc:postgresql://bob:", "hunter2", "@db/x"),
    ("userinfo, only a token", "https://", "0123456789abcdef0123456789abcdef", "@sentry.example/1"),
    ("AWS key ID", "key ", "AKIAIOSFODNN7EXAMPLE", " x"),
    ("GitHub", "using ", "ghp_16C7e42F292c6912E7710c838347Ae178B4a", "."),
    ("GitHub, fine-grained", "using ", "github_pat_11ABCDEFG0abcdefghijkl_mnopqrstuvwxyz", " x"),
    ("GitHub, in JSON", r#"{"a":"x\n"#, "ghs_16C7e42F292c6912E7710c838347Ae178B4a", r#""}"#),
    ("Telegram", "with url: /bot7213808860:", "AAHZq9hunterZq9hunterZq9hunter00-u", "/sendMessage (Caused by"),
    ("GitLab", "using ", "glpat-Zq9hunterZq9hunter00", " x"),
    ("Slack", "using ", "xoxb-123456789012-Zq9hunter", " x"),
    ("Slack webhook", "POST https://hooks.slack.com/services/", "T0000/B0000/Zq9hunter", " x"),
    ("Stripe", "using ", "sk_live_Zq9hunterZq9hunter", " x"),
    ("Google", "using ", "AIzaSyZq9hunterZq9hunterZq9hunterZq9hun", " x"),
    ("OpenAI", "using ", "sk-Zq9hunterZq9hunterZq9hunterZq9", " x"),
    ("OpenAI project", "using ", "sk-proj-Zq9hunterZq9hunter", " x"),
    ("JWT", "got ", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJib2IifQ.Zq9-hunter_2", ", x"),
    ("PEM", "-----BEGIN RSA PRIVATE KEY-----", "\nMIIEpAIBAAKCAQEA\nZq9hunter\n", "-----END RSA PRIVATE KEY-----\nx"),
    ("PEM behind another", "-----END CERTIFICATE----------BEGIN EC PRIVATE KEY-----", "\nMHcCAQEEIZq9hunter\n", "-----END EC PRIVATE KEY-----\n"),
    ("PEM behind a key", "private_key: \"-----BEGIN PRIVATE KEY-----", "\\nMIIEpAIBAAKCAQEA\\nZq9hunter\\n", "-----END PRIVATE KEY-----\\n\""),
    ("OpenSSH", "-----BEGIN OPENSSH PRIVATE KEY-----", "\nb3BlbnNzaC1rZXktdjEA\n", "-----END OPENSSH PRIVATE KEY-----"),
    ("card", "card ", "4111111111111111", " declined"),
    ("card, spaced", "card ", "4111 1111 1111 1111", " 12/29"),
    ("card, dashed", "card ", "5500-0055-5555-5559", ", x"),
    ("card of 15 digits", "card ", "3782 822463 10005", ""),
    ("card of 13 digits", "(", "4222222222222", ")"),
    ("card of 19 digits", "card=", "6304000000000000000", ";"),
];

/// The secret's beginning is recognised from its first characters on, or from its prefix on.
fn recognised_from(name: &str) -> usize {
    match name {
        // Nine digits, with separators.
        name if name.starts_with("card") => 12,
        // Its mark is the length, or the @ behind it.
        "userinfo, only a token" | "userinfo with an @" | "userinfo of Go's MySQL" => usize::MAX,
        "GitHub, fine-grained" => 12,
        "OpenAI project" => 9,
        "Stripe" => 9,
        "GitLab" => 7,
        "Slack" => 6,
        _ => 5,
    }
}

/// Fails with all rows that differ, not with the first.
fn assert_rows<'a>(rows: impl IntoIterator<Item = (&'a str, String, String)>) {
    let wrong = rows.into_iter().filter(|(_, out, expected)| out != expected);
    let wrong: Vec<_> = wrong.map(|(name, out, expected)| format!("{name}\n  out:      {out:?}\n  expected: {expected:?}\n")).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.concat());
}

#[test]
fn secrets_are_masked() {
    assert_rows(ROWS.iter().map(|(name, before, secret, after)| {
        (*name, redact(format!("{before}{secret}{after}").as_bytes()), format!("{before}***{after}"))
    }));
}

#[test]
fn every_key_in_every_form() {
    let keys = [
        "password",
        "Passwd",
        "PWD",
        "pwd",
        "secret",
        "client_secret",
        "token",
        "auth-token",
        "X-Auth-Token",
        "api_key",
        "apiKey",
        "api-key",
        "APIKEY",
        "access_key",
        "AWS_SECRET_ACCESS_KEY",
        "private_key",
        "authorization",
        "Proxy-Authorization",
        "cookie",
        "Set-Cookie",
        "session",
        "session_id",
        "PHPSESSID",
        "JSESSIONID",
        "credential",
        "credentials",
        "DB_PASSWORD",
        "DB_PASS",
        "old_password_1",
        "passwordHash",
        "encryptionKey",
        "csrf_token",
    ];
    let forms = [
        ("x K=", " y"),
        ("K=", "\n"),
        ("K: ", "\n"),
        ("a\nK = ", "\nb"),
        ("{\"K\":\"", "\"}"),
        ("{\"K\": \"", "\", \"a\": 1}"),
        ("{'K': '", "', 'a': 1}"),
        ("{\\\"K\\\":\\\"", "\\\"}"),
        ("\"K\" => \"", "\""),
        ("?a=b&K=", "&c=d"),
        ("a.b.K=", ""),
        ("<td>K</td><td>", "</td>"),
        ("--K=", " x"),
        ("(K='", "')"),
    ];
    let secrets = ["hunter2", "Zq9", "a:b/c+d==", "p@ss,w;rd", "x&y", "ünï", "(a[b]c)d", "it's", "$1%20!"];
    let mut wrong = Vec::new();
    for (key, (before, after), secret) in keys
        .iter()
        .flat_map(|key| forms.iter().map(move |form| (key, form)))
        .flat_map(|(key, form)| secrets.map(|secret| (key, form, secret)))
    {
        // A quote of the same kind would have been escaped.
        if before.ends_with('\'') && secret.contains('\'') {
            continue;
        }
        let text = format!("{}{secret}{after}", before.replace('K', key));
        let out = redact(text.as_bytes());
        let expected = format!("{}***{after}", before.replace('K', key));
        // What follows such a key without quotes is hidden to the end of the line.
        let is_header = ["authorization", "cookie"].iter().any(|name| key.to_lowercase().contains(name));
        let is_right = out == expected || (is_header && out == format!("{}***", before.replace('K', key)));
        if !is_right {
            wrong.push(format!("{text:?}\n  out:      {out:?}\n"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.concat());
}

#[test]
fn secrets_are_masked_where_the_text_is_cut() {
    let mut leaks = Vec::new();
    for (name, before, secret, after) in ROWS {
        let text = format!("{before}{secret}{after}");
        for cut in 0..text.len() {
            let out = redact(&text.as_bytes()[..cut]);
            let visible = cut.saturating_sub(before.len()).min(secret.len());
            let shown = String::from_utf8_lossy(&secret.as_bytes()[..visible]).into_owned();
            // Neither its beginning nor its end is left over.
            let end = shown.trim_end_matches(|c: char| !c.is_alphanumeric());
            let end = &end[end.len().saturating_sub(4)..];
            let left_over = out.contains(&shown) || out.trim_end_matches(|c: char| !c.is_alphanumeric()).ends_with(end);
            if (visible >= recognised_from(name) && left_over && !after.ends_with(end)) || out.contains("hunter") {
                leaks.push(format!("{name}, cut at {cut}: {out:?}\n"));
            }
        }
    }
    assert!(leaks.is_empty(), "\n{}", leaks.concat());
}

#[test]
fn a_quote_inside_a_value_does_not_end_it() {
    let rows = [
        ("in HTML", "{&quot;pwd&quot;:&quot;hun\\&quot;ter2&quot;}", "{&quot;pwd&quot;:&quot;***&quot;}"),
        ("in JSON in HTML", "{\\&quot;pwd\\&quot;:\\&quot;hun\\\\\\&quot;ter2\\&quot;}", "{\\&quot;pwd\\&quot;:\\&quot;***\\&quot;}"),
        ("in a form", "%22pwd%22%3A%22hun%5C%22ter2%22%7D", "%22pwd%22%3A%22***%22%7D"),
        (
            "behind a backslash",
            "{&quot;pwd&quot;:&quot;hunter2\\\\&quot;, &quot;a&quot;: 1}",
            "{&quot;pwd&quot;:&quot;***&quot;, &quot;a&quot;: 1}",
        ),
    ];
    assert_rows(rows.map(|(name, text, expected)| (name, redact(text.as_bytes()), expected.to_owned())));
}

#[test]
fn masked_text_stays_as_it_is() {
    assert_rows(ROWS.iter().map(|(name, before, secret, after)| {
        let masked = redact(format!("{before}{secret}{after}").as_bytes());
        (*name, redact(masked.as_bytes()), masked)
    }));
}

#[test]
fn the_line_around_a_place() {
    let long = format!("{0}!{0}", "x".repeat(200));
    let cut = format!("…{}!{}…", "x".repeat(30), "x".repeat(69));
    #[rustfmt::skip]
    let rows = [
        ("the beginning", "ab\ncd", 0, "ab"),
        ("within a line", "ab\n cd ef\ngh", 6, "cd ef"),
        ("behind a secret", "x\ny password=hunter2 at 10.0.0.1", 24, "y password=*** at 10.0.0.1"),
        ("within a secret", "x\ny password=hunter2 at 10.0.0.1", 17, "y password=*** at 10.0.0.1"),
        ("the name is on the line before", "- name: DB_PASSWORD\n  value: db.internal", 29, "value: ***"),
        ("at the line end before", "ab\r\ncd", 2, "ab"),
        ("the end", "ab", 2, "ab"),
        ("beyond the end", "ab", 3, "ab"),
        ("a long line", &long, 200, &cut),
        ("much before, little behind", &long, 395, &format!("…{}", "x".repeat(100))),
        ("within a character", "äöü", 1, "äöü"),
        ("within a colour", "at \u{1b}[31mdb", 4, "at \u{fffd}db"),
        ("tabs and controls", "a\tb\u{1b}[31mc", 0, "a b\u{fffd}c"),
    ];
    for (name, text, at, expected) in rows {
        let (masked, places) = redact_with(&Masks::default(), text.as_bytes(), &[0, at]);
        assert_eq!(masked, redact(text.as_bytes()), "{name}");
        assert_eq!(line_around(&masked, places[1]), expected, "{name}");
    }
}

/// A snippet is a line of the masked text, wherever it is asked for.
#[test]
fn no_snippet_shows_a_secret() {
    for (name, before, secret, after) in ROWS {
        let text = format!("{}{before}{secret}{after} \\/srv\\/app\\/x.py", "k=v; ".repeat(120));
        let places: Vec<usize> = (0..text.len()).collect();
        let (masked, places) = redact_with(&Masks::default(), text.as_bytes(), &places);
        for place in places {
            let snippet = line_around(&masked, place);
            assert!(!snippet.contains(secret), "{name}: {snippet}");
        }
    }
}

#[test]
fn several_secrets_in_one_text() {
    let rows = [
        ("AWS pair", "AKIAIOSFODNN7EXAMPLE wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY x", "*** *** x"),
        ("AWS pair, the other way", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY AKIAIOSFODNN7EXAMPLE x", "*** *** x"),
        ("AWS pair, cut", "AKIAIOSFODNN7EXAMPLE wJalrXUt", "*** ***"),
        ("two in one query", "/a?token=Zq9&password=hunter2&x=y z", "/a?token=***&password=***&x=y z"),
        ("one per line", "A_TOKEN=Zq9\nB_SECRET=hunter2\nC=d", "A_TOKEN=***\nB_SECRET=***\nC=d"),
        ("mail addresses", "from jane.doe+x@mail.example.com to bob@example.org.", "from ***@mail.example.com to ***@example.org."),
        ("mail address, encoded", "?to=jane%40example.com&x", "?to=***%40example.com&x"),
        ("mail address, cut", "from jane.doe@exa", "from ***@exa"),
        ("mail address, in JSON", r#"{"to":"jane@example.com"}"#, r#"{"to":"***@example.com"}"#),
        ("mail address, not ASCII", "von jürgen@köln.example an", "von ***@köln.example an"),
    ];
    assert_rows(rows.map(|(name, text, expected)| (name, redact(text.as_bytes()), expected.to_owned())));
}

#[test]
fn ordinary_text_comes_out_unchanged() {
    let rows = [
        "Traceback (most recent call last):\n  File \"/app/session.py\", line 42, in login\n    session = self.sessions.open(user)\n              ^^^^^^^^^^^^^^\n  File \"/usr/lib/python3.12/site-packages/jwt/api_jwt.py\", line 210, in decode\n    decoded = self.decode_complete(\nKeyError: 'password'\nAttributeError: 'NoneType' object has no attribute 'token'\n",
        "java.lang.IllegalStateException: Session is closed!\n\tat org.hibernate.Session.get(Session.java:1234)\n\tat com.acme.TokenService.parse(TokenService.java:42)\n\tat java.base@17.0.2/java.lang.Thread.run(Thread.java:833)\nCaused by: com.acme.InvalidTokenException: Token expired\n\tat com.acme.PasswordFilter$1.lambda$run$0(PasswordFilter.java:7) ~[app-1.2.jar:1.2]\n\t... 42 more\n",
        "panic: runtime error: invalid memory address or nil pointer dereference\n[signal SIGSEGV: segmentation violation code=0x1 addr=0x18 pc=0x47d2c5]\n\ngoroutine 18 [running]:\nmain.(*Session).Close(0xc000010000)\n\t/go/pkg/mod/github.com/gin-gonic/gin@v1.9.1/token.go:1234 +0x1d\nnet/http.(*conn).serve(0xc0000a6000, {0x6f1c60, 0xc00007c6c0})\n\t/usr/local/go/src/net/http/server.go:2009 +0x5f4\n",
        "Error: connect ECONNREFUSED http://localhost:8080/a\n    at Object.<anonymous> (/app/node_modules/.pnpm/express@4.18.2/node_modules/express/lib/router/index.js:47:12)\n",
        "#0 /var/www/vendor/laravel/framework/src/Session/Store.php(123): Illuminate\\Session\\Store->start()\n",
        "   at Acme.Auth.TokenProvider.Get(String key) in C:\\src\\TokenProvider.cs:line 12\n",
        "Access denied for user 'root'@'localhost' (using password: YES)",
        "open /var/run/secrets/kubernetes.io/serviceaccount/token: no such file or directory",
        "FATAL:  password authentication failed for user \"postgres\"",
        "Unrecognized token 'foo': was expecting 'null'",
        "token: invalid signature; session: closed by peer; Basic authentication is off; Bearer token missing.",
        "PWD=/srv/app\nid 550e8400-e29b-41d4-a716-446655440000 at 2026-01-02 10:11:12.123456789 commit 3f786850e387550fdab836ed7e6dc881de23001b\n",
        "1700000000000 1700000000000000000 4111111111111112 3.141592653589793 12345678-1234-4123-8123-123456789012 4111-1111-1111-1111-1\n",
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
        "#0 /app/db.php(12): App\\Repo->connect()\n#1 Net::HTTP->login($user)\n#2 Socket.connect ('net.js':1)\nmysql -u root -h db -p shop; cp -p a b; curl -s -u: x; <token/> <password type=\"a\"/> b",
        "x = [1, 2, 3]; if token == None: pass\ntokens::Token::new(session::Id) git@1.2.3 http://[::1]:80/ a:b ftp://host:21/x\n",
        "",
        "ä€𝄞",
    ];
    assert_rows(rows.map(|text| ("", redact(text.as_bytes()), text.to_owned())));
}

#[test]
fn the_text_is_safe_in_a_log() {
    let rows = [
        ("invalid UTF-8", &b"a\xff\xfeb\xe2\x82"[..], "a\u{fffd}\u{fffd}b\u{fffd}"),
        ("control characters", b"a\x01\x7f\x08b\tc\nd", "a\u{fffd}\u{fffd}\u{fffd}b\tc\nd"),
        ("line ends", b"a\r\nb\rc", "a\nb\u{fffd}c"),
        ("C1", "a\u{85}\u{9b}b".as_bytes(), "a\u{fffd}\u{fffd}b"),
        ("bidi", "a\u{202e}\u{2066}\u{200f}b".as_bytes(), "a\u{fffd}\u{fffd}\u{fffd}b"),
        ("colours", b"\x1b[1;31mghp_16C7e42F292c6912E7710c838347Ae178B4a\x1b[0m", "\u{fffd}***\u{fffd}"),
        ("UTF-16", b"p\0w\0d\0=\0h\0u\0n\0t\0e\0r\0", "pwd=***"),
        ("invalid UTF-8 in a secret", b"a password=hun\xffter2 x", "a password=*** x"),
    ];
    assert_rows(rows.map(|(name, bytes, expected)| (name, redact(bytes), expected.to_owned())));
}

/// Any mixture of marks, cut anywhere: no panic, and what is masked stays masked.
#[test]
fn mixtures_of_marks_are_harmless() {
    let marks: Vec<&str> =
        ROWS.iter().flat_map(|(_, before, secret, after)| [*before, *secret, *after]).chain(UNITS.iter().copied()).collect();
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    for _ in 0..2_000 {
        let text: String = (0..next(12)).map(|_| marks[next(marks.len())]).collect();
        let bytes = &text.as_bytes()[..next(text.len() + 1)];
        let out = redact(bytes);
        assert!(out.len() <= 3 * bytes.len() + 3, "{text:?}");
        assert!(out.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\t')), "{text:?}");
        redact_path(&Masks::default(), &text);
    }
}

#[test]
fn the_output_is_bounded() {
    for unit in UNITS {
        let text = unit.repeat((1 << 14) / unit.len());
        let out = redact(text.as_bytes());
        assert!(out.len() <= 3 * text.len() + 3, "{unit:?}");
    }
    assert!(redact(&[0xff; 1000]).len() <= 3000);
}

/// Eight times the text takes about eight times as long, where a scan that reads on and on from every mark would take 64 times.
#[test]
#[expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "a test may look at the clock")]
fn the_time_grows_with_the_text_only() {
    let fastest = |text: &str, so_far: f64| {
        let start = std::time::Instant::now();
        std::hint::black_box(redact(std::hint::black_box(text.as_bytes())));
        start.elapsed().as_secs_f64().min(so_far)
    };
    for unit in UNITS.iter().chain(AHEAD) {
        // Half of each: what one half opens, the other may close, or never.
        for (other, name) in [(*unit, "alone"), (" ", "blanks"), ("]x", "brackets")] {
            let text = |size: usize| unit.repeat(size / 2 / unit.len()) + &other.repeat(size / 2 / other.len());
            let (short, long) = (text(8 << 10), text(64 << 10));
            let (mut least, mut most) = (f64::MAX, f64::MAX);
            // On a busy machine some tries are slow, never all.
            let is_linear = (0..100).any(|_| {
                (least, most) = (fastest(&short, least), fastest(&long, most));
                most < 24.0 * least
            });
            assert!(is_linear, "{unit:?}, {name}: {least} s, then {most} s");
        }
    }
}

#[test]
fn paths_keep_their_route_only() {
    let hex = "0123456789abcdef0123456789abcdef";
    let long = format!("/{}", "ä/".repeat(2000));
    let bounded = redact_path(&Masks::default(), &long);
    assert!(bounded.len() <= 1024 && bounded.len() > 1000 && bounded.ends_with('…'), "{bounded}");
    let long_token = format!("/{}x", "a".repeat(1000) + &hex.repeat(10));
    assert!(!redact_path(&Masks::default(), &long_token).contains("0123"));
    let rows = [
        ("plain", "/a/b.html", "/a/b.html"),
        ("empty", "", ""),
        ("root", "/", "/"),
        ("query", "/a?b=secret&c", "/a?b=***&c"),
        ("two values", "/a?b=1&c=2&d=", "/a?b=***&c=***&d="),
        ("a question mark in a value", "/a?b=c?d=e", "/a?b=***"),
        ("fragment", "/a#token=x", "/a#***"),
        ("fragment behind a query", "/a?b=c#d", "/a?b=***#***"),
        ("bare token as query", "/a?eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJib2IifQ.Zq9", "/a?***"),
        ("JWT", "/a/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJib2IifQ.Zq9/b", "/a/***/b"),
        ("hex", "/reset/0123456789abcdef0123456789abcdef/x", "/reset/***/x"),
        ("base64", "/reset/Zq9hunterZq9hunterZq9hunterZq9-_x/x", "/reset/***/x"),
        ("address with a password", "/fetch/postgres://app:s3cretpw@db/x", "/fetch/postgres://app:***@db/x"),
        ("session in the path", "/a;jsessionid=0123;x/b", "/a;jsessionid=***;x/b"),
        ("mail address", "/users/jane@example.com/x", "/users/***@example.com/x"),
        ("known prefix", "/t/ghp_16C7e42F292c6912E7710c838347Ae178B4a", "/t/***"),
        ("card", "/pay/4111111111111111", "/pay/***"),
        ("UUID stays", "/a/550e8400-e29b-41d4-a716-446655440000", "/a/550e8400-e29b-41d4-a716-446655440000"),
        ("number stays", "/orders/500000123", "/orders/500000123"),
        ("words stay", "/blog/internationalization-guide-for-2024-edition", "/blog/internationalization-guide-for-2024-edition"),
        ("short words stay", "/sk-learn/npm_x/core@next", "/sk-learn/npm_x/core@next"),
        ("control characters", "/a\r\n\u{1b}b\u{202e}", "/a\u{fffd}\u{fffd}b\u{fffd}"),
    ];
    assert_rows(rows.map(|(name, path, expected)| (name, redact_path(&Masks::default(), path), expected.to_owned())));
}

/// Marks without their secrets, to be repeated and mixed.
#[rustfmt::skip]
const UNITS: &[&str] = &[
    "password=a ",
    "password=\"",
    "token=[",
    "a://a:",
    "a.",
    "a-",
    "--",
    "eyJ",
    "x@",
    "4111 ",
    "\"token\":{",
    "password: '\n",
    "Bearer realm=",
    "<td>token</td>",
    "&quot;token&quot;:",
    "\\\"token\\\":\\\"",
    "%22token%22%3A%22%5C",
    "-----BEGIN PRIVATE KEY-----",
    "\u{1b}[",
    "\u{202e}",
    "token = a(",
    "pin:",
    "name=\"token\" ",
    "AKIAIOSFODNN7EXAMPLE ",
    "\\",
    "\0",
    "password=a&",
    "password=a\" ",
    "token:\t",
    "a_connect(",
    "->login('",
    "mysql -p",
    "sshpass -p ,",
    "<token a",
    "x@tcp(",
    "a:token ",
];

/// Marks that ask for what comes far behind them.
#[rustfmt::skip]
const AHEAD: &[&str] = &[
    " ", "a-", "a.", "\\n", "token=a\\", "token: ", "token=[ ", "token=[a]b ", "/PWD=", "cookie: a ", "cookie: \"a\", ", "&lt;token&gt;", "<token>",
    "a\"token\"", "\"token\">", "b\"token\",", "token='\n", "token=\\'\n", "token=&quot;\n", "token=%5C%22\n", "token=%22%5C%22", "token <", "a-a-a-a-token: is ", "Bearer%20realm=",
    "-----BEGIN authorization = ", "-----BEGINpassword=a", "name=\"token\">-----BEGIN ", "token=[-----BEGIN ",
    "Bearer ", "a.a.a.a://a:", "a.a.a.a@b-b.", "a%40", "sk-", "sk-..", "hooks.slack.com/services/", "-----BEGIN ", "411 ", "token\n\n",
    "AKIAIOSFODNN7EXAMPLE a/", "A1b2C3d4E5f6G7h8A1b2C3d4E5f6G7h8A1b2C3d4_", "--token -", "- - token: is\n",
];
