//! What a binary was built from, noted in the cache, so that an unchanged agent starts without asking cargo.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::Order;
use super::embedded::runtime_digest;
use crate::audit::keys::hex;
use crate::failure::Failure;
use crate::home::{make_private_folder, write_private};

/// The note of one binary.
#[derive(Debug)]
pub struct Stamp {
    path: PathBuf,
    inputs: String,
}

impl Stamp {
    /// The note that the binary at `target` has when it comes from `order`.
    pub fn of(cache: &Path, order: Order, target: &Path) -> Result<Self, Failure> {
        let place = std::path::absolute(target).map_err(|error| Failure::io("find", target, &error))?;
        let mut inputs = Sha256::new();
        for (path, text) in order.files {
            inputs.update(format!("{path}\0{}\0", text.len()));
            inputs.update(text);
        }
        inputs.update(runtime_digest());
        inputs.update(format!("{}\0{}\0", order.recipe.profile.name(), order.recipe.linkage.name()));
        inputs.update(serde_json::to_vec(order.source).map_err(Failure::fault)?);
        Ok(Self {
            path: cache.join("built").join(hex(&Sha256::digest(place.as_os_str().as_encoded_bytes()))),
            inputs: hex(&inputs.finalize()),
        })
    }

    /// Whether the binary is there, and is the one that was noted.
    pub fn is_fresh(&self, target: &Path) -> bool {
        let noted = fs::read_to_string(&self.path).unwrap_or_default();
        noted.starts_with(&self.inputs) && fs::read(target).is_ok_and(|bytes| noted == self.text(&bytes))
    }

    /// Notes it.
    pub fn set(&self, target: &Path) -> Result<(), Failure> {
        let bytes = fs::read(target).map_err(|error| Failure::io("read", target, &error))?;
        if let Some(folder) = self.path.parent() {
            make_private_folder(folder)?;
        }
        write_private(&self.path, &self.text(&bytes))
    }

    fn text(&self, binary: &[u8]) -> String {
        format!("{} {}\n", self.inputs, hex(&Sha256::digest(binary)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::recipe::{Linkage, Profile, Recipe};
    use crate::label::Source;
    use std::collections::BTreeMap;

    #[test]
    fn a_note_holds_for_one_place_one_input_and_one_binary() {
        let temp = tempfile::tempdir().unwrap();
        let (one, other) = (temp.path().join("one"), temp.path().join("other"));
        fs::write(&one, "binary").unwrap();
        fs::write(&other, "binary").unwrap();
        let (plan, source) = (crate::build::tests::plan(), Source::default());
        let stamp = |text: &str, recipe, target: &Path| {
            let files: BTreeMap<_, _> = [("src/main.rs".to_owned(), text.to_owned())].into();
            let order = Order { plan: &plan, digest: "", source: &source, files: &files, recipe };
            Stamp::of(temp.path(), order, target).unwrap()
        };
        stamp("1", Recipe::TRY, &one).set(&one).unwrap();
        assert!(stamp("1", Recipe::TRY, &one).is_fresh(&one));
        assert!(!stamp("1", Recipe::TRY, &other).is_fresh(&other));
        assert!(!stamp("2", Recipe::TRY, &one).is_fresh(&one));
        for other in [
            Recipe { profile: Profile::Ship, ..Recipe::TRY },
            Recipe { linkage: Linkage::Static, ..Recipe::TRY },
        ] {
            assert!(!stamp("1", other, &one).is_fresh(&one));
        }
        fs::write(&one, "another").unwrap();
        assert!(!stamp("1", Recipe::TRY, &one).is_fresh(&one));
    }
}
