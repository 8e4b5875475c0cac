//! What a request uses: which parameters, which secrets, and in which places.

use std::collections::BTreeSet;

use super::Declared;
use crate::ast::{Tool, Value};
use crate::check::place::{exactly_inside, inside};
use crate::check::template::{Piece, What, mentioned, shorten};
use crate::check::value::article;
use crate::diag::{Diagnostic, HD0201, HD0202, HD0204, HD0207, HD0302, Sink, nearest};
use crate::plan::{Kind, Param, Part, Presence, Slot};
use crate::source::{Span, Spanned};

/// A place of a request where text stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place<'a> {
    /// A segment of the path.
    Path,
    /// The value of the query field of this key.
    Query(&'a str),
    /// The value of the header of this name.
    Header(&'a str),
    /// A string in the body.
    Body,
}

/// A secret in a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::check) struct SecretUse {
    pub key: String,
    /// `None`: it stands where none may, which was reported.
    pub slot: Option<Slot>,
    pub span: Span,
}

/// What one request uses.
#[derive(Debug)]
pub(super) struct Uses<'a> {
    tool: &'a Spanned<String>,
    declared: &'a Declared<'a>,
    used: BTreeSet<&'a str>,
    /// Words of templates that could not be judged: perhaps the keys of secrets.
    pub mentioned: BTreeSet<String>,
    /// The secrets, in the order of their places.
    pub secrets: Vec<SecretUse>,
}

impl<'a> Uses<'a> {
    pub(super) fn new(tool: &'a Spanned<String>, declared: &'a Declared<'a>) -> Self {
        Self { tool, declared, used: BTreeSet::new(), mentioned: BTreeSet::new(), secrets: Vec::new() }
    }

    /// Notes that a parameter is used. `None`: there is none of this name; `Some(None)`: its declaration was refused.
    pub(super) fn take(&mut self, name: &str) -> Option<Option<&'a Param>> {
        let (declared, param) = self.declared.get_key_value(name)?;
        self.used.insert(declared);
        Some(param.as_ref())
    }

    /// Notes what a text mentions that could not be judged.
    pub(super) fn mention(&mut self, text: &str) {
        for word in mentioned(text) {
            self.take(word);
            self.mentioned.insert(word.to_owned());
        }
    }

    /// The same of every text in a value.
    pub(super) fn mention_all(&mut self, value: &Value) {
        match value {
            Value::Text(text) => self.mention(text),
            Value::List(items) => items.iter().for_each(|item| self.mention_all(&item.value)),
            Value::Map(members) => members.iter().for_each(|(_, member)| self.mention_all(&member.value)),
            Value::Null | Value::Bool(_) | Value::Int(_) | Value::Num(_) => {}
        }
    }

    /// The parameter that a placeholder names; a name that is not declared is reported.
    pub(super) fn argument(
        &mut self,
        name: &str,
        text: &Spanned<String>,
        piece: &Piece<'_>,
        sink: &mut Sink,
    ) -> Option<&'a Param> {
        match self.take(name) {
            Some(param) => param,
            None => {
                sink.push(self.unknown(name, text, piece));
                None
            }
        }
    }

    /// The names of the tool's parameters.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.declared.keys().copied()
    }

    /// Notes a secret, and the slot that it stands in.
    pub(super) fn secret(&mut self, key: &str, slot: Option<Slot>, span: Span) {
        self.secrets.push(SecretUse { key: key.to_owned(), slot, span });
    }

    /// The parts of a text. `base` is where `pieces` begin in `text`; the author's own text goes through `fixed`.
    pub(super) fn parts(
        &mut self,
        text: &Spanned<String>,
        pieces: &[Piece<'_>],
        place: &Place<'_>,
        mut fixed: impl FnMut(&str, &Piece<'_>, &mut Sink) -> Option<String>,
        sink: &mut Sink,
    ) -> Option<Vec<Part>> {
        let alone = pieces.len() == 1;
        let mut whole = true;
        let mut parts = Vec::new();
        for piece in pieces {
            let part = match piece.what {
                What::Text(words) => fixed(words, piece, sink).map(Part::Text),
                What::Arg(name) => self
                    .argument(name, text, piece, sink)
                    .filter(|param| fits_text(name, param, place, alone, inside(text, &piece.at), sink))
                    .map(|_| Part::Arg(name.to_owned())),
                What::Secret(key) => {
                    let span = inside(text, &piece.at);
                    let slot = match place {
                        Place::Path => None,
                        Place::Query(key) => Some(Slot::Query((*key).to_owned())),
                        Place::Header(name) => Some(Slot::Header((*name).to_owned())),
                        Place::Body => Some(Slot::Body),
                    };
                    if slot.is_none() {
                        sink.push(misplaced(key, "a path", span));
                        whole = false;
                    }
                    self.secret(key, slot, span);
                    Some(Part::Secret(key.to_owned()))
                }
            };
            match part {
                Some(part) => parts.push(part),
                None => whole = false,
            }
        }
        whole.then_some(parts)
    }

    /// Reports the parameters that no place uses.
    pub(super) fn report_unused(&self, tool: &Tool, sink: &mut Sink) {
        for parameter in &tool.parameters {
            let name = &parameter.name;
            if !self.used.contains(name.value.as_str()) {
                sink.push(
                    Diagnostic::error(
                        HD0202,
                        format!("parameter `{}` of tool `{}` is used nowhere", shorten(&name.value), tool.name.value),
                        name.span,
                        "callers would give it for nothing",
                    )
                    .because(self.tool.span, "in this tool")
                    .help(format!(
                        "use it as `{{{{{}}}}}` in the URL, a header or the body, or under `query_params`; or remove it",
                        shorten(&name.value)
                    )),
                );
            }
        }
    }

    fn unknown(&self, name: &str, text: &Spanned<String>, piece: &Piece<'_>) -> Diagnostic {
        let found = Diagnostic::error(
            HD0201,
            format!("`{{{{{name}}}}}` names no parameter of tool `{}`", self.tool.value),
            inside(text, &piece.at),
            "no such parameter",
        )
        .because(self.tool.span, "the tool");
        match nearest(name, self.declared.keys().copied()) {
            Some(meant) => {
                let found = found.help(format!("did you mean `{{{{{meant}}}}}`?"));
                match exactly_inside(text, &piece.at) {
                    Some(exact) => found.suggestion(
                        exact,
                        format!("{{{{{meant}}}}}"),
                        format!("write `{{{{{meant}}}}}`"),
                    ),
                    None => found,
                }
            }
            None => found.help(format!("declare `{name}` under `parameters`, or write the value itself")),
        }
    }
}

/// The finding about a secret in a place that is written to every log.
pub(super) fn misplaced(key: &str, place: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        HD0302,
        format!("a secret may not stand in {place}"),
        span,
        format!("the secret `{key}`"),
    )
    .note("proxies, servers and error messages write addresses and paths to logs")
    .help("send it in a header: `headers: { Authorization: \"Bearer {{secret:..}}\" }`")
}

/// Whether a parameter can be put into text of this place; why not is reported.
fn fits_text(name: &str, param: &Param, place: &Place<'_>, alone: bool, span: Span, sink: &mut Sink) -> bool {
    let (where_to, leaves_out) = match place {
        Place::Path => ("a path", false),
        Place::Query(_) => ("a query", alone),
        Place::Header(_) => ("a header", alone),
        Place::Body => ("text", false),
    };
    match param.kind {
        Kind::List { .. } | Kind::Object { .. } | Kind::OpenObject | Kind::Any => {
            let found = Diagnostic::error(
                HD0207,
                format!("`{name}` is {}, and {where_to} takes text", article(&param.kind)),
                span,
                "has no one spelling as text",
            );
            sink.push(match place {
                Place::Body => found.help("let it stand alone: `\"{{name}}\"` keeps its type in JSON"),
                Place::Path | Place::Query(_) | Place::Header(_) => found.help(
                    "declare it as a string in the form that the server reads, or send it in a JSON body",
                ),
            });
            return false;
        }
        Kind::Text { .. } | Kind::Integer { .. } | Kind::Number { .. } | Kind::Boolean => {}
    }
    if param.presence == Presence::Optional && !leaves_out {
        sink.push(absent(name, where_to, alone, span));
        return false;
    }
    true
}

/// The finding about a parameter that may be absent where something must stand.
pub(super) fn absent(name: &str, where_to: &str, alone: bool, span: Span) -> Diagnostic {
    let found = Diagnostic::error(
        HD0204,
        format!("`{name}` may be absent, and {where_to} cannot leave it out"),
        span,
        "nothing could stand here",
    );
    let found = if alone {
        found
    } else {
        found.note("only what stands alone can be left out: a whole query value, header, member or item")
    };
    found.help("make the parameter required, or give it a `default`")
}
