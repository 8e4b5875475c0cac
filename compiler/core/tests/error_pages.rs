//! Each code has a page, and each page tells the truth.

use std::path::{Path, PathBuf};

use heddle_compiler::check::{Grants, grants};
use heddle_compiler::diag::{self, ALL, Code, Colour, Severity, Sink};
use heddle_compiler::source::Sources;
use heddle_compiler::{Compiled, compile, explain};

#[test]
fn each_code_has_a_page() {
    let missing: Vec<String> =
        ALL.iter().filter(|(code, _)| !path(*code).is_file()).map(|(code, _)| code.to_string()).collect();
    assert!(missing.is_empty(), "codes without a page under docs/errors: {}", missing.join(", "));
}

#[test]
fn each_page_has_a_code() {
    for entry in std::fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let known = name == "README.md" || ALL.iter().any(|(code, _)| name == format!("{code}.md"));
        assert!(known, "docs/errors/{name} is the page of no code");
    }
}

#[test]
fn pages_are_what_explain_shows() {
    for (code, _) in ALL.iter().filter(|(code, _)| path(*code).is_file()) {
        let page = std::fs::read_to_string(path(*code)).unwrap();
        assert_eq!(explain::page(*code), Some(page.as_str()), "{code}");
    }
}

#[test]
fn pages_tell_the_truth() {
    let bless = std::env::var_os("HEDDLE_BLESS").is_some();
    assert!(!(bless && std::env::var_os("CI").is_some()), "HEDDLE_BLESS is not for CI");
    let mut faults = Vec::new();
    for (code, title) in ALL.iter().filter(|(code, _)| path(*code).is_file()) {
        let written = std::fs::read_to_string(path(*code)).unwrap();
        match judge(*code, title, &written) {
            Ok(truth) if truth == written => {}
            Ok(truth) if bless => std::fs::write(path(*code), truth).unwrap(),
            Ok(truth) => faults.push(format!(
                "{code}: the text differs (HEDDLE_BLESS=1 writes it anew)\n{}",
                first_difference(&written, &truth)
            )),
            Err(fault) => faults.push(format!("{code}: {fault}")),
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

/// The page as it must be, or what cannot be mended by writing it anew.
fn judge(code: Code, title: &str, page: &str) -> Result<String, String> {
    let heading = format!("# {code}: {title}\n\n");
    let Some(rest) = page.strip_prefix(&heading) else {
        return Err(format!("the page does not begin with {heading:?}"));
    };
    if rest.starts_with('#') || rest.starts_with("```") {
        return Err("the page does not say why before `## Refused`".into());
    }
    let mut truth = String::new();
    let mut section = Section::Why;
    let mut met = Vec::new();
    let mut grants = String::new();
    let mut input: Option<Vec<u8>> = None;
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        truth.push_str(line);
        truth.push('\n');
        if let Some(title) = line.strip_prefix("## ") {
            section = Section::of(title)?;
            met.push(section);
            grants.clear();
        }
        if let Some(name) = line.strip_prefix("<!-- input: ").and_then(|rest| rest.strip_suffix(" -->")) {
            input = Some(generated(name)?);
        }
        let Some(language) = line.strip_prefix("```") else { continue };
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let text: String = block.iter().flat_map(|line| [line, "\n"]).collect();
        let written = match (language, section) {
            ("yaml grants", _) => {
                grants.clone_from(&text);
                text
            }
            ("yaml", Section::Refused) => {
                input = Some(text.clone().into_bytes());
                text
            }
            ("text", Section::Refused) => {
                refused(code, &input.take().ok_or("a `text` block without input")?, &grants)?
            }
            ("yaml", Section::Accepted) => {
                accepted(code, text.as_bytes(), &grants)?;
                text
            }
            _ => text,
        };
        truth.push_str(&written);
        truth.push_str("```\n");
    }
    if input.is_some() {
        return Err("a refused config without a `text` block after it".into());
    }
    match met.as_slice() {
        [Section::Refused, Section::Accepted] | [Section::Refused, Section::Accepted, Section::Raising] => {
            Ok(truth)
        }
        _ => {
            Err("the sections are `## Refused`, `## Accepted`, and where it applies the one on authority"
                .into())
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Section {
    Why,
    Refused,
    Accepted,
    Raising,
}

impl Section {
    fn of(title: &str) -> Result<Self, String> {
        match title {
            "Refused" => Ok(Self::Refused),
            "Accepted" => Ok(Self::Accepted),
            "What raising authority would open" => Ok(Self::Raising),
            _ => Err(format!("no page has a section `{title}`")),
        }
    }
}

/// What the check prints about a refused config.
fn refused(code: Code, config: &[u8], grants: &str) -> Result<String, String> {
    let (compiled, sources) = check(config, grants);
    if !compiled.diagnostics.iter().any(|found| found.code == code) {
        let drawn = diag::human(&compiled.diagnostics, &sources, Colour::Never);
        return Err(format!("the refused config is not refused with this code but with\n{drawn}"));
    }
    let drawn = diag::human(&compiled.diagnostics, &sources, Colour::Never);
    let (findings, _count) = drawn.trim_end().rsplit_once('\n').unwrap_or((&drawn, ""));
    Ok(format!("{}\n", findings.trim_end()))
}

fn accepted(code: Code, config: &[u8], grants: &str) -> Result<(), String> {
    let (compiled, sources) = check(config, grants);
    let fault =
        compiled.diagnostics.iter().any(|found| found.code == code || found.severity == Severity::Error);
    if fault || compiled.plan.is_none() {
        let drawn = diag::human(&compiled.diagnostics, &sources, Colour::Never);
        return Err(format!("the accepted config is refused\n{drawn}"));
    }
    Ok(())
}

fn check(config: &[u8], grants: &str) -> (Compiled, Sources) {
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let granted = if grants.is_empty() {
        Grants::default()
    } else {
        let file = sources.add("heddle.grants.yaml", grants);
        grants::parse(&sources, file, &mut sink).unwrap_or_default()
    };
    let mut compiled = compile(&mut sources, "agent.yaml", config, &granted);
    let mut findings = sink.into_sorted();
    findings.append(&mut compiled.diagnostics);
    compiled.diagnostics = findings;
    (compiled, sources)
}

/// Configs that no text block can hold.
fn generated(name: &str) -> Result<Vec<u8>, String> {
    match name {
        "utf-16" => Ok("\u{feff}agent:\n".encode_utf16().flat_map(u16::to_le_bytes).collect()),
        "zero-byte" => Ok(b"\x7fELF\x02\x01\x01\0\0\0".to_vec()),
        "latin-1" => Ok(b"agent:\n  name: cafe\n  description: \"the caf\xe9\"\n".to_vec()),
        "many-tools" => Ok(many_tools()),
        "many-rules" => Ok(many_rules()),
        "2MiB" => Ok(b"# \n".repeat((2 << 20) / 3)),
        _ => Err(format!("there is no input `{name}`")),
    }
}

/// Twelve tools with all that can be said about each.
fn many_tools() -> Vec<u8> {
    let about = "Lists the orders of one shop in the order in which they came in, each with all its lines. "
        .repeat(40);
    let tools = (0..12).map(|shop| format!("    - name: orders_{shop}\n      description: \"{about}\"\n"));
    let bridges = (0..12)
        .map(|shop| format!("    - tool_name: orders_{shop}\n      url: \"http://localhost:8080/{shop}\"\n"));
    let (tools, bridges): (String, String) = (tools.collect(), bridges.collect());
    format!(
        "agent:\n  name: shop\n  exposes:\n{tools}  http_bridge:\n{bridges}  runtime:\n    trust_tier: 1\n"
    )
    .into()
}

/// One rule more than an agent can have.
fn many_rules() -> Vec<u8> {
    let rules = (0..257).map(|shop| format!("    - name: shop-{shop}\n      param_eq: {{ shop: {shop} }}\n"));
    let rules: String = rules.collect();
    let tool = "    - name: orders\n      description: \"List the orders of a shop.\"\n      \
                parameters: { shop: { type: integer } }\n";
    let bridge = "    - tool_name: orders\n      url: \"http://localhost:8080/orders/{{shop}}\"\n";
    format!(
        "agent:\n  name: shop\n  exposes:\n{tool}  http_bridge:\n{bridge}  escalation_rules:\n{rules}  runtime:\n    \
         trust_tier: 1\n"
    )
    .into()
}

fn first_difference(written: &str, truth: &str) -> String {
    let differs = written.lines().zip(truth.lines()).position(|(a, b)| a != b);
    let at = differs.unwrap_or_else(|| written.lines().count().min(truth.lines().count()));
    let line = |text: &str| text.lines().nth(at).unwrap_or("(the end)").to_owned();
    format!("  line {}\n  written: {}\n  true:    {}", at + 1, line(written), line(truth))
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors")
}

fn path(code: Code) -> PathBuf {
    folder().join(format!("{code}.md"))
}
