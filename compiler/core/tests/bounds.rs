//! What a hostile file can cost: every stage and every rendering is linear in its size.

use std::fmt::Write;
use std::time::{Duration, Instant};

use heddle_compiler::check::Grants;
use heddle_compiler::diag::{self, Colour};
use heddle_compiler::source::Sources;
use heddle_compiler::compile;

const SIZE: usize = 1 << 20;

/// In an optimised build; an unoptimised one gets twenty times as long.
const MOST: Duration = Duration::from_millis(if cfg!(debug_assertions) { 30_000 } else { 1_500 });

#[test]
fn the_worst_megabytes_are_checked_in_time() {
    let mut slow = Vec::new();
    for (name, text) in worst() {
        assert!(text.len() <= SIZE, "{name} is too large to be read at all");
        let start = Instant::now();
        let mut sources = Sources::default();
        let compiled = compile(&mut sources, "agent.yaml", text.as_bytes(), &Grants::default());
        let checked = start.elapsed();
        let human = diag::human(&compiled.diagnostics, &sources, Colour::Never);
        let drawn = start.elapsed();
        let json = diag::json(&compiled.diagnostics, &sources);
        let took = start.elapsed();
        eprintln!(
            "{name}: {} findings, checked {checked:?}, drawn {:?}, JSON {:?} ({} + {} bytes)",
            compiled.diagnostics.len(),
            drawn - checked,
            took - drawn,
            human.len(),
            json.len()
        );
        if took > MOST {
            slow.push(format!("{name}: {took:?}"));
        }
    }
    assert!(slow.is_empty(), "slower than {MOST:?}: {}", slow.join(", "));
}

fn worst() -> Vec<(&'static str, String)> {
    let fill = |head: &str, tail: &str, each: &dyn Fn(usize) -> String| {
        let mut text = head.to_owned();
        for n in 0.. {
            let next = each(n);
            if text.len() + next.len() + tail.len() > SIZE {
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
        ("hidden characters", "\u{202e}".repeat(SIZE / 3)),
        ("brackets", "[".repeat(SIZE)),
        ("levels", fill("", "", &|n| format!("{}a:\n", " ".repeat(n)))),
        ("items", fill("[", "]", &|_| "a,".into())),
        ("empty items", fill("", "", &|_| "- ".into())),
        ("escapes", fill("agent: \"", "\"\n", &|_| "\\u202e".into())),
        ("anchors", fill("agent:\n", "", &|n| format!("  k{n}: &a 1\n"))),
        ("wrong types", fill(agent, "", &|n| if n == 0 { "  exposes:\n".into() } else { "    - 1\n".into() })),
        ("one long line", fill("agent: \"", "\"\n", &|_| "é".into())),
        ("one long name", fill("agent:\n  name: ", "\n", &|_| "x".into())),
        ("nothing but line ends", "\n".repeat(SIZE)),
        ("folded text", fill("agent:\n  description: >\n", "", &|_| "    word\n".into())),
        ("tools", tools()),
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

fn tools() -> String {
    let mut text = String::from("agent:\n  name: x\n  runtime: { trust_tier: 1 }\n  exposes:\n");
    let many = 4_000;
    for n in 0..many {
        writeln!(text, "    - {{ name: t{n}, parameters: {{ p: {{ type: string }} }} }}").unwrap();
    }
    text.push_str("  http_bridge:\n");
    for n in 0..many {
        writeln!(text, "    - {{ tool_name: t{n}, url: \"http://localhost/{{{{p}}}}/{{{{q}}}}\" }}").unwrap();
    }
    text
}
