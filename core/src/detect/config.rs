//! Dumps of environment or settings: not one variable, which an error may well name, but several with their values.

use super::Category::Configuration;
use super::table::{Detector, literals, why};
use super::text::{contains_any, ends_in_any, is_any, is_name, last, starts_with_any, take, take_back};
use super::view::Hit;
use crate::config::Level::Standard;

pub(crate) const DETECTORS: &[Detector] = &[
    Detector {
        id: "config.missing_variable",
        category: Configuration,
        level: Standard,
        why: why("the name of a variable of the environment that the application needs"),
        anchors: literals!["environment variable", "env variable", "env var "],
        any_case: true,
        check: missing_variable,
    },
    Detector {
        id: "config.unset_variable",
        category: Configuration,
        level: Standard,
        why: why("a variable of the environment by its name alone, and that it is missing: `OPENAI_API_KEY is not set`"),
        anchors: literals!["_KEY", "_SECRET", "_TOKEN", "_URL", "_URI", "_DSN", "_SID", "_PASSWORD", "_HOST"],
        any_case: false,
        check: unset_variable,
    },
    Detector {
        id: "config.environment",
        category: Configuration,
        level: Standard,
        why: why("three or more variables of an environment with their values"),
        anchors: literals![
            "PATH",
            "HOME",
            "HOSTNAME",
            "PWD",
            "SHELL",
            "LANG",
            "USER",
            "DATABASE_",
            "DB_",
            "AWS_",
            "REDIS_",
            "SECRET_KEY",
            "API_KEY",
            "_PASSWORD",
            "_TOKEN",
            "_SECRET",
            "NODE_ENV",
            "APP_",
            "JAVA_HOME",
            "RAILS_",
            "KUBERNETES_",
            "MYSQL_",
            "POSTGRES_",
            "PGHOST",
            "GOPATH",
            "SERVER_",
            "DOCUMENT_ROOT",
            "SCRIPT_FILENAME",
            "REMOTE_ADDR",
            "REMOTE_PORT",
            "GATEWAY_INTERFACE",
            "HTTP_HOST",
            "HTTP_USER_AGENT",
            "HTTP_COOKIE",
            "wsgi.",
            "DJANGO_",
            "FLASK_",
            "ASPNETCORE_",
            "SMTP_",
            "MAIL_",
            "CELERY_",
            "SENTRY_",
            "STRIPE_",
        ],
        any_case: false,
        check: environment,
    },
];

/// `SHOP_KEY` within reach: a name of two words in capitals.
fn missing_variable(hit: &mut Hit<'_>) -> Option<usize> {
    let near = hit.line.get(hit.start.saturating_sub(60)..).unwrap_or_default();
    let near = super::text::first(near, 140);
    // What ASP.NET's own page for clients tells whoever runs it.
    let template = super::text::contains(near, "ASPNETCORE_ENVIRONMENT");
    let named = !template
        && near
            .split(|&byte| !is_upper(byte))
            .any(|word| word.len() > 4 && word.contains(&b'_') && word.iter().any(u8::is_ascii_uppercase));
    named.then_some(hit.start)
}

/// `OPENAI_API_KEY is not set`, `Missing JWT_SECRET`. Codes of errors are written like it, and name what clients send: `API_KEY is missing`.
fn unset_variable(hit: &mut Hit<'_>) -> Option<usize> {
    let (before, prefix) = take_back(hit.before(), is_upper);
    let (_, rest) = take(hit.after(), is_upper);
    let first = prefix.split(|&byte| byte == b'_').next().unwrap_or_default();
    // `ORDER_KEY` is a column.
    let secret = hit.word() != "_KEY" || ends_in_any(prefix, KEYS);
    let named = first.first().is_some_and(u8::is_ascii_uppercase) && !is_any(first, OF_CLIENTS) && secret;
    let (quote, rest) = take(rest, |byte| matches!(byte, b'"' | b'\'' | b'`' | b'\\' | b')'));
    // A missing key of Python's `os.environ`.
    let key = before.ends_with(b": '")
        && is_any(quote, &["'", "'\"", "'\\\""])
        && rest.first().is_none_or(|byte| !is_name(*byte) && *byte != b' ');
    let unset = key || starts_with_any(rest, UNSET) || ends_in_any(before, WANTED);
    // What they import or send may have such names too, and who hosts applications tells their owners.
    let theirs =
        contains_any(last(before, 24), &["olumn", "eader", "ield", "ameter"]) || contains_any(super::text::first(rest, 80), &["your "]);
    (named && unset && !theirs && !before.last().is_some_and(u8::is_ascii_alphanumeric)).then_some(before.len())
}

/// What is said behind the name of a variable that is not there.
const UNSET: &[&str] = &[
    " is not set",
    " is not configured",
    " is not defined",
    " not set",
    " not configured",
    " not defined",
    " not found in",
    " is missing",
    " missing",
    " is required",
    " must be ",
    " is empty",
    " is undefined",
    " undefined",
    " is unset",
];

/// What is said in front of it.
const WANTED: &[&str] = &["issing ", "env: ", "lease set ", "efine ", "onfigure "];

/// What the keys of applications are for.
const KEYS: &[&str] =
    &["API", "SECRET", "ACCESS", "PRIVATE", "ENCRYPTION", "SIGNING", "ROLE", "ANON", "PUBLISHABLE", "MASTER", "APP", "SERVICE"];

/// How the names of what clients send begin, and of codes that say what is wrong with it.
const OF_CLIENTS: &[&str] = &[
    "API",
    "ACCESS",
    "AUTH",
    "CLIENT",
    "USER",
    "REFRESH",
    "SESSION",
    "INVALID",
    "MISSING",
    "BAD",
    "NO",
    "EXPIRED",
    "WRONG",
    "UNKNOWN",
    "DUPLICATE",
    "ERR",
    "ERROR",
    "CSRF",
    "ID",
    "PUBLIC",
    "PRIMARY",
    "FOREIGN",
    "UNIQUE",
    "MALFORMED",
    "REDIRECT",
    "CALLBACK",
    "IMAGE",
    "BASE",
];

/// How many make a dump: the second may be a coincidence of words in a help text.
const DUMP: u32 = 3;

fn is_upper(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_'
}

fn environment(hit: &mut Hit<'_>) -> Option<usize> {
    let (before, _) = take_back(hit.before(), is_upper);
    let is_wsgi = hit.line.get(hit.start) == Some(&b'w');
    let in_wsgi = |byte: u8| is_upper(byte) || byte == b'.' || byte.is_ascii_lowercase();
    let (_, rest) = if is_wsgi { take(hit.after(), in_wsgi) } else { take(hit.after(), |byte| is_upper(byte) || byte == b'.') };
    if before.last().is_some_and(u8::is_ascii_alphanumeric) {
        return None;
    }
    let name = hit.line.get(before.len()..hit.line.len().saturating_sub(rest.len()))?;
    let (closing, rest) = take(rest, |byte| matches!(byte, b'"' | b'\'' | b'\\' | b']' | b' '));
    let (sign, rest) = take(rest, |byte| matches!(byte, b'=' | b':' | b'>' | b'\t' | b','));
    let signed = is_any(sign, &["=", ":", "=>", "\t", "\t\t"]) || sign == b"," && !closing.is_empty() && before.ends_with(b"(\"");
    // A sentence behind a colon is help, not a value.
    let value = rest.trim_ascii_start();
    let sentence = sign == b":" && closing.is_empty() && !matches!(value.first(), Some(b'/' | b'"' | b'\'')) && value.contains(&b' ');
    if !signed || value.is_empty() || sentence || name.len() < 3 {
        return None;
    }
    let position = hit.position.saturating_add(before.len() as u64).saturating_add(1);
    if position > hit.tally.last_setting {
        hit.tally.last_setting = position;
        hit.tally.settings = hit.tally.settings.saturating_add(1);
    }
    (hit.tally.settings >= DUMP).then_some(before.len())
}

#[cfg(test)]
pub(crate) const EXAMPLES: &[super::tests::Example] = &[
    super::tests::Example {
        id: "config.missing_variable",
        leaks: &["Missing required environment variable STRIPE_SECRET_KEY", "SHOP_DB environment variable is not set"],
        clean: &[
            "An environment variable is a setting",
            "by setting the <b>ASPNETCORE_ENVIRONMENT</b> environment variable to <b>Development</b>",
        ],
    },
    super::tests::Example {
        id: "config.unset_variable",
        leaks: &[
            "GEMINI_API_KEY is not configured on server.",
            "OPENAI_API_KEY not configured",
            "Server misconfigured: `RESEND_API_KEY` missing",
            "Missing OPENAI_API_KEY",
            "SUPABASE_URL and SUPABASE_ANON_KEY must be set",
            "missing env: TWILIO_SID",
            "JWT_SECRET must be defined",
            "{\"message\":\"Import failed: 'STRIPE_SECRET_KEY'\"}",
        ],
        clean: &[
            "API_KEY is required",
            "ACCESS_TOKEN not valid",
            "{\"code\":\"INVALID_API_KEY\",\"message\":\"The key is not valid\"}",
            "Error DUPLICATE_KEY is not retryable",
            "The field IMAGE_URL is missing",
            "ORDER_KEY is missing",
            "The column PARTNER_SECRET is required in the import file",
            "Please set TWILIO_AUTH_TOKEN in your project settings.",
            "You must set LINE_ITEM_URL before you submit the order",
            "PARTNER_URL is not valid",
        ],
    },
    super::tests::Example {
        id: "config.environment",
        leaks: &[
            "PATH=/bin:/sbin\nHOME=/\nDB_HOST=db\n",
            "{'APP_ENV': 'production', 'DB_HOST': 'db', 'REDIS_HOST': 'cache'}",
            "<tr><td>SERVER_NAME</td><td>shop</td></tr><tr><td>REMOTE_ADDR</td><td>1.2.3.4</td></tr><tr><td>HTTP_HOST</td><td>shop</td></tr>",
            "{\"APP_ENV\":\"production\",\"DB_HOST\":\"db\",\"REDIS_HOST\":\"cache\"}",
        ],
        clean: &[
            "Set DB_HOST=db before you start",
            "{\"code\":\"DB_UNAVAILABLE\",\"status\":\"APP_ERROR\",\"reason\":\"REDIS_DOWN\",\"kind\":\"SERVER_ERROR\"}",
            "SERVER_ERROR: please try again\nAPP_ERROR: please try again\nMAIL_ERROR: please try again",
        ],
    },
];
