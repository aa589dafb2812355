//! Compiled languages.

use crate::config::Level::Standard;
use crate::detect::Category::Exception;
use crate::detect::table::{Detector, literals, why};
use crate::detect::text::{contains, contains_any, ends_in_name, find, first, is_name, last, starts_with_any, take};
use crate::detect::view::Hit;

pub(crate) const DETECTORS: &[Detector] = &[
    Detector {
        id: "message.jvm",
        category: Exception,
        level: Standard,
        why: why("a message of the JVM or its libraries"),
        anchors: literals![
            "Cannot invoke \"",
            "requirement failed: ",
            "No such property: ",
            "because \"",
            " out of bounds for length ",
            ", length ",
            ", Size: ",
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
            "open JPA Entity",
            "to lazily initialize",
            "could not initialize proxy",
            "commit JPA trans",
            "roll back JPA",
            "to acquire JDBC Conn",
            "Connection is not available, request timed out after",
            "I/O error on ",
            "] during [",
            "No qualifying bean",
            "dependency expressed thr",
            "must not be null\"; SQL",
            "Unrecognized field \"",
            "Cannot deserialize value of type ",
            "Cannot construct instance of ",
            "constructor/factory method",
            "lateinit property ",
            "clojure.lang.",
            "groovy.lang.",
            "kotlin.",
            "scala.",
            "No enum constant ",
            "method violates its general",
            "Cannot store to ",
            "Cannot throw exception because",
            "matching target resource method",
            "resolved, template might",
            "happened during template pars",
            "Failed to instantiate [",
            "Error accessing field",
            "Text '",
            "URI is not absolute",
            "not present in the enum",
            "cast to non-null type",
            "specified as non-null is null",
        ],
        any_case: false,
        check: jvm,
    },
    Detector {
        id: "message.dotnet",
        category: Exception,
        level: Standard,
        why: why("a message of the .NET runtime"),
        anchors: literals![
            "reference not set to an instance",
            "Access to the path '",
            "Could not load type '",
            "Sequence contains no elements",
            "Sequence contains no matching",
            "Sequence contains more than one",
            "Value cannot be null. (Parameter",
            "Nullable object must",
            "Index was outside the bounds of",
            "Unable to cast object of type '",
            "resolve service for type '",
            "The given key '",
            "Input string was not in a correct",
            "load file or assembly",
            "(Parameter '",
            "was out of range. Must be non-n",
            "Could not find file '",
            "Could not find a part of the path",
            "See the inner exception",
            "The login failed for user",
            "Cannot open database \"",
            "The JSON value could not be converted to ",
            "A task was canceled",
            "runtime binding on a null reference",
            "Objektverweis wurde nicht auf",
            "Referencia a objeto no establecida",
            "ence d'objet n'est pas d",
            "Riferimento a un oggetto non impostato",
            "Attempted to divide by zero",
            "operation resulted in an overf",
            "due to the current state of the object",
            "Collection was modified; enumeration",
            "The type initializer for '",
            "Specified argument was out of the range",
            "ConnectionString property has",
            "The SSL connection could not be established",
            "made because the target machine",
            "while saving the entity ch",
            "found and lazy-loading is",
            "Method not found: '",
            "access a disposed object",
            "item with the same key has already been",
            "String was not recognized as a valid",
            "Exception of type '",
            "IDX1",
            "VBScript runtime error",
            "JScript runtime error",
        ],
        any_case: false,
        check: dotnet,
    },
    Detector {
        id: "message.go",
        category: Exception,
        level: Standard,
        why: why("a message of Go's library"),
        anchors: literals![
            "json: cannot unmarshal ",
            "json: unknown field ",
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
            "server selection error: ",
            "redis: ",
            "unsupported Scan, stor",
            "context deadline exceeded",
            "context canceled",
            "unexpected EOF",
            "connection pool timeout",
            "connection reset by peer",
            ": connection refused",
            ": no such file or directory",
            ": permission denied",
            ": i/o timeout",
            ": invalid syntax",
            "sql: ",
            "bufio.Scanner: ",
            "rpc error: code = ",
            "converting argument $",
            "http: ",
            "tls: ",
            "yaml: line ",
            "use of closed network connection",
            "too many open files",
            "XML syntax error on line ",
            "invalid UTF-8",
            "TOML parse error at line ",
        ],
        any_case: false,
        check: go,
    },
    Detector {
        id: "message.rust",
        category: Exception,
        level: Standard,
        why: why("a message of Rust's library or its best-known crates"),
        anchors: literals![
            "(os error ",
            "tcp connect error",
            "error sending request for url",
            "error trying to connect",
            "timed out while waiting for an open conn",
            "rows returned by a query that exp",
            "invalid digit found in string",
            "closed before message compl",
            "builder error: relative URL",
            "already borrowed: BorrowMutError",
            "already mutably borr",
            "index out of bounds: the len is ",
            "error returned from database: ",
            "error communicating with database: ",
            "attempt to subtract with overflow",
            "attempt to add with overflow",
            "attempt to divide by zero",
            "stream did not contain valid UTF-8",
            "Requested application data is not conf",
            "environment variable not found",
            "invalid utf-8 sequence of ",
            "expected value at line ",
            "expected ident at line ",
            "EOF while parsing ",
            "missing field `",
            "unknown field `",
            "unknown variant `",
            "duplicate field `",
            "invalid type: ",
            "trailing characters at line ",
        ],
        any_case: false,
        check: rust,
    },
];

fn jvm(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    match word {
        "because \"" => find(hit.after(), "\" is null").or_else(|| find(hit.after(), "\\\" is null")).is_some(),
        " out of bounds for length " => contains_any(last(hit.before(), 60), &["ndex ", "Range ["]),
        // `begin 0, end -1, length 3`, `offset 5, length 3`, `Index: 5, Size: 4`
        ", length " | ", Size: " => {
            let digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
            let bounds = contains_any(last(hit.before(), 40), &["Index: ", "begin ", "start ", "offset "]);
            bounds && digit(hit.before().last()) && digit(hit.after().first())
        }
        "Cannot invoke \"" => contains(hit.after(), "("),
        "Cannot load from " => contains(hit.after(), "array"),
        "requirement failed: " => hit.is_opened(),
        "No such property: " => contains(hit.after(), " for class: "),
        "No value present" | "Java heap space" | "Request processing failed" => {
            word == "No value present" && hit.is_alone()
                || contains_any(last(hit.before(), 60), &["Exception", "Error"])
                || contains(hit.after(), "xception")
        }
        "I/O error on " => contains(first(hit.after(), 40), "request for"),
        "] during [" => contains(first(hit.after(), 20), "] to ["),
        "lateinit property " => contains(hit.after(), "has not been initialized"),
        "clojure.lang." | "groovy.lang." | "kotlin." | "scala." => {
            let (class, _) = take(hit.after(), |byte| is_name(byte) || byte == b'.');
            let last = class.rsplit(|&byte| byte == b'.').next().unwrap_or_default();
            !ends_in_name(hit.before())
                && last.first().is_some_and(u8::is_ascii_uppercase)
                && contains_any(last, &["Exception", "Error", "Info"])
        }
        "No enum constant " => contains(first(hit.after(), 120), "."),
        "Text '" => contains(hit.after(), "could not be parsed at index") || contains(hit.after(), "could not be parsed: "),
        "Cannot store to " => contains(hit.after(), "array"),
        "Failed to instantiate [" => contains(hit.after(), "]"),
        "could not initialize proxy" => contains(hit.after(), "Session"),
        "JSON parse error: " => {
            starts_with_any(hit.after(), &["Unexpected ", "Cannot deserialize", "Unrecognized", "Invalid", "Cannot construct"])
        }
        "nested exception is " => hit.after().contains(&b'.'),
        _ => true,
    }
    .then_some(hit.start)
}

fn dotnet(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    match word {
        "The given key '" => contains(hit.after(), "was not present in the dictionary"),
        "The JSON value could not be converted to " => contains(hit.after(), "."),
        "A task was canceled" => hit.is_alone(),
        "IDX1" => hit.after().iter().take(4).all(u8::is_ascii_digit) && contains(first(hit.after(), 8), ":"),
        "Exception of type '" => contains(hit.after(), "was thrown"),
        "Could not load type '" => take(hit.after(), |byte| byte != b'\'').0.contains(&b'.'),
        // With its signature: a remote procedure has a name only.
        "Method not found: '" => take(hit.after(), |byte| byte != b'\'').0.contains(&b'('),
        "The type initializer for '" => contains(hit.after(), "'"),
        "(Parameter '" => contains(first(hit.after(), 60), "')"),
        "Access to the path '" => contains(hit.after(), "' is denied"),
        "Could not find file '" => contains_any(first(hit.after(), 80), &["\\", "/"]),
        "Unable to cast object of type '" => contains(hit.after(), " to type "),
        _ => true,
    }
    .then_some(hit.start)
}

fn go(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    let after = hit.after();
    match word {
        "json: unknown field " => hit.is_opened(),
        "cannot unmarshal " => contains_any(after, &[" into Go ", "into "]),
        "strconv.Parse" => contains(after, ": parsing "),
        "interface conversion: " => contains(after, " is "),
        "template: " => {
            let (_, rest) = take(after, |byte| is_name(byte) || matches!(byte, b'.' | b'/' | b'-'));
            rest.strip_prefix(b":").is_some_and(at_digit)
                || contains(first(after, 80), ":") && contains_any(after, &["executing \"", "function \"", "unexpected "])
        }
        "x509: " => contains(after, "certificate"),
        "context deadline exceeded" | "context canceled" | "unexpected EOF" | "too many open files" => {
            hit.is_alone() || hit.before().ends_with(b": ")
        }
        "redis: " => starts_with_any(after, &["nil", "connection pool", "can't", "client is closed", "unexpected"]),
        "sql: " => starts_with_any(
            after,
            &[
                "no rows",
                "Scan error",
                "database is closed",
                "connection is",
                "unknown driver",
                "transaction has",
                "expected ",
                "converting",
            ],
        ),
        "http: " => starts_with_any(
            after,
            &[
                "nil Handler",
                "no such file",
                "named cookie not present",
                "request body too large",
                "server closed",
                "superfluous",
                "multipart",
                "wrote more",
                "Handler timeout",
                "panic serving",
                "TLS handshake",
                "read on closed",
            ],
        ),
        "tls: " => starts_with_any(
            after,
            &[
                "failed to verify",
                "handshake",
                "first record",
                "bad certificate",
                "unknown certificate",
                "internal error",
                "protocol version",
                "no certificates",
                "received",
            ],
        ),
        "yaml: line " => at_digit(after),
        ": connection refused" | ": i/o timeout" | "connection reset by peer" => {
            contains_any(hit.before(), &["dial", "tcp", "connect", "read", "write", "rror"])
        }
        ": no such file or directory" | ": permission denied" => contains_any(
            last(hit.before(), 120),
            &["open ", "stat ", "lstat ", "mkdir ", "exec", "read ", "unlink", "rename", "chdir", "fork/exec", "/", "Errno", "cannot "],
        ),
        ": invalid syntax" => contains_any(hit.before(), &["strconv", "parsing "]),
        "connection pool timeout" | "use of closed network connection" | "unsupported Scan, stor" => true,
        "converting argument $" => at_digit(after),
        "rpc error: code = " => contains(after, "desc ="),
        "invalid UTF-8" => hit.is_alone() && hit.before().ends_with(b": "),
        "reflect: " | "net/http: " => contains_any(
            after,
            &["abort Handler", "request canceled", "timeout awaiting", "TLS handshake", "on zero Value", "invalid header", "Call"],
        ),
        _ => true,
    }
    .then_some(hit.start)
}

fn rust(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    match word {
        "(os error " => at_digit(hit.after().strip_prefix(b"-").unwrap_or(hit.after())),
        "expected value at line " | "expected ident at line " | "EOF while parsing " => hit.is_opened() && contains(hit.after(), "column "),
        "missing field `"
        | "unknown field `"
        | "unknown variant `"
        | "duplicate field `"
        | "invalid type: "
        | "trailing characters at line " => {
            let sentence = word.starts_with("trailing") || contains_any(hit.after(), &[" at line ", "`, expected "]);
            // Behind a colon it may be told of the client's own body, and then it is an answer.
            let before = hit.before().trim_ascii_end();
            let own =
                contains_any(last(before, 60), &["body", "equest", "ayload", "nput", "JSON", "json"]) || !contains(hit.after(), " column ");
            hit.is_opened() && !(before.ends_with(b":") && own) && sentence
        }
        "environment variable not found" | "invalid digit found in string" => hit.is_alone() || hit.before().ends_with(b": "),
        _ => true,
    }
    .then_some(hit.start)
}

fn at_digit(text: &[u8]) -> bool {
    text.first().is_some_and(u8::is_ascii_digit)
}

#[cfg(test)]
pub(crate) const EXAMPLES: &[crate::detect::tests::Example] = &[
    crate::detect::tests::Example {
        id: "message.jvm",
        leaks: &[
            "Cannot invoke \"shop.Cart.total()\" because \"cart\" is null",
            "Index 5 out of bounds for length 3",
            "begin 0, end -1, length 3",
            "Index: 5, Size: 4",
            "For input string: \"abc\"",
            "nested exception is java.io.IOException",
            "No such property: total for class: Script1",
            "{\"error\":\"requirement failed: empty cart\"}",
        ],
        clean: &[
            "It failed because \"cart\" is empty",
            "The ball is out of bounds for length 3 reasons",
            "Width 3, length 4, Size: 5",
            "There is No value present",
            "No such property: 12 Main Street",
            "Password requirement failed: at least 8 letters",
        ],
    },
    crate::detect::tests::Example {
        id: "message.dotnet",
        leaks: &[
            "Object reference not set to an instance of an object.",
            "The given key 'id' was not present in the dictionary.",
            "Value cannot be null. (Parameter 'source')",
            "Could not load type 'Shop.Global'.",
        ],
        clean: &["Could not load type 'A' of the invoice", "The given key 'gold' opens the door", "Could not find file 'report'"],
    },
    crate::detect::tests::Example {
        id: "message.rust",
        leaks: &[
            "No such file or directory (os error 2)",
            "timed out while waiting for an open conn",
            "{\"error\":\"invalid digit found in string\"}",
            "{\"error\":\"missing field `id` at line 1 column 10\"}",
            "{\"error\":\"manifest: unknown variant `tanker`, expected `ferry` or `cargo` at line 1 column 45\"}",
        ],
        clean: &[
            "Windows (os error messages) help",
            "The channel closed for the winter",
            "Request body deserialize error: missing field `id` at line 1 column 10",
            "Invalid request body: trailing characters at line 1 column 20",
        ],
    },
    crate::detect::tests::Example {
        id: "message.go",
        leaks: &[
            "json: cannot unmarshal string into Go struct field Order.id of type int",
            "strconv.Atoi: parsing \"x\": invalid syntax",
            "x509: certificate signed by unknown authority",
        ],
        clean: &["template: choose one", "we cannot unmarshal the parade"],
    },
];
