//! The ways to compile and link an agent.

use std::path::{Path, PathBuf};

/// How an agent is compiled and linked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recipe {
    /// How much time goes into the code.
    pub profile: Profile,
    /// What the binary asks of the machine that runs it.
    pub linkage: Linkage,
}

impl Recipe {
    /// For trying things.
    pub const TRY: Self = Self { profile: Profile::Fast, linkage: Linkage::Dynamic };

    /// All there are.
    pub fn all() -> impl Iterator<Item = Self> {
        let linkages = [Linkage::Dynamic, Linkage::Static];
        Profile::ALL.into_iter().flat_map(move |profile| linkages.map(|linkage| Self { profile, linkage }))
    }

    /// The recipe that a label names.
    pub fn named(profile: &str, linkage: &str) -> Option<Self> {
        Self::all().find(|recipe| recipe.profile.name() == profile && recipe.linkage.name() == linkage)
    }

    /// Where cargo puts what it makes, below its target folder.
    pub fn folder(self) -> PathBuf {
        match self.linkage {
            Linkage::Dynamic => PathBuf::from(self.profile.name()),
            Linkage::Static => Path::new(HOST).join(self.profile.name()),
        }
    }
}

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

/// The machine that compiles, as rustc calls it. Naming it makes cargo tell apart what is linked into an agent, which is
/// static, and what runs while it is built, which cannot be.
pub const HOST: &str = env!("HEDDLE_HOST");

/// How an agent is linked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Linkage {
    /// With the C library of the machine that it runs on.
    Dynamic,
    /// With a copy of the C library of the machine that it was built on: an image needs no file but the binary.
    Static,
}

impl Linkage {
    /// Its name on a label.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dynamic => "dynamic",
            Self::Static => "static",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_names_a_recipe_and_each_has_a_folder_of_its_own() {
        for recipe in Recipe::all() {
            assert_eq!(Recipe::named(recipe.profile.name(), recipe.linkage.name()), Some(recipe));
            let shared = Recipe::all().filter(|other| other.folder() == recipe.folder()).count();
            assert_eq!(shared, 1, "{recipe:?}");
        }
        assert_eq!(Recipe::named("fast", "half"), None);
    }
}
