//! A [`Plan`] into the text of a crate.
//!
//! The same plan gives the same bytes: nothing here knows a clock, a path or the order of a hash. Identifiers come from
//! `ident`, text of the author from `literal`, and `layout` proves that what is written is what was meant.

mod catalogue;
mod deploy;
mod files;
mod ident;
mod layout;
mod literal;
mod lock;
mod policy;
mod seal;
mod tool;
mod value;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::panic::resume_unwind;

use proc_macro2::TokenStream;
use quote::quote;

pub use self::deploy::{Target, deploy};
pub use self::lock::stage_lock;
pub use self::seal::{LOCK, Lock, LockError, Tools};
use crate::plan::{
    Access, Action, Addresses, Content, Kind, Method, Node, Op, Param, Part, Plan, Returns, Scheme, Tier,
    Tool, Transport, When, module,
};

/// Changes whenever the same plan is written differently.
pub const EDITION: u32 = 2;

/// What emission needs beside the plan.
#[derive(Debug, Clone, Copy)]
pub struct EmitContext<'a> {
    /// Version of heddle and of its runtime, which a generated crate pins exactly.
    pub runtime_version: &'a str,
    /// `runtime-lib/agent.lock`: the lock file of a workspace that has only the runtime in it.
    pub agent_lock: &'a str,
    /// Digest of what the config says.
    pub source: &'a str,
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
    /// A service that nobody could reach: the agent is served over standard input and output alone.
    NotServed,
    /// A key of a secret that cannot be the name of a mounted file.
    NotAFile(String),
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
            Self::NotServed => f.write_str(
                "`transports` lists `stdio` alone, and a service is reached over HTTP: list `http` there, too",
            ),
            Self::NotAFile(key) => {
                write!(f, "the secret `{key}` cannot be a file of a mounted folder: give it another key")
            }
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
    let consts = ident::Consts::new(plan);
    let digest = plan.digest_hex();
    let features = features(plan);
    let mut files = tool_files(plan, &consts)?;
    files.insert("src/main.rs".to_owned(), main(plan)?);
    files.insert("src/policy.rs".to_owned(), policy::file(plan, &digest, &consts)?);
    files.insert("src/tools/mod.rs".to_owned(), tools(plan)?);
    files.insert("Cargo.toml".to_owned(), files::manifest(plan, context, &features)?);
    files.insert("Cargo.lock".to_owned(), stage_lock(context.agent_lock, &plan.name, &plan.version));
    files.insert("README.md".to_owned(), files::readme(plan)?);
    files.insert(LOCK.to_owned(), seal::seal(plan, &digest, context, &features, &files)?);
    Ok(Crate { files })
}

/// The policy of a plan as a page: the `README.md` of its crate.
///
/// # Errors
///
/// When the plan is none that `check` could have made.
pub fn page(plan: &Plan) -> Result<String, EmitError> {
    files::readme(plan)
}

/// How many tools are worth a thread.
const SHARE: usize = 64;

/// `src/tools/<tool>.rs`, written by as many threads as there are cores: a tool knows nothing of another.
fn tool_files(plan: &Plan, consts: &ident::Consts) -> Result<BTreeMap<String, String>, EmitError> {
    let mut tools = Vec::with_capacity(plan.tools.len());
    let mut taken: BTreeMap<String, &str> = BTreeMap::new();
    for (name, tool) in &plan.tools {
        let module = module(name);
        tools.push((format!("src/tools/{module}.rs"), name, tool));
        if let Some(other) = taken.insert(module, name) {
            return Err(EmitError::Clash(other.to_owned(), name.clone()));
        }
    }
    let write = |share: &[(String, &String, &Tool)]| {
        let file = |(path, name, tool): &(String, &String, &Tool)| {
            Ok((path.clone(), tool::file(path, name, tool, consts)?))
        };
        share.iter().map(file).collect::<Result<Vec<_>, EmitError>>()
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let share = tools.len().div_ceil(threads).max(SHARE);
    let shares = std::thread::scope(|scope| {
        let running: Vec<_> = tools.chunks(share).map(|share| scope.spawn(|| write(share))).collect();
        let written =
            running.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)));
        written.collect::<Result<Vec<_>, EmitError>>()
    })?;
    Ok(shares.into_iter().flatten().collect())
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
    header.extend(plan.origins.iter().map(|origin| {
        // The reason stands in `policy.rs`, as a literal.
        let inside =
            if matches!(origin.addresses, Addresses::Because(_)) { ", private addresses too" } else { "" };
        format!("reaches: {}{inside}", ident::origin_url(origin))
    }));
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
            heddle_runtime::server::serve(&policy::POLICY, tools::TOOLS)
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
        proofs.extend(quote!(pub const #proof: Proven<Tier> = prove::<Tier, #module::#kind>(&POLICY);));
        rows.extend(quote!(#proof,));
    }
    let header =
        ["One proof per tool: rustc evaluates it, and what the policy does not allow does not compile."
            .into()];
    let items = quote! {
        #modules
        use crate::policy::POLICY;
        use crate::policy::Tier;
        use heddle_runtime::proof::Proven;
        use heddle_runtime::proof::prove;
        #proofs
        pub const TOOLS: &[Proven<Tier>] = &[#rows];
    };
    layout::file("src/tools/mod.rs", &header, items)
}

/// The features of the runtime that the plan needs: one per power.
#[must_use]
pub fn features(plan: &Plan) -> BTreeSet<&'static str> {
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
        if may_be_held(plan.tier, tool) {
            features.insert("approvals");
        }
        if tool.params.values().any(is_scanned) {
            features.insert("scan");
        }
    }
    if plan.transports.contains(&Transport::Http) {
        features.insert("http-server");
    }
    if let Some(oauth) = &plan.oauth {
        features.insert("oauth");
        if oauth.keys_origin.scheme == Scheme::Https {
            features.insert("tls");
        }
    }
    features
}

/// Whether some call of the tool waits for a human.
fn may_be_held(tier: Tier, tool: &Tool) -> bool {
    let always = tier == Tier::Privileged && tool.access == Access::Write;
    always || tool.holds.iter().any(|hold| hold.action == Action::Hold)
}

/// Whether something is looked for in a parameter, or a form is asked of it.
fn is_scanned(param: &Param) -> bool {
    let mut leaf = &param.kind;
    while let Kind::List { items, .. } = leaf {
        leaf = items;
    }
    let is_within = matches!(leaf, Kind::Object { fields } if fields.values().any(is_scanned));
    is_within || !param.scan.is_empty() || param.content != Content::Unspecified
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

fn secrets_in(parts: &[Part], found: &mut BTreeSet<String>) {
    found.extend(parts.iter().filter_map(|part| match part {
        Part::Secret(key) => Some(key.clone()),
        Part::Text(_) | Part::Arg(_) => None,
    }));
}

#[cfg(test)]
pub(super) mod tests {
    use std::time::{Duration, Instant};

    use super::*;
    use crate::plan::{
        Anomalies, Audit, Field, Limit, Origin, Part, Presence, Reads, Sandbox, Sync, Threshold, Tier,
        Transport,
    };

    /// An agent of tier 1 whose tools each hand five parameters on to a query.
    pub fn plan_of(tools: usize) -> Plan {
        let origin = Origin {
            scheme: Scheme::Http,
            host: "localhost".to_owned(),
            port: 9090,
            addresses: Addresses::Loopback,
        };
        let names = ["start", "end", "step", "query", "timeout"].map(str::to_owned);
        let kind = Kind::Text { min: 1, max: 10_000, pattern: String::new(), one_of: Vec::new() };
        let param = Param {
            about: "What the model reads.".to_owned(),
            kind,
            presence: Presence::Required,
            sensitive: false,
            content: Content::Promql,
            scan: BTreeSet::from([crate::plan::Class::Control]),
            allow: BTreeMap::new(),
        };
        let tool = Tool {
            title: String::new(),
            about: "Run a PromQL range query over a time window.".to_owned(),
            access: Access::Read,
            method: Method::Get,
            reads: Reads::ByMethod,
            limit: Limit { per_minute: 120, burst: 120 },
            holds: Vec::new(),
            params: names.iter().map(|name| (name.clone(), param.clone())).collect(),
            origin: origin.clone(),
            path: vec![Part::Text("/api/v1/query_range".to_owned())],
            query: names.map(|name| Field { value: vec![Part::Arg(name.clone())], name }).into(),
            headers: Vec::new(),
            body: None,
            answer: vec!["data".to_owned()],
            returns: None,
        };
        Plan {
            name: "many".to_owned(),
            version: "1.0.0".to_owned(),
            about: String::new(),
            tier: Tier::Observer,
            origins: BTreeSet::from([origin]),
            grants: BTreeMap::new(),
            deadline_ms: 30_000,
            max_response_bytes: 1_048_576,
            audit: Audit {
                sync: Sync::Os,
                max_bytes: 67_108_864,
                max_age_s: 86_400,
                anomalies: Anomalies {
                    warm_up: 100,
                    rate_limit_breaches: Threshold { count: 1, within_s: 60 },
                    credential_denials: Threshold { count: 3, within_s: 300 },
                    refusals: Threshold { count: 20, within_s: 60 },
                },
            },
            validation: crate::plan::Validation::Strict,
            sandbox: Sandbox::Auto,
            transports: BTreeSet::from([Transport::Stdio]),
            oauth: None,
            tools: (0..tools).map(|number| (format!("tool_{number}"), tool.clone())).collect(),
        }
    }

    pub const CONTEXT: EmitContext =
        EmitContext { runtime_version: "0.1.0", agent_lock: "version = 4\n", source: "" };

    // The benchmark holds it to half a second; here it only must not be quadratic.
    #[test]
    fn a_thousand_tools_are_written() {
        let plan = plan_of(1000);
        let begin = Instant::now();
        let written = emit(&plan, &CONTEXT).unwrap();
        println!("1000 tools in {:?}", begin.elapsed());
        assert_eq!(written.files.len(), 1007);
        assert!(begin.elapsed() < Duration::from_secs(60));
        assert_eq!(written, emit(&plan, &CONTEXT).unwrap());
    }

    #[test]
    fn a_plan_that_check_would_refuse_is_refused() {
        let with = |change: &dyn Fn(&mut Plan)| {
            let mut plan = plan_of(2);
            change(&mut plan);
            emit(&plan, &CONTEXT).unwrap_err()
        };
        let twin = with(&|plan| {
            let tool = plan.tools.values().next().unwrap().clone();
            plan.tools.insert("tool-1".to_owned(), tool);
        });
        assert_eq!(twin, EmitError::Clash("tool-1".to_owned(), "tool_1".to_owned()));
        let unlisted = with(&|plan| plan.origins.clear());
        assert_eq!(unlisted, EmitError::NotInPolicy("http://localhost:9090".to_owned()));
        let nameless = with(&|plan| {
            let tool = plan.tools.values().next().unwrap().clone();
            plan.tools.insert("a;b".to_owned(), tool);
        });
        assert_eq!(nameless, EmitError::NotAName("A;b".to_owned()));
    }
}
