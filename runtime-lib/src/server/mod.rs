//! `main` of a generated binary.
