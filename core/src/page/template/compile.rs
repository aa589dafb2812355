//! A text → [`Template`], or what is wrong with it.

mod expression;

use super::context::{Context, Hole};
use super::escaping::in_case;
use super::reader::{Reader, is_name, quoted, write_one_of};
use super::{Escape, Kind, MAX_DEPTH, MAX_FILTERS, MAX_NODES, MAX_SOURCE, Node, Span, Template, TemplateError, Variable};
use crate::config::did_you_mean;

pub(super) fn compile(source: &str, escape: Escape, variables: &'static [Variable]) -> Result<Template, TemplateError> {
    let (text, literals, nodes, tests) = Default::default();
    let template = Template { escape, variables, text, literals, nodes, tests };
    let mut compiler =
        Compiler { reader: Reader { source, at: 0, open: 0 }, trims: false, context: Context::new(escape), blocks: Vec::new(), template };
    if source.len() > MAX_SOURCE {
        return Err(compiler.reader.error("", format!("has {} bytes: at most {MAX_SOURCE} are allowed, so make it shorter", source.len())));
    }
    compiler.template()?;
    Ok(compiler.template)
}

struct Compiler<'s> {
    reader: Reader<'s>,
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
            let rest = self.reader.rest();
            let Some(found) = rest.as_bytes().windows(2).position(|pair| matches!(pair, [b'{', b'{' | b'%' | b'#'])) else {
                self.literal(rest, false)?;
                break;
            };
            let (before, tag) = rest.split_at_checked(found).unwrap_or((rest, ""));
            let inner = tag.get(2..).unwrap_or_default();
            let trims = inner.starts_with('-');
            self.literal(before, trims)?;
            self.reader.open = self.reader.at.saturating_add(found);
            self.reader.at = self.reader.open.saturating_add(if trims { 3 } else { 2 });
            match tag.as_bytes().get(1) {
                Some(b'{') => self.print()?,
                Some(b'%') => self.tag()?,
                _ => {
                    let Some(end) = self.reader.rest().find("#}") else {
                        let problem = "is not finished: end the comment with `#}`, or write `{% raw %}` before it if it is text";
                        return Err(self.reader.error(tag, problem));
                    };
                    self.trims = self.reader.rest().get(..end).is_some_and(|comment| comment.ends_with('-'));
                    self.reader.at = self.reader.at.saturating_add(end).saturating_add(2);
                }
            }
        }
        let Some(block) = self.blocks.last() else { return Ok(()) };
        self.reader.open = block.open;
        self.reader.at = block.open;
        let end = if block.item.is_some() { "endfor" } else { "endif" };
        Err(self.reader.error(self.reader.rest(), format!("is not closed: write `{{% {end} %}}` behind its content")))
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
        let name = self.reader.token();
        let begin = self.reader.at.saturating_sub(name.len());
        let (from, kind) = self.reference(name)?;
        // With the part that was asked for: `loop.first`.
        let name = self.reader.source.get(begin..self.reader.at).unwrap_or(name);
        let (mut case, mut default) = (None, None::<String>);
        for count in 0.. {
            let before = self.reader.at;
            if self.reader.token() != "|" {
                self.reader.at = before;
                break;
            }
            let filter = self.reader.token();
            if count >= MAX_FILTERS {
                return Err(self.reader.error(filter, format!("is one filter too many: at most {MAX_FILTERS} may follow each other")));
            }
            match filter {
                "upper" | "lower" => {
                    let upper = filter == "upper";
                    case = Some(upper);
                    default = default.map(|text| text.chars().map(|character| in_case(character, upper)).collect());
                }
                "default" => {
                    let (open, text, close) = (self.reader.token(), self.reader.token(), self.reader.token());
                    match (open, quoted(text), close) {
                        ("(", Some(text), ")") => default = default.filter(|text| !text.is_empty()).or_else(|| Some(text.to_owned())),
                        _ => return Err(self.reader.error(filter, "needs a text: write `default(\"…\")`")),
                    }
                }
                "safe" | "raw" | "escape" | "e" => {
                    return Err(self
                        .reader
                        .error(filter, "is not a filter: every value is escaped once, and escaping cannot be switched off; leave it out"));
                }
                _ => return Err(self.reader.unknown(filter, "a filter", &["upper", "lower", "default"])),
            }
        }
        self.close("}}")?;
        let problem = match kind {
            Kind::List(_) => Some("is a list: write `{% for item in … %}` to go over it"),
            Kind::Flag => Some("is yes or no: ask for it in `{% if … %}`"),
            _ => None,
        };
        if let Some(problem) = problem {
            return Err(self.reader.error(name, problem));
        }
        let is_address = |text: &String| ["/", "#", "?", "https://", "http://", "mailto:"].iter().any(|start| text.starts_with(start));
        self.enter(Hole::Value(kind))?;
        if self.context.begins_address() && default.as_ref().is_some_and(|text| !is_address(text)) {
            return Err(self.reader.here("has a default that is no address: begin it with `https://`, `/` or `#`"));
        }
        let default = default.map(|text| self.keep(&text));
        self.node(Node::Print { from, case, default }).map(drop)
    }

    /// Behind `{%`.
    fn tag(&mut self) -> Checked<()> {
        let tag = self.reader.token();
        match tag {
            "if" => {
                let node = self.condition()?;
                self.begin(Some(node), None)
            }
            "for" => self.for_tag(),
            "elif" | "else" => {
                let is_else = tag == "else";
                match self.blocks.last() {
                    None => return Err(self.reader.error(tag, "belongs to no block: write `{% if … %}` before it")),
                    Some(block) if block.has_else => {
                        return Err(self.reader.error(tag, "comes behind `else`: put the `else` last, and only once"));
                    }
                    Some(Block { item: Some(_), .. }) if !is_else => {
                        return Err(self
                            .reader
                            .error(tag, "stands in a `for`: close the `if` around it first, or write `{% else %}` for an empty list"));
                    }
                    Some(_) => {}
                }
                let before = self.reader.at;
                if is_else && self.reader.token() == "if" {
                    return Err(self.reader.error("else if", "is not a tag: write `{% elif … %}`"));
                }
                self.reader.at = before;
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
            "" => Err(self.reader.unfinished("%}")),
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
                    _ => return Err(self.reader.unknown(tag, "a tag", &["if", "elif", "else", "endif", "for", "endfor", "raw"])),
                };
                Err(self.reader.error(tag, format!("is not a tag here: {hint}")))
            }
        }
    }

    fn for_tag(&mut self) -> Checked<()> {
        const FIX: &str = "write `{% for item in list %}`";
        let name = self.reader.token();
        if !is_name(name) || ["loop", "not", "and", "or", "in", "if", "else"].contains(&name) {
            return Err(self.reader.error(name, format!("cannot name an item: {FIX}")));
        }
        let is_taken = self.template.variables.iter().any(|variable| variable.name == name);
        if is_taken || self.blocks.iter().any(|block| block.item.is_some_and(|item| item.name == name)) {
            return Err(self.reader.error(name, "is taken: choose another name for the items"));
        }
        let before_in = self.reader.token();
        if before_in != "in" {
            return Err(self.reader.error(before_in, format!("stands where `in` belongs: {FIX}")));
        }
        let list = self.reader.token();
        let lists = self.template.variables.iter().filter(|variable| matches!(variable.kind, Kind::List(_)));
        let lists = lists.map(|variable| variable.name).collect::<Vec<_>>();
        let found = self.template.variables.iter().position(|variable| variable.name == list);
        let kind = found.and_then(|found| self.template.variables.get(found)).map(|variable| (variable.name, variable.kind));
        let before = self.reader.at;
        let (Some((known, Kind::List(members))), Some(index)) = (kind, found) else {
            let what = if self.reader.token() == "(" { "is a call, but `for` goes over a list" } else { "is not a list" };
            return Err(self.reader.error(list, format!("{what}: {}{}", write_one_of(&lists), did_you_mean(list, &lists))));
        };
        if self.reader.token() == "." {
            return Err(self.reader.error(list, "is a list already: leave out what is behind its dot"));
        }
        self.reader.at = before;
        let node = self.node(Node::For { list: short(index), otherwise: NONE })?;
        let body = short(self.template.nodes.len());
        self.begin(Some(node), Some(Item { name, list: known, members, body }))
    }

    fn begin(&mut self, pending: Option<usize>, item: Option<Item<'s>>) -> Checked<()> {
        self.close("%}")?;
        self.enter(if item.is_some() { Hole::Loop } else { Hole::Block })?;
        if self.blocks.len() >= MAX_DEPTH {
            return Err(self.reader.here(format!("is nested too deeply: at most {MAX_DEPTH} blocks may stand within each other")));
        }
        let (open, began) = (self.reader.open, self.context);
        self.blocks.push(Block { open, item, has_else: false, pending, jumps: NONE, began, met: None });
        Ok(())
    }

    /// `endif` or `endfor`.
    fn end(&mut self, tag: &'s str) -> Checked<()> {
        self.close("%}")?;
        match self.blocks.last() {
            None => {
                return Err(self
                    .reader
                    .here(format!("closes nothing: write `{{% {} … %}}` before it, or leave it out", tag.trim_start_matches("end"))));
            }
            Some(block) if block.item.is_some() != (tag == "endfor") => {
                let (line, _) = self.reader.position(block.open);
                let (other, end) = if block.item.is_some() { ("for", "endfor") } else { ("if", "endif") };
                return Err(self.reader.here(format!("crosses the `{other}` of line {line}: write `{{% {end} %}}` first")));
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
        one.meet(other).map(Some).ok_or_else(|| self.reader.here(problem))
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
        let (open, start) = (self.reader.open, self.reader.at);
        while let Some(found) = self.reader.rest().find("{%") {
            self.reader.open = self.reader.at.saturating_add(found);
            self.reader.at = self.reader.open.saturating_add(2);
            let trims = self.reader.rest().starts_with('-');
            if trims {
                self.reader.at = self.reader.at.saturating_add(1);
            }
            if self.reader.peek_is("endraw") {
                self.reader.token();
                let text = self.reader.source.get(start..self.reader.open).unwrap_or_default();
                self.literal(text, trims)?;
                return self.close("%}");
            }
        }
        (self.reader.open, self.reader.at) = (open, start);
        Err(self.reader.here("is not closed: write `{% endraw %}` behind the text"))
    }

    /// The end of the tag.
    fn close(&mut self, end: &str) -> Checked<()> {
        let token = self.reader.token();
        self.trims = token.starts_with('-') && token.len() > 1;
        if token.trim_start_matches('-') == end {
            return Ok(());
        }
        Err(match token {
            "" => self.reader.unfinished(end),
            "(" => self.reader.error(token, "calls something, but nothing can be called: write a variable or a text"),
            "+" | "-" | "*" | "/" | "~" => {
                self.reader.error(token, "would calculate, but templates do not: write variables and filters only")
            }
            "=" => self.reader.error(token, "sets nothing here: write `==` to compare"),
            "&" | "|" if end == "%}" => self.reader.error(token, "is not known here: write `and`, `or`, and filters in `{{ … }}` only"),
            "if" | "and" | "or" | "not" | "==" | "!=" | "<" | ">" if end == "}}" => {
                self.reader.error(token, "is a condition: write `{% if … %}` around the variable")
            }
            _ => self.reader.error(token, format!("does not belong here: close the tag before it with `{end}`")),
        })
    }

    fn enter(&mut self, hole: Hole) -> Checked<()> {
        self.context.enter(hole, &self.template.text).map_err(|problem| self.reader.here(problem))
    }

    fn node(&mut self, node: Node) -> Checked<usize> {
        self.template.nodes.push(node);
        self.check_room()?;
        Ok(self.template.nodes.len().saturating_sub(1))
    }

    fn check_room(&self) -> Checked<()> {
        if self.template.nodes.len().saturating_add(self.template.tests.len()) > MAX_NODES {
            return Err(self.reader.here(format!("is one too many: at most {MAX_NODES} texts, tags and conditions are allowed")));
        }
        Ok(())
    }

    fn keep(&mut self, text: &str) -> Span {
        let start = short(self.template.literals.len());
        self.template.literals.push_str(text);
        Span(start, short(self.template.literals.len()))
    }
}

/// Templates are short enough for 16 bits.
fn short(index: usize) -> u16 {
    u16::try_from(index).unwrap_or(NONE)
}
