//! The author's data: as JSON, and against a declared type.

use crate::ast::Value;
use crate::plan::{Json, Kind, Param, Presence};
use crate::source::{Span, Spanned};

/// The value as the plan keeps it.
pub(crate) fn json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::Int(value) => Json::Int(*value),
        Value::Num(value) => Json::Num(*value),
        Value::Text(value) => Json::Text(value.clone()),
        Value::List(items) => Json::List(items.iter().map(|item| json(&item.value)).collect()),
        Value::Map(members) => Json::Map(
            members.iter().map(|(name, member)| (name.value.clone(), json(&member.value))).collect(),
        ),
    }
}

/// A value that a declaration refuses: where, and what it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Misfit {
    /// The value, or the part of it.
    pub span: Span,
    /// "must be a string"
    pub why: String,
}

/// The value in the form of its declaration, or what is wrong with it.
pub(crate) fn fit(kind: &Kind, value: &Spanned<Value>) -> Result<Json, Misfit> {
    let misfit = |why: String| Misfit { span: value.span, why };
    match (kind, &value.value) {
        (Kind::Any, any) => Ok(json(any)),
        (Kind::Boolean, Value::Bool(value)) => Ok(Json::Bool(*value)),
        (Kind::OpenObject, Value::Map(_)) => Ok(json(&value.value)),
        (Kind::Text { min, max, pattern, one_of }, Value::Text(text)) => {
            let length = text.chars().count();
            if !one_of.is_empty() && !one_of.contains(text) {
                return Err(misfit(format!("must be one of {}", listed(one_of))));
            }
            if length < *min as usize || length > *max as usize {
                return Err(misfit(format!("has {length} characters, and {min} to {max} are allowed")));
            }
            if !pattern.is_empty()
                && !regex_lite::Regex::new(pattern).is_ok_and(|pattern| pattern.is_match(text))
            {
                return Err(misfit(format!("must match `{pattern}`")));
            }
            Ok(Json::Text(text.clone()))
        }
        (Kind::Integer { min, max, one_of }, Value::Int(number)) => {
            if !one_of.is_empty() && !one_of.contains(number) {
                return Err(misfit(format!("must be one of {}", listed(one_of))));
            }
            if !(*min..=*max).contains(number) {
                return Err(misfit(format!(
                    "is {number}, and {} is allowed",
                    range(*min, *max, i64::MIN, i64::MAX)
                )));
            }
            Ok(Json::Int(*number))
        }
        (Kind::Number { min, max, one_of }, Value::Int(_) | Value::Num(_)) => {
            let number = as_number(&value.value).unwrap_or(f64::NAN);
            if !one_of.is_empty() && !one_of.contains(&number) {
                return Err(misfit(format!("must be one of {}", listed(one_of))));
            }
            if !(*min..=*max).contains(&number) {
                return Err(misfit(format!(
                    "is {number}, and {} is allowed",
                    range(*min, *max, f64::MIN, f64::MAX)
                )));
            }
            Ok(Json::Num(number))
        }
        (Kind::List { items, min, max }, Value::List(list)) => {
            if list.len() < *min as usize || list.len() > *max as usize {
                return Err(misfit(format!("has {} items, and {min} to {max} are allowed", list.len())));
            }
            list.iter().map(|item| fit(items, item)).collect::<Result<_, _>>().map(Json::List)
        }
        (Kind::Object { fields }, Value::Map(members)) => {
            if let Some((unknown, _)) = members.iter().find(|(name, _)| !fields.contains_key(&name.value)) {
                return Err(Misfit { span: unknown.span, why: format!("has no member `{}`", unknown.value) });
            }
            let missing = |(name, field): &(&String, &Param)| {
                field.presence == Presence::Required && members.iter().all(|(given, _)| given.value != **name)
            };
            if let Some((name, _)) = fields.iter().find(missing) {
                return Err(misfit(format!("lacks its required member `{name}`")));
            }
            let fitted = members.iter().filter_map(|(name, member)| {
                fields
                    .get(&name.value)
                    .map(|field| fit(&field.kind, member).map(|json| (name.value.clone(), json)))
            });
            fitted.collect::<Result<_, _>>().map(Json::Map)
        }
        (
            Kind::Text { .. }
            | Kind::Integer { .. }
            | Kind::Number { .. }
            | Kind::Boolean
            | Kind::List { .. }
            | Kind::Object { .. }
            | Kind::OpenObject,
            given,
        ) => Err(misfit(format!("must be {}, and this is {}", article(kind), article_of_value(given)))),
    }
}

/// A number of either spelling.
#[expect(
    clippy::cast_precision_loss,
    reason = "a number parameter takes the nearest double of a long integer"
)]
pub(crate) fn as_number(value: &Value) -> Option<f64> {
    match value {
        Value::Int(value) => Some(*value as f64),
        Value::Num(value) => Some(*value),
        Value::Null | Value::Bool(_) | Value::Text(_) | Value::List(_) | Value::Map(_) => None,
    }
}

/// A value as the author would write it, for messages.
pub(crate) fn shown(value: &Value) -> String {
    let text = match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Num(value) => value.to_string(),
        Value::Text(value) => value.clone(),
        Value::List(_) => "a list".to_owned(),
        Value::Map(_) => "a mapping".to_owned(),
    };
    super::template::shorten(&text)
}

/// "a string", for messages.
pub(crate) fn article(kind: &Kind) -> &'static str {
    match kind {
        Kind::Text { .. } => "a string",
        Kind::Integer { .. } => "an integer",
        Kind::Number { .. } => "a number",
        Kind::Boolean => "a boolean",
        Kind::List { .. } => "an array",
        Kind::Object { .. } | Kind::OpenObject => "an object",
        Kind::Any => "any value",
    }
}

/// The same of a value.
pub(crate) fn article_of_value(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Int(_) => "an integer",
        Value::Num(_) => "a number",
        Value::Text(_) => "a string",
        Value::List(_) => "a list",
        Value::Map(_) => "a mapping",
    }
}

fn range<T: PartialEq + std::fmt::Display>(min: T, max: T, least: T, greatest: T) -> String {
    if min == least {
        format!("at most {max}")
    } else if max == greatest {
        format!("at least {min}")
    } else {
        format!("{min} to {max}")
    }
}

fn listed<T: std::fmt::Display>(values: &[T]) -> String {
    const MOST: usize = 8;
    let mut words: Vec<String> = values.iter().take(MOST).map(|value| format!("`{value}`")).collect();
    if values.len() > MOST {
        words.push(format!("{} more", values.len() - MOST));
    }
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(value: Value) -> Spanned<Value> {
        Spanned::new(value, Span::default())
    }

    #[test]
    fn values_fit_or_say_why() {
        let text = Kind::Text { min: 1, max: 3, pattern: String::new(), one_of: vec![] };
        let whole = Kind::Integer { min: 0, max: 5, one_of: vec![] };
        let number = Kind::Number { min: f64::MIN, max: f64::MAX, one_of: vec![] };
        let list = Kind::List { items: Box::new(whole.clone()), min: 0, max: 2 };
        assert_eq!(fit(&text, &at(Value::Text("äöü".into()))), Ok(Json::Text("äöü".into())));
        assert_eq!(fit(&number, &at(Value::Int(2))), Ok(Json::Num(2.0)));
        assert_eq!(fit(&list, &at(Value::List(vec![at(Value::Int(1))]))), Ok(Json::List(vec![Json::Int(1)])));
        let why = |kind: &Kind, value| fit(kind, &at(value)).map_err(|misfit| misfit.why);
        assert_eq!(
            why(&text, Value::Text("four".into())),
            Err("has 4 characters, and 1 to 3 are allowed".to_owned())
        );
        assert_eq!(why(&whole, Value::Int(6)), Err("is 6, and 0 to 5 is allowed".to_owned()));
        assert_eq!(why(&whole, Value::Num(1.5)), Err("must be an integer, and this is a number".to_owned()));
        assert_eq!(why(&text, Value::Int(5)), Err("must be a string, and this is an integer".to_owned()));
    }
}
