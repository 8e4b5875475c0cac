//! The tree into [`crate::ast`]: unknown, missing, doubled and mistyped keys are found here.
