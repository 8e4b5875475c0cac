//! The five tools: query, query_range, targets, alerts, metrics.

use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, Url};
use rmcp::ErrorData;
use rmcp::RoleServer;
use rmcp::ServerHandler;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, Implementation, JsonObject,
    ListToolsResult, PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool, ToolAnnotations,
};
use rmcp::service::RequestContext;
use serde_json::{Value, json};

struct Row {
    name: &'static str,
    about: &'static str,
    /// Arguments, all of them strings.
    params: &'static [(&'static str, Need)],
    path: &'static str,
}

#[derive(Clone, Copy)]
enum Need {
    Required,
    Optional,
    Default(&'static str),
}

const TOOLS: &[Row] = &[
    Row {
        name: "query",
        about: "Evaluate a PromQL expression now.",
        params: &[("query", Need::Required), ("time", Need::Optional)],
        path: "/api/v1/query",
    },
    Row {
        name: "query_range",
        about: "Evaluate a PromQL expression over a window of time.",
        params: &[
            ("query", Need::Required),
            ("start", Need::Required),
            ("end", Need::Required),
            ("step", Need::Default("60s")),
        ],
        path: "/api/v1/query_range",
    },
    Row {
        name: "targets",
        about: "The scrape targets and their health.",
        params: &[],
        path: "/api/v1/targets",
    },
    Row {
        name: "alerts",
        about: "The alerts that are pending or firing.",
        params: &[],
        path: "/api/v1/alerts",
    },
    Row {
        name: "metrics",
        about: "The names of all metrics.",
        params: &[],
        path: "/api/v1/label/__name__/values",
    },
];

/// The server: one client, one base address.
#[derive(Clone)]
pub struct Server {
    base: Url,
    client: Client,
}

impl Server {
    /// A server whose tools ask `base`.
    pub fn new(base: &str) -> Result<Self, Box<dyn std::error::Error>> {
        let client = Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .http1_only()
            .timeout(Duration::from_secs(30))
            .build()?;
        Ok(Self { base: Url::parse(base)?, client })
    }

    async fn ask(&self, request: CallToolRequestParams) -> Result<CallToolResult, ErrorData> {
        let Some(row) = TOOLS.iter().find(|row| row.name == request.name) else {
            return Err(ErrorData::invalid_params(format!("unknown tool `{}`", request.name), None));
        };
        let mut url = self.base.clone();
        url.set_path(row.path);
        let arguments = request.arguments.unwrap_or_default();
        for (param, need) in row.params {
            match (arguments.get(*param).and_then(Value::as_str), *need) {
                (Some(value), _) | (None, Need::Default(value)) => {
                    url.query_pairs_mut().append_pair(param, value);
                }
                (None, Need::Optional) => {}
                (None, Need::Required) => return Ok(error(format!("`{param}` is missing"))),
            }
        }
        Ok(match self.fetch(url).await {
            Ok(text) => CallToolResult::success(vec![ContentBlock::text(text)]),
            Err(fault) => error(fault.to_string()),
        })
    }

    async fn fetch(&self, url: Url) -> Result<String, reqwest::Error> {
        self.client.get(url).send().await?.error_for_status()?.text().await
    }
}

fn error(text: String) -> CallToolResult {
    CallToolResult::error(vec![ContentBlock::text(text)])
}

fn tool(row: &Row) -> Tool {
    let mut properties = JsonObject::new();
    let mut required = Vec::new();
    for (param, need) in row.params {
        let schema = match need {
            Need::Default(value) => json!({"type": "string", "default": value}),
            Need::Required | Need::Optional => json!({"type": "string"}),
        };
        properties.insert((*param).to_owned(), schema);
        if matches!(need, Need::Required) {
            required.push(Value::from(*param));
        }
    }
    let mut schema = JsonObject::new();
    schema.insert("type".into(), "object".into());
    schema.insert("properties".into(), properties.into());
    schema.insert("required".into(), required.into());
    Tool::new(row.name, row.about, Arc::new(schema)).annotate(ToolAnnotations::new().read_only(true))
}

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(Implementation::new("floor", env!("CARGO_PKG_VERSION")))
    }

    async fn list_tools(
        &self,
        _request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(TOOLS.iter().map(tool).collect()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        self.ask(request).await.map(Into::into)
    }
}
