//! What older servers say, and what scanners have looked for since: ASP, ColdFusion, JRun, PHP's warnings as HTML, ODBC and JDBC, databases
//! that few use today. The lists of ZAP, sqlmap, OWASP CRS and SecLists know most of them.

use super::{is_message, phrase};
use crate::config::Level::Standard;
use crate::detect::Category::{Database, Exception};
use crate::detect::table::{Detector, literals, why};
use crate::detect::text::{is_name, lead, starts_with_any, take};
use crate::detect::view::Hit;

pub(crate) const DETECTORS: &[Detector] = &[
    Detector {
        id: "classic.database",
        category: Database,
        level: Standard,
        why: why("what a database or its driver says of a statement, and classes of drivers"),
        anchors: literals![
            "in query expression",
            "SQL command not properly",
            "end of SQL command",
            "quoted string not properly",
            "parser: parse error",
            "valid MySQL result",
            "valid PostgreSQL result",
            "MySQL result index",
            "Unknown table '",
            "Can't find record in '",
            "Incorrect column specifier",
            "encountered SQLException",
            "Unclosed quotation mark before",
            "character has been found in the statement",
            "END-OF-STATEMENT",
            "of command in statement",
            " in statement [",
            "data type varchar",
            "data type nvarchar",
            "DB Error: ",
            "Invalid SQL: ",
            "Transaction rollback",
            "Syntax error: Encountered \"",
            ", Sqlstate: ",
            "nested scalar subselect",
            "ERROR 42X",
            "No database selected",
            "OLE DB provider \"",
            "OLE/DB provider returned",
            "Zend_Db_",
            "DriverSapDB",
            "Sybase",
            "Informix",
            "MonetDB",
            "HSQLDB",
            "MemSQL",
            "com.ibm.",
            "/JDBCDriver",
            "fits your MariaDB",
            "given identifier exists: [",
            "[SYBASE]",
            "[DB2",
            "in criteria expression",
            "unterminated quoted ",
            "select statements have different",
        ],
        any_case: false,
        check: phrase,
    },
    Detector {
        id: "classic.driver",
        category: Database,
        level: Standard,
        why: why("a driver, or an exception of one"),
        anchors: literals![
            ".jdbc",
            "jdbc driver",
            "jdbc error",
            "sqlexception",
            "sqlite.exception",
            "sqliteexception",
            "sqlserverexception",
            "sqlsrvexception",
            "syntaxerrorexception",
            "oracleexception",
            "db2exception",
            "ifxexception",
            ",dc=",
        ],
        any_case: true,
        check: phrase,
    },
    Detector {
        id: "classic.product",
        category: Database,
        level: Standard,
        why: why("a database by name, with its trouble"),
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
            "Microsoft Access ",
            "JET Database Engine",
            "Access Database Engine",
            "SQL Native Client",
            "[SQL Server]",
        ],
        any_case: false,
        check: product,
    },
    Detector {
        id: "classic.warning",
        category: Exception,
        level: Standard,
        why: why("PHP's message about a call: `Warning: name(): …`"),
        anchors: literals!["Warning: ", "Notice: ", "Deprecated: ", "Fatal error: ", "_query()", "_exec()", "_execute()", "_connect()"],
        any_case: false,
        check: warning,
    },
    Detector {
        id: "classic.other",
        category: Exception,
        level: Standard,
        why: why("what PHP, ASP, ColdFusion, JRun, JBoss and Spring say of the program"),
        anchors: literals![
            "</b> on line <b>",
            "thrown in <b>",
            "PHP Warning",
            "PHP Notice",
            "PHP Parse error",
            "PHP Fatal error",
            "PHP Error",
            "[function.",
            "open_basedir restriction",
            "execute a blank command",
            "script whose uid",
            "valid File-Handle",
            "headers already sent",
            "Undefined class constant",
            "Microsoft VBScript",
            "Active Server Pages",
            "error '800",
            "error 'ASP ",
            "Server object error",
            "Server.Execute",
            "procedure call or argument",
            "Unterminated string constant",
            "when the object is closed",
            "is null or not an object",
            "Disallowed Parent Path",
            "'GetObject'",
            "Invalid web service call",
            "rror Occurred While Processing Request",
            "Error Diagnostic Information",
            "rror occurred in <b>",
            "rror Occurred in <b>",
            "rror occurred while processing an element",
            "Servlet Error",
            "Error page exception",
            "JBWEB0",
            "nested exception is ",
            "chain stacktrace",
        ],
        any_case: false,
        check: phrase,
    },
];

/// `Oracle ODBC Driver`, `DB2 SQL error`, `SQL Server error 80040e14`: a product alone may be what a service sells.
fn product(hit: &mut Hit<'_>) -> Option<usize> {
    let complete = !hit.word().ends_with(' ');
    let rest = hit.after();
    // One word may stand between.
    let next = rest.get(lead(rest, is_name).saturating_add(1)..).unwrap_or_default();
    (complete || is_message(hit) && [rest, next].iter().any(|rest| starts_with_any(rest, TROUBLES))).then(|| phrase(hit)).flatten()
}

/// A function or method, its arguments, and nothing but a colon, the manual's page or the end behind it. `Warning: item(s): …` is prose, and a call in a
/// script of the page has a sign behind it.
fn warning(hit: &mut Hit<'_>) -> Option<usize> {
    if hit.word().starts_with('_') {
        return starts_with_any(hit.after(), &[": ", " ["]).then(|| phrase(hit)).flatten();
    }
    let (name, rest) = take(hit.after().trim_ascii_start(), |byte| is_name(byte) || byte == b':');
    let (arguments, rest) = take(rest.strip_prefix(b"(")?, |byte| byte != b')');
    let rest = rest.strip_prefix(b")")?;
    let ends = rest.first().is_none_or(|byte| matches!(byte, b':' | b'<' | b'"' | b'\\')) || rest.starts_with(b" [");
    (name.len() > 2 && ends && !matches!(arguments, b"s" | b"es" | b"ies") && !name.ends_with(b":")).then(|| phrase(hit)).flatten()
}

const TROUBLES: &[&str] =
    &["error", "Error", "Driver", "driver", "ODBC", "Exception", "exception", "query", "result", "SQLSTATE", "MySQL", "SQL"];

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
        ],
    },
    crate::detect::tests::Example {
        id: "classic.driver",
        leaks: &["oracle.jdbc.driver", "{\"error\":\"PSQLException\"}", "uid=ada,dc=example,dc=com"],
        clean: &["{\"error\":\"ValidationException\"}", "a.jdb client"],
    },
    crate::detect::tests::Example {
        id: "classic.product",
        leaks: &["{\"error\":\"Oracle ODBC Driver\"}", "{\"error\":\"SQL Server error 80040e14\"}", "Microsoft JET Database Engine"],
        clean: &["{\"error\":\"Your MySQL cluster is being resized\"}", "Your Oracle order has shipped"],
    },
    crate::detect::tests::Example {
        id: "classic.warning",
        leaks: &[
            "Warning: maxdb::query():  -4004 POS(15)",
            "Warning: fopen(cart.csv): failed",
            "<p>Warning: mysql_query()</p>",
            "mssql_query(): no",
        ],
        clean: &[
            "<script>social_connect();",
            "x = my_query() || 1",
            "Warning: item(s): sold out",
            "Warning: prices (net): see below",
            "Notice: the shop closes",
        ],
    },
    crate::detect::tests::Example {
        id: "classic.other",
        leaks: &["<b>Fatal error</b>: x in <b>y</b> on line <b>12</b>", "Microsoft VBScript runtime error '800a01a8'"],
        clean: &["Warning</b>: read <b>on line</b>", "an error occurred in your order", "active server page"],
    },
];
