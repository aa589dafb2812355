//! Error objects that a handler wrote as they are: `res.json(error)`, `Encode(err)`, `json.dumps(error.response)`. Message and trace are often
//! not among their members; what is left are names of the library's own, such as nobody gives to the members of an answer.

use super::Category::Exception;
use super::table::{Detector, literals, why};
use super::text::{behind, contains, contains_any, first, is_any, is_digit, take};
use super::view::Hit;
use crate::config::Level::Standard;

pub(crate) const DETECTORS: &[Detector] = &[Detector {
    id: "json.error_object",
    category: Exception,
    level: Standard,
    why: why("a member that only the error object of a library has: `keyPattern`, `$metadata`, `suppressedExceptions`"),
    anchors: literals![
        // Node's libraries
        "clientVersion",
        "keyPattern",
        "$metadata",
        "$fault",
        "totalRetryDelay",
        "retryDelay",
        "_message",
        "codePrefix",
        "internalRepr",
        "rawType",
        "procName",
        "precedingErrors",
        "originalStack",
        "driverError",
        "requireStack",
        "isAxiosError",
        "xsrfCookieName",
        "storageErrors",
        "expose",
        "killed",
        "phases",
        "lastNodeError",
        "lde_message",
        "_original",
        "_eventsCount",
        "_readableState",
        "$clusterTime",
        "errorLabels",
        "errorLabelSet",
        "writeErrors",
        "valueType",
        "erroredSysCall",
        "methodId",
        "port",
        "generatedMessage",
        "errno",
        "expiredAt",
        // Go
        "InternalPosition",
        "WriteConcernError",
        "OperationName",
        "SQLState",
        "Struct",
        "\"Err",
        // the JVM and .NET
        "suppressedExceptions",
        "mostSpecificCause",
        "suppressed",
        "hResult",
        "HResult",
        "WatsonBuckets",
        "ClientConnectionId",
        // Python
        "ResponseMetadata",
        "connection_invalidated",
        "hide_parameters",
        "pgcode",
        // PHP
        "handlerContext",
    ],
    any_case: false,
    check: member,
}];

/// A member with a value. Some names tell only beside others of the same object.
fn member(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word().trim_start_matches('"');
    let at = hit.end.saturating_sub(word.len());
    let before = hit.line.get(..at)?;
    let before = before.strip_suffix(b"\"").or_else(|| before.strip_suffix(b"'"))?;
    let rest = hit.after();
    let rest = rest.strip_prefix(b"\\").unwrap_or(rest);
    let rest = rest.strip_prefix(b"\"").or_else(|| rest.strip_prefix(b"'"))?.trim_ascii_start();
    let value = rest.strip_prefix(b":").or_else(|| rest.strip_prefix(b"=>"))?.trim_ascii_start();
    if value.starts_with(b"null") || value.starts_with(b"None") {
        return None;
    }
    let near = hit.line.get(before.len().saturating_sub(NEAR)..).unwrap_or(hit.line);
    let near = first(near, NEAR.saturating_mul(2));
    let beside = |parts: &[&str]| parts.iter().all(|part| contains(near, part));
    let tells = match word {
        // `"code":"P2002"`
        "clientVersion" => behind(near, "\"P").is_some_and(|rest| take(rest, is_digit).0.len() == 4),
        "keyPattern" => beside(&["code"]),
        "totalRetryDelay" => beside(&["attempts"]),
        "_message" => contains(first(value, 200), "validation failed"),
        "ResponseMetadata" => beside(&["HTTPStatusCode"]),
        "retryDelay" => beside(&["retryable", "statusCode", "\"time\""]),
        "driverError" | "$metadata" => value.starts_with(b"{"),
        "storageErrors" | "SQLState" => value.starts_with(b"["),
        "port" => is_any(take(value, is_digit).0, SERVICES) && beside(&["host"]),
        "errno" => value.starts_with(b"-") && beside(&["code"]),
        "hResult" | "HResult" => value.starts_with(b"-"),
        "rawType" => beside(&["Stripe"]),
        "_original" => beside(&["details"]),
        "codePrefix" => beside(&["errorInfo"]),
        "procName" => beside(&["serverName"]),
        "handlerContext" => beside(&["errno"]),
        "pgcode" => beside(&["pgerror"]),
        "errorLabels" => contains_any(near, &["TransientTransaction", "RetryableWrite"]),
        "writeErrors" => beside(&["nInserted"]),
        "expose" => beside(&["statusCode", "status\""]),
        "killed" => beside(&["signal", "cmd", "\"code\""]),
        "phases" => value.starts_with(b"{") && beside(&["timings", "socket"]),
        "valueType" => beside(&["stringValue", "kind"]),
        "methodId" => value.first().is_some_and(u8::is_ascii_digit) && beside(&["classId"]),
        "expiredAt" => beside(&["TokenExpiredError"]),
        "Struct" => beside(&["\"Offset", "\"Value", "\"Field"]),
        "OperationName" => beside(&["ServiceID", "Err"]),
        "Err" => contains_any(near, &["Op\"", "Func\""]),
        "suppressed" => beside(&["localizedMessage", "stackTrace"]),
        _ => true,
    };
    tells.then_some(at)
}

/// The ports of databases, queues and caches.
const SERVICES: &[&str] = &["5432", "3306", "6379", "27017", "9200", "9092", "5672", "11211", "1433", "1521"];

/// So many bytes on either side belong to the same object.
const NEAR: usize = 400;

#[cfg(test)]
pub(crate) const EXAMPLES: &[super::tests::Example] = &[super::tests::Example {
    id: "json.error_object",
    leaks: &[
        "{\"code\":\"P2002\",\"clientVersion\":\"5.3.1\",\"meta\":{\"modelName\":\"User\",\"target\":[\"email\"]}}",
        "{\"generatedMessage\":true,\"code\":\"ERR_ASSERTION\",\"actual\":1,\"expected\":2}",
        "{\"db\":{\"host\":\"db\",\"port\": 5432,\"user\":\"app\"}}",
        "{\"err\":{\"errno\":-3,\"code\":\"Z_DATA_ERROR\"}}",
        "{\"index\":0,\"code\":11000,\"keyPattern\":{\"email\":1},\"keyValue\":{\"email\":\"x\"}}",
        "{\"$fault\":\"client\",\"$metadata\":{\"httpStatusCode\":404,\"attempts\":1},\"Code\":\"NoSuchKey\"}",
        "{'Error': {'Code': 'NoSuchKey'}, 'ResponseMetadata': {'RequestId': 'x', 'HTTPStatusCode': 404, 'RetryAttempts': 0}}",
        "{\"errors\":{\"email\":{\"kind\":\"required\"}},\"_message\":\"User validation failed\"}",
        "{\"code\":\"AccessDenied\",\"time\":\"x\",\"statusCode\":403,\"retryable\":false,\"retryDelay\":32.2}",
        "{\"killed\":false,\"code\":1,\"signal\":null,\"cmd\":\"convert a b\"}",
        "{\"Op\":\"dial\",\"Net\":\"tcp\",\"Source\":null,\"Addr\":{\"IP\":\"10.0.0.5\"},\"Err\":{}}",
        "{\"cause\":null,\"stackTrace\":[],\"localizedMessage\":\"no order\",\"suppressed\":[]}",
        "{\"detailMessage\":\"no order\",\"stackTrace\":[],\"suppressedExceptions\":[]}",
        "{\"message\":\"no order\",\"hResult\":-2146233088}",
        "{\"timings\":{\"start\":1,\"socket\":2,\"phases\":{\"wait\":1}}}",
    ],
    clean: &[
        "{\"clientVersion\":\"5.3.1\",\"message\":\"Please update the app.\"}",
        "{\"code\":\"PAYMENT\",\"clientVersion\":\"5.3.1\"}",
        "{\"error\":{\"retryDelay\":\"30s\"}}",
        "{\"host\":\"smtp.example.com\",\"port\":587}",
        "{\"port\":5432}",
        "{\"errno\":0,\"code\":\"OK\"}",
        "{\"expose\":true}",
        "{\"player\":\"x\",\"killed\":3}",
        "{\"moon\":{\"phases\":[\"new\"]}}",
        "{\"Err\":\"Sold out\"}",
        "{\"ResponseMetadata\":{\"RequestId\":\"x\",\"Error\":{\"Code\":\"InternalError\"}}}",
        "{\"errorCode\":\"E100\",\"detailMessage\":\"The amount exceeds your daily limit.\"}",
        "{\"extensions\":{\"originalError\":{\"message\":[\"email must be an email\"],\"statusCode\":400}}}",
        "{\"error\":{\"statusCode\":429,\"retryable\":true,\"retryDelay\":1000}}",
        "{\"process\":{\"killed\":true,\"signal\":\"SIGKILL\",\"cmd\":\"npm test\",\"exitCode\":137}}",
        "{\"ride\":\"17\",\"driverError\":\"vehicle_out_of_service\"}",
        "{\"status\":\"TokenExpired\",\"expiredAt\":\"2026-01-01\"}",
        "{\"Err\":404,\"ErrMsg\":\"Not found\",\"URL\":\"/orders/17\"}",
        "{\"$metadata\":\"https://shop.example/v1\"}",
        "{\"hResult\":3,\"rawType\":\"CR2\",\"SQLState\":\"off\",\"pgcode\":\"x\"}",
        "{\"totalRetryDelay\":60,\"message\":\"Your webhook could not be reached\"}",
        "{\"_message\":\"Please check your entries\"}",
        "{\"error\":\"slot_taken\",\"classId\":\"yoga-12\",\"methodId\":\"pm_1\"}",
        "{\"Struct\":\"Bridge 7\",\"Offset\":\"2m\"}",
        "{\"suppressed\":[\"ana@shop.example\"]}",
        "the keyPattern of your keyboard",
        "{\"message\":\"$metadata is reserved\"}",
    ],
}];
