//! The expressions of a tool, compiled once.

#[cfg(feature = "pattern")]
pub(crate) use engine::Patterns;
#[cfg(not(feature = "pattern"))]
pub(crate) use none::Patterns;

use crate::decl::{Hold, Kind, Op, Param, Returns, When};

/// Every expression that a tool's parameters, rules and answer use.
fn expressions(params: &[Param], holds: &[Hold], returns: &Returns) -> Vec<&'static str> {
    let mut found = Vec::new();
    for param in params {
        of_kind(&param.kind, &mut found);
    }
    for hold in holds {
        let (When::Any(tests) | When::All(tests)) = hold.when else { continue };
        for test in tests {
            if let Op::Matches(pattern) = test.op {
                found.push(pattern);
            }
        }
    }
    if let Returns::Json { kind, .. } = returns {
        of_kind(kind, &mut found);
    }
    found
}

fn of_kind(kind: &Kind, found: &mut Vec<&'static str>) {
    match kind {
        Kind::Text { pattern, .. } if !pattern.is_empty() => found.push(pattern),
        Kind::List { items, .. } => of_kind(items, found),
        Kind::Object { fields } => fields.iter().for_each(|field| of_kind(&field.kind, found)),
        Kind::Text { .. }
        | Kind::Integer { .. }
        | Kind::Number { .. }
        | Kind::Boolean
        | Kind::OpenObject
        | Kind::Any => {}
    }
}

#[cfg(feature = "pattern")]
mod engine {
    use super::{Hold, Param, Returns, expressions};
    use regex_lite::Regex;

    /// The compiled expressions of a tool.
    #[derive(Debug)]
    pub(crate) struct Patterns(Vec<(&'static str, Regex)>);

    impl Patterns {
        /// Compiles them; one that does not compile is a reason not to start.
        pub(crate) fn of(params: &[Param], holds: &[Hold], returns: &Returns) -> Result<Self, String> {
            let compile = |pattern| match Regex::new(pattern) {
                Ok(regex) => Ok((pattern, regex)),
                Err(error) => Err(format!("the pattern `{pattern}` does not compile: {error}")),
            };
            expressions(params, holds, returns).into_iter().map(compile).collect::<Result<_, _>>().map(Self)
        }

        /// Whether the expression matches somewhere in the text. One that was not compiled matches nothing.
        pub(crate) fn is_match(&self, pattern: &str, text: &str) -> bool {
            self.0.iter().any(|(known, regex)| *known == pattern && regex.is_match(text))
        }
    }
}

#[cfg(not(feature = "pattern"))]
mod none {
    use super::{Hold, Param, Returns, expressions};

    /// A binary that was built without the feature `pattern` has no engine, and no tool that wants one.
    #[derive(Debug)]
    pub(crate) struct Patterns;

    impl Patterns {
        /// A tool that has an expression is a reason not to start.
        pub(crate) fn of(params: &[Param], holds: &[Hold], returns: &Returns) -> Result<Self, String> {
            match expressions(params, holds, returns).first() {
                None => Ok(Self),
                Some(pattern) => Err(format!(
                    "it has the pattern `{pattern}`, and this binary was built without the feature `pattern`"
                )),
            }
        }

        #[expect(clippy::unused_self, reason = "the same interface as with the engine")]
        pub(crate) const fn is_match(&self, _pattern: &str, _text: &str) -> bool {
            false
        }
    }
}
