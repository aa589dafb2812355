//! What names and conditions mean, looked up once and for all.

use super::super::reader::{is_name, quoted};
use super::super::{EQUAL, GREATER, INCOMPARABLE, Kind, LESS, Literal, Node, Source, Span, Test, Variable};
use super::{Checked, Compiler, NONE, short};

impl<'s> Compiler<'s> {
    /// The tests of an `if`.
    pub(super) fn condition(&mut self) -> Checked<usize> {
        let first = self.template.tests.len();
        let mut alternative = false;
        loop {
            let (mut negated, mut name) = (false, self.reader.token());
            while name == "not" {
                (negated, name) = (!negated, self.reader.token());
            }
            let (from, kind) = self.reference(name)?;
            let comparison = self.comparison(name, kind)?;
            self.template.tests.push(Test { alternative, negated, from, comparison });
            self.check_room()?;
            let before = self.reader.at;
            match self.reader.token() {
                "and" => alternative = false,
                "or" => alternative = true,
                _ => {
                    self.reader.at = before;
                    break;
                }
            }
        }
        let tests = Span(short(first), short(self.template.tests.len()));
        self.node(Node::If { tests, otherwise: NONE })
    }

    fn comparison(&mut self, name: &'s str, kind: Kind) -> Checked<Option<(u8, Literal)>> {
        let before = self.reader.at;
        let sign = self.reader.token();
        let operator = match sign {
            "==" => EQUAL,
            "!=" => LESS | GREATER | INCOMPARABLE,
            "<" => LESS,
            "<=" => LESS | EQUAL,
            ">" => GREATER,
            ">=" => GREATER | EQUAL,
            _ => {
                self.reader.at = before;
                return Ok(None);
            }
        };
        let text = self.reader.token();
        let literal = match (kind, quoted(text)) {
            (Kind::Text | Kind::Url | Kind::Color, Some(text)) if matches!(sign, "==" | "!=") => Literal::Text(self.keep(text)),
            (Kind::Text | Kind::Url | Kind::Color, _) => {
                return Err(self.reader.error(name, "is a text: compare it by `==` or `!=` with a text in quotes"));
            }
            (Kind::Number, _) => match text.parse() {
                Ok(number) => Literal::Number(number),
                Err(_) => return Err(self.reader.error(text, format!("is not a number, but `{name}` is: write digits only"))),
            },
            (Kind::Flag | Kind::List(_), _) => return Err(self.reader.error(name, "cannot be compared: write `if` and its name alone")),
        };
        Ok(Some((operator, literal)))
    }

    /// A variable, a member of an item or of `loop`, from its first token on.
    pub(super) fn reference(&mut self, name: &'s str) -> Checked<(Source, Kind)> {
        if !is_name(name) {
            return Err(match name {
                "" => self.reader.unfinished(if self.reader.is_print() { "}}" } else { "%}" }),
                "}}" | "%}" | "-}}" | "-%}" => self.reader.here("names nothing: write the name of a variable"),
                "(" => self
                    .reader
                    .error(name, "cannot stand here: `and` binds closer than `or`, and for the rest write an `{% if %}` within another"),
                "!" => self.reader.error(name, "is not known: write `not`"),
                _ => self.reader.error(name, "is not a variable: write the variable first, and text outside of the tags"),
            });
        }
        let before = self.reader.at;
        let member = if self.reader.token() == "." { self.reader.token() } else { "" };
        if member.is_empty() {
            self.reader.at = before;
        }
        let items = || self.blocks.iter().filter(|block| !block.has_else).filter_map(|block| block.item);
        if name == "loop" {
            let source = match member {
                _ if items().next().is_none() => return Err(self.reader.error(name, "stands outside of every `for`: put it into one")),
                "index" => (Source::Index, Kind::Number),
                "first" => (Source::First, Kind::Flag),
                "last" => (Source::Last, Kind::Flag),
                _ => return Err(self.reader.unknown_member(name, member, &["index", "first", "last"])),
            };
            return Ok(source);
        }
        let find = |variables: &[Variable], name: &str| {
            let index = variables.iter().position(|variable| variable.name == name)?;
            variables.get(index).map(|variable| (short(index), variable.kind))
        };
        if let Some((depth, item)) = items().enumerate().find(|(_, item)| item.name == name) {
            return match find(item.members, member) {
                Some((index, kind)) => Ok((Source::Member(short(depth), index), kind)),
                None => {
                    let names: Vec<_> = item.members.iter().map(|member| member.name).collect();
                    Err(self.reader.unknown_member(name, member, &names))
                }
            };
        }
        match find(self.template.variables, name) {
            Some((_, Kind::List(_))) if !member.is_empty() => {
                Err(self.reader.error(name, format!("is a list: write `{{% for item in {name} %}}` and `item.{member}` within")))
            }
            Some(_) if !member.is_empty() => Err(self.reader.error(name, format!("has no parts: leave out `.{member}`"))),
            Some((index, kind)) => Ok((Source::Variable(index), kind)),
            None if self.reader.peek_is("(") => {
                Err(self.reader.error(name, "is a call, and nothing can be called: write a variable or a text"))
            }
            None => {
                if let Some(list) = self.blocks.iter().filter_map(|block| block.item).find(|item| item.name == name).map(|item| item.list) {
                    return Err(self.reader.error(name, format!("is known in the loop only, and `else` is for an empty list `{list}`")));
                }
                let names: Vec<_> =
                    items().map(|item| item.name).chain(self.template.variables.iter().map(|variable| variable.name)).collect();
                Err(self.reader.unknown(name, "a variable", &names))
            }
        }
    }
}
