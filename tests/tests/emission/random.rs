//! Plans that nobody thought of: each is written the same twice, keeps to the grammar, and compiles.

use std::collections::{BTreeMap, BTreeSet};

use heddle_compiler::compile;
use heddle_compiler::emit::Lock;
use heddle_compiler::plan::*;
use heddle_compiler::source::Sources;
use heddle_tests::random_config::{self, Style, sample};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::{emitted, grammar, rustc};

/// Text of an author who means no good.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{0,20}",
        any::<String>(),
        Just("\" ; fn main() { panic!() } //".to_owned()),
        Just("*/ \u{202e}\u{2066} \0\r\n{{secret:x}} \\".to_owned()),
        Just("__initializer__ <b>`|`</b> {% raw %} {{ 7 * 7 }}".to_owned()),
    ]
}

fn tool_name() -> impl Strategy<Value = String> {
    let odd = [
        "tool", "limit", "Part", "self", "mod", "agent", "tools", "tier", "Self", "crate", "get", "prove",
        "std",
    ];
    prop_oneof![3 => "[A-Za-z][A-Za-z0-9_-]{0,12}", 1 => prop::sample::select(odd.to_vec()).prop_map(str::to_owned)]
}

fn origins() -> impl Strategy<Value = Origin> {
    let hosts = [
        "localhost",
        "127.0.0.1",
        "[::1]",
        "a-b.example",
        "a.b.example",
        "1password.com",
        "xn--bcher-kva.example",
    ];
    let scheme = prop_oneof![Just(Scheme::Http), Just(Scheme::Https)];
    let port = prop_oneof![Just(80_u16), Just(443), Just(9090), 1_u16..];
    (scheme, prop::sample::select(hosts.to_vec()), port).prop_map(|(scheme, host, port)| Origin {
        scheme,
        host: host.to_owned(),
        port,
        addresses: match host {
            "a-b.example" => Addresses::Because("it stands \"inside\"".to_owned()),
            _ => Addresses::of(host),
        },
    })
}

fn json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        any::<i64>().prop_map(Json::Int),
        finite().prop_map(Json::Num),
        text().prop_map(Json::Text),
    ];
    leaf.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Json::List),
            btree_map(text(), inner, 0..3).prop_map(Json::Map),
        ]
    })
}

fn finite() -> impl Strategy<Value = f64> {
    prop_oneof![
        Just(f64::MIN),
        Just(f64::MAX),
        prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL | prop::num::f64::ZERO
    ]
}

fn kind() -> impl Strategy<Value = Kind> {
    let leaf = prop_oneof![
        (
            0..9_u32,
            any::<u32>(),
            prop_oneof![Just(String::new()), Just("^[a-z\"]+$".to_owned())],
            vec(text(), 0..3)
        )
            .prop_map(|(min, max, pattern, one_of)| Kind::Text { min, max, pattern, one_of }),
        (
            prop_oneof![Just(i64::MIN), any::<i64>()],
            prop_oneof![Just(i64::MAX), any::<i64>()],
            vec(any::<i64>(), 0..3)
        )
            .prop_map(|(min, max, one_of)| Kind::Integer { min, max, one_of }),
        (finite(), finite(), vec(finite(), 0..3)).prop_map(|(min, max, one_of)| Kind::Number {
            min,
            max,
            one_of
        }),
        Just(Kind::Boolean),
        Just(Kind::OpenObject),
        Just(Kind::Any),
    ];
    leaf.prop_recursive(2, 6, 3, |inner| {
        let member = (text(), inner.clone(), presence(), any::<bool>())
            .prop_map(|(about, kind, presence, sensitive)| unscanned(about, kind, presence, sensitive));
        prop_oneof![
            (inner, 0..9_u32, prop_oneof![Just(u32::MAX), 9..99_u32])
                .prop_map(|(items, min, max)| Kind::List { items: Box::new(items), min, max }),
            btree_map(text(), member, 0..3).prop_map(|fields| Kind::Object { fields }),
        ]
    })
}

/// A parameter whose scan is filled in once its places are known; a text is said to be one of three things.
fn unscanned(about: String, kind: Kind, presence: Presence, sensitive: bool) -> Param {
    let is_text = matches!(&kind, Kind::Text { one_of, .. } if one_of.is_empty());
    let content = match about.len() % 3 {
        0 if is_text => Content::Prompt,
        1 if is_text => Content::Text,
        _ => Content::Unspecified,
    };
    Param { about, kind, presence, sensitive, content, scan: BTreeSet::new(), allow: BTreeMap::new() }
}

fn presence() -> impl Strategy<Value = Presence> {
    prop_oneof![Just(Presence::Required), Just(Presence::Optional), json().prop_map(Presence::Default)]
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        finite().prop_map(Op::Gt),
        finite().prop_map(Op::Lt),
        json().prop_map(Op::Eq),
        vec(json(), 1..3).prop_map(Op::In),
        text().prop_map(Op::Contains),
        Just(Op::Matches("a|b".to_owned())),
        any::<u64>().prop_map(Op::LenGt),
    ]
}

/// A parameter, the place in the request where it goes, and a rule about it.
type Argument = (Param, u8, Option<(Op, bool, Action, u32, u32)>);

fn argument() -> impl Strategy<Value = Argument> {
    let param = (text(), kind(), presence(), any::<bool>())
        .prop_map(|(about, kind, presence, sensitive)| unscanned(about, kind, presence, sensitive));
    let action = prop_oneof![Just(Action::Hold), Just(Action::Deny), Just(Action::Allow)];
    (param, 0..4_u8, option::weighted(0.3, (op(), any::<bool>(), action, any::<u32>(), any::<u32>())))
}

#[derive(Debug, Clone)]
struct Draft {
    about: (String, String),
    power: (usize, Option<String>),
    limit: (u32, u32),
    origin: usize,
    arguments: BTreeMap<String, Argument>,
    secret: Option<(String, u8)>,
    constant: Option<Json>,
    answer: Vec<String>,
    returns: Option<(String, Kind)>,
}

fn draft() -> impl Strategy<Value = Draft> {
    (
        (text(), text()),
        (any::<usize>(), option::of(text())),
        (1..100_000_u32, 1..100_u32),
        any::<usize>(),
        btree_map("[A-Za-z_][A-Za-z0-9_]{0,6}", argument(), 0..4),
        option::of(("[a-z0-9][a-z0-9_.-]{0,8}", 0..3_u8)),
        option::of(json()),
        vec(text(), 0..3),
        option::of((text(), kind())),
    )
        .prop_map(|(about, power, limit, origin, arguments, secret, constant, answer, returns)| Draft {
            about,
            power,
            limit,
            origin,
            arguments,
            secret,
            constant,
            answer,
            returns,
        })
}

/// What a tier allows: the pairs of access and method.
fn powers(tier: Tier) -> Vec<(Access, Method)> {
    let mut powers =
        vec![(Access::Read, Method::Get), (Access::Read, Method::Head), (Access::Read, Method::Options)];
    if tier >= Tier::Worker {
        for method in [Method::Post, Method::Put, Method::Patch] {
            powers.extend([(Access::Read, method), (Access::Write, method)]);
        }
    }
    if tier >= Tier::Operator {
        powers.push((Access::Write, Method::Delete));
    }
    powers
}

fn tool(
    draft: Draft,
    tier: Tier,
    origins: &[Origin],
    grants: &mut BTreeMap<GrantId, BTreeSet<Slot>>,
) -> Tool {
    let powers = powers(tier);
    let (access, method) = powers[draft.power.0 % powers.len()];
    let writes = !matches!(method, Method::Get | Method::Head | Method::Options);
    let origin = origins[draft.origin % origins.len()].clone();
    let mut path = vec![Part::Text("/v1/".to_owned())];
    let (mut query, mut headers, mut holds) = (Vec::new(), Vec::new(), Vec::new());
    let mut body: BTreeMap<String, Node> =
        draft.constant.into_iter().map(|value| (" fixed".to_owned(), Node::Fixed(value))).collect();

    let mut params = BTreeMap::new();
    for (name, (mut param, place, rule)) in draft.arguments {
        let arg = Part::Arg(name.clone());
        let optional = matches!(param.presence, Presence::Optional | Presence::Default(Json::Null));
        // Only a body has a place for what is not text.
        let place = match param.kind {
            Kind::Text { .. } | Kind::Integer { .. } | Kind::Number { .. } | Kind::Boolean => place,
            _ if writes => 1,
            _ => {
                param.kind = Kind::Boolean;
                place
            }
        };
        match place {
            0 if !optional => path.extend([arg, Part::Text("/".to_owned())]),
            1 if writes => {
                body.insert(name.clone(), Node::List(vec![Node::Arg(name.clone())]));
            }
            2 => headers.push(Field { name: format!("x-{}", name.to_lowercase()), value: vec![arg] }),
            _ => query.push(Field { name: format!("q {name}"), value: vec![arg] }),
        }
        if let Some((op, any, action, expires_s, wait_s)) = rule {
            let tests = vec![Test { param: name.clone(), op }];
            let when = if any { When::Any(tests) } else { When::All(tests) };
            let reason = format!("because {}", param.about);
            let wait_s = wait_s.min(expires_s);
            holds.push(Hold { rule: format!("about-{name}"), reason, when, action, expires_s, wait_s });
        }
        params.insert(name, param);
    }
    if let Some((key, place)) = draft.secret {
        let value = vec![Part::Text("Bearer ".to_owned()), Part::Secret(key.clone())];
        let slot = match place {
            0 if writes => {
                body.insert(" secret".to_owned(), Node::Text(value));
                Slot::Body
            }
            1 => {
                query.push(Field { name: "key".to_owned(), value });
                Slot::Query("key".to_owned())
            }
            _ => {
                headers.push(Field { name: "authorization".to_owned(), value });
                Slot::Header("authorization".to_owned())
            }
        };
        grants.entry(GrantId { key, origin: origin.clone() }).or_default().insert(slot);
    }
    fill_scans(&mut params, &path, &query, &headers);
    for param in params.values_mut().filter(|param| param.about.len() % 2 == 0) {
        if let Some(class) = param.scan.pop_first() {
            param.allow.insert(class, format!("because {}", param.about));
        }
    }
    let (title, about) = draft.about;
    Tool {
        title,
        about,
        access,
        method,
        reads: match draft.power.1 {
            _ if access == Access::Write || !writes => Reads::ByMethod,
            Some(why) => Reads::Because(why),
            None => Reads::Unexplained,
        },
        limit: Limit { per_minute: draft.limit.0, burst: draft.limit.1 },
        holds,
        params,
        origin,
        path,
        query,
        headers,
        body: (writes && !body.is_empty()).then_some(Node::Map(body)),
        answer: draft.answer,
        returns: draft.returns.map(|(about, kind)| Returns { about, kind }),
    }
}

pub fn audit() -> impl Strategy<Value = Audit> {
    let threshold =
        || (1..=u32::MAX, 1..=u32::MAX).prop_map(|(count, within_s)| Threshold { count, within_s });
    let anomalies = (any::<u32>(), threshold(), threshold(), threshold()).prop_map(
        |(warm_up, rate_limit_breaches, credential_denials, refusals)| Anomalies {
            warm_up,
            rate_limit_breaches,
            credential_denials,
            refusals,
        },
    );
    (any::<bool>(), 1..=u64::MAX, 1..=u64::MAX, anomalies).prop_map(
        |(os, max_bytes, max_age_s, anomalies)| Audit {
            sync: if os { Sync::Os } else { Sync::Always },
            max_bytes,
            max_age_s,
            anomalies,
        },
    )
}

fn plan() -> impl Strategy<Value = Plan> {
    let tier = prop::sample::select(vec![Tier::Observer, Tier::Worker, Tier::Operator, Tier::Privileged]);
    let tools = btree_map(tool_name(), draft(), 1..5);
    let head = ("[a-z][a-z0-9_-]{0,12}", "[1-9]\\.[0-9]\\.[0-9]", text());
    (head, tier, btree_set(origins(), 1..4), tools, any::<(u64, u64, bool)>(), audit()).prop_map(
        |((name, version, about), tier, origins, drafts, (deadline_ms, max_response_bytes, auto), audit)| {
            let origins: Vec<Origin> = origins.into_iter().collect();
            let mut grants = BTreeMap::new();
            let mut modules = BTreeSet::new();
            let mut tools = BTreeMap::new();
            for (name, draft) in drafts {
                // Two tools of one module are refused long before there is a plan.
                if modules.insert(module(&name)) {
                    tools.insert(name, tool(draft, tier, &origins, &mut grants));
                }
            }
            Plan {
                name,
                version,
                about,
                tier,
                origins: origins.into_iter().collect(),
                grants,
                deadline_ms,
                max_response_bytes,
                audit,
                validation: if auto { Validation::Strict } else { Validation::Permissive },
                sandbox: if auto { Sandbox::Auto } else { Sandbox::Off },
                transports: if auto {
                    [Transport::Stdio].into()
                } else {
                    [Transport::Http, Transport::Stdio].into()
                },
                oauth: None,
                tools,
            }
        },
    )
}

#[test]
fn any_plan_is_written_the_same_twice_and_keeps_the_grammar() {
    let config = Config { cases: 128, failure_persistence: None, ..Config::default() };
    let outcome = TestRunner::new(config).run(&plan(), |plan| {
        let written = emitted(&plan);
        prop_assert_eq!(&written, &emitted(&plan.clone()));
        let lock = Lock::read(&written.files["heddle.lock"]).expect("a lock that was just written");
        prop_assert_eq!(lock.plan().expect("the plan of the lock"), plan.clone());
        let faults = grammar::faults(&written);
        prop_assert!(faults.is_empty(), "{}", faults.join("\n"));
        for (path, text) in &written.files {
            let hidden = |c: char| {
                c.is_control() && c != '\n'
                    || ('\u{202a}'..='\u{202e}').contains(&c)
                    || ('\u{2066}'..='\u{2069}').contains(&c)
            };
            prop_assert!(!text.contains(hidden), "{path} hides something");
        }
        Ok(())
    });
    outcome.unwrap_or_else(|fault| panic!("{fault}"));
}

#[test]
fn a_sample_of_any_plans_compiles() {
    let config = Config { cases: 12, max_shrink_iters: 64, failure_persistence: None, ..Config::default() };
    let outcome = TestRunner::new(config).run(&plan(), |plan| {
        let said = rustc::check(&emitted(&plan));
        prop_assert!(said.is_ok(), "{}", said.unwrap_err());
        Ok(())
    });
    outcome.unwrap_or_else(|fault| panic!("{fault}"));
}

/// The same from the other end: whatever the check accepts compiles, whichever way its keys stand.
#[test]
fn a_sample_of_any_accepted_configs_compiles() {
    for seed in 0..12 {
        let config = sample(seed);
        let written = emitted(&accepted(&config, &Style::Plain));
        assert_eq!(written, emitted(&accepted(&config, &Style::Varied(seed))), "seed {seed}");
        let faults = grammar::faults(&written);
        assert!(faults.is_empty(), "seed {seed}: {}", faults.join("\n"));
        rustc::check(&written).unwrap_or_else(|said| panic!("seed {seed}:\n{said}"));
    }
}

fn accepted(config: &random_config::Config, style: &Style) -> Plan {
    let text = config.yaml(style);
    let mut sources = Sources::default();
    let compiled = compile(&mut sources, "agent.yaml", text.as_bytes(), &config.grants());
    compiled.plan.unwrap_or_else(|| panic!("refused: {:?}\n{text}", compiled.diagnostics))
}
