//! The one name that a tool has outside of the wire: of its module and file in the generated crate.

/// Modules that a tool's file cannot have: the keywords of every edition, the crate that all files import from, and the
/// names that Windows keeps for devices.
const NOT_A_MODULE: &[&str] = &[
    "abstract",
    "as",
    "async",
    "await",
    "become",
    "box",
    "break",
    "const",
    "continue",
    "crate",
    "do",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "final",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "macro",
    "match",
    "mod",
    "move",
    "mut",
    "override",
    "priv",
    "pub",
    "ref",
    "return",
    "self",
    "static",
    "struct",
    "super",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "unsafe",
    "unsized",
    "use",
    "virtual",
    "where",
    "while",
    "yield",
    "heddle_runtime",
    "aux",
    "con",
    "nul",
    "prn",
];

/// The module, and the file's stem, of the tool of that name: lower case, `-` as `_`; a name that cannot be a module gets
/// `_tool`.
///
/// Two tools can meet here (`a-b` and `a_b`): `check` refuses them.
pub fn module(tool: &str) -> String {
    let name = tool.to_ascii_lowercase().replace('-', "_");
    let numbered_device = name.len() == 4
        && (name.starts_with("com") || name.starts_with("lpt"))
        && name.ends_with(|c: char| c.is_ascii_digit());
    if numbered_device || NOT_A_MODULE.contains(&name.as_str()) { name + "_tool" } else { name }
}

#[cfg(test)]
mod tests {
    use super::module;

    #[test]
    fn names_are_modules() {
        for (tool, name) in [
            ("query", "query"),
            ("Query-Range", "query_range"),
            ("type", "type_tool"),
            ("Mod", "mod_tool"),
            ("com1", "com1_tool"),
        ] {
            assert_eq!(module(tool), name);
        }
    }
}
