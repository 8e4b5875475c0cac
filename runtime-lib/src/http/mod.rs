//! Requests out of templates, and the one HTTP client.
