//! Escalation rules: each condition typed against the parameters it reads, each rule resolved for the tools it
//! concerns, and the whole list read as sets of calls: what never matches, always matches or is hidden is reported.

mod allow;
mod condition;
mod reach;
mod sets;

use self::reach::{Reach, hidden_by};
use self::sets::{Verdict, judge};
use super::agent::bounded;
use super::request::Declared;
use super::template::shorten;
use super::tool::{Tools, mode};
use crate::ast::{self, Access, Match, Rule, Runtime, Tier};
use crate::diag::{Diagnostic, HD0506, HD0507, HD0514, HD0515, HD0516, HD0520, HD0542, Sink, nearest};
use crate::plan::{Action, Hold, Param, Test, When};
use crate::resolve::{MatchedRule, Resolved};
use crate::source::{Span, Spanned};

/// Seconds until an unanswered hold is denied, where the rule does not say.
const EXPIRES: u32 = 15 * 60;
/// Seconds that a hold lasts at most.
const LONGEST: u64 = 24 * 60 * 60;
/// Seconds that a held call itself waits at most.
const LONGEST_WAIT: u64 = 10 * 60;
/// Longest reason, in characters: it is shown to callers and approvers.
const LONGEST_REASON: usize = 1000;
/// Comparisons of two rules on one tool before the search for hidden rules gives up, so that a hostile file costs little.
const MOST_COMPARISONS: usize = 50_000;

/// The holds of each tool of `resolved`, in the config's order.
pub(super) fn holds(
    runtime: &Runtime,
    resolved: &Resolved<'_>,
    tools: &Tools<'_>,
    sink: &mut Sink,
) -> Vec<Vec<Hold>> {
    let mut holds: Vec<Vec<(usize, Hold)>> = resolved.tools.iter().map(|_| Vec::new()).collect();
    let mut budget = MOST_COMPARISONS;
    for (index, matched) in resolved.rules.iter().enumerate() {
        let rule = matched.rule;
        let Some(shape) = shape(matched, resolved, tools, sink) else { continue };
        if runtime.trust_tier.value == Tier::Privileged {
            report_idle(index, matched, resolved, sink);
        }
        let mut reach = Reach::default();
        let mut found = Vec::new();
        let mut last: Option<(&Declared<'_>, Verdict)> = None;
        for at in &matched.tools {
            let Some(declared) = tools.declared.get(*at) else { continue };
            let Some(when) = shape.on(declared) else { continue };
            // Tools that a rule joins mostly declare the parameter alike.
            let verdict = match last {
                Some((known, verdict)) if shape.reads_alike(known, declared) => verdict,
                Some(_) | None => judge(&when, declared),
            };
            last = Some((declared, verdict));
            reach.add(verdict);
            found.push((*at, when));
        }
        let at = rule.tests.first().and_then(|test| declaration(&test.param.value, matched, resolved));
        reach.report(rule, at, sink);
        if let Some(earlier) =
            hidden_by(&found, &holds, tools, &mut budget).and_then(|at| resolved.rules.get(at))
        {
            sink.push(reach::hidden(rule, earlier.rule));
        }
        for (at, when) in found {
            if let Some(holds) = holds.get_mut(at) {
                holds.push((index, shape.hold(rule, when)));
            }
        }
    }
    allow::report_needless(runtime.trust_tier.value, resolved, &holds, sink);
    holds.into_iter().map(|holds| holds.into_iter().map(|(_, hold)| hold).collect()).collect()
}

/// A rule whose parts were judged one by one.
#[derive(Debug)]
struct Shape {
    reason: String,
    tests: Vec<Test>,
    all: bool,
    action: Action,
    expires_s: u32,
    wait_s: u32,
}

impl Shape {
    /// When the rule matches a call of a tool with these parameters; `None`: it cannot, for want of a parameter.
    fn on(&self, declared: &Declared<'_>) -> Option<When> {
        if self.tests.is_empty() {
            return Some(When::Always);
        }
        let own: Vec<Test> =
            self.tests.iter().filter(|test| declared.contains_key(test.param.as_str())).cloned().collect();
        if self.all {
            (own.len() == self.tests.len()).then_some(When::All(own))
        } else {
            (!own.is_empty()).then_some(When::Any(own))
        }
    }

    /// Whether the conditions cannot tell one tool's parameters from another's.
    fn reads_alike(&self, one: &Declared<'_>, other: &Declared<'_>) -> bool {
        self.tests.iter().all(|test| one.get(test.param.as_str()) == other.get(test.param.as_str()))
    }

    fn hold(&self, rule: &Rule, when: When) -> Hold {
        Hold {
            rule: rule.name.value.clone(),
            reason: self.reason.clone(),
            when,
            action: self.action,
            expires_s: self.expires_s,
            wait_s: self.wait_s,
        }
    }
}

fn shape(
    matched: &MatchedRule<'_>,
    resolved: &Resolved<'_>,
    tools: &Tools<'_>,
    sink: &mut Sink,
) -> Option<Shape> {
    let rule = matched.rule;
    let Rule { span: _, name, reason, tool: _, access: _, tests, matches, action, expires, wait } = rule;
    check_name(name, sink);
    let reason = bounded("reason", reason.as_ref(), LONGEST_REASON, sink);
    let action = match action.as_ref().map(|action| action.value) {
        Some(ast::Action::Deny) => Action::Deny,
        Some(ast::Action::Allow) => Action::Allow,
        Some(ast::Action::Hold) | None => Action::Hold,
    };
    if action == Action::Allow && reason.is_empty() {
        sink.push(allow::without_reason(rule));
    }
    let expires_s = self::expires(expires.as_ref(), action, sink);
    let wait_s = self::wait(wait.as_ref(), action, expires_s, sink);
    if let Some(matches) = matches.as_ref().filter(|_| tests.len() < 2) {
        sink.push(
            Diagnostic::error(
                HD0515,
                "`match` says nothing here",
                matches.span,
                "this rule has fewer than two conditions",
            )
            .note("`any` and `all` join several `param_*` conditions")
            .help("remove it"),
        );
    }
    let declared: Vec<_> = matched.tools.iter().filter_map(|at| tools.declared.get(*at)).collect();
    if declared.is_empty() {
        return None;
    }
    let mut lowered = Some(Vec::new());
    for test in tests {
        let having: Vec<&Option<Param>> =
            declared.iter().filter_map(|params| params.get(test.param.value.as_str())).collect();
        if having.is_empty() {
            let names = declared.iter().flat_map(|params| params.keys().copied());
            sink.push(unknown(rule, test, nearest(&test.param.value, names)));
            lowered = None;
            continue;
        }
        if having.len() < declared.len() {
            sink.push(lacking(rule, test, having.len(), declared.len()));
        }
        // A parameter whose declaration was refused says nothing about the condition.
        let whole = having.iter().all(|param| param.is_some());
        let params: Vec<&Param> = having.into_iter().flatten().collect();
        let at = declaration(&test.param.value, matched, resolved);
        match condition::lower(test, &params, at, sink).filter(|_| whole) {
            Some(test) => {
                if let Some(tests) = &mut lowered {
                    tests.push(test);
                }
            }
            None => lowered = None,
        }
    }
    let mut tests = lowered?;
    tests.sort_by(|a, b| (condition::rank(&a.op), &a.param).cmp(&(condition::rank(&b.op), &b.param)));
    let all = matches.as_ref().is_some_and(|matches| matches.value == Match::All);
    Some(Shape { reason, tests, all, action, expires_s, wait_s })
}

/// Where the first tool of a rule that has a parameter declares it.
fn declaration(param: &str, matched: &MatchedRule<'_>, resolved: &Resolved<'_>) -> Option<Span> {
    let tools = matched.tools.iter().filter_map(|at| resolved.tools.get(*at));
    tools
        .flat_map(|joined| &joined.tool.parameters)
        .find(|one| one.name.value == param)
        .map(|one| one.name.span)
}

fn check_name(name: &Spanned<String>, sink: &mut Sink) {
    let length = name.value.chars().count();
    let odd = name.value.trim() != name.value || name.value.chars().any(char::is_control);
    if odd || !(1..=64).contains(&length) {
        let message = match name.value.trim() {
            "" => "a rule needs a name".to_owned(),
            text => format!("`{}` cannot be the name of a rule", shorten(text)),
        };
        sink.push(
            Diagnostic::error(HD0520, message, name.span, "1 to 64 characters on one line")
                .note("approvals and the audit log name a rule by its name")
                .help("write a name such as `large-delete`"),
        );
    }
}

fn expires(expires: Option<&Spanned<u64>>, action: Action, sink: &mut Sink) -> u32 {
    let Some(expires) = expires else { return EXPIRES };
    says_nothing("expires", expires.span, action, sink);
    let seconds = u32::try_from(expires.value).ok().filter(|_| (1..=LONGEST).contains(&expires.value));
    if seconds.is_none() {
        sink.push(
            Diagnostic::error(
                HD0514,
                "a hold lasts between a second and a day",
                expires.span,
                "out of range",
            )
            .note("an approval is for a call as it was asked, in the state of things when it was asked")
            .help("write a time such as `15m`"),
        );
    }
    seconds.unwrap_or(EXPIRES)
}

fn wait(wait: Option<&Spanned<u64>>, action: Action, expires_s: u32, sink: &mut Sink) -> u32 {
    let Some(wait) = wait else { return 0 };
    says_nothing("wait", wait.span, action, sink);
    let fits = (1..=LONGEST_WAIT).contains(&wait.value) && wait.value <= u64::from(expires_s);
    match u32::try_from(wait.value).ok().filter(|_| fits) {
        Some(seconds) => seconds,
        None => {
            sink.push(
                Diagnostic::error(
                    HD0542,
                    "a held call waits between a second and ten minutes, and not longer than the hold lasts",
                    wait.span,
                    "out of range",
                )
                .note("most clients give up a call that says nothing for a minute")
                .help("write a time such as `60s`"),
            );
            0
        }
    }
}

/// Refuses a key about waiting in a rule after which nobody waits.
fn says_nothing(key: &str, span: Span, action: Action, sink: &mut Sink) {
    let label = match action {
        Action::Hold => return,
        Action::Deny => "a denied call waits for nobody",
        Action::Allow => "an allowed call waits for nobody",
    };
    sink.push(
        Diagnostic::error(HD0515, format!("`{key}` says nothing here"), span, label)
            .help("remove it, or write `action: hold`"),
    );
}

fn unknown(rule: &Rule, test: &ast::Test, meant: Option<&str>) -> Diagnostic {
    let param = &test.param;
    let found = Diagnostic::error(
        HD0506,
        format!(
            "rule `{}` reads a parameter `{}` that none of its tools has",
            rule.name.value,
            shorten(&param.value)
        ),
        param.span,
        "no such parameter",
    )
    .note("an absent argument matches nothing, so the rule would protect nothing");
    let found = concerning(found, rule);
    match meant {
        Some(meant) => {
            found.help(format!("did you mean `{meant}`?")).fix(param.span, meant, format!("write `{meant}`"))
        }
        None => found.help("name a parameter of these tools, or change `tool`"),
    }
}

fn lacking(rule: &Rule, test: &ast::Test, having: usize, of: usize) -> Diagnostic {
    let param = &test.param;
    let found = Diagnostic::warning(
        HD0507,
        format!(
            "{} of the {of} tools of rule `{}` have no parameter `{}`",
            of - having,
            rule.name.value,
            param.value
        ),
        param.span,
        "says nothing about those",
    );
    concerning(found, rule).help("write one rule for the tools that have it")
}

fn concerning(found: Diagnostic, rule: &Rule) -> Diagnostic {
    match &rule.tool {
        Some(tool) => found.because(tool.span, "the tools that it concerns"),
        None => found.note("without `tool` a rule concerns every tool"),
    }
}

/// Reports a rule that adds nothing to what tier 4 does by itself.
fn report_idle(index: usize, matched: &MatchedRule<'_>, resolved: &Resolved<'_>, sink: &mut Sink) {
    let rule = matched.rule;
    let writes_only = matched
        .tools
        .iter()
        .filter_map(|at| resolved.tools.get(*at))
        .all(|joined| mode(joined.tool) == Access::Write);
    // What stands before an exception is not idle: without it the exception would be larger.
    let later = resolved.rules.iter().skip(index + 1);
    let narrows = later
        .filter(|later| reach::action(later.rule) == ast::Action::Allow)
        .any(|later| later.tools.iter().any(|at| matched.tools.contains(at)));
    let holds = reach::action(rule) == ast::Action::Hold && !narrows;
    let says_more = rule.reason.is_some() || rule.expires.is_some() || rule.wait.is_some();
    if writes_only && holds && !says_more {
        sink.push(
            Diagnostic::warning(
                HD0516,
                format!("rule `{}` holds what tier 4 holds anyway", rule.name.value),
                rule.name.span,
                "concerns write tools only",
            )
            .note("at tier 4 every call of a write tool waits for a human, with or without a rule")
            .help("remove it, give it a `reason` for the approver, or write `action: deny`"),
        );
    }
}
