//! Who asks.

use std::sync::Arc;

/// Who a call comes from, as far as the way it came in can tell. Allowances are counted, sessions bound and approvals
/// asked for by principal.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Principal {
    name: Option<Arc<str>>,
    may_write: bool,
}

impl Principal {
    /// Whoever started the process, or can reach it without a token.
    pub const ANYONE: Self = Self { name: None, may_write: true };

    /// One who proved to be `name`. Without `may_write` tools that write are refused.
    pub fn named(name: &str, may_write: bool) -> Self {
        Self { name: Some(name.into()), may_write }
    }

    /// The name that was proven; none: nobody asked for one.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The same, to be kept.
    pub(crate) const fn shared_name(&self) -> Option<&Arc<str>> {
        self.name.as_ref()
    }

    /// Whether tools that write may be called.
    pub const fn may_write(&self) -> bool {
        self.may_write
    }
}
