//! Which arguments are sensitive: neither the audit log nor a message repeats them.

use crate::decl::{Kind, Param};

/// Whether any of these parameters is sensitive, or anything in one.
pub(crate) fn any_sensitive(params: &[Param]) -> bool {
    params.iter().any(|param| param.sensitive || holds_sensitive(&param.kind))
}

/// Whether anything in a value of this kind is sensitive.
pub(crate) fn holds_sensitive(kind: &Kind) -> bool {
    match kind {
        Kind::List { items, .. } => holds_sensitive(items),
        Kind::Object { fields } => any_sensitive(fields),
        Kind::Text { .. }
        | Kind::Integer { .. }
        | Kind::Number { .. }
        | Kind::Boolean
        | Kind::OpenObject
        | Kind::Any => false,
    }
}
