//! A [`crate::plan::Plan`] into the text of a crate.
