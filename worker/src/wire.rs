//! How heads and answers cross between JavaScript and Rust.
//!
//! A head is one text, each field two lines: name, value. Neither can hold a line break. A request has two lines before its
//! fields: method and URL.
//!
//! Bytes beyond ASCII are characters in JavaScript: by Latin-1 in most runtimes, by UTF-8 in workerd. Here they stay the
//! characters that they are, so that each runtime turns them back into the same bytes.

use crate::{Payload, Pending};
use backstop_core::{
    HeaderEdits, Limiter, Measures, Origin, Outbox, Outcome, Policy, Replacement, Report, RequestHead, ResponseHead, Verdict,
};
use http::header::{HeaderMap, HeaderName, HeaderValue};
use http::{Method, StatusCode};
use js_sys::{Function, Uint8Array};
use std::cell::RefCell;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsError, JsValue};

/// What an [`Answer`] is about.
#[wasm_bindgen]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Send the upstream's response, without the fields in `removed`, with those in `fields`, with those in `added` beside what is there,
    /// and with `body` in place of its own, if that is given.
    Release,
    /// The same, at once; show the body to `pending`.
    Observe,
    /// Send `status`, `fields` and `body` in place of the upstream's response. With `pending`, that wants to see the rest of the body.
    Replace,
    /// Hold the response, show the body to `pending`.
    Hold,
    /// No more of the body is needed.
    Finish,
    /// The client was answered before.
    Served,
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console, js_name = error)]
    fn console_error(message: &str);

    /// A plain object, so that one call tells everything.
    #[derive(Debug)]
    pub type Answer;
    #[wasm_bindgen(method, setter)]
    fn set_kind(this: &Answer, kind: Kind);
    #[wasm_bindgen(method, setter)]
    fn set_status(this: &Answer, status: u16);
    #[wasm_bindgen(method, setter)]
    fn set_removed(this: &Answer, names: &str);
    #[wasm_bindgen(method, setter)]
    fn set_fields(this: &Answer, fields: &str);
    #[wasm_bindgen(method, setter)]
    fn set_added(this: &Answer, fields: &str);
    #[wasm_bindgen(method, setter)]
    fn set_body(this: &Answer, body: Uint8Array);
    #[wasm_bindgen(method, setter)]
    fn set_pending(this: &Answer, pending: Pending);
    #[wasm_bindgen(method, setter)]
    fn set_report(this: &Answer, report: &str);
}

impl Answer {
    /// Adds what the exchange goes on with.
    pub(crate) fn going_on(self, pending: Pending) -> Self {
        self.set_pending(pending);
        self
    }

    /// Adds the operator's copy, one line of JSON; empty where it goes to the collector alone.
    pub(crate) fn reporting(self, report: Option<&Report>, reporter: &Reporter, now: u64) -> Self {
        if let Some(line) = report.and_then(|report| reporter.report(report, now)) {
            self.set_report(&line);
        }
        self
    }
}

/// Where reports and data points go.
#[derive(Debug)]
pub(crate) struct Reporter {
    limiter: RefCell<Limiter>,
    /// Where the configuration names a collector.
    pub(crate) outbox: RefCell<Option<Outbox>>,
    /// Whether lines are written.
    logs: bool,
    /// Asked for by [`Engine::measure`](crate::Engine::measure).
    write: RefCell<Option<Function>>,
}

impl Reporter {
    pub(crate) fn new(policy: &Policy) -> Self {
        Reporter {
            limiter: RefCell::new(Limiter::new(policy)),
            outbox: RefCell::new(Outbox::new(policy)),
            logs: policy.logs(),
            write: RefCell::default(),
        }
    }

    pub(crate) fn measure(&self, write: Function) {
        *self.write.borrow_mut() = Some(write);
    }

    /// Hands the data point over, and the report to the collector; its line, where it is to be written at all: an empty one if the
    /// collector alone gets it.
    fn report(&self, report: &Report, now: u64) -> Option<String> {
        let told = {
            let mut limiter = self.limiter.borrow_mut();
            if limiter.admits(report, now) { limiter.tell(report, now) } else { None }
        };
        if let (Some(outbox), Some(told)) = (self.outbox.borrow_mut().as_mut(), &told) {
            outbox.push(told, now);
        }
        let line = told.map(|told| if self.logs { told.line() } else { String::new() });
        // No borrow lives across the call.
        let write = self.write.borrow().clone();
        if let Some(write) = write {
            // Nothing depends on a number.
            let _ = write.call1(&JsValue::UNDEFINED, &point(&report.measures(), line.is_none()).into());
        }
        line
    }
}

/// A data point as text, for [`Engine::measure`](crate::Engine::measure). Labels hold no `;`.
fn point(measures: &Measures, suppressed: bool) -> String {
    let (fell_back, suppressed) = (u8::from(measures.fell_back), u8::from(suppressed));
    format!("{};{};{};{fell_back};{suppressed}", measures.series, measures.body_bytes, measures.millis)
}

/// A panic says on the operator's log what it was.
pub(crate) fn tell_panics() {
    std::panic::set_hook(Box::new(|panic| console_error(&format!("backstop: {panic}"))));
}

/// An answer without any value.
pub(crate) fn answer(kind: Kind) -> Answer {
    let answer: Answer = js_sys::Object::new().unchecked_into();
    answer.set_kind(kind);
    answer
}

/// The upstream's response with these edits.
pub(crate) fn edits(kind: Kind, edits: &HeaderEdits) -> Answer {
    let answer = answer(kind);
    if !edits.remove.is_empty() {
        answer.set_removed(&edits.remove.iter().map(HeaderName::as_str).collect::<Vec<_>>().join("\n"));
    }
    if !edits.set.is_empty() {
        answer.set_fields(&text(edits.set.iter().map(|(name, value)| (name, value))));
    }
    if !edits.add.is_empty() {
        answer.set_added(&text(edits.add.iter().map(|(name, value)| (name, value))));
    }
    answer
}

/// A replacement.
pub(crate) fn replace(replacement: &Replacement) -> Answer {
    let answer = answer(Kind::Replace);
    answer.set_status(replacement.status.as_u16());
    answer.set_fields(&text(&replacement.headers));
    answer.set_body(Uint8Array::from(replacement.body.as_slice()));
    answer
}

/// The end of an exchange.
pub(crate) fn outcome(outcome: Outcome, reporter: &Reporter, now: u64) -> Answer {
    verdict(&outcome.verdict).reporting(outcome.report.as_ref(), reporter, now)
}

/// What the client gets.
pub(crate) fn verdict(verdict: &Verdict) -> Answer {
    match verdict {
        Verdict::Release(changes) => edits(Kind::Release, changes),
        Verdict::Amend(changes, body) => {
            let answer = edits(Kind::Release, changes);
            answer.set_body(Uint8Array::from(body.as_slice()));
            answer
        }
        Verdict::Replace(replacement) => replace(replacement),
        Verdict::Served => answer(Kind::Served),
    }
}

/// Reads the head of the upstream's response.
pub(crate) fn response(status: u16, fields: &str, body: Payload) -> Result<ResponseHead, JsError> {
    Ok(ResponseHead {
        status: StatusCode::from_u16(status)?,
        headers: headers(fields),
        body: body.into(),
        origin: Origin::Upstream,
        detail: None,
    })
}

/// Reads a request head.
pub(crate) fn request(text: &str, correlation_id: String) -> Result<RequestHead, JsError> {
    let (method, rest) = text.split_once('\n').unwrap_or((text, ""));
    let (url, fields) = rest.split_once('\n').unwrap_or((rest, ""));
    let (host, path) = split_url(url);
    Ok(RequestHead {
        method: Method::from_bytes(method.as_bytes())?,
        host: host.to_owned(),
        path: path.to_owned(),
        headers: headers(fields),
        correlation_id: Some(correlation_id),
    })
}

/// Reads fields. One that the `http` crate cannot represent is left out.
pub(crate) fn headers(text: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let mut lines = text.split('\n');
    while let (Some(name), Some(value)) = (lines.next(), lines.next()) {
        if let (Ok(name), Some(value)) = (HeaderName::from_bytes(name.as_bytes()), header_value(value)) {
            // An error would mean more than 32768 fields, which no runtime lets pass.
            let _ = headers.try_append(name, value);
        }
    }
    headers
}

/// A field value from a JavaScript string.
fn header_value(text: &str) -> Option<HeaderValue> {
    HeaderValue::from_bytes(text.as_bytes()).ok()
}

/// A line, and fields on the lines after it.
pub(crate) fn with_fields(first: String, fields: &[(HeaderName, HeaderValue)]) -> String {
    if fields.is_empty() { first } else { [first, text(fields.iter().map(|(name, value)| (name, value)))].join("\n") }
}

/// Writes fields.
pub(crate) fn text<'a>(fields: impl IntoIterator<Item = (&'a HeaderName, &'a HeaderValue)>) -> String {
    let mut text = String::new();
    for (name, value) in fields {
        text.push_str(name.as_str());
        text.push('\n');
        text.push_str(&String::from_utf8_lossy(value.as_bytes()));
        text.push('\n');
    }
    // Nothing follows the last field.
    text.pop();
    text
}

/// The authority, and the path with its query, of an absolute URL as `Request.url` gives it.
fn split_url(url: &str) -> (&str, &str) {
    let after_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    match after_scheme.find('/').and_then(|at| after_scheme.split_at_checked(at)) {
        Some(parts) => parts,
        None => (after_scheme, ""),
    }
}

/// JavaScript's milliseconds since 1970; `as` saturates.
pub(crate) fn millis(now: f64) -> u64 {
    now as u64
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_url_splits_into_authority_and_path() {
        for (url, host, path) in [
            ("https://shop.example.com/a%20b?c=/d", "shop.example.com", "/a%20b?c=/d"),
            ("http://[::1]:8080/", "[::1]:8080", "/"),
            ("http://host", "host", ""),
            ("", "", ""),
        ] {
            assert_eq!(split_url(url), (host, path), "{url}");
        }
    }

    #[test]
    fn fields_survive_the_crossing() {
        for value in ["plain", "", "caf\u{e9} \u{20ac}"] {
            let packed = format!("x-a\n{value}\nx-b\nlast");
            assert_eq!(text(&headers(&packed)), packed);
        }
    }

    #[test]
    fn repeated_fields_stay_apart() {
        let read = headers("set-cookie\na=1\nset-cookie\nb=2");
        assert_eq!(read.get_all("set-cookie").iter().collect::<Vec<_>>(), ["a=1", "b=2"]);
    }

    #[test]
    fn what_is_no_field_is_left_out() {
        for text in ["", "\n", "name", "bad name\nvalue", "name\nbell\u{7}"] {
            assert!(headers(text).is_empty(), "{text:?}");
        }
    }

    #[test]
    fn a_point_has_its_columns_in_order() {
        let measures = Measures { series: "total;rule=a;reason=b".to_owned(), body_bytes: 82, millis: 7, fell_back: true };
        assert_eq!(point(&measures, false), "total;rule=a;reason=b;82;7;1;0");
        assert_eq!(point(&Measures { fell_back: false, ..measures }, true), "total;rule=a;reason=b;82;7;0;1");
    }

    #[test]
    fn a_request_is_read() {
        let head = request("GET\nhttps://shop.example.com/cart?id=1\naccept\ntext/html", "id-1".to_owned()).ok().unwrap();
        assert_eq!((head.method, head.host.as_str(), head.path.as_str()), (Method::GET, "shop.example.com", "/cart?id=1"));
        assert_eq!(head.headers.get("accept").unwrap(), "text/html");
        assert_eq!(head.correlation_id.as_deref(), Some("id-1"));
    }
}
