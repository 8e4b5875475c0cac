//! The two ways to compile an agent.

/// How an agent is compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// For trying things: fast code, quickly linked.
    Fast,
    /// For shipping: whole-program optimisation, stripped.
    Ship,
}

impl Profile {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Fast, Self::Ship];

    /// The profiles as cargo wants them. Ship has `opt-level` 3 rather than `"s"`: a tenth more calls a second for a
    /// quarter more bytes.
    pub const TABLES: &str = r#"[profile.fast]
inherits = "release"
opt-level = 3
lto = "off"
codegen-units = 16

[profile.ship]
inherits = "release"
opt-level = 3
lto = "fat"
codegen-units = 1
panic = "abort"
strip = true
"#;

    /// Its name, which is cargo's name for its folder too.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fast => "fast",
            Self::Ship => "ship",
        }
    }
}
