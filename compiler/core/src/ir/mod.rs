//! An agent that cannot be wrong: `Agent<T: Tier>` has the methods and access modes of its tier as associated types.
