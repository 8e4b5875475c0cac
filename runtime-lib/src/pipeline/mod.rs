//! The six layers, in order.
