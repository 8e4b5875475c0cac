//! What a change of a config is called: which way it goes, and the sentence that a reviewer reads.

use heddle_compiler::check::{Granted, Grants};
use heddle_compiler::compile;
use heddle_compiler::diag::{Colour, Lines, human};
use heddle_compiler::diff::locate::locate;
use heddle_compiler::diff::{Change, Effect, Side, appeared, diff, disappeared, is_within};
use heddle_compiler::parse::parse;
use heddle_compiler::plan::Plan;
use heddle_compiler::source::Sources;

const SHOP: &str = r#"agent:
  name: shop
  version: "1.0.0"
  description: "Orders."
  exposes:
    - name: list_orders
      description: "Orders of a customer"
      parameters:
        customer: { type: string, max_length: 40 }
        limit: { type: integer, min: 1, max: 50, default: 20 }
        state: { type: string, enum: [open, shipped], required: false }
    - name: place_order
      description: "Place an order"
      access: write
      rate_limit: { per_minute: 10, burst: 2 }
      parameters:
        item: { type: string, pattern: "^[a-z]+$" }
        count: { type: integer, min: 1, max: 500 }
        note: { type: string, required: false }
  http_bridge:
    - tool_name: list_orders
      url: "http://localhost:8080/orders/{{customer}}"
      query_params: { limit: limit, state: state }
      headers: { Authorization: "Bearer {{secret:shop-token}}" }
      response_path: data.orders
    - tool_name: place_order
      method: POST
      url: "http://localhost:8080/orders"
      body_template: { item: "{{item}}", count: "{{count}}", note: "{{note}}", by: heddle }
  escalation_rules:
    - name: large
      tool: place_order
      param_gt: { count: 100 }
      expires: 15m
    - name: gold
      tool: place_order
      action: deny
      param_contains: { item: gold }
  runtime:
    trust_tier: 2
    max_execution_time: 30s
    sandbox: auto
    audit: { sync: always }
"#;

fn grants() -> Grants {
    let keys = ["shop-token", "mail-token"].map(|key| Granted { key: key.to_owned(), span: None });
    Grants { source: None, agents: ["shop", "store"].map(|name| (name.to_owned(), keys.to_vec())).into() }
}

fn plan(text: &str) -> Plan {
    let mut sources = Sources::default();
    let compiled = compile(&mut sources, "shop.yaml", text.as_bytes(), &grants());
    compiled.plan.unwrap_or_else(|| unreachable!("{}", human(&compiled.diagnostics, &sources, Colour::Never)))
}

fn edited(from: &str, to: &str) -> Plan {
    assert_eq!(SHOP.matches(from).count(), 1, "{from}");
    plan(&SHOP.replace(from, to))
}

/// Each edit with what it is called, there and back again.
const EDITS: &[(&str, &str, &str, Effect, Effect)] = {
    use Effect::{Narrowing, Neutral, Widening};
    &[
        (
            "note: { type: string, required: false }",
            "note: { type: string, required: false, allow: { shell: \"notes quote commands\" } }",
            "`note` of tool `place_order` is scanned for sql, traversal, template, prompt, control, \
             before: shell, sql, traversal, template, prompt, control",
            Widening,
            Narrowing,
        ),
        (
            "note: { type: string, required: false }",
            "note: { type: string, required: false, content: prompt }",
            "`note` of tool `place_order` is scanned for prompt, control, \
             before: shell, sql, traversal, template, prompt, control",
            Widening,
            Narrowing,
        ),
        (
            "customer: { type: string, max_length: 40 }",
            "customer: { type: string, max_length: 40, content: identifier }",
            "`customer` of tool `list_orders` is identifier, before: nothing said",
            Narrowing,
            Widening,
        ),
        (
            "customer: { type: string, max_length: 40 }",
            "customer: { type: string, max_length: 40, sensitive: true }",
            "`customer` of tool `list_orders` is now kept out of the audit log",
            Narrowing,
            Widening,
        ),
        (
            "sandbox: auto",
            "transports: [stdio]",
            "clients may no longer reach it over `http`",
            Narrowing,
            Widening,
        ),
        (
            "trust_tier: 2",
            "trust_tier: 3",
            "the agent is trusted with more: tier 2 (worker) -> 3 (operator), which may change and delete things",
            Widening,
            Narrowing,
        ),
        (
            "trust_tier: 2",
            "trust_tier: 4",
            "each call of `place_order` now waits for a person, as every write of tier 4 does",
            Narrowing,
            Widening,
        ),
        (
            "access: write",
            "access: read",
            "tool `place_order` no longer changes things: access write -> read",
            Narrowing,
            Widening,
        ),
        ("method: POST", "method: PUT", "tool `place_order` now sends PUT, before: POST", Widening, Widening),
        (
            "per_minute: 10",
            "per_minute: 11",
            "tool `place_order` may be called 11 times a minute, 2 at once, before: 10 and 2",
            Widening,
            Narrowing,
        ),
        (
            "max_execution_time: 30s",
            "max_execution_time: 60s",
            "a call may take 1 min, before: 30 s",
            Widening,
            Narrowing,
        ),
        (
            "sandbox: auto",
            "max_response_bytes: 2MiB",
            "an answer may be 2 MiB long, before: 1 MiB",
            Widening,
            Narrowing,
        ),
        ("sandbox: auto", "sandbox: require", "sandbox require, before: auto", Narrowing, Widening),
        ("sandbox: auto", "sandbox: none", "sandbox none, before: auto", Widening, Narrowing),
        (
            "sync: always",
            "sync: os",
            "an audit record counts as written once the system has it, before: once the disk has it",
            Widening,
            Narrowing,
        ),
        (
            "max_length: 40",
            "max_length: 41",
            "`customer` of tool `list_orders` takes text of 0 to 41 characters, before: text of 0 to 40 characters",
            Widening,
            Narrowing,
        ),
        (
            "enum: [open, shipped]",
            "enum: [open, shipped, lost]",
            "`state` of tool `list_orders` takes one of `open`, `shipped`, `lost`, before: one of `open`, `shipped`",
            Widening,
            Narrowing,
        ),
        (
            "enum: [open, shipped]",
            "max_length: 9",
            "`state` of tool `list_orders` takes text of 0 to 9 characters, before: one of `open`, `shipped`",
            Widening,
            Widening,
        ),
        (
            "default: 20",
            "default: 30",
            "`limit` of tool `list_orders` is default 30, before: default 20",
            Widening,
            Widening,
        ),
        (
            "max: 50, default: 20",
            "max: 50",
            "`limit` of tool `list_orders` is required, before: default 20",
            Narrowing,
            Widening,
        ),
        (
            ", pattern: \"^[a-z]+$\"",
            "",
            "`item` of tool `place_order` takes text of 0 to 10000 characters, before: text of 0 to 10000 characters, matching `^[a-z]+$`",
            Widening,
            Narrowing,
        ),
        (
            "orders/{{customer}}",
            "customers/{{customer}}",
            "tool `list_orders` now asks http://localhost:8080/customers/{{customer}}, before: http://localhost:8080/orders/{{customer}}",
            Widening,
            Widening,
        ),
        (
            "by: heddle",
            "by: me",
            "tool `place_order` sends \"me\" as `by` of the body, before: \"heddle\"",
            Widening,
            Widening,
        ),
        (
            "data.orders",
            "data",
            "of the answer to `list_orders` the caller gets `data`, before: `data.orders`",
            Widening,
            Narrowing,
        ),
        (
            "description: \"Orders.\"",
            "description: \"All orders.\"",
            "the description of the agent reads differently",
            Neutral,
            Neutral,
        ),
        (
            "description: \"Place an order\"",
            "description: \"Order\"",
            "what the model reads about `place_order` is now \"Order\"",
            Neutral,
            Neutral,
        ),
        ("version: \"1.0.0\"", "version: \"1.0.1\"", "version 1.0.1, before: 1.0.0", Neutral, Neutral),
        (
            "name: shop\n",
            "name: store\n",
            "the agent is another: `store`, before: `shop`; what is granted to that name is now its own",
            Widening,
            Widening,
        ),
        (
            "count: 100",
            "count: 200",
            "rule `large` holds for a person calls with `count` over 200 of `place_order`, and before: calls with `count` over 100",
            Widening,
            Widening,
        ),
        (
            "item: gold",
            "item: old",
            "rule `gold` denies calls with `item` containing \"old\" of `place_order`, and before: calls with `item` containing \"gold\"",
            Narrowing,
            Widening,
        ),
        (
            "action: deny",
            "action: hold",
            "rule `gold` holds for a person calls of `place_order`, and before: denies",
            Widening,
            Narrowing,
        ),
        (
            "expires: 15m",
            "expires: 1h",
            "a call of `place_order` that rule `large` holds can be approved for 1 h, before: 15 min",
            Widening,
            Narrowing,
        ),
        (
            "Bearer {{secret:shop-token}}",
            "Bearer {{secret:mail-token}}",
            "the secret `mail-token` may now be sent to http://localhost:8080, in the header `authorization`",
            Widening,
            Widening,
        ),
    ]
};

fn effect_of(sentence: &str, changes: &[Change]) -> Option<Effect> {
    changes.iter().find(|change| change.sentence == sentence).map(Change::effect)
}

#[test]
fn each_edit_is_called_what_it_is_and_turns_round() {
    let old = plan(SHOP);
    for (from, to, sentence, there, back) in EDITS {
        let new = edited(from, to);
        let changes = diff(&old, &new);
        let said: Vec<&String> = changes.iter().map(|change| &change.sentence).collect();
        assert_eq!(effect_of(sentence, &changes), Some(*there), "{from} -> {to}: {said:#?}");
        // The way back: one change of the same thing.
        let id = &changes.iter().find(|change| change.sentence == *sentence).unwrap().id;
        let returned = diff(&new, &old);
        let same: Vec<&Change> = returned.iter().filter(|change| change.id == *id).collect();
        let effects: Vec<Effect> = same.iter().map(|change| change.effect()).collect();
        // What came as a secret goes as one: its own way back is a narrowing, and the other secret comes again.
        let back = if id.starts_with("secrets/") { Effect::Narrowing } else { *back };
        assert_eq!(effects, [back], "{to} -> {from}");
        assert!(!is_within(&old, &new) || !is_within(&new, &old), "{from} -> {to}");
    }
}

#[test]
fn a_tool_and_all_that_comes_with_it_is_a_widening() {
    let old = plan(SHOP);
    let new = plan(
        &SHOP
            .replace(
                "  http_bridge:\n",
                "    - { name: send_mail, description: \"Mail\", access: write }\n  http_bridge:\n    - { tool_name: send_mail, method: POST, url: \"https://mail.example.com/send\", headers: { X-Key: \"{{secret:mail-token}}\" } }\n",
            ),
    );
    let changes = diff(&old, &new);
    let said: Vec<(Effect, &str)> =
        changes.iter().map(|change| (change.effect(), change.sentence.as_str())).collect();
    assert_eq!(
        said,
        [
            (Effect::Widening, "the agent may now reach https://mail.example.com"),
            (
                Effect::Widening,
                "the secret `mail-token` may now be sent to https://mail.example.com, in the header `x-key`"
            ),
            (
                Effect::Widening,
                "a new tool, `send_mail`, which may change things: POST https://mail.example.com/send"
            ),
        ]
    );
    assert!(is_within(&old, &new) && !is_within(&new, &old));
    assert!(diff(&new, &old).iter().all(|change| change.effect() == Effect::Narrowing));
}

#[test]
fn an_optional_parameter_comes_and_goes_with_its_place() {
    let old = plan(SHOP);
    let note = "        note: { type: string, required: false }\n";
    let without = plan(&SHOP.replace(note, "").replace(", note: \"{{note}}\"", ""));
    let changes = diff(&without, &old);
    let said: Vec<&str> = changes.iter().map(|change| change.sentence.as_str()).collect();
    assert_eq!(
        said,
        [
            "tool `place_order` takes a new parameter `note` (text of 0 to 10000 characters, optional), which goes into the body"
        ]
    );
    assert!(is_within(&without, &old));
    assert_eq!(diff(&old, &without)[0].effect(), Effect::Narrowing);
    assert_eq!(diff(&old, &without).len(), 1);

    // One that must be given shuts out the calls of before, and still says more than they could.
    let required = plan(&SHOP.replace("note: { type: string, required: false }", "note: { type: string }"));
    assert!(
        diff(&without, &required)
            .iter()
            .any(|change| change.id.ends_with("/note") && change.effect() == Effect::Widening)
    );
    assert!(!is_within(&without, &required));
}

#[test]
fn a_rule_that_goes_is_a_widening_and_one_that_comes_a_narrowing() {
    let old = plan(SHOP);
    let gold = "    - name: gold\n      tool: place_order\n      action: deny\n      param_contains: { item: gold }\n";
    let without = edited(gold, "");
    let [change] = &diff(&old, &without)[..] else { panic!("one change") };
    assert_eq!(change.effect(), Effect::Widening);
    assert_eq!(
        change.sentence,
        "rule `gold` is gone: nothing denies calls with `item` containing \"gold\" of `place_order` in its place"
    );
    assert_eq!(change.side, Side::Old);
    assert_eq!(diff(&without, &old)[0].effect(), Effect::Narrowing);

    // A hold that stands before a denial saves calls from it: a person may let them through.
    let large =
        "    - name: large\n      tool: place_order\n      param_gt: { count: 100 }\n      expires: 15m\n";
    let late = edited(large, "");
    let [change] = &diff(&late, &old)[..] else { panic!("one change") };
    assert_eq!(change.effect(), Effect::Widening);
}

#[test]
fn an_exception_that_comes_is_a_widening() {
    let small = |below: u32| {
        let rule =
            format!("    - name: small\n      tool: place_order\n      param_lt: {{ count: {below} }}\n");
        let rule = rule + "      action: allow\n      reason: \"routine\"\n    - name: large";
        edited("    - name: large", &rule)
    };
    let (old, new, more) = (plan(SHOP), small(5), small(9));
    let [change] = &diff(&old, &new)[..] else { panic!("one change") };
    assert_eq!(change.effect(), Effect::Widening);
    assert!(
        change.sentence.starts_with("rule `small` now lets pass calls with `count`"),
        "{}",
        change.sentence
    );
    assert_eq!(diff(&new, &old)[0].effect(), Effect::Narrowing);
    assert_eq!(diff(&new, &more)[0].effect(), Effect::Widening);
    assert_eq!(diff(&more, &new)[0].effect(), Effect::Narrowing);
    // A hold that becomes an exception.
    let large = "      param_gt: { count: 100 }\n      expires: 15m\n";
    let passes = "      param_gt: { count: 100 }\n      action: allow\n      reason: \"they pay\"\n";
    assert!(diff(&old, &edited(large, passes)).iter().any(|change| change.effect() == Effect::Widening));
    let waits = edited("expires: 15m", "expires: 15m\n      wait: 60s");
    assert_eq!(diff(&old, &waits)[0].effect(), Effect::Neutral);
}

#[test]
fn agents_come_and_go() {
    let plan = plan(SHOP);
    let come = appeared(&plan);
    assert!(come.iter().all(|change| change.effect() == Effect::Widening));
    let ids: Vec<&str> = come.iter().map(|change| change.id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "agent",
            "origins/http://localhost:8080",
            "secrets/shop-token/http://localhost:8080",
            "tools/list_orders",
            "tools/place_order"
        ]
    );
    assert_eq!(disappeared(&plan)[0].effect(), Effect::Narrowing);
}

#[test]
fn each_change_stands_at_its_line() {
    let mut sources = Sources::default();
    let file = sources.add("shop.yaml", SHOP);
    let agent = parse(&sources, file, &mut Default::default()).unwrap();
    let lines = Lines::of(SHOP);
    let old = plan(SHOP);
    for (from, to, sentence, ..) in EDITS {
        let new = edited(from, to);
        let change = diff(&old, &new).into_iter().find(|change| change.sentence == *sentence).unwrap();
        let found = lines.position(locate(&agent, &change.place).range().start).line;
        let meant = SHOP[..SHOP.find(from).unwrap()].lines().count();
        // A key that is not written is shown at what it belongs to; a rule at its name, a body at its own.
        let elsewhere = change.id.ends_with("/approval") || change.place.file() == "src/policy.rs";
        let close = elsewhere || found.abs_diff(meant) <= 4;
        assert!(close, "{from}: line {found}, and it is {meant}");
    }
}

#[test]
fn a_name_that_may_lead_inside_is_a_widening() {
    let closed = SHOP.replace("http://localhost:8080", "https://shop.lan");
    let open = closed.replace("      url:", "      allow_private: \"it stands in the cellar\"\n      url:");
    let (closed, open) = (plan(&closed), plan(&open));
    let sentence = "https://shop.lan may now lead to this machine or into a private network, not to public addresses only";
    assert_eq!(effect_of(sentence, &diff(&closed, &open)), Some(Effect::Widening));
    let back = diff(&open, &closed);
    let sentence = "https://shop.lan no longer leads to this machine or into a private network";
    assert_eq!(effect_of(sentence, &back), Some(Effect::Narrowing));
    // Told once: no tool asks anything else, and no secret goes anywhere else.
    assert_eq!(back.len(), 1, "{back:#?}");
    assert_eq!(diff(&closed, &open).len(), 1);

    let otherwise = SHOP.replace("http://localhost:8080", "https://shop.lan");
    let otherwise = otherwise.replace("      url:", "      allow_private: \"the attic now\"\n      url:");
    let reason = diff(&open, &plan(&otherwise));
    assert_eq!(reason.iter().map(Change::effect).collect::<Vec<_>>(), [Effect::Neutral], "{reason:#?}");
}

#[test]
fn keys_that_may_lead_inside_are_a_widening() {
    let closed = format!(
        "{}    http:\n      resource: \"https://mcp.shop.example/mcp\"\n      issuer: \"https://login.lan\"\n      \
         jwks: \"https://login.lan/keys\"\n      read_scope: r\n      write_scope: w\n",
        SHOP.trim_end().to_owned() + "\n"
    );
    let open = closed
        .replace("      read_scope", "      allow_private: \"it stands in the cellar\"\n      read_scope");
    let found = diff(&plan(&closed), &plan(&open));
    let sentence = "https://login.lan may now lead to this machine or into a private network, not to public addresses only";
    assert_eq!(effect_of(sentence, &found), Some(Effect::Widening), "{found:#?}");
    // Who lets callers in is as before.
    assert_eq!(found.len(), 1, "{found:#?}");
    let back = diff(&plan(&open), &plan(&closed));
    assert_eq!(back.iter().map(Change::effect).collect::<Vec<_>>(), [Effect::Narrowing], "{back:#?}");
}
