//! The layers that look at arguments, through the front door.

use super::*;
use crate::decl::{Action, Hold, Json, Kind, Op, Test, When};
use crate::proof::Row;
use crate::proof::fixture::{INTEGER, NUMBER, ROW, TEXT, defaulted, leak, members, optional, required};
use proptest::prelude::*;
use serde_json::json;

/// Passes a call through all layers before the bridge; the values it would be sent with, absent ones left out.
fn pass(row: Row, arguments: Value) -> Result<Value, Refusal> {
    let tool = ToolState::new(leak(row), 0).unwrap();
    let arguments = members(arguments);
    let call = Call::receive(&tool, &arguments, Instant::now());
    let call = rate_limit(call)?;
    let call = access_mode(call)?;
    let call = escalation(call)?;
    let call = input_validation(call)?;
    let call = trust_tier(call)?;
    if let Demand::Approval(Question { rule, reason, .. }) = call.demand() {
        return Err(Refusal::held(Layer::Escalation, format!("{rule}: {reason}")));
    }
    let values = call.values();
    Ok(row
        .params
        .iter()
        .filter_map(|param| Some((param.name.to_owned(), values.value(param.name)?.clone())))
        .collect::<Map<_, _>>()
        .into())
}

fn reason(row: Row, arguments: Value) -> (Layer, String) {
    let refusal = pass(row, arguments).unwrap_err();
    (refusal.layer(), refusal.into_reason())
}

/// A tool with one required parameter `x`.
fn with(kind: Kind) -> Row {
    Row { params: Box::leak(Box::new([required("x", kind)])), ..ROW }
}

fn one(kind: Kind, value: Value) -> Result<Value, String> {
    pass(with(kind), json!({"x": value})).map(|values| values["x"].clone()).map_err(Refusal::into_reason)
}

fn hold(when: When) -> Hold {
    Hold { rule: "rule", reason: "it is big", when, action: Action::Hold, expires_s: 900, wait_s: 0 }
}

const HELD: Hold =
    Hold { rule: "r", reason: "", when: When::Always, action: Action::Hold, expires_s: 900, wait_s: 0 };

fn leak_test(param: &'static str, op: Op) -> &'static [Test] {
    Box::leak(Box::new([Test { param, op }]))
}

/// Whether a rule with this one test on `x` holds the call.
fn is_held(kind: Kind, op: Op, value: Value) -> bool {
    let row = Row { holds: Box::leak(Box::new([hold(When::Any(leak_test("x", op)))])), ..with(kind) };
    match pass(row, json!({"x": value})) {
        Ok(_) => false,
        Err(refusal) => {
            assert_eq!(
                (refusal.layer(), refusal.verdict()),
                (Layer::Escalation, Verdict::Held),
                "{refusal:?}"
            );
            true
        }
    }
}

#[test]
fn reads_without_loss_and_nothing_else() {
    for (kind, given, read) in [
        (INTEGER, json!(5), json!(5)),
        (INTEGER, json!("5"), json!(5)),
        (INTEGER, json!("-5"), json!(-5)),
        (INTEGER, json!(5.0), json!(5)),
        (INTEGER, json!("5.0"), json!(5)),
        (NUMBER, json!(5), json!(5)),
        (NUMBER, json!("5.5"), json!(5.5)),
        (NUMBER, json!("1e3"), json!(1000.0)),
        (Kind::Boolean, json!("true"), json!(true)),
        (Kind::Boolean, json!("False"), json!(false)),
        (Kind::Boolean, json!(1), json!(true)),
        (Kind::Boolean, json!(0.0), json!(false)),
        (Kind::OpenObject, json!("{\"a\":1}"), json!({"a": 1})),
        (Kind::List { items: &INTEGER, min: 0, max: 9 }, json!(["1", 2, "3.0"]), json!([1, 2, 3])),
        (Kind::List { items: &INTEGER, min: 0, max: 9 }, json!("[1,2]"), json!([1, 2])),
        (Kind::Any, json!(null), json!(null)),
        (Kind::Any, json!("5"), json!("5")),
        (TEXT, json!("5"), json!("5")),
    ] {
        assert_eq!(one(kind, given.clone()), Ok(read), "{kind:?} {given}");
    }
    for (kind, given) in [
        (INTEGER, json!(5.5)),
        (INTEGER, json!("5.5")),
        (INTEGER, json!("5.")),
        (INTEGER, json!("5x")),
        (INTEGER, json!("")),
        (INTEGER, json!(" 5")),
        (INTEGER, json!(true)),
        (INTEGER, json!(null)),
        (INTEGER, json!(9_223_372_036_854_775_808u64)),
        (INTEGER, json!(1e300)),
        (INTEGER, json!([5])),
        (NUMBER, json!("inf")),
        (NUMBER, json!("NaN")),
        (NUMBER, json!("1e999")),
        (NUMBER, json!("")),
        (NUMBER, json!(true)),
        (Kind::Boolean, json!(2)),
        (Kind::Boolean, json!("maybe")),
        (TEXT, json!(5)),
        (TEXT, json!(true)),
        (TEXT, json!(["a"])),
        (TEXT, json!({"a": 1})),
        (Kind::OpenObject, json!([])),
        (Kind::OpenObject, json!("[]")),
        (Kind::List { items: &TEXT, min: 0, max: 9 }, json!("a")),
        (Kind::List { items: &TEXT, min: 0, max: 9 }, json!({})),
    ] {
        assert!(one(kind, given.clone()).is_err(), "{kind:?} {given}");
    }
}

#[test]
fn fills_in_defaults_and_leaves_out_what_is_absent() {
    const PARAMS: &[crate::decl::Param] =
        &[defaulted("d", INTEGER, Json::Int(20)), optional("o", TEXT), required("r", TEXT)];
    let row = Row { params: PARAMS, ..ROW };
    assert_eq!(pass(row, json!({"r": "x"})), Ok(json!({"d": 20, "r": "x"})));
    assert_eq!(pass(row, json!({"r": "x", "d": "7", "o": "y"})), Ok(json!({"d": 7, "o": "y", "r": "x"})));
    assert_eq!(pass(row, json!({"r": "x", "d": null, "o": null})), Ok(json!({"d": 20, "r": "x"})));
}

#[test]
fn checks_every_bound() {
    let text = Kind::Text { min: 2, max: 3, pattern: "", one_of: &[] };
    assert!(one(text, json!("é")).is_err());
    assert!(one(text, json!("éé")).is_ok());
    assert!(one(text, json!("ééé")).is_ok());
    assert!(one(text, json!("éééé")).is_err());
    let enumerated = Kind::Text { min: 0, max: 100, pattern: "", one_of: &["a", "b"] };
    assert!(one(enumerated, json!("b")).is_ok());
    assert!(one(enumerated, json!("B")).is_err());
    let integer = Kind::Integer { min: 1, max: 10, one_of: &[] };
    for (value, fits) in [(0, false), (1, true), (10, true), (11, false)] {
        assert_eq!(one(integer, json!(value)).is_ok(), fits, "{value}");
        assert_eq!(one(integer, json!(value.to_string())).is_ok(), fits, "{value}");
    }
    let number = Kind::Number { min: 0.5, max: 1.5, one_of: &[] };
    for (value, fits) in [(0.49, false), (0.5, true), (1.5, true), (1.51, false)] {
        assert_eq!(one(number, json!(value)).is_ok(), fits, "{value}");
    }
    let some = Kind::Number { min: f64::MIN, max: f64::MAX, one_of: &[0.5, 2.0] };
    assert!(one(some, json!(2)).is_ok());
    assert!(one(some, json!(3)).is_err());
    let list = Kind::List { items: &TEXT, min: 1, max: 2 };
    for (value, fits) in
        [(json!([]), false), (json!(["a"]), true), (json!(["a", "b", "c"]), false), (json!([1]), false)]
    {
        assert_eq!(one(list, value.clone()).is_ok(), fits, "{value}");
    }
}

#[test]
fn checks_what_is_within() {
    const POINT: Kind = Kind::Object {
        fields: &[
            optional("label", TEXT),
            required("x", Kind::Integer { min: 0, max: 9, one_of: &[] }),
            defaulted("y", INTEGER, Json::Int(1)),
        ],
    };
    let points = Kind::List { items: &POINT, min: 0, max: 9 };
    assert_eq!(one(points, json!([{"x": "3", "label": null}])), Ok(json!([{"x": 3, "y": 1}])));
    let problems = one(points, json!([{"x": 1}, {"x": 10}, {"x": 1, "label": "ok"}])).unwrap_err();
    assert!(problems.contains("`x[1].x` is 10; it wants an integer, 0 to 9"), "{problems}");
    let problems = one(points, json!([{"z": 1}])).unwrap_err();
    assert!(
        problems.contains("`x[0].z` is not a member of `x[0]`, which takes `label`, `x`, `y`"),
        "{problems}"
    );
    assert!(problems.contains("`x[0].x` is missing; it wants an integer, 0 to 9"), "{problems}");
}

#[test]
fn bounds_the_depth_of_what_has_no_shape() {
    let nested = |levels: usize| (0..levels).fold(json!(1), |inner, _| json!([inner]));
    assert!(one(Kind::Any, nested(64)).is_ok());
    assert!(one(Kind::Any, nested(65)).unwrap_err().contains("nested deeper"));
    assert!(one(Kind::OpenObject, json!({"a": nested(64)})).is_err());
}

#[test]
fn says_everything_at_once_and_nothing_at_length() {
    const PARAMS: &[crate::decl::Param] =
        &[required("limit", INTEGER), required("name", TEXT), required("query", TEXT)];
    let long = format!("a\u{202e}{}", "z".repeat(5000));
    let (layer, reason) =
        reason(Row { params: PARAMS, ..ROW }, json!({"limit": "ten", "name": long, "nam\u{200b}e": 1}));
    assert_eq!(layer, Layer::InputValidation);
    assert_eq!(
        reason,
        "input validation: 4 problems with the arguments of `tool`\n\
         - `nam\\u{200b}e` is not a parameter of `tool`, which takes `limit`, `name`, `query`\n\
         - `limit` is the text `ten`; it wants an integer\n\
         - `name` is a text of 5002 characters; it wants text of at most 100 characters\n\
         - `query` is missing; it wants text of at most 100 characters"
    );
}

#[test]
fn a_tool_without_parameters_takes_none() {
    assert!(pass(ROW, json!({})).is_ok());
    assert_eq!(reason(ROW, json!({"x": 1})).0, Layer::InputValidation);
}

#[test]
fn every_condition_holds_what_it_says() {
    let list = Kind::List { items: &TEXT, min: 0, max: 9 };
    for (kind, op, value, held) in [
        (INTEGER, Op::Gt(100.0), json!(101), true),
        (INTEGER, Op::Gt(100.0), json!(100), false),
        (INTEGER, Op::Gt(100.0), json!("101"), true),
        (INTEGER, Op::Gt(100.0), json!("101.0"), true),
        (Kind::Any, Op::Gt(100.0), json!("101"), true),
        (INTEGER, Op::Lt(0.0), json!(-1), true),
        (INTEGER, Op::Lt(0.0), json!(0), false),
        (TEXT, Op::Eq(Json::Text("Prod")), json!("PROD"), true),
        (TEXT, Op::Eq(Json::Text("Prod")), json!("prod2"), false),
        (NUMBER, Op::Eq(Json::Int(5)), json!(5.0), true),
        (Kind::Boolean, Op::Eq(Json::Bool(true)), json!("yes"), true),
        (Kind::Boolean, Op::Eq(Json::Bool(true)), json!(false), false),
        (TEXT, Op::In(&[Json::Text("a"), Json::Text("b")]), json!("B"), true),
        (TEXT, Op::In(&[Json::Text("a"), Json::Text("b")]), json!("c"), false),
        (TEXT, Op::Contains("27b"), json!("qwen:27B-q4"), true),
        (TEXT, Op::Contains("27b"), json!("qwen:7b"), false),
        (list, Op::Contains("27b"), json!(["x", "a27b"]), true),
        (Kind::Any, Op::Contains("27b"), json!({"deep": [{"27b": 1}]}), true),
        (TEXT, Op::LenGt(3), json!("éééé"), true),
        (TEXT, Op::LenGt(3), json!("ééé"), false),
        (list, Op::LenGt(1), json!(["a", "b"]), true),
        (list, Op::LenGt(1), json!(["a"]), false),
    ] {
        assert_eq!(is_held(kind, op, value.clone()), held, "{op:?} {value}");
    }
}

#[test]
fn an_argument_that_cannot_be_read_does_not_slip_past() {
    let row =
        Row { holds: Box::leak(Box::new([hold(When::Any(leak_test("x", Op::Gt(100.0))))])), ..with(INTEGER) };
    let (layer, text) = reason(row, json!({"x": "1e3"}));
    assert_eq!(layer, Layer::Escalation);
    assert!(text.contains("rule `rule` cannot be asked") && text.contains("`x` is the text `1e3`"), "{text}");
}

#[test]
fn any_and_all_do_what_they_say() {
    const PARAMS: &[crate::decl::Param] = &[optional("a", INTEGER), optional("b", INTEGER)];
    const TESTS: &[Test] = &[Test { param: "a", op: Op::Gt(1.0) }, Test { param: "b", op: Op::Gt(1.0) }];
    let verdict = |when: When, arguments: Value| {
        let row = Row { params: PARAMS, holds: Box::leak(Box::new([hold(when)])), ..ROW };
        let tool = ToolState::new(leak(row), 0).unwrap();
        let arguments = members(arguments);
        let call = Call::receive(&tool, &arguments, Instant::now());
        let call = rate_limit(call).and_then(access_mode).and_then(escalation);
        match call.map_err(|refusal| refusal.verdict())?.demand {
            Demand::Nothing => Ok(()),
            Demand::Approval(_) => Err(Verdict::Held),
        }
    };
    assert_eq!(verdict(When::Any(TESTS), json!({"a": 2})).unwrap_err(), Verdict::Held);
    assert!(verdict(When::All(TESTS), json!({"a": 2})).is_ok());
    assert_eq!(verdict(When::All(TESTS), json!({"a": 2, "b": 2})).unwrap_err(), Verdict::Held);
    assert!(verdict(When::Any(TESTS), json!({})).is_ok());
    assert_eq!(verdict(When::Always, json!({})).unwrap_err(), Verdict::Held);
    // One side decides, whatever the other would have said.
    assert_eq!(verdict(When::Any(TESTS), json!({"a": "?", "b": 2})).unwrap_err(), Verdict::Held);
    assert_eq!(verdict(When::Any(TESTS), json!({"a": "?", "b": 1})).unwrap_err(), Verdict::Refused);
    assert_eq!(verdict(When::All(TESTS), json!({"a": "?", "b": 2})).unwrap_err(), Verdict::Refused);
}

#[test]
fn a_default_is_what_a_rule_sees() {
    const PARAMS: &[crate::decl::Param] = &[defaulted("x", INTEGER, Json::Int(500))];
    let holds = Box::leak(Box::new([hold(When::Any(leak_test("x", Op::Gt(100.0))))]));
    let row = Row { params: PARAMS, holds, ..ROW };
    assert_eq!(reason(row, json!({})).0, Layer::Escalation);
    assert_eq!(reason(row, json!({"x": null})).0, Layer::Escalation);
    assert!(pass(row, json!({"x": 5})).is_ok());
}

#[test]
fn the_first_rule_that_matches_decides() {
    let deny = Hold { rule: "deny", action: Action::Deny, ..hold(When::Any(leak_test("x", Op::Gt(10.0)))) };
    let holds = Box::leak(Box::new([deny, hold(When::Always)]));
    let row = Row { holds, ..with(INTEGER) };
    let refusal = pass(row, json!({"x": 11})).unwrap_err();
    assert_eq!(refusal.verdict(), Verdict::Refused);
    assert_eq!(
        refusal.reason(),
        "escalation: rule `deny` denies this call of `tool`: it is big. Nothing was sent"
    );
    let refusal = pass(row, json!({"x": 10})).unwrap_err();
    assert_eq!(refusal.verdict(), Verdict::Held);
    assert_eq!(refusal.reason(), "rule: it is big");
}

#[test]
fn an_exception_is_decided_before_the_rules_after_it_and_before_the_tier() {
    let when = When::Any(leak_test("x", Op::Lt(10.0)));
    let allow = Hold { rule: "small", action: Action::Allow, ..hold(when) };
    let holds = Box::leak(Box::new([allow, hold(When::Always)]));
    let row = Row { holds, held_always: true, ..with(INTEGER) };
    assert!(pass(row, json!({"x": 9})).is_ok());
    assert_eq!(pass(row, json!({"x": 10})).unwrap_err().reason(), "rule: it is big");
    let row = Row { holds: Box::leak(Box::new([allow])), ..row };
    assert!(pass(row, json!({"x": 9})).is_ok());
    assert_eq!(pass(row, json!({"x": 10})).unwrap_err().verdict(), Verdict::Held);
    // What the exception cannot be asked about is none.
    assert_eq!(pass(row, json!({"x": "small"})).unwrap_err().verdict(), Verdict::Refused);
}

#[test]
fn what_a_later_layer_refuses_is_held_by_nobody() {
    let row = Row { holds: &[HELD], held_always: true, ..with(INTEGER) };
    assert_eq!(reason(row, json!({"x": 1, "y": 2})).0, Layer::InputValidation);
    assert_eq!(reason(row, json!({})).0, Layer::InputValidation);
}

#[test]
fn tier_4_holds_what_no_rule_decides() {
    let row = Row { held_always: true, ..ROW };
    let refusal = pass(row, json!({})).unwrap_err();
    assert_eq!((refusal.layer(), refusal.verdict()), (Layer::Escalation, Verdict::Held));
    assert!(refusal.reason().contains("tier 4"), "{}", refusal.reason());
}

#[test]
fn a_value_that_contradicts_its_tier_is_stopped() {
    let row = Row { mode: crate::access::Mode::Write, ..ROW };
    assert_eq!(reason(row, json!({})).0, Layer::AccessMode);
    #[cfg(feature = "post")]
    assert_eq!(reason(Row { verb: crate::method::Verb::Post, ..ROW }, json!({})).0, Layer::TrustTier);
}

#[test]
fn the_rate_limit_names_the_wait() {
    let row = Row { limit: crate::decl::Limit { per_minute: 60, burst: 1 }, ..ROW };
    let tool = ToolState::new(leak(row), 0).unwrap();
    let arguments = Map::new();
    let now = Instant::now();
    assert!(rate_limit(Call::receive(&tool, &arguments, now)).is_ok());
    let refusal = rate_limit(Call::receive(&tool, &arguments, now)).unwrap_err();
    assert_eq!(refusal.layer(), Layer::RateLimit);
    assert!(refusal.reason().ends_with("1 at once; try again in 1.0 s"), "{}", refusal.reason());
}

#[cfg(feature = "pattern")]
#[test]
fn patterns_match_somewhere_in_the_text() {
    let kind = Kind::Text { min: 0, max: 100, pattern: "^[a-z]+$", one_of: &[] };
    assert!(one(kind, json!("abc")).is_ok());
    assert!(one(kind, json!("ab1")).unwrap_err().contains("that matches `^[a-z]+$`"));
    let list =
        Kind::List { items: &Kind::Text { min: 0, max: 9, pattern: "x", one_of: &[] }, min: 0, max: 9 };
    assert!(one(list, json!(["axb"])).is_ok());
    assert!(one(list, json!(["ab"])).is_err());
    assert!(is_held(TEXT, Op::Matches("(?i)drop"), json!("please DROP it")));
    assert!(!is_held(TEXT, Op::Matches("(?i)drop"), json!("please keep it")));
    let broken = Kind::Text { min: 0, max: 9, pattern: "(", one_of: &[] };
    assert!(ToolState::new(leak(with(broken)), 0).unwrap_err().contains("does not compile"));
}

#[cfg(not(feature = "pattern"))]
#[test]
fn a_pattern_without_an_engine_is_a_reason_not_to_start() {
    let kind = Kind::Text { min: 0, max: 9, pattern: "x", one_of: &[] };
    assert!(ToolState::new(leak(with(kind)), 0).unwrap_err().contains("feature `pattern`"));
    let holds = Box::leak(Box::new([hold(When::Any(leak_test("x", Op::Matches("x"))))]));
    assert!(ToolState::new(leak(Row { holds, ..with(TEXT) }), 0).is_err());
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "-?[0-9]{0,5}(\\.[0-9]{0,3})?([eE][+-]?[0-9]{0,3})?".prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map("[a-c]", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    /// Whatever passes validation is of its kind: a rule on a number sees a number.
    #[test]
    fn what_passes_is_of_its_kind(value in any_json()) {
        const SMALL: Kind = Kind::Integer { min: -100, max: 100, one_of: &[] };
        if let Ok(read) = one(SMALL, value.clone()) {
            prop_assert!((-100..=100).contains(&read.as_i64().unwrap()));
        }
        if let Ok(read) = one(NUMBER, value.clone()) {
            prop_assert!(read.as_f64().unwrap().is_finite());
        }
        if let Ok(read) = one(Kind::Boolean, value.clone()) {
            prop_assert!(read.is_boolean());
        }
        if let Ok(read) = one(TEXT, value.clone()) {
            prop_assert_eq!(read, value);
        }
    }

    /// An integer over a bound is held, however it is spelled; nothing that is not held was over it.
    #[test]
    fn no_spelling_slips_past_a_rule(value in any_json(), number in -200i64..200) {
        let row = Row {
            holds: Box::leak(Box::new([hold(When::Any(leak_test("x", Op::Gt(100.0))))])),
            ..with(INTEGER)
        };
        for value in [value, json!(number), json!(number.to_string()), json!(number as f64), json!(format!("{number}.0"))] {
            if let Ok(values) = pass(row, json!({"x": value})) {
                prop_assert!(values["x"].as_i64().unwrap() <= 100);
            }
        }
    }

    #[test]
    fn no_argument_makes_a_message_long_or_hides_in_it(name in any::<String>(), value in any_json()) {
        if let Err(refusal) = pass(with(INTEGER), json!({"x": value, name: 1})) {
            prop_assert!(refusal.reason().len() < 4000);
            prop_assert!(refusal.reason().chars().all(|c| c == '\n' || !c.is_control()));
        }
    }
}
