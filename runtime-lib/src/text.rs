//! Text helpers: encoding for a place, cutting, making control characters visible.
