//! What rmcp asks of a server, and nothing that an agent does not have.

use super::catalogue::Catalogue;
use super::decode::Malformed;
use super::introduction::Introduction;
use super::progress::{HeldText, Progress};
#[cfg(feature = "approvals")]
use super::state::States;
use crate::approvals::Caller;
use crate::audit::{AuditError, CallId, Layer, OutcomeRecord, Status};
use crate::call::{Principal, Slots};
use crate::decl::Agent;
use crate::pipeline::{Answer, Media, Pipeline};
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ErrorData, Implementation,
    InitializeRequestParams, InitializeResult, ListToolsResult, PaginatedRequestParams, ServerCapabilities,
    ServerConfig,
};
use rmcp::service::RequestContext;
use rmcp::{RoleServer, ServerHandler};
use serde_json::{Map, Value};
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// Most calls at once.
const CALLS: usize = 256;

/// Answers the requests of one client.
#[derive(Debug, Clone)]
pub struct Handler {
    info: ServerConfig,
    catalogue: Catalogue,
    pipeline: Arc<Pipeline>,
    slots: Arc<Slots>,
    /// Longest time of a call.
    deadline: Duration,
    stopped: watch::Receiver<bool>,
    #[cfg(feature = "approvals")]
    states: Arc<States>,
}

impl Handler {
    /// `stopped` turns true when the calls in flight are to give up.
    pub fn new(
        agent: &'static Agent,
        catalogue: Catalogue,
        pipeline: Arc<Pipeline>,
        stopped: watch::Receiver<bool>,
    ) -> Result<Self, String> {
        let mut info = ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(Implementation::new(agent.name, agent.version));
        if !agent.about.is_empty() {
            info = info.with_instructions(agent.about);
        }
        Ok(Self {
            info,
            catalogue,
            pipeline,
            slots: Arc::new(Slots::new(CALLS)),
            deadline: Duration::from_millis(agent.deadline_ms),
            stopped,
            #[cfg(feature = "approvals")]
            states: Arc::new(States::new()?),
        })
    }

    /// The result of a call, whatever becomes of it.
    pub async fn answer(
        &self,
        tool: &str,
        arguments: Map<String, Value>,
        caller: &Caller,
    ) -> Result<CallToolResult, ErrorData> {
        let _slot = match self.slots.take(&caller.principal) {
            Ok(slot) => slot,
            Err(reason) => {
                self.refuse(&caller.principal, tool, Layer::RateLimit, &reason, &arguments).await?;
                return Ok(failure(reason));
            }
        };
        let mut stopped = self.stopped.clone();
        // Boxed, because the future of a whole exchange is large and each of rmcp's around it would move all of it.
        let call = Box::pin(self.pipeline.call(tool, arguments, caller));
        tokio::select! {
            biased;
            answer = call => match answer {
                Answer::UnknownTool => Err(ErrorData::invalid_params(unknown(tool), None)),
                Answer::Result { media: Some(media), .. } => Ok(shown(media)),
                Answer::Result { text, structured, media: None, is_error } => {
                    Ok(result(text, structured, is_error))
                }
            },
            _ = stopped.wait_for(|stopped| *stopped) => {
                Ok(failure("the server stopped before there was an answer".to_owned()))
            }
        }
    }

    /// What a call is told that comes with a state which is none, or none any more.
    #[cfg(feature = "approvals")]
    pub async fn refuse_state(
        &self,
        principal: &Principal,
        tool: &str,
        reason: &str,
        arguments: &Map<String, Value>,
    ) -> Result<CallToolResult, ErrorData> {
        let reason = format!(
            "escalation: `requestState` is refused: {reason}. Nothing was sent; call again without it"
        );
        self.refuse(principal, tool, Layer::Escalation, &reason, arguments).await?;
        Ok(failure(reason))
    }

    /// Puts a call on record that never reached the pipeline.
    pub async fn refuse(
        &self,
        principal: &Principal,
        tool: &str,
        layer: Layer,
        reason: &str,
        parameters: &Map<String, Value>,
    ) -> Result<(), ErrorData> {
        let arrived = Instant::now();
        let audit = self.pipeline.audit();
        let record = OutcomeRecord {
            call: CallId { number: audit.next_call(), principal: principal.name() },
            tool,
            status: Status::Refused,
            layer: Some(layer),
            error: Some(reason),
            status_code: None,
            duration: arrived.elapsed(),
            parameters,
        };
        let fault = |error: AuditError| ErrorData::internal_error(error.to_string(), None);
        audit.outcome(None, record).map_err(fault)?.counts().await.map_err(fault)
    }
}

#[cfg(feature = "approvals")]
impl Handler {
    async fn attended(
        &self,
        request: CallToolRequestParams,
        caller: Caller,
        context: &RequestContext<RoleServer>,
        held: HeldText,
    ) -> Result<CallToolResponse, ErrorData> {
        super::attend::call(self, &self.states, request, caller, context, held).await
    }
}

#[cfg(not(feature = "approvals"))]
impl Handler {
    async fn attended(
        &self,
        request: CallToolRequestParams,
        caller: Caller,
        _context: &RequestContext<RoleServer>,
        _held: HeldText,
    ) -> Result<CallToolResponse, ErrorData> {
        let CallToolRequestParams { name, arguments, .. } = request;
        Ok(self.answer(&name, arguments.unwrap_or_default(), &caller).await?.into())
    }
}

impl ServerHandler for Handler {
    fn get_info(&self) -> ServerConfig {
        self.info.clone()
    }

    /// Without the record of who asked that rmcp would make: the same service may answer others, too.
    async fn initialize(
        &self,
        request: InitializeRequestParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<InitializeResult, ErrorData> {
        self.negotiate_initialize(&request)
    }

    async fn list_tools(
        &self,
        request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let cursor = request.and_then(|request| request.cursor);
        match self.catalogue.page(cursor.as_deref()) {
            Some((tools, next)) => {
                let mut result = ListToolsResult::with_all_items(tools.to_vec());
                result.next_cursor = next;
                Ok(result)
            }
            None => Err(ErrorData::invalid_params("`cursor` is not one that this server gave", None)),
        }
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let principal = context.extensions.get::<Principal>().cloned().unwrap_or(Principal::ANYONE);
        if let Some(Malformed(error)) = context.extensions.get::<Malformed>() {
            let (layer, arguments) = (Layer::InputValidation, request.arguments.unwrap_or_default());
            self.refuse(&principal, &request.name, layer, &error.message, &arguments).await?;
            return Err(error.clone());
        }
        let client = Introduction::of(&context).name.map(|name| name.to_string());
        let caller = Caller { client, principal, attendance: None };
        let mut progress = Progress::of(&context, self.deadline);
        let mut answer = pin!(self.attended(request, caller, &context, progress.held()));
        loop {
            tokio::select! {
                biased;
                answer = &mut answer => return answer,
                // What this gives is for nobody: rmcp drops the answer to a request that was given up.
                () = context.ct.cancelled() => return Ok(failure("the call was given up".to_owned()).into()),
                () = progress.due() => progress.tell().await,
            }
        }
    }
}

fn unknown(tool: &str) -> String {
    let tool: String = tool.chars().take(64).collect();
    format!("no tool {tool:?}")
}

fn shown(Media { is_image, kind, base64 }: Media) -> CallToolResult {
    let content =
        if is_image { ContentBlock::image(base64, kind) } else { ContentBlock::audio(base64, kind) };
    CallToolResult::success(vec![content])
}

fn failure(text: String) -> CallToolResult {
    result(text, None, true)
}

fn result(text: String, structured: Option<Value>, is_error: bool) -> CallToolResult {
    let content = vec![ContentBlock::text(text)];
    let mut result = if is_error { CallToolResult::error(content) } else { CallToolResult::success(content) };
    result.structured_content = structured;
    result
}
