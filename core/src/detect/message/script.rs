//! Scripting languages, and the operating system that shows through them.

use crate::config::Level::Standard;
use crate::detect::Category::Exception;
use crate::detect::table::{Detector, literals, why};
use crate::detect::text::{contains, contains_any, ends_in_name, first, is_any, is_name, last, lead, starts_with_any, take, take_back};
use crate::detect::view::Hit;

pub(crate) const DETECTORS: &[Detector] = &[
    Detector {
        id: "message.javascript",
        category: Exception,
        level: Standard,
        why: why("a message of a JavaScript engine"),
        anchors: literals![
            "Cannot read properties of ",
            "Cannot set properties of ",
            "Cannot read property '",
            "Cannot set property '",
            "Cannot destructure property ",
            " is not a function",
            " is not iterable",
            " is not a constructor",
            " is not defined",
            "undefined is not an object",
            "null is not an object",
            "Maximum call stack size exceeded",
            "circular structure to JSON",
            " before initialization",
            "is not valid JSON",
            " in JSON at position ",
            "Cannot find module '",
            "UnhandledPromiseRejection",
            "[object Object]\" is not",
            "Expected values to be strictly ",
            "Expected values to be loosely ",
            "secretOrPrivateKey must ",
            "set headers after they are",
            "Nest can't resolve dependencies of ",
            "Cast to ",
            "fetch failed",
            "socket hang up",
            "unable to verify the first certificate",
            "self signed certificate",
            "self-signed certificate",
            "unable to get local issuer certificate",
            "match certificate's alt",
            "KafkaJS",
            "Can't reach database server at",
            "is not extensible",
            "template not found: ",
            "Failed to render '",
            "Parse error on line ",
            " could not be found\"",
            "Failed to lookup view \"",
            "how to serialize a Big",
            "Assignment to constant variable",
            "of empty array with no init",
            "Invalid array length",
            "convert undefined or null",
            "Cannot access '",
            "mix BigInt and other",
            "The \"path\" argument must be of type",
            " argument must be of type string. Received",
            "Class constructor ",
            "Unexpected token '",
            "Unexpected end of JSON input",
            "Received undefined",
        ],
        any_case: false,
        check: javascript,
    },
    Detector {
        id: "message.python",
        category: Exception,
        level: Standard,
        why: why("a message of the Python runtime or library"),
        anchors: literals![
            "'NoneType' object ",
            "' object has no attribute '",
            "' is undefined",
            "' object is not ",
            "' object does not support ",
            "invalid literal for int()",
            "not convert string to float",
            "list index out of range",
            "string indices must be integers",
            "unsupported operand type(s) for",
            "' not supported between instances of",
            "positional argument: '",
            "positional arguments: '",
            "got an unexpected keyword argument",
            "takes 0 positional",
            "takes 1 positional",
            "No module named '",
            "local variable '",
            "not enough values to unpack",
            "too many values to unpack",
            "maximum recursion depth exceeded",
            "HTTPConnectionPool(",
            "HTTPSConnectionPool(",
            "[Errno ",
            "' has no attribute '",
            "codec can't decode byte",
            "codec can't encode char",
            "is not JSON serializable",
            "cannot import name '",
            ") when calling the ",
            "validation error for ",
            "validation errors for ",
            "' has no len()",
            "' was never awaited",
            "Expecting value: line ",
            "Extra data: line ",
            "Expecting property name encl",
            "Expecting ',' delimiter: line ",
            "Expecting ':' delimiter: line ",
            "string starting at: line ",
            "Invalid control character at: line ",
            "Invalid \\escape: line ",
            "QueuePool limit of size ",
            "Unable to locate credentials",
            "matching query does not exist",
            "DoesNotExist at /",
            "division by zero",
            "changed size during iter",
            "only concatenate str (",
            "must be str, not ",
            "str, bytes or os.PathLike",
            "a bytes-like object is required",
            "missing 1 required positional",
            "missing 2 required positional",
            "missing 3 required positional",
            "This event loop is already running",
            "outside of application cont",
            "Working outside of request context",
            "pop from empty list",
            "is not in list",
            "' object cannot be interp",
            "argument of type 'NoneType'",
            "generator didn't ",
            "object is not bound to a Session",
            "greenlet_spawn has",
            "with gufunc signature",
            "could not be broadcast tog",
            "Opening and ending tag mismatch: ",
            "value of the atomic type",
            "index out of range",
            "all arguments converted dur",
            "list indices must be integers",
            "substring not found",
        ],
        any_case: false,
        check: python,
    },
    Detector {
        id: "message.php",
        category: Exception,
        level: Standard,
        why: why("a message of the PHP engine"),
        anchors: literals![
            "Call to undefined function ",
            "Call to undefined method ",
            "Call to a member function ",
            "Undefined variable",
            "Undefined array key",
            "Undefined index: ",
            "Undefined offset: ",
            "Undefined property: ",
            "Trying to get property ",
            "access array offset on",
            "Attempt to read property ",
            "Allowed memory size of ",
            "Maximum execution time of ",
            "failed to open stream: ",
            "Failed to open stream: ",
            "Failed opening required",
            "Class \"",
            "Class '",
            "): Argument #",
            " must be of type ",
            "headers already sent by",
            "Array to string conversion",
            "PHP Fatal error:",
            "PHP Warning:",
            "PHP Notice:",
            "PHP Parse error:",
            "PHP Deprecated:",
            "Target class [",
            "View [",
            "Route [",
            "Unsupported operand types: ",
            "Too few arguments to function ",
            "Cannot redeclare ",
            "Object of class ",
            "Uncaught Error: ",
            "Call to a member function",
            "Cannot use object of type ",
            "Division by zero in ",
            "Modulo by zero",
            "Undefined constant \"",
            "non-object",
            "argument supplied for foreach",
            "foreach() argument must be of type",
            "clone an uncloneable",
            "Syntax error, unexpected",
            "syntax error, unexpected ",
            "Return value must be of type ",
            "Typed property ",
            "No query results for model [",
            "Failed to listen on ",
            "(): ",
            "could not find driver",
        ],
        any_case: false,
        check: php,
    },
    Detector {
        id: "message.ruby",
        category: Exception,
        level: Standard,
        why: why("a message of the Ruby runtime or Rails"),
        anchors: literals![
            "undefined method '",
            "undefined method `",
            "undefined local variable or method ",
            "uninitialized constant ",
            "wrong number of arguments (given ",
            "no implicit conversion of ",
            "wrong argument type ",
            "can't convert ",
            "key not found: \"",
            "unknown attribute '",
            "can't be coerced into ",
            "key not found: :",
            "Couldn't find ",
            "cannot load such file -- ",
            "No route matches [",
            "Errno::E",
            "nil:NilClass",
            "can't modify frozen ",
            "Controller#",
            "stack level too deep",
            "divided by 0",
            "comparison of ",
            "Missing partial ",
            "is missing a template for",
            "Validation failed: ",
            "private method '",
            "private method `",
            "super: no superclass method",
            "bad value for range",
            "incompatible character encodings",
            "invalid byte sequence in ",
            "missing keyword: :",
            "unknown keyword: :",
        ],
        any_case: false,
        check: ruby,
    },
    Detector {
        id: "message.system",
        category: Exception,
        level: Standard,
        why: why("an error of the operating system by its symbol"),
        anchors: literals![
            "ENOENT",
            "EACCES",
            "ECONNREFUSED",
            "ECONNRESET",
            "ETIMEDOUT",
            "ENOTFOUND",
            "EAI_AGAIN",
            "EADDRINUSE",
            "EPIPE",
            "EMFILE",
            "EPERM",
            "EISDIR",
            "ENOSPC",
            "EHOSTUNREACH",
            "ERR_",
        ],
        any_case: false,
        check: system,
    },
];

fn javascript(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    let (before, name) = take_back(hit.before(), |byte| is_name(byte) || matches!(byte, b'.' | b')' | b'(' | b']' | b'['));
    let script = contains_any(last(hit.before(), 40), &["Error(", "throw ", "console."]) || hit.is_in_script();
    match word {
        " is not a function" | " is not iterable" | " is not a constructor" => {
            !script
                && (name.contains(&b'.') && name.first() != Some(&b'.')
                    || before.ends_with(b"Error: ")
                    || name.ends_with(b")")
                    || is_any(name, &["undefined", "null"])
                    // All that is said, and of no word at the beginning of a sentence.
                    || matches!(before.last(), None | Some(b'"' | b'\''))
                        && hit.after().first().is_none_or(|byte| matches!(byte, b'"' | b'\'' | b'\\' | b'\r' | b' '))
                        && (word == " is not a constructor" || name.first().is_some_and(u8::is_ascii_lowercase)))
        }
        // Python's begins so, or with `global`.
        " is not defined" if name.is_empty() => {
            let start = crate::find::rfind(last(before, 80), b"name '").map(|at| last(before, 80).get(..at).unwrap_or_default());
            before.ends_with(b"'")
                && start.is_some_and(|start| {
                    let start = start.strip_suffix(b"global ").unwrap_or(start);
                    matches!(start.trim_ascii_end().last(), None | Some(b'"' | b':'))
                })
        }
        " is not defined" => {
            !script
                && (before.ends_with(b"Error: ")
                    || before.last().is_none_or(|byte| matches!(byte, b'"' | b'\''))
                        && hit.after().first().is_none_or(|byte| matches!(byte, b'"' | b'\'' | b'\\' | b'\r'))
                        && name.iter().all(|&byte| is_name(byte)))
        }
        "template not found: " | "Failed to render '" | "Failed to lookup view \"" => contains(hit.after(), "."),
        "Parse error on line " => hit.after().first().is_some_and(u8::is_ascii_digit),
        " could not be found\"" => contains(last(hit.before(), 60), "The partial "),
        "Cast to " => contains(hit.after(), " failed for value "),
        "fetch failed" | "socket hang up" | "Received undefined" => {
            !script && (hit.is_alone() || last(hit.before(), 3).ends_with(b": ") || hit.before().ends_with(b"reason"))
        }
        "Class constructor " => contains(hit.after(), "cannot be invoked without 'new'"),
        "Cannot access '" => contains(hit.after(), "' before initialization"),
        "Unexpected token '" => !script && contains_any(hit.after(), &["is not valid JSON", " in JSON"]),
        " before initialization" => contains(last(hit.before(), 60), "Cannot access '"),
        "is not valid JSON" | " in JSON at position " => !script && contains_any(last(hit.before(), 120), &["Unexpected ", "Expected "]),
        "Cannot find module '" => !script && !hit.after().is_empty(),
        _ => !script,
    }
    .then_some(hit.start)
}

fn python(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    match word {
        "' object is not " => starts_with_any(hit.after(), &["subscriptable", "callable", "iterable", "an iterator", "JSON"]),
        "local variable '" => contains(hit.after(), "referenced before"),
        // Jinja's, and nothing else: `'order' is undefined`. Of a client's own template it is told in a sentence.
        "' is undefined" => {
            let (outside, _) = take_back(hit.before(), |byte| is_name(byte) || byte == b'.');
            let opened = outside.strip_suffix(b"'").map(<[u8]>::trim_ascii_end);
            let opened = opened.is_some_and(|outside| outside.last().is_none_or(|byte| matches!(byte, b'"' | b'>')));
            opened && hit.after().first().is_none_or(|byte| matches!(byte, b'"' | b'<' | b'\\' | b'\r'))
        }
        "[Errno " => hit.after().starts_with(b"None]") || hit.after().first().is_some_and(|&byte| byte.is_ascii_digit() || byte == b'-'),
        "No module named '" => take(hit.after(), |byte| is_name(byte) || byte == b'.').1.starts_with(b"'"),
        "cannot import name '" => contains(hit.after(), "'"),
        "' has no attribute '" => contains_any(hit.before(), &["module '", "type object '"]),
        "validation error for " | "validation errors for " => {
            last(hit.before(), 6).iter().any(u8::is_ascii_digit) && hit.after().first().is_some_and(u8::is_ascii_uppercase)
        }
        "is not in list" if hit.before().trim_ascii_end().last().is_some_and(u8::is_ascii_digit) => {
            let value = take_back(hit.before().trim_ascii_end(), |byte| byte.is_ascii_digit()).0;
            value.ends_with(b"\"") && hit.after().starts_with(b"\"")
        }
        "division by zero" | "index out of range" | "pop from empty list" | "substring not found" | "is not in list" => {
            hit.is_alone() || contains_any(last(hit.before(), 40), &["Error", "list ", "string ", "tuple ", "bytes"])
        }
        // What a parser says of the client's own body is for the client.
        "Expecting value: line "
        | "Extra data: line "
        | "Expecting property name encl"
        | "Expecting ',' delimiter: line "
        | "Expecting ':' delimiter: line "
        | "string starting at: line "
        | "Invalid control character at: line "
        | "Invalid \\escape: line " => {
            (hit.is_opened() || hit.before().ends_with(b"Error: "))
                && !contains_any(hit.line, &["parse error", "decode error", "json_invalid", "nvalid JSON", "alformed"])
        }
        "must be str, not " => {
            !hit.after().is_empty() && contains_any(first(hit.after(), 12), &["int", "None", "bytes", "list", "dict", "tuple", "float"])
        }
        "generator didn't " => starts_with_any(hit.after(), &["stop", "yield"]),
        ") when calling the " => contains(hit.before(), "error occurred ("),
        _ => true,
    }
    .then_some(hit.start)
}

fn php(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    match word {
        // A warning names its function first.
        "(): " => {
            let (_, name) = take_back(hit.before(), is_name);
            // `preg_match(): Compilation failed`
            let own = name.contains(&b'_') && hit.after().first().is_some_and(u8::is_ascii_uppercase);
            own || !name.is_empty()
                && starts_with_any(
                    hit.after(),
                    &[
                        "Failed ",
                        "failed ",
                        "Unable ",
                        "Permission ",
                        "Argument ",
                        "Unknown ",
                        "Data ",
                        "Write ",
                        "fork ",
                        "Couldn't ",
                        "SSL ",
                    ],
                )
        }
        "could not find driver" => hit.is_alone() || contains(hit.before(), "PDO"),
        "Undefined variable" => starts_with_any(hit.after(), &[" $", ": "]),
        "Undefined array key" => {
            starts_with_any(hit.after(), &[" \"", " \\\"", " '"]) || hit.after().get(1).is_some_and(u8::is_ascii_digit)
        }
        "Class \"" | "Class '" => {
            let (name, rest) = take(hit.after(), |byte| is_name(byte) || byte == b'\\');
            !name.is_empty()
                && starts_with_any(rest.get(lead(rest, |byte| matches!(byte, b'"' | b'\'' | b'\\'))..).unwrap_or_default(), &[" not found"])
        }
        "Target class [" => contains(hit.after(), "] does not exist"),
        "View [" => contains(hit.after(), "] not found"),
        "Route [" => contains(hit.after(), "] not defined"),
        "Object of class " => contains(hit.after(), "could not be converted to"),
        "Cannot redeclare " => contains(hit.after(), "("),
        "Failed to listen on " => contains(hit.after(), "reason:"),
        "non-object" => contains(hit.before(), "property"),
        "syntax error, unexpected " | "Syntax error, unexpected" => !hit.after().is_empty(),
        "Typed property " => contains(hit.after(), "::$"),
        "Division by zero in " => contains(hit.after(), "/"),
        "Modulo by zero" => hit.is_alone() || contains(hit.before(), "Error"),
        " must be of type " => contains(hit.after(), " given"),
        "Allowed memory size of " | "Maximum execution time of " => {
            hit.after().first().is_some_and(u8::is_ascii_digit)
                && contains_any(hit.after(), &["seconds exceeded", "second exceeded", "bytes exhausted"])
        }
        "Call to undefined function " | "Call to undefined method " | "Call to a member function " => contains(hit.after(), "()"),
        _ => true,
    }
    .then_some(hit.start)
}

fn ruby(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    match word {
        "undefined method '" | "undefined method `" => contains(hit.after(), " for "),
        "Couldn't find " => {
            contains_any(hit.after(), &[" with 'id'=", " with '", " without an ID", " with an out of range"])
                && hit.after().first().is_some_and(u8::is_ascii_uppercase)
        }
        "Controller#" => contains_any(
            last(hit.before(), 80),
            &["Error in ", "Exception in ", "Invalid in ", "NotFound in ", "Missing in ", "Template in "],
        ),
        "divided by 0" => hit.is_alone() || contains(last(hit.before(), 30), "Error"),
        "comparison of " => contains(hit.after(), " with ") && contains(hit.after(), " failed"),
        "Missing partial " => take(hit.after(), is_name).1.starts_with(b"/") || contains(first(hit.after(), 40), "_"),
        "is missing a template for" => contains(hit.before(), "#") || contains(hit.after(), "request format"),
        "private method '" | "private method `" => contains(hit.after(), " called for "),
        "Validation failed: " => contains_any(hit.before(), &["RecordInvalid", "::"]),
        "invalid byte sequence in " => starts_with_any(hit.after(), &["UTF", "US-ASCII"]),
        "can't modify frozen " => hit.after().first().is_some_and(|byte| byte.is_ascii_uppercase() || *byte == b'#'),
        "uninitialized constant " => hit.after().first().is_some_and(u8::is_ascii_uppercase),
        "Errno::E" => hit.after().first().is_some_and(u8::is_ascii_uppercase),
        "key not found: \"" => hit.is_opened(),
        "unknown attribute '" => contains(first(hit.after(), 60), "' for "),
        "wrong argument type " => contains_any(first(hit.after(), 60), &[" (expected ", " (must respond"]),
        // `can't convert your file into a table` is a sentence.
        "can't convert " => {
            let class = |text: &[u8]| text.first().is_some_and(u8::is_ascii_uppercase);
            let (from, rest) = take(hit.after(), |byte| byte != b' ');
            (class(from) || from == b"nil") && (rest.strip_prefix(b" into ").is_some_and(class) || rest.starts_with(b" into an exact"))
        }
        "no implicit conversion of " => contains(hit.after(), " into "),
        _ => true,
    }
    .then_some(hit.start)
}

/// A symbol with a place or a call: `connect ECONNREFUSED 10.0.0.5:5432`, `ENOENT: no such file or directory, open 'x'`.
fn system(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    if ends_in_name(hit.before()) {
        return None;
    }
    if word == "ERR_" {
        if hit.is_in_script() {
            return None;
        }
        let (name, rest) = take(hit.after(), |byte| byte.is_ascii_uppercase() || byte == b'_' || byte.is_ascii_digit());
        let prefixes = ["HTTP_", "INVALID_", "MODULE_", "STREAM_", "TLS_", "SSL_", "SOCKET_", "UNHANDLED_", "ASSERTION", "REQUIRE_ESM"];
        let framed = hit.before().ends_with(b"[") && rest.starts_with(b"]");
        // As a member's value only what no application would call its own error.
        let valued = hit.before().ends_with(b"\"")
            && starts_with_any(name, &["INVALID_ARG_", "INVALID_URL", "HTTP_HEADERS", "MODULE_NOT_FOUND", "UNHANDLED_", "TLS_CERT"]);
        return (framed && starts_with_any(name, &prefixes) || valued).then_some(hit.start);
    }
    let after = hit.after();
    let called = contains_any(
        last(hit.before(), 24),
        &["connect ", "read ", "write ", "getaddrinfo ", "listen ", "spawn ", "spawnSync ", "bind ", "Error: "],
    );
    (after.starts_with(b": ") || called && after.first().is_none_or(|byte| !is_name(*byte))).then_some(hit.start)
}

#[cfg(test)]
pub(crate) const EXAMPLES: &[crate::detect::tests::Example] = &[
    crate::detect::tests::Example {
        id: "message.javascript",
        leaks: &[
            "Cannot read properties of undefined (reading 'id')",
            "cart.total is not a function",
            "{\"error\":\"name 'total' is not defined\"}",
            "{\"error\":\"items is not iterable\"}",
            "<script>a=function(){return 1}</script><span title=\"Cannot set properties of null (setting 'x')\">",
            "TypeError: x is not iterable",
            "Cannot access 'cart' before initialization",
            "(node:12) UnhandledPromiseRejectionWarning: Error: boom",
            "Unexpected token < in JSON at position 0",
        ],
        clean: &[
            "Love is not a function",
            "The word is not defined in our list",
            "The name 'Anna' is not defined for this seat",
            "throw new TypeError(t+\" is not a function\")",
            "if(t)throw TypeError(\"x.y is not a constructor\")",
        ],
    },
    crate::detect::tests::Example {
        id: "message.python",
        leaks: &[
            "'NoneType' object is not subscriptable",
            "'Cart' object has no attribute 'total'",
            "invalid literal for int() with base 10: 'x'",
            "[Errno 111] Connection refused",
            "No module named 'shop'",
        ],
        clean: &[
            "The 'small' object is not heavy",
            "no module named so",
            "{\"error\":\"12 is not in list B of our rooms\"}",
            "{\"error\":\"Room 12 is not in list\"}",
        ],
    },
    crate::detect::tests::Example {
        id: "message.php",
        leaks: &[
            "Call to undefined function cart_total()",
            "Undefined variable $cart",
            "Class \"App\\Cart\" not found",
            "Allowed memory size of 134217728 bytes exhausted",
            "Cart::add(): Argument #1 ($id) must be of type int, string given",
            "preg_match(): Compilation failed: missing closing parenthesis at offset 4",
        ],
        clean: &[
            "open(): Opens the shop",
            "Class \"Yoga\" is full",
            "The value must be of type text",
            "Maximum execution time of an order",
        ],
    },
    crate::detect::tests::Example {
        id: "message.ruby",
        leaks: &[
            "undefined method `total' for nil:NilClass",
            "uninitialized constant Cart",
            "Couldn't find Order with 'id'=3",
            "Errno::ECONNREFUSED",
        ],
        clean: &[
            "Couldn't find your order",
            "wrong number of arguments in a debate",
            "Couldn't find Anna with the red hat",
            "You can't modify frozen accounts",
        ],
    },
    crate::detect::tests::Example {
        id: "message.system",
        leaks: &[
            "connect ECONNREFUSED",
            "ENOENT: no such file or directory, open 'x'",
            "getaddrinfo ENOTFOUND db",
            "[ERR_HTTP_HEADERS_SENT]",
        ],
        clean: &["{\"code\":\"ETIMEDOUT\"}", "{\"code\":\"ERR_VALIDATION\"}", "PENOENT: x"],
    },
];
