//! Identifiers of a generated crate. Names of the config become identifiers here and nowhere else.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, Span};
use sha2::{Digest, Sha256};

use super::EmitError;
use crate::plan::{GrantId, Origin, Plan, Scheme};

/// Names that a tool's file imports, or could: its own type is called otherwise.
pub(super) const VOCABULARY: &[&str] = &[
    "Access",
    "Action",
    "Addresses",
    "Agent",
    "Anomalies",
    "Audit",
    "Authorization",
    "Body",
    "Delete",
    "Facts",
    "Field",
    "Get",
    "Grant",
    "Head",
    "Hold",
    "Json",
    "Kind",
    "Limit",
    "Node",
    "Op",
    "Options",
    "Origin",
    "Param",
    "Part",
    "Patch",
    "Policy",
    "Post",
    "Presence",
    "Put",
    "Read",
    "Reads",
    "Returns",
    "Sandbox",
    "Scheme",
    "Self",
    "Slot",
    "Sync",
    "Test",
    "Threshold",
    "Tier",
    "Tool",
    "Transport",
    "When",
    "Write",
];

/// Consts of `tools/mod.rs` that are not a tool's.
const NOT_A_CONST: &[&str] = &["AGENT", "POLICY", "TOOLS"];

/// The type of a tool: each word with a capital. One of the vocabulary's names gets `Tool`.
pub(super) fn type_name(tool: &str) -> String {
    let mut name = String::with_capacity(tool.len());
    for word in tool.split(['-', '_']) {
        let mut letters = word.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    if VOCABULARY.contains(&name.as_str()) { name + "Tool" } else { name }
}

/// The const of a tool's proof. Names of tools begin with a letter, so none is taken by the underscore.
pub(super) fn constant(tool: &str) -> String {
    let name = upper(tool);
    if NOT_A_CONST.contains(&name.as_str()) { format!("_{name}") } else { name }
}

/// An identifier token, if `name` is one.
pub(super) fn ident(name: &str) -> Result<Ident, EmitError> {
    let mut chars = name.chars();
    let begins = chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
    if begins && name != "_" && chars.all(|c| c.is_ascii_alphanumeric() || c == '_') {
        Ok(Ident::new(name, Span::call_site()))
    } else {
        Err(EmitError::NotAName(name.to_owned()))
    }
}

/// The consts of `policy.rs`. Texts, because identifier tokens cannot be shared by threads.
#[derive(Debug)]
pub(super) struct Consts<'p> {
    origins: BTreeMap<&'p Origin, String>,
    grants: BTreeMap<&'p GrantId, String>,
}

impl<'p> Consts<'p> {
    pub(super) fn new(plan: &'p Plan) -> Self {
        let wanted: Vec<String> =
            plan.origins.iter().map(origin_name).chain(plan.grants.keys().map(grant_name)).collect();
        let mut once = BTreeSet::from(["AGENT", "POLICY"]);
        let twice: BTreeSet<&str> =
            wanted.iter().map(String::as_str).filter(|name| !once.insert(name)).collect();
        // `a-b.example` and `a.b.example` want one name: then both carry a digest of what they stand for, so that
        // neither depends on which comes first.
        let settle = |name: String, of: &dyn std::fmt::Debug| {
            if !twice.contains(name.as_str()) {
                return name;
            }
            let digest = Sha256::digest(format!("{of:?}"));
            let tail: String = digest.iter().take(4).map(|byte| format!("{byte:02X}")).collect();
            format!("{name}_{tail}")
        };
        Self {
            origins: plan
                .origins
                .iter()
                .map(|origin| (origin, settle(origin_name(origin), origin)))
                .collect(),
            grants: plan.grants.keys().map(|grant| (grant, settle(grant_name(grant), grant))).collect(),
        }
    }

    pub(super) fn origin(&self, origin: &Origin) -> Result<Ident, EmitError> {
        self.origins
            .get(origin)
            .map_or_else(|| Err(EmitError::NotInPolicy(origin_url(origin))), |name| ident(name))
    }

    pub(super) fn grant(&self, key: &str, origin: &Origin) -> Result<Ident, EmitError> {
        let id = GrantId { key: key.to_owned(), origin: origin.clone() };
        let missing = || EmitError::NotInPolicy(format!("secret {key} at {}", origin_url(origin)));
        ident(self.grants.get(&id).ok_or_else(missing)?)
    }
}

/// An origin as the head of a URL.
pub(super) fn origin_url(Origin { scheme, host, port, addresses: _ }: &Origin) -> String {
    let scheme = match scheme {
        Scheme::Http => "http",
        Scheme::Https => "https",
    };
    format!("{scheme}://{host}:{port}")
}

/// `LOCALHOST_9090`, `API_EXAMPLE_COM_443`. The scheme is said where it is not the one that the port suggests.
fn origin_name(Origin { scheme, host, port, addresses: _ }: &Origin) -> String {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let scheme = match (scheme, port) {
        (Scheme::Http, 443) => "_HTTP",
        (Scheme::Https, 443) | (Scheme::Http, _) => "",
        (Scheme::Https, _) => "_HTTPS",
    };
    // A digit cannot begin an identifier, and `::1` begins with a colon.
    let ip =
        if host.starts_with(|c: char| c.is_ascii_alphabetic()) && !host.contains(':') { "" } else { "IP_" };
    format!("{ip}{}_{port}{scheme}", upper(host))
}

/// `GRAFANA_TOKEN_TO_LOCALHOST_3000`.
fn grant_name(GrantId { key, origin }: &GrantId) -> String {
    let digit = if key.starts_with(|c: char| c.is_ascii_alphabetic()) { "" } else { "KEY_" };
    format!("{digit}{}_TO_{}", upper(key), origin_name(origin))
}

fn upper(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Addresses, module};

    fn at(scheme: Scheme, host: &str, port: u16) -> Origin {
        Origin { scheme, host: host.to_owned(), port, addresses: Addresses::Public }
    }

    #[test]
    fn every_name_of_a_tool_becomes_identifiers() {
        for (tool, file, kind, proof) in [
            ("query_range", "query_range", "QueryRange", "QUERY_RANGE"),
            ("get-2nd", "get_2nd", "Get2nd", "GET_2ND"),
            ("getHTTP", "gethttp", "GetHTTP", "GETHTTP"),
            ("type", "type_tool", "Type", "TYPE"),
            ("Self", "self_tool", "SelfTool", "SELF"),
            ("mod", "mod_tool", "Mod", "MOD"),
            ("tool", "tool", "ToolTool", "TOOL"),
            ("limit", "limit", "LimitTool", "LIMIT"),
            ("part", "part", "PartTool", "PART"),
            ("get", "get", "GetTool", "GET"),
            ("tier", "tier", "TierTool", "TIER"),
            ("agent", "agent", "AgentTool", "_AGENT"),
            ("tools", "tools", "Tools", "_TOOLS"),
            ("heddle-runtime", "heddle_runtime_tool", "HeddleRuntime", "HEDDLE_RUNTIME"),
            ("com1", "com1_tool", "Com1", "COM1"),
            ("a__b-", "a__b_", "AB", "A__B_"),
        ] {
            assert_eq!(
                (module(tool).as_str(), type_name(tool).as_str(), constant(tool).as_str()),
                (file, kind, proof)
            );
            for name in [module(tool), type_name(tool), constant(tool)] {
                ident(&name).unwrap();
                syn::parse_str::<syn::Ident>(&name).unwrap();
            }
        }
    }

    #[test]
    fn what_is_no_identifier_is_refused() {
        for name in ["", "_", "1a", "a b", "é", "a-b", "a;b"] {
            assert!(ident(name).is_err(), "{name}");
        }
    }

    #[test]
    fn origins_are_named_by_host_port_and_odd_scheme() {
        for (origin, name) in [
            (at(Scheme::Http, "localhost", 9090), "LOCALHOST_9090"),
            (at(Scheme::Https, "localhost", 9090), "LOCALHOST_9090_HTTPS"),
            (at(Scheme::Https, "api.example.com", 443), "API_EXAMPLE_COM_443"),
            (at(Scheme::Http, "api.example.com", 443), "API_EXAMPLE_COM_443_HTTP"),
            (at(Scheme::Http, "127.0.0.1", 80), "IP_127_0_0_1_80"),
            (at(Scheme::Http, "[::1]", 80), "IP___1_80"),
            (at(Scheme::Http, "[fe80::1]", 80), "IP_FE80__1_80"),
        ] {
            assert_eq!(origin_name(&origin), name);
            ident(name).unwrap();
        }
    }
}
