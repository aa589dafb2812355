//! The names of a program's parts, as they stand in its messages: classes with their packages and scopes.

use super::Category::Exception;
use super::table::{Detector, literals, why};
use super::text::{contains, is_any, is_name, last, lead, starts_with_any, take, take_back};
use super::view::Hit;
use crate::config::Level::Standard;

pub(crate) const DETECTORS: &[Detector] = &[
    Detector {
        id: "name.class",
        category: Exception,
        level: Standard,
        why: why("a class with its package: `com.acme.shop.OrderDto`"),
        anchors: literals![
            "com.",
            "org.",
            "net.",
            "io.",
            "java.",
            "javax.",
            "jakarta.",
            "kotlin.",
            "kotlinx.",
            "scala.",
            "dev.",
            "Microsoft.",
            "System."
        ],
        any_case: false,
        check: class,
    },
    Detector {
        id: "name.scope",
        category: Exception,
        level: Standard,
        why: why("a class or function with its scope: `ActiveRecord::RecordInvalid`, `std::bad_alloc`"),
        // With the letter before it: what has only two bytes passes the filter too often.
        anchors: literals![
            "a::", "b::", "c::", "d::", "e::", "f::", "g::", "h::", "i::", "j::", "k::", "l::", "m::", "n::", "o::", "p::", "q::", "r::",
            "s::", "t::", "u::", "v::", "w::", "x::", "y::", "z::",
        ],
        any_case: false,
        check: scope,
    },
    Detector {
        id: "name.namespace",
        category: Exception,
        level: Standard,
        why: why("a class of PHP with its namespace: `App\\Jobs\\SendMail`"),
        anchors: literals![
            "App\\",
            "Doctrine\\",
            "Drupal\\",
            "Entity\\",
            "Exception\\",
            "Exceptions\\",
            "Illuminate\\",
            "Laravel\\",
            "Magento\\",
        ],
        any_case: false,
        check: namespace,
    },
    Detector {
        id: "name.module",
        category: Exception,
        level: Standard,
        why: why("a class from a library's module of errors: `celery.exceptions.NotRegistered`"),
        anchors: literals![".exceptions.", ".errors.", ".error.", ".exc."],
        any_case: false,
        check: module,
    },
    Detector {
        id: "name.qualified",
        category: Exception,
        level: Standard,
        why: why("a class with its modules that is called after what went wrong: `pony.orm.core.ObjectNotFound: Invoice[7]`"),
        anchors: literals![
            "Found: ",
            "Failed: ",
            "Failure: ",
            "Required: ",
            "Invalid: ",
            "Timeout: ",
            "Refused: ",
            "Exists: ",
            "Expired: ",
            "Denied: ",
            "Missing: ",
            "Unavailable: ",
            "Unsupported: ",
            "Exceeded: ",
            "Aborted: ",
            "Violation: ",
        ],
        any_case: false,
        check: qualified,
    },
    Detector {
        id: "name.part",
        category: Exception,
        level: Standard,
        why: why("a part of the program, named in a sentence by what it does there: `controller \"OrderController\" could not`"),
        anchors: literals![
            "Controller",
            "Servlet",
            "Repository",
            "Middleware",
            "Interceptor",
            "Factory",
            "Resolver",
            "Service'",
            "Handler'",
            "Handler\"",
        ],
        any_case: false,
        check: part,
    },
    Detector {
        id: "name.tag",
        category: Exception,
        level: Standard,
        why: why("an exception as Ruby, Crystal and Nim print it: `#<KeyError: ...>`, `[KeyError]`"),
        anchors: literals!["\"#<", " #<", "Error]", "Defect]", "Exception]"],
        any_case: false,
        check: tag,
    },
];

/// At least a lower-case package and a class behind the anchor; not part of a host, a path or another name.
fn class(hit: &mut Hit<'_>) -> Option<usize> {
    let before = hit.before().last().copied().unwrap_or(b' ');
    let inside = is_name(before) || matches!(before, b'.' | b'/' | b'@' | b'-' | b'%' | b'#');
    let (name, after) = take(hit.after(), |byte| is_name(byte) && byte.is_ascii() || byte == b'.');
    let mut parts = name.split(|&byte| byte == b'.');
    let package = parts.clone().take_while(|part| part.first().is_some_and(u8::is_ascii_lowercase)).count();
    let class = parts.nth(package).unwrap_or_default();
    let camel = class.len() > 2 && class.first().is_some_and(u8::is_ascii_uppercase) && class.iter().any(u8::is_ascii_lowercase);
    let vendor = hit.line.get(hit.start).is_some_and(u8::is_ascii_uppercase);
    let enough = package > 0 || vendor && name.split(|&byte| byte == b'.').count() > 1;
    (!inside && camel && enough && !matches!(after.first(), Some(b'/' | b'@' | b'#'))).then_some(hit.start)
}

/// Two names that begin with capitals, or those of a module and what is in it, as in Rust and C++.
/// No folder of Windows, which has a backslash or a colon before it.
fn namespace(hit: &mut Hit<'_>) -> Option<usize> {
    let (before, outer) = take_back(hit.before(), is_name);
    let after = hit.after();
    let (class, rest) = take(after.strip_prefix(b"\\").unwrap_or(after), is_name);
    // `App` may be a folder, too.
    let deep = hit.word() != "App\\" || rest.starts_with(b"\\") && rest.iter().any(u8::is_ascii_alphanumeric);
    let camel = class.first().is_some_and(u8::is_ascii_uppercase) && class.iter().any(u8::is_ascii_lowercase);
    let folder = matches!(before.last(), Some(b'\\' | b'/' | b':'));
    // What a comment belongs to, as APIs of Laravel tell: `"commentable_type":"App\Models\Post"`.
    let kind = contains(last(before, 24), "_type");
    (camel && deep && outer.is_empty() && !folder && !kind).then_some(hit.start)
}

fn scope(hit: &mut Hit<'_>) -> Option<usize> {
    let (before, left) = take_back(hit.line.get(..hit.end.checked_sub(2)?)?, |byte| is_name(byte) && byte.is_ascii());
    let right = hit.after().get(..lead(hit.after(), |byte| is_name(byte) && byte.is_ascii()))?;
    let camel = |name: &[u8]| name.len() > 2 && name.first().is_some_and(u8::is_ascii_uppercase) && name.iter().any(u8::is_ascii_lowercase);
    // `AWS::S3::Bucket` names a kind of resource, and is meant for who uses it.
    let module = |name: &[u8]| name.len() > 2 && name.iter().all(|byte| byte.is_ascii_lowercase() || *byte == b'_');
    let path = module(left) && module(right) && (left.contains(&b'_') || left == b"std");
    let cloud = before.ends_with(b"AWS::") || left == b"AWS";
    let rest = hit.after().get(right.len()..)?;
    // Of PHP: `Bread::$price`, `Bread::bake() does not exist`.
    // With its namespace: `App\Models\Order::find`.
    let namespaced = camel(left) && !right.is_empty() && before.ends_with(b"\\");
    let member = namespaced
        || camel(left)
            && (right.first() == Some(&b'$') && right.len() > 2
                || !right.is_empty()
                    && rest.strip_prefix(b"()").is_some_and(|rest| {
                        rest.starts_with(b": ") || rest.first() == Some(&b' ') && rest.get(1).is_some_and(u8::is_ascii_lowercase)
                    }));
    if member && !hit.is_in_script() {
        return Some(before.len());
    }
    // All that is said, or what a message begins with: `vector::reserve`, `std::get: wrong index for variant`.
    let lower = module(left) && module(right) && (rest.is_empty() || starts_with_any(rest, &[": ", "\"", "\\", "\r"]));
    // A match arm or a call of a program that is shown.
    let code = starts_with_any(rest.trim_ascii_start(), &["=", "(", "{", ";", ","]);
    ((camel(left) && camel(right) || path) && !code && !cloud && is_begun(before) || lower && (is_begun(before) || before.ends_with(b": ")))
        .then_some(before.len())
}

/// Whether a message begins here: documentation names classes within its sentences.
fn is_begun(before: &[u8]) -> bool {
    let said = before.trim_ascii();
    let cell = take_back(before, |byte| byte == b' ').0.ends_with(b"\t");
    said.is_empty() || cell || matches!(before.last(), Some(b'"' | b'\'' | b'(' | b'['))
}

fn module(hit: &mut Hit<'_>) -> Option<usize> {
    let (before, name) = take_back(hit.before(), |byte| is_name(byte) && byte.is_ascii() || byte == b'.');
    let class = hit.after().get(..lead(hit.after(), |byte| is_name(byte) && byte.is_ascii()))?;
    let camel = class.len() > 3 && class.first().is_some_and(u8::is_ascii_uppercase) && class.iter().any(u8::is_ascii_lowercase);
    // No call in a script, nor a host.
    let code = matches!(hit.after().get(class.len()), Some(b'(' | b'=' | b'/'));
    (name.len() > 2 && camel && !code && !before.ends_with(b"/")).then_some(before.len())
}

/// At least two modules before the class.
fn qualified(hit: &mut Hit<'_>) -> Option<usize> {
    let (before, name) = take_back(hit.line.get(..hit.end.checked_sub(2)?)?, |byte| is_name(byte) && byte.is_ascii() || byte == b'.');
    let class = name.rsplit(|&byte| byte == b'.').next().unwrap_or_default();
    let modules = name.strip_suffix(class)?.strip_suffix(b".")?;
    let lower = modules.split(|&byte| byte == b'.').all(|module| module.first().is_some_and(u8::is_ascii_lowercase));
    (lower && modules.contains(&b'.') && class.first().is_some_and(u8::is_ascii_uppercase) && !before.ends_with(b"/"))
        .then_some(before.len())
}

/// In quotes or brackets within a sentence, which goes on or ends behind it: a value of JSON stands alone.
fn part(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    let (before, prefix) = take_back(hit.before(), |byte| is_name(byte) || matches!(byte, b'.' | b'/'));
    let (sentence, opened) = take_back(before, |byte| matches!(byte, b'"' | b'\'' | b'[' | b'\\' | b'`'));
    let closing = word.as_bytes().last().filter(|byte| !byte.is_ascii_alphabetic()).map_or(hit.end, |_| hit.end.saturating_sub(1));
    let (closed, rest) = take(hit.line.get(closing..)?, |byte| matches!(byte, b'"' | b'\'' | b']' | b'\\' | b'`'));
    let said = sentence.strip_suffix(b" ")?.last().is_some_and(|byte| byte.is_ascii_lowercase() || *byte == b':');
    let goes_on = matches!(rest, [b' ', next, ..] if next.is_ascii_lowercase());
    let ends = opened.first() == Some(&b'[') || closed.len() > 1;
    let ended = rest.trim_ascii_start().first().is_none_or(|byte| matches!(byte, b'}' | b'.'));
    let quoted = !opened.is_empty()
        && (opened.len() == 1 || opened.first() == Some(&b'\\'))
        && !closed.is_empty()
        && !prefix.is_empty()
        && prefix.last() != Some(&b'/');
    (quoted && said && (goes_on || ends && ended) && !hit.is_in_script()).then_some(before.len())
}

fn tag(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    if word.ends_with("#<") {
        let (name, rest) = take(hit.after(), |byte| is_name(byte) || byte == b':');
        let class = name.first().is_some_and(u8::is_ascii_uppercase) && name.len() > 3;
        return (class && (name.contains(&b':') || starts_with_any(rest, &[" ", ">"]))).then_some(hit.start);
    }
    let (before, prefix) = take_back(hit.before(), |byte| is_name(byte) || byte == b'.');
    let kind = word.strip_suffix(']').unwrap_or(word);
    let name = hit.line.get(before.len()..hit.start.saturating_add(kind.len()))?;
    let class = name.rsplit(|&byte| byte == b'.').next().unwrap_or_default();
    let known = is_any(class, super::exception::BUILTIN) && !is_any(class, super::exception::CODES)
        || class.ends_with(b"Defect")
        || class.ends_with(b"Exception");
    (before.ends_with(b"[") && !prefix.is_empty() && class.first().is_some_and(u8::is_ascii_uppercase) && known)
        .then(|| before.len().saturating_sub(1))
}

#[cfg(test)]
pub(crate) const EXAMPLES: &[super::tests::Example] = &[
    super::tests::Example {
        id: "name.class",
        leaks: &[
            "required for type with serial name 'com.acme.api.UserDto'",
            "not-null property references a null value : com.acme.User.name",
            "bean of type [javax.sql.DataSource] exists",
            "reading Microsoft.Extensions.Options failed",
            "no view for System.Web.Mvc.ViewResult",
        ],
        clean: &[
            "See https://com.example.Shop/x and radio.example.com.",
            "{\"__type\":\"com.shop.coral#ResourceNotFoundException\"}",
            "Write to ana@de.example.Team or read org.example",
            "type.googleapis.com/google.rpc.ErrorInfo",
            "Sold by Example.com. Please call us",
            "Microsoft.Graph",
            "Restart the System.Then sign in again",
        ],
    },
    super::tests::Example {
        id: "name.namespace",
        leaks: &["Unable to resolve App\\Services\\Pay", "{\"error\":\"App\\\\Jobs\\\\SendMail has been attempted\"}"],
        clean: &[
            "the folder Data\\App\\Files",
            "App\\data",
            "Select App\\Services and press OK",
            "a MyApp\\Http",
            "{\"owner_type\":\"App\\\\Models\\\\Post\"}",
        ],
    },
    super::tests::Example {
        id: "name.scope",
        leaks: &[
            "ActionController::InvalidAuthenticityToken",
            "{\"error\":\"Faraday::ConnectionFailed\"}",
            "(Shop::Cart is not loaded)",
            "{\"detail\":\"svix_server::error: context trace\"}",
            "vector::reserve",
            "It failed: std::get: wrong index for variant",
            "Cannot access private property Bread::$price",
            "Method Bread::bake() does not exist",
            "Getting unknown property: app\\models\\Order::totl",
        ],
        clean: &[
            "a::before { color: red }",
            "Read about Option::Some and friends",
            "  Ordering::Less => small(),",
            "fe80::1",
            "Note:: Important",
            "AWS::S3::Bucket",
            "AWS::Lambda::Function",
            "use Read::all() // and more",
            "Write div::before for the arrow",
        ],
    },
    super::tests::Example {
        id: "name.module",
        leaks: &["Task result backend: celery.exceptions.NotRegistered: 'x'", "{\"type\":\"pymongo.errors.AutoReconnect\"}"],
        clean: &["t.errors.ValidationError=1", "https://x.exceptions.Shop/a", "form.errors.name", "read about it.errors.Then go"],
    },
    super::tests::Example {
        id: "name.qualified",
        leaks: &["Sorry: pony.orm.core.ObjectNotFound: Invoice[7]", "{\"error\":\"shop.orders.PaymentFailed: no\"}"],
        clean: &["Not Found: /x", "https://a.shop.example.Found: x", "Lost and.Found: a hat"],
    },
    super::tests::Example {
        id: "name.part",
        leaks: &[
            "The requested controller \"OrderController\" could not be resolved",
            "can't find component [services.OrderResolver]",
            "{\"error\":\"Method \\\"shw\\\" missing on \\\"App/Http/OrdersController\\\"\"}",
        ],
        clean: &[
            "{\"service\": \"OrderService\", \"status\": \"down\"}",
            "{\"services\": [\"OrderService\"]}",
            "The \"Customer Service\" is closed",
            "Pair the Xbox 'Controller' first",
            "[PaymentService] is closed. Call us.",
        ],
    },
    super::tests::Example {
        id: "name.tag",
        leaks: &[
            "failed with #<KeyError:Missing hash key: \"od\">",
            "key not found: session_id [KeyError]",
            "{\"error\":\"#<Shop::Cart id: 3>\"}",
        ],
        clean: &[
            "[InternalServerError] try again",
            "[ConnectionError] We could not reach your bank",
            "issue #<b>12</b>",
            "See [ValidationError]",
            "#<a href=\"x\">",
        ],
    },
];
