//! A text → [`Template`], or what is wrong with it.

use super::context::{Context, Hole};
use super::escaping::in_case;
use super::{
    EQUAL, Escape, GREATER, INCOMPARABLE, Kind, LESS, Literal, MAX_DEPTH, MAX_NODES, MAX_SOURCE, Node, Source, Span, Template,
    TemplateError, Test, Variable,
};
use crate::config;

pub(super) fn compile(source: &str, escape: Escape, variables: &'static [Variable]) -> Result<Template, TemplateError> {
    let (text, literals, nodes, tests) = Default::default();
    let template = Template { escape, variables, text, literals, nodes, tests };
    let mut compiler = Compiler { source, at: 0, open: 0, trims: false, context: Context::new(escape), blocks: Vec::new(), template };
    if source.len() > MAX_SOURCE {
        return Err(compiler.error("", format!("has {} bytes: at most {MAX_SOURCE} are allowed, so make it shorter", source.len())));
    }
    compiler.template()?;
    Ok(compiler.template)
}

struct Compiler<'s> {
    source: &'s str,
    /// What is read, in bytes.
    at: usize,
    /// Where the current tag begins.
    open: usize,
    /// Whether the last tag removes the space behind it.
    trims: bool,
    context: Context,
    /// The open blocks, from outside.
    blocks: Vec<Block<'s>>,
    template: Template,
}

/// An open block.
struct Block<'s> {
    /// Where its first tag begins.
    open: usize,
    /// Of a `for`.
    item: Option<Item<'s>>,
    /// Whether `else` has come.
    has_else: bool,
    /// The `If` or `For` that does not yet know where to jump.
    pending: Option<usize>,
    /// The last of the jumps to the block's end; each knows the one before.
    jumps: u16,
    /// Where the block began, and what is certain where its branches so far have met.
    began: Context,
    met: Option<Context>,
}

/// The variable of a `for`.
#[derive(Clone, Copy)]
struct Item<'s> {
    name: &'s str,
    list: &'static str,
    members: &'static [Variable],
    body: u16,
}

type Checked<T> = Result<T, TemplateError>;

/// No jump.
const NONE: u16 = u16::MAX;

impl<'s> Compiler<'s> {
    fn template(&mut self) -> Checked<()> {
        loop {
            let rest = self.rest();
            let Some(found) = rest.as_bytes().windows(2).position(|pair| matches!(pair, [b'{', b'{' | b'%' | b'#'])) else {
                self.literal(rest, false)?;
                break;
            };
            let (before, tag) = rest.split_at_checked(found).unwrap_or((rest, ""));
            let inner = tag.get(2..).unwrap_or_default();
            let trims = inner.starts_with('-');
            self.literal(before, trims)?;
            self.open = self.at.saturating_add(found);
            self.at = self.open.saturating_add(if trims { 3 } else { 2 });
            match tag.as_bytes().get(1) {
                Some(b'{') => self.print()?,
                Some(b'%') => self.tag()?,
                _ => {
                    let Some(end) = self.rest().find("#}") else {
                        let problem = "is not finished: end the comment with `#}`, or write `{% raw %}` before it if it is text";
                        return Err(self.error(tag, problem));
                    };
                    self.trims = self.rest().get(..end).is_some_and(|comment| comment.ends_with('-'));
                    self.at = self.at.saturating_add(end).saturating_add(2);
                }
            }
        }
        let Some(block) = self.blocks.last() else { return Ok(()) };
        self.open = block.open;
        self.at = block.open;
        let end = if block.item.is_some() { "endfor" } else { "endif" };
        Err(self.error(self.rest(), format!("is not closed: write `{{% {end} %}}` behind its content")))
    }

    fn literal(&mut self, text: &str, trims: bool) -> Checked<()> {
        let text = if self.trims { text.trim_start() } else { text };
        let text = if trims { text.trim_end() } else { text };
        self.trims = false;
        if text.is_empty() {
            return Ok(());
        }
        let buffer = &mut self.template.text;
        let start = buffer.len();
        buffer.push_str(text);
        self.context.read(buffer, start);
        let span = Span(short(start), short(buffer.len()));
        self.node(Node::Literal(span)).map(drop)
    }

    /// Behind `{{`.
    fn print(&mut self) -> Checked<()> {
        let name = self.token();
        let (from, kind) = self.reference(name)?;
        let (mut case, mut default) = (None, None::<String>);
        loop {
            let before = self.at;
            if self.token() != "|" {
                self.at = before;
                break;
            }
            let filter = self.token();
            match filter {
                "upper" | "lower" => {
                    let upper = filter == "upper";
                    case = Some(upper);
                    default = default.map(|text| text.chars().map(|character| in_case(character, upper)).collect());
                }
                "default" => {
                    let (open, text, close) = (self.token(), self.token(), self.token());
                    match (open, quoted(text), close) {
                        ("(", Some(text), ")") => default = default.filter(|text| !text.is_empty()).or_else(|| Some(text.to_owned())),
                        _ => return Err(self.error(filter, "needs a text: write `default(\"…\")`")),
                    }
                }
                "safe" | "raw" | "escape" | "e" => {
                    return Err(self
                        .error(filter, "is not a filter: every value is escaped once, and escaping cannot be switched off; leave it out"));
                }
                _ => return Err(self.unknown(filter, "a filter", &["upper", "lower", "default"])),
            }
        }
        self.close("}}")?;
        let problem = match kind {
            Kind::List(_) => Some("is a list: write `{% for item in … %}` to go over it"),
            Kind::Flag => Some("is yes or no: ask for it in `{% if … %}`"),
            _ => None,
        };
        if let Some(problem) = problem {
            return Err(self.error(name, problem));
        }
        let is_address = |text: &String| ["/", "#", "?", "https://", "http://", "mailto:"].iter().any(|start| text.starts_with(start));
        self.enter(Hole::Value(kind))?;
        if self.context.begins_address() && default.as_ref().is_some_and(|text| !is_address(text)) {
            return Err(self.here("has a default that is no address: begin it with `https://`, `/` or `#`"));
        }
        let default = default.map(|text| self.keep(&text));
        self.node(Node::Print { from, case, default }).map(drop)
    }

    /// Behind `{%`.
    fn tag(&mut self) -> Checked<()> {
        let tag = self.token();
        match tag {
            "if" => {
                let node = self.condition()?;
                self.begin(Some(node), None)
            }
            "for" => self.for_tag(),
            "elif" | "else" => {
                let is_else = tag == "else";
                match self.blocks.last() {
                    None => return Err(self.error(tag, "belongs to no block: write `{% if … %}` before it")),
                    Some(block) if block.has_else => {
                        return Err(self.error(tag, "comes behind `else`: put the `else` last, and only once"));
                    }
                    Some(Block { item: Some(_), .. }) if !is_else => {
                        return Err(
                            self.error(tag, "stands in a `for`: close the `if` around it first, or write `{% else %}` for an empty list")
                        );
                    }
                    Some(_) => {}
                }
                let before = self.at;
                if is_else && self.token() == "if" {
                    return Err(self.error("else if", "is not a tag: write `{% elif … %}`"));
                }
                self.at = before;
                if is_else {
                    self.close("%}")?;
                }
                self.end_branch()?;
                self.jump_to_end()?;
                self.resolve_pending();
                if is_else {
                    self.change_block(|block| block.has_else = true);
                    Ok(())
                } else {
                    let node = self.condition()?;
                    self.close("%}")?;
                    self.change_block(|block| block.pending = Some(node));
                    Ok(())
                }
            }
            "endif" | "endfor" => self.end(tag),
            "raw" => {
                self.close("%}")?;
                self.raw()
            }
            "" => Err(self.unfinished("%}")),
            _ => {
                let hint = match tag {
                    "while" | "loop" | "foreach" | "each" | "repeat" => "the only loop is `{% for item in list %}`",
                    "include" | "import" | "extends" | "block" | "from" | "embed" | "use" => {
                        "a template stands alone, so write its text here"
                    }
                    "set" | "macro" | "call" | "with" | "do" | "let" | "assign" | "capture" => {
                        "nothing can be set or called, so write the text where it is used"
                    }
                    "elsif" | "elseif" | "elif_" => "write `{% elif … %}`",
                    "unless" => "write `{% if not … %}`",
                    "switch" | "case" | "when" => "write `{% if … %}` and `{% elif … %}`",
                    "end" | "fi" => "write `{% endif %}` or `{% endfor %}`",
                    "endraw" => "no `{% raw %}` is open",
                    "autoescape" | "filter" => "every value is escaped for the format, always",
                    "comment" => "write `{# … #}`",
                    "verbatim" => "write `{% raw %}`",
                    "break" | "continue" => "write an `{% if … %}` around what is left out",
                    _ => return Err(self.unknown(tag, "a tag", &["if", "elif", "else", "endif", "for", "endfor", "raw"])),
                };
                Err(self.error(tag, format!("is not a tag here: {hint}")))
            }
        }
    }

    fn for_tag(&mut self) -> Checked<()> {
        const FIX: &str = "write `{% for item in list %}`";
        let name = self.token();
        if !is_name(name) || ["loop", "not", "and", "or", "in", "if", "else"].contains(&name) {
            return Err(self.error(name, format!("cannot name an item: {FIX}")));
        }
        let is_taken = self.template.variables.iter().any(|variable| variable.name == name);
        if is_taken || self.blocks.iter().any(|block| block.item.is_some_and(|item| item.name == name)) {
            return Err(self.error(name, "is taken: choose another name for the items"));
        }
        let before_in = self.token();
        if before_in != "in" {
            return Err(self.error(before_in, format!("stands where `in` belongs: {FIX}")));
        }
        let list = self.token();
        let lists = self.template.variables.iter().filter(|variable| matches!(variable.kind, Kind::List(_)));
        let lists = lists.map(|variable| variable.name).collect::<Vec<_>>();
        let found = self.template.variables.iter().position(|variable| variable.name == list);
        let kind = found.and_then(|found| self.template.variables.get(found)).map(|variable| (variable.name, variable.kind));
        let before = self.at;
        let (Some((known, Kind::List(members))), Some(index)) = (kind, found) else {
            let what = if self.token() == "(" { "is a call, but `for` goes over a list" } else { "is not a list" };
            return Err(self.error(list, format!("{what}: {}{}", write_one_of(&lists), did_you_mean(list, &lists))));
        };
        if self.token() == "." {
            return Err(self.error(list, "is a list already: leave out what is behind its dot"));
        }
        self.at = before;
        let node = self.node(Node::For { list: short(index), otherwise: NONE })?;
        let body = short(self.template.nodes.len());
        self.begin(Some(node), Some(Item { name, list: known, members, body }))
    }

    fn begin(&mut self, pending: Option<usize>, item: Option<Item<'s>>) -> Checked<()> {
        self.close("%}")?;
        self.enter(if item.is_some() { Hole::Loop } else { Hole::Block })?;
        if self.blocks.len() >= MAX_DEPTH {
            return Err(self.here(format!("is nested too deeply: at most {MAX_DEPTH} blocks may stand within each other")));
        }
        let (open, began) = (self.open, self.context);
        self.blocks.push(Block { open, item, has_else: false, pending, jumps: NONE, began, met: None });
        Ok(())
    }

    /// `endif` or `endfor`.
    fn end(&mut self, tag: &'s str) -> Checked<()> {
        self.close("%}")?;
        match self.blocks.last() {
            None => {
                return Err(
                    self.here(format!("closes nothing: write `{{% {} … %}}` before it, or leave it out", tag.trim_start_matches("end")))
                );
            }
            Some(block) if block.item.is_some() != (tag == "endfor") => {
                let (line, _) = self.position(block.open);
                let (other, end) = if block.item.is_some() { ("for", "endfor") } else { ("if", "endif") };
                return Err(self.here(format!("crosses the `{other}` of line {line}: write `{{% {end} %}}` first")));
            }
            Some(_) => {}
        }
        self.end_branch()?;
        self.resolve_pending();
        let Some(block) = self.blocks.pop() else { return Ok(()) };
        // Without `else`, the block may write nothing.
        let met = if block.has_else { block.met } else { self.meet(block.met, block.began)? };
        self.context = met.unwrap_or(block.began).again(&self.template.text);
        let (mut jump, end) = (block.jumps, short(self.template.nodes.len()));
        while let Some(Node::Jump(target)) = self.template.nodes.get_mut(usize::from(jump)) {
            jump = std::mem::replace(target, end);
        }
        Ok(())
    }

    /// Ends the branch before `elif`, `else` or the block's end, and begins the next.
    fn end_branch(&mut self) -> Checked<()> {
        self.enter(Hole::Block)?;
        let Some(block) = self.blocks.last() else { return Ok(()) };
        let (met, began) = (block.met, block.began);
        let body = block.item.filter(|_| !block.has_else).map(|item| item.body);
        // Every branch must end where the block began; an item of a loop, where the next begins.
        self.meet(Some(began), self.context)?;
        let met = self.meet(met, self.context)?;
        self.context = began.again(&self.template.text);
        self.change_block(|block| block.met = met);
        match body {
            Some(body) => self.node(Node::Next { body }).map(drop),
            None => Ok(()),
        }
    }

    fn meet(&self, one: Option<Context>, other: Context) -> Checked<Option<Context>> {
        let Some(one) = one else { return Ok(Some(other)) };
        let problem = "ends a branch within other tags or quotes than it began in: open and close the same in each branch";
        one.meet(other).map(Some).ok_or_else(|| self.here(problem))
    }

    fn jump_to_end(&mut self) -> Checked<()> {
        let last = self.blocks.last().map_or(NONE, |block| block.jumps);
        let jump = self.node(Node::Jump(last))?;
        self.change_block(|block| block.jumps = short(jump));
        Ok(())
    }

    /// What the last condition skips ends here.
    fn resolve_pending(&mut self) {
        let here = short(self.template.nodes.len());
        let pending = self.blocks.last_mut().and_then(|block| block.pending.take());
        if let Some(Node::If { otherwise, .. } | Node::For { otherwise, .. }) =
            pending.and_then(|pending| self.template.nodes.get_mut(pending))
        {
            *otherwise = here;
        }
    }

    fn change_block(&mut self, change: impl FnOnce(&mut Block<'s>)) {
        if let Some(block) = self.blocks.last_mut() {
            change(block);
        }
    }

    /// Everything until `{% endraw %}`.
    fn raw(&mut self) -> Checked<()> {
        let (open, start) = (self.open, self.at);
        while let Some(found) = self.rest().find("{%") {
            self.open = self.at.saturating_add(found);
            self.at = self.open.saturating_add(2);
            let trims = self.rest().starts_with('-');
            if trims {
                self.at = self.at.saturating_add(1);
            }
            if self.peek_is("endraw") {
                self.token();
                let text = self.source.get(start..self.open).unwrap_or_default();
                self.literal(text, trims)?;
                return self.close("%}");
            }
        }
        (self.open, self.at) = (open, start);
        Err(self.here("is not closed: write `{% endraw %}` behind the text"))
    }

    /// The tests of an `if`.
    fn condition(&mut self) -> Checked<usize> {
        let first = self.template.tests.len();
        let mut alternative = false;
        loop {
            let (mut negated, mut name) = (false, self.token());
            while name == "not" {
                (negated, name) = (!negated, self.token());
            }
            let (from, kind) = self.reference(name)?;
            let comparison = self.comparison(name, kind)?;
            self.template.tests.push(Test { alternative, negated, from, comparison });
            self.check_room()?;
            let before = self.at;
            match self.token() {
                "and" => alternative = false,
                "or" => alternative = true,
                _ => {
                    self.at = before;
                    break;
                }
            }
        }
        let tests = Span(short(first), short(self.template.tests.len()));
        self.node(Node::If { tests, otherwise: NONE })
    }

    fn comparison(&mut self, name: &'s str, kind: Kind) -> Checked<Option<(u8, Literal)>> {
        let before = self.at;
        let sign = self.token();
        let operator = match sign {
            "==" => EQUAL,
            "!=" => LESS | GREATER | INCOMPARABLE,
            "<" => LESS,
            "<=" => LESS | EQUAL,
            ">" => GREATER,
            ">=" => GREATER | EQUAL,
            _ => {
                self.at = before;
                return Ok(None);
            }
        };
        let text = self.token();
        let literal = match (kind, quoted(text)) {
            (Kind::Text | Kind::Url, Some(text)) if matches!(sign, "==" | "!=") => Literal::Text(self.keep(text)),
            (Kind::Text | Kind::Url, _) => return Err(self.error(name, "is a text: compare it by `==` or `!=` with a text in quotes")),
            (Kind::Number, _) => match text.parse() {
                Ok(number) => Literal::Number(number),
                Err(_) => return Err(self.error(text, format!("is not a number, but `{name}` is: write digits only"))),
            },
            (Kind::Flag | Kind::List(_), _) => return Err(self.error(name, "cannot be compared: write `if` and its name alone")),
        };
        Ok(Some((operator, literal)))
    }

    /// A variable, a member of an item or of `loop`, from its first token on.
    fn reference(&mut self, name: &'s str) -> Checked<(Source, Kind)> {
        if !is_name(name) {
            return Err(match name {
                "" => self.unfinished(if self.is_print() { "}}" } else { "%}" }),
                "}}" | "%}" | "-}}" | "-%}" => self.here("names nothing: write the name of a variable"),
                "(" => {
                    self.error(name, "cannot stand here: `and` binds closer than `or`, and for the rest write an `{% if %}` within another")
                }
                "!" => self.error(name, "is not known: write `not`"),
                _ => self.error(name, "is not a variable: write the variable first, and text outside of the tags"),
            });
        }
        let before = self.at;
        let member = if self.token() == "." { self.token() } else { "" };
        if member.is_empty() {
            self.at = before;
        }
        let items = || self.blocks.iter().filter(|block| !block.has_else).filter_map(|block| block.item);
        if name == "loop" {
            let source = match member {
                _ if items().next().is_none() => return Err(self.error(name, "stands outside of every `for`: put it into one")),
                "index" => (Source::Index, Kind::Number),
                "first" => (Source::First, Kind::Flag),
                "last" => (Source::Last, Kind::Flag),
                _ => return Err(self.unknown_member(name, member, &["index", "first", "last"])),
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
                    Err(self.unknown_member(name, member, &names))
                }
            };
        }
        match find(self.template.variables, name) {
            Some((_, Kind::List(_))) if !member.is_empty() => {
                Err(self.error(name, format!("is a list: write `{{% for item in {name} %}}` and `item.{member}` within")))
            }
            Some(_) if !member.is_empty() => Err(self.error(name, format!("has no parts: leave out `.{member}`"))),
            Some((index, kind)) => Ok((Source::Variable(index), kind)),
            None if self.peek_is("(") => Err(self.error(name, "is a call, and nothing can be called: write a variable or a text")),
            None => {
                if let Some(list) = self.blocks.iter().filter_map(|block| block.item).find(|item| item.name == name).map(|item| item.list) {
                    return Err(self.error(name, format!("is known in the loop only, and `else` is for an empty list `{list}`")));
                }
                let names: Vec<_> =
                    items().map(|item| item.name).chain(self.template.variables.iter().map(|variable| variable.name)).collect();
                Err(self.unknown(name, "a variable", &names))
            }
        }
    }

    /// The end of the tag.
    fn close(&mut self, end: &str) -> Checked<()> {
        let token = self.token();
        self.trims = token.starts_with('-') && token.len() > 1;
        if token.trim_start_matches('-') == end {
            return Ok(());
        }
        Err(match token {
            "" => self.unfinished(end),
            "(" => self.error(token, "calls something, but nothing can be called: write a variable or a text"),
            "+" | "-" | "*" | "/" | "~" => self.error(token, "would calculate, but templates do not: write variables and filters only"),
            "=" => self.error(token, "sets nothing here: write `==` to compare"),
            "&" | "|" if end == "%}" => self.error(token, "is not known here: write `and`, `or`, and filters in `{{ … }}` only"),
            "if" | "and" | "or" | "not" | "==" | "!=" | "<" | ">" if end == "}}" => {
                self.error(token, "is a condition: write `{% if … %}` around the variable")
            }
            _ => self.error(token, format!("does not belong here: close the tag before it with `{end}`")),
        })
    }

    fn enter(&mut self, hole: Hole) -> Checked<()> {
        self.context.enter(hole, &self.template.text).map_err(|problem| self.here(problem))
    }

    fn node(&mut self, node: Node) -> Checked<usize> {
        self.template.nodes.push(node);
        self.check_room()?;
        Ok(self.template.nodes.len().saturating_sub(1))
    }

    fn check_room(&self) -> Checked<()> {
        if self.template.nodes.len().saturating_add(self.template.tests.len()) > MAX_NODES {
            return Err(self.here(format!("is one too many: at most {MAX_NODES} texts, tags and conditions are allowed")));
        }
        Ok(())
    }

    fn keep(&mut self, text: &str) -> Span {
        let start = short(self.template.literals.len());
        self.template.literals.push_str(text);
        Span(start, short(self.template.literals.len()))
    }

    fn rest(&self) -> &'s str {
        self.source.get(self.at..).unwrap_or_default()
    }

    fn is_print(&self) -> bool {
        self.source.get(self.open..).is_some_and(|tag| tag.starts_with("{{"))
    }

    /// The next name, number, text in quotes or sign; empty at the end.
    fn token(&mut self) -> &'s str {
        let rest = self.rest().trim_start();
        let first = rest.chars().next().unwrap_or_default();
        let end = if is_word(first) {
            rest.find(|character| !is_word(character))
        } else if matches!(first, '"' | '\'') {
            rest.char_indices().skip(1).find(|&(_, character)| character == first).map(|(end, _)| end.saturating_add(1))
        } else {
            let signs = ["-}}", "-%}", "}}", "%}", "==", "!=", "<=", ">="];
            Some(signs.iter().find(|sign| rest.starts_with(**sign)).map_or(first.len_utf8(), |sign| sign.len()))
        };
        let token = end.and_then(|end| rest.get(..end)).unwrap_or(rest);
        self.at = self.source.len().saturating_sub(rest.len()).saturating_add(token.len());
        token
    }

    /// Whether a name or sign comes next.
    fn peek_is(&self, text: &str) -> bool {
        self.rest().trim_start().strip_prefix(text).is_some_and(|rest| !is_name(text) || !rest.starts_with(is_word))
    }

    fn unfinished(&self, end: &str) -> TemplateError {
        let tag = self.source.get(self.open..).unwrap_or_default();
        self.error(tag, format!("is not finished: close it with `{end}`, or write `{{% raw %}}` before it if it is text"))
    }

    fn unknown_member(&self, name: &'s str, member: &'s str, known: &[&str]) -> TemplateError {
        if member.is_empty() {
            let known: Vec<String> = known.iter().map(|member| format!("{name}.{member}")).collect();
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            return self.error(name, format!("has parts: {}", write_one_of(&known)));
        }
        self.unknown(member, &format!("a part of `{name}`"), known)
    }

    fn unknown(&self, text: &str, what: &str, known: &[&str]) -> TemplateError {
        self.error(text, format!("is not {what}: {}{}", write_one_of(known), did_you_mean(text, known)))
    }

    /// An error in the current tag as a whole.
    fn here(&self, problem: impl Into<String>) -> TemplateError {
        self.error(self.source.get(self.open..self.at).unwrap_or_default(), problem)
    }

    /// An error at a piece of the source, or in the current tag if the piece is from elsewhere.
    fn error(&self, text: &str, problem: impl Into<String>) -> TemplateError {
        let offset = (text.as_ptr() as usize).checked_sub(self.source.as_ptr() as usize);
        let offset = offset.filter(|&offset| !text.is_empty() && offset < self.source.len()).unwrap_or(self.open);
        let (line, column) = self.position(offset);
        TemplateError { line, column, text: config::shortened(text), problem: problem.into() }
    }

    fn position(&self, at: usize) -> (usize, usize) {
        let before = self.source.get(..at).unwrap_or_default();
        let line = before.rfind('\n').map_or(before, |end| before.get(end.saturating_add(1)..).unwrap_or_default());
        (before.matches('\n').count().saturating_add(1), line.chars().count().saturating_add(1))
    }
}

fn is_word(character: char) -> bool {
    character == '_' || character.is_ascii_alphanumeric() || (!character.is_ascii() && !character.is_whitespace())
}

fn is_name(token: &str) -> bool {
    token.starts_with(|first: char| is_word(first) && !first.is_ascii_digit())
}

/// What a text in quotes says.
fn quoted(token: &str) -> Option<&str> {
    ['"', '\''].into_iter().find_map(|quote| token.strip_prefix(quote)?.strip_suffix(quote))
}

/// Templates are short enough for 16 bits.
fn short(index: usize) -> u16 {
    u16::try_from(index).unwrap_or(NONE)
}

fn write_one_of(names: &[&str]) -> String {
    match names.split_last() {
        Some((only, [])) => format!("write `{only}`"),
        Some((last, others)) if names.len() <= MAX_LISTED => format!("write `{}` or `{last}`", others.join("`, `")),
        Some(_) => "write one of those that are documented".to_owned(),
        None => "there is none here".to_owned(),
    }
}

fn did_you_mean(name: &str, known: &[&str]) -> String {
    config::did_you_mean(name, &known.iter().map(|&known| known.to_owned()).collect::<Vec<_>>())
}

/// Longer lists do not help.
const MAX_LISTED: usize = 20;
