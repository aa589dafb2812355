//! Messages that only a runtime, its library or an operating system writes: internals even without a class in front.

use super::Category::Exception;
use super::table::Detector;
use super::text::{contains, contains_any, ends_in_name, find, first, is_any, is_name, last, lead, starts_with_any, take, take_back};
use super::view::Hit;

pub(crate) const DETECTORS: &[Detector] = &[
    Detector {
        id: "message.javascript",
        category: Exception,
        why: "a message of a JavaScript engine",
        anchors: &[
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
            "Converting circular structure to JSON",
            " before initialization",
            "is not valid JSON",
            " in JSON at position ",
            "Cannot find module '",
            "UnhandledPromiseRejection",
            "[object Object]\" is not",
            "Expected values to be strictly ",
            "Expected values to be loosely ",
        ],
        any_case: false,
        check: javascript,
    },
    Detector {
        id: "message.python",
        category: Exception,
        why: "a message of the Python runtime or library",
        anchors: &[
            "'NoneType' object ",
            "' object has no attribute '",
            "' object is not ",
            "' object does not support ",
            "invalid literal for int()",
            "could not convert string to float",
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
            "codec can't encode character",
            "is not JSON serializable",
            "cannot import name '",
            ") when calling the ",
        ],
        any_case: false,
        check: python,
    },
    Detector {
        id: "message.jvm",
        category: Exception,
        why: "a message of the JVM or its libraries",
        anchors: &[
            "Cannot invoke \"",
            "because \"",
            " out of bounds for length ",
            "For input string: \"",
            " cannot be cast to class ",
            "Cannot load from ",
            "Cannot read field \"",
            "Cannot assign field \"",
            "Failed to convert value of type ",
            "JSON parse error: ",
            "No value present",
            "nested exception is ",
            "Error creating bean with name",
            "GC overhead limit exceeded",
            "Java heap space",
            "Request processing failed",
            "Servlet.service() for servlet",
            "Could not open JPA EntityManager",
        ],
        any_case: false,
        check: jvm,
    },
    Detector {
        id: "message.php",
        category: Exception,
        why: "a message of the PHP engine",
        anchors: &[
            "Call to undefined function ",
            "Call to undefined method ",
            "Call to a member function ",
            "Undefined variable",
            "Undefined array key",
            "Undefined index: ",
            "Undefined offset: ",
            "Undefined property: ",
            "Trying to get property ",
            "Trying to access array offset on value of type",
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
        ],
        any_case: false,
        check: php,
    },
    Detector {
        id: "message.ruby",
        category: Exception,
        why: "a message of the Ruby runtime or Rails",
        anchors: &[
            "undefined method '",
            "undefined method `",
            "undefined local variable or method ",
            "uninitialized constant ",
            "wrong number of arguments (given ",
            "no implicit conversion of ",
            "can't be coerced into ",
            "key not found: :",
            "Couldn't find ",
            "cannot load such file -- ",
            "No route matches [",
            "Errno::E",
            "nil:NilClass",
            "can't modify frozen ",
        ],
        any_case: false,
        check: ruby,
    },
    Detector {
        id: "message.dotnet",
        category: Exception,
        why: "a message of the .NET runtime",
        anchors: &[
            "Object reference not set to an instance of an object",
            "Sequence contains no elements",
            "Sequence contains no matching element",
            "Sequence contains more than one",
            "Value cannot be null. (Parameter",
            "Nullable object must have a value",
            "Index was outside the bounds of the array",
            "Unable to cast object of type '",
            "Unable to resolve service for type '",
            "The given key '",
            "Input string was not in a correct format",
            "Could not load file or assembly",
            "(Parameter '",
            "Index was out of range. Must be non-negative",
            "Could not find file '",
            "Could not find a part of the path",
        ],
        any_case: false,
        check: dotnet,
    },
    Detector {
        id: "message.system",
        category: Exception,
        why: "an error of the operating system by its symbol",
        anchors: &[
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
    Detector {
        id: "message.go",
        category: Exception,
        why: "a message of Go's library",
        anchors: &[
            "json: cannot unmarshal ",
            "json: unsupported ",
            "cannot unmarshal ",
            "strconv.Parse",
            "strconv.Atoi: ",
            "interface conversion: ",
            "context deadline exceeded (",
            "x509: ",
            "template: ",
            "reflect: ",
            "net/http: ",
        ],
        any_case: false,
        check: go,
    },
];

fn javascript(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.line.get(hit.start..hit.end)?;
    let (before, name) = take_back(hit.before(), |byte| is_name(byte) || matches!(byte, b'.' | b')' | b'(' | b']' | b'['));
    let script = contains_any(last(hit.before(), 40), &["Error(", "throw ", "console."]);
    match word {
        b" is not a function" | b" is not iterable" | b" is not a constructor" => {
            !script
                && (name.contains(&b'.') && name.first() != Some(&b'.')
                    || before.ends_with(b"Error: ")
                    || name.ends_with(b")")
                    || is_any(name, &["undefined", "null"]))
        }
        b" is not defined" => {
            !script
                && !name.is_empty()
                && (before.ends_with(b"Error: ")
                    || before.is_empty() && hit.after().trim_ascii_end().is_empty() && name.iter().all(|&byte| is_name(byte)))
        }
        b" before initialization" => contains(last(hit.before(), 60), "Cannot access '"),
        b"is not valid JSON" | b" in JSON at position " => !script && contains_any(last(hit.before(), 120), &["Unexpected ", "Expected "]),
        b"Cannot find module '" => !script && !hit.after().is_empty(),
        _ => !script,
    }
    .then_some(hit.start)
}

fn python(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.line.get(hit.start..hit.end)?;
    match word {
        b"' object is not " => starts_with_any(hit.after(), &["subscriptable", "callable", "iterable", "an iterator", "JSON"]),
        b"local variable '" => contains(hit.after(), "referenced before"),
        b"[Errno " => hit.after().first().is_some_and(|&byte| byte.is_ascii_digit() || byte == b'-'),
        b"No module named '" | b"cannot import name '" => contains(hit.after(), "'"),
        b"' has no attribute '" => contains_any(hit.before(), &["module '", "type object '"]),
        b") when calling the " => contains(hit.before(), "error occurred ("),
        _ => true,
    }
    .then_some(hit.start)
}

fn jvm(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.line.get(hit.start..hit.end)?;
    match word {
        b"because \"" => find(hit.after(), "\" is null").or_else(|| find(hit.after(), "\\\" is null")).is_some(),
        b" out of bounds for length " => contains(last(hit.before(), 40), "ndex "),
        b"Cannot invoke \"" => contains(hit.after(), "("),
        b"Cannot load from " => contains(hit.after(), "array"),
        b"No value present" | b"Java heap space" | b"Request processing failed" => {
            contains_any(last(hit.before(), 60), &["Exception", "Error"]) || contains(hit.after(), "xception")
        }
        b"JSON parse error: " => {
            starts_with_any(hit.after(), &["Unexpected ", "Cannot deserialize", "Unrecognized", "Invalid", "Cannot construct"])
        }
        b"nested exception is " => hit.after().contains(&b'.'),
        _ => true,
    }
    .then_some(hit.start)
}

fn php(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.line.get(hit.start..hit.end)?;
    match word {
        b"Undefined variable" => starts_with_any(hit.after(), &[" $", ": "]),
        b"Undefined array key" => {
            starts_with_any(hit.after(), &[" \"", " \\\"", " '"]) || hit.after().get(1).is_some_and(u8::is_ascii_digit)
        }
        b"Class \"" | b"Class '" => {
            let (name, rest) = take(hit.after(), |byte| is_name(byte) || byte == b'\\');
            !name.is_empty()
                && starts_with_any(rest.get(lead(rest, |byte| matches!(byte, b'"' | b'\'' | b'\\'))..).unwrap_or_default(), &[" not found"])
        }
        b" must be of type " => contains(hit.after(), " given"),
        b"Allowed memory size of " | b"Maximum execution time of " => {
            hit.after().first().is_some_and(u8::is_ascii_digit) && contains(hit.after(), " exceeded") || contains(hit.after(), "exhausted")
        }
        b"Call to undefined function " | b"Call to undefined method " | b"Call to a member function " => contains(hit.after(), "()"),
        _ => true,
    }
    .then_some(hit.start)
}

fn ruby(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.line.get(hit.start..hit.end)?;
    match word {
        b"undefined method '" | b"undefined method `" => contains(hit.after(), " for "),
        b"Couldn't find " => {
            contains_any(hit.after(), &[" with 'id'=", " with '", " without an ID", " with an out of range"])
                && hit.after().first().is_some_and(u8::is_ascii_uppercase)
        }
        b"can't modify frozen " => hit.after().first().is_some_and(|byte| byte.is_ascii_uppercase() || *byte == b'#'),
        b"uninitialized constant " => hit.after().first().is_some_and(u8::is_ascii_uppercase),
        b"Errno::E" => hit.after().first().is_some_and(u8::is_ascii_uppercase),
        b"no implicit conversion of " => contains(hit.after(), " into "),
        _ => true,
    }
    .then_some(hit.start)
}

fn dotnet(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.line.get(hit.start..hit.end)?;
    match word {
        b"The given key '" => contains(hit.after(), "was not present in the dictionary"),
        b"(Parameter '" => contains(first(hit.after(), 60), "')"),
        b"Could not find file '" => contains_any(first(hit.after(), 80), &["\\", "/"]),
        b"Unable to cast object of type '" => contains(hit.after(), " to type "),
        _ => true,
    }
    .then_some(hit.start)
}

/// A symbol with a place or a call: `connect ECONNREFUSED 10.0.0.5:5432`, `ENOENT: no such file or directory, open 'x'`.
fn system(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.line.get(hit.start..hit.end)?;
    if ends_in_name(hit.before()) {
        return None;
    }
    if word == b"ERR_" {
        let (name, rest) = take(hit.after(), |byte| byte.is_ascii_uppercase() || byte == b'_' || byte.is_ascii_digit());
        let prefixes = ["HTTP_", "INVALID_", "MODULE_", "STREAM_", "TLS_", "SSL_", "SOCKET_", "UNHANDLED_", "ASSERTION", "REQUIRE_ESM"];
        return (hit.before().ends_with(b"[") && rest.starts_with(b"]") && starts_with_any(name, &prefixes)).then_some(hit.start);
    }
    let after = hit.after();
    let called =
        contains_any(last(hit.before(), 24), &["connect ", "read ", "write ", "getaddrinfo ", "listen ", "spawn ", "bind ", "Error: "]);
    (after.starts_with(b": ") || called && after.first().is_none_or(|byte| !is_name(*byte))).then_some(hit.start)
}

fn go(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.line.get(hit.start..hit.end)?;
    let after = hit.after();
    match word {
        b"cannot unmarshal " => contains_any(after, &[" into Go ", "into "]),
        b"strconv.Parse" => contains(after, ": parsing "),
        b"interface conversion: " => contains(after, " is "),
        b"template: " => contains(first(after, 80), ":") && contains_any(after, &["executing \"", "function \"", "unexpected "]),
        b"x509: " => contains(after, "certificate"),
        b"reflect: " | b"net/http: " => contains_any(
            after,
            &["abort Handler", "request canceled", "timeout awaiting", "TLS handshake", "on zero Value", "invalid header", "Call"],
        ),
        _ => true,
    }
    .then_some(hit.start)
}

#[cfg(test)]
pub(crate) const EXAMPLES: &[super::tests::Example] = &[
    super::tests::Example {
        id: "message.javascript",
        leaks: &[
            "Cannot read properties of undefined (reading 'id')",
            "cart.total is not a function",
            "TypeError: x is not iterable",
            "Cannot access 'cart' before initialization",
            "(node:12) UnhandledPromiseRejectionWarning: Error: boom",
            "Unexpected token < in JSON at position 0",
        ],
        clean: &[
            "Love is not a function",
            "The word is not defined in our list",
            "throw new TypeError(t+\" is not a function\")",
            "if(t)throw TypeError(\"x.y is not a constructor\")",
        ],
    },
    super::tests::Example {
        id: "message.python",
        leaks: &[
            "'NoneType' object is not subscriptable",
            "'Cart' object has no attribute 'total'",
            "invalid literal for int() with base 10: 'x'",
            "[Errno 111] Connection refused",
            "No module named 'shop'",
        ],
        clean: &["The 'small' object is not heavy", "no module named so"],
    },
    super::tests::Example {
        id: "message.jvm",
        leaks: &[
            "Cannot invoke \"shop.Cart.total()\" because \"cart\" is null",
            "Index 5 out of bounds for length 3",
            "For input string: \"abc\"",
            "nested exception is java.io.IOException",
        ],
        clean: &["It failed because \"cart\" is empty", "The ball is out of bounds for length 3 reasons", "There is No value present"],
    },
    super::tests::Example {
        id: "message.php",
        leaks: &[
            "Call to undefined function cart_total()",
            "Undefined variable $cart",
            "Class \"App\\Cart\" not found",
            "Allowed memory size of 134217728 bytes exhausted",
            "Cart::add(): Argument #1 ($id) must be of type int, string given",
        ],
        clean: &["Class \"Yoga\" is full", "The value must be of type text", "Maximum execution time of an order"],
    },
    super::tests::Example {
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
    super::tests::Example {
        id: "message.dotnet",
        leaks: &[
            "Object reference not set to an instance of an object.",
            "The given key 'id' was not present in the dictionary.",
            "Value cannot be null. (Parameter 'source')",
        ],
        clean: &["The given key 'gold' opens the door", "Could not find file 'report'"],
    },
    super::tests::Example {
        id: "message.system",
        leaks: &[
            "connect ECONNREFUSED",
            "ENOENT: no such file or directory, open 'x'",
            "getaddrinfo ENOTFOUND db",
            "[ERR_HTTP_HEADERS_SENT]",
        ],
        clean: &["{\"code\":\"ETIMEDOUT\"}", "{\"code\":\"ERR_VALIDATION\"}", "PENOENT: x"],
    },
    super::tests::Example {
        id: "message.go",
        leaks: &[
            "json: cannot unmarshal string into Go struct field Order.id of type int",
            "strconv.Atoi: parsing \"x\": invalid syntax",
            "x509: certificate signed by unknown authority",
        ],
        clean: &["template: choose one", "we cannot unmarshal the parade"],
    },
];
