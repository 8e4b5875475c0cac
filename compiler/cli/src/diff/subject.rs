//! An agent as it was found: in a config, a crate, a lock file or a binary.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use heddle_compiler::ast::Agent;
use heddle_compiler::diag::{Lines, Position};
use heddle_compiler::diff::Place;
use heddle_compiler::diff::locate::locate;
use heddle_compiler::emit::{LOCK, Lock};
use heddle_compiler::plan::Plan;
use heddle_compiler::source::Sources;
use heddle_compiler::yaml::MAX_BYTES;

use crate::failure::Failure;
use crate::front::{self, Accepted, Front, Judged};
use crate::label::Label;

/// What the file of an ELF binary begins with.
const ELF: &[u8] = b"\x7fELF";

/// An agent, and the words it was made of where there are any.
#[derive(Debug)]
pub struct Subject {
    /// The place, as the user would name it.
    pub shown: String,
    /// What the agent may do.
    pub plan: Plan,
    /// Those words.
    pub words: Option<(Sources, Agent)>,
}

impl Subject {
    /// A config that was judged. Its findings are shown; one that is refused has no plan to compare.
    pub fn of_config(shown: String, judged: Judged) -> Result<Self, Failure> {
        if judged.errors() > 0 {
            front::show(&judged);
        }
        let (sources, accepted) = judged.into_parts();
        let Some(Accepted { agent, plan }) = accepted else {
            return Err(Failure::refused(format_args!(
                "`{shown}` is refused, so there is nothing to compare"
            )));
        };
        Ok(Self { shown, plan, words: Some((sources, agent)) })
    }

    /// The text of a lock file.
    pub fn of_lock(shown: String, text: &str) -> Result<Self, Failure> {
        let plan = Lock::read(text).and_then(|lock| lock.plan());
        match plan {
            Ok(plan) => Ok(Self { shown, plan, words: None }),
            Err(why) => Err(Failure::refused(format_args!("cannot compare `{shown}`: {why}"))),
        }
    }

    /// A crate. One that was changed by hand is not the policy that its lock file tells of.
    pub fn of_crate(folder: &Path) -> Result<Self, Failure> {
        let (plan, findings) = crate::verify::sealed(folder)?;
        if let Some(first) = findings.first() {
            return Err(Failure::refused(format_args!(
                "`{}` was changed by hand, so its lock file does not say what it does: {first}",
                front::shown(folder)
            )));
        }
        Ok(Self { shown: front::shown(folder), plan, words: None })
    }

    /// Whatever stands at `path`.
    pub fn at(path: &Path, front: &mut Front) -> Result<Self, Failure> {
        if path.is_dir() {
            return Self::of_crate(path);
        }
        let bytes = front::read(path)?;
        if bytes.starts_with(ELF) {
            return Self::of_binary(path);
        }
        let shown = front::shown(path);
        match String::from_utf8(bytes) {
            Ok(text)
                if text.trim_start().starts_with('{')
                    && path.extension().is_some_and(|end| end == "lock") =>
            {
                Self::of_lock(shown, &text)
            }
            _ => {
                let judged = front.judge(path)?;
                Self::of_config(shown, judged)
            }
        }
    }

    /// What the label of a binary says, without running it.
    fn of_binary(path: &Path) -> Result<Self, Failure> {
        let shown = front::shown(path);
        let (label, bytes) = Label::read(path)?;
        if !label.fits(&bytes) {
            return Err(Failure::refused(format_args!(
                "the label of `{shown}` is not about this binary: it was changed after it was built"
            )));
        }
        Ok(Self { shown, plan: label.plan()?, words: None })
    }

    /// Line and column of a change, in a config.
    pub fn position(&self, place: &Place) -> Option<Position> {
        let (sources, agent) = self.words.as_ref()?;
        let span = locate(agent, place);
        let file = sources.file(span.file)?;
        Some(Lines::of(&file.text).position(span.range().start))
    }
}

/// Whether a folder is one crate; any other is a folder of agents.
pub fn is_crate(folder: &Path) -> bool {
    folder.join(LOCK).is_file()
}

/// Every config and crate in a folder, by its path inside.
pub fn below(root: &Path, front: &mut Front) -> Result<BTreeMap<String, Subject>, Failure> {
    let mut found = BTreeMap::new();
    for path in files_below(root)? {
        let inside = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
        let subject = match kind(&path, &front::read(&path)?) {
            Some(Kind::Lock) => Subject::of_crate(path.parent().unwrap_or(root))?,
            Some(Kind::Config) => {
                let judged = front.judge(&path)?;
                Subject::of_config(front::shown(&path), judged)?
            }
            None => continue,
        };
        found.insert(inside, subject);
    }
    Ok(found)
}

/// What a file that was found, and not named, is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A config.
    Config,
    /// The lock file of a crate.
    Lock,
}

/// What a file is, by what it says: whatever its name, `heddle build` takes it. A YAML file that cannot be read counts as
/// a config, to be refused and not passed over.
pub fn kind(path: &Path, bytes: &[u8]) -> Option<Kind> {
    if path.file_name().is_some_and(|name| name == LOCK) {
        return Some(Kind::Lock);
    }
    let is_yaml = path.extension().is_some_and(|end| end == "yaml" || end == "yml");
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let may_be = text.contains("agent") && (is_yaml || text.contains("trust_tier"));
    if bytes.len() > MAX_BYTES || !may_be {
        return None;
    }
    let is_config = match serde_yaml::from_str::<serde_yaml::Value>(text) {
        Ok(serde_yaml::Value::Mapping(members)) => {
            members.get("agent").is_some_and(serde_yaml::Value::is_mapping)
        }
        Ok(_) => false,
        Err(_) => is_yaml,
    };
    is_config.then_some(Kind::Config)
}

/// The files in a folder and in those below it; what is hidden, and what cargo makes, is left out.
pub fn files_below(root: &Path) -> Result<Vec<PathBuf>, Failure> {
    let (mut files, mut open) = (Vec::new(), vec![root.to_path_buf()]);
    while let Some(folder) = open.pop() {
        let entries =
            fs::read_dir(&folder).map_err(|error| Failure::io("read the folder", &folder, &error))?;
        for entry in entries {
            let fault = |error| Failure::io("read the folder", &folder, &error);
            let entry = entry.map_err(fault)?;
            let (path, kind) = (entry.path(), entry.file_type().map_err(fault)?);
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') || name == "target" {
                continue;
            }
            if kind.is_dir() {
                open.push(path);
            } else if path.is_file() {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}
