//! Secrets among the arguments of calls and commands, which no key names.

use super::text::{Cursor, ends_with_ignoring_case, run, skip, take};
use super::{Hidden, Word};
use crate::find::{find, rfind};

/// All arguments of a call that logs in, as PHP's traces have them: `PDO->__construct('mysql:host=db', 'root', 'hunter2')`.
pub(super) fn arguments(word: &Word<'_>, before: &str) -> Option<Hidden> {
    let (name, rest) = (take(word.rest, word.length), skip(word.rest, word.length.saturating_add(1)));
    if word.rest.as_bytes().get(word.length) != Some(&b'(') {
        return None;
    }
    let ends = |text: &str, ends: &[&str]| ends.iter().any(|end| ends_with_ignoring_case(text, end));
    let is_login = if ends(name, &["__construct"]) {
        ends(before, &["PDO->", "PDO-&gt;", "PDO-\\u003e", "mysqli->", "mysqli-&gt;", "mysqli-\\u003e"])
    } else {
        ends(name, LOGINS) && (name.contains('_') || ends(before, &["->", "&gt;", "u003e", "::"]))
    };
    if !is_login {
        return None;
    }
    let line = run(rest, MAX_ARGUMENTS, |c| !matches!(c, '\n' | '<'));
    let line = take(line, find(line.as_bytes(), b"\\n").unwrap_or(line.len()));
    let arguments = take(line, rfind(line.as_bytes(), b")").unwrap_or(line.len()));
    let is_literal = line.len() == rest.len() || arguments.bytes().any(|byte| matches!(byte, b'\'' | b'"' | b'&'));
    Hidden::new(name.len().saturating_add(1), if is_literal { arguments.len() } else { 0 })
}

/// The password behind a short flag: `mysqldump -phunter2`, `curl -u app:hunter2`, as a shell has them or a list.
pub(super) fn flag(word: &Word<'_>, before: &str) -> Option<Hidden> {
    let mut cursor = Cursor::new(word.rest);
    if !matches!(word.previous, b' ' | b'\'' | b'"') || !cursor.eat_any(&["-p", "-u", "-a"]) {
        return None;
    }
    let command = before.as_bytes().get(before.len().saturating_sub(MAX_COMMAND)..).unwrap_or_default();
    let flag = take(word.rest, cursor.offset());
    let (program, _) = FLAGS.iter().find(|(program, its)| flag == *its && find(command, program.as_bytes()).is_some())?;
    // The password of a database's client stands in the same word: the next is the database's name.
    if !program.starts_with('m') {
        cursor.eat_run(MAX_GAP, |c| matches!(c, ' ' | ',' | '"' | '\'' | '\\'));
    }
    let value = run(cursor.rest, MAX_ARGUMENTS, |c| !c.is_ascii_whitespace() && !matches!(c, '"' | '\'' | '<' | '\\'));
    let user = if flag == "-u" { value.find(':')?.saturating_add(1) } else { 0 };
    Hidden::new(cursor.offset().saturating_add(user), value.len().saturating_sub(user))
}

/// Ends of names of methods, and of functions with a `_` in them.
const LOGINS: &[&str] = &["connect", "login", "bind", "authenticate", "password_verify", "password_hash"];

/// Programs, and the flag behind which they take a password.
const FLAGS: &[(&str, &str)] = &[("sshpass", "-p"), ("mysql", "-p"), ("mariadb", "-p"), ("curl", "-u"), ("redis-cli", "-a")];

const MAX_ARGUMENTS: usize = 512;
const MAX_COMMAND: usize = 96;
const MAX_GAP: usize = 8;
