//! The description of a value: a parameter, an item, a property, an answer.

use crate::parse::keys::{Is, Key, Table, Word};

const NO_COMBINATION: &str = "is no part of this language: clients disagree on it";
const ONE_TYPE: &str = "describe one type; what may be left out is `required: false`";

/// One parameter, item, property or answer.
pub static SCHEMA: Table = Table {
    path: "agent.exposes[].parameters.*",
    called: "this description",
    doc: "What a value must be. Every argument is checked against it before anything is sent, and clients get the same facts as \
          JSON Schema. The spellings of JSON Schema (`minLength`, `required: [a, b]`) are accepted too.",
    keys: &[
        Key::optional(
            "type",
            Is::OneOf(&[
                Word::new("string", "Text.").or(&["str"]),
                Word::new("integer", "A whole number; `\"5\"` and `5.0` are read as 5.").or(&["int"]),
                Word::new("number", "A number.").or(&["float"]),
                Word::new("boolean", "`true` or `false`.").or(&["bool"]),
                Word::new("array", "A list; `items` says of what.").or(&["list"]),
                Word::new("object", "A mapping; `properties` says of what.").or(&["dict"]),
            ]),
            "`string`",
            "The type of the value. The Python names `str`, `int`, `float`, `bool`, `list` and `dict` mean the same.",
        )
        .not(&["kind", "datatype"])
        .example("type: string"),
        Key::optional("description", Is::Text, "empty", "What the value means; a model reads it.")
            .not(&["about", "desc", "help"])
            .example("description: \"PromQL expression\""),
        Key::optional(
            "required",
            Is::BoolOrNames,
            "`true`, or `false` where there is a `default`",
            "Whether a call must give it. For an object, the list of members that must be there, as in JSON Schema.",
        )
        .not(&["optional", "mandatory"])
        .example("required: false"),
        Key::optional(
            "default",
            Is::Data,
            "none",
            "The value when a call gives none. It must fit the rest of the description, and makes the parameter optional.",
        )
        .example("default: 20"),
        Key::optional("enum", Is::List(&Is::Data), "any value", "The values that are accepted, and no others.")
            .not(&["choices", "values", "options", "one_of"])
            .example("enum: [asc, desc]"),
        Key::optional("min", Is::Num, "none", "The smallest number that is accepted.")
            .or(&["minimum"])
            .not(&["gte", "ge", "min_value"])
            .example("min: 1"),
        Key::optional("max", Is::Num, "none", "The largest number that is accepted.")
            .or(&["maximum"])
            .not(&["lte", "le", "max_value"])
            .example("max: 100"),
        Key::optional("min_length", Is::Int { min: 0 }, "0", "The fewest characters of a string.")
            .or(&["minLength"])
            .not(&["min_len"])
            .example("min_length: 1"),
        Key::optional("max_length", Is::Int { min: 0 }, "10,000", "The most characters of a string.")
            .or(&["maxLength"])
            .not(&["max_len", "length"])
            .example("max_length: 4000"),
        Key::optional("min_items", Is::Int { min: 0 }, "0", "The fewest items of a list.").or(&["minItems"]),
        Key::optional("max_items", Is::Int { min: 0 }, "10,000", "The most items of a list.").or(&["maxItems"]),
        Key::optional(
            "pattern",
            Is::Text,
            "any text",
            "A regular expression that must be found in the string, in the syntax of RE2: no look-around, no back-references, \
             and so never slow. `^` and `$` tie it to the whole string.",
        )
        .not(&["regex", "regexp"])
        .example("pattern: \"^[a-z]+$\""),
        Key::optional("items", Is::Table(&SCHEMA), "any", "What each item of a list must be.")
            .example("items: { type: string }"),
        Key::optional(
            "properties",
            Is::Named(&Is::Table(&SCHEMA)),
            "none",
            "The members of an object, each with a description of its own.",
        )
        .not(&["fields", "members"])
        .example("properties:\n  id: { type: integer }"),
        Key::optional(
            "additional_properties",
            Is::Bool,
            "`false`",
            "Whether an object may have members that `properties` does not name.",
        )
        .or(&["additionalProperties"]),
        Key::optional(
            "sensitive",
            Is::Bool,
            "`false`",
            "Whether the audit log keeps a keyed digest of the value instead of the value, and no message repeats it. For a \
             parameter, or for one member of it.",
        )
        .not(&["secret", "private", "redact"])
        .example("sensitive: true"),
        Key::optional(
            "content",
            Is::OneOf(&[
                Word::new("identifier", "A name or number of something: letters, digits and `_-.:/@+#~=`."),
                Word::new("text", "Words for people."),
                Word::new("prompt", "Words for a model, which may quote anything."),
                Word::new("path", "A relative path that stays in its folder."),
                Word::new("url", "An absolute http or https address of a machine on the internet."),
                Word::new("host", "The name or address of a host on the internet, with or without a port."),
                Word::new("email", "An e-mail address."),
                Word::new("promql", "A PromQL expression."),
                Word::new("logql", "A LogQL expression."),
                Word::new("sql", "SQL."),
                Word::new("code", "Code or a command."),
                Word::new("json", "A JSON document, as text."),
                Word::new("regex", "A regular expression."),
            ]),
            "what its places ask for",
            "What a string is. It decides the form that a value must have, and what is looked for in it; \
             [validation](../validation.md) has the table.",
        )
        .not(&["format_of", "kind_of", "purpose"])
        .example("content: promql"),
        Key::optional(
            "allow",
            Is::Table(&ALLOW),
            "nothing",
            "What is not looked for in a string, although its content and places ask for it: class and reason. The reason \
             stands in the generated code.",
        )
        .not(&["skip", "exempt", "unsafe"])
        .example("allow: { shell: \"the text may quote commands\" }"),
        Key::refused("format", "is only a remark in JSON Schema", "say it with `pattern`, which is enforced"),
        Key::refused("anyOf", NO_COMBINATION, ONE_TYPE),
        Key::refused("oneOf", NO_COMBINATION, ONE_TYPE),
        Key::refused("allOf", NO_COMBINATION, ONE_TYPE),
        Key::refused("not", NO_COMBINATION, ONE_TYPE),
        Key::refused("$ref", NO_COMBINATION, "write the description here"),
        Key::refused("nullable", NO_COMBINATION, "an argument that may be left out is `required: false`"),
        Key::refused("const", "is not a key of this language", "write `enum` with one value"),
        Key::refused("examples", "is not a key of this language", "put examples into `description`, where a model reads them"),
        Key::refused("example", "is not a key of this language", "put examples into `description`, where a model reads them"),
        Key::refused("exclusiveMinimum", "is not supported", "write `min`"),
        Key::refused("exclusiveMaximum", "is not supported", "write `max`"),
        Key::refused("multipleOf", "is not supported", "remove it, or list the values with `enum`"),
        Key::refused("uniqueItems", "is not supported", "remove it"),
    ],
};

/// `allow:`
pub static ALLOW: Table = Table {
    path: "agent.exposes[].parameters.*.allow",
    called: "`allow`",
    doc: "Classes that are not looked for in this string, each with the reason.",
    keys: &[
        class("shell", &["shell_injection"], "Commands of a shell."),
        class("sql", &["sql_injection"], "SQL that leaves its literal, and whole statements."),
        class(
            "traversal",
            &["path_traversal"],
            "Paths that climb out of their folder, and files of the system.",
        ),
        class("template", &["template_injection"], "Expressions of template engines."),
        class("prompt", &["prompt_injection"], "Instructions to a model."),
        class("html", &["xss"], "Markup that runs."),
        class("ssrf", &[], "Addresses of machines inside."),
        class("header", &["crlf"], "Ends of lines where a line may not end."),
        class("control", &["bidi"], "Control characters and changes of direction."),
    ],
};

const fn class(name: &'static str, others: &'static [&'static str], doc: &'static str) -> Key {
    Key::optional(name, Is::Text, "looked for", doc).or(others)
}
