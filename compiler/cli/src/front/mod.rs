//! The compiler as the commands use it: files in, findings, plans and crates out.

mod grants;
mod origin;
mod read;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use heddle_compiler::ast::Agent;
use heddle_compiler::check::{Grants, check};
use heddle_compiler::diag::fix::Fixed;
use heddle_compiler::diag::{self, Colour, Diagnostic, Severity, Sink};
use heddle_compiler::emit::{self, EmitContext, EmitError};
use heddle_compiler::explain;
use heddle_compiler::parse::parse;
use heddle_compiler::plan::Plan;
use heddle_compiler::schema::json_schema;
use heddle_compiler::source::{FileId, Sources};
use heddle_compiler::yaml;

pub use self::grants::{FILE as GRANTS, GrantsFile};
pub use self::origin::Replacement;
use crate::build::embedded::{AGENT_LOCK, VERSION};
use crate::console::{Stream, colours, mutter};
use crate::diff::allowance;
use crate::failure::Failure;
use crate::home::Home;
use crate::label::Source;
use crate::quarantine::{Held, Index};
use crate::signing::{Trust, digest};

/// What all files of one command are judged by.
#[derive(Debug)]
pub struct Front<'a> {
    grants: Option<GrantsFile>,
    origins: &'a [Replacement],
    replaced: BTreeSet<usize>,
    trust: Option<Trust>,
    quarantine: Index,
}

/// A file and what was found in it.
#[derive(Debug)]
pub struct Judged {
    sources: Sources,
    file: Option<FileId>,
    findings: Vec<Diagnostic>,
    accepted: Option<Accepted>,
    source: Source,
}

/// What is made of a config that nothing stops.
#[derive(Debug, Clone)]
pub struct Accepted {
    /// The author's words, with their places.
    pub agent: Agent,
    /// What the agent may do.
    pub plan: Plan,
}

impl<'a> Front<'a> {
    /// Reads the grants that the user named.
    pub fn new(grants: Option<&Path>, origins: &'a [Replacement]) -> Result<Self, Failure> {
        // A machine without a home folder has nothing in quarantine.
        let quarantine = Home::find().map_or_else(|_| Ok(Index::default()), |home| Index::read(&home))?;
        let grants = grants.map(GrantsFile::named).transpose()?;
        Ok(Self { grants, origins, replaced: BTreeSet::new(), trust: None, quarantine })
    }

    /// From now on only configs with a signature that counts are judged.
    pub fn require_signed(&mut self, trust: Trust) {
        self.trust = Some(trust);
    }

    /// Checks a config that is in quarantine, which every other way refuses.
    pub fn judge_quarantined(&mut self, name: &str, text: &str) -> Result<Judged, Failure> {
        let grants = match &self.grants {
            Some(grants) => Some(grants.clone()),
            None => GrantsFile::beside(Path::new(name))?,
        };
        Ok(self.judge_text(name, text.as_bytes(), grants.as_ref()))
    }

    /// Checks a file. Refuses one that is in quarantine, or not signed where that is asked for; the bytes that are
    /// judged are the ones that were signed.
    pub fn judge(&mut self, path: &Path) -> Result<Judged, Failure> {
        let bytes = match read::read(path) {
            Ok(bytes) => bytes,
            Err(why) => return Ok(Judged::unreadable(path, &why)),
        };
        let grants = match &self.grants {
            Some(grants) => Some(grants.clone()),
            None => GrantsFile::beside(path)?,
        };
        let signer = self.trust.as_ref().map(|trust| trust.signer(path, &bytes)).transpose()?;
        let mut judged = self.judge_text(&read::shown(path), &bytes, grants.as_ref());
        let plan = judged.accepted.as_ref().map(|accepted| accepted.plan.digest_hex());
        if let Some(held) = self.quarantine.holds(&bytes, plan.as_deref()) {
            return Err(refuse(&read::shown(path), &held));
        }
        judged.source.signer = signer;
        Ok(judged)
    }

    /// Checks a config that is no file of the working folder, against the grants that go with it.
    pub fn judge_bytes(&mut self, name: &str, bytes: &[u8], grants: Option<&GrantsFile>) -> Judged {
        self.judge_text(name, bytes, grants)
    }

    fn judge_text(&mut self, name: &str, bytes: &[u8], grants: Option<&GrantsFile>) -> Judged {
        let (mut sources, mut sink) = (Sources::default(), Sink::default());
        let file = yaml::decode(&mut sources, name, bytes, &mut sink);
        let agent = file.and_then(|file| parse(&sources, file, &mut sink));
        let mut replaced = BTreeSet::new();
        let accepted = agent.and_then(|mut agent: Agent| {
            origin::replace(&mut agent, self.origins, &mut replaced);
            let granted = grants.map_or_else(Grants::default, |grants| grants.judge(&mut sources, &mut sink));
            check(&agent, &granted, &mut sink).map(|plan| Accepted { agent, plan })
        });
        let accepted = accepted.filter(|_| !sink.has_errors());
        let pairs = replaced.iter().filter_map(|number| self.origins.get(*number)).map(Replacement::pair);
        let source = Source { sha256: digest(bytes), signer: None, replaced: pairs.collect() };
        self.replaced.extend(replaced);
        Judged { sources, file, findings: sink.into_sorted(), accepted, source }
    }

    /// Refuses replacements of origins that no file reaches.
    pub fn all_replaced(&self) -> Result<(), Failure> {
        origin::all_used(self.origins, &self.replaced)
    }
}

impl Judged {
    /// A file that could not be read is found fault with like any other.
    fn unreadable(path: &Path, why: &str) -> Self {
        let (mut sources, mut sink) = (Sources::default(), Sink::default());
        yaml::unreadable(&mut sources, &read::shown(path), why, &mut sink);
        Self { sources, file: None, findings: sink.into_sorted(), accepted: None, source: Source::default() }
    }

    /// How many findings stop the build.
    pub fn errors(&self) -> usize {
        self.findings.iter().filter(|found| found.severity == Severity::Error).count()
    }

    /// How many do not.
    pub fn warnings(&self) -> usize {
        self.findings.len() - self.errors()
    }

    /// The plan, when nothing stops the build.
    pub fn into_plan(self) -> Option<Plan> {
        self.accepted.map(|accepted| accepted.plan)
    }

    /// What is made of it, when nothing stops the build.
    pub fn into_accepted(self) -> Option<Accepted> {
        self.accepted
    }

    /// What it was read from and what is made of it, when nothing stops the build.
    pub fn into_parts(self) -> (Sources, Option<Accepted>) {
        (self.sources, self.accepted)
    }

    /// The same, to be looked at.
    pub fn accepted(&self) -> Option<&Accepted> {
        self.accepted.as_ref()
    }

    /// Where it came from.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The findings as a person reads them.
    pub fn human(&self, stream: Stream) -> String {
        let colour = if colours(stream) { Colour::Always } else { Colour::Never };
        diag::human(&self.findings, &self.sources, colour)
    }

    /// The file's text with the edits made that keep or narrow authority, and their number; `None`: there are none.
    pub fn fixed(&self, text: &str) -> Option<Fixed> {
        let fixed = diag::fix::apply(text, self.file?, &self.findings);
        (fixed.count > 0).then_some(fixed)
    }
}

fn refuse(shown: &str, held: &Held) -> Failure {
    match held {
        Held::Waiting(name) => Failure::refused(format_args!(
            "`{shown}` is in quarantine as `{name}`, and so is each copy of it: `heddle quarantine show {name}`, then \
             promote or reject it"
        )),
        Held::Rejected => Failure::refused(format_args!(
            "`{shown}` was rejected in quarantine: to judge it again, `heddle quarantine add` it"
        )),
    }
}

/// The configs among the files that the user named: a pattern such as `packs/*.yaml` takes with it what stands beside
/// configs.
pub fn configs(files: &[PathBuf]) -> impl Iterator<Item = &PathBuf> {
    let alone = files.len() == 1;
    files.iter().filter(move |file| alone || !is_beside(file))
}

/// Whether a file stands beside configs and is none, by its name: grants, allowances, policy tests.
pub fn is_beside(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let is_test = name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".yml"));
    name == grants::FILE || name == allowance::FILE || is_test.is_some_and(|stem| stem.ends_with(".test"))
}

/// The bytes of a file that the user named.
pub fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    read::bytes(path)
}

/// A path for a message.
pub fn shown(path: &Path) -> String {
    read::shown(path)
}

/// Shows what was found on standard error.
pub fn show(judged: &Judged) {
    mutter(judged.human(Stream::Message));
}

/// The crate of a plan that came from a config of this digest.
pub fn emit(plan: &Plan, source: &str) -> Result<BTreeMap<String, String>, Failure> {
    let context = EmitContext { runtime_version: VERSION, agent_lock: AGENT_LOCK, source };
    match emit::emit(plan, &context) {
        Ok(emitted) => Ok(emitted.files),
        Err(error) => {
            Err(Failure::fault(format_args!("the config is accepted and cannot be written: {error}")))
        }
    }
}

/// What a plan lets an agent do, as a page that a person reads.
pub fn page(plan: &Plan) -> Result<String, Failure> {
    emit::page(plan).map_err(|error| Failure::fault(format_args!("the plan cannot be written: {error}")))
}

/// The deployment files of a plan.
pub fn deploy(plan: &Plan, targets: &BTreeSet<emit::Target>) -> Result<BTreeMap<String, String>, Failure> {
    emit::deploy(plan, targets).map_err(|error| match error {
        EmitError::NotAFile(_) | EmitError::NotServed => Failure::refused(error),
        EmitError::NotAName(_)
        | EmitError::Clash(..)
        | EmitError::NotInPolicy(_)
        | EmitError::Layout { .. }
        | EmitError::Template(_) => {
            Failure::fault(format_args!("the deployment files cannot be written: {error}"))
        }
    })
}

/// A config's bytes.
pub fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    read::bytes(path)
}

/// One line for all files of a command.
pub fn summary(files: usize, errors: usize, warnings: usize) -> String {
    let counted =
        |number: usize, what: &str| format!("{number} {what}{}", if number == 1 { "" } else { "s" });
    let found = match (errors, warnings) {
        (0, 0) => String::from("nothing found"),
        (0, warnings) => counted(warnings, "warning"),
        (errors, 0) => counted(errors, "error"),
        (errors, warnings) => format!("{}, {}", counted(errors, "error"), counted(warnings, "warning")),
    };
    format!("{} checked, {found}", counted(files, "file"))
}

/// The findings of a file for a program, one JSON object a line.
pub fn json(judged: &Judged) -> String {
    diag::json(&judged.findings, &judged.sources)
}

/// The findings of all files as one SARIF log.
pub fn sarif(judged: &[Judged]) -> String {
    diag::sarif(VERSION, judged.iter().map(|judged| (judged.findings.as_slice(), &judged.sources)))
}

/// The page of a code, as the user wrote it.
pub fn explanation(code: &str) -> Option<&'static str> {
    explain::page(explain::code(code)?)
}

/// Every code with its title, one a line.
pub fn codes() -> String {
    diag::ALL.iter().map(|(code, title)| format!("{code}  {title}\n")).collect()
}
/// The JSON Schema of a config.
pub fn schema() -> String {
    json_schema()
}
