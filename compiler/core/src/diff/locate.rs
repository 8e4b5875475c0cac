//! Where a change stands in the config.

use super::Place;
use crate::ast::{Agent, Bridge, Parameter, Tool};
use crate::source::Span;

/// The place in the config. What is not written there is shown at what it belongs to.
#[must_use]
pub fn locate(agent: &Agent, place: &Place) -> Span {
    match place {
        Place::Agent => agent.name.span,
        Place::AgentKey(key) => agent_key(agent, key).unwrap_or(agent.name.span),
        Place::Runtime(key) => runtime_key(agent, key).unwrap_or(agent.runtime.trust_tier.span),
        Place::Tool(name) => tool(agent, name).map_or(agent.name.span, |tool| tool.name.span),
        Place::ToolKey(name, key) => {
            tool(agent, name).map_or(agent.name.span, |tool| tool_key(tool, key).unwrap_or(tool.name.span))
        }
        Place::Bridge(name, key) => bridge(agent, name).map_or_else(
            || locate(agent, &Place::Tool(name.clone())),
            |bridge| bridge_key(bridge, key).unwrap_or(bridge.tool_name.span),
        ),
        Place::Param(name, path) => {
            let Some(tool) = tool(agent, name) else { return agent.name.span };
            param(&tool.parameters, path).unwrap_or(tool.name.span)
        }
        Place::Rule(name) => {
            let rule = agent.escalation_rules.iter().find(|rule| rule.name.value == *name);
            rule.map_or(agent.name.span, |rule| rule.name.span)
        }
    }
}

fn tool<'a>(agent: &'a Agent, name: &str) -> Option<&'a Tool> {
    agent.exposes.iter().find(|tool| tool.name.value == name)
}

fn bridge<'a>(agent: &'a Agent, tool: &str) -> Option<&'a Bridge> {
    agent.http_bridge.iter().find(|bridge| bridge.tool_name.value == tool)
}

fn agent_key(agent: &Agent, key: &str) -> Option<Span> {
    match key {
        "version" => agent.version.as_ref().map(|version| version.span),
        "description" => agent.description.as_ref().map(|description| description.span),
        _ => None,
    }
}

fn runtime_key(agent: &Agent, key: &str) -> Option<Span> {
    let runtime = &agent.runtime;
    match key {
        "max_execution_time" => runtime.max_execution_time.as_ref().map(|time| time.span),
        "max_response_bytes" => runtime.max_response_bytes.as_ref().map(|size| size.span),
        "sandbox" => runtime.sandbox.as_ref().map(|sandbox| sandbox.span),
        "http" => runtime.http.as_ref().map(|http| http.span),
        "http/jwks" => runtime.http.as_ref().map(|http| http.jwks.span),
        "http/allow_private" => {
            runtime.http.as_ref().map(|http| http.allow_private.as_ref().unwrap_or(&http.jwks).span)
        }
        key if key.starts_with("audit") => {
            runtime.audit.as_ref().and_then(|audit| audit.sync.as_ref()).map(|sync| sync.span)
        }
        _ => None,
    }
}

fn tool_key(tool: &Tool, key: &str) -> Option<Span> {
    match key {
        "access" | "approval" => tool.access.as_ref().map(|access| access.span),
        "reads" => tool.reads.as_ref().map(|reads| reads.span),
        "title" => tool.title.as_ref().map(|title| title.span),
        "description" => tool.description.as_ref().map(|description| description.span),
        "rate_limit" => tool.rate_limit.as_ref().map(|limit| limit.span),
        "returns" => tool.returns.as_ref().map(|returns| returns.key),
        _ => None,
    }
}

fn bridge_key(bridge: &Bridge, key: &str) -> Option<Span> {
    match key {
        "method" => bridge.method.as_ref().map(|method| method.span),
        "url" => Some(bridge.url.span),
        "query_params" => bridge.query_params.first().map(|(name, _)| name.span),
        "headers" => bridge.headers.first().map(|(name, _)| name.span),
        "body_template" => bridge.body_template.as_ref().map(|body| body.span),
        "allow_private" => Some(bridge.allow_private.as_ref().map_or(bridge.url.span, |reason| reason.span)),
        "response_path" => bridge.response_path.as_ref().map(|path| path.span),
        _ => None,
    }
}

fn param(declared: &[Parameter], path: &[String]) -> Option<Span> {
    let (name, inner) = path.split_first()?;
    let found = declared.iter().find(|param| param.name.value == *name)?;
    let deeper = found.schema.properties.as_ref().and_then(|properties| param(&properties.value, inner));
    Some(deeper.unwrap_or(found.name.span))
}
