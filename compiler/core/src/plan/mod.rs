//! The plan: what one agent may do, with every default written out. Plain data, no places, no generics; the digest, the
//! emitter, `heddle diff` and `heddle inspect` read this and nothing else.
//!
//! YAML mappings have no order, so nothing here depends on the order of a mapping's keys: everything that comes from one
//! is sorted by name. Lists keep their order.

mod addresses;
mod canonical;
mod content;
mod module;

use std::collections::{BTreeMap, BTreeSet};

pub use addresses::{Addresses, Range, literal};
pub use canonical::{ReadError, canonical};
pub use content::{Class, Content, Validation, fill_scans};
pub use module::module;
use serde::{Deserialize, Serialize};

/// One agent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// `[a-z][a-z0-9_-]{0,63}`
    pub name: String,
    /// semver
    pub version: String,
    /// What it is for; may be empty.
    pub about: String,
    /// Its trust tier.
    pub tier: Tier,
    /// Every origin that a tool reaches, and that of the keys of an authorization server.
    pub origins: BTreeSet<Origin>,
    /// Every secret that a tool uses: key and origin -> slots.
    #[serde(with = "canonical::grants")]
    pub grants: BTreeMap<GrantId, BTreeSet<Slot>>,
    /// Total time of one call, in milliseconds.
    pub deadline_ms: u64,
    /// Longest answer that is read, in bytes.
    pub max_response_bytes: u64,
    /// How the audit log is written.
    pub audit: Audit,
    /// What happens to a call in whose arguments something was found.
    pub validation: Validation,
    /// What it asks of the kernel.
    pub sandbox: Sandbox,
    /// How clients may reach it.
    pub transports: BTreeSet<Transport>,
    /// The authorization server whose tokens let callers in over HTTP.
    pub oauth: Option<OAuth>,
    /// The tools by name.
    pub tools: BTreeMap<String, Tool>,
}

/// Trust tiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Tier {
    Observer = 1,
    Worker = 2,
    Operator = 3,
    Privileged = 4,
}

/// Scheme, host and port.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Origin {
    /// `http` or `https`.
    pub scheme: Scheme,
    /// Lower-case name, IPv4 address, or IPv6 address in brackets.
    pub host: String,
    /// Written out also when it is the scheme's own.
    pub port: u16,
    /// Where the address that is dialled may lie.
    pub addresses: Addresses,
}

/// Scheme of an [`Origin`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Scheme {
    Http,
    Https,
}

/// One secret at one origin.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct GrantId {
    /// Key in the secret store.
    pub key: String,
    /// The origin it goes to.
    pub origin: Origin,
}

/// A place in a request where a secret stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Slot {
    /// Header of this name, in lower case.
    Header(String),
    /// Query field of this key.
    Query(String),
    /// Anywhere in the body.
    Body,
}

/// How the audit log is written, and what it remarks on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audit {
    /// When a record counts as written.
    pub sync: Sync,
    /// Longest segment, in bytes.
    pub max_bytes: u64,
    /// Oldest segment, in seconds.
    pub max_age_s: u64,
    /// What is unusual.
    pub anomalies: Anomalies,
}

/// When something is unusual.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anomalies {
    /// Calls after which the first use of a tool is.
    pub warm_up: u32,
    /// Refusals by the rate limit of one tool that are.
    pub rate_limit_breaches: Threshold,
    /// Denials of one secret that are.
    pub credential_denials: Threshold,
    /// Refusals by one layer that are.
    pub refusals: Threshold,
}

/// How often within what time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Threshold {
    /// How often, at least 1.
    pub count: u32,
    /// Within how many seconds, at least 1.
    pub within_s: u32,
}

/// When an audit record counts as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Sync {
    Os,
    Always,
}

/// What the process asks of the kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Sandbox {
    Auto,
    Require,
    Off,
}

/// How clients may reach an agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Transport {
    Http,
    Stdio,
}

/// An authorization server, and what its tokens have to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OAuth {
    /// Whom a token has to be made out to.
    pub resource: String,
    /// Who has to have made it out.
    pub issuer: String,
    /// Where the issuer publishes its keys.
    pub keys_origin: Origin,
    /// The path there.
    pub keys_path: String,
    /// The scope for tools that read.
    pub read_scope: String,
    /// The scope for all tools.
    pub write_scope: String,
}

/// One tool.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tool {
    /// Display name; may be empty.
    pub title: String,
    /// What the model reads; may be empty.
    pub about: String,
    /// Access mode.
    pub access: Access,
    /// HTTP method.
    pub method: Method,
    /// Why a read tool may send a method that can write.
    pub reads: Reads,
    /// Layer 1.
    pub limit: Limit,
    /// Layer 3: the rules that concern this tool, in the config's order.
    pub holds: Vec<Hold>,
    /// Layer 4, by name.
    pub params: BTreeMap<String, Param>,
    /// Layer 6.
    pub origin: Origin,
    /// The path, percent-encoded, in parts. Starts with `/`; adjacent texts are one.
    pub path: Vec<Part>,
    /// Query fields: those of the URL in its order, then `query_params` sorted by key.
    pub query: Vec<Field>,
    /// Headers, sorted by name.
    pub headers: Vec<Field>,
    /// The body; `None`: none is sent.
    pub body: Option<Node>,
    /// The path into the JSON answer; empty: all of it.
    pub answer: Vec<String>,
    /// The promise about the answer; `None`: text.
    pub returns: Option<Returns>,
}

/// Access modes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Access {
    Read,
    Write,
}

/// HTTP methods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Method {
    Get,
    Head,
    Options,
    Post,
    Put,
    Patch,
    Delete,
}

/// Why a read tool may send a method that can write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reads {
    /// Access and method agree, or the tool is a write tool.
    ByMethod,
    /// The author's reason.
    Because(String),
    /// None was given; a warning was.
    Unexplained,
}

/// Calls per minute and how many may come at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Limit {
    /// Sustained calls per minute, at least 1.
    pub per_minute: u32,
    /// Calls at once, at least 1.
    pub burst: u32,
}

/// One escalation rule, resolved for one tool.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hold {
    /// Name of the rule.
    pub rule: String,
    /// Why it exists; may be empty.
    pub reason: String,
    /// Which calls it matches.
    pub when: When,
    /// What happens to them.
    pub action: Action,
    /// Seconds until an unanswered hold is denied.
    pub expires_s: u32,
    /// Seconds that a held call waits for the answer; 0: it does not.
    pub wait_s: u32,
}

/// When a rule matches.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum When {
    /// Each call.
    Always,
    /// At least one test holds.
    Any(Vec<Test>),
    /// All tests hold.
    All(Vec<Test>),
}

/// One condition on one argument. Sorted by operator (in the order of [`Op`]) and parameter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Test {
    /// The parameter.
    pub param: String,
    /// The condition.
    pub op: Op,
}

/// Conditions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are those of the config's `param_*` keys")]
pub enum Op {
    Gt(f64),
    Lt(f64),
    Eq(Json),
    In(Vec<Json>),
    Contains(String),
    Matches(String),
    LenGt(u64),
}

/// What a matching rule does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Action {
    Hold,
    Deny,
    Allow,
}

/// One parameter or member of an object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Param {
    /// What the model reads; may be empty.
    pub about: String,
    /// What a value must be.
    pub kind: Kind,
    /// Whether it must be given.
    pub presence: Presence,
    /// Whether the audit log keeps a digest instead of the value.
    pub sensitive: bool,
    /// What its text is.
    pub content: Content,
    /// What is looked for in its text; what `content` and the places ask for, without what is allowed.
    pub scan: BTreeSet<Class>,
    /// What is not looked for, and why.
    pub allow: BTreeMap<Class, String>,
}

/// The type of a value and its bounds, all written out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "as in the runtime's decl::Kind")]
pub enum Kind {
    Text { min: u32, max: u32, pattern: String, one_of: Vec<String> },
    Integer { min: i64, max: i64, one_of: Vec<i64> },
    Number { min: f64, max: f64, one_of: Vec<f64> },
    Boolean,
    List { items: Box<Kind>, min: u32, max: u32 },
    Object { fields: BTreeMap<String, Param> },
    OpenObject,
    Any,
}

/// Whether a value must be given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Presence {
    Required,
    Optional,
    Default(Json),
}

/// A JSON value of the author.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Json {
    Null,
    Bool(bool),
    Int(i64),
    Num(f64),
    Text(String),
    List(Vec<Json>),
    Map(BTreeMap<String, Json>),
}

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// Text of the author, encoded for its place.
    Text(String),
    /// The argument of this name.
    Arg(String),
    /// The secret of this key (at the tool's origin).
    Secret(String),
}

/// A query or header field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Query key (decoded), or header name in lower case.
    pub name: String,
    /// Its value. Texts of a query value are not percent-encoded here or in the generated crate: the runtime encodes the
    /// whole value as one.
    pub value: Vec<Part>,
}

/// A JSON value with places for arguments.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Node {
    /// A value of the author without any placeholder in it.
    Fixed(Json),
    /// The argument of this name, type kept.
    Arg(String),
    /// A string put together; also a secret alone.
    Text(Vec<Part>),
    /// A list with a placeholder somewhere in it.
    List(Vec<Node>),
    /// An object with a placeholder somewhere in it.
    Map(BTreeMap<String, Node>),
}

/// What a tool promises of its answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Returns {
    /// What the model reads; may be empty.
    pub about: String,
    /// What the answer must be.
    pub kind: Kind,
}
