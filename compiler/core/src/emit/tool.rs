//! `src/tools/<tool>.rs`: one tool as a statement of policy, in the order of the six layers.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use super::ident::{Consts, ident, origin_url, type_name};
use super::literal::{integer, string};
use super::value::{self, Templates};
use super::{EmitError, layout, secrets_in, secrets_of};
use crate::plan::{Access, Limit, Method, Part, Tool};

pub(super) fn file(path: &str, name: &str, tool: &Tool, consts: &Consts) -> Result<String, EmitError> {
    let header = format!("`{name}`: {}", summary(tool));
    layout::file(path, &[header], items(name, tool, consts)?)
}

/// `read, GET http://localhost:9090/api/v1/query_range`
fn summary(tool: &Tool) -> String {
    let access = match tool.access {
        Access::Read => "read",
        Access::Write => "write",
    };
    format!("{access}, {} `{}`", verb(tool.method), url(tool))
}

/// The URL with its arguments in braces, without the query.
pub(super) fn url(tool: &Tool) -> String {
    let mut url = origin_url(&tool.origin);
    for part in &tool.path {
        match part {
            Part::Text(text) => url.push_str(text),
            Part::Arg(name) => url.extend(["{", name, "}"]),
            Part::Secret(key) => url.extend(["{secret:", key, "}"]),
        }
    }
    url
}

pub(super) fn verb(method: Method) -> &'static str {
    match method {
        Method::Get => "GET",
        Method::Head => "HEAD",
        Method::Options => "OPTIONS",
        Method::Post => "POST",
        Method::Put => "PUT",
        Method::Patch => "PATCH",
        Method::Delete => "DELETE",
    }
}

/// Keys of the secrets that a tool uses.
pub(super) fn secrets(tool: &Tool) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    secrets_in(&tool.path, &mut found);
    for field in tool.query.iter().chain(&tool.headers) {
        secrets_in(&field.value, &mut found);
    }
    if let Some(body) = &tool.body {
        secrets_of(body, &mut found);
    }
    found
}

fn items(name: &str, tool: &Tool, consts: &Consts) -> Result<TokenStream, EmitError> {
    // Every field, so that a new one cannot be forgotten.
    let Tool {
        title,
        about,
        access,
        method,
        reads,
        limit: Limit { per_minute, burst },
        holds,
        params,
        origin,
        path,
        query,
        headers,
        body,
        answer,
        returns,
    } = tool;

    let kind = ident(&type_name(name))?;
    let access = match access {
        Access::Read => quote!(Read),
        Access::Write => quote!(Write),
    };
    let method = match method {
        Method::Get => quote!(Get),
        Method::Head => quote!(Head),
        Method::Options => quote!(Options),
        Method::Post => quote!(Post),
        Method::Put => quote!(Put),
        Method::Patch => quote!(Patch),
        Method::Delete => quote!(Delete),
    };
    let origin_const = consts.origin(origin)?;
    let mut authority = BTreeSet::from([origin_const.clone(), ident("Tier")?]);
    for key in secrets(tool) {
        authority.insert(consts.grant(&key, origin)?);
    }

    let (name, title, about) = (string(name), string(title), string(about));
    let reads = value::reads(reads);
    let (per_minute, burst) = (integer(*per_minute), integer(*burst));
    let holds = holds.iter().map(value::hold);
    let params = params.iter().map(|(name, param)| value::param(name, param));
    let templates = Templates { consts, origin };
    let path = templates.parts(path)?;
    let query = templates.fields(query)?;
    let headers = templates.fields(headers)?;
    let body = templates.body(body.as_ref())?;
    let answer = answer.iter().map(|key| string(key));
    let returns = value::returns(returns.as_ref());

    Ok(quote! {
        #(use crate::policy::#authority;)*
        use heddle_runtime::access::#access;
        use heddle_runtime::decl::*;
        use heddle_runtime::method::#method;

        pub struct #kind;

        impl Tool<Tier> for #kind {
            type Access = #access;
            type Method = #method;
            const FACTS: Facts = Facts {
                name: #name,
                title: #title,
                about: #about,
                reads: #reads,
                limit: Limit { per_minute: #per_minute, burst: #burst, },
                holds: &[#(#holds,)*],
                params: &[#(#params,)*],
                origin: #origin_const,
                path: #path,
                query: #query,
                headers: #headers,
                body: #body,
                answer: &[#(#answer,)*],
                returns: #returns,
            };
        }
    })
}
