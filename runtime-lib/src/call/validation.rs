//! Layer 4: the arguments against their declarations.

use super::check::Checker;
use super::describe::{Place, names, wanted};
use super::findings::{Finding, Search};
use super::sensitive::any_sensitive;
use super::values::Reading;
use super::{Call, Cleared, Layer, Refusal};
use crate::decl::{Presence, Validation};
use crate::text;

/// The state of a call whose arguments are what its tool declares.
#[derive(Debug)]
pub struct Valid(());

/// Problems that one message names.
const SHOWN: usize = 20;

/// Layer 4: input validation. Everything that is wrong is said at once, so that the caller can mend it at once.
///
/// What is of the right type is looked through: a finding refuses the call, or goes with it where the agent is permissive.
pub fn input_validation(mut call: Call<'_, Cleared>) -> Result<Call<'_, Valid>, Refusal> {
    let row = call.tool.row();
    let mut problems = Vec::new();
    let mut search = Search::default();
    for name in call.arguments.keys() {
        if !row.params.iter().any(|param| param.name == name) {
            let known = names(row.params.iter().map(|param| param.name));
            // A sensitive value may have got to where its name belongs.
            problems.push(if any_sensitive(row.params) {
                format!("`{}` takes {known}, and nothing else", row.name)
            } else {
                format!("{} is not a parameter of `{}`, which takes {known}", text::brief(name), row.name)
            });
        }
    }
    for (param, reading) in call.values.iter() {
        match reading {
            Reading::Value(value) => {
                let mut checker = Checker::new(&call.tool.patterns).discreet(param.sensitive);
                checker.check(&param.kind, value, &Place::Argument(param.name));
                let found = checker.into_problems();
                // A default is the author's own word.
                if found.is_empty() && call.arguments.get(param.name).is_some_and(|given| !given.is_null()) {
                    search.look(param, value, &Place::Argument(param.name));
                }
                problems.extend(found);
            }
            Reading::Absent => {
                if let Presence::Required = param.presence {
                    problems.push(format!("`{}` is missing; it wants {}", param.name, wanted(&param.kind)));
                }
            }
            Reading::Unreadable(found) => problems.extend_from_slice(found),
        }
    }
    let Search { findings, problems: misfits } = search;
    problems.extend(misfits);
    #[cfg(feature = "rehearsal")]
    findings.iter().for_each(|found| crate::rehearsal::finds(&found.place, found.class.as_str()));
    if problems.is_empty() {
        if findings.is_empty() || row.validation == Validation::Permissive {
            call.findings = findings;
            return Ok(call.into_state(Valid(())));
        }
        return Err(refused(row.name, findings));
    }
    let total = problems.len();
    let mut reason =
        format!("input validation: {} with the arguments of `{}`", text::count(total, "problem"), row.name);
    for problem in problems.iter().take(SHOWN) {
        reason.push_str("\n- ");
        reason.push_str(problem);
    }
    if total > SHOWN {
        reason.push_str(&format!("\n- and {} more", total - SHOWN));
    }
    Err(Refusal::new(Layer::InputValidation, reason))
}

/// The refusal of what detectors found: where and why, without the text, which may go to a model.
fn refused(tool: &str, findings: Vec<Finding>) -> Refusal {
    let total = findings.len();
    let mut reason =
        format!("input validation: {} in the arguments of `{tool}`", text::count(total, "finding"));
    for Finding { place, class, sign } in &findings {
        reason.push_str(&format!("\n- `{place}`: {}: {sign}", class.as_str()));
    }
    reason
        .push_str("\nSay it in another way. Where such text is meant, the author of the agent can allow it.");
    Refusal::new(Layer::InputValidation, reason).with_findings(findings)
}
