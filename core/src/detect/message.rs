//! Messages that only a runtime, its library or an operating system writes: internals even without a class in front.

use super::Category::Exception;
use super::table::{Detector, why};
use super::text::{contains, contains_any, ends_in_name, find, first, is_any, is_name, last, lead, starts_with_any, take, take_back};
use super::view::Hit;
use crate::config::Level::Standard;

pub(crate) const DETECTORS: &[Detector] = &[
    Detector {
        id: "message.javascript",
        category: Exception,
        level: Standard,
        why: why("a message of a JavaScript engine"),
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
            "secretOrPrivateKey must ",
            "Cannot set headers after they are sent",
            "Nest can't resolve dependencies of ",
            "Cast to ",
            "fetch failed",
            "socket hang up",
            "unable to verify the first certificate",
            "self signed certificate",
            "self-signed certificate",
            "unable to get local issuer certificate",
            "does not match certificate's altnames",
            "KafkaJS",
            "Can't reach database server at",
            "is not extensible",
            "template not found: ",
            "Failed to render '",
            "Parse error on line ",
            " could not be found\"",
            "Failed to lookup view \"",
            "Do not know how to serialize a BigInt",
            "Assignment to constant variable",
            "Reduce of empty array with no initial value",
            "Invalid array length",
            "Cannot convert undefined or null to object",
            "Cannot access '",
            "Cannot mix BigInt and other types",
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
            "validation error for ",
            "validation errors for ",
            "' has no len()",
            "' was never awaited",
            "Expecting value: line ",
            "Extra data: line ",
            "Expecting property name enclosed in double quotes",
            "QueuePool limit of size ",
            "Unable to locate credentials",
            "matching query does not exist",
            "DoesNotExist at /",
            "division by zero",
            "dictionary changed size during iteration",
            "can only concatenate str (not",
            "must be str, not ",
            "expected str, bytes or os.PathLike object",
            "a bytes-like object is required",
            "missing 1 required positional",
            "missing 2 required positional",
            "missing 3 required positional",
            "This event loop is already running",
            "Working outside of application context",
            "Working outside of request context",
            "pop from empty list",
            "is not in list",
            "' object cannot be interpreted as an integer",
            "argument of type 'NoneType'",
            "generator didn't ",
            "object is not bound to a Session",
            "greenlet_spawn has not been called",
            "with gufunc signature",
            "operands could not be broadcast together",
            "Opening and ending tag mismatch: ",
            "is not a valid value of the atomic type",
            "index out of range",
            "not all arguments converted during",
            "list indices must be integers",
            "substring not found",
        ],
        any_case: false,
        check: python,
    },
    Detector {
        id: "message.jvm",
        category: Exception,
        level: Standard,
        why: why("a message of the JVM or its libraries"),
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
            "failed to lazily initialize a collection",
            "could not initialize proxy",
            "Could not commit JPA transaction",
            "Could not roll back JPA transaction",
            "Unable to acquire JDBC Connection",
            "Connection is not available, request timed out after",
            "I/O error on ",
            "] during [",
            "No qualifying bean of type ",
            "Unsatisfied dependency expressed through",
            "must not be null\"; SQL",
            "Unrecognized field \"",
            "Cannot deserialize value of type ",
            "Cannot construct instance of ",
            "no String-argument constructor/factory method",
            "lateinit property ",
            "clojure.lang.",
            "groovy.lang.",
            "kotlin.",
            "scala.",
            "No enum constant ",
            "Comparison method violates its general contract",
            "Cannot store to ",
            "Cannot throw exception because",
            "Unable to find matching target resource method",
            "could not be resolved, template might not exist",
            "An error happened during template parsing",
            "Failed to instantiate [",
            "Error accessing field",
            "Text '",
            "URI is not absolute",
            "not present in the enum",
            "null cannot be cast to non-null type",
            "Parameter specified as non-null is null",
        ],
        any_case: false,
        check: jvm,
    },
    Detector {
        id: "message.php",
        category: Exception,
        level: Standard,
        why: why("a message of the PHP engine"),
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
            "Invalid argument supplied for foreach()",
            "foreach() argument must be of type",
            "Trying to clone an uncloneable object",
            "Syntax error, unexpected",
            "syntax error, unexpected ",
            "Return value must be of type ",
            "Typed property ",
            "No query results for model [",
            "Failed to listen on ",
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
        id: "message.dotnet",
        category: Exception,
        level: Standard,
        why: why("a message of the .NET runtime"),
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
            "See the inner exception",
            "The login failed for user",
            "Cannot open database \"",
            "The JSON value could not be converted to ",
            "A task was canceled",
            "runtime binding on a null reference",
            "Objektverweis wurde nicht auf eine Objektinstanz",
            "Referencia a objeto no establecida",
            "ence d'objet n'est pas d",
            "Riferimento a un oggetto non impostato",
            "Attempted to divide by zero",
            "Arithmetic operation resulted in an overflow",
            "Operation is not valid due to the current state",
            "Collection was modified; enumeration",
            "The type initializer for '",
            "Specified argument was out of the range of valid values",
            "The ConnectionString property has not been",
            "The SSL connection could not be established",
            "No connection could be made because the target machine",
            "An error occurred while saving the entity changes",
            "was not found and lazy-loading is not available",
            "Method not found: '",
            "Cannot access a disposed object",
            "An item with the same key has already been added",
            "String was not recognized as a valid",
            "Exception of type '",
            "IDX1",
            "Microsoft VBScript runtime error",
            "Microsoft JScript runtime error",
        ],
        any_case: false,
        check: dotnet,
    },
    Detector {
        id: "message.system",
        category: Exception,
        level: Standard,
        why: why("an error of the operating system by its symbol"),
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
        level: Standard,
        why: why("a message of Go's library"),
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
            "server selection error: ",
            "redis: ",
            "unsupported Scan, storing driver.Value",
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
            "expected at least one value",
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
        anchors: &[
            "(os error ",
            "tcp connect error",
            "error sending request for url",
            "error trying to connect",
            "pool timed out while waiting for an open connection",
            "no rows returned by a query that expected to return",
            "invalid digit found in string",
            "connection closed before message completed",
            "channel closed",
            "builder error: relative URL",
            "already borrowed: BorrowMutError",
            "already mutably borrowed: BorrowError",
            "index out of bounds: the len is ",
            "error returned from database: ",
            "error communicating with database: ",
            "attempt to subtract with overflow",
            "attempt to add with overflow",
            "attempt to divide by zero",
            "stream did not contain valid UTF-8",
            "Requested application data is not configured correctly",
            "environment variable not found",
            "invalid utf-8 sequence of ",
            "expected value at line ",
            "EOF while parsing ",
        ],
        any_case: false,
        check: rust,
    },
    Detector {
        id: "message.beam",
        category: Exception,
        level: Standard,
        why: why("a message of Elixir or a term of Erlang"),
        anchors: &[
            "not found in: %{",
            "no function clause matching in ",
            "no match of right hand side value",
            "no case clause matching",
            "no cond clause evaluated to",
            "protocol Enumerable not implemented",
            "not implemented for ",
            "(undefined function)",
            "is undefined or private",
            "{badmatch,",
            "{case_clause,",
            "{function_clause,",
            "{badarg,",
            "{badarith,",
            "{undef,[",
            "{file,\"",
            "{error,enoent}",
            "gen_server,",
            "proc_lib,",
            "bad argument in arithmetic expression",
            "(EXIT from ",
        ],
        any_case: false,
        check: beam,
    },
    Detector {
        id: "message.other_language",
        category: Exception,
        level: Standard,
        why: why("a message of the runtimes of Haskell, Swift, Dart, Lua, OCaml, Tcl, R or Julia"),
        anchors: &[
            "CallStack (from HasCallStack)",
            "Prelude.head: empty list",
            "Non-exhaustive patterns in ",
            "Unexpectedly found nil while unwrapping",
            "unexpectedly found nil while unwrapping",
            "Null check operator used on a null value",
            "The method '",
            "The getter '",
            "attempt to index a nil value",
            "attempt to index ",
            "attempt to call a nil value",
            "attempt to call ",
            "attempt to perform arithmetic on ",
            "attempt to concatenate ",
            "attempt to compare ",
            "stack traceback:",
            "bad argument #",
            "Fatal error: exception ",
            "can't read \"",
            "invalid command name \"",
            "MethodError: no method matching",
            "Can't locate object method ",
            "Can't locate ",
            "Can't call method \"",
            "Use of uninitialized value",
            "Global symbol \"",
            "Undefined subroutine &",
            "Not a HASH reference",
            "Not an ARRAY reference",
            "Error in eval(",
            "Error in ",
            "In procedure ",
            "Unbound variable: ",
            "Unknown procedure: ",
            "invoked from within",
            "while executing",
            "can't use non-numeric string as operand",
            "not known in dictionary",
            "X::",
            "Access violation",
            "is an invalid integer",
            " is not of type ",
            "junk in string '",
            "arithmetic error ",
            "Prelude.read: no parse",
            "errno=",
            " of argument",
            "' not found",
            "is not TRUE",
            "BEGIN failed--compilation aborted",
        ],
        any_case: false,
        check: other_language,
    },
    Detector {
        id: "message.cloud",
        category: Exception,
        level: Standard,
        why: why("what a cloud or a cluster answers to the application, with resources and accounts of the operator"),
        anchors: &[
            "arn:aws:",
            "arn:aws-",
            "is not authorized to perform: ",
            "system:serviceaccount:",
            "LdapErr: DSID-",
            "on resource projects/",
            "(Service: ",
            "The security token included in the request is",
            "does not have storage.",
            "googleapi: Error ",
            "Could not load the default credentials",
            "DefaultAzureCredential failed",
            "AADSTS",
        ],
        any_case: false,
        check: cloud,
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
                    || before.last().is_none_or(|byte| matches!(byte, b'"' | b'\''))
                        && hit.after().first().is_none_or(|byte| matches!(byte, b'"' | b'\'' | b'\\' | b'\r'))
                        && name.iter().all(|&byte| is_name(byte)))
        }
        b"template not found: " | b"Failed to render '" | b"Failed to lookup view \"" => contains(hit.after(), "."),
        b"Parse error on line " => hit.after().first().is_some_and(u8::is_ascii_digit),
        b" could not be found\"" => contains(last(hit.before(), 60), "The partial "),
        b"Cast to " => contains(hit.after(), " failed for value "),
        b"fetch failed" | b"socket hang up" | b"Received undefined" => {
            !script && (hit.is_alone() || last(hit.before(), 3).ends_with(b": ") || hit.before().ends_with(b"reason"))
        }
        b"Class constructor " => contains(hit.after(), "cannot be invoked without 'new'"),
        b"Cannot access '" => contains(hit.after(), "' before initialization"),
        b"Unexpected token '" => !script && contains_any(hit.after(), &["is not valid JSON", " in JSON"]),
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
        b"[Errno " => hit.after().starts_with(b"None]") || hit.after().first().is_some_and(|&byte| byte.is_ascii_digit() || byte == b'-'),
        b"No module named '" | b"cannot import name '" => contains(hit.after(), "'"),
        b"' has no attribute '" => contains_any(hit.before(), &["module '", "type object '"]),
        b"validation error for " | b"validation errors for " => {
            last(hit.before(), 6).iter().any(u8::is_ascii_digit) && hit.after().first().is_some_and(u8::is_ascii_uppercase)
        }
        b"division by zero" | b"index out of range" | b"pop from empty list" | b"substring not found" | b"is not in list" => {
            hit.is_alone() || contains_any(last(hit.before(), 40), &["Error", "list ", "string ", "tuple ", "bytes"])
        }
        // What a parser says of the client's own body is for the client.
        b"Expecting value: line " | b"Extra data: line " | b"Expecting property name enclosed in double quotes" => {
            (hit.is_opened() || hit.before().ends_with(b"Error: "))
                && !contains_any(hit.line, &["parse error", "decode error", "json_invalid", "nvalid JSON", "alformed"])
        }
        b"must be str, not " => {
            !hit.after().is_empty() && contains_any(first(hit.after(), 12), &["int", "None", "bytes", "list", "dict", "tuple", "float"])
        }
        b"generator didn't " => starts_with_any(hit.after(), &["stop", "yield"]),
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
            word == b"No value present" && hit.is_alone()
                || contains_any(last(hit.before(), 60), &["Exception", "Error"])
                || contains(hit.after(), "xception")
        }
        b"I/O error on " => contains(first(hit.after(), 40), "request for"),
        b"] during [" => contains(first(hit.after(), 20), "] to ["),
        b"lateinit property " => contains(hit.after(), "has not been initialized"),
        b"clojure.lang." | b"groovy.lang." | b"kotlin." | b"scala." => {
            let (class, _) = take(hit.after(), |byte| is_name(byte) || byte == b'.');
            let last = class.rsplit(|&byte| byte == b'.').next().unwrap_or_default();
            !ends_in_name(hit.before())
                && last.first().is_some_and(u8::is_ascii_uppercase)
                && contains_any(last, &["Exception", "Error", "Info"])
        }
        b"No enum constant " => contains(first(hit.after(), 120), "."),
        b"Text '" => contains(hit.after(), "could not be parsed"),
        b"Cannot store to " => contains(hit.after(), "array"),
        b"Failed to instantiate [" => contains(hit.after(), "]"),
        b"could not initialize proxy" => contains(hit.after(), "Session"),
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
        b"Target class [" => contains(hit.after(), "] does not exist"),
        b"View [" => contains(hit.after(), "] not found"),
        b"Route [" => contains(hit.after(), "] not defined"),
        b"Object of class " => contains(hit.after(), "could not be converted to"),
        b"Cannot redeclare " => contains(hit.after(), "("),
        b"Failed to listen on " => contains(hit.after(), "reason:"),
        b"non-object" => contains(hit.before(), "property"),
        b"syntax error, unexpected " | b"Syntax error, unexpected" => !hit.after().is_empty(),
        b"Typed property " => contains(hit.after(), "::$"),
        b"Division by zero in " => contains(hit.after(), "/"),
        b"Modulo by zero" => hit.is_alone() || contains(hit.before(), "Error"),
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
        b"Controller#" => contains_any(
            last(hit.before(), 80),
            &["Error in ", "Exception in ", "Invalid in ", "NotFound in ", "Missing in ", "Template in "],
        ),
        b"divided by 0" => hit.is_alone() || contains(last(hit.before(), 30), "Error"),
        b"comparison of " => contains(hit.after(), " failed"),
        b"private method '" | b"private method `" => contains(hit.after(), " called for "),
        b"Validation failed: " => contains_any(hit.before(), &["RecordInvalid", "::"]),
        b"invalid byte sequence in " => starts_with_any(hit.after(), &["UTF", "US-ASCII"]),
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
        b"The JSON value could not be converted to " => contains(hit.after(), "."),
        b"A task was canceled" => hit.is_alone(),
        b"IDX1" => hit.after().iter().take(4).all(u8::is_ascii_digit) && contains(first(hit.after(), 8), ":"),
        b"Exception of type '" => contains(hit.after(), "was thrown"),
        b"Method not found: '" | b"The type initializer for '" => contains(hit.after(), "'"),
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
        let framed = hit.before().ends_with(b"[") && rest.starts_with(b"]");
        // As a member's value only what no application would call its own error.
        let valued = hit.before().ends_with(b"\"")
            && starts_with_any(name, &["INVALID_ARG_", "INVALID_URL", "HTTP_HEADERS", "MODULE_NOT_FOUND", "UNHANDLED_", "TLS_CERT"]);
        return (framed && starts_with_any(name, &prefixes) || valued).then_some(hit.start);
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
        b"template: " => {
            let (_, rest) = take(after, |byte| is_name(byte) || matches!(byte, b'.' | b'/' | b'-'));
            rest.strip_prefix(b":").is_some_and(at_digit)
                || contains(first(after, 80), ":") && contains_any(after, &["executing \"", "function \"", "unexpected "])
        }
        b"x509: " => contains(after, "certificate"),
        b"context deadline exceeded" | b"context canceled" | b"unexpected EOF" | b"too many open files" => {
            hit.is_alone() || hit.before().ends_with(b": ")
        }
        b"redis: " => starts_with_any(after, &["nil", "connection pool", "can't", "client is closed", "unexpected"]),
        b"sql: " => starts_with_any(
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
        b"http: " => {
            starts_with_any(
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
                    "invalid",
                    "panic serving",
                    "TLS handshake",
                    "read on closed",
                ],
            ) && !starts_with_any(after, &["invalid "])
                || starts_with_any(after, &["nil Handler", "superfluous"])
        }
        b"tls: " => starts_with_any(
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
        b"yaml: line " => at_digit(after),
        b": connection refused" | b": i/o timeout" | b"connection reset by peer" => {
            contains_any(hit.before(), &["dial", "tcp", "connect", "read", "write", "rror"])
        }
        b": no such file or directory" | b": permission denied" => contains_any(
            last(hit.before(), 120),
            &["open ", "stat ", "lstat ", "mkdir ", "exec", "read ", "unlink", "rename", "chdir", "fork/exec", "/", "Errno", "cannot "],
        ),
        b": invalid syntax" => contains_any(hit.before(), &["strconv", "parsing "]),
        b"connection pool timeout" | b"use of closed network connection" | b"unsupported Scan, storing driver.Value" => true,
        b"converting argument $" => at_digit(after),
        b"rpc error: code = " => contains(after, "desc ="),
        b"expected at least one value" => false,
        b"invalid UTF-8" => hit.is_alone() && hit.before().ends_with(b": "),
        b"reflect: " | b"net/http: " => contains_any(
            after,
            &["abort Handler", "request canceled", "timeout awaiting", "TLS handshake", "on zero Value", "invalid header", "Call"],
        ),
        _ => true,
    }
    .then_some(hit.start)
}

fn at_digit(text: &[u8]) -> bool {
    text.first().is_some_and(u8::is_ascii_digit)
}

fn rust(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.line.get(hit.start..hit.end)?;
    match word {
        b"(os error " => at_digit(hit.after().strip_prefix(b"-").unwrap_or(hit.after())),
        b"expected value at line " | b"EOF while parsing " => hit.is_opened() && contains(hit.after(), "column "),
        b"channel closed" | b"environment variable not found" | b"invalid digit found in string" => {
            hit.is_alone() || hit.before().ends_with(b": ")
        }
        _ => true,
    }
    .then_some(hit.start)
}

fn beam(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.line.get(hit.start..hit.end)?;
    match word {
        b"not implemented for " => contains(last(hit.before(), 60), "protocol "),
        b"{file,\"" => contains(first(hit.after(), 200), "{line,"),
        b"gen_server," | b"proc_lib," => hit.before().ends_with(b"{") && at_name(hit.after()),
        b"is undefined or private" => take_back(hit.before().trim_ascii_end(), |byte| byte.is_ascii_digit()).0.ends_with(b"/"),
        _ => true,
    }
    .then_some(hit.start)
}

fn at_name(text: &[u8]) -> bool {
    text.first().is_some_and(|byte| is_name(*byte))
}

fn other_language(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.line.get(hit.start..hit.end)?;
    let after = hit.after();
    match word {
        b"The method '" | b"The getter '" => contains(after, "was called on null") || contains(after, "isn't defined for"),
        b"attempt to index " | b"attempt to call " | b"attempt to perform arithmetic on " | b"attempt to concatenate " => {
            contains_any(first(after, 80), &["a nil value", "a string value", "a number value", "a table value", "a boolean value", "(a "])
        }
        b"attempt to compare " => contains(first(after, 60), " with "),
        b"Error in " => {
            let (call, rest) = take(after, |byte| is_name(byte) || byte == b'.');
            !call.is_empty() && rest.starts_with(b"(") && contains_any(rest, &[") : ", "): "])
        }
        b"In procedure " => contains(first(after, 60), ": "),
        b"Unbound variable: " | b"Unknown procedure: " | b"is an invalid integer" | b"Access violation" => {
            hit.is_opened() || hit.before().ends_with(b": ") || hit.before().ends_with(b"\" ")
        }
        b"invoked from within" | b"while executing" => after.trim_ascii_end().is_empty() || after.starts_with(b"\\n"),
        b"X::" => !ends_in_name(hit.before()) && after.first().is_some_and(u8::is_ascii_uppercase),
        b" is not of type " => after.first().is_some_and(u8::is_ascii_uppercase) && after.get(1).is_some_and(u8::is_ascii_uppercase),
        b"arithmetic error " => after.first().is_some_and(u8::is_ascii_uppercase),
        b"errno=" => at_digit(after),
        b" of argument" => contains(hit.before(), "invalid '"),
        b"' not found" => contains(last(hit.before(), 60), "object '"),
        b"is not TRUE" => hit.before().trim_ascii_end().ends_with(b")"),
        b"bad argument #" => at_digit(after) && contains(after, " to '"),
        b"Fatal error: exception " => after.first().is_some_and(u8::is_ascii_uppercase),
        b"can't read \"" => contains(after, "no such "),
        b"Can't locate " => contains(after, "@INC"),
        b"Can't locate object method " => contains_any(after, &["via package", "\""]),
        b"Can't call method \"" => contains_any(after, &["undefined value", "unblessed reference", "without a package"]),
        b"Use of uninitialized value" => contains_any(after, &[" in ", " at "]),
        b"Global symbol \"" => contains(after, "requires explicit package"),
        b"invalid command name \"" => contains(after, "\""),
        _ => true,
    }
    .then_some(hit.start)
}

fn cloud(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.line.get(hit.start..hit.end)?;
    match word {
        b"arn:aws:" | b"arn:aws-" => !ends_in_name(hit.before()) && hit.after().iter().take(80).filter(|&&byte| byte == b':').count() >= 2,
        b"(Service: " => contains(hit.after(), "Status Code: ") || contains(hit.after(), "Request ID"),
        b"AADSTS" => at_digit(hit.after()) && contains(first(hit.after(), 10), ":"),
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
        id: "message.rust",
        leaks: &[
            "No such file or directory (os error 2)",
            "pool timed out while waiting for an open connection",
            "{\"error\":\"invalid digit found in string\"}",
        ],
        clean: &["Windows (os error messages) help", "The channel closed for the winter"],
    },
    super::tests::Example {
        id: "message.beam",
        leaks: &["key :name not found in: %{id: 1}", "{badmatch,{error,enoent}}", "[{my_mod,foo,2,[{file,\"src/my_mod.erl\"},{line,12}]}]"],
        clean: &["The function is undefined or private", "gen_server, proc_lib, and so on"],
    },
    super::tests::Example {
        id: "message.other_language",
        leaks: &[
            "CallStack (from HasCallStack):",
            "attempt to index a nil value (field 'cart')",
            "bad argument #1 to 'insert'",
            "Can't locate Cart.pm in @INC (you may need to install)",
            "Can't call method \"total\" on an undefined value",
            "MethodError: no method matching +(::Int64)",
        ],
        clean: &["an attempt to call your bank", "Can't locate your order", "bad argument # in a debate", "The method 'slow' is better"],
    },
    super::tests::Example {
        id: "message.cloud",
        leaks: &[
            "User: arn:aws:iam::123456789012:user/app is not authorized to perform: s3:GetObject",
            "User \"system:serviceaccount:default:app\" cannot get resource",
            "LdapErr: DSID-0C09042A, comment: AcceptSecurityContext error",
        ],
        clean: &["Shop (Service: gold) is open", "AADSTS is a code", "The barn:aws: x"],
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
