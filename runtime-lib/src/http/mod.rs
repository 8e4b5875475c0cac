//! Layer 6, the HTTP bridge: requests out of templates, and the one HTTP client.

mod answer;
#[cfg_attr(
    not(any(test, feature = "post", feature = "put", feature = "patch", feature = "delete")),
    path = "bodiless.rs"
)]
mod body;
mod client;
mod compose;
#[cfg(feature = "oauth")]
mod document;
mod egress;
mod fault;
mod json;
mod pulse;
#[cfg(feature = "rehearsal")]
mod rehearsed;
mod route;
mod trust;

pub(crate) use answer::{Media, Reply};
#[cfg(feature = "oauth")]
pub(crate) use document::Document;
pub(crate) use trust::Trust;

use std::time::Duration;

use reqwest::{Request, Response};
use tokio::time::{Instant, timeout_at};

#[cfg(feature = "approvals")]
use crate::approvals::Shown;
use crate::approvals::{Answered, Approval};
use crate::audit::{Audit, CallId, Intent};
use crate::broker::Secrets;
use crate::call::{Call, Layer, Permitted, Refusal, ToolState};
use crate::decl::Agent;
use crate::proof::Row;
use answer::{ERROR_BODY, Reading, Received};
use client::Clients;
use compose::{Filling, Reader};
use pulse::Pulse;
use route::Route;

/// The way out of the process: only this holds the clients.
#[derive(Debug)]
pub(crate) struct Bridge {
    clients: Clients,
    /// By [`ToolState::index`].
    routes: Vec<Route>,
    deadline: Duration,
    pulse: Pulse,
    longest: usize,
}

/// A request that is composed, checked and not yet sent.
#[derive(Debug)]
#[must_use = "a request that is not sent is a call without an answer"]
pub(crate) struct Outbound<'a> {
    request: Request,
    shown: String,
    tool: &'a ToolState,
    secrets: Secrets,
    deadline: Instant,
    approval: Option<Approval>,
}

/// A request that may be sent: the approval that it needed, if it needed one, is used up.
#[derive(Debug)]
#[must_use = "a request that is not sent is a call without an answer"]
pub(crate) struct Ready<'a>(Outbound<'a>);

impl<'a> Outbound<'a> {
    /// Uses the approval up, on record. Whoever comes second is refused.
    pub(crate) async fn redeem(mut self, audit: &Audit, call: CallId<'_>) -> Result<Ready<'a>, Refusal> {
        if let Some(approval) = self.approval.take() {
            approval.redeem(audit, call).await?;
        }
        Ok(Ready(self))
    }
}

impl Ready<'_> {
    /// The HTTP method, for the log.
    pub(crate) const fn method(&self) -> &'static str {
        self.0.tool.row().verb.as_str()
    }

    /// The URL for the log, with `***` for a secret and for a sensitive argument.
    pub(crate) fn url(&self) -> &str {
        &self.0.shown
    }
}

impl Bridge {
    /// Prepares the requests of all tools, in the order of the agent's table.
    pub(crate) fn new(agent: &Agent, rows: &[&'static Row], trust: &Trust) -> Result<Self, String> {
        let deadline = Duration::from_millis(agent.deadline_ms);
        let route =
            |row: &&'static Row| Route::new(row).map_err(|problem| format!("tool `{}`: {problem}", row.name));
        Ok(Self {
            clients: Clients::new(deadline, agent.origins, trust)?,
            routes: rows.iter().map(route).collect::<Result<_, _>>()?,
            deadline,
            pulse: Pulse::default(),
            longest: usize::try_from(agent.max_response_bytes).unwrap_or(usize::MAX),
        })
    }

    /// The keys of the secrets that this call needs.
    pub(crate) fn secrets_of(&self, call: &Call<'_, Permitted>) -> &[&'static str] {
        self.routes.get(call.tool().index()).map_or(&[], |route| &route.secrets)
    }

    /// The request of a held call as a human is shown it: composed as it would be sent, with secrets by name.
    #[cfg(feature = "approvals")]
    pub(crate) fn show(&self, call: &Call<'_, Permitted>) -> Result<Shown, Refusal> {
        let route = self.route(call.tool())?;
        let names = Secrets::names(&route.secrets);
        let filling = Filling { values: call.values(), secrets: &names, reader: Reader::Approver };
        let (request, url) = compose::compose(route, filling).map_err(refuse)?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let fields = request.headers().iter();
        let mut headers: Vec<_> =
            fields.map(|(name, value)| (name.to_string(), text(value.as_bytes()))).collect();
        headers.sort_unstable();
        Ok(Shown {
            method: request.method().to_string(),
            url,
            headers,
            body: request.body().and_then(reqwest::Body::as_bytes).map(text),
            secrets: route.secrets.iter().map(|key| (*key).to_owned()).collect(),
        })
    }

    /// Composes the request of a call that passed the five layers before, and that nobody holds or a human said yes to.
    /// Nothing is sent.
    pub(crate) fn compose<'a>(&self, call: Answered<'a>, secrets: Secrets) -> Result<Outbound<'a>, Refusal> {
        let tool = call.call().tool();
        let filling = Filling { values: call.call().values(), secrets: &secrets, reader: Reader::Log };
        let (request, shown) = compose::compose(self.route(tool)?, filling).map_err(refuse)?;
        let deadline = Instant::from_std(call.since()) + self.deadline;
        Ok(Outbound { request, shown, tool, secrets, deadline, approval: call.into_approval() })
    }

    fn route(&self, tool: &ToolState) -> Result<&Route, Refusal> {
        let name = tool.row().name;
        self.routes.get(tool.index()).ok_or_else(|| refuse(format!("`{name}` has no route")))
    }

    /// Sends a request whose intent is on record, and reads the answer, all within the time of the call.
    pub(crate) async fn send(&self, Ready(outbound): Ready<'_>, _on_record: &Intent) -> Reply {
        let Outbound { request, tool, secrets, deadline, .. } = outbound;
        let Some(route) = self.routes.get(tool.index()) else {
            return Reply::error("this tool has no route".to_owned(), None);
        };
        #[cfg(feature = "rehearsal")]
        if let Some(reply) = rehearsed::reply(&request) {
            return reply;
        }
        let exchange = async {
            let response = self.clients.of(request.url()).execute(request).await?;
            self.receive(response).await
        };
        self.pulse.beat(self.deadline);
        match timeout_at(deadline, exchange).await {
            Ok(Ok(received)) => {
                answer::read(received, Reading { route, patterns: tool.patterns(), secrets: &secrets })
            }
            Ok(Err(error)) => {
                let words = fault::words(&error, &route.peer);
                Reply::error(secrets.scrub(words, false), error.status())
            }
            Err(_) => Reply::error(
                format!(
                    "{} did not answer in time: the deadline of {} for the whole call has passed",
                    route.peer,
                    seconds(self.deadline),
                ),
                None,
            ),
        }
    }

    /// Reads an answer as far as it may be read. Of an error's body no more is read than is told.
    async fn receive(&self, mut response: Response) -> Result<Received, reqwest::Error> {
        let status = response.status();
        let longest = if status.is_success() { self.longest } else { self.longest.min(ERROR_BODY) };
        let announced =
            response.content_length().and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
        let mut body = Vec::with_capacity(announced.min(longest).min(64 * 1024));
        let mut is_cut = false;
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) => {
                    let room = longest - body.len();
                    body.extend_from_slice(chunk.get(..room).unwrap_or(&chunk));
                    if chunk.len() > room {
                        is_cut = true;
                        break;
                    }
                }
                Ok(None) => break,
                // The status of a failure says more than that its body broke off.
                Err(_) if !status.is_success() => {
                    is_cut = true;
                    break;
                }
                Err(error) => return Err(error),
            }
        }
        let headers = std::mem::take(response.headers_mut());
        Ok(Received { status, headers, body, is_cut })
    }
}

fn refuse(problem: String) -> Refusal {
    Refusal::new(Layer::HttpBridge, format!("HTTP bridge: {problem}. Nothing was sent"))
}

fn seconds(time: Duration) -> String {
    let millis = time.as_millis();
    match millis % 1000 {
        0 => format!("{} s", millis / 1000),
        _ => format!("{millis} ms"),
    }
}

#[cfg(test)]
#[cfg(feature = "scan")]
mod shape;
#[cfg(test)]
mod tests;
