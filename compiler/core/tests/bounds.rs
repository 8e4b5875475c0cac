//! What a hostile file can cost: every stage and every rendering is linear in its size.

use std::time::{Duration, Instant};

use heddle_compiler::check::Grants;
use heddle_compiler::compile;
use heddle_compiler::diag::{self, Colour};
use heddle_compiler::source::Sources;

/// Largest input; an unoptimised build takes a sixteenth, so that the test stays short.
const SIZE: usize = if cfg!(debug_assertions) { 1 << 16 } else { 1 << 20 };

/// Eight times the input may take this many times as long: well above linear, well below quadratic.
const FACTOR: u32 = 24;

/// What a busy machine may add.
const SLACK: Duration = Duration::from_millis(300);

#[test]
fn the_worst_configs_take_linear_time() {
    let mut slow = Vec::new();
    for ((name, small), (_, large)) in worst(SIZE / 8).into_iter().zip(worst(SIZE)) {
        assert!(large.len() <= SIZE, "{name} is too large to be read at all");
        let (small, large) = (cost(&small), cost(&large));
        eprintln!("{name}: {small:?}, eight times as much {large:?}");
        if large > small * FACTOR + SLACK {
            slow.push(format!("{name}: {small:?}, and eight times as much takes {large:?}"));
        }
    }
    assert!(slow.is_empty(), "not linear:\n{}", slow.join("\n"));
}

/// How long it takes to check a config and to write its findings in every form.
fn cost(text: &str) -> Duration {
    let start = Instant::now();
    let mut sources = Sources::default();
    let compiled = compile(&mut sources, "agent.yaml", text.as_bytes(), &Grants::default());
    let human = diag::human(&compiled.diagnostics, &sources, Colour::Never);
    let json = diag::json(&compiled.diagnostics, &sources);
    assert_eq!(json.lines().count(), compiled.diagnostics.len());
    assert_eq!(human.is_empty(), compiled.diagnostics.is_empty());
    start.elapsed()
}

fn worst(size: usize) -> Vec<(&'static str, String)> {
    let fill = |head: &str, tail: &str, each: &dyn Fn(usize) -> String| {
        let mut text = head.to_owned();
        for n in 0.. {
            let next = each(n);
            if text.len() + next.len() + tail.len() > size {
                break;
            }
            text.push_str(&next);
        }
        text + tail
    };
    let agent = "agent:\n  name: x\n  runtime: { trust_tier: 1 }\n";
    vec![
        ("unknown keys", fill("agent:\n", "", &|n| format!("  k{n}: 1\n"))),
        ("unknown keys on one line", fill("agent: {", "}\n", &|n| format!("k{n}: 1, "))),
        ("unknown keys on one line, not ASCII", fill("agent: {", "}\n", &|n| format!("é{n}: 1, "))),
        ("one key again and again", fill("agent:\n", "", &|_| "  name: 1\n".into())),
        ("long unknown keys", fill("agent:\n", "", &|n| format!("  {}{n}: 1\n", "descriptoin".repeat(4)))),
        ("hidden characters", "\u{202e}".repeat(size / 3)),
        ("brackets", "[".repeat(size)),
        ("levels", fill("", "", &|n| format!("{}a:\n", " ".repeat(n)))),
        ("items", fill("[", "]", &|_| "a,".into())),
        ("empty items", fill("", "", &|_| "- ".into())),
        ("escapes", fill("agent: \"", "\"\n", &|_| "\\u202e".into())),
        ("anchors", fill("agent:\n", "", &|n| format!("  k{n}: &a 1\n"))),
        (
            "wrong types",
            fill(agent, "", &|n| if n == 0 { "  exposes:\n".into() } else { "    - 1\n".into() }),
        ),
        ("one long line", fill("agent: \"", "\"\n", &|_| "é".into())),
        ("one long name", fill("agent:\n  name: ", "\n", &|_| "x".into())),
        ("nothing but line ends", "\n".repeat(size)),
        ("folded text", fill("agent:\n  description: >\n", "", &|_| "    word\n".into())),
        ("tools", tools(size / 256)),
        (
            "parameters",
            fill(&format!("{agent}  exposes:\n    - name: t\n      parameters:\n"), "", &|n| {
                format!("        p{n}: {{ type: strng }}\n")
            }),
        ),
        (
            "enum",
            fill(
                &format!("{agent}  exposes:\n    - name: t\n      parameters:\n        p: {{ enum: ["),
                "] }\n",
                &|n| format!("yes{n}, yes, "),
            ),
        ),
        (
            "rules",
            fill(&format!("{agent}  escalation_rules:\n"), "", &|n| {
                format!("    - {{ name: r{n}, tool: \"*a*b*\", param_gt: {{ n: {n} }} }}\n")
            }),
        ),
    ]
}

fn tools(many: usize) -> String {
    let mut text = String::from("agent:\n  name: x\n  runtime: { trust_tier: 1 }\n  exposes:\n");
    for n in 0..many {
        text.push_str(&format!("    - {{ name: t{n}, parameters: {{ p: {{ type: string }} }} }}\n"));
    }
    text.push_str("  http_bridge:\n");
    for n in 0..many {
        text.push_str(&format!(
            "    - {{ tool_name: t{n}, url: \"http://localhost/{{{{p}}}}/{{{{q}}}}\" }}\n"
        ));
    }
    text
}
