//! SQL databases: what servers, drivers and mappers say, and the statements themselves.

use super::Category::Database;
use super::table::{Detector, literal, literals, why};
use super::text::{at_number, behind, contains, contains_any, ends_in_name, first, is_name, last, lead, starts_with_any, take, take_back};
use super::view::Hit;
use crate::config::Level::{Relaxed, Standard};

pub(crate) const DETECTORS: &[Detector] = &[
    Detector {
        id: "sql.statement",
        category: Database,
        level: Relaxed,
        why: why("a statement with table and columns"),
        anchors: literals!["SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM ", "CREATE TABLE ", "ALTER TABLE ", "DROP TABLE "],
        any_case: true,
        check: statement,
    },
    Detector {
        id: "sql.state",
        category: Database,
        level: Relaxed,
        why: why("an SQLSTATE, as PDO, ODBC and JDBC report it"),
        anchors: literals!["SQLSTATE", "SQLCODE=", ", Level 1"],
        any_case: false,
        check: state,
    },
    Detector {
        id: "sql.postgresql",
        category: Database,
        level: Relaxed,
        why: why("a message of the PostgreSQL server or its drivers"),
        anchors: literals![
            "syntax error at or near ",
            "key value violates unique const",
            "violates foreign key constraint",
            "violates not-null constraint",
            "violates check constraint",
            "violates exclusion constraint",
            "invalid input syntax for ",
            "password authentication failed for user",
            "transaction is aborted, commands ign",
            "terminating connection due to ",
            "canceling statement due to ",
            "org.postgresql.",
            "psycopg2.",
            "psycopg.errors",
            "asyncpg.",
            "PG::",
            "pg_query(",
            "pq: ",
            "no pg_hba.conf entry",
            "remaining connection slots are",
            "could not serialize access due to",
            "FATAL:  ",
            "ERROR:  ",
            "operator does not exist: ",
            "permission denied for ",
            "value too long for type ",
            "FEHLER:  ",
            "ERREUR:  ",
            "ERRORE:  ",
            "null value in column \"",
            "out of range for type ",
            "numeric field overflow",
            "deadlock detected",
            "too many connections for role",
            "sorry, too many clients already",
            "must appear in the GROUP BY clause",
            "could not translate host name",
            "server closed the connection unexp",
            "DETAIL:  ",
            "HINT:  ",
            "in the schema cache",
            "LINE 1: ",
            "LINE 2: ",
            "LINE 3: ",
            "LINE 4: ",
            "pg_dump: ",
            "psql: ",
            "pg_restore: ",
        ],
        any_case: false,
        check: postgresql,
    },
    Detector {
        id: "sql.missing_object",
        category: Database,
        level: Standard,
        why: why("the name of a table or column that is missing"),
        anchors: literals![
            "relation \"",
            "column \"",
            "column ",
            "schema \"",
            "type \"",
            "sequence \"",
            "Column '",
            "FUNCTION ",
            "PROCEDURE ",
            "function ",
            "Table '",
            "abelle '",
            "a table '",
            "a tabla '",
            "Tabela '",
            "Таблица '",
            "表 '",
            "Unknown column '",
            "no such table: ",
            "no such column: ",
            "no such function: ",
            "no such index: ",
            "no such module: ",
            "Invalid object name '",
            "Invalid column name '",
            "Unknown database '",
            "database \"",
            "role \"",
            "has no column named ",
        ],
        any_case: false,
        check: missing_object,
    },
    Detector {
        id: "sql.mysql",
        category: Database,
        level: Relaxed,
        why: why("a message of the MySQL or MariaDB server or their drivers"),
        anchors: literals![
            "You have an error in your SQL syntax",
            "check the manual that corresponds to your",
            "Duplicate entry '",
            "Access denied for user '",
            "'@'",
            "Lost connection to MySQL",
            "MySQL server has gone away",
            "Lock wait timeout exceeded; try",
            "Can't connect to MySQL",
            "Can't connect to local MySQL",
            "Can't connect to server on '",
            "Cannot add or update a child row",
            "delete or update a parent row",
            "Data too long for column '",
            "Out of range value for column '",
            "Incorrect integer value: '",
            "mysqli_",
            "mysql_fetch",
            "Mysql2::",
            "MySQLdb.",
            "pymysql.",
            "mysql.connector.",
            "com.mysql.",
            "ER_",
            "doesn't have a default value",
            "found when trying to get lock",
            "Too many connections",
            "Unknown MySQL server host",
            "MySQL server is running with the --",
            "count doesn't match value c",
            "Truncated incorrect ",
            "Data truncated for column '",
            "Illegal mix of collations",
            "Query execution was interrupted",
            "statement needs to be re-prep",
            "Commands out of sync; you can't run",
            "command denied to user '",
            "(using password: YES)",
            "(using password: NO)",
        ],
        any_case: false,
        check: mysql,
    },
    Detector {
        id: "sql.sqlite",
        category: Database,
        level: Relaxed,
        why: why("a message of SQLite or its drivers"),
        anchors: literals![
            "UNIQUE constraint failed: ",
            "NOT NULL constraint failed: ",
            "FOREIGN KEY constraint failed",
            "CHECK constraint failed: ",
            "SQLITE_",
            "SQLite3::",
            "sqlite3.",
            "unrecognized token: \"",
            "\": syntax error",
            "database disk image is malformed",
            "unable to open database file",
            "write a readonly datab",
            "database is locked",
            "SqliteError",
            "incomplete input",
            "number of bindings supp",
            "Invalid column type ",
            "datatype mismatch",
            "file is not a database",
            "table has no column named",
            "execute one statement at",
            "Binder Error: ",
            "Catalog Error: ",
            "Parser Error: ",
            "Conversion Error: ",
            "Constraint Error: ",
        ],
        any_case: false,
        check: sqlite,
    },
    Detector {
        id: "sql.oracle",
        category: Database,
        level: Relaxed,
        why: why("an error number of Oracle"),
        anchors: literals!["ORA-", "PLS-", "TNS-"],
        any_case: true,
        check: oracle,
    },
    Detector {
        id: "sql.sqlserver",
        category: Database,
        level: Relaxed,
        why: why("a message of SQL Server or its drivers"),
        anchors: literals![
            "Incorrect syntax near ",
            "Unclosed quotation mark after",
            "Violation of PRIMARY KEY",
            "Violation of UNIQUE KEY",
            "Cannot insert duplicate key",
            "insert the value NULL into",
            "Login failed for user '",
            "[Microsoft][",
            "[FreeTDS]",
            "[unixODBC]",
            "Driver]",
            "when converting the varchar val",
            "when converting date and",
            "binary data would be trunc",
            "statement conflicted with the ",
            "System.Data.SqlClient",
            "Microsoft.Data.SqlClient",
            "network-related or instance-spec",
            "was deadlocked on lock resources",
            "Microsoft OLE DB Provider for ",
            "ODBC Drivers error '",
            "overflow error converting",
        ],
        any_case: false,
        check: literal,
    },
    Detector {
        id: "sql.mapper",
        category: Database,
        level: Relaxed,
        why: why("a message of an object-relational mapper or a query builder"),
        anchors: literals![
            "sqlalchemy.",
            "[SQL: ",
            "(SQL: ",
            "[parameters: ",
            "Background on this error at",
            "ActiveRecord::",
            "org.hibernate.",
            "could not execute statement",
            "could not execute query",
            "could not extract ResultSet",
            "java.sql.",
            "org.springframework.dao.",
            "org.springframework.jdbc.",
            "PreparedStatementCallback",
            "StatementCallback",
            "Illuminate\\Database\\",
            "Doctrine\\DBAL",
            "Doctrine\\ORM",
            "PrismaClient",
            "Invalid `prisma.",
            "SequelizeDatabase",
            "SequelizeUnique",
            "SequelizeForeign",
            "SequelizeConnection",
            "QueryFailedError",
            "django.db.",
            "Microsoft.EntityFrameworkCore",
            "System.Data.Entity",
            "DbUpdateException",
            "sql: no rows in result set",
            "sql: Scan error on column",
            "sql: database is closed",
            "Ecto.",
            "Postgrex.",
            "HikariPool-",
            "com.zaxxer.hikari",
            "ERROR #",
            "diesel::",
            "sqlx::",
            "\"Sequelize",
            "No metadata for \"",
        ],
        any_case: false,
        check: mapper,
    },
];

/// Both words of a statement, and something that prose has not.
fn statement(hit: &mut Hit<'_>) -> Option<usize> {
    if ends_in_name(hit.before()) {
        return None;
    }
    let word = hit.word();
    let upper = word.bytes().all(|byte| !byte.is_ascii_lowercase());
    let lower = word.bytes().all(|byte| !byte.is_ascii_uppercase());
    let after = hit.after();
    let then = |upper_word: &'static str, lower_word: &'static str| {
        if upper { behind(after, upper_word) } else { behind(after, lower_word) }
    };
    let found = match word.to_ascii_lowercase().as_str() {
        _ if !upper && !lower => false,
        "select " => then(" FROM ", " from ").is_some_and(|table| {
            let columns = first(after, after.len().saturating_sub(table.len()).saturating_sub(6));
            let listed = columns.iter().any(|byte| matches!(byte, b'*' | b'.' | b'`' | b'(' | b'"' | b'=' | b'['));
            let named = !columns.contains(&b' ') || columns.contains(&b',');
            let clause = contains_any(
                table,
                &[" WHERE ", " LIMIT ", " ORDER BY ", " JOIN ", " GROUP BY ", " where ", " limit ", " order by ", " join "],
            );
            let bound = table.iter().any(|byte| matches!(byte, b'=' | b'?' | b'`' | b';' | b'$'));
            table.first().is_some_and(|&byte| is_name(byte) || matches!(byte, b'"' | b'`' | b'[' | b'\\' | b'(' | b'\''))
                && if upper { listed || clause || named } else { (listed || named) && (bound || columns.starts_with(b"*")) }
        }),
        "insert into " => {
            let (_, rest) = take(after, |byte| is_name(byte) || matches!(byte, b'.' | b'"' | b'`' | b'[' | b']' | b'\\'));
            rest.trim_ascii_start().starts_with(b"(")
                && (contains_any(rest, &["VALUES", "values", "select", "SELECT"]) || rest.contains(&b','))
                || starts_with_any(rest.trim_ascii_start(), &["VALUES", "values", "SELECT"])
        }
        "update " => then(" SET ", " set ").is_some_and(|set| {
            let (column, rest) = take(set, |byte| is_name(byte) || matches!(byte, b'.' | b'"' | b'`' | b'[' | b']' | b'\\'));
            !column.is_empty() && rest.trim_ascii_start().starts_with(b"=")
        }),
        "delete from " => {
            let (table, rest) = take(after, |byte| is_name(byte) || matches!(byte, b'.' | b'"' | b'`' | b'[' | b']' | b'\\'));
            !table.is_empty() && (starts_with_any(rest, &[" WHERE ", ";"]) || rest.starts_with(b" where ") && rest.contains(&b'='))
        }
        _ => {
            let name = lead(after, |byte| byte != b'(' && byte != b';');
            upper && name < 80 && (after.get(name).is_some() || contains_any(after, &[" ADD ", " DROP ", "IF EXISTS"]))
        }
    };
    found.then_some(hit.start)
}

fn state(hit: &mut Hit<'_>) -> Option<usize> {
    // `Msg 208, Level 16, State 1` of Sybase and SQL Server
    if hit.word().starts_with(',') {
        return (contains(first(hit.after(), 10), ", State ") && contains(last(hit.before(), 12), "Msg ")).then_some(hit.start);
    }
    let (sign, rest) = take(hit.after(), |byte| matches!(byte, b'[' | b'=' | b':' | b' ' | b'(' | b'-'));
    let code = lead(rest, |byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    (!sign.is_empty() && (2..=6).contains(&code) && rest.iter().take(code).any(u8::is_ascii_digit)).then_some(hit.start)
}

fn postgresql(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    match word {
        "pq: " | "PG::" | "asyncpg." | "psycopg2." => !ends_in_name(hit.before()),
        "FATAL:  " | "ERROR:  " => {
            hit.after().first().is_some_and(u8::is_ascii_lowercase)
                && contains_any(
                    hit.after(),
                    &["relation", "column", "syntax", "constraint", "role", "database", "permission denied", "does not exist"],
                )
        }
        "FEHLER:  " | "ERREUR:  " | "ERRORE:  " | "DETAIL:  " | "HINT:  " => !hit.after().is_empty(),
        "pg_dump: " | "psql: " | "pg_restore: " => {
            contains_any(first(hit.after(), 40), &["rror:", "fatal", "could not", "FATAL", "connection"])
        }
        "LINE 1: " | "LINE 2: " | "LINE 3: " | "LINE 4: " => !ends_in_name(hit.before()) && hit.after().len() > 4,
        "deadlock detected" | "numeric field overflow" => hit.is_alone() || hit.before().ends_with(b": ") || hit.before().ends_with(b":  "),
        "permission denied for " => starts_with_any(
            hit.after(),
            &["table ", "relation ", "schema ", "view ", "sequence ", "function ", "type ", "database ", "language ", "large object"],
        ),
        "syntax error at or near " => matches!(hit.after().first(), Some(b'"' | b'\\' | b'\'' | b'&')),
        _ => true,
    }
    .then_some(hit.start)
}

fn missing_object(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    if hit.before().ends_with(b"he ") {
        // `The column "Price" cannot be empty` is a sentence; databases leave the article out.
        return None;
    }
    let (name, rest) = take(hit.after(), |byte| is_name(byte) || matches!(byte, b'.' | b'-' | b' '));
    let quoted = |words: &[&str]| {
        let rest = rest.get(lead(rest, |byte| matches!(byte, b'"' | b'\'' | b'\\'))..).unwrap_or_default();
        !name.is_empty() && starts_with_any(rest, words)
    };
    match word {
        "relation \"" => quoted(&[" does not exist", " already exists"]),
        "column \"" => quoted(&[" does not exist", " of relation", " is of type", " must appear", " cannot be", " specified more"]),
        "database \"" | "role \"" => quoted(&[" does not exist", " is not permitted"]),
        "column " => {
            // With its table, as PostgreSQL prints an alias.
            let (name, rest) = take(hit.after(), |byte| is_name(byte) || byte == b'.');
            name.iter().skip(1).any(|&byte| byte == b'.') && rest.starts_with(b" does not exist")
        }
        "schema \"" | "type \"" | "sequence \"" => quoted(&[" does not exist", " already exists"]),
        "Column '" => quoted(&[" cannot be null"]),
        "FUNCTION " | "PROCEDURE " => name.contains(&b'.') && name.ends_with(b" does not exist"),
        "function " => {
            let (_, rest) = take(hit.after(), |byte| is_name(byte) || byte == b'.');
            rest.starts_with(b"(") && contains(first(rest, 80), ") does not exist")
        }
        "Table '" if name.contains(&b'.') => quoted(&[" does not exist", " doesn't exist", " already exists", " was not locked"]),
        "Table '" => quoted(&[" doesn't exist", " already exists", " is marked as crashed", " was not locked"]),
        // With its database, in the language of the server: `La table 'shop.orders' n'existe pas`.
        "abelle '" | "a table '" | "a tabla '" | "Tabela '" | "Таблица '" | "表 '" => {
            let (database, table) = take(name, is_name);
            !database.is_empty() && table.len() > 1 && quoted(&[""])
        }
        "Unknown column '" => quoted(&[" in '"]),
        "has no column named " => name.first().is_some_and(|&byte| is_name(byte)),
        _ if word.starts_with("no such ") => {
            let quotes = lead(hit.after(), |byte| matches!(byte, b'"' | b'\\'));
            hit.after().get(quotes).is_some_and(|&byte| is_name(byte))
        }
        _ => quoted(&[""]),
    }
    .then_some(hit.start)
}

fn mysql(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    match word {
        "ER_" => {
            let (name, _) = take(hit.after(), |byte| byte.is_ascii_uppercase() || byte == b'_');
            !ends_in_name(hit.before()) && (name.contains(&b'_') || contains(name, "ERROR"))
        }
        "Duplicate entry '" => contains(hit.after(), " for key "),
        "Too many connections" => hit.is_alone() || hit.before().ends_with(b": ") || hit.before().ends_with(b"] "),
        "Access denied for user '" => contains(hit.after(), "'@"),
        // `'app'@'10.0.0.3'`, in whatever language the rest is.
        "'@'" => {
            let (outside, user) = take_back(hit.before(), |byte| is_name(byte) || byte == b'-');
            let (host, rest) = take(hit.after(), |byte| is_name(byte) || matches!(byte, b'.' | b'-' | b'%' | b':'));
            !user.is_empty() && outside.ends_with(b"'") && !host.is_empty() && rest.starts_with(b"'")
        }
        "mysqli_" | "mysql_fetch" => contains(hit.after(), "("),
        _ => true,
    }
    .then_some(hit.start)
}

fn sqlite(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    match word {
        "SQLITE_" => hit.after().first().is_some_and(u8::is_ascii_uppercase),
        "sqlite3." => {
            !ends_in_name(hit.before())
                && starts_with_any(
                    hit.after(),
                    &["Operational", "Integrity", "Programming", "Database", "Interface", "Warning", "Error", "NotSupported", "Data"],
                )
        }
        "Invalid column type " => contains(hit.after(), " at index"),
        "datatype mismatch" | "file is not a database" => hit.is_alone() || hit.before().ends_with(b": "),
        "Binder Error: " | "Catalog Error: " | "Parser Error: " | "Conversion Error: " | "Constraint Error: " => {
            contains_any(hit.after(), &["column", "Table ", "table ", "Could not convert", "syntax error", "violate", "unction"])
        }
        "\": syntax error" => contains(hit.before(), "near "),
        "incomplete input" => contains_any(hit.before(), &["SQL", "sqlite", "OperationalError"]),
        "database is locked" => super::text::last(hit.before(), 40).contains(&b':') || hit.before().is_empty() && hit.after().len() <= 1,
        _ => true,
    }
    .then_some(hit.start)
}

fn oracle(hit: &mut Hit<'_>) -> Option<usize> {
    let (digits, rest) = take(hit.after(), |byte| byte.is_ascii_digit());
    (!ends_in_name(hit.before()) && digits.len() == 5 && !rest.first().is_some_and(|&byte| byte == b'-' || is_name(byte)))
        .then_some(hit.start)
}

fn mapper(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    match word {
        "Ecto." | "Postgrex." | "sqlalchemy." | "django.db." | "java.sql." => {
            !ends_in_name(hit.before()) && hit.after().first().is_some_and(u8::is_ascii_alphabetic)
        }
        "ERROR #" => {
            hit.after().iter().take(5).all(|byte| byte.is_ascii_digit()) && contains(hit.after(), " (") && contains(hit.after(), "):")
        }
        "No metadata for \"" => contains(hit.after(), "was found"),
        "HikariPool-" => at_number(hit.after()),

        _ => true,
    }
    .then_some(hit.start)
}

#[cfg(test)]
pub(crate) const EXAMPLES: &[super::tests::Example] = &[
    super::tests::Example {
        id: "sql.statement",
        leaks: &[
            "SELECT id, name FROM users WHERE id = 3",
            "SELECT * FROM orders",
            "select * from users where id = ?",
            "INSERT INTO orders (id, total) VALUES (1, 2)",
            "UPDATE orders SET total = 3 WHERE id = 1",
            "DELETE FROM orders WHERE id = 1",
            "select u1_0.id,u1_0.name from users u1_0 where u1_0.id=?",
        ],
        clean: &[
            "Select a plan from the list below",
            "Please select a date from the calendar, where possible after May.",
            "Update your browser, or set a new password",
            "You can select items from several orders",
            "UPDATE YOUR SETTINGS",
        ],
    },
    super::tests::Example {
        id: "sql.state",
        leaks: &[
            "SQLSTATE[42S02]: Base table or view not found",
            "SQLSTATE: 08001",
            "SQLCODE=-204, SQLSTATE=42704",
            "Msg 208, Level 16, State 1: orderz not found.",
        ],
        clean: &["What is an SQLSTATE? A code of five characters."],
    },
    super::tests::Example {
        id: "sql.postgresql",
        leaks: &[
            "syntax error at or near \"FORM\"",
            "ERROR:  relation \"x\" does not exist",
            "pq: sorry, too many clients already",
            "duplicate key value violates unique constraint \"users_email_key\"",
        ],
        clean: &["ERROR:  please log in again", "A syntax error at or near the end of your search", "duplicate key value"],
    },
    super::tests::Example {
        id: "sql.missing_object",
        leaks: &[
            "relation \"orders\" does not exist",
            "column ci.type does not exist",
            "schema \"shop\" does not exist",
            "function total(integer) does not exist",
            "FUNCTION shop.total does not exist",
            "Column 'name' cannot be null",
            "line 1:8: Table 'hive.default.x' does not exist",
            "Table 'shop.orders' doesn't exist",
            "no such table: orders",
            "Unknown column 'nam' in 'field list'",
            "Invalid object name 'dbo.Orders'.",
        ],
        clean: &[
            "The relation \"friend of\" is shown on the right",
            "the column right does not exist",
            "The column \"Price\" cannot be empty",
            "The role \"Editor\" does not exist",
            "Table 'Oak' is sold out",
        ],
    },
    super::tests::Example {
        id: "sql.mysql",
        leaks: &[
            "You have an error in your SQL syntax; check the manual",
            "Duplicate entry 'a@b' for key 'users.email'",
            "ER_NO_SUCH_TABLE",
            "Access denied for user 'shop'@'10.0.0.3' (using password: YES)",
        ],
        clean: &["Duplicate entry 'Smith' in your address book", "Access denied for user 'ann'", "OTHER_ERROR", "ER_X"],
    },
    super::tests::Example {
        id: "sql.sqlite",
        leaks: &[
            "UNIQUE constraint failed: users.email",
            "near \"FORM\": syntax error",
            "SQLITE_CONSTRAINT",
            "sqlite3.OperationalError",
            "OperationalError: database is locked",
        ],
        clean: &["Search for \"tea\": syntax error in your query", "The sqlite3. of the list"],
    },
    super::tests::Example {
        id: "sql.oracle",
        leaks: &["ORA-00942: table or view does not exist", "PLS-00201"],
        clean: &["AURORA-00942", "order ORA-1234", "ORA-00942-77"],
    },
    super::tests::Example {
        id: "sql.sqlserver",
        leaks: &["Incorrect syntax near '='.", "[Microsoft][ODBC Driver 17 for SQL Server]", "Login failed for user 'sa'."],
        clean: &["Login failed for user ann", "Incorrect syntax in your search"],
    },
    super::tests::Example {
        id: "sql.mapper",
        leaks: &[
            "sqlalchemy.exc.NoResultFound",
            "[SQL: SELECT",
            "ActiveRecord::RecordNotFound",
            "could not execute statement",
            "HikariPool-1 - Connection is not available",
            "sql: no rows in result set",
        ],
        clean: &["Ecto. A word from Greek", "ERROR #42 (call us): sorry"],
    },
];
