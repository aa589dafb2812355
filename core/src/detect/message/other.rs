//! Erlang and Elixir, languages that few servers are written in, and the clouds that applications call.

use crate::config::Level::Standard;
use crate::detect::Category::Exception;
use crate::detect::table::{Detector, literals, why};
use crate::detect::text::{contains, contains_any, ends_in_name, first, is_name, last, take, take_back};
use crate::detect::view::Hit;

pub(crate) const DETECTORS: &[Detector] = &[
    Detector {
        id: "message.beam",
        category: Exception,
        level: Standard,
        why: why("a message of Elixir or a term of Erlang"),
        anchors: literals![
            "not found in: %{",
            "no function clause matching",
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
            "argument in arithmetic exp",
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
        anchors: literals![
            "CallStack (from HasCallStack)",
            "Prelude.head: empty list",
            "Non-exhaustive patterns in ",
            "found nil while unwrapping",
            "operator used on a null",
            "The method '",
            "The getter '",
            "to index a nil value",
            "attempt to index ",
            "to call a nil value",
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
            "use non-numeric string as",
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
        anchors: literals![
            "arn:aws:",
            "arn:aws-",
            "is not authorized to perform: ",
            "system:serviceaccount:",
            "LdapErr: DSID-",
            "on resource projects/",
            "(Service: ",
            "Task timed out after ",
            "security token included in the req",
            "does not have storage.",
            "googleapi: Error ",
            "load the default cred",
            "DefaultAzureCredential failed",
        ],
        any_case: false,
        check: cloud,
    },
];

fn beam(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    match word {
        "not implemented for " => contains(last(hit.before(), 60), "protocol "),
        "{file,\"" => contains(first(hit.after(), 200), "{line,"),
        "gen_server," | "proc_lib," => hit.before().ends_with(b"{") && at_name(hit.after()),
        "is undefined or private" => take_back(hit.before().trim_ascii_end(), |byte| byte.is_ascii_digit()).0.ends_with(b"/"),
        _ => true,
    }
    .then_some(hit.start)
}

fn other_language(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    let after = hit.after();
    match word {
        "The method '" | "The getter '" => contains(after, "was called on null") || contains(after, "isn't defined for"),
        "attempt to index " | "attempt to call " | "attempt to perform arithmetic on " | "attempt to concatenate " => {
            contains_any(first(after, 80), &["a nil value", "a string value", "a number value", "a table value", "a boolean value", "(a "])
        }
        "attempt to compare " => contains(first(after, 60), " with "),
        "Error in " => {
            let (call, rest) = take(after, |byte| is_name(byte) || byte == b'.');
            !call.is_empty() && rest.starts_with(b"(") && contains_any(rest, &[") : ", "): "])
        }
        "In procedure " => contains(first(after, 60), ": "),
        "Unbound variable: " | "Unknown procedure: " | "is an invalid integer" | "Access violation" => {
            hit.is_opened() || hit.before().ends_with(b": ") || hit.before().ends_with(b"\" ")
        }
        "invoked from within" | "while executing" => after.trim_ascii_end().is_empty() || after.starts_with(b"\\n"),
        "X::" => !ends_in_name(hit.before()) && after.first().is_some_and(u8::is_ascii_uppercase),
        " is not of type " => {
            contains(last(hit.before(), 80), "The value")
                && after.first().is_some_and(u8::is_ascii_uppercase)
                && after.get(1).is_some_and(u8::is_ascii_uppercase)
        }
        "arithmetic error " => after.first().is_some_and(u8::is_ascii_uppercase),
        "errno=" => at_digit(after),
        " of argument" => contains(hit.before(), "invalid '"),
        "' not found" => {
            contains_any(last(hit.before(), 60), &["Error: object '", "\"object '", ": object '"])
                || last(hit.before(), 60).starts_with(b"object '")
        }
        "is not TRUE" => hit.before().trim_ascii_end().ends_with(b")"),
        "bad argument #" => at_digit(after) && contains(after, " to '"),
        "Fatal error: exception " => after.first().is_some_and(u8::is_ascii_uppercase),
        "can't read \"" => contains(after, "no such "),
        "Can't locate " => contains(after, "@INC"),
        "Can't locate object method " => contains_any(after, &["via package", "\""]),
        "Can't call method \"" => contains_any(after, &["undefined value", "unblessed reference", "without a package"]),
        "Use of uninitialized value" => contains_any(after, &[" in ", " at "]),
        "Global symbol \"" => contains(after, "requires explicit package"),
        "invalid command name \"" => contains(after, "\""),
        _ => true,
    }
    .then_some(hit.start)
}

fn cloud(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    match word {
        "arn:aws:" | "arn:aws-" => !ends_in_name(hit.before()) && hit.after().iter().take(80).filter(|&&byte| byte == b':').count() >= 2,
        // Lambda tells hundredths of seconds.
        "Task timed out after " => {
            let (_, rest) = take(hit.after(), |byte| byte.is_ascii_digit());
            rest.starts_with(b".") && contains(first(rest, 20), " seconds")
        }
        "(Service: " => contains(hit.after(), "Status Code: ") || contains(hit.after(), "Request ID"),
        _ => true,
    }
    .then_some(hit.start)
}

fn at_digit(text: &[u8]) -> bool {
    text.first().is_some_and(u8::is_ascii_digit)
}

fn at_name(text: &[u8]) -> bool {
    text.first().is_some_and(|byte| is_name(*byte))
}

#[cfg(test)]
pub(crate) const EXAMPLES: &[crate::detect::tests::Example] = &[
    crate::detect::tests::Example {
        id: "message.beam",
        leaks: &["key :name not found in: %{id: 1}", "{badmatch,{error,enoent}}", "[{my_mod,foo,2,[{file,\"src/my_mod.erl\"},{line,12}]}]"],
        clean: &["The function is undefined or private", "gen_server, proc_lib, and so on"],
    },
    crate::detect::tests::Example {
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
    crate::detect::tests::Example {
        id: "message.cloud",
        leaks: &[
            "User: arn:aws:iam::123456789012:user/app is not authorized to perform: s3:GetObject",
            "User \"system:serviceaccount:default:app\" cannot get resource",
            "LdapErr: DSID-0C09042A, comment: AcceptSecurityContext error",
        ],
        clean: &["Shop (Service: gold) is open", "AADSTS is a code", "The barn:aws: x"],
    },
];
