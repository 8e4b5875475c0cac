//! Joins what the author wrote apart: tools with their bridges, rules with tools.
