//! The audit records of one call: an intent before anything is sent, and one outcome whatever happens.

use std::io::Write as _;
use std::time::Instant;

use serde_json::{Map, Value};

#[cfg(feature = "approvals")]
use crate::approvals::Log;
use crate::audit::{
    Audit, AuditError, CallId, FindingRecord, Intent, IntentRecord, OpenCall, OutcomeRecord, Pending, Status,
    TrustViolation,
};
use crate::call::{Finding, Layer, Refusal, Verdict};
use crate::http::{Outbound, Ready, Reply};
use crate::proof::Row;

/// The records of a call that is under way. Dropped before it is closed, it records that the call was cancelled.
pub(super) struct Ledger<'a> {
    audit: &'a Audit,
    call: OpenCall<'a>,
    principal: Option<&'a str>,
    tool: &'a str,
    arguments: &'a Map<String, Value>,
    received: Instant,
    intent: Option<Intent>,
    is_closed: bool,
}

/// What the outcome record says beside what the ledger knows.
struct Outcome<'o> {
    status: Status,
    layer: Option<Layer>,
    error: Option<&'o str>,
    status_code: Option<u16>,
}

impl<'a> Ledger<'a> {
    pub(super) fn open(
        audit: &'a Audit,
        principal: Option<&'a str>,
        tool: &'a str,
        arguments: &'a Map<String, Value>,
        received: Instant,
    ) -> Self {
        let call = audit.begin_call();
        Self { audit, call, principal, tool, arguments, received, intent: None, is_closed: false }
    }

    const fn id(&self) -> CallId<'a> {
        CallId { number: self.call.number, principal: self.principal }
    }

    /// Records what is about to be sent. What cannot be recorded is not sent.
    pub(super) async fn intent(&mut self, request: &Ready<'_>) -> Result<&Intent, Refusal> {
        let record = IntentRecord {
            call: self.id(),
            tool: self.tool,
            method: request.method(),
            url: request.url(),
            parameters: self.arguments,
        };
        let intent = self.audit.intent(record).await.map_err(unwritten)?;
        Ok(self.intent.insert(intent))
    }

    /// Uses up the approval of a call that needed one. A yes that cannot be put on record is not used.
    pub(super) async fn redeem<'r>(&self, request: Outbound<'r>) -> Result<Ready<'r>, Refusal> {
        request.redeem(self.audit, self.id()).await
    }

    /// Where the records about the ticket of this call go.
    #[cfg(feature = "approvals")]
    pub(super) const fn log(&self) -> Log<'a> {
        Log { audit: self.audit, call: self.id() }
    }

    /// Records that a secret was asked for.
    pub(super) async fn credential_access(&self, key: &str, granted: bool) -> Result<(), Refusal> {
        self.audit.credential_access(self.principal, key, granted).await.map_err(unwritten)
    }

    /// Records what was found in arguments that pass all the same.
    pub(super) async fn findings(&self, findings: &[Finding]) -> Result<(), Refusal> {
        for finding in findings {
            let written = self.found(finding, "passed").map_err(unwritten)?;
            written.counts().await.map_err(unwritten)?;
        }
        Ok(())
    }

    fn found(&self, finding: &Finding, action: &'static str) -> Result<Pending, AuditError> {
        let Finding { place, class, sign } = finding;
        self.audit.finding(FindingRecord {
            call: self.id(),
            tool: self.tool,
            parameter: place,
            class: class.as_str(),
            sign,
            action,
        })
    }

    /// Records that nobody knows the tool.
    pub(super) async fn unknown_tool(mut self) {
        self.record(Outcome {
            status: Status::Refused,
            layer: Some(Layer::UnknownTool),
            error: Some("there is no tool of this name"),
            status_code: None,
        })
        .await;
    }

    /// Records how the call ended.
    pub(super) async fn close(mut self, row: &Row, passed: &Result<Reply, Refusal>) {
        let recorded = match passed {
            Ok(reply) => self.record(Outcome {
                status: if reply.is_error { Status::Error } else { Status::Success },
                layer: reply.is_error.then_some(Layer::HttpBridge),
                error: reply.is_error.then_some(&reply.text),
                status_code: reply.status,
            }),
            Err(refusal) => {
                for finding in refusal.findings() {
                    complain(counted(self.found(finding, "refused")).await);
                }
                if matches!(refusal.layer(), Layer::AccessMode | Layer::TrustTier) {
                    let violation = TrustViolation {
                        call: self.id(),
                        tool: self.tool,
                        trust_tier: row.tier as u8,
                        action: row.verb.as_str(),
                        detail: refusal.reason(),
                    };
                    complain(counted(self.audit.trust_violation(violation)).await);
                }
                self.record(Outcome {
                    status: match refusal.verdict() {
                        Verdict::Refused => Status::Refused,
                        Verdict::Held => Status::Held,
                    },
                    layer: Some(refusal.layer()),
                    error: Some(refusal.reason()),
                    status_code: None,
                })
            }
        };
        recorded.await;
    }

    /// Hands the record in; what it gives waits until the record counts, and dropped has it written at once.
    fn record(&mut self, outcome: Outcome<'_>) -> impl Future<Output = ()> + use<> {
        self.is_closed = true;
        let Outcome { status, layer, error, status_code } = outcome;
        let record = OutcomeRecord {
            call: self.id(),
            tool: self.tool,
            status,
            layer,
            error,
            status_code,
            duration: self.received.elapsed(),
            parameters: self.arguments,
        };
        let recorded = self.audit.outcome(self.intent.take(), record);
        async { complain(counted(recorded).await) }
    }
}

impl Drop for Ledger<'_> {
    fn drop(&mut self) {
        if !self.is_closed {
            // Nobody waits for the answer of a call that was given up, so nobody waits for its record either.
            drop(self.record(Outcome {
                status: Status::Cancelled,
                layer: None,
                error: None,
                status_code: None,
            }));
        }
    }
}

fn unwritten(error: AuditError) -> Refusal {
    Refusal::new(
        Layer::HttpBridge,
        format!(
            "the audit log cannot be written ({error}), so nothing was sent; calls are served again once it can be"
        ),
    )
}

async fn counted(pending: Result<Pending, AuditError>) -> Result<(), AuditError> {
    pending?.counts().await
}

/// What was done is done: the caller must not be told otherwise because its record failed. The intent is on record, the
/// next intent will fail as well, and the operator is told on the one channel that is left.
fn complain(written: Result<(), AuditError>) {
    if let Err(error) = written {
        // There is nobody left to tell that this failed, too.
        let _ = writeln!(std::io::stderr(), "heddle: the audit log cannot be written: {error}");
    }
}
