//! A [`Plan`] into the text of a crate.
//!
//! The same plan gives the same bytes: nothing here knows a clock, a path or the order of a hash. Identifiers come from
//! `ident`, text of the author from `literal`, and `layout` proves that what is written is what was meant.

mod files;
mod ident;
mod layout;
mod literal;
mod lock;
mod policy;
mod tool;
mod value;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use proc_macro2::TokenStream;
use quote::quote;

pub use self::ident::module;
pub use self::lock::stage_lock;
use crate::plan::{Access, Kind, Method, Node, Op, Param, Plan, Returns, Scheme, Tool, When};

/// Changes whenever the same plan is written differently.
pub const EDITION: u32 = 1;

/// What emission needs beside the plan.
#[derive(Debug, Clone, Copy)]
pub struct EmitContext<'a> {
    /// Version of heddle and of its runtime, which a generated crate pins exactly.
    pub runtime_version: &'a str,
    /// `runtime-lib/agent.lock`: the lock file of a workspace that has only the runtime in it.
    pub agent_lock: &'a str,
}

/// An emitted crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crate {
    /// Path, with `/`, inside the crate -> text.
    pub files: BTreeMap<String, String>,
}

/// Why a plan could not be written. `check` lets no such plan through: each of these is a fault of heddle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EmitError {
    /// A name that is no identifier.
    NotAName(String),
    /// Two tools whose files or proofs would have one name.
    Clash(String, String),
    /// A tool uses what the plan does not list.
    NotInPolicy(String),
    /// Text that does not read back as what was meant.
    Layout {
        /// The file.
        path: String,
        /// What is wrong with it.
        why: String,
    },
    /// A file that is not Rust could not be made.
    Template(String),
}

impl fmt::Display for EmitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAName(name) => write!(f, "`{}` cannot be an identifier", name.escape_debug()),
            Self::Clash(first, second) => {
                write!(f, "tools `{first}` and `{second}` have the same identifier")
            }
            Self::NotInPolicy(what) => write!(f, "a tool uses {what}, which the plan does not list"),
            Self::Layout { path, why } => write!(f, "{path}: {why}"),
            Self::Template(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for EmitError {}

/// Writes the crate of a plan.
///
/// # Errors
///
/// When the plan is none that `check` could have made.
pub fn emit(plan: &Plan, context: &EmitContext) -> Result<Crate, EmitError> {
    let consts = ident::Consts::new(plan)?;
    let mut files = BTreeMap::new();
    files.insert("src/main.rs".to_owned(), main(plan)?);
    files.insert("src/policy.rs".to_owned(), policy::file(plan, &consts)?);
    files.insert("src/tools/mod.rs".to_owned(), tools(plan)?);

    let mut taken: BTreeMap<String, &str> = BTreeMap::new();
    for (name, tool) in &plan.tools {
        let module = module(name);
        let path = format!("src/tools/{module}.rs");
        files.insert(path.clone(), tool::file(&path, name, tool, &consts)?);
        if let Some(other) = taken.insert(module, name) {
            return Err(EmitError::Clash(other.to_owned(), name.clone()));
        }
    }

    let features = features(plan);
    files.insert("Cargo.toml".to_owned(), files::manifest(plan, context, &features)?);
    files.insert("Cargo.lock".to_owned(), stage_lock(context.agent_lock, &plan.name, &plan.version));
    files.insert("README.md".to_owned(), files::readme(plan)?);
    files.insert("heddle.lock".to_owned(), files::heddle_lock(plan, context, &features, &files)?);
    Ok(Crate { files })
}

/// `src/main.rs`: what the agent may do, on the first screen.
fn main(plan: &Plan) -> Result<String, EmitError> {
    let writes = plan.tools.values().filter(|tool| tool.access == Access::Write).count();
    let mut header = vec![format!(
        "{} {}, {}: {} tools ({} read, {writes} write)",
        plan.name,
        plan.version,
        policy::tier(plan.tier),
        plan.tools.len(),
        plan.tools.len() - writes,
    )];
    header.extend(plan.origins.iter().map(|origin| format!("reaches: {}", ident::origin_url(origin))));
    if plan.origins.is_empty() {
        header.push("reaches: nothing".to_owned());
    }
    header.extend(plan.grants.iter().map(|(grant, slots)| {
        let slots: Vec<String> = slots.iter().map(policy::slot).collect();
        format!("secret: {} to {} in {}", grant.key, ident::origin_url(&grant.origin), slots.join(", "))
    }));
    if plan.grants.is_empty() {
        header.push("secrets: none".to_owned());
    }
    let items = quote! {
        mod policy;
        mod tools;
        fn main() -> std::process::ExitCode {
            heddle_runtime::server::serve(&policy::AGENT, tools::TOOLS)
        }
    };
    layout::file("src/main.rs", &header, items)
}

/// `src/tools/mod.rs`: one proof per tool.
fn tools(plan: &Plan) -> Result<String, EmitError> {
    let mut modules = TokenStream::new();
    let mut proofs = TokenStream::new();
    let mut rows = TokenStream::new();
    for name in plan.tools.keys() {
        let module = ident::ident(&module(name))?;
        let kind = ident::ident(&ident::type_name(name))?;
        let proof = ident::ident(&ident::constant(name))?;
        modules.extend(quote!(mod #module;));
        proofs.extend(quote!(pub const #proof: Proven<Tier> = prove::<Tier, #module::#kind>(&AGENT);));
        rows.extend(quote!(#proof,));
    }
    let header =
        ["One proof per tool: rustc evaluates it, and what the policy does not allow does not compile."
            .into()];
    let items = quote! {
        #modules
        use crate::policy::AGENT;
        use crate::policy::Tier;
        use heddle_runtime::proof::Proven;
        use heddle_runtime::proof::prove;
        #proofs
        pub const TOOLS: &[Proven<Tier>] = &[#rows];
    };
    layout::file("src/tools/mod.rs", &header, items)
}

/// The features of the runtime that the plan needs: one per power.
fn features(plan: &Plan) -> BTreeSet<&'static str> {
    let mut features = BTreeSet::new();
    for tool in plan.tools.values() {
        features.extend(match tool.method {
            Method::Get | Method::Head | Method::Options => None,
            Method::Post => Some("post"),
            Method::Put => Some("put"),
            Method::Patch => Some("patch"),
            Method::Delete => Some("delete"),
        });
        if tool.origin.scheme == Scheme::Https {
            features.insert("tls");
        }
        if has_pattern(tool) {
            features.insert("pattern");
        }
    }
    features
}

fn has_pattern(tool: &Tool) -> bool {
    let in_rules = tool.holds.iter().any(|hold| match &hold.when {
        When::Always => false,
        When::Any(tests) | When::All(tests) => tests.iter().any(|test| matches!(test.op, Op::Matches(_))),
    });
    let in_answer = matches!(&tool.returns, Some(Returns { kind, .. }) if kind_has_pattern(kind));
    in_rules || in_answer || tool.params.values().any(|param| kind_has_pattern(&param.kind))
}

fn kind_has_pattern(kind: &Kind) -> bool {
    match kind {
        Kind::Text { pattern, .. } => !pattern.is_empty(),
        Kind::List { items, .. } => kind_has_pattern(items),
        Kind::Object { fields } => fields.values().any(|Param { kind, .. }| kind_has_pattern(kind)),
        Kind::Integer { .. } | Kind::Number { .. } | Kind::Boolean | Kind::OpenObject | Kind::Any => false,
    }
}

/// Whether a body needs a secret, and which.
fn secrets_of(node: &Node, found: &mut BTreeSet<String>) {
    match node {
        Node::Fixed(_) | Node::Arg(_) => {}
        Node::Text(parts) => secrets_in(parts, found),
        Node::List(items) => items.iter().for_each(|item| secrets_of(item, found)),
        Node::Map(members) => members.values().for_each(|member| secrets_of(member, found)),
    }
}

fn secrets_in(parts: &[crate::plan::Part], found: &mut BTreeSet<String>) {
    found.extend(parts.iter().filter_map(|part| match part {
        crate::plan::Part::Secret(key) => Some(key.clone()),
        crate::plan::Part::Text(_) | crate::plan::Part::Arg(_) => None,
    }));
}
