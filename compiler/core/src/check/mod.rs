//! The checks, which are the conversion from [`crate::ast`] to [`crate::ir`].
