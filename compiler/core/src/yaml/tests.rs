//! Spans, types and refusals of the YAML subset.

use super::*;
use crate::diag::{Code, Diagnostic};

fn read(text: &str) -> (Option<Node>, Vec<Diagnostic>, Sources) {
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let root = decode(&mut sources, "t.yaml", text.as_bytes(), &mut sink)
        .and_then(|file| parse(&sources, file, &mut sink));
    (root, sink.into_sorted(), sources)
}

fn codes(text: &str) -> Vec<u16> {
    read(text).1.iter().map(|found| found.code.0).collect()
}

/// What is written at the places of the findings.
fn marked(text: &str) -> Vec<(Code, String)> {
    let (_, found, sources) = read(text);
    found.iter().map(|found| (found.code, sources.slice(found.primary.span).to_owned())).collect()
}

/// Each leaf of a tree: the path, what it is read as, and what is written at its place.
fn leaves(text: &str) -> Vec<String> {
    fn walk(node: &Node, path: &str, sources: &Sources, out: &mut Vec<String>) {
        match &node.kind {
            Kind::Map(entries) => {
                for Entry { key, value } in entries {
                    walk(value, &format!("{path}/{}", sources.slice(key.span)), sources, out);
                }
            }
            Kind::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    walk(item, &format!("{path}/{index}"), sources, out);
                }
            }
            Kind::Text(text) => {
                out.push(format!("{path}: {:?} = {:?}", text.value, sources.slice(node.span)))
            }
            Kind::Null | Kind::Bool(_) | Kind::Int(_) | Kind::Float(_) | Kind::BadNumber | Kind::Faulty => {
                out.push(format!("{path}: {:?} = {:?}", node.kind, sources.slice(node.span)));
            }
        }
    }
    let (root, found, sources) = read(text);
    assert!(found.is_empty(), "{found:?}");
    let mut out = Vec::new();
    walk(&root.unwrap(), "", &sources, &mut out);
    out
}

#[test]
fn places_are_bytes_whatever_stands_before() {
    for text in [
        "ü: {é: [\"日本\", x]}\nz: 'ÿ'\n",
        "ü: {é: [\"日本\", x]}\r\nz: 'ÿ'\r\n",
        "\u{feff}ü: {é: [\"日本\", x]}\nz: 'ÿ'",
    ] {
        assert_eq!(
            leaves(text),
            [r#"/ü/é/0: "日本" = "\"日本\"""#, r#"/ü/é/1: "x" = "x""#, r#"/z: "ÿ" = "'ÿ'""#],
            "{text:?}"
        );
    }
}

#[test]
fn places_of_blocks_have_no_blanks_around() {
    let text = "a: >\n  folded\n  more\n\nb: |\n  kept\nc: plain\n  goes on\n\nd:\n  - x # y\n\n# end\ne: \"q\"   \n";
    assert_eq!(
        leaves(text),
        [
            r#"/a: "folded more\n" = "folded\n  more""#,
            r#"/b: "kept\n" = "kept""#,
            r#"/c: "plain goes on" = "plain\n  goes on""#,
            r#"/d/0: "x" = "x""#,
            r#"/e: "q" = "\"q\"""#,
        ]
    );
}

#[test]
fn collections_end_where_their_last_value_does() {
    let (root, _, sources) = read("a:\n  - b: 1\n    c: 2\n\n\nd: [1,\n  2 ]  \n");
    let Some(Node { kind: Kind::Map(entries), span }) = root else { panic!("no mapping") };
    assert_eq!(sources.slice(span), "a:\n  - b: 1\n    c: 2\n\n\nd: [1,\n  2 ]");
    assert_eq!(sources.slice(entries[0].value.span), "- b: 1\n    c: 2");
    assert_eq!(sources.slice(entries[1].value.span), "[1,\n  2 ]");
}

#[test]
fn plain_values_are_typed_by_the_core_schema() {
    let types = [
        ("1", Kind::Int(1)),
        ("-7", Kind::Int(-7)),
        ("+7", Kind::Int(7)),
        ("010", Kind::Int(10)),
        ("0x1F", Kind::Int(31)),
        ("0o17", Kind::Int(15)),
        ("9223372036854775807", Kind::Int(i64::MAX)),
        ("9223372036854775808", Kind::BadNumber),
        ("1.5", Kind::Float(1.5)),
        ("1.", Kind::Float(1.0)),
        (".5", Kind::Float(0.5)),
        ("1e3", Kind::Float(1000.0)),
        ("1e999", Kind::BadNumber),
        (".inf", Kind::BadNumber),
        ("-.INF", Kind::BadNumber),
        (".nan", Kind::BadNumber),
        ("true", Kind::Bool(true)),
        ("FALSE", Kind::Bool(false)),
        ("null", Kind::Null),
        ("~", Kind::Null),
    ];
    for (written, kind) in types {
        let (root, ..) = read(&format!("a: {written}\n"));
        let Some(Node { kind: Kind::Map(entries), .. }) = root else { panic!("{written}") };
        assert_eq!(entries[0].value.kind, kind, "{written}");
    }
    for text in
        ["yes", "on", "1.2.3", "1_000", "0b1", "e3", "1e", ".", "0x", "+-1", "tRue", "nul", "12:30", "inf"]
    {
        let (root, ..) = read(&format!("a: {text}\n"));
        let Some(Node { kind: Kind::Map(entries), .. }) = root else { panic!("{text}") };
        assert!(matches!(&entries[0].value.kind, Kind::Text(t) if t.value == text && t.plain), "{text}");
    }
}

#[test]
fn older_yaml_is_known_where_it_differs() {
    for (written, differs) in [
        ("yes", true),
        ("Off", true),
        ("010", true),
        ("-017", true),
        ("1_000", true),
        ("0b11", true),
        ("12:30", true),
        ("1:30:59", true),
        ("0", false),
        ("08", false),
        ("10", false),
        ("true", false),
        ("y", false),
        ("a:b", false),
        ("12:99", false),
        ("localhost:80", false),
        ("_", false),
        ("", false),
    ] {
        assert_eq!(as_older_yaml(written).is_some(), differs, "{written}");
    }
}

#[test]
fn a_doubled_key_points_at_both_and_the_first_one_counts() {
    let (root, found, sources) = read("a: 1\nb: 2\n'a': [3, 4]\n");
    assert_eq!(found.len(), 1);
    assert_eq!(sources.slice(found[0].primary.span), "'a'");
    assert_eq!(sources.slice(found[0].reasons[0].span), "a");
    let Some(Node { kind: Kind::Map(entries), .. }) = root else { panic!("no mapping") };
    assert_eq!(entries.iter().map(|entry| entry.key.value.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(entries[0].value.kind, Kind::Int(1));
}

#[test]
fn what_is_beyond_the_subset_is_refused_with_its_place() {
    for (text, code, place) in [
        ("a: &x 1\n", 11, "&x"),
        ("a: [&x 1]\n", 11, "&x"),
        ("a: &x\n  b: 1\n", 11, "&x"),
        ("a: *x\n", 11, "*x"),
        ("<<: {a: 1}\n", 11, "<<"),
        ("a: !!str 1\n", 12, "!!str"),
        ("a: !mine {b: 1}\n", 12, "!mine"),
        ("a: !<tag:x> 1\n", 12, "!<tag:x>"),
        ("a: 1\n---\nb: 2\n", 13, "---"),
        ("{a: 1}: 2\n", 18, "{a: 1}"),
        ("[a]: 2\n", 18, "[a]"),
        ("1: 2\n", 18, "1"),
        ("null: 2\n", 18, "null"),
        ("a: {{x}}\n", 18, "{{x}}"),
        ("a:\n\tb: 1\n", 15, "\t"),
        ("a:\n  b: 1\n\tc: 1\n", 15, "\t"),
        ("a: b: c\n", 2, ":"),
        ("a: [1\nb: 2\n", 2, ":"),
        ("a: @x\n", 2, "@x"),
        ("a: \"\\q\"\n", 2, "\"\\q\""),
        ("a: \"b\nc: 1\n", 2, "\"b"),
    ] {
        assert_eq!(marked(text), [(Code(code), place.to_owned())], "{text:?}");
    }
}

#[test]
fn an_anchor_and_a_tag_on_one_value_are_two_findings() {
    assert_eq!(codes("a: &x !!str b\n"), [11, 12]);
    assert_eq!(codes("a: !!str &x b\n"), [12, 11]);
}

#[test]
fn quotes_make_text_of_what_would_be_more() {
    assert_eq!(
        leaves("'<<': '&x'\n\"a\": '*x'\nb: '!t'\n"),
        [r#"/'<<': "&x" = "'&x'""#, r#"/"a": "*x" = "'*x'""#, r#"/b: "!t" = "'!t'""#]
    );
}

#[test]
fn hidden_characters_are_found_as_themselves_and_as_escapes() {
    for (text, place) in [
        ("a: \"\\u202e\"\n", "\\u202e"),
        ("a: \"x\\U0001F600\\e\"\n", "\\e"),
        ("a: \"\\\\u202e\\x07\"\n", "\\x07"),
        ("a: \"\\r\"\n", "\\r"),
        ("a: b\u{202e}c\n", "\u{202e}"),
        ("# \u{2066}\na: b\n", "\u{2066}"),
        ("a: '\u{e0041}'\n", "\u{e0041}"),
        ("a: b\u{7}\n", "\u{7}"),
    ] {
        assert_eq!(marked(text), [(Code(14), place.to_owned())], "{text:?}");
    }
    for text in ["a: \"\\n\\t\\\\u202e\"\n", "a: 'x\\u202e'\n", "a: é日本\r\nb: 🦀\r\n"] {
        assert_eq!(codes(text), [0_u16; 0], "{text:?}");
    }
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    let refuse = |bytes: &[u8]| {
        let (mut sources, mut sink) = (Sources::default(), Sink::default());
        assert_eq!(decode(&mut sources, "t.yaml", bytes, &mut sink), None);
        sink.into_sorted().iter().map(|found| (found.code.0, found.primary.span.start)).collect::<Vec<_>>()
    };
    assert_eq!(refuse(b"a: \xff\n"), [(1, 3)]);
    assert_eq!(refuse(b"a: \xe6\x97"), [(1, 3)]);
    assert_eq!(refuse(b"\x7fELF\0"), [(1, 4)]);
    assert_eq!(refuse(b"\xff\xfea\0"), [(1, 0)]);
    assert_eq!(refuse(&vec![b'#'; MAX_BYTES + 1]), [(9, 0)]);
    assert_eq!(codes(&"#".repeat(MAX_BYTES)), [16]);
}

#[test]
fn a_file_that_cannot_be_read_is_a_finding_about_that_file() {
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    unreadable(&mut sources, "agents", "it is a folder, and a config is a file", &mut sink);
    let found = sink.into_sorted();
    assert_eq!(
        crate::diag::one(&found[0], &sources, crate::diag::Colour::Never),
        "error[HD0001]: the file cannot be read: it is a folder, and a config is a file\n--> agents"
    );
}

#[test]
fn nesting_ends_at_the_bound() {
    let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    assert_eq!(codes(&nested(MAX_DEPTH)), [0_u16; 0]);
    assert_eq!(codes(&nested(MAX_DEPTH + 1)), [10]);
    assert_eq!(codes(&nested(100_000)), [10]);
    let blocks: String = (0..100).map(|level| format!("{}a:\n", " ".repeat(level))).collect();
    assert_eq!(codes(&blocks), [10]);
}

#[test]
fn a_file_without_a_value_says_so() {
    for text in ["", "\n\n", "# only\n", "---\n...\n", "\u{feff}"] {
        assert_eq!(codes(text), [16], "{text:?}");
    }
    assert_eq!(codes("---\na: 1\n...\n"), [0_u16; 0]);
}
