//! Generated code declares and does nothing else: no branch, no loop, no closure, no call at run time but that of `main`,
//! no `unsafe`, no macro, no attribute. What is not listed here is not in a generated crate.

use heddle_compiler::emit::Crate;
use syn::{Expr, File, ImplItem, Item, Lit, Stmt, Type, UnOp};

/// The modules of the runtime that generated code may name.
const RUNTIME: [&str; 6] = ["access", "decl", "method", "proof", "server", "tier"];

/// What is wrong with a crate; empty: nothing.
pub fn faults(written: &Crate) -> Vec<String> {
    let rust = written.files.iter().filter(|(path, _)| path.ends_with(".rs"));
    rust.flat_map(|(path, text)| of_file(path, text)).collect()
}

fn of_file(path: &str, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut fault = |what: String| faults.push(format!("{path}: {what}"));
    match syn::parse_file(text) {
        Ok(File { attrs, items, .. }) => {
            if attrs.iter().any(|attr| !attr.path().is_ident("doc")) {
                fault("an attribute".to_owned());
            }
            items.iter().for_each(|item| of_item(item, &mut fault));
        }
        Err(what) => fault(what.to_string()),
    }
    for after in text.split("heddle_runtime::").skip(1) {
        if !RUNTIME.iter().any(|module| after.strip_prefix(module).is_some_and(|rest| rest.starts_with("::")))
        {
            fault(format!("names the runtime's {}", after.lines().next().unwrap_or_default()));
        }
    }
    if let Some(line) = text.lines().find(|line| line.trim_end() != *line || line.contains('\t')) {
        fault(format!("white space in `{line}`"));
    }
    if let Some(line) = text.lines().find(|line| {
        let code = line.trim();
        code.starts_with("/*") || code.starts_with("///") || code.starts_with("// ")
    }) {
        fault(format!("a comment that is not the header: {line}"));
    }
    faults
}

fn of_item(item: &Item, fault: &mut impl FnMut(String)) {
    let attrs = match item {
        Item::Use(item) => &item.attrs,
        Item::Mod(item) if item.content.is_none() => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Struct(item) if item.fields.is_empty() => &item.attrs,
        Item::Const(item) => {
            of_expr(&item.expr, fault);
            &item.attrs
        }
        Item::Impl(item) if item.unsafety.is_none() && item.trait_.is_some() => {
            for member in &item.items {
                match member {
                    ImplItem::Const(member) if member.attrs.is_empty() => of_expr(&member.expr, fault),
                    ImplItem::Type(member)
                        if member.attrs.is_empty() && matches!(member.ty, Type::Path(_)) => {}
                    _ => fault("an impl holds more than consts and types".to_owned()),
                }
            }
            &item.attrs
        }
        Item::Fn(item) if item.sig.ident == "main" && item.sig.inputs.is_empty() => {
            let sig = &item.sig;
            if sig.asyncness.is_some()
                || matches!(sig.safety, syn::Safety::Unsafe(_))
                || sig.constness.is_some()
                || sig.abi.is_some()
            {
                fault("`main` is a plain function".to_owned());
            }
            match &item.block.stmts[..] {
                [Stmt::Expr(Expr::Call(call), None)] => {
                    of_expr(&call.func, fault);
                    call.args.iter().for_each(|arg| of_expr(arg, fault));
                }
                _ => fault("`main` is one call".to_owned()),
            }
            &item.attrs
        }
        _ => return fault("an item of another kind".to_owned()),
    };
    if !attrs.is_empty() {
        fault("an attribute".to_owned());
    }
}

fn of_expr(expr: &Expr, fault: &mut impl FnMut(String)) {
    match expr {
        Expr::Lit(literal)
            if matches!(literal.lit, Lit::Str(_) | Lit::Int(_) | Lit::Float(_) | Lit::Bool(_)) => {}
        Expr::Path(path) if path.qself.is_none() => {}
        Expr::Array(array) => array.elems.iter().for_each(|elem| of_expr(elem, fault)),
        Expr::Tuple(tuple) => tuple.elems.iter().for_each(|elem| of_expr(elem, fault)),
        Expr::Reference(reference) if reference.mutability.is_none() => of_expr(&reference.expr, fault),
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => of_expr(&unary.expr, fault),
        Expr::Struct(literal) if literal.rest.is_none() => {
            literal.fields.iter().for_each(|field| of_expr(&field.expr, fault));
        }
        Expr::Call(call) => {
            let Expr::Path(func) = &*call.func else { return fault("a call of a value".to_owned()) };
            let name = &func.path.segments.last().expect("a path has segments").ident;
            let constructor = name.to_string().starts_with(|c: char| c.is_ascii_uppercase());
            if !constructor && name != "prove" && name != "prove_policy" {
                fault(format!("a call of `{name}`"));
            }
            call.args.iter().for_each(|arg| of_expr(arg, fault));
        }
        _ => fault("an expression of another kind".to_owned()),
    }
}

#[test]
fn generated_code_declares() {
    for plan in [crate::plans::bridge(), crate::plans::shop()] {
        assert_eq!(faults(&crate::emitted(&plan)), Vec::<String>::new());
    }
}

#[test]
fn committed_code_declares() {
    for (name, written) in crate::golden::committed() {
        assert_eq!(faults(&written), Vec::<String>::new(), "generated/{name}");
    }
}

#[test]
fn code_that_acts_is_noticed() {
    for code in [
        "const A: u8 = if B { 1 } else { 2 };",
        "const A: u8 = match B { _ => 1 };",
        "const A: u8 = loop {};",
        "const A: fn() = || {};",
        "const A: u8 = b()?;",
        "const A: u8 = unsafe { b() };",
        "const A: u8 = { 1 };",
        "const A: u8 = b();",
        "const A: u8 = b!();",
        "const A: B = B { ..C };",
        "fn a() {}",
        "fn main() { a(); b() }",
        "async fn main() { b() }",
        "impl A { fn b() {} }",
        "impl A for B { fn b() {} }",
        "#[allow(dead_code)] const A: u8 = 1;",
        "macro_rules! a { () => {} }",
        "static mut A: u8 = 1;",
        "extern \"C\" {}",
        "use heddle_runtime::broker::Broker;",
        "/// Text.\npub struct A;",
        "// Text.\npub struct A;",
    ] {
        assert_ne!(of_file("a.rs", code), Vec::<String>::new(), "{code}");
    }
}
