//! Credentials, tokens and keys.

use super::Category::Credential;
use super::table::{Detector, Literals, literals, why};
use super::text::{contains, contains_any, ends_in_name, first, is_any_case, is_name, take, take_back};
use super::view::Hit;
use crate::config::Level::{Relaxed, Standard};

pub(crate) const DETECTORS: &[Detector] = &[
    Detector {
        id: "secret.aws_key",
        category: Credential,
        level: Relaxed,
        why: why("the ID of an AWS access key"),
        anchors: literals!["AKIA", "ASIA"],
        any_case: false,
        check: aws_key,
    },
    Detector {
        id: "secret.jwt",
        category: Credential,
        level: Standard,
        why: why("a signed JSON web token"),
        anchors: literals!["eyJ"],
        any_case: false,
        check: jwt,
    },
    Detector {
        id: "secret.private_key",
        category: Credential,
        level: Relaxed,
        why: why("a private key in PEM form"),
        anchors: literals!["-----BEGIN "],
        any_case: false,
        check: private_key,
    },
    Detector {
        id: "secret.url_password",
        category: Credential,
        level: Relaxed,
        why: why("a URL with user and password"),
        anchors: literals!["://"],
        any_case: false,
        check: url_password,
    },
    Detector {
        id: "secret.bearer",
        category: Credential,
        level: Standard,
        why: why("an authorization header with its token"),
        anchors: literals!["Bearer ", "Basic ", "bearer "],
        any_case: false,
        check: bearer,
    },
    Detector {
        id: "secret.vendor_token",
        category: Credential,
        level: Relaxed,
        why: why("a token with a vendor's prefix"),
        anchors: Literals(crate::issuer::PREFIXES),
        any_case: false,
        check: vendor_token,
    },
    Detector {
        id: "secret.bot_token",
        category: Credential,
        level: Relaxed,
        why: why("the token of a bot in the path of an address: `/bot7213808860:AAH1...`"),
        anchors: literals!["/bot"],
        any_case: false,
        check: bot_token,
    },
    Detector {
        id: "secret.connection_key",
        category: Credential,
        level: Relaxed,
        why: why("the key of a connection string"),
        anchors: literals![
            "AccountKey=",
            "SharedAccessKey=",
            "SharedSecretValue=",
            "SharedAccessSignature=",
            "aws_secret_access_key",
            "AWS_SECRET_ACCESS_KEY",
            "InstrumentationKey=",
            "&sig=",
        ],
        any_case: false,
        check: connection_key,
    },
    Detector {
        id: "secret.assignment",
        category: Credential,
        level: Standard,
        why: why("a password or secret with its value"),
        anchors: literals!["password", "passwd", "secret", "api_key", "apikey", "access_key", "private_key", "_token", "pwd=", "_pass"],
        any_case: true,
        check: assignment,
    },
];

fn aws_key(hit: &mut Hit<'_>) -> Option<usize> {
    let (key, _) = take(hit.after(), |byte| is_name(byte) || matches!(byte, b'+' | b'/'));
    let valid =
        key.len() == 16 && key.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()) && key.iter().any(u8::is_ascii_digit);
    // The ID in a signed link is none of the secret.
    (valid && !ends_in_name(hit.before()) && !hit.before().ends_with(b"Credential=")).then_some(hit.start)
}

fn is_base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

fn jwt(hit: &mut Hit<'_>) -> Option<usize> {
    let (head, rest) = take(hit.after(), is_base64url);
    let (claims, rest) = take(rest.strip_prefix(b".eyJ")?, is_base64url);
    let (signature, _) = take(rest.strip_prefix(b".").unwrap_or(b""), is_base64url);
    // A long token may be cut off by what a check sees: then its claims are enough.
    (head.len() >= 10 && claims.len() >= 10 && (signature.len() >= 10 || rest.is_empty())).then_some(hit.start)
}

fn private_key(hit: &mut Hit<'_>) -> Option<usize> {
    let (kind, rest) = take(hit.after(), |byte| byte.is_ascii_uppercase() || byte == b' ');
    (kind.ends_with(b"PRIVATE KEY") && rest.starts_with(b"-----")).then_some(hit.start)
}

fn url_password(hit: &mut Hit<'_>) -> Option<usize> {
    let is_part = |byte: u8| {
        !byte.is_ascii_whitespace() && !matches!(byte, b'/' | b':' | b'@' | b'"' | b'\'' | b'<' | b'>' | b'\\' | b'?' | b'#' | b'&' | b',')
    };
    let (user, rest) = take(first(hit.after(), 260), is_part);
    let (password, rest) = take(rest.strip_prefix(b":")?, is_part);
    let (before, scheme) = take_back(hit.before(), |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'.' | b'-'));
    let host = rest.strip_prefix(b"@").and_then(|rest| rest.first()).is_some_and(|&byte| is_name(byte) || byte == b'[');
    (user.len() <= 128 && !password.is_empty() && !is_mask(password) && !scheme.is_empty() && host).then_some(before.len())
}

fn bearer(hit: &mut Hit<'_>) -> Option<usize> {
    let (token, _) = take(hit.after(), |byte| is_base64url(byte) || matches!(byte, b'.' | b'=' | b'+' | b'/' | b'~'));
    let basic = hit.line.get(hit.start..hit.end) == Some(b"Basic ");
    let long = token.len() >= if basic { 12 } else { 20 };
    let mixed = token.iter().any(u8::is_ascii_digit)
        && token.iter().any(u8::is_ascii_alphabetic)
        && (!basic || token.iter().any(u8::is_ascii_uppercase));
    (long && mixed && !is_mask(token)).then_some(hit.start)
}

fn vendor_token(hit: &mut Hit<'_>) -> Option<usize> {
    let (token, rest) = take(hit.after(), |byte| is_base64url(byte) || matches!(byte, b'.' | b'+' | b'/' | b'=' | b'@'));
    let prefix = hit.word();
    let is_token = match prefix {
        // SendGrid: 22 characters, a dot, 43 characters.
        "SG." => token.len() >= 60 && token.get(22) == Some(&b'.'),
        // Maps and Firebase want theirs in the page: it is no secret.
        "AIza" => token.len() >= 31 && !contains_any(hit.line, &["maps.googleapis", "authDomain", "maps/api"]),
        // A commit may be named like it.
        "key-" | "dapi" => take(token, |byte| byte.is_ascii_hexdigit()).0.len() == 32,
        _ if prefix.contains('/') => token.contains(&b'/') || rest.starts_with(b":"),
        _ => token.len() >= 20 && token.split(|&byte| !byte.is_ascii_alphanumeric()).any(looks_issued),
    };
    (is_token && !ends_in_name(hit.before())).then_some(hit.start)
}

fn bot_token(hit: &mut Hit<'_>) -> Option<usize> {
    let (id, rest) = take(hit.after(), |byte| byte.is_ascii_digit());
    let token = ["%3A", ":", "%3a"].iter().find_map(|colon| rest.strip_prefix(colon.as_bytes()))?;
    (id.len() >= 6 && take(token, is_base64url).0.len() >= 30).then_some(hit.start)
}

/// What no name has between two hyphens: ten characters or more with a digit within, where no version stands, or many letters of both cases.
fn looks_issued(part: &[u8]) -> bool {
    let digit = |byte: &u8| byte.is_ascii_digit();
    let within = || part.windows(2).any(|pair| pair.first().is_some_and(digit) && !pair.last().is_some_and(digit));
    let mixed = || part.iter().any(u8::is_ascii_lowercase) && part.iter().filter(|byte| byte.is_ascii_uppercase()).count() >= 6;
    part.len() >= 10 && (part.iter().all(digit) || within()) || part.len() >= 30 && mixed()
}

fn connection_key(hit: &mut Hit<'_>) -> Option<usize> {
    let rest = hit.after();
    let (_, rest) = take(rest, |byte| matches!(byte, b'=' | b':' | b' ' | b'"' | b'\'' | b'\\'));
    let (key, _) = take(rest, |byte| is_base64url(byte) || matches!(byte, b'+' | b'/' | b'=' | b'%'));
    (key.len() >= 20 && key.iter().any(u8::is_ascii_digit)).then_some(hit.start)
}

/// `DB_PASSWORD=hunter2`, `"client_secret": "..."`, `Password=...;`. A value that is a sentence, a mask or a placeholder is none.
fn assignment(hit: &mut Hit<'_>) -> Option<usize> {
    let (before, prefix) = take_back(hit.before(), is_name);
    let (suffix, rest) = take(hit.after(), is_name);
    let word = hit.line.get(before.len()..hit.end.saturating_add(suffix.len()))?;
    // Made for the client, to be sent back.
    if contains_any(prefix, &["csrf", "xsrf", "page", "cursor", "upload", "retry", "resume", "CSRF", "XSRF"]) {
        return None;
    }
    let upper = word.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_');
    // `passwordErrors`, `secretary`, `api_key_url`: a longer word is another thing.
    if !suffix.is_empty() && !is_any_case(suffix, &["_base", "_key", "_id_key", "_key_base", "_access_key", "hash", "_hash", "key", "word"])
    {
        return None;
    }
    let assigned = hit.word().ends_with('=');
    let quoted = matches!(rest.first(), Some(b'"' | b'\'' | b'\\'));
    let rest = rest.get(super::text::lead(rest, |byte| matches!(byte, b'"' | b'\'' | b'\\' | b']'))..).unwrap_or_default();
    // `{"name":"DB_PASSWORD","value":"..."}`, `<add key="DB_PASSWORD" value="..."/>`. In small letters it is a field of a form.
    let (_, value) = take(rest, |byte| byte == b',' || byte.is_ascii_whitespace());
    let value = value.strip_prefix(b"\"").unwrap_or(value).strip_prefix(b"value").filter(|_| upper);
    let rest = value.map_or(rest, |rest| rest.strip_prefix(b"\"").unwrap_or(rest));
    let (_, rest) = take(rest, |byte| byte == b' ');
    let (sign, rest) = take(rest, |byte| matches!(byte, b'=' | b':' | b'>' | b'\t'));
    // Two cells of a table, or of a list with tabs: a manual has such, too, with some words behind the name.
    let (tabs, sign) = (!sign.is_empty(), sign.trim_ascii());
    let cell = tabs && sign.is_empty();
    // `\t class="value">`
    let rest = if cell { without_attributes(rest) } else { rest };
    if !assigned && !cell && !matches!(sign, b"=" | b":" | b"=>") {
        return None;
    }
    let rest = rest.trim_ascii_start();
    if rest.starts_with(b"\"\"") || rest.starts_with(b"''") {
        return None;
    }
    let opened = matches!(rest.first(), Some(b'"' | b'\'' | b'\\'));
    let rest = rest.get(super::text::lead(rest, |byte| matches!(byte, b'"' | b'\'' | b'\\'))..).unwrap_or_default();
    let in_quotes = |byte: u8| !byte.is_ascii_whitespace() && !matches!(byte, b'"' | b'\'' | b'\\');
    let bare = |byte: u8| !byte.is_ascii_whitespace() && !b"\"'\\<>,;&{}()[]".contains(&byte);
    let (value, rest) = if opened { take(rest, in_quotes) } else { take(rest, bare) };
    let whole = rest.first().is_none_or(|byte| match byte {
        b'\t' => cell,
        // PHP's tables have a space at the end of each cell.
        b' ' if cell => rest.starts_with(b" \t"),
        b' ' => !opened,
        _ => matches!(byte, b'"' | b'\'' | b'\\' | b';' | b',' | b'\r' | b'\n' | b'<' | b'}' | b')' | b']' | b'&'),
    });
    let mixed = value.iter().any(u8::is_ascii_digit) && value.iter().any(u8::is_ascii_alphabetic);
    let connection = sign == b"="
        && rest.starts_with(b";")
        && (contains(hit.line, "erver=") || contains(hit.line, "ource=") || contains(hit.line, "ser Id=") || contains(hit.line, "id="));
    let telling = upper && (!prefix.is_empty() || !suffix.is_empty()) && (mixed || !cell)
        || connection
        || mixed && value.len() >= 6 && (quoted || opened || sign == b"=");
    let strict = is_mask(value) || value.len() < 4 || contains(value, "://") || value.starts_with(b"/");
    (whole && telling && !strict).then_some(before.len())
}

/// What follows a cell's name: the attributes of the next cell's tag, and its text, of which this is what is left.
fn without_attributes(rest: &[u8]) -> &[u8] {
    let text = rest.trim_ascii_start();
    let (name, behind) = take(text, |byte| is_name(byte) || byte == b'-');
    let end = if !name.is_empty() && behind.starts_with(b"=") { memchr::memchr(b'>', first(behind, 200)) } else { None };
    end.and_then(|end| behind.get(end.saturating_add(1)..)).unwrap_or(rest)
}

/// `***`, `xxxx`, `[redacted]`, `<hidden>`, `$VAR`.
fn is_mask(value: &[u8]) -> bool {
    let plain = value.iter().all(|byte| matches!(byte, b'*' | b'x' | b'X' | b'.' | b'-' | b'_'));
    plain
        || value.contains(&b'*')
        || is_any_case(
            value,
            &[
                "redacted",
                "hidden",
                "filtered",
                "masked",
                "required",
                "invalid",
                "none",
                "null",
                "true",
                "false",
                "undefined",
                "password",
                "secret",
                "string",
                "text",
                "error",
            ],
        )
        || value.starts_with(b"$")
        || value.starts_with(b"%")
}

#[cfg(test)]
pub(crate) const EXAMPLES: &[super::tests::Example] = &[
    super::tests::Example {
        id: "secret.aws_key",
        leaks: &["key AKIAIOSFODNN7EXAMPLE", "ASIAIOSFODNN7EXAMPL2"],
        clean: &["AKIA means to wait", "XAKIAIOSFODNN7EXAMPLE"],
    },
    super::tests::Example {
        id: "secret.jwt",
        leaks: &["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"],
        clean: &["eyJhbGciOiJIUzI1NiJ9", "eyJ.eyJ.x"],
    },
    super::tests::Example {
        id: "secret.private_key",
        leaks: &["-----BEGIN RSA PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----"],
        clean: &["-----BEGIN CERTIFICATE-----", "-----BEGIN PUBLIC KEY-----"],
    },
    super::tests::Example {
        id: "secret.url_password",
        leaks: &["https://ann:hunter2@shop.test/x", "ftp://a:b@c"],
        clean: &["https://shop.test:8443/a@b", "https://ann:***@shop.test/", "http://shop.test/@x:y"],
    },
    super::tests::Example {
        id: "secret.bearer",
        leaks: &["Authorization: Bearer abcdef0123456789abcdef", "Basic YW5uOmh1bnRlcjI="],
        clean: &["Use a Bearer token", "Bearer realm=\"shop\"", "Basic information is missing"],
    },
    super::tests::Example {
        id: "secret.vendor_token",
        leaks: &[
            "ghp_0123456789abcdefghijABCDEFGHIJ012345",
            "sk_live_0123456789abcdefghijABCD",
            "glrt-t1_Cw8glBcTX-TTocj4mjEsT",
            "xoxb-123456789012-abcdefGHIJKLmnop",
            "https://discord.com/api/webhooks/1042/aBcDeFgHiJkL",
            "hf_aBcDeFgHiJkLmNoPqRsTuVwXyZabCdEfGh",
        ],
        clean: &[
            "npm_config",
            "ghp_short",
            "SG. is short",
            "key-value stores are fast",
            "AIzawa",
            "npm_package_devDependencies_typescript2",
            "class=\"pul-left-on-small-screens-2 pul-right\"",
            "read discord.com/api/webhooks/ first",
            "dapi0123456789abcdef0123456789abcdef01234567",
        ],
    },
    super::tests::Example {
        id: "secret.bot_token",
        leaks: &[
            "Max retries exceeded with url: /bot7213808860:AAH1bjqpKKW3maRSPAxzIU-0v6xNuq2-NjM/sendMessage",
            "url=%2Fbot7213808860%3AAAH1bjqpKKW3maRSPAxzIU-0v6xNuq2-NjM",
        ],
        clean: &["/bots/12:30", "/bot123456:start", "/bot/2024"],
    },
    super::tests::Example {
        id: "secret.connection_key",
        leaks: &["AccountKey=1a2B3c4D5e6F7g8H9i0J1k2L3m4N5o6P7q8R==", "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"],
        clean: &["AccountKey=missing", "set AWS_SECRET_ACCESS_KEY first"],
    },
    super::tests::Example {
        id: "secret.assignment",
        leaks: &[
            "DB_PASSWORD=hunter2",
            "refused (DB_PASSWORD=hunter2)",
            "POST /login?user=ann&password=hunter2&next=/",
            "{\"client_secret\":\"a1b2c3d4e5\"}",
            "Server=db;Database=shop;User Id=sa;Password=hunter;",
            "'SECRET_KEY': 'django-insecure'",
            "<tr><td>DB_PASSWORD</td><td>s3cr3tPr0dPw</td></tr>",
            "<tr>\n  <td>DB_PASSWORD</td>\n  <td class=\"v\">s3cr3tPr0dPw</td>\n</tr>",
            "<td class=\"e\">DB_PASSWORD </td><td class=\"v\">s3cr3tPr0dPw </td>",
            "<dl>\n<dt>DB_PASSWORD</dt>\n<dd>s3cr3tPr0dPw</dd>",
            "<th>AWS_SECRET_ACCESS_KEY</th><td>wJalrXUtnFEMIK7MDENGbPxRfiCYzzzzKEY12345</td>",
            "DB_PASSWORD\ts3cr3tPr0dPw\n",
            "DB_PASSWORD\t= s3cr3tPr0dPw\n",
            "DB_PASSWORD =\ts3cr3tPr0dPw\n",
            "[{\"name\":\"DB_PASSWORD\",\"value\":\"s3cr3tPr0dPw\"}]",
            "{\"name\": \"SECRET_KEY\", \"value\": \"s3cr3tPr0dPw\"}",
            "<add key=\"DB_PASSWORD\" value=\"s3cr3tPr0dPw\"/>",
        ],
        clean: &[
            "{\"password\":\"is too short\"}",
            "{\"password\":[\"is too short\"]}",
            "{\"password\":\"required\"}",
            "Password: at least 8 characters",
            "{\"code\":\"INVALID_PASSWORD\",\"message\":\"x\"}",
            "DB_PASSWORD=********",
            "<input type=\"password\" name=\"password\" id=\"password1\">",
            "Reset your password: https://shop.test/reset",
            "{\"next_page_token\":null}",
            "<td>DB_PASSWORD</td><td>The database's password</td>",
            "<td>DB_PASSWORD</td>\n<td class=\"v\">The1 database's password </td>",
            "<td>API_KEY</td><td>optional</td>",
            "<input type=\"hidden\" name=\"authenticity_token\" value=\"xYz123abc456\">",
            "<input name=\"_token\" value=\"xYz123abc456\">",
        ],
    },
];
