//! YAML events into a tree in which every node knows its place.
