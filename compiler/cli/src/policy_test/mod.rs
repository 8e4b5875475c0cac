//! Policy tests: a file beside the config states calls and what must become of them.

mod file;
mod judge;
mod report;
mod stand;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use heddle_compiler::plan::Plan;

use self::file::File;
pub use self::report::{human, json};
use crate::failure::Failure;
use crate::front::{self, Accepted, Front};
use crate::home::Home;

/// The JSON Schema of a file of tests, in the draft that editors read.
pub const SCHEMA: &str = include_str!("schema.json");

/// What became of the tests of one config.
#[derive(Debug)]
pub struct Run {
    /// The agent.
    pub agent: String,
    /// The file of tests.
    pub file: String,
    /// Each test, with what is wrong with it.
    pub tests: Vec<Ran>,
    /// Rules that no test made fire.
    pub idle_rules: Vec<String>,
    /// Tools that no test calls.
    pub idle_tools: Vec<String>,
}

/// One test that was run.
#[derive(Debug)]
pub struct Ran {
    /// What it says of itself.
    pub name: String,
    /// Line of the file, from 1.
    pub line: usize,
    /// What was expected and is not so; empty: it passed.
    pub faults: Vec<String>,
}

impl Run {
    /// How many tests failed.
    pub fn failed(&self) -> usize {
        self.tests.iter().filter(|test| !test.faults.is_empty()).count()
    }

    /// Whether each rule fired and each tool was called.
    pub fn covers_all(&self) -> bool {
        self.idle_rules.is_empty() && self.idle_tools.is_empty()
    }
}

/// The file of tests of a config, and the config of a file of tests.
pub fn pair(named: &Path) -> Result<(PathBuf, PathBuf), Failure> {
    let name = named.file_name().unwrap_or_default().to_string_lossy().into_owned();
    if let Some((stem, extension)) = name.rsplit_once(".test.") {
        let config = named.with_file_name(format!("{stem}.{extension}"));
        return Ok((config, named.to_path_buf()));
    }
    let extension = named.extension().unwrap_or_default().to_string_lossy().into_owned();
    let tests = named.with_extension(format!("test.{extension}"));
    if !tests.is_file() {
        return Err(Failure::refused(format_args!(
            "`{}` has no tests: write `{}`; docs/policy-tests.md says how",
            front::shown(named),
            front::shown(&tests)
        )));
    }
    Ok((named.to_path_buf(), tests))
}

/// Runs the tests of one config.
pub fn run(config: &Path, tests: &Path, front: &mut Front) -> Result<Run, Failure> {
    let file = File::read(tests)?;
    let config = file.config.as_ref().map_or_else(|| config.to_path_buf(), |name| tests.with_file_name(name));
    let judged = front.judge(&config)?;
    if judged.errors() > 0 {
        front::show(&judged);
    }
    let Some(Accepted { agent, plan }) = judged.into_accepted() else {
        return Err(Failure::refused(format_args!("`{}` is refused", front::shown(&config))));
    };
    let files = front::emit(&plan, &agent.digest)?;
    let cache = Home::find()?.cache();
    let binary = crate::build::rehearsal::build(&cache, &plan, &files)?;
    let outcomes = stand::play(&cache, &binary, &plan, &file.tests)?;

    let mut fired = BTreeSet::new();
    let mut ran = Vec::new();
    for (test, outcome) in file.tests.iter().zip(&outcomes) {
        fired.extend(outcome.rule.clone());
        let faults = judge::faults(&test.expected, outcome, &plan);
        ran.push(Ran { name: test.name.clone(), line: test.line, faults });
    }
    Ok(Run {
        agent: plan.name.clone(),
        file: front::shown(tests),
        tests: ran,
        idle_rules: rules(&plan).into_iter().filter(|rule| !fired.contains(rule)).collect(),
        idle_tools: plan
            .tools
            .keys()
            .filter(|tool| !file.tests.iter().any(|test| test.tool == **tool))
            .cloned()
            .collect(),
    })
}

fn rules(plan: &Plan) -> BTreeSet<String> {
    plan.tools.values().flat_map(|tool| tool.holds.iter().map(|hold| hold.rule.clone())).collect()
}
