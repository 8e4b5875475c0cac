//! What is the agent's own: tier, origins, secrets, limits.

use std::collections::BTreeSet;

use super::change::{Changes, Fact, Place, Side};
use super::delta::Delta;
use super::words;
use crate::plan::{
    Addresses, Anomalies, Audit, GrantId, OAuth, Origin, Plan, Sandbox, Slot, Sync, Threshold, Tool,
    Transport, Validation,
};

pub(super) fn compare(old: &Plan, new: &Plan, changes: &mut Changes) {
    // Every field, so that a new one is not forgotten here.
    let Plan {
        name,
        version,
        about,
        tier,
        origins: _,
        grants: _,
        deadline_ms,
        max_response_bytes,
        audit,
        validation,
        sandbox,
        transports,
        oauth,
        tools: _,
    } = old;
    let mut key = |key: &'static str, delta: Delta, to: String, sentence: String| {
        changes.note(delta, || Fact {
            id: key.to_owned(),
            place: Place::AgentKey(key),
            side: Side::New,
            to,
            sentence,
        });
    };
    // Grants, approvals and the audit log go by the name.
    key(
        "name",
        Delta::unordered(name, &new.name),
        new.name.clone(),
        format!(
            "the agent is another: `{}`, before: `{name}`; what is granted to that name is now its own",
            new.name
        ),
    );
    key(
        "version",
        Delta::text(version, &new.version),
        new.version.clone(),
        format!("version {}, before: {version}", new.version),
    );
    key(
        "description",
        Delta::text(about, &new.about),
        String::new(),
        "the description of the agent reads differently".to_owned(),
    );
    runtime(
        "trust_tier",
        Delta::rising(tier, &new.tier),
        words::tier(new.tier).to_owned(),
        format!(
            "the agent is trusted with {}: tier {} -> {}, which {}",
            if new.tier > *tier { "more" } else { "less" },
            words::tier(*tier),
            words::tier(new.tier),
            words::tier_may(new.tier)
        ),
        changes,
    );
    let [before, to] = [*deadline_ms, new.deadline_ms].map(words::duration_ms);
    runtime(
        "max_execution_time",
        Delta::rising(deadline_ms, &new.deadline_ms),
        to.clone(),
        format!("a call may take {to}, before: {before}"),
        changes,
    );
    let [before, to] = [*max_response_bytes, new.max_response_bytes].map(words::size);
    runtime(
        "max_response_bytes",
        Delta::rising(max_response_bytes, &new.max_response_bytes),
        to.clone(),
        format!("an answer may be {to} long, before: {before}"),
        changes,
    );
    runtime(
        "validation",
        Delta::rising(passes(*validation), passes(new.validation)),
        validation_word(new.validation).to_owned(),
        format!(
            "a call in whose arguments an attack was found {}, before: it {}",
            validation_word(new.validation),
            validation_word(*validation)
        ),
        changes,
    );
    runtime(
        "sandbox",
        Delta::rising(walls(*sandbox), walls(new.sandbox)),
        sandbox_word(new.sandbox).to_owned(),
        format!("sandbox {}, before: {}", sandbox_word(new.sandbox), sandbox_word(*sandbox)),
        changes,
    );
    for transport in [Transport::Http, Transport::Stdio] {
        let word = match transport {
            Transport::Http => "http",
            Transport::Stdio => "stdio",
        };
        let [before, now] = [transports, &new.transports].map(|listed| listed.contains(&transport));
        runtime(
            "transports",
            Delta::rising(&before, &now),
            word.to_owned(),
            format!("clients may {} it over `{word}`", if now { "reach" } else { "no longer reach" }),
            changes,
        );
    }
    runtime(
        "http",
        Delta::unordered(&lets_in(oauth.as_ref()), &lets_in(new.oauth.as_ref())),
        new.oauth.as_ref().map(|oauth| oauth.issuer.clone()).unwrap_or_default(),
        match &new.oauth {
            Some(oauth) => format!("tokens of `{}` for `{}` let callers in", oauth.issuer, oauth.resource),
            None => "the tokens of no authorization server let callers in any more".to_owned(),
        },
        changes,
    );
    self::audit(*audit, new.audit, changes);
    origins(old, new, changes);
}

/// All that a new agent may do; its tools apart.
pub(super) fn appeared(new: &Plan, changes: &mut Changes) {
    changes.note(Delta::MORE, || Fact {
        id: "agent".to_owned(),
        place: Place::Agent,
        side: Side::New,
        to: new.name.clone(),
        sentence: format!("a new agent, `{}`, of trust tier {}", new.name, words::tier(new.tier)),
    });
    for origin in &new.origins {
        reaches(origin, (Side::New, new), Delta::MORE, changes);
    }
    for (grant, slots) in &new.grants {
        secret(grant, slots, (Side::New, new), Delta::MORE, changes);
    }
}

pub(super) fn disappeared(old: &Plan, changes: &mut Changes) {
    changes.note(Delta::LESS, || Fact {
        id: "agent".to_owned(),
        place: Place::Agent,
        side: Side::Old,
        to: String::new(),
        sentence: format!("the agent `{}` is gone", old.name),
    });
}

fn runtime(key: &'static str, delta: Delta, to: String, sentence: String, changes: &mut Changes) {
    changes.note(delta, || Fact {
        id: format!("runtime/{key}"),
        place: Place::Runtime(key),
        side: Side::New,
        to,
        sentence,
    });
}

/// The higher, the more calls pass.
fn passes(validation: Validation) -> u8 {
    match validation {
        Validation::Strict => 1,
        Validation::Permissive => 2,
    }
}

fn validation_word(validation: Validation) -> &'static str {
    match validation {
        Validation::Strict => "is refused",
        Validation::Permissive => "passes, and is on record",
    }
}

/// The higher the fewer.
fn walls(sandbox: Sandbox) -> u8 {
    match sandbox {
        Sandbox::Require => 0,
        Sandbox::Auto => 1,
        Sandbox::Off => 2,
    }
}

fn sandbox_word(sandbox: Sandbox) -> &'static str {
    match sandbox {
        Sandbox::Auto => "auto",
        Sandbox::Require => "require",
        Sandbox::Off => "none",
    }
}

fn audit(old: Audit, new: Audit, changes: &mut Changes) {
    let Audit { sync, max_bytes, max_age_s, anomalies } = old;
    let safety = |sync: Sync| match sync {
        Sync::Os => 0,
        Sync::Always => 1,
    };
    let word = |sync: Sync| match sync {
        Sync::Os => "once the system has it",
        Sync::Always => "once the disk has it",
    };
    runtime(
        "audit/sync",
        Delta::falling(safety(sync), safety(new.sync)),
        word(new.sync).to_owned(),
        format!("an audit record counts as written {}, before: {}", word(new.sync), word(sync)),
        changes,
    );
    runtime(
        "audit/segments",
        Delta::text(&(max_bytes, max_age_s), &(new.max_bytes, new.max_age_s)),
        String::new(),
        "the segments of the audit log are cut at another size or age".to_owned(),
        changes,
    );
    let Anomalies { warm_up, rate_limit_breaches, credential_denials, refusals } = anomalies;
    runtime(
        "audit/anomalies/warm_up",
        Delta::rising(warm_up, new.anomalies.warm_up),
        new.anomalies.warm_up.to_string(),
        format!(
            "the first use of a tool is remarked on after {} calls, before: {warm_up}",
            new.anomalies.warm_up
        ),
        changes,
    );
    for (key, what, before, after) in [
        (
            "audit/anomalies/rate_limit_breaches",
            "refusals by a rate limit",
            rate_limit_breaches,
            new.anomalies.rate_limit_breaches,
        ),
        (
            "audit/anomalies/credential_denials",
            "denials of a secret",
            credential_denials,
            new.anomalies.credential_denials,
        ),
        ("audit/anomalies/refusals", "refusals by a layer", refusals, new.anomalies.refusals),
    ] {
        let Threshold { count, within_s } = before;
        let [was, to] = [before, after].map(|Threshold { count, within_s }| {
            format!("{count} in {}", words::duration_s(u64::from(within_s)))
        });
        runtime(
            key,
            Delta::rising(count, after.count) | Delta::falling(within_s, after.within_s),
            to.clone(),
            format!("the audit log remarks on {to} {what}, before: {was}"),
            changes,
        );
    }
}

fn origins(old: &Plan, new: &Plan, changes: &mut Changes) {
    let same_url = |of: &Plan, origin: &Origin| {
        of.origins.iter().find(|other| words::origin(other) == words::origin(origin)).cloned()
    };
    for origin in new.origins.difference(&old.origins) {
        match same_url(old, origin) {
            Some(before) => leads(&before, origin, new, changes),
            None => reaches(origin, (Side::New, new), Delta::MORE, changes),
        }
    }
    for origin in old.origins.difference(&new.origins).filter(|origin| same_url(new, origin).is_none()) {
        reaches(origin, (Side::Old, old), Delta::LESS, changes);
    }
}

/// The same URL, and another word on the addresses that its name may lead to.
fn leads(before: &Origin, origin: &Origin, plan: &Plan, changes: &mut Changes) {
    let inside = |origin: &Origin| matches!(origin.addresses, Addresses::Because(_));
    let url = words::origin(origin);
    let delta = match (inside(before), inside(origin)) {
        (false, true) => Delta::MORE,
        (true, false) => Delta::LESS,
        _ => Delta::OTHER,
    };
    changes.note_in("src/policy.rs", delta, || Fact {
        id: format!("origins/{url}/addresses"),
        place: place(plan, origin, "allow_private"),
        side: Side::New,
        to: if inside(origin) { "private".to_owned() } else { String::new() },
        sentence: match (inside(before), inside(origin)) {
            (false, true) => {
                format!("{url} may now lead to this machine or into a private network, not to public addresses only")
            }
            (true, false) => format!("{url} no longer leads to this machine or into a private network"),
            _ => format!("another reason why {url} may lead to this machine or into a private network"),
        },
    });
}

/// Where an origin stands in the config: at the first tool that goes there, or where keys are read.
fn place(plan: &Plan, origin: &Origin, key: &'static str) -> Place {
    let goes_there = |(_, tool): &(&String, &Tool)| tool.origin == *origin;
    let of_tool = plan.tools.iter().find(goes_there).map(|(name, _)| Place::Bridge(name.clone(), key));
    let has_keys = plan.oauth.as_ref().is_some_and(|oauth| oauth.keys_origin == *origin);
    let of_keys = if key == "allow_private" { "http/allow_private" } else { "http/jwks" };
    of_tool.unwrap_or(if has_keys { Place::Runtime(of_keys) } else { Place::Agent })
}

/// Who lets callers in. Where the host of the keys leads is told of the origin.
fn lets_in(oauth: Option<&OAuth>) -> Option<OAuth> {
    let oauth = oauth?;
    let keys_origin = Origin { addresses: Addresses::Public, ..oauth.keys_origin.clone() };
    Some(OAuth { keys_origin, ..oauth.clone() })
}

fn reaches(origin: &Origin, (side, plan): (Side, &Plan), delta: Delta, changes: &mut Changes) {
    let url = words::origin(origin);
    changes.note_in("src/policy.rs", delta, || Fact {
        id: format!("origins/{url}"),
        place: place(plan, origin, "url"),
        side,
        to: if side == Side::New { url.clone() } else { String::new() },
        sentence: match side {
            Side::New => format!("the agent may now reach {url}"),
            Side::Old => format!("the agent no longer reaches {url}"),
        },
    });
}

pub(super) fn grants(old: &Plan, new: &Plan, changes: &mut Changes) {
    let none = BTreeSet::new();
    let slots = |of: &Plan, grant: &GrantId| of.grants.get(grant).cloned().unwrap_or_default();
    for (grant, places) in &new.grants {
        let more: BTreeSet<Slot> = places.difference(&slots(old, grant)).cloned().collect();
        if more != none {
            secret(grant, &more, (Side::New, new), Delta::MORE, changes);
        }
    }
    for (grant, places) in &old.grants {
        let less: BTreeSet<Slot> = places.difference(&slots(new, grant)).cloned().collect();
        if less != none {
            secret(grant, &less, (Side::Old, old), Delta::LESS, changes);
        }
    }
}

fn secret(
    grant: &GrantId,
    slots: &BTreeSet<Slot>,
    (side, plan): (Side, &Plan),
    delta: Delta,
    changes: &mut Changes,
) {
    let GrantId { key, origin } = grant;
    let url = words::origin(origin);
    let places = slots.iter().map(words::slot).collect::<Vec<_>>().join(" and ");
    changes.note_in("src/policy.rs", delta, || Fact {
        id: format!("secrets/{key}/{url}"),
        place: place(plan, origin, "headers"),
        side,
        to: if side == Side::New { places.clone() } else { String::new() },
        sentence: match side {
            Side::New => format!("the secret `{key}` may now be sent to {url}, in {places}"),
            Side::Old => format!("the secret `{key}` is no longer sent to {url} in {places}"),
        },
    });
}
