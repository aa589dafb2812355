//! What older servers say, and what scanners have looked for since: ASP, ColdFusion, JRun, PHP's warnings as HTML, ODBC and JDBC, databases
//! that few use today. The lists of ZAP, sqlmap, OWASP CRS and SecLists have them. What a product may say to its users is left out.

use super::{is_message, phrase};
use crate::config::Level::Standard;
use crate::detect::Category::{Database, Exception};
use crate::detect::table::{Detector, literals, why};
use crate::detect::text::{contains_any, ends_in_any, is_name, starts_with_any, take, take_back};
use crate::detect::view::Hit;

pub(crate) const DETECTORS: &[Detector] = &[
    Detector {
        id: "classic.database",
        category: Database,
        level: Standard,
        why: why("what a database or its driver says of a statement, and classes of drivers"),
        anchors: literals![
            "in query expression '",
            ") in query expression",
            "Syntax error in string in query",
            "in criteria expression",
            "SQL command not properly",
            "of SQL command",
            "quoted string not properly",
            "unterminated quoted string at",
            "parser: parse error",
            "a valid MySQL",
            "a valid PostgreSQL",
            "MySQL result index",
            "' in field list",
            "Unknown table '",
            "Can't find record in '",
            "Incorrect column specifier",
            "Unclosed quotation mark before",
            "illegal character has been found",
            "of command in statement",
            " in statement [SELECT",
            "converting data type ",
            "DB Error: ",
            "MDB2 Error",
            ". Transaction rollback",
            "Syntax error: Encountered \"",
            ", Sqlstate: ",
            "SELECT statements have",
            "number of result columns",
            "OLE DB provider \"",
            "OLE/DB provider ret",
            "ODBC Error Code = ",
            "][ODBC",
            "[Informix]",
            "[SYBASE]",
            "[DB2/",
            "[VJDBC]",
            "SAP DBTech",
            "isc_dsql_",
            "Zend_Db_",
            "com.ibm.db2",
            "given identifier exists: [",
            "Jet database engine c",
            "JET Database Engine error",
            "Access database engine c",
            "Access Database Engine error",
            "SQL Native Client error",
            "[SQL Server]",
        ],
        any_case: false,
        check: phrase,
    },
    Detector {
        id: "classic.driver",
        category: Database,
        level: Standard,
        why: why("an exception of a driver"),
        anchors: literals![
            "sqlexception",
            "sqliteexception",
            "sqlserverexception",
            "sqlsrvexception",
            "syntaxerrorexception",
            "oracleexception",
            "db2exception",
            "ifxexception",
        ],
        any_case: true,
        check: phrase,
    },
    Detector {
        id: "classic.package",
        category: Database,
        level: Standard,
        why: why("a driver's package"),
        anchors: literals![".jdbc"],
        any_case: true,
        check: package,
    },
    Detector {
        id: "classic.product",
        category: Database,
        level: Standard,
        why: why("a database by name, with its error"),
        anchors: literals![
            "MySQL ",
            "MariaDB ",
            "PostgreSQL ",
            "SQLite ",
            "SQL Server ",
            "Oracle ",
            "DB2 ",
            "ODBC ",
            "JDBC ",
            "Sybase ",
            "Informix ",
            "MonetDB ",
            "HSQLDB ",
        ],
        any_case: false,
        check: product,
    },
    Detector {
        id: "classic.warning",
        category: Exception,
        level: Standard,
        why: why("PHP's message about a call: `Warning: name(): …`"),
        anchors: literals!["Warning: ", "Notice: ", "Fatal error: ", "_query()", "_exec()", "_execute()", "_connect()"],
        any_case: false,
        check: warning,
    },
    Detector {
        id: "classic.other",
        category: Exception,
        level: Standard,
        why: why("what PHP, ASP, ColdFusion, JRun and JBoss say of the program"),
        anchors: literals![
            "</b> on line <b>",
            "thrown in <b>",
            "PHP Warning: ",
            "PHP Notice: ",
            "PHP Parse error: ",
            "PHP Fatal error: ",
            "open_basedir restriction",
            "Microsoft VBScript",
            "Active Server Pages error",
            "rror '800",
            "rror 'ASP ",
            "Server object error",
            "Server.CreateObject",
            "Server.MapPath",
            "BOF or EOF",
            "requested name or ordinal",
            "when the object is closed",
            "is null or not an object",
            "viewstate MAC",
            "dangerous Request.",
            "Invalid web service call, missing",
            "rror occurred while processing an el",
            "Servlet Error",
            "JBWEB0",
        ],
        any_case: false,
        check: phrase,
    },
];

/// `oracle.jdbc.driver`, and no page about it: `https://docs.example/read.jdbc`.
fn package(hit: &mut Hit<'_>) -> Option<usize> {
    let (_, name) = take_back(hit.before(), |byte| is_name(byte) || matches!(byte, b'.' | b'/' | b'-' | b':'));
    let ends = hit.after().first().is_none_or(|byte| !is_name(*byte) && *byte != b'/');
    (!name.is_empty() && !name.contains(&b'/') && ends).then(|| phrase(hit)).flatten()
}

/// `SQL Server error 80040e14`, `DB2 SQL error: …`: a product alone, or its `error reporting`, may be what a service sells.
fn product(hit: &mut Hit<'_>) -> Option<usize> {
    let rest = hit.after();
    let rest = rest.strip_prefix(b"SQL ").unwrap_or(rest);
    let rest = TROUBLES.iter().find_map(|trouble| rest.strip_prefix(trouble.as_bytes()))?;
    let ends = match rest {
        [] | [b':' | b'(' | b'\'' | b'"' | b'<' | b'\\', ..] => true,
        [b' ', next, ..] => next.is_ascii_digit() || matches!(next, b'\'' | b'(' | b'['),
        _ => false,
    };
    (ends && is_message(hit)).then(|| phrase(hit)).flatten()
}

/// A function or method, its arguments, and a colon or the manual's page behind it. `Notice: Server(Frankfurt): …` is prose, and scripts warn so too.
fn warning(hit: &mut Hit<'_>) -> Option<usize> {
    let (before, rest) = if hit.word().starts_with('_') {
        (take_back(hit.before(), is_name).0, hit.after())
    } else {
        let (name, rest) =
            take(hit.after().trim_ascii_start(), |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':' | b'-' | b'>'));
        let (arguments, rest) = take(rest.strip_prefix(b"(")?, |byte| byte != b')');
        // Few words of prose have a sign in them, and few arguments of prose are files.
        let named =
            contains_any(name, &["_", "::", "->"]) || arguments.iter().any(|byte| matches!(byte, b'.' | b'/')) || arguments.is_empty();
        (named && name.first().is_some_and(u8::is_ascii_lowercase) && !name.ends_with(b":")).then_some(())?;
        (hit.before(), rest.strip_prefix(b")")?)
    };
    let (code, _) = take_back(before, |byte| matches!(byte, b'"' | b'\'' | b'\\'));
    let is_code = ends_in_any(code, &["(", "(&quot;", "(&#39;", "&& ", "|| ", "= ", "? "]);
    let ends = rest.is_empty() || starts_with_any(rest, &[": ", " [", "<"]);
    (!is_code && ends).then(|| phrase(hit)).flatten()
}

const TROUBLES: &[&str] = &["error", "Error", "Exception", "exception", "message", "Driver error", "query failed", "server error"];

#[cfg(test)]
pub(crate) const EXAMPLES: &[crate::detect::tests::Example] = &[
    crate::detect::tests::Example {
        id: "classic.database",
        leaks: &["<p>Syntax error in string in query expression 'id = '.</p>", "supplied argument is not a valid MySQL result resource"],
        clean: &[
            "Your query expression was saved",
            "{\"error\":\"No data selected\"}",
            "The payment was not found in the statement",
            "Row 3 has a different number of columns",
            "{\"title\":\"No database selected\"}",
            "Transaction rollback completed",
            "Invalid character has been found in the statement descriptor",
        ],
    },
    crate::detect::tests::Example {
        id: "classic.driver",
        leaks: &["{\"error\":\"PSQLException\"}", "MySqlException: x"],
        clean: &["{\"error\":\"ValidationException\"}"],
    },
    crate::detect::tests::Example {
        id: "classic.package",
        leaks: &["oracle.jdbc.driver", "org.h2.jdbc"],
        clean: &["<a href=\"https://docs.shop.test/spark.read.jdbc\">", "a.jdb client", "x/postgresql.jdbc.html"],
    },
    crate::detect::tests::Example {
        id: "classic.product",
        leaks: &["{\"error\":\"Oracle Error: 17\"}", "{\"error\":\"SQL Server error 80040e14\"}", "{\"error\":\"DB2 SQL error: SQLCODE\"}"],
        clean: &[
            "{\"error\":\"Your MySQL cluster is being resized\"}",
            "{\"error\":\"Azure SQL Server error reporting is unavailable\"}",
            "{\"error\":\"Course Oracle SQL Basics is sold out\"}",
            "Your PostgreSQL query is queued",
        ],
    },
    crate::detect::tests::Example {
        id: "classic.warning",
        leaks: &[
            "Warning: maxdb::query():  -4004 POS(15)",
            "Warning: fopen(cart.csv): failed",
            "Warning: cart->total(): x",
            "<p>Warning: mysql_query()</p>",
            "mssql_query(): no",
        ],
        clean: &[
            "<script>social_connect();",
            "x = my_query() || 1",
            "lang === 1 ? do_connect(): null",
            "warn('Warning: init(): use start()')",
            "Warning: item(s): sold out",
            "Notice: Server(Frankfurt): maintenance",
            "Notice: prices(net): see below",
            "Notice: 서비스점검(02:00): x",
        ],
    },
    crate::detect::tests::Example {
        id: "classic.other",
        leaks: &["<b>Fatal error</b>: x in <b>y</b> on line <b>12</b>", "Microsoft VBScript runtime error '800a01a8'"],
        clean: &["Warning</b>: read <b>on line</b>", "An error occurred in <b>Payment</b>", "Classic ASP (Active Server Pages)"],
    },
];
