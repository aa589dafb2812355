//! Messages known by who speaks: the package, server or tool that puts its name, its code or its call before what it says.

use crate::config::Level::Standard;
use crate::detect::Category::Exception;
use crate::detect::table::{Detector, literals, why};
use crate::detect::text::{ends_in_any, first, is_digit, is_name, last, take, take_back};
use crate::detect::view::Hit;

pub(crate) const DETECTORS: &[Detector] = &[
    Detector {
        id: "message.package",
        category: Exception,
        level: Standard,
        why: why("what a package of Go says, by its name: `x509: certificate signed by`"),
        anchors: literals![
            "x509: ",
            "tls: ",
            "ssh: handshake",
            "ssh: unable",
            "http2: ",
            "net/http: ",
            "net/url: ",
            "net/mail: ",
            "crypto/aes: ",
            "crypto/bcrypt: ",
            "crypto/cipher: ",
            "crypto/rsa: ",
            "encoding/hex: ",
            "archive/",
            "gob: ",
            "flate: ",
            "gzip: ",
            "zlib: ",
            "bufio: ",
            "multipart: ",
            "reflect: ",
            "reflect.",
            "strconv: ",
            "bcrypt: ",
            "proto: ",
            "oauth2: cannot",
            "oauth2: server",
            "securecookie: ",
            "mvcc: ",
            "asynq: ",
            "leveldb: ",
            "openpgp: ",
            "json: error calling",
            "json: invalid ",
            "json: unsupported",
            "xml: unsupported",
            "sql: expected",
            "sql: unknown",
            "redigo: ",
            "kafka: client",
            "kafka server: ",
            "asn1: ",
            "yaml-cpp: ",
            "cipher: ",
            "ed25519: ",
            "exec: ",
            "png: invalid",
            "image: unknown f",
            "zip: not a valid",
        ],
        any_case: false,
        check: package,
    },
    Detector {
        id: "message.request",
        category: Exception,
        level: Standard,
        why: why("a request that the server itself made and that failed: `Get \"http://stock/v1\": EOF`"),
        anchors: literals![
            "Get \"http",
            "Post \"http",
            "Put \"http",
            "Patch \"http",
            "Delete \"http",
            "Head \"http",
            ", message=",
            "operation error ",
            ") Reason: ",
        ],
        any_case: false,
        check: request,
    },
    Detector {
        id: "message.reply",
        category: Exception,
        level: Standard,
        why: why("what a mail server replied to the application: `550 5.1.1 unknown`"),
        anchors: literals!["421 4.", "450 4.", "451 4.", "452 4.", "454 4.", "530 5.", "535 5.", "550 5.", "552 5.", "553 5.", "554 5.",],
        any_case: false,
        check: reply,
    },
    Detector {
        id: "message.tool",
        category: Exception,
        level: Standard,
        why: why("what a command says that the server ran: `tar: short read`"),
        anchors: literals![
            "fatal: ",
            "tar: ",
            "mkdir: ",
            "sudo: ",
            "gpg: ",
            "rsync: ",
            "scp: ",
            "psql: ",
            "pg_dump: ",
            "mysqldump: ",
            "unzip: ",
            "wget: ",
            "sh: 1: ",
            "sh: line ",
        ],
        any_case: false,
        check: tool,
    },
];

/// Whether a message begins with the literal, or goes on with it behind a colon: at the start of a string, an element, a line or the body.
fn is_begun(hit: &Hit<'_>) -> bool {
    let before = hit.before();
    let starts = hit.position == 0 && before.trim_ascii().is_empty();
    starts || before.last().is_none_or(|byte| matches!(byte, b'"' | b'\'' | b'>' | b'(')) || ends_in_any(before, &[": ", "\u{feff}"])
}

/// Some words, of which the first begins with a letter.
fn is_sentence(text: &[u8]) -> bool {
    text.first().is_some_and(u8::is_ascii_alphabetic) && take(first(text, 60), |byte| byte != b'"').0.contains(&b' ')
}

fn package(hit: &mut Hit<'_>) -> Option<usize> {
    let after = hit.after();
    let rest = match hit.word() {
        // `archive/zip: not a valid file`, `reflect.Set: value of type`
        "archive/" | "reflect." => take(after, is_name).1.strip_prefix(b": ")?,
        word if word.ends_with(": ") => after,
        _ => return is_begun(hit).then_some(hit.start),
    };
    (is_begun(hit) && is_sentence(rest)).then_some(hit.start)
}

fn request(hit: &mut Hit<'_>) -> Option<usize> {
    let after = hit.after();
    let (outside, digits) = take_back(hit.before(), is_digit);
    let tells = match hit.word() {
        ", message=" => digits.len() == 3 && outside.ends_with(b"code=") && !ends_in_any(outside, &["?code=", "&code="]),
        ") Reason: " => digits.len() == 3 && outside.ends_with(b"Exception ("),
        // `operation error S3: PutObject, https response error`
        "operation error " => {
            let (service, rest) = take(after, |byte| is_name(byte) || byte == b' ');
            let (operation, rest) = take(rest.strip_prefix(b": ").unwrap_or_default(), is_name);
            let named = |name: &[u8]| name.first().is_some_and(u8::is_ascii_uppercase);
            named(service) && named(operation) && rest.starts_with(b", ")
        }
        _ => {
            let (_, rest) = take(after, |byte| !matches!(byte, b'"' | b'\\' | b' '));
            is_begun(hit) && (rest.starts_with(b"\": ") || rest.starts_with(b"\\\": "))
        }
    };
    tells.then_some(hit.start)
}

fn reply(hit: &mut Hit<'_>) -> Option<usize> {
    let (_, rest) = take(hit.after(), is_digit);
    let (_, rest) = take(rest.strip_prefix(b".")?, is_digit);
    let rest = rest.strip_prefix(b" ")?;
    // Passed on by a client: `Mail command failed: 550 5.1.1 unknown`. A service for mail tells of replies as such.
    let told = hit.before().strip_suffix(b": ").is_some_and(|before| before.last().is_some_and(u8::is_ascii_alphanumeric));
    (told && is_sentence(rest.strip_prefix(b"<").unwrap_or(rest))).then_some(hit.start)
}

fn tool(hit: &mut Hit<'_>) -> Option<usize> {
    let after = hit.after();
    // A path of the shell: `/bin/sh: 1: convert: not found`.
    let (before, path) = take_back(hit.before(), |byte| is_name(byte) || byte == b'/');
    let begun = is_begun(hit) || hit.word().contains("sh: ") && path.starts_with(b"/") && last(before, 1) != b"/";
    let said = after.first().is_some_and(|byte| byte.is_ascii_lowercase() || matches!(byte, b'/' | b'\'') || is_digit(*byte));
    (begun && said && is_sentence(take(after, |byte| !byte.is_ascii_alphabetic()).1)).then_some(hit.start)
}

#[cfg(test)]
pub(crate) const EXAMPLES: &[crate::detect::tests::Example] = &[
    crate::detect::tests::Example {
        id: "message.package",
        leaks: &[
            "x509: subject with cn=shop not trusted",
            "{\"error\":\"save order: json: error calling MarshalJSON for type *main.X\"}",
            "crypto/rsa: verification error",
            "reflect.Set: value of type string is not assignable",
            "securecookie: the value is not valid",
            "{\"error\":\"image: unknown format\"}",
            "upload: zip: not a valid zip file",
        ],
        clean: &[
            "json: yes",
            "see tls: it is on",
            "{\"sql: a\":1}",
            "the package encoding/xml: read it",
            "{\"text\":\"use ssh: it is safe\"}",
            "{\"error\":\"ssh: permission denied. Add your key.\"}",
            "{\"error\":\"oauth2: the code has expired\"}",
            "json: missing field \"name\"",
            "crypto/usd: market is closed",
            "zip: must have five digits",
            "image: too large",
        ],
    },
    crate::detect::tests::Example {
        id: "message.request",
        leaks: &[
            "Get \"http://stock:8080/v1\": EOF",
            "rates: Post \"https://api.partner.example/v1\": net closed",
            "code=500, message=EOF",
            "operation error S3: PutObject, failed to get rate limit token",
            "Exception (403) Reason: \"username or password not allowed\"",
        ],
        clean: &[
            "Get \"https://shop.example/help\" and read",
            "code=A, message=B",
            "an operation error S3",
            "Surgery operation error rate: low, ok",
            "callback?code=401, message=Unauthorized",
            "Exception (see below) Reason: none",
        ],
    },
    crate::detect::tests::Example {
        id: "message.reply",
        leaks: &["Mail command failed: 550 5.1.1 <a@b.example>: rejected", "{\"error\":\"Invalid login: 535 5.7.8 Credentials invalid\"}"],
        clean: &[
            "{\"bounces\":[{\"status\":\"550 5.1.1 Mailbox unavailable\"}]}",
            "<code>550 5.7.26 Unauthenticated mail is not accepted</code>",
            "550 5.10 per seat",
            "in 550 5.1.1 was released",
            "$1550 5.1.1 a b",
            "454 4.5 stars",
        ],
    },
    crate::detect::tests::Example {
        id: "message.tool",
        leaks: &[
            "fatal: not a git repository",
            "{\"error\":\"/bin/sh: 1: convert: not found\"}",
            "{\"error\":\"tar: short read of it\"}",
            "pg_dump: connection to the server failed",
        ],
        clean: &[
            "It was fatal: the order is gone",
            "<h3>bash: install our CLI</h3>",
            "a jar of tar: 3 EUR",
            "sudo: Yes we can",
            "{\"tar: a\":2}",
        ],
    },
];
