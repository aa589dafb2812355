//! Exception classes, and classes with their messages.

use super::Category::Exception;
use super::table::{Detector, literals, why};
use super::text::{contains, contains_any, first, is_any, is_name, last, lead, starts_with_any, take, take_back};
use super::view::Hit;
use crate::config::Level::{Relaxed, Standard};

pub(crate) const DETECTORS: &[Detector] = &[
    Detector {
        id: "exception.qualified",
        category: Exception,
        level: Relaxed,
        why: why("a class with its package, module or namespace: `java.lang.NullPointerException`"),
        anchors: literals!["Exception", "Error", "Fault", "Warning", "Throwable", "DoesNotExist"],
        any_case: false,
        check: qualified,
    },
    Detector {
        id: "exception.message",
        category: Exception,
        level: Standard,
        why: why("a class of a language or framework with a message: `ValueError: invalid literal`"),
        anchors: literals![
            "Error: ",
            "Exception: ",
            "Error:\t",
            "Error - ",
            "Exception - ",
            "Error (",
            "Exception (",
            "Error)",
            "Exception)",
            "Error at /",
            "Exception at /",
            "Interrupt: ",
            "Exit: ",
            "Iteration: ",
        ],
        any_case: false,
        check: message,
    },
    Detector {
        id: "exception.printed",
        category: Exception,
        level: Standard,
        why: why("an exception as Python prints it inside something else: `KeyError('id')`"),
        anchors: literals![
            "Error('",
            "Error(\"",
            "Error(\\\"",
            "Error(b'",
            "Error(b\"",
            "Exception('",
            "Exception(\"",
            "Exception(\\\"",
            "Warning('",
            "Error(1",
            "Error(2",
            "Error(-",
            "Error()",
            "Exception()",
            "Timeout('",
            "Timeout(\"",
            "NotFound('",
            "NotFound(\"",
            "Failed('",
            "Failed(\"",
            "Closed('",
            "Closed(\"",
            "Refused('",
            "Exceeded('",
            "DoesNotExist(",
            "Denied('",
            "Invalid('",
            "Invalid(\"",
        ],
        any_case: false,
        check: printed,
    },
    Detector {
        id: "exception.uncaught",
        category: Exception,
        level: Relaxed,
        why: why("an error that nothing handled, with its class"),
        anchors: literals!["Uncaught ", "Unhandled ", "unhandled "],
        any_case: false,
        check: uncaught,
    },
];

/// The class around a literal inside its name: what is before it, and the whole name with its qualifiers.
fn class<'a>(hit: &Hit<'a>) -> (&'a [u8], &'a [u8]) {
    let (before, name) = take_back(hit.before(), |byte| is_name(byte) && byte != b'$' || matches!(byte, b'.' | b'\\' | b':' | b'$'));
    (before, hit.line.get(hit.start.saturating_sub(name.len())..hit.end).unwrap_or_default())
}

/// At least one package in small letters or a known root, and then the class with a capital.
fn qualified(hit: &mut Hit<'_>) -> Option<usize> {
    let after = hit.after();
    if after.first().is_some_and(|&byte| is_name(byte) && byte != b'$' || byte == b'(' && !contains(first(after, 80), ")")) {
        return None;
    }
    let (before, name) = class(hit);
    let name = name.get(lead(name, |byte| matches!(byte, b'.' | b':' | b'\\'))..).unwrap_or_default();
    let start = before.len().saturating_add(hit.end.saturating_sub(before.len()).saturating_sub(name.len()));
    let message = after.starts_with(b": ") || starts_with_any(after, &[":\\n", "\\n", ":\n", "\n"]);
    if contains(name, "::") {
        let known =
            name.split(|&byte| byte == b':').filter(|part| !part.is_empty()).all(|part| part.first().is_some_and(u8::is_ascii_uppercase));
        return (known && name.iter().filter(|&&byte| byte == b':').count() % 2 == 0).then_some(start);
    }
    if name.contains(&b'\\') {
        let parts = || name.split(|&byte| byte == b'\\').filter(|part| !part.is_empty());
        // `\nTypeError` in the raw view of JSON is a line break: a namespace has a capital.
        let capital = |part: &[u8]| part.first().is_some_and(u8::is_ascii_uppercase);
        // Some namespaces are small: `yii\base\UnknownPropertyException`.
        let small = parts().count() > 2 && parts().all(|part| part.len() > 2) && parts().next_back().is_some_and(capital);
        let known = parts().count() > 1 && parts().all(capital) || small;
        return known.then_some(start);
    }
    let parts = || name.split(|&byte| byte == b'.');
    let count = parts().count();
    let capital = parts().next_back().is_some_and(|part| part.first().is_some_and(u8::is_ascii_uppercase) && part.len() > 5);
    let words = parts().all(|part| part.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_'));
    let root = parts().next().unwrap_or_default();
    let lower = parts().take(count.saturating_sub(1)).all(|part| part.first().is_some_and(|byte| !byte.is_ascii_uppercase()));
    let known = is_any(
        root,
        &[
            "System",
            "Microsoft",
            "java",
            "javax",
            "jakarta",
            "kotlin",
            "scala",
            "builtins",
            "sqlite3",
            "redis",
            "requests",
            "botocore",
            "jinja2",
            "json",
            "Newtonsoft",
            "MySql",
            "Npgsql",
        ],
    );
    // In scripts `n.Error` and `e.TypeError` are calls: a short root of a minified script is no package.
    let package = known
        || lower
            && root.len() > 2
            && (count > 2 || message)
            && !is_any(
                root,
                &["window", "self", "this", "console", "global", "globalThis", "exports", "module", "errors", "types", "error"],
            );
    let code = matches!(after.first(), Some(b'(' | b'.' | b'=' | b'['))
        || after.first() == Some(&b';') && count < 3
        || last(before, 4).ends_with(b"new ");
    let url = before.ends_with(b"/") || before.ends_with(b"@") || before.ends_with(b"#");
    (count > 1 && capital && words && package && !code && !url).then_some(start)
}

/// A class that languages and frameworks define, or any `...Exception`, and a message behind it.
fn message(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    let (before, prefix) = take_back(hit.before(), is_name);
    let kind = lead(word.as_bytes(), |byte| byte.is_ascii_alphabetic());
    let name = hit.line.get(before.len()..hit.start.saturating_add(kind))?;
    let known = is_any(name, BUILTIN) || name.ends_with(b"Exception") && !prefix.is_empty();
    let chosen = word.ends_with(": ") && is_any(name, CODES);
    let class = known && !chosen && name.first().is_some_and(u8::is_ascii_uppercase);
    let sign = word.get(kind..).unwrap_or_default();
    let said = match sign {
        ")" => {
            before.ends_with(b"(")
                && before.len() > 12
                && is_any(name, BUILTIN)
                && super::text::last(before, 3).contains(&b' ')
                && hit.after().first().is_none_or(|byte| matches!(byte, b'\\' | b'"' | b'\r' | b'<' | b'.'))
        }
        // `OSError (2)`, `RangeError (index): Invalid value`
        " (" => hit.after().first().is_some_and(u8::is_ascii_digit) || take(hit.after(), is_name).1.starts_with(b"): "),
        " at /" => true,
        _ => hit.after().first().is_some_and(|byte| !byte.is_ascii_whitespace()),
    };
    // A script's own texts: `throw new Error("TypeError: ...")`.
    let script = contains_any(last(before, 24), &["throw ", "Error(", "console.", "warn("]);
    (class && said && !script).then_some(before.len())
}

/// Not a call in a script: `throw new RangeError("...")`.
fn printed(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    let (before, prefix) = take_back(hit.before(), |byte| is_name(byte) && byte != b'$' || byte == b'.');
    let name = prefix.rsplit(|&byte| byte == b'.').next().unwrap_or_default();
    let camel =
        name.first().is_some_and(u8::is_ascii_uppercase) && name.iter().any(u8::is_ascii_lowercase) || name == b"OS" || name == b"IO";
    let bare = name.is_empty() && word.starts_with("Exception(") && hit.is_opened();
    let script = contains_any(last(before, 12), &["throw ", "new ", "raise ", "instanceof ", "return ", "reject(", "=", "catch("]);
    let closed = word.ends_with("()") || contains(first(hit.after(), 400), ")") || hit.after().len() > 300;
    ((camel || bare) && !script && closed).then_some(before.len())
}

fn uncaught(hit: &mut Hit<'_>) -> Option<usize> {
    let rest = hit.after();
    let rest = rest
        .strip_prefix(b"exception ")
        .or_else(|| rest.strip_prefix(b"Exception "))
        .or_else(|| rest.strip_prefix(b"exception. "))
        .or_else(|| rest.strip_prefix(b"exception: "))
        .unwrap_or(rest);
    let (name, rest) = take(rest, |byte| is_name(byte) || matches!(byte, b'\\' | b'.' | b':'));
    let said =
        name.ends_with(b":") || name.contains(&b'.') || name.contains(&b'\\') || starts_with_any(rest, &[" with message", " thrown"]);
    let name = name.strip_suffix(b":").unwrap_or(name);
    let class = name.ends_with(b"Exception") || name.ends_with(b"Error") || name.ends_with(b"Rejection");
    (class
        && said
        && name.first().is_some_and(|byte| byte.is_ascii_uppercase() || *byte == b'\\' || name.contains(&b'.'))
        && name.len() > 5
        && !rest.is_empty())
    .then_some(hit.start)
}

/// Classes that the languages and the best-known libraries define and that no application would show on purpose.
pub(crate) const BUILTIN: &[&str] = &[
    "TypeError",
    "ReferenceError",
    "RangeError",
    "SyntaxError",
    "EvalError",
    "URIError",
    "AggregateError",
    "InternalError",
    "ValueError",
    "KeyError",
    "IndexError",
    "AttributeError",
    "NameError",
    "UnboundLocalError",
    "ZeroDivisionError",
    "RuntimeError",
    "NotImplementedError",
    "RecursionError",
    "ModuleNotFoundError",
    "ImportError",
    "FileNotFoundError",
    "FileExistsError",
    "IsADirectoryError",
    "NotADirectoryError",
    "PermissionError",
    "ConnectionRefusedError",
    "ConnectionResetError",
    "ConnectionAbortedError",
    "ConnectionError",
    "BrokenPipeError",
    "OSError",
    "IOError",
    "EOFError",
    "UnicodeDecodeError",
    "UnicodeEncodeError",
    "UnicodeError",
    "AssertionError",
    "LookupError",
    "ArithmeticError",
    "OverflowError",
    "FloatingPointError",
    "MemoryError",
    "BufferError",
    "SystemError",
    "IndentationError",
    "TabError",
    "JSONDecodeError",
    "IntegrityError",
    "OperationalError",
    "ProgrammingError",
    "InterfaceError",
    "TemplateNotFound",
    "UndefinedError",
    "ImproperlyConfigured",
    "NoReverseMatch",
    "TemplateDoesNotExist",
    "TemplateSyntaxError",
    "KeyboardInterrupt",
    "SystemExit",
    "StopIteration",
    "StopAsyncIteration",
    "ExceptionGroup",
    "NoMethodError",
    "ArgumentError",
    "FrozenError",
    "LoadError",
    "FloatDomainError",
    "FiberError",
    "ThreadError",
    "StandardError",
    "ScriptError",
    "NoMatchingPatternError",
    "SystemStackError",
    "EncodingError",
    "ErrorException",
    "DivisionByZeroError",
    "ArgumentCountError",
    "ParseError",
    "UnhandledMatchError",
    "CompileError",
    "OutOfMemoryError",
    "StackOverflowError",
    "NoClassDefFoundError",
    "NoSuchMethodError",
    "NoSuchFieldError",
    "ExceptionInInitializerError",
    "LinkageError",
    "UnsatisfiedLinkError",
    "AbstractMethodError",
    "VerifyError",
    "MatchError",
    "MongoServerError",
    "SequelizeDatabaseError",
    "PrismaClientKnownRequestError",
    "QueryFailedError",
    "AxiosError",
    "FetchError",
    "GraphQLError",
    "DOMException",
    "PDOException",
    "SystemStackError",
    "NotImplementedException",
    "UndefinedFunctionError",
    "FunctionClauseError",
    "CaseClauseError",
    "RedisError",
    "MySQLError",
    "UncaughtPHPException",
    "TokenExpiredError",
    "JsonWebTokenError",
    "MongooseError",
    "SequelizeConnectionError",
    "PrismaClientInitializationError",
    "PrismaClientValidationError",
];

/// Classes whose names services also choose for their own errors.
pub(crate) const CODES: &[&str] = &[
    "InternalError",
    "PermissionError",
    "ConnectionError",
    "SystemError",
    "ParseError",
    "EncodingError",
    "InterfaceError",
    "CompileError",
    "IntegrityError",
    "ThreadError",
    "LoadError",
    "ImportError",
    "GraphQLError",
    "FetchError",
    "ThrottlingException",
    "ValidationException",
    "ResourceNotFoundException",
    "NotFoundException",
    "ConflictException",
    "AccessDeniedException",
    "InternalServerException",
    "LimitExceededException",
    "ServiceUnavailableException",
    "BadRequestException",
];

#[cfg(test)]
pub(crate) const EXAMPLES: &[super::tests::Example] = &[
    super::tests::Example {
        id: "exception.qualified",
        leaks: &[
            "java.lang.NullPointerException: Cannot do it",
            "{\"exception\":\"org.shop.order.OrderException\"}",
            "System.InvalidOperationException: boom",
            "requests.exceptions.ConnectionError: x",
            "Illuminate\\Contracts\\Encryption\\DecryptException",
            "{\"type\":\"yii\\\\base\\\\UnknownPropertyException\"}",
            "ActionView::Template::Error",
            "shop.errors.TotalError: x",
        ],
        clean: &[
            "{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\"}",
            "{\"__type\":\"com.shop.coral#ResourceNotFoundException\"}",
            "Read about it at example.com/Error",
            "Please try again.Error 42 happened",
            "throw new n.ValidationError(e)",
            "{\"error\":\"ValidationError\",\"message\":\"email is invalid\"}",
        ],
    },
    super::tests::Example {
        id: "exception.message",
        leaks: &[
            "ValueError: invalid",
            "KeyError: 'total'",
            "Uncaught TypeError: x",
            "undefined total for Cart (NoMethodError)",
            "OrderNotFoundException: no order 3",
            "ValueError at /orders/3",
            "RangeError (index): Invalid value",
        ],
        clean: &[
            "Error: Payment declined",
            "ThrottlingException: Rate exceeded",
            "ConnectionError: Your bank did not answer",
            "ValidationError: email is invalid",
            "{\"error\":\"TypeError\"}",
            "Exception: sundays, when we are closed",
            "throw new Error(\"TypeError: x\")",
            "Error (404)",
        ],
    },
    super::tests::Example {
        id: "exception.printed",
        leaks: &[
            "KeyError('customer_id')",
            "{\"detail\":\"UnboundLocalError(\\\"cannot access local variable 'x'\\\")\"}",
            "MemcacheServerError(b'object too large for cache')",
            "failed: sqlite3.OperationalError('no such table')",
            "{\"reason\":\"ReadTimeout('timed out')\"}",
            "TimeoutError()",
        ],
        clean: &[
            "new TypeError()",
            "onError()",
            "setTimeout('a()', 3)",
            "throw new RangeError(\"too long\")",
            "n=TypeError(\"x\")",
            "call Error('no')",
        ],
    },
    super::tests::Example {
        id: "exception.uncaught",
        leaks: &[
            "Uncaught PDOException: could not find driver",
            "Unhandled exception. System.Exception: x",
            "Uncaught \\Shop\\CartError: x",
        ],
        clean: &["Uncaught fish are free", "Unhandled exceptions are sent to our team", "Uncaught TypeError in your browser?"],
    },
];
