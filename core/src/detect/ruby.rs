//! Ruby, Rails included.

use super::Category::StackTrace;
use super::table::{Detector, literals, why};
use super::text::{at_number, is_digit, is_path, take_back, trail};
use super::view::Hit;
use crate::config::Level::Relaxed;

pub(crate) const DETECTORS: &[Detector] = &[
    Detector {
        id: "ruby.frame",
        category: StackTrace,
        level: Relaxed,
        why: why("one frame: `x.rb:12:in 'fn'`, also of a file without extension"),
        anchors: literals![":in `", ":in '"],
        any_case: false,
        check: frame,
    },
    Detector {
        id: "ruby.place",
        category: StackTrace,
        level: Relaxed,
        why: why("a file and line of Ruby"),
        anchors: literals![".rb:", ".erb:", ".rake:", ".haml:", ".slim:", ".ru:"],
        any_case: false,
        check: place,
    },
];

fn frame(hit: &mut Hit<'_>) -> Option<usize> {
    let (before, line) = take_back(hit.before(), is_digit);
    let before = before.strip_suffix(b":")?;
    let (rest, name) = take_back(before, |byte| is_path(byte) || matches!(byte, b'<' | b'>' | b':' | b'(' | b')'));
    (!line.is_empty() && !name.is_empty()).then_some(rest.len())
}

fn place(hit: &mut Hit<'_>) -> Option<usize> {
    let name = trail(hit.before(), is_path);
    (name > 0 && at_number(hit.after()) && !hit.before().ends_with(b"/")).then(|| hit.start.saturating_sub(name))
}

#[cfg(test)]
pub(crate) const EXAMPLES: &[super::tests::Example] = &[
    super::tests::Example {
        id: "ruby.frame",
        leaks: &[
            "config.ru:5:in 'block in <main>'",
            "/srv/x.rb:12:in `fetch'",
            "<internal:kernel>:187:in 'loop'",
            "bin/rails:4:in `<main>'",
        ],
        clean: &["Note 3:in 'plain' words", "Psalm 12:in `short`"],
    },
    super::tests::Example {
        id: "ruby.place",
        leaks: &["app/controllers/orders_controller.rb:12", "x.html.erb:3: syntax error"],
        clean: &["Write to anna.rb: she knows"],
    },
];
