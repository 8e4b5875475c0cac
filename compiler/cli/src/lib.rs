//! The heddle command line.
#![forbid(unsafe_code)]
