//! A binary against what it says of itself, its config, its crate, its signature, and another build.

use std::fs;
use std::path::Path;

use heddle_compiler::diag::Position;
use heddle_compiler::emit::LOCK;
use heddle_compiler::plan::Plan;

use super::{Against, Report};
use crate::build::embedded::{VERSION, runtime_digest};
use crate::build::recipe::Recipe;
use crate::build::{Order, rebuild};
use crate::diff::allowance::Allowances;
use crate::diff::compare;
use crate::diff::subject::Subject;
use crate::failure::Failure;
use crate::front::{self, Front, Replacement};
use crate::home::Home;
use crate::label::{Label, Source, section_at};
use crate::release::Document;
use crate::signing::pair::{self, PublicKey};
use crate::signing::{Trust, digest};

pub fn verify(path: &Path, against: &Against, report: &mut Report) -> Result<(), Failure> {
    let Some((label, bytes)) = report.take(Label::read(path))? else { return Ok(()) };
    if label.fits(&bytes) {
        report.fine("the code is what the label was put on")?;
    } else {
        report.wrong("the code is not what the label was put on")?;
    }
    documents(path, &label, &bytes, report)?;
    signatures(path, against, &bytes, report)?;
    if let Some(folder) = &against.emitted {
        emitted(folder, &label, report)?;
    }
    match &against.config {
        Some(config) => from_config(path, config, against, &label, &bytes, report),
        None => Ok(()),
    }
}

/// The documents beside a binary follow from it, so they are made again and compared.
fn documents(path: &Path, label: &Label, bytes: &[u8], report: &mut Report) -> Result<(), Failure> {
    for document in Document::ALL {
        let beside = document.beside(path);
        let Ok(found) = fs::read_to_string(&beside) else { continue };
        let made = document.of(label, bytes)?;
        let shown = beside.display();
        match first_line(&found, &made) {
            None => report.fine(&format!("`{shown}` is what the binary says"))?,
            Some(line) => report.wrong(&format!("{shown}:{line}: this is not what the binary says"))?,
        }
    }
    Ok(())
}

fn signatures(path: &Path, against: &Against, bytes: &[u8], report: &mut Report) -> Result<(), Failure> {
    if against.signer.is_empty() {
        return Ok(());
    }
    let keys: Vec<PublicKey> =
        against.signer.iter().map(|key| PublicKey::named(key)).collect::<Result<_, _>>()?;
    let mut check = |path: &Path, bytes: &[u8]| {
        let signed = report.take(pair::artefact(&keys, path, bytes))?;
        match signed {
            Some(key) => report.fine(&format!("`{}` is signed with {}", path.display(), key.text())),
            None => Ok(()),
        }
    };
    check(path, bytes)?;
    for document in Document::ALL {
        let beside = document.beside(path);
        if let Ok(bytes) = fs::read(&beside) {
            check(&beside, &bytes)?;
        }
    }
    Ok(())
}

/// The crate that a binary was compiled from, down to the line that is not as it was.
fn emitted(folder: &Path, label: &Label, report: &mut Report) -> Result<(), Failure> {
    let lock = folder.join(LOCK);
    let text = fs::read(&lock).map_err(|error| Failure::io("read", &lock, &error))?;
    if digest(&text) != label.crate_sha256 {
        report.wrong(&format!("`{}` is not the list of the crate that was compiled", lock.display()))?;
    }
    super::emitted(folder, report)
}

fn from_config(
    path: &Path,
    config: &Path,
    against: &Against,
    label: &Label,
    bytes: &[u8],
    report: &mut Report,
) -> Result<(), Failure> {
    let pairs = label.source.replaced.iter().map(|(old, new)| format!("{old}={new}").parse::<Replacement>());
    let origins: Vec<Replacement> = pairs.collect::<Result<_, _>>().map_err(|_| {
        Failure::refused(
            "the label names origins that `--origin` would not take: the binary is not from heddle",
        )
    })?;
    let mut front = Front::new(against.grants.as_deref(), &origins)?;
    if label.source.signer.is_some() && !against.signer.is_empty() {
        front.require_signed(Trust::named(&against.signer)?);
    }
    let Some(judged) = report.take(front.judge(config))? else { return Ok(()) };
    front::show(&judged);
    let found = judged.source().clone();
    let Some(front::Accepted { agent, plan }) = judged.accepted().cloned() else {
        return report.wrong(&format!("`{}` is refused: nothing is built from it", config.display()));
    };
    let shown = config.display();
    let same_file = found.sha256 == label.source.sha256;
    if plan.digest_hex() != label.plan_sha256 {
        report.wrong(&format!("`{shown}` asks for something else than the binary was built for"))?;
        if let Some(built) = report.take(label.plan())? {
            let built = Subject { shown: front::shown(path), plan: built, words: None };
            let asked = Subject::of_config(front::shown(config), judged)?;
            for change in compare(&(Some(built), Some(asked)), &Allowances::named(&[])).changes {
                let Position { line, column } = change.position.unwrap_or(Position { line: 0, column: 0 });
                report.wrong(&format!("{}:{line}:{column}: {}", change.source, change.change.sentence))?;
            }
        }
    } else if !same_file {
        report.wrong(&format!(
            "`{shown}` is not the file that the binary was built from, though it means the same: its sha256 is {}, \
             on the label is {}",
            found.sha256, label.source.sha256
        ))?;
    } else {
        report.fine(&format!("`{shown}` is the config"))?;
    }
    if let Some(signer) = &label.source.signer {
        match &found.signer {
            Some(found) if found == signer => report.fine(&format!("the config is signed, {signer}"))?,
            Some(found) => {
                report.wrong(&format!("the label names {signer}, and the config is signed by {found}"))?
            }
            None => report.fine(&format!("the label names {signer}, which `--signer` would check"))?,
        }
    }
    // The label's own account of the file, so that a remark in the config is reported once and not as another binary.
    let source = Source { sha256: label.source.sha256.clone(), ..label.source.clone() };
    again(path, &plan, &agent.digest, &source, label, bytes, report)
}

/// Builds it again. The agent is compiled anew; the runtime, if this heddle home has compiled it before, is not.
fn again(
    path: &Path,
    plan: &Plan,
    meaning: &str,
    source: &Source,
    label: &Label,
    bytes: &[u8],
    report: &mut Report,
) -> Result<(), Failure> {
    if label.heddle != VERSION || label.runtime_sha256 != runtime_digest() {
        return report.wrong(&format!(
            "built by heddle {} with the runtime {}, and this is heddle {VERSION} with the runtime {}: only the same \
             heddle builds the same bytes",
            label.heddle,
            label.runtime_sha256,
            runtime_digest()
        ));
    }
    let Some(recipe) = Recipe::named(&label.profile, &label.linkage) else {
        return report.wrong(&format!(
            "no agent is built with the profile `{}` and `{}` linking",
            label.profile, label.linkage
        ));
    };
    let files = front::emit(plan, meaning)?;
    let sha256 = plan.digest_hex();
    let order = Order { plan, digest: &sha256, source, files: &files, recipe };
    let built = rebuild(&Home::find()?.cache(), order)?;
    if built == bytes {
        return report.fine(&format!("built again: the same {} bytes", bytes.len()));
    }
    if let Ok(again) = Label::of(&built)
        && again.toolchain != label.toolchain
    {
        report.wrong(&format!(
            "built with another toolchain: {}; here it is {}",
            label.toolchain.join("; "),
            again.toolchain.join("; ")
        ))?;
    }
    let at = built.iter().zip(bytes).take_while(|(a, b)| a == b).count();
    let place = match section_at(&built, at as u64).or_else(|| section_at(bytes, at as u64)) {
        Some((section, inside)) => format!("{section} + {inside:#x}"),
        None if at < 64 => "the header of the file".to_owned(),
        None => "between sections".to_owned(),
    };
    report.wrong(&format!(
        "built again: other bytes, from byte {at} ({place}) of `{}` on; {} bytes were built, {} are there",
        path.display(),
        built.len(),
        bytes.len()
    ))
}

/// The first line, from 1, in which two texts differ.
fn first_line(one: &str, other: &str) -> Option<usize> {
    if one == other {
        return None;
    }
    Some(one.split('\n').zip(other.split('\n')).take_while(|(a, b)| a == b).count() + 1)
}
