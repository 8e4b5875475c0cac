//! `src/policy.rs`: what the agent may do at all.

use proc_macro2::TokenStream;
use quote::quote;

use super::ident::Consts;
use super::literal::{integer, string};
use super::{EmitError, layout};
use crate::plan::{
    Addresses, Anomalies, Audit, GrantId, OAuth, Origin, Plan, Sandbox, Scheme, Slot, Sync, Threshold, Tier,
    Transport, Validation,
};

pub(super) fn file(plan: &Plan, digest: &str, consts: &Consts) -> Result<String, EmitError> {
    let header = ["What the agent may do. What is not written here is refused.".to_owned()];
    layout::file("src/policy.rs", &header, items(plan, digest, consts)?)
}

fn items(plan: &Plan, digest: &str, consts: &Consts) -> Result<TokenStream, EmitError> {
    // Every field, so that a new one cannot be forgotten.
    let Plan {
        name,
        version,
        about,
        tier,
        origins,
        grants,
        deadline_ms,
        max_response_bytes,
        audit,
        validation,
        sandbox,
        transports,
        oauth,
        tools: _,
    } = plan;

    let tier = match tier {
        Tier::Observer => quote!(Observer),
        Tier::Worker => quote!(Worker),
        Tier::Operator => quote!(Operator),
        Tier::Privileged => quote!(Privileged),
    };

    let mut origin_names = TokenStream::new();
    let mut origin_items = TokenStream::new();
    for origin in origins {
        let name = consts.origin(origin)?;
        let Origin { scheme, host, port, addresses } = origin;
        let scheme = match scheme {
            Scheme::Http => quote!(Http),
            Scheme::Https => quote!(Https),
        };
        let (host, port) = (string(host), integer(*port));
        let addresses = match addresses {
            Addresses::Public => quote!(Public),
            Addresses::Loopback => quote!(Loopback),
            Addresses::Private => quote!(Private),
            Addresses::Because(why) => {
                let why = string(why);
                quote!(Because(#why))
            }
        };
        origin_names.extend(quote!(#name,));
        origin_items.extend(quote! {
            pub const #name: Origin = Origin {
                scheme: Scheme::#scheme,
                host: #host,
                port: #port,
                addresses: Addresses::#addresses,
            };
        });
    }

    let mut grant_names = TokenStream::new();
    let mut grant_items = TokenStream::new();
    for (GrantId { key, origin }, slots) in grants {
        let name = consts.grant(key, origin)?;
        let origin = consts.origin(origin)?;
        let key = string(key);
        let slots = slots.iter().map(|slot| match slot {
            Slot::Header(name) => {
                let name = string(name);
                quote!(Slot::Header(#name))
            }
            Slot::Query(name) => {
                let name = string(name);
                quote!(Slot::Query(#name))
            }
            Slot::Body => quote!(Slot::Body),
        });
        grant_names.extend(quote!(#name,));
        grant_items.extend(quote! {
            pub const #name: Grant = Grant { key: #key, origin: #origin, slots: &[#(#slots,)*], };
        });
    }

    let digest = string(digest);
    let (name, version, about) = (string(name), string(version), string(about));
    let (deadline_ms, max_response_bytes) = (integer(*deadline_ms), integer(*max_response_bytes));
    let audit = self::audit(audit);
    let validation = match validation {
        Validation::Strict => quote!(Strict),
        Validation::Permissive => quote!(Permissive),
    };
    let sandbox = match sandbox {
        Sandbox::Auto => quote!(Auto),
        Sandbox::Require => quote!(Require),
        Sandbox::Off => quote!(Off),
    };

    let transports = transports.iter().map(|transport| match transport {
        Transport::Http => quote!(Transport::Http),
        Transport::Stdio => quote!(Transport::Stdio),
    });
    let authorization = match oauth {
        None => quote!(Authorization::Tokens),
        Some(OAuth { resource, issuer, keys_origin, keys_path, read_scope, write_scope }) => {
            let keys_origin = consts.origin(keys_origin)?;
            let [resource, issuer, keys_path, read_scope, write_scope] =
                [resource, issuer, keys_path, read_scope, write_scope].map(|text| string(text));
            quote! {
                Authorization::OAuth {
                    resource: #resource,
                    issuer: #issuer,
                    keys_origin: #keys_origin,
                    keys_path: #keys_path,
                    read_scope: #read_scope,
                    write_scope: #write_scope,
                }
            }
        }
    };

    Ok(quote! {
        use heddle_runtime::decl::*;
        use heddle_runtime::proof::Policy;
        use heddle_runtime::proof::prove_policy;
        pub type Tier = heddle_runtime::tier::#tier;
        #origin_items
        #grant_items
        const AGENT: Agent = Agent {
            name: #name,
            version: #version,
            about: #about,
            plan: #digest,
            origins: &[#origin_names],
            grants: &[#grant_names],
            deadline_ms: #deadline_ms,
            max_response_bytes: #max_response_bytes,
            audit: #audit,
            validation: Validation::#validation,
            sandbox: Sandbox::#sandbox,
            transports: &[#(#transports,)*],
            authorization: #authorization,
        };
        pub const POLICY: Policy = prove_policy(&AGENT);
    })
}

fn audit(Audit { sync, max_bytes, max_age_s, anomalies }: &Audit) -> TokenStream {
    let sync = match sync {
        Sync::Os => quote!(Os),
        Sync::Always => quote!(Always),
    };
    let (max_bytes, max_age_s) = (integer(*max_bytes), integer(*max_age_s));
    let Anomalies { warm_up, rate_limit_breaches, credential_denials, refusals } = anomalies;
    let warm_up = integer(*warm_up);
    let [rate_limit_breaches, credential_denials, refusals] =
        [rate_limit_breaches, credential_denials, refusals].map(|Threshold { count, within_s }| {
            let (count, within_s) = (integer(*count), integer(*within_s));
            quote!(Threshold { count: #count, within_s: #within_s, })
        });
    quote! {
        Audit {
            sync: Sync::#sync,
            max_bytes: #max_bytes,
            max_age_s: #max_age_s,
            anomalies: Anomalies {
                warm_up: #warm_up,
                rate_limit_breaches: #rate_limit_breaches,
                credential_denials: #credential_denials,
                refusals: #refusals,
            },
        }
    }
}

/// A tier in words.
pub(super) fn tier(tier: Tier) -> &'static str {
    match tier {
        Tier::Observer => "tier 1 (observer)",
        Tier::Worker => "tier 2 (worker)",
        Tier::Operator => "tier 3 (operator)",
        Tier::Privileged => "tier 4 (privileged)",
    }
}

/// A slot in words.
pub(super) fn slot(slot: &Slot) -> String {
    match slot {
        Slot::Header(name) => format!("header `{name}`"),
        Slot::Query(key) => format!("query field `{key}`"),
        Slot::Body => "body".to_owned(),
    }
}
