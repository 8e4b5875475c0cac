//! Deployment files: the policy of an agent in the words of a service manager, so that the machine around it allows what
//! the binary can do and no more.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use serde::Serialize;

use super::{EmitError, files, ident};
use crate::plan::{Origin, Plan, Transport};

/// Where a heddle home says who may use which secret. A unit loads it from beside the secrets.
const POLICY: &str = "credential_policy.json";

/// Where an agent is to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// A hardened unit of systemd.
    Systemd,
    /// An image with the binary and nothing else.
    Containerfile,
    /// A deployment, its service and its network policy.
    Kubernetes,
}

#[derive(Serialize)]
struct Page<'a> {
    name: &'a str,
    version: &'a str,
    /// The version where `+` may not stand.
    tag: String,
    /// The name where `_` may not stand.
    label: String,
    plan: String,
    stop_s: u64,
    /// Whether it is served to whoever starts it.
    stdio: bool,
    secrets: BTreeSet<&'a str>,
    policy: String,
    origins: Vec<Reached>,
    names: bool,
    addresses: bool,
}

#[derive(Serialize)]
struct Reached {
    url: String,
    port: u16,
    /// This machine itself, by name or address.
    local: bool,
    /// An address, if it is one and not this machine's.
    address: Option<String>,
    cidr: Option<String>,
}

/// The deployment files of a plan: path -> text.
///
/// # Errors
///
/// When the agent is not served over HTTP and the target asks for it, a secret has a key that cannot be the name of a file among the mounted ones, or the plan is none that `check` could have made.
pub fn deploy(plan: &Plan, targets: &BTreeSet<Target>) -> Result<BTreeMap<String, String>, EmitError> {
    let secrets: BTreeSet<&str> = plan.grants.keys().map(|grant| grant.key.as_str()).collect();
    if let Some(key) = secrets.iter().find(|key| **key == POLICY || key.contains('/')) {
        return Err(EmitError::NotAFile((*key).to_owned()));
    }
    if !plan.transports.contains(&Transport::Http)
        && targets.iter().any(|target| *target != Target::Containerfile)
    {
        return Err(EmitError::NotServed);
    }
    let policy = BTreeMap::from([(plan.name.as_str(), &secrets)]);
    let policy = serde_json::to_string(&policy).map_err(|fault| EmitError::Template(fault.to_string()))?;
    // An agent that asks an authorization server for its keys reaches that, too.
    let keys = plan.oauth.as_ref().map(|oauth| &oauth.keys_origin);
    let reaches: BTreeSet<&Origin> = plan.origins.iter().chain(keys).collect();
    let origins: Vec<Reached> = reaches.into_iter().map(reached).collect();
    let page = Page {
        name: &plan.name,
        version: &plan.version,
        tag: plan.version.replace('+', "-"),
        label: plan.name.replace('_', "-"),
        plan: plan.digest_hex(),
        // A call in flight is given the time that it may take.
        stop_s: plan.deadline_ms.div_ceil(1000).saturating_add(5),
        stdio: plan.transports.contains(&Transport::Stdio),
        names: origins.iter().any(|origin| !origin.local && origin.address.is_none()),
        addresses: origins.iter().any(|origin| origin.address.is_some()),
        policy,
        secrets,
        origins,
    };
    let mut written = BTreeMap::new();
    for target in targets {
        let (path, template) = match target {
            Target::Systemd => (format!("{}.service", plan.name), heddle_templates::UNIT_SERVICE),
            Target::Containerfile => ("Containerfile".to_owned(), heddle_templates::CONTAINERFILE),
            Target::Kubernetes => ("kubernetes.yaml".to_owned(), heddle_templates::KUBERNETES_YAML),
        };
        written.insert(path, files::render(template, &page)?);
    }
    written.insert(format!("home/{POLICY}"), format!("{}\n", page.policy));
    Ok(written)
}

fn reached(origin: &Origin) -> Reached {
    let bare = origin.host.trim_start_matches('[').trim_end_matches(']');
    let address: Option<IpAddr> = bare.parse().ok();
    let local = address.map_or(bare == "localhost" || bare.ends_with(".localhost"), |ip| ip.is_loopback());
    let address = address.filter(|_| !local);
    Reached {
        url: ident::origin_url(origin),
        port: origin.port,
        local,
        cidr: address.map(|ip| format!("{ip}/{}", if ip.is_ipv4() { 32 } else { 128 })),
        address: address.map(|ip| ip.to_string()),
    }
}
