//! One call, as one value that changes its type as it passes the layers.
