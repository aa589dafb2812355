//! Java, Kotlin, Scala, Groovy, Clojure.

use super::Category::StackTrace;
use super::table::{Detector, literals, why};
use super::text::{at_number, contains, is_name, take, take_back};
use super::view::Hit;
use crate::config::Level::Relaxed;

pub(crate) const DETECTORS: &[Detector] = &[
    Detector {
        id: "jvm.frame",
        category: StackTrace,
        level: Relaxed,
        why: why("one frame: `at package.Class.method(File.java:12)`"),
        anchors: literals![".java:", ".kt:", ".scala:", ".groovy:", ".clj:", ".gsp:"],
        any_case: false,
        check: frame,
    },
    Detector {
        id: "jvm.native_frame",
        category: StackTrace,
        level: Relaxed,
        why: why("a frame without a line: `at package.Class.method(Native Method)`"),
        anchors: literals!["(Native Method)", "(Unknown Source", "(NO_SOURCE_FILE", "(SourceFile:", "(Redefined)"],
        any_case: false,
        check: native_frame,
    },
    Detector {
        id: "jvm.caused_by",
        category: StackTrace,
        level: Relaxed,
        why: why("the link to a cause in a trace, with its class"),
        anchors: literals!["Caused by: ", "Exception in thread \"", "Suppressed: "],
        any_case: false,
        check: caused_by,
    },
];

/// The bytes of a qualified method: `java.base/java.util.List$1.<init>`.
fn is_method(byte: u8) -> bool {
    is_name(byte) || matches!(byte, b'.' | b'<' | b'>' | b'/' | b'@' | b'-')
}

fn method_start(before: &[u8]) -> Option<usize> {
    let (rest, method) = take_back(before, is_method);
    (method.contains(&b'.') && method.len() > 3).then_some(rest.len())
}

fn frame(hit: &mut Hit<'_>) -> Option<usize> {
    if !at_number(hit.after()) {
        return None;
    }
    let (before, file) = take_back(hit.before(), is_name);
    let before = before.strip_suffix(b"(")?;
    (!file.is_empty()).then(|| method_start(before)).flatten()
}

fn native_frame(hit: &mut Hit<'_>) -> Option<usize> {
    method_start(hit.before())
}

fn caused_by(hit: &mut Hit<'_>) -> Option<usize> {
    let (class, _) = take(hit.after(), |byte| is_name(byte) || matches!(byte, b'.' | b'-'));
    let thread = hit.line.get(hit.start..hit.end)?.ends_with(b"\"") && contains(hit.after(), "\" ");
    (thread || class.contains(&b'.') && class.last() != Some(&b'.') || class.ends_with(b"Exception")).then_some(hit.start)
}

#[cfg(test)]
pub(crate) const EXAMPLES: &[super::tests::Example] = &[
    super::tests::Example {
        id: "jvm.frame",
        leaks: &[
            "\tat com.shop.order.OrderService.total(OrderService.java:87)",
            "at java.base/java.util.ArrayList.<init>(ArrayList.java:164)",
            "    at shop.OrdersKt$main$1.invokeSuspend(Orders.kt:12)",
            "at scala.collection.immutable.List.map(List.scala:246)",
        ],
        clean: &["Read Hello.java: a book about islands", "Meet us at Java.House (room 12)"],
    },
    super::tests::Example {
        id: "jvm.native_frame",
        leaks: &[
            "at jdk.internal.reflect.NativeMethodAccessorImpl.invoke0(Native Method)",
            "at com.sun.proxy.$Proxy12.find(Unknown Source)",
            "at shop.-$$Lambda$Cart$TiSaAm1.run(Unknown Source:2)",
        ],
        clean: &["The report (Unknown Source) was rejected"],
    },
    super::tests::Example {
        id: "jvm.caused_by",
        leaks: &["Caused by: java.io.IOException: broken", "Exception in thread \"main\" java.lang.Error"],
        clean: &["Caused by: a power cut.", "Caused by: Storm in the north."],
    },
];
