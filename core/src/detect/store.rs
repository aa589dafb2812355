//! Stores that speak no SQL: documents, keys, search, queues, directories.

use super::Category::Database;
use super::table::{Detector, literals, why};
use super::text::{contains, contains_any, ends_in_name, first, last};
use super::view::Hit;
use crate::config::Level::Standard;

pub(crate) const DETECTORS: &[Detector] = &[Detector {
    id: "sql.other_store",
    category: Database,
    level: Standard,
    why: why("a message of MongoDB, Redis, Elasticsearch or Cassandra"),
    anchors: literals![
        "E11000 duplicate key error",
        "MongoServerError",
        "MongoNetworkError",
        "MongoServerSelectionError",
        "MongooseError",
        "MongoError:",
        "pymongo.",
        "com.mongodb.",
        "WRONGTYPE Operation against",
        "NOAUTH Authentication required",
        "NOAUTH: ",
        "MISCONF Redis is configured",
        "READONLY You can't write against",
        "redis.exceptions.",
        "elasticsearch.exceptions",
        "ElasticsearchStatusException",
        "index_not_found_exception",
        "search_phase_execution_exception",
        "com.datastax.",
        "NoHostAvailable",
        "buffering timed out after ",
        "ALLOW FILTERING",
        "server selection timed out",
        "No suitable servers found",
        "topology: { Type:",
        "<Topology Description",
        "CROSSSLOT Keys in request",
        "LOADING Redis is",
        "WRONGPASS invalid username-password",
        "ERR unknown command",
        "ERR value is not an integer",
        "ERR wrong number of arguments for",
        "parsing_exception",
        "illegal_argument_exception",
        "mapper_parsing_exception",
        "cluster_block_exception",
        "InvalidRequestException",
        "org.apache.kafka.",
        "no host could be resolved",
        "FOPERATION_TIMED_OUT",
        "DB2 SQL Error",
        "influxdb: ",
        "unable to parse 'measurement",
        "Neo.ClientError.",
        "Neo.TransientError.",
        "Code: 60. DB::Exception",
        "DB::Exception: ",
        "HY000",
        "unknown command '",
        "HELLO must be called with",
        "value is not an integer or out",
        "@user_script",
        "when used memory > 'maxmemory'",
        "searchResDone",
        "bindResponse",
        "ldap_bind: ",
        "ldap_search",
        "ldap_sasl",
        "LDAPInvalid",
        "LDAPNoSuch",
        "error parsing query: ",
        "partial write: ",
        "field type conflict: ",
        "error when executing query=",
        "undefined function ",
        ": parse error: ",
        "couchdb: ",
    ],
    any_case: false,
    check: other_store,
}];

fn other_store(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    match word {
        // CQL's message, and a hosting product's name of it.
        "ALLOW FILTERING" => contains_any(hit.before(), &["use ", "query"]),
        "parsing_exception" | "illegal_argument_exception" | "InvalidRequestException" => {
            contains_any(hit.line, &["\"type\"", "reason", "assandra", "index"])
        }
        "HY000" => contains_any(last(hit.before(), 30), &["SQL", "(", "[", "ODBC"]),
        "unknown command '" => contains(hit.after(), "args beginning with"),
        "undefined function " => contains(first(hit.after(), 60), "()"),
        ": parse error: " => hit.before().last().is_some_and(u8::is_ascii_digit),
        "partial write: " => !hit.after().is_empty(),
        "influxdb: " | "couchdb: " => !ends_in_name(hit.before()),
        _ => true,
    }
    .then_some(hit.start)
}

#[cfg(test)]
pub(crate) const EXAMPLES: &[super::tests::Example] = &[super::tests::Example {
    id: "sql.other_store",
    leaks: &["E11000 duplicate key error collection: shop.users", "WRONGTYPE Operation against a key"],
    clean: &["MongoDB is a database", "wrong type of operation"],
}];
