//! The file of tests.

use std::collections::BTreeMap;
use std::path::Path;

use heddle_compiler::diag::{self, Colour, Lines, Sink};
use heddle_compiler::plan::Class;
use heddle_compiler::source::Sources;
use heddle_compiler::yaml::{self, Kind};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::console::mutter;
use crate::failure::Failure;
use crate::front;

/// The tests of one config.
#[derive(Debug)]
pub struct File {
    /// The config, beside this file; left out: the one of the same name.
    pub config: Option<String>,
    /// The tests, in order.
    pub tests: Vec<Test>,
}

/// One call and what must become of it.
#[derive(Debug)]
pub struct Test {
    /// What it shows.
    pub name: String,
    /// Line of the file, from 1.
    pub line: usize,
    /// The tool that is called.
    pub tool: String,
    /// Its arguments.
    pub arguments: Map<String, Value>,
    /// How often it is called; the last call is the one that is judged.
    pub times: u32,
    /// What must become of it.
    pub expected: Expected,
}

/// What must become of a call.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// It is sent, as this request.
    #[serde(default)]
    pub allowed: Option<Allowed>,
    /// A layer refuses it.
    #[serde(default)]
    pub refused: Option<Layer>,
    /// This rule holds it for a person; `tier-4`: no rule, but each write of tier 4 is held.
    #[serde(default)]
    pub held: Option<String>,
    /// This rule denies it.
    #[serde(default)]
    pub denied: Option<String>,
    /// What the message to the caller has in it.
    #[serde(default)]
    pub says: Says,
    /// What the detectors find, by argument, and nothing else; it stands beside any of the four.
    #[serde(default)]
    pub finds: Option<BTreeMap<String, Classes>>,
}

/// One class of attack or several.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Classes {
    One(Class),
    All(Vec<Class>),
}

impl Classes {
    /// The classes.
    pub fn all(&self) -> &[Class] {
        match self {
            Self::One(class) => std::slice::from_ref(class),
            Self::All(classes) => classes,
        }
    }
}

/// The request that would be sent, as far as the test cares.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Allowed {
    /// `allowed: true`: whatever the request.
    Any(bool),
    /// `allowed: { .. }`: this request.
    Request(Request),
}

/// Facts of a request.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// The method.
    #[serde(default)]
    pub method: Option<String>,
    /// The whole URL.
    #[serde(default)]
    pub url: Option<String>,
    /// Headers by name; those that are not named are not looked at, and `null` says that there is none.
    #[serde(default)]
    pub headers: BTreeMap<String, Option<String>>,
    /// The body as JSON; `null`: none is sent.
    #[serde(default, with = "present")]
    pub body: Option<Value>,
}

/// Tells `body: null` from no `body`.
mod present {
    use serde::{Deserialize as _, Deserializer};
    use serde_json::Value;

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
        Value::deserialize(deserializer).map(Some)
    }
}

/// The layers, as the audit log names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layer {
    UnknownTool,
    RateLimit,
    AccessMode,
    Escalation,
    InputValidation,
    TrustTier,
    HttpBridge,
}

impl Layer {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnknownTool => "unknown_tool",
            Self::RateLimit => "rate_limit",
            Self::AccessMode => "access_mode",
            Self::Escalation => "escalation",
            Self::InputValidation => "input_validation",
            Self::TrustTier => "trust_tier",
            Self::HttpBridge => "http_bridge",
        }
    }
}

/// One text or several.
#[derive(Debug, Default, Deserialize)]
#[serde(untagged)]
pub enum Says {
    #[default]
    Nothing,
    One(String),
    All(Vec<String>),
}

impl Says {
    /// The texts.
    pub fn texts(&self) -> &[String] {
        match self {
            Self::Nothing => &[],
            Self::One(text) => std::slice::from_ref(text),
            Self::All(texts) => texts,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    config: Option<String>,
    tests: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    call: String,
    #[serde(default)]
    with: Map<String, Value>,
    #[serde(default = "once")]
    times: u32,
    expect: Expected,
}

const fn once() -> u32 {
    1
}

/// More calls than any test of a rate limit needs.
const MOST_TIMES: u32 = 100_000;

impl File {
    /// Reads a file of tests. It is the same strict YAML as a config.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let (shown, bytes) = (front::shown(path), front::read(path)?);
        let (mut sources, mut sink) = (Sources::default(), Sink::default());
        let tree = yaml::decode(&mut sources, &shown, &bytes, &mut sink)
            .and_then(|file| yaml::parse(&sources, file, &mut sink).map(|tree| (file, tree)));
        let findings = sink.into_sorted();
        let Some((file, tree)) = tree.filter(|_| findings.is_empty()) else {
            mutter(diag::human(&findings, &sources, Colour::Never));
            return Err(Failure::refused(format_args!("`{shown}` cannot be read")));
        };
        let text = sources.file(file).map_or("", |file| file.text.as_str());
        let lines = Lines::of(text);
        let mut places = Vec::new();
        if let Kind::Map(entries) = &tree.kind
            && let Some(Kind::List(items)) =
                entries.iter().find(|entry| entry.key.value == "tests").map(|entry| &entry.value.kind)
        {
            places.extend(items.iter().map(|item| lines.position(item.span.range().start).line));
        }
        let wrong = |why: &dyn std::fmt::Display| {
            Failure::refused(format_args!("`{shown}` is no file of policy tests: {why}"))
        };
        let document: Document = serde_yaml::from_str(text).map_err(|why| wrong(&why))?;
        let mut tests = Vec::new();
        for (at, entry) in document.tests.into_iter().enumerate() {
            let line = places.get(at).copied().unwrap_or(1);
            let Entry { name, call, with, times, expect } = entry;
            expect.is_one().map_err(|why| wrong(&format_args!("line {line}: `expect` {why}")))?;
            if times == 0 || times > MOST_TIMES {
                return Err(wrong(&format_args!("line {line}: `times` is 1 to {MOST_TIMES}")));
            }
            tests.push(Test { name, line, tool: call, arguments: with, times, expected: expect });
        }
        if tests.is_empty() {
            return Err(wrong(&"it has no tests"));
        }
        Ok(Self { config: document.config, tests })
    }
}

impl Expected {
    fn is_one(&self) -> Result<(), String> {
        let Self { allowed, refused, held, denied, says, finds: _ } = self;
        let said = [allowed.is_some(), refused.is_some(), held.is_some(), denied.is_some()];
        if said.into_iter().filter(|said| *said).count() != 1 {
            return Err("has one of `allowed`, `refused`, `held` and `denied`".to_owned());
        }
        if matches!(allowed, Some(Allowed::Any(false))) {
            return Err("says `allowed: false`: say which layer refuses it, with `refused: LAYER`".to_owned());
        }
        if allowed.is_some() && !says.texts().is_empty() {
            return Err("has `says`, and a call that is allowed has no message".to_owned());
        }
        Ok(())
    }
}
