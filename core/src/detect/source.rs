//! Program source that was sent instead of run, or shown around a failure.

use super::Category::SourceCode;
use super::table::{Detector, literals, why};
use super::text::{contains, contains_any, first, is_name, starts_with_any, take};
use super::view::Hit;
use crate::config::Level::{Relaxed, Standard};

pub(crate) const DETECTORS: &[Detector] = &[
    Detector {
        id: "source.template",
        category: SourceCode,
        level: Relaxed,
        why: why("an opening tag of PHP, JSP or ASP: the server should have run it"),
        anchors: literals!["<?php", "<?PHP", "<?=", "<%@ "],
        any_case: false,
        check: template,
    },
    Detector {
        id: "source.shebang",
        category: SourceCode,
        level: Standard,
        why: why("the first line of a script"),
        anchors: literals!["#!/"],
        any_case: false,
        check: shebang,
    },
    Detector {
        id: "source.statement",
        category: SourceCode,
        level: Standard,
        why: why("declarations and imports of server languages"),
        anchors: literals![
            "#include <",
            "public static void ",
            "public function ",
            "private function ",
            "protected function ",
            "require_once ",
            "require_once(",
            "import java.",
            "using System",
            "raise ",
            "os.environ",
            "def ",
            "if err != nil",
            "private static final ",
            "public async Task",
        ],
        any_case: false,
        check: statement,
    },
];

fn template(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    match word {
        "<?php" | "<?PHP" => hit.after().first().is_none_or(|byte| byte.is_ascii_whitespace() || *byte == b'\\'),
        "<%@ " => starts_with_any(hit.after(), &["page", "Page", "taglib", "include", "Control", "Master", "Import"]),
        _ => {
            hit.after().trim_ascii_start().first().is_some_and(|&byte| is_name(byte) || matches!(byte, b'$' | b'"' | b'\''))
                && contains(hit.after(), "?>")
        }
    }
    .then_some(hit.start)
}

fn shebang(hit: &mut Hit<'_>) -> Option<usize> {
    starts_with_any(hit.after(), &["bin/", "usr/bin/"]).then_some(hit.start)
}

fn statement(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    let line = hit.before().rsplit(|&byte| byte == b'"').next().unwrap_or_default();
    let head = line
        .iter()
        .all(|byte| byte.is_ascii_whitespace() || byte.is_ascii_digit() || matches!(byte, b'>' | b'|' | b':' | b'=' | b'-' | b'.'));
    let after = first(hit.after(), 160);
    match word {
        "#include <" => contains(after, ">"),
        "public static void " | "public function " | "private function " | "protected function " => {
            let (name, rest) = take(after, is_name);
            !name.is_empty() && rest.starts_with(b"(")
        }
        "require_once " | "require_once(" => contains_any(after, &["'", "\"", "__DIR__"]),
        "import java." => head && contains(after, ";"),
        "using System" => head && matches!(after.first(), Some(b';' | b'.')),
        "raise " => {
            let (name, rest) = take(after, |byte| is_name(byte) || matches!(byte, b'.' | b':'));
            head && name.first().is_some_and(|byte| is_name(*byte))
                && rest.starts_with(b"(")
                && contains_any(name, &["Error", "Exception", "HTTP"])
        }
        "os.environ" => matches!(after.first(), Some(b'[' | b'.')),
        "def " => {
            let (name, rest) = take(after, is_name);
            head && !name.is_empty() && rest.starts_with(b"(") && (contains(rest, "):") || contains(rest, ") ->"))
        }
        _ => true,
    }
    .then_some(hit.start)
}

#[cfg(test)]
pub(crate) const EXAMPLES: &[super::tests::Example] = &[
    super::tests::Example {
        id: "source.template",
        leaks: &["<?php\n$a = 1;", "<?PHP echo 1 ?>", "<?= $cart ?>", "<?= 'cart' ?>", "<%@ page import=\"x\" %>"],
        clean: &["<?xml version=\"1.0\"?>", "<? and ?>"],
    },
    super::tests::Example { id: "source.shebang", leaks: &["#!/usr/bin/env python3", "#!/bin/sh"], clean: &["shop.test/#!/orders"] },
    super::tests::Example {
        id: "source.statement",
        leaks: &[
            "#include <stdio.h>",
            "    public function total($id)",
            "raise ValueError(x)",
            "os.environ['X']",
            "  12 def total(cart):",
            "require_once 'x'",
            "\tif err != nil {",
            "    private static final String TABLE = \"orders\";",
            "public async Task<IActionResult> Total(int id)",
        ],
        clean: &["We raise Error (a band) tonight", "the public function of art", "#include all", "def. of terms"],
    },
];
