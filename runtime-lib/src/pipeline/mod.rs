//! The six layers, in order: the file that a security reviewer reads first.
//!
//! A call is one value whose type says how far it has come (see [`crate::call`]). A layer takes the type of the layer
//! before and gives its own or a refusal, so [`Pipeline::pass`] compiles in this order only; and there is no other way to
//! the HTTP client, which takes a request that is made of an [`Answered`](crate::approvals::Answered) call, one that no rule
//! holds or a human said yes to, and sends it only against an [`Intent`](crate::audit::Intent), the proof that the audit
//! log has it.

mod answer;
mod ledger;

pub use answer::Answer;

use std::collections::BTreeMap;
use std::time::Instant;

use serde_json::{Map, Value};

use crate::approvals::{self, Answered, Caller, Desk, Hearing};
use crate::audit::Audit;
use crate::broker::{Broker, Secrets};
use crate::call::{
    Call, Layer, Permitted, Received, Refusal, ToolState, access_mode, escalation, input_validation,
    rate_limit, trust_tier,
};
use crate::decl::Agent;
pub(crate) use crate::http::Media;
use crate::http::{Bridge, Reply, Trust};
use crate::proof::Row;
use ledger::Ledger;

/// Everything between a request that names a tool and its answer.
#[derive(Debug)]
pub struct Pipeline {
    tools: BTreeMap<&'static str, ToolState>,
    bridge: Bridge,
    broker: Broker,
    audit: Audit,
    desk: Desk,
}

impl Pipeline {
    /// Passes a call through the layers. Each can stop it; what it says goes to the caller and into the audit log.
    async fn pass(
        &self,
        call: Call<'_, Received>,
        caller: &Caller,
        ledger: &mut Ledger<'_>,
    ) -> Result<Reply, Refusal> {
        let call = rate_limit(call)?; //                               1  not too often
        let call = access_mode(call)?; //                              2  a tool that this tier may hold
        let call = escalation(call)?; //                               3  not denied; held or not, as the rules say
        let call = input_validation(call)?; //                         4  arguments as declared, without foul play
        ledger.findings(call.findings()).await?; //                       what passed all the same, on record
        let call = trust_tier(call)?; //                               5  a method that this tier may send
        let call = self.answered(call, caller, ledger).await?; //         not held, or a human said yes
        let secrets = self.secrets(call.call(), ledger).await?; //        granted, or nothing is sent
        let request = self.bridge.compose(call, secrets)?; //          6  the request, inside its template
        let request = ledger.redeem(request).await?; //                   the yes is used up
        let intent = ledger.intent(&request).await?; //                   on record, or nothing is sent
        Ok(self.bridge.send(request, intent).await)
    }

    /// Asks a human about a call that a rule holds; but not about one that could not be sent anyway.
    #[cfg(feature = "approvals")]
    async fn answered<'a>(
        &self,
        call: Call<'a, Permitted>,
        caller: &Caller,
        ledger: &Ledger<'_>,
    ) -> Result<Answered<'a>, Refusal> {
        match approvals::hearing(call) {
            Hearing::Unneeded(answered) => Ok(answered),
            Hearing::Needed(held) => {
                self.secrets(held.call(), ledger).await?;
                let shown = self.bridge.show(held.call())?;
                self.desk.ask(held, shown, caller, ledger.log()).await
            }
        }
    }

    /// No rule holds a call of this binary; one that did would find nobody to ask.
    #[cfg(not(feature = "approvals"))]
    async fn answered<'a>(
        &self,
        call: Call<'a, Permitted>,
        _caller: &Caller,
        _ledger: &Ledger<'_>,
    ) -> Result<Answered<'a>, Refusal> {
        match approvals::hearing(call) {
            Hearing::Unneeded(answered) => Ok(answered),
            Hearing::Needed(held) => Err(self.desk.refuse(&held)),
        }
    }

    /// The secrets of a call, each asked for now: a grant that was taken back since the last call is no grant.
    async fn secrets(&self, call: &Call<'_, Permitted>, ledger: &Ledger<'_>) -> Result<Secrets, Refusal> {
        let mut found = Vec::new();
        for key in self.bridge.secrets_of(call) {
            let secret = self.broker.secret(key);
            ledger.credential_access(key, secret.is_ok()).await?;
            match secret {
                Ok(secret) => found.push((*key, secret)),
                Err(denied) => {
                    let reason = format!(
                        "***CREDENTIAL_DENIED*** secret `{}`: {}. Nothing was sent",
                        denied.key, denied.reason
                    );
                    return Err(Refusal::new(Layer::HttpBridge, reason));
                }
            }
        }
        Ok(Broker::bundle(found))
    }

    /// Answers a request that names a tool. Whatever becomes of it, one outcome is on record: dropping the future
    /// cancels the call and records that.
    pub async fn call(&self, tool: &str, arguments: Map<String, Value>, caller: &Caller) -> Answer {
        self.settle(tool, &arguments, caller).await.map_or(Answer::UnknownTool, Answer::of)
    }

    /// What becomes of a call, before it is put into words for the caller; nothing: there is no such tool.
    pub(crate) async fn settle(
        &self,
        tool: &str,
        arguments: &Map<String, Value>,
        caller: &Caller,
    ) -> Option<Result<Reply, Refusal>> {
        let received = Instant::now();
        let mut ledger = Ledger::open(&self.audit, caller.principal.name(), tool, arguments, received);
        let Some(tool) = self.tools.get(tool) else {
            ledger.unknown_tool().await;
            return None;
        };
        let passed = self
            .pass(Call::receive(tool, arguments, received).by(&caller.principal), caller, &mut ledger)
            .await;
        ledger.close(tool.row(), &passed).await;
        Some(passed)
    }

    /// Prepares every tool. What cannot be prepared, an expression that does not compile say, is a reason not to start.
    pub fn new(
        agent: &'static Agent,
        rows: impl IntoIterator<Item = &'static Row>,
        audit: Audit,
        broker: Broker,
        desk: Desk,
        trust: &Trust,
    ) -> Result<Self, String> {
        let rows: Vec<&'static Row> = rows.into_iter().collect();
        Desk::serves(&rows)?;
        let mut tools = BTreeMap::new();
        for (index, row) in rows.iter().enumerate() {
            if tools.insert(row.name, ToolState::new(row, index)?).is_some() {
                return Err(format!("there are two tools `{}`", row.name));
            }
        }
        let audit = audit.of_tools(&rows);
        Ok(Self { tools, bridge: Bridge::new(agent, &rows, trust)?, broker, audit, desk })
    }

    /// What a tool may do behind its API; none: there is no such tool.
    #[cfg(feature = "http-server")]
    pub fn access(&self, tool: &str) -> Option<crate::access::Mode> {
        self.tools.get(tool).map(|tool| tool.row().mode)
    }

    /// The audit log that the calls are written to.
    pub const fn audit(&self) -> &Audit {
        &self.audit
    }
}

// Their calls are sent, and a rehearsal sends none.
#[cfg(test)]
#[cfg(not(feature = "rehearsal"))]
mod tests;
