//! Tokens into text that diffs well: every member of a list and every field on a line of its own, whatever its width.
//!
//! prettyplease lays out the items; it would pack a short list on one line and reflow all of it when the list grows. So
//! each initializer is taken out first, laid out here, and put back in its place. The result is read again and must
//! be the same tokens.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Expr, File, ImplItem, Item};

use super::EmitError;
use super::literal;

/// The text of a file: `header` as its `//!` lines, then the items. `path` is for the error.
pub(super) fn file(path: &str, header: &[String], items: TokenStream) -> Result<String, EmitError> {
    let parsed: File = syn::parse2(items.clone()).map_err(|fault| wrong(path, &fault.to_string()))?;
    let mut text = String::new();
    let header: Vec<String> = header.iter().map(|line| literal::one_line(line)).collect();
    for line in &header {
        text.push_str(if line.is_empty() { "//!" } else { "//! " });
        text.push_str(line);
        text.push('\n');
    }
    let mut above = (!header.is_empty()).then_some(Group::Alone);
    for item in parsed.items {
        let kind = Group::of(&item);
        let item = self::item(item);
        let group = if kind == Group::Const && item.lines().count() > 1 { Group::Alone } else { kind };
        if above.is_some_and(|above| above != group || group == Group::Alone) {
            text.push('\n');
        }
        above = Some(group);
        text.push_str(&item);
    }

    let header = header.iter().map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    let meant = quote!(#(#![doc = #header])* #items);
    let read: TokenStream = text.parse().map_err(|_| wrong(path, "the text is no Rust"))?;
    if !same(meant, read) {
        return Err(wrong(path, "the text is not what was meant"));
    }
    Ok(text)
}

/// Items that stand together without a blank line between them.
#[derive(Clone, Copy, PartialEq)]
enum Group {
    Mod,
    Use,
    Const,
    Alone,
}

impl Group {
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

fn item(mut item: Item) -> String {
    let mut taken = Vec::new();
    if let Item::Const(constant) = &mut item {
        take(&mut constant.expr, &mut taken);
    } else if let Item::Impl(block) = &mut item {
        for member in &mut block.items {
            if let ImplItem::Const(constant) = member {
                take(&mut constant.expr, &mut taken);
            }
        }
    }
    let skeleton = prettyplease::unparse(&File {
        shebang: None,
        frontmatter: None,
        attrs: Vec::new(),
        items: vec![item],
    });
    let mut text = String::with_capacity(skeleton.len());
    // No author's text is in the skeleton: string literals only stand in initializers, and those are out.
    let mut pieces = skeleton.split(PLACE);
    let mut indent = 0;
    if let Some(first) = pieces.next() {
        text.push_str(first);
        indent = margin(first);
    }
    for (expr, after) in taken.iter().zip(pieces) {
        expression(expr, indent, &mut text);
        text.push_str(after);
        indent = margin(after);
    }
    text
}

const PLACE: &str = "__initializer__";

fn take(expr: &mut Expr, taken: &mut Vec<Expr>) {
    let place = syn::Ident::new(PLACE, proc_macro2::Span::call_site());
    let place = Expr::Path(syn::ExprPath { attrs: Vec::new(), qself: None, path: place.into() });
    taken.push(std::mem::replace(expr, place));
}

/// How far the last line of `text` is indented.
fn margin(text: &str) -> usize {
    let line = text.rsplit('\n').next().unwrap_or_default();
    line.len() - line.trim_start().len()
}

fn expression(expr: &Expr, indent: usize, out: &mut String) {
    if let Expr::Array(array) = expr {
        out.push('[');
        lines(&array.elems, indent, out, |elem, indent, out| expression(elem, indent, out));
        out.push(']');
    } else if let Expr::Struct(literal) = expr {
        tokens(&literal.path, out);
        out.push_str(" {");
        lines(&literal.fields, indent, out, |field, indent, out| {
            tokens(&field.member, out);
            out.push_str(": ");
            expression(&field.expr, indent, out);
        });
        out.push('}');
    } else if let Expr::Reference(reference) = expr {
        out.push('&');
        expression(&reference.expr, indent, out);
    } else if let Expr::Call(call) = expr {
        expression(&call.func, indent, out);
        hanging(&call.args, indent, out);
    } else if let Expr::Tuple(tuple) = expr {
        hanging(&tuple.elems, indent, out);
    } else {
        tokens(expr, out);
    }
}

fn lines<'a, T: 'a, I>(members: I, indent: usize, out: &mut String, one: impl Fn(&T, usize, &mut String))
where
    I: IntoIterator<Item = &'a T>,
{
    let mut any = false;
    for member in members {
        any = true;
        new_line(indent + 4, out);
        one(member, indent + 4, out);
        out.push(',');
    }
    if any {
        new_line(indent, out);
    }
}

fn new_line(indent: usize, out: &mut String) {
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', indent));
}

/// `(a, b)`: the last member may hang over the lines below.
fn hanging<'a>(members: impl IntoIterator<Item = &'a Expr>, indent: usize, out: &mut String) {
    out.push('(');
    for (place, member) in members.into_iter().enumerate() {
        if place > 0 {
            out.push_str(", ");
        }
        expression(member, indent, out);
    }
    out.push(')');
}

/// Paths, literals, signs: set without a space, but for the one after a comma.
fn tokens(tree: &impl ToTokens, out: &mut String) {
    for token in tree.to_token_stream() {
        let comma = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ',');
        out.push_str(&token.to_string());
        if comma {
            out.push(' ');
        }
    }
}

/// Whether two streams are the same tokens, wherever they stand.
fn same(left: TokenStream, right: TokenStream) -> bool {
    let (mut left, mut right) = (left.into_iter(), right.into_iter());
    loop {
        let equal = match (left.next(), right.next()) {
            (None, None) => return true,
            (Some(TokenTree::Group(a)), Some(TokenTree::Group(b))) => {
                a.delimiter() == b.delimiter()
                    && a.delimiter() != Delimiter::None
                    && same(a.stream(), b.stream())
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
