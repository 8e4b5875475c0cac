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
    /// The profiles as cargo wants them. Both are written out, so that nothing depends on cargo's own `release`.
    pub const TABLES: &str = "[profile.fast]\ninherits = \"release\"\nopt-level = 3\nlto = \"off\"\ncodegen-units = 16\n\n\
        [profile.ship]\ninherits = \"release\"\nopt-level = 3\nlto = \"fat\"\ncodegen-units = 1\npanic = \"abort\"\nstrip = true\n";

    /// Its name, which is cargo's name for its folder too.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fast => "fast",
            Self::Ship => "ship",
        }
    }
}
