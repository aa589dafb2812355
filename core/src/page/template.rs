//! Templates: the pages and answers that operators write themselves, in a part of Jinja's syntax.
//!
//! `{{ name }}`, `{{ link.label | upper }}` (and `lower`, `default("…")`),
//! `{% if a and not b == "x" %}…{% elif n >= 500 %}…{% else %}…{% endif %}`,
//! `{% for link in links %}{{ loop.index }}…{% else %}…{% endfor %}` (`loop.first`, `loop.last`), `{# … #}`, `{% raw %}…{% endraw %}`; a
//! `-` inside a tag (`{%-`, `-}}`) removes the space beside it. `and` binds closer than `or`, there are no parentheses.
//!
//! A template becomes a list of nodes that jump forwards only, except at the end of a loop's body, so nothing runs longer than its lists.
//! Every name is looked up when it is compiled, and every value is escaped for the format. `minijinja` was measured first: 256 KB in the
//! module; `upon`: 112 KB.

mod compile;
mod context;
mod escaping;
mod reader;
#[cfg(test)]
mod tests;

pub(crate) use escaping::{Escape, escape};

use escaping::in_case;
use std::cmp::Ordering;
use std::fmt;

/// A compiled template.
#[derive(Debug)]
pub(crate) struct Template {
    escape: Escape,
    variables: &'static [Variable],
    /// All literal texts of the output, one behind the other.
    text: String,
    /// The texts of comparisons and defaults.
    literals: String,
    nodes: Vec<Node>,
    tests: Vec<Test>,
}

/// A name that templates may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Variable {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
}

/// What a variable is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Number,
    /// A text that was checked to be a harmless address: it may begin an `href`.
    Url,
    /// A text that was checked to be `#` and hexadecimal digits: it may stand in a style.
    Color,
    /// Yes (any number but 0) or no; for `if` only.
    Flag,
    /// Items, each of which has these members. They are no lists themselves.
    List(&'static [Variable]),
}

/// Where the values are.
pub(crate) trait Values {
    /// The value of a variable; a list's is its length.
    fn value(&self, name: &str) -> Value<'_>;

    /// The value of a member of an item of a list.
    fn member(&self, list: &str, item: usize, member: &str) -> Value<'_>;
}

/// A value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    /// Nothing is written, and `if` takes it for no.
    None,
    Text(&'a str),
    Number(u64),
    /// So many items.
    List(usize),
}

/// Why a text is no template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TemplateError {
    /// From 1 on.
    pub(crate) line: usize,
    /// In characters, from 1 on.
    pub(crate) column: usize,
    /// The offending piece, shortened; empty where it is the whole template.
    pub(crate) text: String,
    /// What is wrong and how to mend it, to be read after `text`.
    pub(crate) problem: String,
}

/// Why a template gave no output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RenderError {
    /// More than [`MAX_OUTPUT`] bytes.
    TooLong,
    /// More than [`MAX_STEPS`] nodes were visited.
    TooManySteps,
}

impl fmt::Display for RenderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            RenderError::TooLong => "writes more than 64 KiB: make it or its lists shorter",
            RenderError::TooManySteps => "takes more than 20,000 steps: put fewer loops within loops",
        })
    }
}

/// Of a template, in bytes.
const MAX_SOURCE: usize = 32 * 1024;
/// Nodes and tests of a template.
const MAX_NODES: usize = 1000;
/// Blocks within blocks.
const MAX_DEPTH: usize = 8;
/// Behind one variable.
const MAX_FILTERS: usize = 8;
/// In bytes.
const MAX_OUTPUT: usize = 64 * 1024;
const MAX_STEPS: usize = 20_000;

/// A piece of a buffer: where it begins and ends. A template is short enough for 16 bits.
#[derive(Debug, Clone, Copy)]
struct Span(u16, u16);

/// A step of a template. Jumps are indices of nodes.
#[derive(Debug, Clone, Copy)]
enum Node {
    Literal(Span),
    /// Writes a value, or the literal if it is empty. The case is upper or lower.
    Print {
        from: Source,
        case: Option<bool>,
        default: Option<Span>,
    },
    /// Goes on if the tests hold.
    If {
        tests: Span,
        otherwise: u16,
    },
    Jump(u16),
    /// Enters the loop unless the list is empty.
    For {
        list: u16,
        otherwise: u16,
    },
    /// Goes on to the loop's next item, if there is one.
    Next {
        body: u16,
    },
}

/// Where a value comes from.
#[derive(Debug, Clone, Copy)]
enum Source {
    /// An index into the variables.
    Variable(u16),
    /// Of the item of a loop: which loop, counted from outside, and which member.
    Member(u16, u16),
    /// Of the innermost loop.
    Index,
    First,
    Last,
}

/// One condition of an `if`.
#[derive(Debug, Clone, Copy)]
struct Test {
    /// Begins an alternative (`or`).
    alternative: bool,
    negated: bool,
    from: Source,
    /// Without one, whether there is a value.
    comparison: Option<(u8, Literal)>,
}

#[derive(Debug, Clone, Copy)]
enum Literal {
    Text(Span),
    Number(u64),
}

/// The results of a comparison; an operator is the set of those for which it holds.
const LESS: u8 = 1;
const EQUAL: u8 = 2;
const GREATER: u8 = 4;
/// One of the two is missing.
const INCOMPARABLE: u8 = 8;

/// A loop that runs.
struct Loop {
    list: &'static Variable,
    item: usize,
    count: usize,
}

impl Template {
    /// Checks a text and everything that it names.
    pub(crate) fn compile(source: &str, escape: Escape, variables: &'static [Variable]) -> Result<Self, TemplateError> {
        compile::compile(source, escape, variables)
    }

    /// Writes the output, at most 64 KiB in at most 20,000 steps.
    pub(crate) fn render(&self, values: &dyn Values) -> Result<String, RenderError> {
        let mut output = String::with_capacity(self.text.len());
        let mut loops: Vec<Loop> = Vec::new();
        let (mut steps, mut next) = (0usize, 0usize);
        while let Some(&node) = self.nodes.get(next) {
            next = next.saturating_add(1);
            steps = steps.saturating_add(1);
            let mut fits = true;
            match node {
                Node::Literal(span) => {
                    output.push_str(piece(&self.text, span));
                    fits = output.len() <= MAX_OUTPUT;
                }
                Node::Print { from, case, default } => fits = self.print(self.value(from, &loops, values), case, default, &mut output),
                Node::If { tests, otherwise } => {
                    let (holds, count) = self.holds(tests, &loops, values);
                    steps = steps.saturating_add(count);
                    if !holds {
                        next = usize::from(otherwise);
                    }
                }
                Node::Jump(target) => next = usize::from(target),
                Node::For { list, otherwise } => match self.variables.get(usize::from(list)).map(|list| (list, values.value(list.name))) {
                    Some((list, Value::List(count))) if count > 0 => loops.push(Loop { list, item: 0, count }),
                    _ => next = usize::from(otherwise),
                },
                Node::Next { body } => {
                    if let Some(current) = loops.last_mut() {
                        current.item = current.item.saturating_add(1);
                        if current.item < current.count {
                            next = usize::from(body);
                        } else {
                            loops.pop();
                        }
                    }
                }
            }
            if !fits {
                return Err(RenderError::TooLong);
            }
            if steps > MAX_STEPS {
                return Err(RenderError::TooManySteps);
            }
        }
        Ok(output)
    }

    fn value<'v>(&self, from: Source, loops: &[Loop], values: &'v dyn Values) -> Value<'v> {
        let found = match from {
            Source::Variable(index) => self.variables.get(usize::from(index)).map(|variable| (variable.kind, values.value(variable.name))),
            Source::Member(depth, member) => loops.get(usize::from(depth)).and_then(|of| match of.list.kind {
                Kind::List(members) => {
                    let member = members.get(usize::from(member))?;
                    Some((member.kind, values.member(of.list.name, of.item, member.name)))
                }
                _ => None,
            }),
            Source::Index | Source::First | Source::Last => loops.last().map(|current| {
                let index = current.item.saturating_add(1);
                let value = match from {
                    Source::First => u64::from(index == 1),
                    Source::Last => u64::from(index == current.count),
                    _ => index as u64,
                };
                (Kind::Number, Value::Number(value))
            }),
        };
        match found {
            // A number may stand where a text may not.
            None | Some((Kind::Number | Kind::Flag, Value::Text(_))) => Value::None,
            Some((_, value)) => value,
        }
    }

    /// `false` if the output is full.
    fn print(&self, value: Value<'_>, case: Option<bool>, default: Option<Span>, output: &mut String) -> bool {
        let recased: String;
        let text = match (value, case) {
            (Value::Number(number), _) => {
                recased = number.to_string();
                &recased
            }
            (Value::Text(text), Some(upper)) if !text.is_empty() => {
                recased = text.chars().take(MAX_OUTPUT.saturating_add(1)).map(|character| in_case(character, upper)).collect();
                &recased
            }
            (Value::Text(text), None) if !text.is_empty() => text,
            _ => default.map_or("", |span| piece(&self.literals, span)),
        };
        self.escape.write(text, MAX_OUTPUT, output)
    }

    /// Whether one of the alternatives holds, and how many tests there were.
    fn holds(&self, Span(first, end): Span, loops: &[Loop], values: &dyn Values) -> (bool, usize) {
        let tests = self.tests.get(usize::from(first)..usize::from(end)).unwrap_or_default();
        let mut all = true;
        for test in tests {
            if test.alternative {
                if all {
                    break;
                }
                all = true;
            }
            all = all && self.is_true(test, self.value(test.from, loops, values));
        }
        (all, tests.len())
    }

    fn is_true(&self, test: &Test, value: Value<'_>) -> bool {
        let is_true = match (test.comparison, value) {
            (None, Value::None) => false,
            (None, Value::Text(text)) => !text.is_empty(),
            (None, Value::Number(number)) => number > 0,
            (None, Value::List(count)) => count > 0,
            (Some((operator, literal)), value) => {
                let result = match (value, literal) {
                    (Value::Text(text), Literal::Text(span)) => Some(text.cmp(piece(&self.literals, span))),
                    (Value::Number(number), Literal::Number(literal)) => Some(number.cmp(&literal)),
                    _ => None,
                };
                let result = match result {
                    Some(Ordering::Less) => LESS,
                    Some(Ordering::Equal) => EQUAL,
                    Some(Ordering::Greater) => GREATER,
                    None => INCOMPARABLE,
                };
                operator & result != 0
            }
        };
        is_true != test.negated
    }
}

fn piece(buffer: &str, Span(start, end): Span) -> &str {
    buffer.get(usize::from(start)..usize::from(end)).unwrap_or_default()
}

/// The index of a name, in any case.
fn find_name(name: &[u8], names: &[&str]) -> Option<usize> {
    names.iter().position(|known| name.eq_ignore_ascii_case(known.as_bytes()))
}
