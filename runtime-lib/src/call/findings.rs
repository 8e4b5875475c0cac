//! What is found in the arguments of a call beyond their types.

use serde_json::Value;

use super::describe::Place;
use crate::decl::{Class, Kind, Param};

#[cfg(feature = "scan")]
use crate::scan;

/// Findings of one call that are told of; the rest would say nothing new.
const MOST: usize = 20;

/// Something that was found in an argument. Its text is not in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where it stands: `query`, `paths[3]`.
    pub place: String,
    /// What it attempts.
    pub class: Class,
    /// What gave it away.
    pub sign: &'static str,
}

/// What was found in the arguments of a call, and what is not of the form that its content has.
#[derive(Debug, Default)]
pub(super) struct Search {
    pub(super) findings: Vec<Finding>,
    pub(super) problems: Vec<String>,
}

impl Search {
    /// Looks through the value of a parameter.
    pub(super) fn look(&mut self, param: &Param, value: &Value, place: &Place<'_>) {
        self.value(param, &param.kind, value, place);
    }

    fn value(&mut self, param: &Param, kind: &Kind, value: &Value, place: &Place<'_>) {
        match (kind, value) {
            (Kind::Text { one_of: [], .. }, Value::String(text)) => self.text(param, text, place),
            (Kind::List { items, .. }, Value::Array(values)) => {
                for (index, item) in values.iter().enumerate() {
                    self.value(param, items, item, &Place::Item(place, index));
                }
            }
            (Kind::Object { fields }, Value::Object(members)) => {
                for field in *fields {
                    if let Some(member) = members.get(field.name) {
                        self.value(field, &field.kind, member, &Place::Member(place, field.name));
                    }
                }
            }
            (Kind::OpenObject | Kind::Any, value) => self.anything(param, value, place),
            _ => {}
        }
    }

    /// A value of no declared shape: its keys are the caller's words, too, and so are not part of the place.
    fn anything(&mut self, param: &Param, value: &Value, place: &Place<'_>) {
        match value {
            Value::String(text) => self.text(param, text, place),
            Value::Array(items) => items.iter().for_each(|item| self.anything(param, item, place)),
            Value::Object(members) => {
                for (key, member) in members {
                    self.text(param, key, place);
                    self.anything(param, member, place);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    #[cfg(feature = "scan")]
    fn text(&mut self, param: &Param, text: &str, place: &Place<'_>) {
        if let Some(form) = scan::misfit(param.content, text) {
            self.problems.push(format!("`{place}` is not {form}"));
        }
        if self.findings.len() >= MOST {
            return;
        }
        for scan::Finding { class, sign } in scan::scan(text, param.scan) {
            self.findings.push(Finding { place: place.to_string(), class, sign });
        }
    }

    #[cfg(not(feature = "scan"))]
    fn text(&mut self, _param: &Param, _text: &str, _place: &Place<'_>) {
        // `refuse_unscanned` saw to it that there is nothing to look for.
        debug_assert!(self.findings.len() <= MOST);
    }
}

/// A binary without detectors has no tool that wants one: which does is a reason not to start.
#[cfg(not(feature = "scan"))]
pub(super) fn refuse_unscanned(params: &[Param]) -> Result<(), String> {
    use crate::decl::Content;

    for param in params {
        if !param.scan.is_empty() || param.content != Content::Unspecified {
            return Err(format!(
                "its parameter `{}` is to be scanned, and this binary was built without the feature `scan`",
                param.name
            ));
        }
        let mut leaf = &param.kind;
        while let Kind::List { items, .. } = leaf {
            leaf = items;
        }
        if let Kind::Object { fields } = leaf {
            refuse_unscanned(fields)?;
        }
    }
    Ok(())
}

/// With detectors any tool can be served.
#[cfg(feature = "scan")]
#[expect(clippy::unnecessary_wraps, reason = "the same interface as without detectors")]
pub(super) const fn refuse_unscanned(_params: &[Param]) -> Result<(), String> {
    Ok(())
}
