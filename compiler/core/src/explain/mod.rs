//! The pages of `docs/errors/`, one for each code.
