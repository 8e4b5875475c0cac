//! Escalation rules read as sets of calls: what is said about each, and what is not.

use heddle_compiler::check::Grants;
use heddle_compiler::compile;
use heddle_compiler::diag::{
    Code, HD0504, HD0506, HD0507, HD0508, HD0509, HD0510, HD0511, HD0513, HD0515, HD0516, HD0519, HD0540,
    HD0541, HD0542,
};
use heddle_compiler::plan::{Json, Op, Plan, Test, When};
use heddle_compiler::source::Sources;

/// An agent of two tools; the first has the parameters of the table's names.
fn check(tier: u8, rules: &str) -> (Option<Plan>, Vec<Code>) {
    let config = format!(
        r#"
agent:
  name: shop
  exposes:
    - name: order_goods
      description: "Order goods."
      access: write
      parameters:
        count: {{ type: integer, min: 1, max: 50 }}
        some: {{ type: integer, required: false, min: 1 }}
        free: {{ type: integer }}
        price: {{ type: number, min: 0, max: 1.5 }}
        size: {{ type: string, enum: [small, Large, huge] }}
        note: {{ type: string, max_length: 10 }}
        text: {{ type: string }}
        gift: {{ type: boolean }}
        ids: {{ type: array, items: {{ type: string }}, max_items: 3 }}
    - name: order_status
      description: "Show an order."
      parameters:
        id: {{ type: integer }}
  http_bridge:
    - tool_name: order_goods
      method: POST
      url: "http://localhost:8080/orders"
      body_template:
        all: ["{{{{count}}}}", "{{{{some}}}}", "{{{{free}}}}", "{{{{price}}}}", "{{{{size}}}}", "{{{{note}}}}", "{{{{text}}}}", "{{{{gift}}}}", "{{{{ids}}}}"]
    - tool_name: order_status
      url: "http://localhost:8080/orders/{{{{id}}}}"
  escalation_rules:
{rules}
  runtime:
    trust_tier: {tier}
"#
    );
    let compiled = compile(&mut Sources::default(), "agent.yaml", config.as_bytes(), &Grants::default());
    (compiled.plan, compiled.diagnostics.iter().map(|found| found.code).collect())
}

/// The codes about one rule of `order_goods`, in flow style.
fn about(rule: &str) -> Vec<Code> {
    check(3, &format!("    - {{ name: r, tool: order_goods, {rule} }}")).1
}

#[test]
fn one_condition_is_judged_by_its_parameter() {
    for (rule, codes) in [
        ("param_gt: { count: 20 }", vec![]),
        ("param_gt: { count: 50 }", vec![HD0509]),
        ("param_gt: { count: 49 }", vec![]),
        ("param_gt: { count: 49.5 }", vec![]),
        ("param_gt: { count: 0 }", vec![HD0510]),
        ("param_gt: { count: 0.5 }", vec![HD0510]),
        ("param_lt: { count: 1 }", vec![HD0509]),
        ("param_lt: { count: 51 }", vec![HD0510]),
        ("param_eq: { count: 51 }", vec![HD0509]),
        ("param_in: { count: [0, 51] }", vec![HD0509]),
        ("param_in: { count: [0, 50] }", vec![]),
        // What may be absent does not always match.
        ("param_gt: { some: 0 }", vec![]),
        ("param_lt: { some: 1 }", vec![HD0509]),
        ("param_gt: { free: 100 }", vec![]),
        ("param_gt: { price: 1.5 }", vec![HD0509]),
        ("param_gt: { price: 1.49 }", vec![]),
        ("param_lt: { price: 2 }", vec![HD0510]),
        ("param_eq: { size: LARGE }", vec![]),
        ("param_eq: { size: medium }", vec![HD0509]),
        ("param_in: { size: [medium, small] }", vec![]),
        ("param_in: { size: [huge, large, small] }", vec![HD0510]),
        ("param_contains: { size: ar }", vec![]),
        ("param_contains: { size: xx }", vec![HD0509]),
        ("param_matches: { size: '^[a-z]+$' }", vec![]),
        ("param_matches: { size: '^[0-9]+$' }", vec![HD0509]),
        ("param_len_gt: { size: 3 }", vec![HD0510]),
        ("param_contains: { note: urgent }", vec![]),
        ("param_contains: { note: urgently-now }", vec![HD0509]),
        ("param_len_gt: { note: 10 }", vec![HD0509]),
        ("param_len_gt: { note: 9 }", vec![]),
        ("param_len_gt: { text: 10000 }", vec![HD0509]),
        ("param_len_gt: { ids: 3 }", vec![HD0509]),
        ("param_len_gt: { ids: 2 }", vec![]),
        ("param_eq: { gift: true }", vec![]),
        ("param_in: { gift: [true, false] }", vec![HD0510]),
    ] {
        assert_eq!(about(rule), codes, "{rule}");
    }
}

#[test]
fn conditions_are_judged_together() {
    for (rule, codes) in [
        ("match: all, param_gt: { free: 10 }, param_lt: { free: 5 }", vec![HD0519]),
        ("match: all, param_gt: { free: 10 }, param_lt: { free: 11 }", vec![HD0519]),
        ("match: all, param_gt: { free: 10 }, param_lt: { free: 12 }", vec![]),
        ("match: all, param_gt: { price: 0.1 }, param_lt: { price: 0.2 }", vec![]),
        ("match: all, param_eq: { text: ab }, param_contains: { text: c }", vec![HD0519]),
        ("match: all, param_eq: { text: abc }, param_contains: { text: C }", vec![]),
        ("match: all, param_eq: { size: small }, param_contains: { size: ug }", vec![HD0519]),
        ("match: all, param_gt: { count: 100 }, param_contains: { text: c }", vec![HD0509]),
        ("match: all, param_gt: { count: 0 }, param_contains: { text: c }", vec![]),
        ("match: all, param_gt: { count: 0 }, param_lt: { count: 99 }", vec![HD0510]),
        ("param_gt: { free: 10 }, param_lt: { free: 10 }", vec![]),
        ("param_gt: { free: 10 }, param_lt: { free: 11 }", vec![HD0510]),
        ("param_gt: { count: 100 }, param_contains: { text: c }", vec![]),
        ("param_gt: { count: 100 }, param_lt: { count: 1 }", vec![HD0509]),
        ("param_gt: { count: 0 }, param_contains: { text: c }", vec![HD0510]),
    ] {
        assert_eq!(about(rule), codes, "{rule}");
    }
}

#[test]
fn conditions_fit_their_parameters() {
    for (rule, codes) in [
        ("param_gt: { text: 1 }", vec![HD0508]),
        ("param_contains: { count: '1' }", vec![HD0508]),
        ("param_eq: { ids: a }", vec![HD0508]),
        ("param_eq: { text: 5 }", vec![HD0508]),
        ("param_in: { text: [a, 5] }", vec![HD0508]),
        ("param_in: { text: [] }", vec![HD0508]),
        ("param_eq: { gift: 'true' }", vec![HD0508]),
        ("param_matches: { text: '(' }", vec![HD0513]),
        ("param_gt: { cuont: 1 }", vec![HD0506]),
        ("match: all, param_gt: { count: 1 }", vec![HD0515]),
    ] {
        assert_eq!(about(rule), codes, "{rule}");
    }
}

#[test]
fn an_earlier_rule_hides_what_it_covers() {
    for (first, second, hidden) in [
        ("tool: '*'", "tool: order_goods, param_gt: { count: 20 }", true),
        ("tool: 'order_*'", "tool: order_goods", true),
        ("tool: order_goods", "tool: 'order_*'", false),
        ("access: write", "tool: order_goods, access: write", true),
        ("tool: order_goods, param_gt: { count: 10 }", "tool: order_goods, param_gt: { count: 20 }", true),
        ("tool: order_goods, param_gt: { count: 20 }", "tool: order_goods, param_gt: { count: 10 }", false),
        (
            "tool: order_goods, param_gt: { count: 20 }",
            "tool: order_goods, param_in: { count: [30, 40] }",
            true,
        ),
        (
            "tool: order_goods, param_contains: { text: drop }",
            "tool: order_goods, param_contains: { text: 'DROP table' }",
            true,
        ),
        (
            "tool: order_goods, param_contains: { text: drop }",
            "tool: order_goods, param_eq: { text: 'a drop' }",
            true,
        ),
        (
            "tool: order_goods, param_contains: { text: drop }",
            "tool: order_goods, param_contains: { text: dro }",
            false,
        ),
        (
            "tool: order_goods, param_len_gt: { text: 5 }",
            "tool: order_goods, param_len_gt: { text: 9 }",
            true,
        ),
        (
            "tool: order_goods, param_matches: { text: 'a+' }",
            "tool: order_goods, param_matches: { text: 'a+' }",
            true,
        ),
        (
            "tool: order_goods, param_matches: { text: 'a+' }",
            "tool: order_goods, param_matches: { text: 'aa+' }",
            false,
        ),
        (
            "tool: order_goods, param_gt: { count: 20 }, param_contains: { text: x }",
            "tool: order_goods, param_gt: { count: 30 }",
            true,
        ),
        (
            "tool: order_goods, match: all, param_gt: { count: 20 }, param_contains: { text: x }",
            "tool: order_goods, param_gt: { count: 30 }",
            false,
        ),
        (
            "tool: order_goods, param_gt: { count: 20 }",
            "tool: order_goods, param_gt: { count: 30 }, param_contains: { text: x }",
            false,
        ),
        (
            "tool: order_goods, param_gt: { count: 20 }",
            "tool: order_goods, match: all, param_gt: { count: 30 }, param_contains: { text: x }",
            true,
        ),
        ("tool: order_goods, param_gt: { some: 20 }", "tool: order_goods, param_gt: { some: 30 }", true),
    ] {
        let rules = format!("    - {{ name: one, {first} }}\n    - {{ name: two, {second} }}");
        let expected = if hidden { vec![HD0511] } else { vec![] };
        assert_eq!(check(3, &rules).1, expected, "{first} / {second}");
    }
}

#[test]
fn two_earlier_rules_hide_a_third_tool_by_tool() {
    let rules = "    - { name: one, tool: order_goods }\n    - { name: two, tool: order_status }\n    - { name: three, tool: '*' }";
    assert_eq!(check(3, rules).1, [HD0511]);
}

#[test]
fn rules_concern_the_tools_they_name() {
    for (rule, codes) in [
        ("tool: 'orders_*'", vec![HD0504]),
        ("tool: order_status, access: write", vec![HD0504]),
        ("tool: '*', param_gt: { count: 20 }", vec![HD0507]),
        ("param_gt: { id: 20 }", vec![HD0507]),
        ("tool: '*', match: all, param_gt: { id: 20, count: 20 }", vec![HD0507, HD0507, HD0509]),
        ("tool: 'order_[gs]*'", vec![]),
    ] {
        let mut found = check(3, &format!("    - {{ name: r, {rule} }}")).1;
        found.sort();
        assert_eq!(found, codes, "{rule}");
    }
}

#[test]
fn tier_4_holds_writes_by_itself() {
    assert_eq!(check(4, "    - { name: r, access: write }").1, [HD0516]);
    assert_eq!(check(4, "    - { name: r, access: write, action: deny }").1, []);
    assert_eq!(check(4, "    - { name: r, access: write, reason: \"stock\" }").1, []);
    assert_eq!(check(4, "    - { name: r, access: read }").1, []);
}

#[test]
fn an_exception_has_a_reason_and_something_to_be_an_exception_from() {
    let one = |rule: &str| format!("    - {{ name: r, {rule} }}");
    let small = "access: write, action: allow, param_lt: { count: 5 }";
    let why = "reason: \"small orders are routine\"";
    for (tier, rules, codes) in [
        (4, one(&format!("{small}, {why}")), vec![]),
        (4, one(small), vec![HD0540]),
        (4, one(&format!("{small}, reason: \"\"")), vec![HD0540]),
        (3, one(&format!("{small}, {why}")), vec![HD0541]),
        (4, one(&format!("access: read, action: allow, {why}")), vec![HD0541]),
        (4, one(&format!("{small}, {why}, expires: 5m, wait: 5s")), vec![HD0515, HD0515]),
        (3, format!("{}\n    - {{ name: s, access: write }}", one(&format!("{small}, {why}"))), vec![]),
        // After the rule it is an exception from, it is none.
        (
            3,
            format!("    - {{ name: s, access: write }}\n{}", one(&format!("{small}, {why}"))),
            vec![HD0511, HD0541],
        ),
        // A rule that nothing follows is idle at tier 4, and one that an exception follows is not.
        (
            4,
            format!(
                "    - {{ name: s, access: write, param_lt: {{ count: 3 }} }}\n{}",
                one(&format!("{small}, {why}"))
            ),
            vec![],
        ),
    ] {
        let mut found = check(tier, &rules).1;
        found.sort();
        assert_eq!(found, codes, "{tier} {rules}");
    }
}

#[test]
fn a_wait_is_short_and_within_the_hold() {
    for (rule, codes) in [
        ("wait: 60s", vec![]),
        ("wait: 10m", vec![]),
        ("wait: 11m", vec![HD0542]),
        ("wait: 60s, expires: 59s", vec![HD0542]),
        ("wait: 60s, action: deny", vec![HD0515]),
    ] {
        assert_eq!(check(3, &format!("    - {{ name: r, access: write, {rule} }}")).1, codes, "{rule}");
    }
    let plan = check(3, "    - { name: r, access: write, wait: 60s }").0.expect("accepted");
    assert_eq!(plan.tools["order_goods"].holds[0].wait_s, 60);
}

#[test]
fn a_plan_has_each_rule_at_each_of_its_tools() {
    let rules = "    - { name: r, param_gt: { id: 5 }, param_eq: { text: x }, param_lt: { count: 9 } }";
    let plan = check(3, rules).0.expect("accepted");
    let when = |tool: &str| plan.tools[tool].holds[0].when.clone();
    let test = |param: &str, op: Op| Test { param: param.to_owned(), op };
    assert_eq!(when("order_status"), When::Any(vec![test("id", Op::Gt(5.0))]));
    assert_eq!(
        when("order_goods"),
        When::Any(vec![test("count", Op::Lt(9.0)), test("text", Op::Eq(Json::Text("x".to_owned())))])
    );
}
