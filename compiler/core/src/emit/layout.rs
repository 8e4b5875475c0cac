//! Tokens into text that diffs well: every member of a list and every field on a line of its own, whatever its width.
//!
//! prettyplease lays out the items; it would pack a short list on one line and reflow all of it when the list grows. So
//! each initializer is taken out first, laid out here, and put back in its place. The result is read again and must
//! be the same tokens.

use std::fmt::Write;

use proc_macro2::{Delimiter, Group, Ident, Spacing, Span, TokenStream, TokenTree};
use quote::quote;
use syn::{File, Item};

use super::EmitError;
use super::literal;

/// The text of a file: `header` as its `//!` lines, then the items. `path` is for the error.
pub(super) fn file(path: &str, header: &[String], items: TokenStream) -> Result<String, EmitError> {
    let mut text = String::new();
    let header: Vec<String> = header.iter().map(|line| literal::one_line(line)).collect();
    for line in &header {
        text.push_str(if line.is_empty() { "//!" } else { "//! " });
        text.push_str(line);
        text.push('\n');
    }

    let mut initializers = Vec::new();
    let skeleton: File = syn::parse2(take(items.clone(), &mut initializers))
        .map_err(|fault| wrong(path, &fault.to_string()))?;
    let mut initializers = initializers.into_iter();
    let mut above = (!header.is_empty()).then_some(Kind::Alone);
    for item in skeleton.items {
        let kind = Kind::of(&item);
        let item = self::item(item, &mut initializers);
        let kind = if kind == Kind::Const && item.lines().count() > 1 { Kind::Alone } else { kind };
        if above.is_some_and(|above| above != kind || kind == Kind::Alone) {
            text.push('\n');
        }
        above = Some(kind);
        text.push_str(&item);
    }

    let header = header.iter().map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    let mut meant = quote!(#(#![doc = #header])*);
    meant.extend(items);
    let read: TokenStream = text.parse().map_err(|_| wrong(path, "the text is no Rust"))?;
    if !same(meant, read) {
        return Err(wrong(path, "the text is not what was meant"));
    }
    Ok(text)
}

/// Items that stand together without a blank line between them.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Mod,
    Use,
    Const,
    Alone,
}

impl Kind {
    fn of(item: &Item) -> Self {
        if matches!(item, Item::Use(_)) {
            Self::Use
        } else if matches!(item, Item::Mod(_)) {
            Self::Mod
        } else if matches!(item, Item::Const(_)) {
            Self::Const
        } else {
            Self::Alone
        }
    }
}

/// What stands for an initializer in the skeleton.
const PLACE: &str = "__initializer__";

/// The items without the initializers of their consts, which are put into `taken` in their order.
fn take(items: TokenStream, taken: &mut Vec<TokenStream>) -> TokenStream {
    let mut skeleton = TokenStream::new();
    let mut in_const = false;
    let mut initializer: Option<Vec<TokenTree>> = None;
    for token in items {
        let punct = if let TokenTree::Punct(punct) = &token { Some(punct.as_char()) } else { None };
        if let Some(tokens) = initializer.take_if(|_| punct == Some(';')) {
            taken.push(tokens.into_iter().collect());
        }
        if let Some(tokens) = &mut initializer {
            tokens.push(token);
            continue;
        }
        in_const =
            in_const && punct != Some(';') || matches!(&token, TokenTree::Ident(ident) if ident == "const");
        // The members of an impl are consts as well.
        if let TokenTree::Group(group) = &token
            && group.delimiter() == Delimiter::Brace
        {
            let inside = take(group.stream(), taken);
            skeleton.extend([TokenTree::from(Group::new(Delimiter::Brace, inside))]);
        } else {
            skeleton.extend([token]);
        }
        if in_const && punct == Some('=') {
            skeleton.extend([TokenTree::from(Ident::new(PLACE, Span::call_site()))]);
            initializer = Some(Vec::new());
        }
    }
    skeleton
}

fn item(item: Item, initializers: &mut impl Iterator<Item = TokenStream>) -> String {
    let file = File { shebang: None, frontmatter: None, attrs: Vec::new(), items: vec![item] };
    let skeleton = prettyplease::unparse(&file);
    let mut text = String::with_capacity(2 * skeleton.len());
    // No author's text is in the skeleton: string literals only stand in initializers, and those are out.
    let mut pieces = skeleton.split(PLACE);
    text.extend(pieces.next());
    for after in pieces {
        if let Some(tokens) = initializers.next() {
            let indent = margin(&text);
            initializer(tokens, indent, &mut text);
        }
        text.push_str(after);
    }
    text
}

/// How far the last line of `text` is indented.
fn margin(text: &str) -> usize {
    let line = text.rsplit('\n').next().unwrap_or_default();
    line.len() - line.trim_start().len()
}

/// Paths, literals, calls, lists and structs, one after the other.
fn initializer(tokens: TokenStream, indent: usize, out: &mut String) {
    let mut in_path = false;
    for token in tokens {
        let mut first_of_two = false;
        match token {
            TokenTree::Group(group) => match group.delimiter() {
                Delimiter::Bracket => {
                    out.push('[');
                    lines(group.stream(), indent, out);
                    out.push(']');
                }
                Delimiter::Brace => {
                    out.push_str(" {");
                    lines(group.stream(), indent, out);
                    out.push('}');
                }
                // The last member of a call may hang over the lines below.
                Delimiter::Parenthesis => {
                    out.push('(');
                    initializer(group.stream(), indent, out);
                    out.push(')');
                }
                Delimiter::None => initializer(group.stream(), indent, out),
            },
            TokenTree::Punct(punct) => {
                let sign = punct.as_char();
                out.push(sign);
                first_of_two = sign == ':' && punct.spacing() == Spacing::Joint;
                if sign == ',' || sign == ':' && !first_of_two && !in_path {
                    out.push(' ');
                }
            }
            TokenTree::Ident(ident) => write(&ident, out),
            TokenTree::Literal(literal) => write(&literal, out),
        }
        in_path = first_of_two;
    }
}

fn write(token: &impl std::fmt::Display, out: &mut String) {
    // Writing to a string cannot fail.
    let _ = write!(out, "{token}");
}

/// The members of a list, each with the comma behind it.
fn lines(members: TokenStream, indent: usize, out: &mut String) {
    let mut member = TokenStream::new();
    let mut any = false;
    for token in members {
        if matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ',') {
            any = true;
            new_line(indent + 4, out);
            initializer(std::mem::take(&mut member), indent + 4, out);
            out.push(',');
        } else {
            member.extend([token]);
        }
    }
    if any {
        new_line(indent, out);
    }
}

fn new_line(indent: usize, out: &mut String) {
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', indent));
}

/// Whether two streams are the same tokens, wherever they stand.
fn same(left: TokenStream, right: TokenStream) -> bool {
    let (mut left, mut right) = (left.into_iter(), right.into_iter());
    loop {
        let equal = match (left.next(), right.next()) {
            (None, None) => return true,
            (Some(TokenTree::Group(a)), Some(TokenTree::Group(b))) => {
                let delimiter = a.delimiter();
                let alike = delimiter == b.delimiter() && delimiter != Delimiter::None;
                // A stream that nobody else holds is taken apart where it is, not copied.
                let (left, right) = (a.stream(), b.stream());
                drop((a, b));
                alike && same(left, right)
            }
            (Some(TokenTree::Ident(a)), Some(TokenTree::Ident(b))) => a == b,
            (Some(TokenTree::Punct(a)), Some(TokenTree::Punct(b))) => a.as_char() == b.as_char(),
            (Some(TokenTree::Literal(a)), Some(TokenTree::Literal(b))) => a.to_string() == b.to_string(),
            _ => false,
        };
        if !equal {
            return false;
        }
    }
}

fn wrong(path: &str, why: &str) -> EmitError {
    EmitError::Layout { path: path.to_owned(), why: why.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_fields_have_a_line_each() {
        let items = quote! {
            use a::B;
            use a::C;
            pub const X: &[B] = &[B { one: 1, none: &[], call: C::D(-2), deep: C::E(&[("k", C::F(&["v",])),]), },];
            impl B<C> for D {
                type E = F;
                const G: &'static str = "g, h";
                const P: Q<R> = prove::<R, s::S>(&T);
            }
        };
        let text = file("x.rs", &["`x`: \u{202e}\n".to_owned(), String::new()], items).unwrap();
        assert_eq!(
            text,
            r#"//! `x`: \u{202e}\n
//!

use a::B;
use a::C;

pub const X: &[B] = &[
    B {
        one: 1,
        none: &[],
        call: C::D(-2),
        deep: C::E(&[
            ("k", C::F(&[
                "v",
            ])),
        ]),
    },
];

impl B<C> for D {
    type E = F;
    const G: &'static str = "g, h";
    const P: Q<R> = prove::<R, s::S>(&T);
}
"#
        );
    }

    #[test]
    fn other_tokens_are_noticed() {
        assert!(same(quote!(a(1, 2)), quote!(a(1, 2))));
        for other in [quote!(a(1, 3)), quote!(a[1, 2]), quote!(a(1, 2) b), quote!(b(1, 2)), quote!(a(1; 2))] {
            assert!(!same(quote!(a(1, 2)), other));
        }
    }
}
