//! One condition against the parameters it reads.

use crate::ast::{self, TestOp, Value};
use crate::check::schema::{bad_pattern, pattern_fault};
use crate::check::template::shorten;
use crate::check::value::{article, article_of_value, as_number, json, shown};
use crate::diag::{Diagnostic, HD0508, HD0513, Sink};
use crate::plan::{Json, Kind, Op, Param, Test};
use crate::source::{Span, Spanned};

/// Most values of one `param_in`.
const MOST_VALUES: usize = 1000;

/// The condition, if it can be asked of every one of these parameters.
pub(super) fn lower(
    test: &ast::Test,
    params: &[&Param],
    declared: Option<Span>,
    sink: &mut Sink,
) -> Option<Test> {
    let ast::Test { op, param, value } = test;
    if let Some(odd) = params.iter().find(|param| !is_asked(op.value, &param.kind)) {
        let found = Diagnostic::error(
            HD0508,
            format!(
                "`{}` cannot be asked of `{}`, which is {}",
                key(op.value),
                param.value,
                article(&odd.kind)
            ),
            param.span,
            format!("needs {}", asks(op.value)),
        )
        .help(mend(op.value));
        sink.push(declared.into_iter().fold(found, |found, at| found.because(at, "declared here")));
        return None;
    }
    let op = match op.value {
        TestOp::Gt => Op::Gt(number(test, sink)?),
        TestOp::Lt => Op::Lt(number(test, sink)?),
        TestOp::Eq => {
            comparable(test, value, params, sink)?;
            Op::Eq(normal(&value.value, params))
        }
        TestOp::In => {
            let Value::List(values) = &value.value else {
                return mistyped(test, value, "a list of values", "write `[a, b]`", sink);
            };
            if values.is_empty() || values.len() > MOST_VALUES {
                return mistyped(test, value, "a list of 1 to 1000 values", "list the values", sink);
            }
            for one in values {
                comparable(test, one, params, sink)?;
            }
            Op::In(values.iter().map(|one| normal(&one.value, params)).collect())
        }
        TestOp::Contains => Op::Contains(words(test, sink)?.to_owned()),
        TestOp::Matches => {
            let pattern = words(test, sink)?;
            if let Some(why) = pattern_fault(pattern) {
                sink.push(bad_pattern(HD0513, &Spanned::new(pattern.to_owned(), value.span), &why));
                return None;
            }
            Op::Matches(pattern.to_owned())
        }
        TestOp::LenGt => {
            let length = if let Value::Int(length) = value.value { u64::try_from(length).ok() } else { None };
            match length {
                Some(length) => Op::LenGt(length),
                None => return mistyped(test, value, "a length", "write a whole number of at least 0", sink),
            }
        }
    };
    Some(Test { param: param.value.clone(), op })
}

/// The order of conditions in the plan.
pub(super) fn rank(op: &Op) -> u8 {
    match op {
        Op::Gt(_) => 0,
        Op::Lt(_) => 1,
        Op::Eq(_) => 2,
        Op::In(_) => 3,
        Op::Contains(_) => 4,
        Op::Matches(_) => 5,
        Op::LenGt(_) => 6,
    }
}

fn is_asked(op: TestOp, kind: &Kind) -> bool {
    match op {
        TestOp::Gt | TestOp::Lt => matches!(kind, Kind::Integer { .. } | Kind::Number { .. }),
        TestOp::Eq | TestOp::In => {
            matches!(kind, Kind::Text { .. } | Kind::Integer { .. } | Kind::Number { .. } | Kind::Boolean)
        }
        TestOp::Contains | TestOp::Matches => matches!(kind, Kind::Text { .. }),
        TestOp::LenGt => matches!(kind, Kind::Text { .. } | Kind::List { .. }),
    }
}

fn key(op: TestOp) -> &'static str {
    match op {
        TestOp::Gt => "param_gt",
        TestOp::Lt => "param_lt",
        TestOp::Eq => "param_eq",
        TestOp::In => "param_in",
        TestOp::Contains => "param_contains",
        TestOp::Matches => "param_matches",
        TestOp::LenGt => "param_len_gt",
    }
}

fn asks(op: TestOp) -> &'static str {
    match op {
        TestOp::Gt | TestOp::Lt => "an integer or a number",
        TestOp::Eq | TestOp::In => "a string, a number or a boolean",
        TestOp::Contains | TestOp::Matches => "a string",
        TestOp::LenGt => "a string or an array",
    }
}

fn mend(op: TestOp) -> &'static str {
    match op {
        TestOp::Gt | TestOp::Lt => {
            "declare the parameter's `type` as `integer` or `number`; for a length write `param_len_gt`"
        }
        TestOp::Eq | TestOp::In | TestOp::Contains | TestOp::Matches | TestOp::LenGt => {
            "declare the parameter's `type` so, or ask something else of it"
        }
    }
}

fn number(test: &ast::Test, sink: &mut Sink) -> Option<f64> {
    match as_number(&test.value.value).filter(|number| number.is_finite()) {
        Some(number) => Some(number),
        None => mistyped(test, &test.value, "a number", "write a number, without quotes", sink),
    }
}

fn words<'a>(test: &'a ast::Test, sink: &mut Sink) -> Option<&'a str> {
    match &test.value.value {
        Value::Text(text) if !text.is_empty() => Some(text),
        Value::Text(_) => {
            mistyped(test, &test.value, "a text that is not empty", "write what to look for", sink)
        }
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Num(_) | Value::List(_) | Value::Map(_) => {
            mistyped(test, &test.value, "a string", "write it in quotes", sink)
        }
    }
}

/// Whether the value is of a type that each of the parameters can have.
fn comparable(test: &ast::Test, value: &Spanned<Value>, params: &[&Param], sink: &mut Sink) -> Option<()> {
    let misfit = params.iter().find(|param| {
        !matches!(
            (&param.kind, &value.value),
            (Kind::Text { .. }, Value::Text(_))
                | (Kind::Integer { .. }, Value::Int(_))
                | (Kind::Number { .. }, Value::Int(_) | Value::Num(_))
                | (Kind::Boolean, Value::Bool(_))
        )
    });
    let Some(param) = misfit else { return Some(()) };
    let quoted = matches!(param.kind, Kind::Text { .. });
    let help = if quoted { "write it in quotes" } else { "write a value of that type, without quotes" };
    mistyped(test, value, article(&param.kind), help, sink)
}

fn mistyped<T>(
    test: &ast::Test,
    value: &Spanned<Value>,
    wants: &str,
    help: &str,
    sink: &mut Sink,
) -> Option<T> {
    sink.push(
        Diagnostic::error(
            HD0508,
            format!("`{}` of `{}` takes {wants}", key(test.op.value), shorten(&test.param.value)),
            value.span,
            format!("`{}` is {}", shown(&value.value), article_of_value(&value.value)),
        )
        .help(help),
    );
    None
}

/// A number that is compared with a number parameter is kept as one, however it was spelt.
fn normal(value: &Value, params: &[&Param]) -> Json {
    match (value, as_number(value)) {
        (Value::Int(_), Some(number))
            if params.iter().any(|param| matches!(param.kind, Kind::Number { .. })) =>
        {
            Json::Num(number)
        }
        _ => json(value),
    }
}
