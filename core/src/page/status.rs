//! What a status is called and what a client may be told about it: one table for every format and for gRPC.

use crate::head::GrpcStatus;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;

/// The reason phrase of a status.
pub(crate) fn reason(status: StatusCode) -> &'static str {
    words(status).0
}

/// One sentence for a client, without a full stop: ASCII, no `%`, nothing that only one application means.
pub(crate) fn message(status: StatusCode) -> &'static str {
    words(status).1
}

/// The gRPC status for an HTTP status, as gRPC clients map it themselves (grpc, `doc/http-grpc-status-mapping.md`: 500 is
/// `UNKNOWN` there, since it does not tell whether the application or something before it failed).
pub(crate) fn grpc_status(status: StatusCode) -> GrpcStatus {
    let code = match status.as_u16() {
        400 => INTERNAL,
        401 => UNAUTHENTICATED,
        403 => PERMISSION_DENIED,
        404 => UNIMPLEMENTED,
        429 | 502 | 503 | 504 => UNAVAILABLE,
        _ => UNKNOWN,
    };
    GrpcStatus { code, message: message(status) }
}

/// The body of a gRPC-Web answer that is nothing but its trailers: a frame with the highest bit set, its length, and lines as in HTTP/1.1
/// (`PROTOCOL-WEB.md` of gRPC).
pub(crate) fn grpc_web_trailers(status: GrpcStatus, is_text: bool) -> Vec<u8> {
    let lines = ["grpc-status:", &status.code.to_string(), "\r\ngrpc-message:", status.message, "\r\n"].concat();
    let mut frame = vec![0x80];
    frame.extend(u32::try_from(lines.len()).unwrap_or_default().to_be_bytes());
    frame.extend(lines.as_bytes());
    if is_text { STANDARD.encode(&frame).into_bytes() } else { frame }
}

/// The HTTP status that a gRPC status stands for (the comments of `google/rpc/code.proto`), so that rules written for HTTP hold
/// for gRPC as well. Only for failures of the server; all others are the business of client and application.
pub(crate) fn http_status_of_grpc(code: u32) -> Option<StatusCode> {
    match code {
        UNKNOWN | INTERNAL | DATA_LOSS => Some(StatusCode::INTERNAL_SERVER_ERROR),
        DEADLINE_EXCEEDED => Some(StatusCode::GATEWAY_TIMEOUT),
        UNIMPLEMENTED => Some(StatusCode::NOT_IMPLEMENTED),
        UNAVAILABLE => Some(StatusCode::SERVICE_UNAVAILABLE),
        _ => None,
    }
}

fn words(status: StatusCode) -> (&'static str, &'static str) {
    let code = status.as_u16();
    TABLE.iter().find(|row| row.0 == code).map_or_else(
        || if status.is_client_error() { ("Client Error", "The request could not be processed") } else { ("Server Error", UNEXPECTED) },
        |row| (row.1, row.2),
    )
}

const UNEXPECTED: &str = "An unexpected error occurred";

/// Every error status of the IANA registry of HTTP status codes (RFC 9110 §16.2.1), with its name there.
#[rustfmt::skip]
const TABLE: [(u16, &str, &str); 40] = [
    (400, "Bad Request", "The request could not be understood"),
    (401, "Unauthorized", "You need to sign in to do this"),
    (402, "Payment Required", "A payment is required to do this"),
    (403, "Forbidden", "You are not allowed to do this"),
    (404, "Not Found", "What you asked for could not be found"),
    (405, "Method Not Allowed", "The request method is not allowed here"),
    (406, "Not Acceptable", "The answer is not available in a format that you accept"),
    (407, "Proxy Authentication Required", "You need to sign in to the proxy first"),
    (408, "Request Timeout", "The request took too long to arrive"),
    (409, "Conflict", "The request conflicts with the current state"),
    (410, "Gone", "What you asked for is no longer available"),
    (411, "Length Required", "The request needs a length"),
    (412, "Precondition Failed", "A condition of the request was not met"),
    (413, "Content Too Large", "The request is too large"),
    (414, "URI Too Long", "The address is too long"),
    (415, "Unsupported Media Type", "The format of the request is not supported"),
    (416, "Range Not Satisfiable", "The range that you asked for is not available"),
    (417, "Expectation Failed", "An expectation of the request could not be met"),
    (421, "Misdirected Request", "The request reached the wrong server"),
    (422, "Unprocessable Content", "The request could not be processed"),
    (423, "Locked", "What you asked for is locked"),
    (424, "Failed Dependency", "The request depends on another one that failed"),
    (425, "Too Early", "The request came too early"),
    (426, "Upgrade Required", "A different protocol is required"),
    (428, "Precondition Required", "The request needs a condition"),
    (429, "Too Many Requests", "There were too many requests"),
    (431, "Request Header Fields Too Large", "The headers of the request are too large"),
    (451, "Unavailable For Legal Reasons", "What you asked for is not available for legal reasons"),
    (500, "Internal Server Error", UNEXPECTED),
    (501, "Not Implemented", "The service does not support this"),
    (502, "Bad Gateway", "The service is unreachable right now"),
    (503, "Service Unavailable", "The service is temporarily unavailable"),
    (504, "Gateway Timeout", "The service took too long to answer"),
    (505, "HTTP Version Not Supported", "The HTTP version of the request is not supported"),
    (506, "Variant Also Negotiates", UNEXPECTED),
    (507, "Insufficient Storage", "The service cannot store more right now"),
    (508, "Loop Detected", UNEXPECTED),
    (510, "Not Extended", "The service does not support this"),
    (511, "Network Authentication Required", "You need to sign in to the network first"),
    // Registered as "(Unused)", in use all the same.
    (418, "I'm a Teapot", "The request could not be processed"),
];

// google.rpc.Code
const UNKNOWN: u32 = 2;
const DEADLINE_EXCEEDED: u32 = 4;
const PERMISSION_DENIED: u32 = 7;
const UNIMPLEMENTED: u32 = 12;
const INTERNAL: u32 = 13;
const UNAVAILABLE: u32 = 14;
const DATA_LOSS: u32 = 15;
const UNAUTHENTICATED: u32 = 16;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::panic)]
mod tests {
    use super::*;

    fn status(code: u16) -> StatusCode {
        StatusCode::from_u16(code).unwrap()
    }

    #[test]
    fn every_error_the_http_crate_knows_has_its_own_row() {
        // The crate's names are older than RFC 9110 in a few places.
        let renamed = [413, 416, 418, 422];
        for code in 400..600 {
            let known = status(code).canonical_reason();
            assert_eq!(known.is_some(), TABLE.iter().any(|row| row.0 == code), "{code}");
            if let Some(known) = known.filter(|_| !renamed.contains(&code)) {
                assert_eq!(reason(status(code)), known);
            }
        }
    }

    #[test]
    fn unknown_codes_fall_back_to_their_class() {
        for (code, expected) in
            [(499, "Client Error"), (420, "Client Error"), (520, "Server Error"), (599, "Server Error"), (700, "Server Error")]
        {
            assert_eq!(reason(status(code)), expected, "{code}");
        }
        assert_eq!(message(status(520)), UNEXPECTED);
    }

    #[test]
    fn messages_are_safe_in_grpc() {
        for code in 100..1000 {
            let message = message(status(code));
            assert!(!message.is_empty() && message.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b'%'), "{code}");
        }
    }

    #[test]
    fn trailers_of_grpc_web() {
        let status = grpc_status(status(503));
        let lines = "grpc-status:14\r\ngrpc-message:The service is temporarily unavailable\r\n";
        let frame = [&[0x80, 0, 0, 0, lines.len() as u8], lines.as_bytes()].concat();
        assert_eq!(grpc_web_trailers(status, false), frame);
        assert_eq!(STANDARD.decode(grpc_web_trailers(status, true)).unwrap(), frame);
    }

    #[test]
    fn grpc() {
        let to = [(400, 13), (401, 16), (403, 7), (404, 12), (429, 14), (500, 2), (501, 2), (502, 14), (503, 14), (504, 14), (418, 2)];
        for (code, grpc) in to {
            assert_eq!(grpc_status(status(code)).code, grpc, "{code}");
        }
        assert_eq!(grpc_status(status(503)).message, "The service is temporarily unavailable");
        let from = [(2, 500), (4, 504), (12, 501), (13, 500), (14, 503), (15, 500)];
        for code in 0..20 {
            let expected = from.iter().find(|row| row.0 == code).map(|row| row.1);
            assert_eq!(http_status_of_grpc(code).map(|status| status.as_u16()), expected, "{code}");
        }
    }
}
