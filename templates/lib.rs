//! The templates of the files of a generated crate that are not Rust. They live in a crate of their own so that they
//! travel with the compiler wherever it is built from.
#![forbid(unsafe_code)]

/// `Cargo.toml` of a generated crate.
pub const CARGO_TOML: &str = include_str!("crate/Cargo.toml.j2");
/// `README.md` of a generated crate: its policy as a page.
pub const README_MD: &str = include_str!("crate/README.md.j2");
/// A systemd unit for an agent.
pub const UNIT_SERVICE: &str = include_str!("deploy/unit.service.j2");
/// The container file of an agent.
pub const CONTAINERFILE: &str = include_str!("deploy/Containerfile.j2");
/// An agent in a Kubernetes cluster.
pub const KUBERNETES_YAML: &str = include_str!("deploy/kubernetes.yaml.j2");
