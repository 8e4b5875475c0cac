//! How findings are drawn, written and mended.

use super::*;
use crate::source::{FileId, Sources};

fn sources(text: &str) -> Sources {
    let mut sources = Sources::default();
    sources.add("a b/é.yaml", text);
    sources
}

fn span(text: &str, part: &str) -> Span {
    let start = text.find(part).unwrap();
    Span { file: FileId(0), start: start.try_into().unwrap(), end: (start + part.len()).try_into().unwrap() }
}

fn drawn(text: &str, found: &Diagnostic) -> String {
    one(found, &sources(text), Colour::Never)
}

#[test]
fn a_finding_is_drawn_as_rustc_draws_it() {
    let text = "agent:\n  method: POST\n  x: 1\n  y: 2\n  tier: 1\n";
    let found =
        Diagnostic::error(HD0102, "tier 1 may not send `POST`", span(text, "POST"), "this method writes")
            .because(span(text, "tier: 1"), "tier 1 (observer) is declared here")
            .note("tier 1 sends GET, HEAD and OPTIONS only")
            .help("if this tool must write, the whole agent needs tier 2");
    assert_eq!(
        drawn(text, &found),
        "\
error[HD0102]: tier 1 may not send `POST`
 --> a b/é.yaml:2:11
  |
2 |   method: POST
  |           ^^^^ this method writes
...
5 |   tier: 1
  |   ------- tier 1 (observer) is declared here
  |
  = note: tier 1 sends GET, HEAD and OPTIONS only
help: if this tool must write, the whole agent needs tier 2"
    );
}

#[test]
fn an_edit_is_drawn_as_one() {
    let text = "a:\n  qurey: x\n";
    let found = Diagnostic::warning(HD0004, "no `qurey`", span(text, "qurey"), "").fix(
        span(text, "qurey"),
        "query",
        "write `query`",
    );
    assert_eq!(
        drawn(text, &found),
        "\
warning[HD0004]: no `qurey`
 --> a b/é.yaml:2:3
  |
2 |   qurey: x
  |   ^^^^^
  |
help: write `query`
  |
2 -   qurey: x
2 +   query: x
  |"
    );
}

#[test]
fn wide_characters_tabs_and_line_ends_leave_the_marks_in_place() {
    for (text, line) in [
        ("é日本: bad\n", "1 | é日本: bad\n  |        ^^^ here"),
        ("a: \"\t\" # bad\r\nb: 1\r\n", "1 | a: \"    \" # bad\n  |             ^^^ here"),
        ("x: 1\r\n  bad: 1\r\n", "2 |   bad: 1\n  |   ^^^ here"),
        ("x: 1\nbad", "2 | bad\n  | ^^^ here"),
    ] {
        let drawn = drawn(text, &Diagnostic::error(HD0002, "m", span(text, "bad"), "here"));
        assert!(drawn.contains(line), "{text:?}\n{drawn}");
    }
}

#[test]
fn the_end_of_the_file_is_a_place() {
    for (text, header) in [("a: 1", ":1:5"), ("a: 1\n", ":2:1"), ("é", ":1:2")] {
        let end = u32::try_from(text.len()).unwrap();
        let at = Span { file: FileId(0), start: end, end };
        let drawn = drawn(text, &Diagnostic::error(HD0002, "m", at, "here"));
        assert!(drawn.contains(header) && drawn.contains("^ here"), "{text:?}\n{drawn}");
    }
}

#[test]
fn a_file_without_text_is_named() {
    let at = Span { file: FileId(0), start: 0, end: 0 };
    assert_eq!(
        drawn("", &Diagnostic::error(HD0009, "too large", at, "").note("so it is")),
        "error[HD0009]: too large\n--> a b/é.yaml\n = note: so it is"
    );
}

#[test]
fn places_beyond_the_file_or_inside_a_character_do_no_harm() {
    for (start, end) in [(1, 2), (2, 1), (90, 99), (0, u32::MAX)] {
        let at = Span { file: FileId(0), start, end };
        let found = Diagnostic::error(HD0002, "m", at, "here").because(at, "there").fix(at, "x", "y");
        assert!(drawn("日本", &found).contains("error[HD0002]"));
        assert!(json(&[found], &sources("日本")).ends_with("}\n"));
    }
}

#[test]
fn very_long_lines_are_cut_or_named() {
    let text = format!("a: {}bad{}\n", "x".repeat(1_000), "y".repeat(1_000));
    let found = Diagnostic::error(HD0002, "m", span(&text, "bad"), "here");
    let shown = drawn(&text, &found);
    assert!(shown.lines().all(|line| line.chars().count() < 200), "{shown}");
    assert!(shown.contains("bad") && shown.contains("^^^ here") && shown.contains(":1:1004"), "{shown}");
    let text = format!("a: {}bad{}\n", "x".repeat(100_000), "y".repeat(100_000));
    let shown = drawn(&text, &Diagnostic::error(HD0002, "m", span(&text, "bad"), "here"));
    assert_eq!(shown, "error[HD0002]: m\n--> a b/é.yaml:1:100004\n = note: here");
}

#[test]
fn lines_and_columns_count_characters() {
    let text = format!("a\r\né日b\n{}z", "ü".repeat(1_000));
    let lines = Lines::of(&text);
    let at = |part: &str| lines.position(text.find(part).unwrap());
    assert_eq!(at("a"), Position { line: 1, column: 1 });
    assert_eq!(at("b"), Position { line: 2, column: 3 });
    assert_eq!(at("z"), Position { line: 3, column: 1_001 });
    assert_eq!(lines.position(text.len()), Position { line: 3, column: 1_002 });
    assert_eq!(lines.position(usize::MAX), Position { line: 3, column: 1_002 });
}

#[test]
fn json_has_one_object_a_line_with_all_members() {
    let text = "é: bad\nb: 1\n";
    let found = [
        Diagnostic::error(HD0002, "a \"b\"", span(text, "bad"), "l")
            .because(span(text, "b: 1"), "r")
            .help("h"),
        Diagnostic::warning(HD0004, "w", span(text, "bad"), "").fix(span(text, "bad"), "good", "t"),
    ];
    assert_eq!(
        json(&found, &sources(text)),
        concat!(
            r#"{"schema":1,"code":"HD0002","severity":"error","message":"a \"b\"","file":"a b/é.yaml","#,
            r#""start":{"line":1,"column":4,"byte":4},"end":{"line":1,"column":7,"byte":7},"label":"l","#,
            r#""reasons":[{"file":"a b/é.yaml","start":{"line":2,"column":1,"byte":8},"#,
            r#""end":{"line":2,"column":5,"byte":12},"label":"r"}],"notes":[],"help":"h","fix":null}"#,
            "\n",
            r#"{"schema":1,"code":"HD0004","severity":"warning","message":"w","file":"a b/é.yaml","#,
            r#""start":{"line":1,"column":4,"byte":4},"end":{"line":1,"column":7,"byte":7},"label":"","#,
            r#""reasons":[],"notes":[],"help":null,"fix":{"file":"a b/é.yaml","#,
            r#""start":{"line":1,"column":4,"byte":4},"end":{"line":1,"column":7,"byte":7},"#,
            r#""replacement":"good","title":"t","applicable":true}}"#,
            "\n",
        )
    );
}

#[test]
fn sarif_has_rules_regions_and_edits() {
    let text = "é: bad\nb: 1\n";
    let found = [
        Diagnostic::error(HD0102, "m", span(text, "bad"), "l").because(span(text, "b: 1"), "r"),
        Diagnostic::warning(HD0002, "w", span(text, "bad"), "").fix(span(text, "bad"), "good", "t"),
        Diagnostic::error(HD0102, "again", span(text, "b: 1"), ""),
    ];
    let sources = sources(text);
    let log: serde_json::Value = serde_json::from_str(&sarif("0.1.0", [(&found[..], &sources)])).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(
        rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect::<Vec<_>>(),
        ["HD0102", "HD0002"]
    );
    let results = run["results"].as_array().unwrap();
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
    }
    let place = &results[0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "a%20b/%C3%A9.yaml");
    assert_eq!(
        place["region"],
        serde_json::json!({"startLine": 1, "startColumn": 4, "endLine": 1, "endColumn": 7})
    );
    assert_eq!(results[0]["relatedLocations"][0]["message"]["text"], "r");
    assert_eq!(
        results[1]["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"],
        "good"
    );
    assert_eq!(results[1]["level"], "warning");
}

#[test]
fn edits_are_made_once_each_and_only_the_applicable_ones() {
    let text = "\u{feff}a: 1\r\nbé: 2\r\nc: 3\r\n";
    let body = text.trim_start_matches('\u{feff}');
    let mut refused = Diagnostic::error(HD0002, "m", span(body, "3"), "").fix(span(body, "3"), "x", "t");
    refused.fix.as_mut().unwrap().applicable = false;
    let found = [
        Diagnostic::error(HD0002, "m", span(body, "2"), "").fix(span(body, "2"), "\"2\"", "t"),
        Diagnostic::error(HD0002, "m", span(body, "1"), "").fix(span(body, "1"), "\"1\"", "t"),
        Diagnostic::error(HD0002, "overlaps", span(body, "1"), "").fix(span(body, "1\r\nb"), "", "t"),
        refused,
        Diagnostic::error(HD0002, "beyond", span(body, "1"), "").fix(
            Span { file: FileId(0), start: 90, end: 99 },
            "x",
            "t",
        ),
    ];
    let fixed = fix::apply(text, FileId(0), &found);
    assert_eq!(fixed.text, "\u{feff}a: \"1\"\r\nbé: \"2\"\r\nc: 3\r\n");
    assert_eq!(fixed.count, 2);
    assert_eq!(fix::apply(text, FileId(1), &found), fix::Fixed { text: text.to_owned(), count: 0 });
}

#[test]
fn many_findings_are_counted_and_not_drawn() {
    let text = "a: 1\n";
    let found = vec![Diagnostic::error(HD0002, "m", span(text, "1"), ""); 502];
    let drawn = human(&found, &sources(text), Colour::Never);
    assert_eq!(drawn.matches("error[HD0002]").count(), 500);
    assert!(
        drawn.ends_with("2 more findings are not drawn; `--format json` lists all of them\n\n502 errors\n")
    );
    assert_eq!(human(&[], &sources(text), Colour::Never), "");
}

#[test]
fn long_words_are_shortened_to_one_line() {
    assert_eq!(shorten("query"), "query");
    assert_eq!(shorten("a\nb"), "a...");
    assert_eq!(shorten(&"é".repeat(61)).chars().count(), 60);
}
