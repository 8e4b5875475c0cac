//! The vocabulary of a generated crate: plain data, `const`, nothing allocated, nothing decided.
//!
//! Every field is written out by the compiler; there are no defaults here, so what a reviewer reads in the
//! generated crate is all there is.

mod content;

pub use content::{Allowed, Class, Content, Validation};

use crate::{access, method, tier};

/// One tool, as the proof in [`crate::proof`] wants it: every power it has is an associated type or const.
pub trait Tool<T: tier::Tier> {
    /// Whether the tool changes anything behind the API.
    type Access: access::HeldBy<T>;
    /// The one HTTP method it sends.
    type Method: method::SentBy<T>;
    /// What else it is, checked against the policy by [`prove`](crate::proof::prove).
    const FACTS: Facts;
}

/// A tool, but for what its types say. All is written out: what is empty, too.
#[derive(Debug, Clone, Copy)]
pub struct Facts {
    /// Name on the wire (MCP `Tool.name`).
    pub name: &'static str,
    /// Display name (MCP `Tool.title`); empty: none.
    pub title: &'static str,
    /// What the model reads (MCP `Tool.description`).
    pub about: &'static str,
    /// Why a read tool may send a method that can write.
    pub reads: Reads,
    /// Layer 1.
    pub limit: Limit,
    /// Layer 3, in the order of the config: the first that matches decides.
    pub holds: &'static [Hold],
    /// Layer 4: the arguments, sorted by name. Others are refused.
    pub params: &'static [Param],
    /// Layer 6: where the request goes. Constant: no argument reaches it.
    pub origin: Origin,
    /// The path, in parts; each argument stays inside its segment.
    pub path: &'static [Part],
    /// Query fields, in order.
    pub query: &'static [Field],
    /// Header fields beside those that HTTP itself needs.
    pub headers: &'static [Field],
    /// The request body.
    pub body: Body,
    /// The path into the JSON answer, outermost key first; empty: the whole answer.
    pub answer: &'static [&'static str],
    /// What the answer is promised to be (MCP `Tool.outputSchema`).
    pub returns: Returns,
}

/// What one binary may do at all. A tool that wants more than this does not compile.
#[derive(Debug, Clone, Copy)]
pub struct Agent {
    /// Name of the agent: of its crate, its binary and its audit stream.
    pub name: &'static str,
    /// The author's version of the config (semver).
    pub version: &'static str,
    /// What the agent is for (MCP `instructions`).
    pub about: &'static str,
    /// SHA-256 of the plan that this crate was emitted from, in lower-case hex.
    pub plan: &'static str,
    /// Every origin that the process may talk to.
    pub origins: &'static [Origin],
    /// Every secret it may use, and where each may go.
    pub grants: &'static [Grant],
    /// Total time of one call in milliseconds, everything included.
    pub deadline_ms: u64,
    /// Longest answer that is read, in bytes; the rest is cut while streaming.
    pub max_response_bytes: u64,
    /// How the audit log is written.
    pub audit: Audit,
    /// What happens to a call in whose arguments something was found.
    pub validation: Validation,
    /// What the process asks of the kernel to wall itself in.
    pub sandbox: Sandbox,
    /// How clients may reach it; `Http` needs the runtime's feature `http-server`.
    pub transports: &'static [Transport],
    /// How callers over HTTP prove who they are.
    pub authorization: Authorization,
}

/// How clients may reach an agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// Over HTTP, when it is started with `--http`.
    Http,
    /// Over standard input and output.
    Stdio,
}

/// How callers over HTTP prove who they are.
#[derive(Debug, Clone, Copy)]
pub enum Authorization {
    /// By the access tokens that the operator gives out.
    Tokens,
    /// By those, or by the access tokens of an authorization server; needs the runtime's feature `oauth`.
    OAuth {
        /// Whom a token has to be made out to: the URL that clients reach the agent by.
        resource: &'static str,
        /// Who has to have made it out.
        issuer: &'static str,
        /// Where the issuer publishes its keys.
        keys_origin: Origin,
        /// The path there.
        keys_path: &'static str,
        /// The scope for tools that read.
        read_scope: &'static str,
        /// The scope for all tools.
        write_scope: &'static str,
    },
}

/// Scheme, host and port.
#[derive(Debug, Clone, Copy)]
pub struct Origin {
    /// `http` or `https`.
    pub scheme: Scheme,
    /// Host name in lower case, IPv4 address, or IPv6 address in brackets.
    pub host: &'static str,
    /// Port, written out also when it is the scheme's own.
    pub port: u16,
    /// Where the address that is dialled may lie.
    pub addresses: Addresses,
}

/// Which addresses an [`Origin`] may be dialled at. Link-local addresses, the metadata services of clouds and addresses
/// that are nobody's are in none of these.
#[derive(Debug, Clone, Copy)]
pub enum Addresses {
    /// Those of the internet.
    Public,
    /// Those of this machine: the host says so itself.
    Loopback,
    /// The host is an address of a private network, and that is the one.
    Private,
    /// The author's reason why a name may lead to this machine or into a private network, too.
    Because(&'static str),
}

/// Scheme of an [`Origin`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// Plain text.
    Http,
    /// TLS; needs the runtime's feature `tls`.
    Https,
}

/// Leave to use one secret at one origin, in the named slots and in no other place.
#[derive(Debug, Clone, Copy)]
pub struct Grant {
    /// Key in the secret store.
    pub key: &'static str,
    /// The only origin that it is sent to.
    pub origin: Origin,
    /// The only slots of a request that it stands in.
    pub slots: &'static [Slot],
}

/// A place in a request.
#[derive(Debug, Clone, Copy)]
pub enum Slot {
    /// The value of the header of this name (lower case).
    Header(&'static str),
    /// The value of the query field of this key.
    Query(&'static str),
    /// Anywhere in the JSON body.
    Body,
}

/// Calls per minute and how many may come at once (GCRA). Both at least 1.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    /// Sustained calls per minute.
    pub per_minute: u32,
    /// Calls that may come together.
    pub burst: u32,
}

/// Why a read tool may send POST, PUT, PATCH or DELETE.
#[derive(Debug, Clone, Copy)]
pub enum Reads {
    /// It does not: access and method agree, or the tool is a write tool.
    ByMethod,
    /// The author's reason.
    Because(&'static str),
    /// The author gave none; the compiler warned.
    Unexplained,
}

/// One escalation rule, resolved for one tool.
#[derive(Debug, Clone, Copy)]
pub struct Hold {
    /// Name of the rule.
    pub rule: &'static str,
    /// Why it exists, shown to the caller and the approver.
    pub reason: &'static str,
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
#[derive(Debug, Clone, Copy)]
pub enum When {
    /// Each call.
    Always,
    /// At least one test holds.
    Any(&'static [Test]),
    /// All tests hold.
    All(&'static [Test]),
}

/// One condition on one argument. An argument that is absent matches nothing.
#[derive(Debug, Clone, Copy)]
pub struct Test {
    /// The parameter it reads.
    pub param: &'static str,
    /// What it asks.
    pub op: Op,
}

/// Conditions, as in the config's `param_*` keys.
#[derive(Debug, Clone, Copy)]
pub enum Op {
    /// Number greater than.
    Gt(f64),
    /// Number less than.
    Lt(f64),
    /// Equal; strings without regard to case.
    Eq(Json),
    /// Equal to one of these; strings without regard to case.
    In(&'static [Json]),
    /// Text contains this, without regard to case.
    Contains(&'static str),
    /// Text matches this expression anywhere; needs the runtime's feature `pattern`.
    Matches(&'static str),
    /// Text longer than this many characters, or list longer than this many items.
    LenGt(u64),
}

/// What a matching rule does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Wait for a human.
    Hold,
    /// Refuse.
    Deny,
    /// Let pass: no later rule is asked, and no tier.
    Allow,
}

/// One declared parameter.
#[derive(Debug, Clone, Copy)]
pub struct Param {
    /// Name on the wire.
    pub name: &'static str,
    /// What the model reads.
    pub about: &'static str,
    /// What a value must be.
    pub kind: Kind,
    /// Whether it must be given.
    pub presence: Presence,
    /// Whether the audit log keeps a digest instead of the value, and no message repeats it.
    pub sensitive: bool,
    /// What its text is: decides its form, and with its places the classes.
    pub content: Content,
    /// What is looked for in its text.
    pub scan: &'static [Class],
    /// What is not looked for, although its content and places ask for it.
    pub allow: &'static [Allowed],
}

/// The type of a value and its bounds.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A string; lengths in Unicode scalar values.
    Text {
        /// Fewest characters.
        min: u32,
        /// Most characters.
        max: u32,
        /// RE2-style expression that must match somewhere in it; empty: none.
        pattern: &'static str,
        /// The only values; empty: any.
        one_of: &'static [&'static str],
    },
    /// An integer.
    Integer {
        /// Least value.
        min: i64,
        /// Greatest value.
        max: i64,
        /// The only values; empty: any.
        one_of: &'static [i64],
    },
    /// A finite number.
    Number {
        /// Least value.
        min: f64,
        /// Greatest value.
        max: f64,
        /// The only values; empty: any.
        one_of: &'static [f64],
    },
    /// `true` or `false`.
    Boolean,
    /// A list.
    List {
        /// What each item must be.
        items: &'static Kind,
        /// Fewest items.
        min: u32,
        /// Most items.
        max: u32,
    },
    /// An object with these members and no others.
    Object {
        /// The members, sorted by name.
        fields: &'static [Param],
    },
    /// An object with any members, of any kind.
    OpenObject,
    /// Any JSON value.
    Any,
}

/// Whether an argument must be given.
#[derive(Debug, Clone, Copy)]
pub enum Presence {
    /// Without it the call is refused.
    Required,
    /// May be left out; then its place in the request is left out too.
    Optional,
    /// May be left out; then this stands for it.
    Default(Json),
}

/// A JSON value that the author wrote.
#[derive(Debug, Clone, Copy)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other finite number.
    Num(f64),
    /// A string.
    Text(&'static str),
    /// A list.
    List(&'static [Json]),
    /// An object, members sorted by name.
    Map(&'static [(&'static str, Json)]),
}

/// A piece of a template.
#[derive(Debug, Clone, Copy)]
pub enum Part {
    /// Text of the author, already encoded for its place.
    Text(&'static str),
    /// The argument of this name, encoded for its place when the call is made.
    Arg(&'static str),
    /// A secret, asked of the broker when the call is made.
    Secret(&'static Grant),
}

/// A query or header field. One whose value is a single absent argument is left out.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Query key, or header name in lower case.
    pub name: &'static str,
    /// Its value.
    pub value: &'static [Part],
}

/// A request body.
#[derive(Debug, Clone, Copy)]
pub enum Body {
    /// None is sent.
    Empty,
    /// JSON, with `content-type: application/json`.
    Json(Node),
}

/// A JSON value with places for arguments.
#[derive(Debug, Clone, Copy)]
pub enum Node {
    /// A value of the author.
    Fixed(Json),
    /// The argument of this name as it is, type kept; absent: the member or item is left out.
    Arg(&'static str),
    /// A string put together from parts.
    Text(&'static [Part]),
    /// A list.
    List(&'static [Node]),
    /// An object, members sorted by name.
    Map(&'static [(&'static str, Node)]),
}

/// What a tool promises of its answer.
#[derive(Debug, Clone, Copy)]
pub enum Returns {
    /// Text; no `outputSchema` is published.
    Text,
    /// JSON of this kind, published as `outputSchema` and checked before it is sent.
    Json {
        /// What the model reads.
        about: &'static str,
        /// What the answer must be.
        kind: Kind,
    },
}

/// How the audit log is written, and what it remarks on.
#[derive(Debug, Clone, Copy)]
pub struct Audit {
    /// When a record counts as written.
    pub sync: Sync,
    /// A segment that is longer, in bytes, gives way to the next.
    pub max_bytes: u64,
    /// So does one that is older, in seconds.
    pub max_age_s: u64,
    /// What is unusual.
    pub anomalies: Anomalies,
}

/// When something is unusual.
#[derive(Debug, Clone, Copy)]
pub struct Anomalies {
    /// Calls of the process after which the first use of a tool is.
    pub warm_up: u32,
    /// Refusals by the rate limit of one tool that are.
    pub rate_limit_breaches: Threshold,
    /// Denials of one secret that are.
    pub credential_denials: Threshold,
    /// Refusals by one layer that are.
    pub refusals: Threshold,
}

/// How often within what time. Both at least 1.
#[derive(Debug, Clone, Copy)]
pub struct Threshold {
    /// How often.
    pub count: u32,
    /// Within how many seconds.
    pub within_s: u32,
}

/// When an audit record counts as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sync {
    /// Once the operating system has it.
    Os,
    /// Once the disk has it.
    Always,
}

/// What the process asks of the kernel to wall itself in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sandbox {
    /// As much as there is.
    Auto,
    /// All that is declared, or the agent does not serve.
    Require,
    /// Nothing.
    Off,
}
