//! What a rule comes to over all its tools, and whether earlier rules leave it anything.

use super::sets::{Verdict, covers};
use crate::ast::{self, Rule};
use crate::check::tool::Tools;
use crate::diag::{Diagnostic, HD0509, HD0510, HD0511, HD0519, Sink};
use crate::plan::{Hold, When};
use crate::source::Span;

/// What a rule does with the calls that it matches.
pub(super) fn action(rule: &Rule) -> ast::Action {
    rule.action.as_ref().map_or(ast::Action::Hold, |action| action.value)
}

/// The verdicts on a rule, tool by tool.
#[derive(Debug, Default)]
pub(super) struct Reach {
    tools: usize,
    always: usize,
    never: usize,
    contradictory: usize,
}

impl Reach {
    pub(super) fn add(&mut self, verdict: Verdict) {
        self.tools += 1;
        match verdict {
            Verdict::Always => self.always += 1,
            Verdict::Never => self.never += 1,
            Verdict::Contradictory => self.contradictory += 1,
            Verdict::Sometimes => {}
        }
    }

    /// Reports a rule whose conditions never hold, or always.
    pub(super) fn report(&self, rule: &Rule, declared: Option<Span>, sink: &mut Sink) {
        let Some(first) = rule.tests.first() else { return };
        let name = &rule.name.value;
        let at = first.value.span;
        let with_rest = |found: Diagnostic| {
            let found = declared
                .into_iter()
                .fold(found, |found, at| found.because(at, "what it allows is declared here"));
            rule.tests
                .iter()
                .skip(1)
                .fold(found, |found, test| found.because(test.value.span, "together with this"))
        };
        if self.tools == 0 {
            sink.push(
                Diagnostic::error(
                    HD0509,
                    format!("rule `{name}` can never match"),
                    rule.name.span,
                    "no tool has all the parameters that it reads",
                )
                .note("an absent argument matches nothing, so the rule would protect nothing")
                .help("write one rule for each tool, or `match: any`"),
            );
        } else if self.never + self.contradictory == self.tools && self.contradictory > 0 {
            sink.push(with_rest(
                Diagnostic::error(
                    HD0519,
                    format!("the conditions of rule `{name}` contradict each other"),
                    at,
                    "no value is like this",
                )
                .note("under `match: all` a call must meet every condition")
                .help("change one of them, or write `match: any`"),
            ));
        } else if self.never == self.tools {
            sink.push(with_rest(
                Diagnostic::error(
                    HD0509,
                    format!("rule `{name}` can never match"),
                    at,
                    "no allowed value is like this",
                )
                .note("the parameter's own bounds refuse every value that the rule waits for, so it would protect nothing")
                .help("bring the rule within the parameter's bounds, or remove it"),
            ));
        } else if self.always == self.tools {
            sink.push(with_rest(
                Diagnostic::warning(
                    HD0510,
                    format!("the conditions of rule `{name}` always hold"),
                    at,
                    "every allowed value is like this",
                )
                .note(match action(rule) {
                    ast::Action::Hold | ast::Action::Deny => "the rule stops every call of its tools",
                    ast::Action::Allow => "the rule lets every call of its tools pass",
                })
                .help("if that is meant, remove the conditions; if not, tighten them"),
            ));
        }
    }
}

/// The first rule of those that cover this one, if earlier rules cover it on each of its tools.
pub(super) fn hidden_by(
    found: &[(usize, When)],
    holds: &[Vec<(usize, Hold)>],
    tools: &Tools<'_>,
    budget: &mut usize,
) -> Option<usize> {
    let mut first = None;
    for (at, when) in found {
        let declared = tools.declared.get(*at)?;
        let cover = holds.get(*at)?.iter().find(|(_, hold)| {
            let pays = *budget > 0;
            *budget = budget.saturating_sub(1);
            pays && covers(&hold.when, when, declared)
        });
        let (index, _) = cover?;
        first = first.or(Some(*index));
    }
    first
}

/// The finding about a rule that is never reached.
pub(super) fn hidden(rule: &Rule, earlier: &Rule) -> Diagnostic {
    let label = match (action(earlier), action(rule)) {
        (ast::Action::Deny, _) => "by this rule, which denies",
        (ast::Action::Allow, _) => "by this rule, which allows",
        (ast::Action::Hold, ast::Action::Deny) => "by this rule, which only holds",
        (ast::Action::Hold, _) => "by this rule, which holds",
    };
    Diagnostic::warning(
        HD0511,
        format!("rule `{}` is never reached", rule.name.value),
        rule.name.span,
        "every call that it matches is decided before",
    )
    .because(earlier.name.span, label)
    .note("the first rule that matches decides")
    .help("put the narrower rule first, or remove it")
}
