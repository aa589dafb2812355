//! Every call into the proxy, and the only `unsafe` code of the project.
//!
//! The SDK's own wrappers panic on a status that they did not expect and on header names that are not UTF-8; a panic here costs
//! a request its answer. These return `None` or [`Refused`] instead. Names and numbers are those of the proxy-wasm ABI 0.2.1.
#![expect(unsafe_code, reason = "the proxy's functions are foreign functions; each call passes pointers to live Rust values")]

use backstop_core::LogFields;
use std::ptr::null_mut;
use std::time::Duration;

/// The proxy did not do what it was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refused;

/// Which header map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub(crate) enum Map {
    RequestHeaders = 0,
    ResponseHeaders = 2,
    ResponseTrailers = 3,
    /// Of the answer to a [`call`].
    CallResponseHeaders = 6,
}

/// What a metric is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub(crate) enum MetricKind {
    Counter = 0,
    Histogram = 2,
}

/// Milliseconds since 1970.
pub(crate) fn now_millis() -> u64 {
    let mut nanos = 0;
    // SAFETY: the host writes one u64 to a live u64.
    let status = unsafe { proxy_get_current_time_nanoseconds(&mut nanos) };
    if status == OK { nanos / 1_000_000 } else { 0 }
}

/// Asks for `on_tick` every so many milliseconds.
pub(crate) fn set_tick_period(millis: u32) {
    // SAFETY: no pointers.
    let _ = unsafe { proxy_set_tick_period_milliseconds(millis) };
}

/// The plugin's configuration, as its bytes arrived; empty where there is none. Only valid in `on_configure`.
pub(crate) fn plugin_configuration(size: usize) -> Vec<u8> {
    buffer(PLUGIN_CONFIGURATION, 0, size).unwrap_or_default()
}

/// A part of the response body buffer.
pub(crate) fn response_body(start: usize, size: usize) -> Option<Vec<u8>> {
    if size == 0 { Some(Vec::new()) } else { buffer(RESPONSE_BODY, start, size) }
}

/// Replaces all of the response body buffer.
pub(crate) fn set_response_body(body: &[u8]) -> Result<(), Refused> {
    // SAFETY: pointer and length of a live slice. The host clamps the size to its buffer.
    checked(unsafe { proxy_set_buffer_bytes(RESPONSE_BODY, 0, i32::MAX as usize, body.as_ptr(), body.len()) })
}

/// All fields of a header map, serialised; see [`crate::pairs`].
pub(crate) fn map(map: Map) -> Option<Vec<u8>> {
    returned(|data, size| {
        // SAFETY: the host writes a pointer and a size to live variables.
        unsafe { proxy_get_header_map_pairs(map as u32, data, size) }
    })
}

/// Replaces all fields of a header map by serialised ones.
pub(crate) fn set_map(map: Map, pairs: &[u8]) -> Result<(), Refused> {
    // SAFETY: pointer and length of a live slice.
    checked(unsafe { proxy_set_header_map_pairs(map as u32, pairs.as_ptr(), pairs.len()) })
}

/// The value of one field.
pub(crate) fn field(map: Map, name: &str) -> Option<Vec<u8>> {
    returned(|data, size| {
        // SAFETY: pointer and length of a live string; the host writes to live variables.
        unsafe { proxy_get_header_map_value(map as u32, name.as_ptr(), name.len(), data, size) }
    })
}

/// Sets one field, replacing what was there.
pub(crate) fn set_field(map: Map, name: &str, value: &[u8]) -> Result<(), Refused> {
    // SAFETY: pointers and lengths of live slices.
    checked(unsafe { proxy_replace_header_map_value(map as u32, name.as_ptr(), name.len(), value.as_ptr(), value.len()) })
}

/// Adds one field beside what is there.
pub(crate) fn add_field(map: Map, name: &str, value: &[u8]) -> Result<(), Refused> {
    // SAFETY: pointers and lengths of live slices.
    checked(unsafe { proxy_add_header_map_value(map as u32, name.as_ptr(), name.len(), value.as_ptr(), value.len()) })
}

/// Removes one field.
pub(crate) fn remove_field(map: Map, name: &str) -> Result<(), Refused> {
    // SAFETY: pointer and length of a live string.
    checked(unsafe { proxy_remove_header_map_value(map as u32, name.as_ptr(), name.len()) })
}

/// A property of the stream, its path joined by NUL; `None` where it is absent.
pub(crate) fn property(path: &str) -> Option<Vec<u8>> {
    returned(|data, size| {
        // SAFETY: pointer and length of a live string; the host writes to live variables.
        unsafe { proxy_get_property(path.as_ptr(), path.len(), data, size) }
    })
}

/// When the current stream's request arrived, in milliseconds since 1970.
pub(crate) fn request_millis() -> Option<u64> {
    let nanos = u64::from_le_bytes(*property("request\0time")?.first_chunk()?);
    Some(nanos / 1_000_000)
}

/// Makes these known to the access log, as `%FILTER_STATE(wasm.backstop_id:PLAIN)%`, `wasm.backstop_rule`, `wasm.backstop_action` and
/// `wasm.backstop_status`.
pub(crate) fn publish(fields: LogFields<'_>) {
    let status = fields.status.to_string();
    for (path, value) in
        [("backstop_id", fields.id), ("backstop_rule", fields.rule), ("backstop_action", fields.action), ("backstop_status", &status)]
    {
        // SAFETY: pointers and lengths of live strings. Only the access log loses where this fails.
        let _ = unsafe { proxy_set_property(path.as_ptr(), path.len(), value.as_ptr(), value.len()) };
    }
}

/// Makes a metric known, or finds it again; the number is good for this VM.
pub(crate) fn define_metric(kind: MetricKind, name: &str) -> Option<u32> {
    let mut id = 0;
    // SAFETY: pointer and length of a live string; the host writes to a live u32.
    let status = unsafe { proxy_define_metric(kind as u32, name.as_ptr(), name.len(), &mut id) };
    if status == OK { Some(id) } else { None }
}

/// Adds to a counter. A number from [`define_metric`] is never refused.
pub(crate) fn increment_metric(id: u32, more: i64) {
    // SAFETY: no pointers.
    let _ = unsafe { proxy_increment_metric(id, more) };
}

/// Adds a sample to a histogram. A number from [`define_metric`] is never refused.
pub(crate) fn record_metric(id: u32, value: u64) {
    // SAFETY: no pointers.
    let _ = unsafe { proxy_record_metric(id, value) };
}

/// Answers the current stream from here. `details` becomes Envoy's response code details.
pub(crate) fn send_local_response(
    status: u16,
    details: &str,
    headers: &[u8],
    body: &[u8],
    grpc_status: Option<u32>,
) -> Result<(), Refused> {
    let grpc_status = grpc_status.and_then(|code| i32::try_from(code).ok()).unwrap_or(-1);
    // SAFETY: pointers and lengths of live slices.
    checked(unsafe {
        proxy_send_local_response(
            u32::from(status),
            details.as_ptr(),
            details.len(),
            body.as_ptr(),
            body.len(),
            headers.as_ptr(),
            headers.len(),
            grpc_status,
        )
    })
}

/// Sends a `POST` to a cluster; the answer comes as `on_http_call_response` with the token that this returns. `None` where the cluster is
/// unknown or cannot be reached. By the SDK, which must know the token: it takes an answer to another call for a fault. Its own panic, at a
/// status that Envoy does not return here, is out of reach.
pub(crate) fn call(cluster: &str, fields: Vec<(&str, &str)>, body: &[u8], timeout: Duration) -> Option<u32> {
    proxy_wasm::hostcalls::dispatch_http_call(cluster, fields, Some(body), Vec::new(), timeout).ok()
}

/// The beginning of the answer's body. Only valid in `on_http_call_response`.
pub(crate) fn call_body(size: usize) -> Option<Vec<u8>> {
    if size == 0 { Some(Vec::new()) } else { buffer(CALL_RESPONSE_BODY, 0, size) }
}

/// Makes another stream the current one; `Refused` where it is gone.
pub(crate) fn set_effective_context(context_id: u32) -> Result<(), Refused> {
    // SAFETY: no pointers.
    checked(unsafe { proxy_set_effective_context(context_id) })
}

fn buffer(kind: u32, start: usize, size: usize) -> Option<Vec<u8>> {
    returned(|data, length| {
        // SAFETY: the host writes a pointer and a size to live variables.
        unsafe { proxy_get_buffer_bytes(kind, start, size, data, length) }
    })
}

/// Takes over the memory that a host call returns.
fn returned(call: impl FnOnce(*mut *mut u8, *mut usize) -> u32) -> Option<Vec<u8>> {
    let (mut data, mut size) = (null_mut(), 0_usize);
    if call(&mut data, &mut size) != OK {
        return None;
    }
    if data.is_null() {
        return Some(Vec::new());
    }
    // SAFETY: the host got this memory from the SDK's `proxy_on_memory_allocate(size)`, which makes it a boxed slice of exactly
    // `size` bytes, filled it, and gave it away.
    Some(unsafe { Vec::from_raw_parts(data, size, size) })
}

fn checked(status: u32) -> Result<(), Refused> {
    if status == OK { Ok(()) } else { Err(Refused) }
}

const OK: u32 = 0;
const RESPONSE_BODY: u32 = 1;
const CALL_RESPONSE_BODY: u32 = 4;
const PLUGIN_CONFIGURATION: u32 = 7;

#[link(wasm_import_module = "env")]
unsafe extern "C" {
    fn proxy_get_current_time_nanoseconds(return_time: *mut u64) -> u32;
    fn proxy_set_tick_period_milliseconds(period: u32) -> u32;
    fn proxy_get_buffer_bytes(kind: u32, start: usize, max_size: usize, data: *mut *mut u8, size: *mut usize) -> u32;
    fn proxy_set_buffer_bytes(kind: u32, start: usize, size: usize, data: *const u8, data_size: usize) -> u32;
    fn proxy_get_header_map_pairs(map: u32, data: *mut *mut u8, size: *mut usize) -> u32;
    fn proxy_set_header_map_pairs(map: u32, data: *const u8, size: usize) -> u32;
    fn proxy_get_header_map_value(map: u32, key: *const u8, key_size: usize, data: *mut *mut u8, size: *mut usize) -> u32;
    fn proxy_replace_header_map_value(map: u32, key: *const u8, key_size: usize, value: *const u8, value_size: usize) -> u32;
    fn proxy_add_header_map_value(map: u32, key: *const u8, key_size: usize, value: *const u8, value_size: usize) -> u32;
    fn proxy_remove_header_map_value(map: u32, key: *const u8, key_size: usize) -> u32;
    fn proxy_get_property(path: *const u8, path_size: usize, data: *mut *mut u8, size: *mut usize) -> u32;
    fn proxy_set_property(path: *const u8, path_size: usize, value: *const u8, value_size: usize) -> u32;
    fn proxy_define_metric(kind: u32, name: *const u8, name_size: usize, id: *mut u32) -> u32;
    fn proxy_increment_metric(id: u32, offset: i64) -> u32;
    fn proxy_record_metric(id: u32, value: u64) -> u32;
    fn proxy_send_local_response(
        status: u32,
        details: *const u8,
        details_size: usize,
        body: *const u8,
        body_size: usize,
        headers: *const u8,
        headers_size: usize,
        grpc_status: i32,
    ) -> u32;
    fn proxy_set_effective_context(context_id: u32) -> u32;
}
