//! Globs over tool names, as Python's `fnmatch` reads them: `*`, `?`, `[abc]`, `[a-z]`, `[!a]`. A `[` that is not closed
//! stands for itself. Case counts.

/// A glob, read once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Glob(Vec<Token>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Any,
    One,
    Letter(char),
    Class { negated: bool, ranges: Vec<(char, char)> },
}

impl Glob {
    /// Reads a glob; every text is one.
    pub(crate) fn new(text: &str) -> Self {
        let letters: Vec<char> = text.chars().collect();
        let mut tokens = Vec::new();
        let mut rest = letters.as_slice();
        while let Some((first, after)) = rest.split_first() {
            rest = after;
            tokens.push(match first {
                '*' => Token::Any,
                '?' => Token::One,
                '[' => match class(after) {
                    Some((class, behind)) => {
                        rest = behind;
                        class
                    }
                    None => Token::Letter('['),
                },
                letter => Token::Letter(*letter),
            });
        }
        // `**` means the same as `*`, and this keeps matching linear in both.
        tokens.dedup_by(|a, b| *a == Token::Any && *b == Token::Any);
        Self(tokens)
    }

    /// Whether the whole name matches.
    pub(crate) fn matches(&self, name: &str) -> bool {
        // Most globs begin with a letter, and most names with another one.
        if let Some(Token::Letter(first)) = self.0.first()
            && !name.starts_with(*first)
        {
            return false;
        }
        let letters: Vec<char> = name.chars().collect();
        let (mut token, mut letter) = (0, 0);
        let mut star: Option<(usize, usize)> = None;
        loop {
            match (self.0.get(token), letters.get(letter)) {
                (None, None) => return true,
                (Some(Token::Any), _) => {
                    star = Some((token, letter));
                    token += 1;
                }
                (Some(one), Some(c)) if one.takes(*c) => {
                    token += 1;
                    letter += 1;
                }
                (Some(_) | None, Some(_)) | (Some(_), None) => match star {
                    // Give the last `*` one letter more and try again.
                    Some((at, from)) if from < letters.len() => {
                        star = Some((at, from + 1));
                        token = at + 1;
                        letter = from + 1;
                    }
                    Some(_) | None => return false,
                },
            }
        }
    }
}

impl Token {
    fn takes(&self, c: char) -> bool {
        match self {
            Self::Any => false,
            Self::One => true,
            Self::Letter(letter) => *letter == c,
            Self::Class { negated, ranges } => {
                ranges.iter().any(|(from, to)| (*from..=*to).contains(&c)) != *negated
            }
        }
    }
}

/// The class that begins behind a `[`, and what follows its `]`.
fn class(letters: &[char]) -> Option<(Token, &[char])> {
    let (negated, body) = match letters.split_first() {
        Some(('!', rest)) => (true, rest),
        Some(_) | None => (false, letters),
    };
    // A `]` that comes first is a member.
    let close = body.iter().skip(1).position(|c| *c == ']')? + 1;
    let (mut members, behind) = body.split_at_checked(close)?;
    let mut ranges = Vec::new();
    loop {
        match members {
            [] => break,
            [from, '-', to, rest @ ..] => {
                ranges.push((*from, *to));
                members = rest;
            }
            [one, rest @ ..] => {
                ranges.push((*one, *one));
                members = rest;
            }
        }
    }
    Some((Token::Class { negated, ranges }, behind.get(1..)?))
}

#[cfg(test)]
mod tests {
    use super::Glob;

    #[test]
    fn matches_as_fnmatch_does() {
        for (glob, name, expected) in [
            ("smart_*", "smart_load", true),
            ("smart_*", "smart_", true),
            ("smart_*", "unload", false),
            ("*", "", true),
            ("*load*", "unload_model", true),
            ("a*b*c", "aXbXbXc", true),
            ("a*b*c", "aXbX", false),
            ("?oad", "load", true),
            ("?oad", "oad", false),
            ("[lr]oad", "road", true),
            ("[!lr]oad", "road", false),
            ("[a-m]*", "load", true),
            ("[a-k]*", "load", false),
            ("[]x]", "]", true),
            ("[ab", "[ab", true),
            ("Query", "query", false),
            ("**a**", "xxaxx", true),
        ] {
            assert_eq!(Glob::new(glob).matches(name), expected, "{glob} {name}");
        }
    }

    #[test]
    fn a_hostile_glob_is_not_slow() {
        let glob = Glob::new(&"*a".repeat(200));
        assert!(!glob.matches(&"a".repeat(64)));
    }
}
