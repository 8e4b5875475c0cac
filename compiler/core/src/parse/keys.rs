//! The shape of the language as data: one [`Table`] per mapping. The parser, the JSON Schema and the reference page are all
//! made from these, so none of them can know a key that another does not.

/// One mapping of the language.
#[derive(Debug)]
pub struct Table {
    /// Where it stands: `agent.runtime`, `agent.exposes[]`.
    pub path: &'static str,
    /// What a message calls it: "`runtime`", "this tool".
    pub called: &'static str,
    /// What it is for.
    pub doc: &'static str,
    /// Its keys, in the order of the reference page.
    pub keys: &'static [Key],
}

/// One key of a mapping.
#[derive(Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// Other spellings that are accepted and mean the same.
    pub aliases: &'static [&'static str],
    /// Words that people write for it and that are refused.
    pub mistaken: &'static [&'static str],
    /// What it takes.
    pub is: Is,
    /// Whether it must be there.
    pub need: Need,
    /// What an editor shows, and the reference page.
    pub doc: &'static str,
    /// One line of YAML; may be empty.
    pub example: &'static str,
}

/// Whether a key must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// It must.
    Required,
    /// It need not; these words say what its absence means.
    Else(&'static str),
}

/// What a key takes.
#[derive(Debug)]
pub enum Is {
    /// A string.
    Text,
    /// A string of this pattern; the pattern is judged later, with words of its own.
    Shaped(&'static str),
    /// A whole number; the bound is judged later.
    Int {
        /// Smallest that makes sense.
        min: i64,
    },
    /// A number.
    Num,
    /// `true` or `false`.
    Bool,
    /// A number with a unit: `30s`.
    Duration(Unit),
    /// A number of bytes: `1MiB`.
    Size,
    /// One of some words.
    OneOf(&'static [Word]),
    /// One of some whole numbers.
    Level(&'static [Word]),
    /// Any value that JSON has.
    Data,
    /// `true`, `false` or a list of names.
    BoolOrNames,
    /// A mapping of the language.
    Table(&'static Table),
    /// A list of these.
    List(&'static Is),
    /// A mapping from names that the author chooses.
    Named(&'static Is),
    /// Known and refused.
    Refused {
        /// The message after the key: "is not supported yet".
        because: &'static str,
        /// What to do instead.
        instead: &'static str,
    },
}

/// What a duration is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Milliseconds.
    Milliseconds,
    /// Whole seconds.
    Seconds,
}

/// One word that a key takes.
#[derive(Debug)]
pub struct Word {
    /// As it is written.
    pub word: &'static str,
    /// Other spellings that are accepted and mean the same.
    pub aliases: &'static [&'static str],
    /// What it means; for a refused word, what to do instead.
    pub doc: &'static str,
    /// Whether it is known and refused.
    pub refused: bool,
}

impl Word {
    /// A word that is accepted.
    pub const fn new(word: &'static str, doc: &'static str) -> Self {
        Self { word, aliases: &[], doc, refused: false }
    }

    /// A word that is known and not supported; `instead` says what to do.
    pub const fn refused(word: &'static str, instead: &'static str) -> Self {
        Self { word, aliases: &[], doc: instead, refused: true }
    }

    /// The same with other spellings.
    #[must_use]
    pub const fn or(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }
}

impl Key {
    /// A key that must be there.
    pub const fn required(name: &'static str, is: Is, doc: &'static str) -> Self {
        Self { name, aliases: &[], mistaken: &[], is, need: Need::Required, doc, example: "" }
    }

    /// A key that may be left out; `absent` says what that means.
    pub const fn optional(name: &'static str, is: Is, absent: &'static str, doc: &'static str) -> Self {
        Self { name, aliases: &[], mistaken: &[], is, need: Need::Else(absent), doc, example: "" }
    }

    /// A key that is known and refused.
    pub const fn refused(name: &'static str, because: &'static str, instead: &'static str) -> Self {
        Self::optional(name, Is::Refused { because, instead }, "", "")
    }

    /// The same with other accepted spellings.
    #[must_use]
    pub const fn or(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    /// The same with words that people write for it.
    #[must_use]
    pub const fn not(mut self, mistaken: &'static [&'static str]) -> Self {
        self.mistaken = mistaken;
        self
    }

    /// The same with a line of YAML.
    #[must_use]
    pub const fn example(mut self, example: &'static str) -> Self {
        self.example = example;
        self
    }

    /// Whether a config may hold it.
    pub const fn is_accepted(&self) -> bool {
        !matches!(self.is, Is::Refused { .. })
    }
}

impl Table {
    /// The key of that name or accepted spelling.
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name || key.aliases.contains(&name))
    }
}
