//! What texts are, and what is looked for in them.

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// The author does not say, or it is no text.
    Unspecified,
    /// A name or number of something.
    Identifier,
    /// Words for people.
    Text,
    /// Words for a model.
    Prompt,
    /// A relative path.
    Path,
    /// An absolute http or https address.
    Url,
    /// A host, with or without a port.
    Host,
    /// An e-mail address.
    Email,
    /// A PromQL expression.
    Promql,
    /// A LogQL expression.
    Logql,
    /// SQL.
    Sql,
    /// Code or a command.
    Code,
    /// A JSON document.
    Json,
    /// A regular expression.
    Regex,
}

/// What an argument may attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Commands of a shell.
    Shell,
    /// SQL that leaves its literal.
    Sql,
    /// Paths that climb out of their folder.
    Traversal,
    /// Expressions of template engines.
    Template,
    /// Instructions to a model.
    Prompt,
    /// Markup that runs.
    Html,
    /// Addresses of machines inside.
    Ssrf,
    /// Ends of lines in a header.
    Header,
    /// Control characters and changes of direction.
    Control,
}

/// A class that is not looked for.
#[derive(Debug, Clone, Copy)]
pub struct Allowed {
    /// The class.
    pub class: Class,
    /// The author's reason.
    pub reason: &'static str,
}

/// What happens to a call in whose arguments something was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validation {
    /// It is refused.
    Strict,
    /// It passes; the finding is on record.
    Permissive,
}

impl Content {
    /// The word in the config; empty: none is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unspecified => "",
            Self::Identifier => "identifier",
            Self::Text => "text",
            Self::Prompt => "prompt",
            Self::Path => "path",
            Self::Url => "url",
            Self::Host => "host",
            Self::Email => "email",
            Self::Promql => "promql",
            Self::Logql => "logql",
            Self::Sql => "sql",
            Self::Code => "code",
            Self::Json => "json",
            Self::Regex => "regex",
        }
    }
}

impl Class {
    /// Every class there is.
    pub const ALL: [Self; 9] = [
        Self::Shell,
        Self::Sql,
        Self::Traversal,
        Self::Template,
        Self::Prompt,
        Self::Html,
        Self::Ssrf,
        Self::Header,
        Self::Control,
    ];

    /// The word in the config and in the audit log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Shell => "shell",
            Self::Sql => "sql",
            Self::Traversal => "traversal",
            Self::Template => "template",
            Self::Prompt => "prompt",
            Self::Html => "html",
            Self::Ssrf => "ssrf",
            Self::Header => "header",
            Self::Control => "control",
        }
    }
}
