//! A config as YAML, in one of the many ways that mean the same.

use serde_json::Value;

use super::parts::Chance;

/// How a config is written: what may differ without a difference in meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Blocks, keys in their order.
    Plain,
    /// Keys in another order, comments, empty lines, flow here and there; another way for each seed.
    Varied(u64),
}

pub(super) fn yaml(value: &Value, style: &Style) -> String {
    let chance = match style {
        Style::Plain => None,
        Style::Varied(seed) => Some(Chance::new(*seed)),
    };
    let mut writer = Writer { out: String::new(), chance };
    writer.block(value, 0);
    writer.out
}

struct Writer {
    out: String,
    chance: Option<Chance>,
}

impl Writer {
    fn now(&mut self, times: u64) -> bool {
        self.chance.as_mut().is_some_and(|chance| chance.once_in(times))
    }

    fn block(&mut self, value: &Value, indent: usize) {
        match value {
            Value::Object(members) => {
                let mut members: Vec<_> = members.iter().collect();
                if let Some(chance) = &mut self.chance {
                    for at in (1..members.len()).rev() {
                        members.swap(at, usize::try_from(chance.below(at as u64 + 1)).expect("an index"));
                    }
                }
                for (key, member) in members {
                    self.line(indent, &format!("{}:", self::key(key)));
                    self.behind(member, indent + 2);
                }
            }
            Value::Array(items) => {
                for item in items {
                    self.line(indent, "-");
                    self.behind(item, indent + 2);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                unreachable!("a config is a mapping")
            }
        }
    }

    fn line(&mut self, indent: usize, text: &str) {
        if self.now(10) {
            self.out.push_str("\n# a remark: \"of no\" {{consequence}}\n");
        }
        self.out.push_str(&" ".repeat(indent));
        self.out.push_str(text);
    }

    fn behind(&mut self, value: &Value, indent: usize) {
        let empty =
            value.as_object().is_some_and(serde_json::Map::is_empty) || value == &Value::Array(Vec::new());
        let flat = !(value.is_object() || value.is_array()) || empty;
        if flat || self.now(4) {
            // JSON is YAML.
            self.out.push_str(&format!(" {value}"));
            if self.now(10) {
                self.out.push_str(" # and another");
            }
            self.out.push('\n');
        } else {
            self.out.push('\n');
            self.block(value, indent);
        }
    }
}

fn key(key: &str) -> String {
    let plain = key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !matches!(key, "null" | "true" | "false");
    if plain && key.starts_with(|c: char| c.is_ascii_alphabetic()) {
        key.to_owned()
    } else {
        Value::from(key).to_string()
    }
}
