//! Error objects that a handler wrote as they are: `res.json(error)`, `Encode(err)`, `json.dumps(error.response)`. Message and trace are often
//! not among their members; what is left are names of the library's own, such as nobody gives to the members of an answer.

use super::Category::Exception;
use super::table::{Detector, literals, why};
use super::text::{at_number, behind, contains, contains_any, first};
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
        "originalError",
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
        "codeName",
        "writeErrors",
        "writeConcernErrors",
        "valueType",
        "erroredSysCall",
        "methodId",
        "expiredAt",
        "oauthError",
        // Go
        "InternalPosition",
        "WriteConcernError",
        "OperationName",
        "SQLState",
        "Struct",
        "\"Err",
        // the JVM and .NET
        "detailMessage",
        "suppressedExceptions",
        "mostSpecificCause",
        "suppressed",
        "targetSite",
        "TargetSite",
        "hResult",
        "HResult",
        "WatsonBuckets",
        "ClientConnectionId",
        // Python
        "ResponseMetadata",
        "RetryAttempts",
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
        "clientVersion" => behind(near, "\"P").is_some_and(at_number),
        "retryDelay" => beside(&["retryable", "statusCode"]),
        "expose" => beside(&["statusCode", "status\""]),
        "killed" => beside(&["signal", "cmd"]),
        "phases" => beside(&["timings", "socket"]),
        "valueType" => beside(&["stringValue"]),
        "methodId" => beside(&["classId"]),
        "expiredAt" => beside(&["TokenExpired"]),
        "Struct" => beside(&["Offset"]),
        "codeName" => beside(&["\"ok\""]),
        "OperationName" => beside(&["ServiceID", "Err"]),
        "Err" => contains_any(near, &["Op\"", "Func\"", "URL\""]),
        "suppressed" => contains_any(near, &["localizedMessage", "stackTrace"]),
        _ => true,
    };
    tells.then_some(at)
}

/// So many bytes on either side belong to the same object.
const NEAR: usize = 400;

#[cfg(test)]
pub(crate) const EXAMPLES: &[super::tests::Example] = &[super::tests::Example {
    id: "json.error_object",
    leaks: &[
        "{\"code\":\"P2002\",\"clientVersion\":\"5.3.1\",\"meta\":{\"modelName\":\"User\",\"target\":[\"email\"]}}",
        "{\"index\":0,\"code\":11000,\"keyPattern\":{\"email\":1},\"keyValue\":{\"email\":\"x\"}}",
        "{\"$fault\":\"client\",\"$metadata\":{\"httpStatusCode\":404,\"attempts\":1},\"Code\":\"NoSuchKey\"}",
        "{'Error': {'Code': 'NoSuchKey'}, 'ResponseMetadata': {'RequestId': 'x', 'RetryAttempts': 0}}",
        "{\"errors\":{\"email\":{\"kind\":\"required\"}},\"_message\":\"User validation failed\"}",
        "{\"code\":\"AccessDenied\",\"statusCode\":403,\"retryable\":false,\"retryDelay\":32.2}",
        "{\"killed\":false,\"code\":1,\"signal\":null,\"cmd\":\"convert a b\"}",
        "{\"Op\":\"dial\",\"Net\":\"tcp\",\"Source\":null,\"Addr\":{\"IP\":\"10.0.0.5\"},\"Err\":{}}",
        "{\"cause\":null,\"stackTrace\":[],\"localizedMessage\":\"no order\",\"suppressed\":[]}",
        "{\"detailMessage\":\"no order\",\"stackTrace\":[],\"suppressedExceptions\":[]}",
        "{\"targetSite\":{},\"message\":\"no order\",\"hResult\":-2146233088}",
        "{\"timings\":{\"start\":1,\"socket\":2,\"phases\":{\"wait\":1}}}",
    ],
    clean: &[
        "{\"clientVersion\":\"5.3.1\",\"message\":\"Please update the app.\"}",
        "{\"code\":\"PAYMENT\",\"clientVersion\":\"5.3.1\"}",
        "{\"error\":{\"retryDelay\":\"30s\"}}",
        "{\"expose\":true}",
        "{\"player\":\"x\",\"killed\":3}",
        "{\"moon\":{\"phases\":[\"new\"]}}",
        "{\"Err\":\"Sold out\"}",
        "{\"originalError\":null}",
        "{\"suppressed\":[\"ana@shop.example\"]}",
        "the keyPattern of your keyboard",
        "{\"message\":\"$metadata is reserved\"}",
    ],
}];
