//! Why a call did not pass.

use super::findings::Finding;

/// The six layers of a call, and the look-up before them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layer {
    /// No tool of this name.
    UnknownTool,
    /// Layer 1.
    RateLimit,
    /// Layer 2.
    AccessMode,
    /// Layer 3.
    Escalation,
    /// Layer 4.
    InputValidation,
    /// Layer 5.
    TrustTier,
    /// Layer 6.
    HttpBridge,
}

impl Layer {
    /// The word in the audit log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnknownTool => "unknown_tool",
            Self::RateLimit => "rate_limit",
            Self::AccessMode => "access_mode",
            Self::Escalation => "escalation",
            Self::InputValidation => "input_validation",
            Self::TrustTier => "trust_tier",
            Self::HttpBridge => "http_bridge",
        }
    }
}

/// What a layer decided about a call that it did not let pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// No.
    Refused,
    /// Not before a human says yes.
    Held,
}

/// A call that a layer stopped: nothing was sent. The reason is for the caller and the audit log; no secret is in it.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a refusal that nobody hears of is a call without an answer"]
pub struct Refusal {
    layer: Layer,
    verdict: Verdict,
    reason: String,
    findings: Vec<Finding>,
}

impl Refusal {
    pub(crate) const fn new(layer: Layer, reason: String) -> Self {
        Self { layer, verdict: Verdict::Refused, reason, findings: Vec::new() }
    }

    pub(crate) const fn held(layer: Layer, reason: String) -> Self {
        Self { layer, verdict: Verdict::Held, reason, findings: Vec::new() }
    }

    /// The layer that stopped the call.
    pub const fn layer(&self) -> Layer {
        self.layer
    }

    /// Refused for good, or held.
    pub const fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// Why, in words for the caller.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// What was found in the arguments, if that is why.
    pub(crate) fn findings(&self) -> &[Finding] {
        &self.findings
    }

    pub(super) fn with_findings(self, findings: Vec<Finding>) -> Self {
        Self { findings, ..self }
    }

    pub(crate) fn into_reason(self) -> String {
        self.reason
    }
}
