//! The author's words, typed but not yet judged: one struct per mapping of the language, one field per key, each with
//! its place. Nothing is defaulted here; an absent key is `None` or an empty list.

use crate::source::{Span, Spanned};

/// `agent:`
#[derive(Debug, Clone, PartialEq)]
pub struct Agent {
    /// The whole mapping.
    pub span: Span,
    /// Digest of what the file says.
    pub digest: String,
    /// `name`
    pub name: Spanned<String>,
    /// `version`
    pub version: Option<Spanned<String>>,
    /// `description`
    pub description: Option<Spanned<String>>,
    /// `model`
    pub model: Option<Model>,
    /// `consumes`
    pub consumes: Vec<Consumed>,
    /// `exposes`
    pub exposes: Vec<Tool>,
    /// `http_bridge`
    pub http_bridge: Vec<Bridge>,
    /// `escalation_rules`
    pub escalation_rules: Vec<Rule>,
    /// `runtime`
    pub runtime: Runtime,
    /// `triggers`
    pub triggers: Vec<Trigger>,
}

/// `model:` (only workflow steps ask a model)
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// The key `model` itself.
    pub key: Span,
    /// `provider`
    pub provider: Option<Spanned<String>>,
    /// `model`
    pub model: Option<Spanned<String>>,
    /// `temperature`
    pub temperature: Option<Spanned<f64>>,
    /// `max_tokens`
    pub max_tokens: Option<Spanned<i64>>,
    /// `system_prompt`
    pub system_prompt: Option<Spanned<String>>,
}

/// One entry of `consumes:`
#[derive(Debug, Clone, PartialEq)]
pub struct Consumed {
    /// The whole mapping.
    pub span: Span,
    /// `uri`
    pub uri: Spanned<String>,
    /// `tools`
    pub tools: Vec<Spanned<String>>,
}

/// One entry of `exposes:`
#[derive(Debug, Clone, PartialEq)]
pub struct Tool {
    /// The whole mapping.
    pub span: Span,
    /// `name`
    pub name: Spanned<String>,
    /// `title`
    pub title: Option<Spanned<String>>,
    /// `description`
    pub description: Option<Spanned<String>>,
    /// `access`; absent: read
    pub access: Option<Spanned<Access>>,
    /// `reads`: why a read tool may send a method that can write
    pub reads: Option<Spanned<String>>,
    /// `rate_limit`
    pub rate_limit: Option<RateLimit>,
    /// `parameters`, in the author's order
    pub parameters: Vec<Parameter>,
    /// `returns`
    pub returns: Option<Returns>,
}

/// `access:`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// `read`
    Read,
    /// `write`
    Write,
}

/// `rate_limit:`
#[derive(Debug, Clone, PartialEq)]
pub struct RateLimit {
    /// The whole mapping.
    pub span: Span,
    /// `per_minute`
    pub per_minute: Option<Spanned<i64>>,
    /// `burst`
    pub burst: Option<Spanned<i64>>,
}

/// One entry of `parameters:` or of a schema's `properties:`
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// The key.
    pub name: Spanned<String>,
    /// What it says.
    pub schema: Schema,
}

/// The description of a value: of a parameter, an item, a property or an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Schema {
    /// The whole mapping.
    pub span: Span,
    /// `type`; absent: string
    pub kind: Option<Spanned<Type>>,
    /// `description`
    pub description: Option<Spanned<String>>,
    /// `required`; absent: true unless there is a default
    pub required: Option<Spanned<bool>>,
    /// `required: [names]`, in JSON Schema's own spelling (under `returns` and nested objects)
    pub required_names: Option<Spanned<Vec<Spanned<String>>>>,
    /// `default`; an explicit `null` is kept as such and means none
    pub default: Option<Spanned<Value>>,
    /// `enum`
    pub one_of: Option<Spanned<Vec<Spanned<Value>>>>,
    /// `min` or `minimum`
    pub min: Option<Spanned<f64>>,
    /// `max` or `maximum`
    pub max: Option<Spanned<f64>>,
    /// `min_length` or `minLength`
    pub min_length: Option<Spanned<i64>>,
    /// `max_length` or `maxLength`
    pub max_length: Option<Spanned<i64>>,
    /// `min_items` or `minItems`
    pub min_items: Option<Spanned<i64>>,
    /// `max_items` or `maxItems`
    pub max_items: Option<Spanned<i64>>,
    /// `pattern`
    pub pattern: Option<Spanned<String>>,
    /// `items`
    pub items: Option<Box<Schema>>,
    /// `properties`; `Some(empty)` is not `None`
    pub properties: Option<Spanned<Vec<Parameter>>>,
    /// `additional_properties` or `additionalProperties`
    pub additional: Option<Spanned<bool>>,
    /// `sensitive`
    pub sensitive: Option<Spanned<bool>>,
    /// `content`
    pub content: Option<Spanned<Content>>,
    /// `allow`: class and reason, in the author's order
    pub allow: Option<Spanned<Allowed>>,
}

/// What a parameter may hold although it would be looked for, and why.
pub type Allowed = Vec<(Spanned<Class>, Spanned<String>)>;

/// `content:`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the config's words")]
pub enum Content {
    Identifier,
    Text,
    Prompt,
    Path,
    Url,
    Host,
    Email,
    Promql,
    Logql,
    Sql,
    Code,
    Json,
    Regex,
}

/// The keys of `allow:`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the config's words")]
pub enum Class {
    Shell,
    Sql,
    Traversal,
    Template,
    Prompt,
    Html,
    Ssrf,
    Header,
    Control,
}

/// `type:` (`str`, `int`, `float`, `bool`, `list`, `dict` of the original are read as these)
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// `string`
    String,
    /// `integer`
    Integer,
    /// `number`
    Number,
    /// `boolean`
    Boolean,
    /// `array`
    Array,
    /// `object`
    Object,
}

/// `returns:`
#[derive(Debug, Clone, PartialEq)]
pub struct Returns {
    /// The key `returns` itself.
    pub key: Span,
    /// What it says.
    pub schema: Schema,
}

/// One entry of `http_bridge:`
#[derive(Debug, Clone, PartialEq)]
pub struct Bridge {
    /// The whole mapping.
    pub span: Span,
    /// `tool_name`
    pub tool_name: Spanned<String>,
    /// `method`; absent: GET
    pub method: Option<Spanned<Method>>,
    /// `url`
    pub url: Spanned<String>,
    /// `query_params`: tool parameter -> query key
    pub query_params: Vec<(Spanned<String>, Spanned<String>)>,
    /// `headers`: name -> template
    pub headers: Vec<(Spanned<String>, Spanned<String>)>,
    /// `body_template`; an explicit `null` counts as absent
    pub body_template: Option<Spanned<Value>>,
    /// `response_path`
    pub response_path: Option<Spanned<String>>,
    /// `allow_private`: why the host may lead to this machine or into a private network
    pub allow_private: Option<Spanned<String>>,
}

/// `method:`
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// GET
    Get,
    /// HEAD
    Head,
    /// OPTIONS
    Options,
    /// POST
    Post,
    /// PUT
    Put,
    /// PATCH
    Patch,
    /// DELETE
    Delete,
}

/// One entry of `escalation_rules:`
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// The whole mapping.
    pub span: Span,
    /// `name`
    pub name: Spanned<String>,
    /// `reason`
    pub reason: Option<Spanned<String>>,
    /// `tool`: a glob over tool names
    pub tool: Option<Spanned<String>>,
    /// `access`
    pub access: Option<Spanned<Access>>,
    /// The `param_*` conditions, in the author's order.
    pub tests: Vec<Test>,
    /// `match`; absent: any
    pub matches: Option<Spanned<Match>>,
    /// `action`; absent: hold
    pub action: Option<Spanned<Action>>,
    /// `expires`, in seconds; absent: 15 minutes
    pub expires: Option<Spanned<u64>>,
    /// `wait`, in seconds; absent: a held call returns at once
    pub wait: Option<Spanned<u64>>,
}

/// One condition: a parameter under one `param_*` key.
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    /// Which key it stands under.
    pub op: Spanned<TestOp>,
    /// The parameter.
    pub param: Spanned<String>,
    /// What it is compared with (a list for `param_in`).
    pub value: Spanned<Value>,
}

/// The `param_*` keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TestOp {
    /// `param_gt`
    Gt,
    /// `param_lt`
    Lt,
    /// `param_eq`
    Eq,
    /// `param_in`
    In,
    /// `param_contains`
    Contains,
    /// `param_matches`
    Matches,
    /// `param_len_gt`
    LenGt,
}

/// `match:`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match {
    /// `any`
    Any,
    /// `all`
    All,
}

/// `action:`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// `hold`
    Hold,
    /// `deny`
    Deny,
    /// `allow`
    Allow,
}

/// `runtime:`
#[derive(Debug, Clone, PartialEq)]
pub struct Runtime {
    /// The whole mapping.
    pub span: Span,
    /// `trust_tier`
    pub trust_tier: Spanned<Tier>,
    /// `max_execution_time`, in milliseconds
    pub max_execution_time: Option<Spanned<u64>>,
    /// `rate_limit`
    pub rate_limit: Option<RateLimit>,
    /// `validation`
    pub validation: Option<Spanned<Validation>>,
    /// `max_response_bytes`
    pub max_response_bytes: Option<Spanned<u64>>,
    /// `sandbox`
    pub sandbox: Option<Spanned<Sandbox>>,
    /// `transports`
    pub transports: Option<Spanned<Vec<Spanned<Transport>>>>,
    /// `http`
    pub http: Option<Http>,
    /// `audit`
    pub audit: Option<Audit>,
}

/// `audit:`
#[derive(Debug, Clone, PartialEq)]
pub struct Audit {
    /// `sync`
    pub sync: Option<Spanned<AuditSync>>,
    /// `max_bytes`
    pub max_bytes: Option<Spanned<u64>>,
    /// `max_age`, in seconds
    pub max_age: Option<Spanned<u64>>,
    /// `anomalies`
    pub anomalies: Option<Anomalies>,
}

/// `anomalies:`
#[derive(Debug, Clone, PartialEq)]
pub struct Anomalies {
    /// `warm_up`
    pub warm_up: Option<Spanned<i64>>,
    /// `rate_limit_breaches`
    pub rate_limit_breaches: Option<Threshold>,
    /// `credential_denials`
    pub credential_denials: Option<Threshold>,
    /// `refusals`
    pub refusals: Option<Threshold>,
}

/// How often within what time.
#[derive(Debug, Clone, PartialEq)]
pub struct Threshold {
    /// The whole mapping.
    pub span: Span,
    /// `count`
    pub count: Option<Spanned<i64>>,
    /// `within`, in seconds
    pub within: Option<Spanned<u64>>,
}

/// `trust_tier:`
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// 1
    Observer,
    /// 2
    Worker,
    /// 3
    Operator,
    /// 4
    Privileged,
}

/// `validation:`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validation {
    /// `strict`
    Strict,
    /// `permissive`
    Permissive,
}

/// One of `transports:`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// `stdio`
    Stdio,
    /// `http`
    Http,
}

/// `http:`
#[derive(Debug, Clone, PartialEq)]
pub struct Http {
    /// The whole mapping.
    pub span: Span,
    /// `resource`
    pub resource: Spanned<String>,
    /// `issuer`
    pub issuer: Spanned<String>,
    /// `jwks`
    pub jwks: Spanned<String>,
    /// `allow_private`: why the host of `jwks` may lead to this machine or into a private network
    pub allow_private: Option<Spanned<String>>,
    /// `read_scope`
    pub read_scope: Spanned<String>,
    /// `write_scope`
    pub write_scope: Spanned<String>,
}

/// `sandbox:`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sandbox {
    /// `auto`
    Auto,
    /// `require`
    Require,
    /// `none`
    Off,
    /// `docker`
    Docker,
    /// `gvisor`
    Gvisor,
}

/// `audit.sync:`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditSync {
    /// `os`
    Os,
    /// `always`
    Always,
}

/// One entry of `triggers:`
#[derive(Debug, Clone, PartialEq)]
pub struct Trigger {
    /// The whole mapping.
    pub span: Span,
    /// `type`: `on_demand`, `cron` or `webhook`
    pub kind: Spanned<String>,
}

/// A YAML value that is data: a default, a body, a comparison.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other finite number.
    Num(f64),
    /// A string.
    Text(String),
    /// A sequence.
    List(Vec<Spanned<Value>>),
    /// A mapping, in the author's order.
    Map(Vec<(Spanned<String>, Spanned<Value>)>),
}
