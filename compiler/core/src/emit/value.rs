//! Values of the plan in the words of `heddle_runtime::decl`, every field written out.

use proc_macro2::TokenStream;
use quote::quote;

use super::EmitError;
use super::ident::Consts;
use super::literal::{count, integer, number, string, whole};
use crate::plan::{
    Action, Class, Content, Field, Hold, Json, Kind, Node, Op, Origin, Param, Part, Presence, Reads, Returns,
    Test, When,
};

pub(super) fn reads(reads: &Reads) -> TokenStream {
    match reads {
        Reads::ByMethod => quote!(Reads::ByMethod),
        Reads::Because(why) => {
            let why = string(why);
            quote!(Reads::Because(#why))
        }
        Reads::Unexplained => quote!(Reads::Unexplained),
    }
}

pub(super) fn hold(Hold { rule, reason, when, action, expires_s, wait_s }: &Hold) -> TokenStream {
    let (rule, reason) = (string(rule), string(reason));
    let (expires_s, wait_s) = (integer(*expires_s), integer(*wait_s));
    let when = match when {
        When::Always => quote!(When::Always),
        When::Any(tests) => {
            let tests = tests.iter().map(test);
            quote!(When::Any(&[#(#tests,)*]))
        }
        When::All(tests) => {
            let tests = tests.iter().map(test);
            quote!(When::All(&[#(#tests,)*]))
        }
    };
    let action = match action {
        Action::Hold => quote!(Action::Hold),
        Action::Deny => quote!(Action::Deny),
        Action::Allow => quote!(Action::Allow),
    };
    quote! {
        Hold {
            rule: #rule,
            reason: #reason,
            when: #when,
            action: #action,
            expires_s: #expires_s,
            wait_s: #wait_s,
        }
    }
}

fn test(Test { param, op }: &Test) -> TokenStream {
    let param = string(param);
    let op = match op {
        Op::Gt(than) => {
            let than = number(*than);
            quote!(Op::Gt(#than))
        }
        Op::Lt(than) => {
            let than = number(*than);
            quote!(Op::Lt(#than))
        }
        Op::Eq(value) => {
            let value = json(value);
            quote!(Op::Eq(#value))
        }
        Op::In(values) => {
            let values = values.iter().map(json);
            quote!(Op::In(&[#(#values,)*]))
        }
        Op::Contains(text) => {
            let text = string(text);
            quote!(Op::Contains(#text))
        }
        Op::Matches(pattern) => {
            let pattern = string(pattern);
            quote!(Op::Matches(#pattern))
        }
        Op::LenGt(than) => {
            let than = integer(*than);
            quote!(Op::LenGt(#than))
        }
    };
    quote!(Test { param: #param, op: #op, })
}

pub(super) fn param(
    name: &str,
    Param { about, kind, presence, sensitive, content, scan, allow }: &Param,
) -> TokenStream {
    let (name, about, kind) = (string(name), string(about), self::kind(kind));
    let content = self::content(*content);
    let scan = scan.iter().map(|class| class_of(*class));
    let allow = allow.iter().map(|(class, reason)| {
        let (class, reason) = (class_of(*class), string(reason));
        quote!(Allowed { class: #class, reason: #reason, })
    });
    let presence = match presence {
        Presence::Required => quote!(Presence::Required),
        Presence::Optional => quote!(Presence::Optional),
        Presence::Default(value) => {
            let value = json(value);
            quote!(Presence::Default(#value))
        }
    };
    quote!(Param {
        name: #name,
        about: #about,
        kind: #kind,
        presence: #presence,
        sensitive: #sensitive,
        content: #content,
        scan: &[#(#scan,)*],
        allow: &[#(#allow,)*],
    })
}

fn content(content: Content) -> TokenStream {
    match content {
        Content::Unspecified => quote!(Content::Unspecified),
        Content::Identifier => quote!(Content::Identifier),
        Content::Text => quote!(Content::Text),
        Content::Prompt => quote!(Content::Prompt),
        Content::Path => quote!(Content::Path),
        Content::Url => quote!(Content::Url),
        Content::Host => quote!(Content::Host),
        Content::Email => quote!(Content::Email),
        Content::Promql => quote!(Content::Promql),
        Content::Logql => quote!(Content::Logql),
        Content::Sql => quote!(Content::Sql),
        Content::Code => quote!(Content::Code),
        Content::Json => quote!(Content::Json),
        Content::Regex => quote!(Content::Regex),
    }
}

fn class_of(class: Class) -> TokenStream {
    match class {
        Class::Shell => quote!(Class::Shell),
        Class::Sql => quote!(Class::Sql),
        Class::Traversal => quote!(Class::Traversal),
        Class::Template => quote!(Class::Template),
        Class::Prompt => quote!(Class::Prompt),
        Class::Html => quote!(Class::Html),
        Class::Ssrf => quote!(Class::Ssrf),
        Class::Header => quote!(Class::Header),
        Class::Control => quote!(Class::Control),
    }
}

fn kind(kind: &Kind) -> TokenStream {
    match kind {
        Kind::Text { min, max, pattern, one_of } => {
            let (min, max, pattern) = (count(*min), count(*max), string(pattern));
            let one_of = one_of.iter().map(|value| string(value));
            quote!(Kind::Text { min: #min, max: #max, pattern: #pattern, one_of: &[#(#one_of,)*], })
        }
        Kind::Integer { min, max, one_of } => {
            let (min, max) = (whole(*min), whole(*max));
            let one_of = one_of.iter().map(|value| whole(*value));
            quote!(Kind::Integer { min: #min, max: #max, one_of: &[#(#one_of,)*], })
        }
        Kind::Number { min, max, one_of } => {
            let (min, max) = (number(*min), number(*max));
            let one_of = one_of.iter().map(|value| number(*value));
            quote!(Kind::Number { min: #min, max: #max, one_of: &[#(#one_of,)*], })
        }
        Kind::Boolean => quote!(Kind::Boolean),
        Kind::List { items, min, max } => {
            let (items, min, max) = (self::kind(items), count(*min), count(*max));
            quote!(Kind::List { items: &#items, min: #min, max: #max, })
        }
        Kind::Object { fields } => {
            let fields = fields.iter().map(|(name, field)| param(name, field));
            quote!(Kind::Object { fields: &[#(#fields,)*], })
        }
        Kind::OpenObject => quote!(Kind::OpenObject),
        Kind::Any => quote!(Kind::Any),
    }
}

fn json(value: &Json) -> TokenStream {
    match value {
        Json::Null => quote!(Json::Null),
        Json::Bool(value) => quote!(Json::Bool(#value)),
        Json::Int(value) => {
            let value = whole(*value);
            quote!(Json::Int(#value))
        }
        Json::Num(value) => {
            let value = number(*value);
            quote!(Json::Num(#value))
        }
        Json::Text(value) => {
            let value = string(value);
            quote!(Json::Text(#value))
        }
        Json::List(items) => {
            let items = items.iter().map(json);
            quote!(Json::List(&[#(#items,)*]))
        }
        Json::Map(members) => {
            let members = members.iter().map(|(key, value)| {
                let (key, value) = (string(key), json(value));
                quote!((#key, #value))
            });
            quote!(Json::Map(&[#(#members,)*]))
        }
    }
}

pub(super) fn returns(returns: Option<&Returns>) -> TokenStream {
    match returns {
        None => quote!(Returns::Text),
        Some(Returns { about, kind }) => {
            let (about, kind) = (string(about), self::kind(kind));
            quote!(Returns::Json { about: #about, kind: #kind, })
        }
    }
}

/// Templates of one tool; its secrets are those of its origin.
pub(super) struct Templates<'a> {
    pub(super) consts: &'a Consts<'a>,
    pub(super) origin: &'a Origin,
}

impl Templates<'_> {
    pub(super) fn parts(&self, parts: &[Part]) -> Result<TokenStream, EmitError> {
        let mut out = TokenStream::new();
        for part in parts {
            out.extend(match part {
                Part::Text(text) => {
                    let text = string(text);
                    quote!(Part::Text(#text),)
                }
                Part::Arg(name) => {
                    let name = string(name);
                    quote!(Part::Arg(#name),)
                }
                Part::Secret(key) => {
                    let grant = self.consts.grant(key, self.origin)?;
                    quote!(Part::Secret(&#grant),)
                }
            });
        }
        Ok(quote!(&[#out]))
    }

    pub(super) fn fields(&self, fields: &[Field]) -> Result<TokenStream, EmitError> {
        let mut out = TokenStream::new();
        for Field { name, value } in fields {
            let (name, value) = (string(name), self.parts(value)?);
            out.extend(quote!(Field { name: #name, value: #value, },));
        }
        Ok(quote!(&[#out]))
    }

    pub(super) fn body(&self, body: Option<&Node>) -> Result<TokenStream, EmitError> {
        match body {
            None => Ok(quote!(Body::Empty)),
            Some(node) => {
                let node = self.node(node)?;
                Ok(quote!(Body::Json(#node)))
            }
        }
    }

    fn node(&self, node: &Node) -> Result<TokenStream, EmitError> {
        Ok(match node {
            Node::Fixed(value) => {
                let value = json(value);
                quote!(Node::Fixed(#value))
            }
            Node::Arg(name) => {
                let name = string(name);
                quote!(Node::Arg(#name))
            }
            Node::Text(parts) => {
                let parts = self.parts(parts)?;
                quote!(Node::Text(#parts))
            }
            Node::List(items) => {
                let mut out = TokenStream::new();
                for item in items {
                    let item = self.node(item)?;
                    out.extend(quote!(#item,));
                }
                quote!(Node::List(&[#out]))
            }
            Node::Map(members) => {
                let mut out = TokenStream::new();
                for (key, member) in members {
                    let (key, member) = (string(key), self.node(member)?);
                    out.extend(quote!((#key, #member),));
                }
                quote!(Node::Map(&[#out]))
            }
        })
    }
}
