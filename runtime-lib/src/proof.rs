//! The proof of a tool, evaluated by the compiler of the generated crate.
