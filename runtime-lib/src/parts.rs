//! Which of the parts that an agent can do without are in this binary.

/// A word for each part, behind the same feature as the part itself. `--policy` prints them, and `heddle inspect` looks for
/// them in the file: what is not compiled in cannot be named.
pub const PARTS: &[&str] = &[
    #[cfg(feature = "approvals")]
    "heddle-runtime/approvals",
    #[cfg(feature = "delete")]
    "heddle-runtime/delete",
    #[cfg(feature = "http-server")]
    "heddle-runtime/http-server",
    #[cfg(feature = "oauth")]
    "heddle-runtime/oauth",
    #[cfg(feature = "patch")]
    "heddle-runtime/patch",
    #[cfg(feature = "pattern")]
    "heddle-runtime/pattern",
    #[cfg(feature = "post")]
    "heddle-runtime/post",
    #[cfg(feature = "put")]
    "heddle-runtime/put",
    #[cfg(feature = "rehearsal")]
    "heddle-runtime/rehearsal",
    #[cfg(feature = "scan")]
    "heddle-runtime/scan",
    #[cfg(feature = "tls")]
    "heddle-runtime/tls",
];
