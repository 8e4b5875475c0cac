//! Query fields: those of the URL in its order, then `query_params` sorted by key.

use std::collections::HashMap;

use super::credential;
use super::uses::{Place, Uses};
use crate::check::place::inside;
use crate::check::template::{Piece, has_placeholder, shorten, split};
use crate::check::value::article;
use crate::diag::{Diagnostic, HD0203, HD0207, HD0208, HD0218, HD0411, Sink, nearest};
use crate::plan::{Field, Kind, Part};
use crate::source::{Span, Spanned};

/// A query field as the URL spells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct InUrl<'a> {
    url: &'a Spanned<String>,
    key: String,
    value: &'a str,
    offset: usize,
}

/// The fields of a URL's query.
pub(super) fn in_url<'a>(
    url: &'a Spanned<String>,
    query: &'a str,
    begin: usize,
    uses: &mut Uses<'_>,
    sink: &mut Sink,
) -> Option<Vec<InUrl<'a>>> {
    let mut offset = begin;
    let mut fields = Some(Vec::new());
    for field in query.split('&') {
        let (key, value) = field.split_once('=').unwrap_or((field, ""));
        let at = inside(url, &(offset..offset + key.len()));
        let decoded = if has_placeholder(key) {
            uses.mention(key);
            sink.push(in_a_name("a query key", at));
            None
        } else {
            match decoded(key) {
                Ok(key) if key.is_empty() => {
                    sink.push(
                        Diagnostic::error(
                            HD0411,
                            "a query field without a key",
                            url.span,
                            "nothing before `=` or between `&`",
                        )
                        .help("remove the field, or give it a key"),
                    );
                    None
                }
                Ok(key) => Some(key),
                Err(why) => {
                    sink.push(not_encoded(at, why));
                    None
                }
            }
        };
        match (decoded, &mut fields) {
            (Some(key), Some(fields)) => {
                fields.push(InUrl { url, key, value, offset: offset + key_length(field) })
            }
            (None, _) => fields = None,
            (Some(_), None) => {}
        }
        offset += field.len() + 1;
    }
    fields
}

/// All query fields of a request.
pub(super) fn query(
    in_url: Option<Vec<InUrl<'_>>>,
    params: &[(Spanned<String>, Spanned<String>)],
    uses: &mut Uses<'_>,
    sink: &mut Sink,
) -> Option<Vec<Field>> {
    let mut whole = in_url.is_some();
    let mut fields = Vec::new();
    let mut taken: HashMap<String, Span> = HashMap::new();
    for InUrl { url, key, value, offset } in in_url.into_iter().flatten() {
        // The same key twice in one URL is how many servers take lists: both are the author's, in this order.
        taken.entry(key.clone()).or_insert(url.span);
        match value_in_url(url, &key, value, offset, uses, sink) {
            Some(value) => fields.push(Field { name: key, value }),
            None => whole = false,
        }
    }
    let mut bound: Vec<&(Spanned<String>, Spanned<String>)> = params.iter().collect();
    bound.sort_by(|(_, a), (_, b)| a.value.cmp(&b.value));
    let mut named = Vec::new();
    for (param, key) in bound {
        match from_parameter(param, key, &mut taken, uses, sink) {
            Some(field) => named.push(field),
            None => whole = false,
        }
    }
    fields.extend(named);
    whole.then_some(fields)
}

fn value_in_url(
    url: &Spanned<String>,
    key: &str,
    value: &str,
    offset: usize,
    uses: &mut Uses<'_>,
    sink: &mut Sink,
) -> Option<Vec<Part>> {
    let pieces: Vec<Piece<'_>> = split(value)?
        .into_iter()
        .map(|piece| Piece { what: piece.what, at: offset + piece.at.start..offset + piece.at.end })
        .collect();
    let place = Place::Query(key);
    credential::in_query(key, url, &pieces, uses, sink);
    let fixed = |text: &str, piece: &Piece<'_>, sink: &mut Sink| match decoded(text) {
        Ok(text) => Some(text),
        Err(why) => {
            sink.push(not_encoded(inside(url, &piece.at), why));
            None
        }
    };
    uses.parts(url, &pieces, &place, fixed, sink)
}

fn from_parameter(
    param: &Spanned<String>,
    key: &Spanned<String>,
    taken: &mut HashMap<String, Span>,
    uses: &mut Uses<'_>,
    sink: &mut Sink,
) -> Option<Field> {
    let mut whole = true;
    uses.mention(&key.value);
    if has_placeholder(&key.value) || key.value.is_empty() || key.value.chars().any(char::is_control) {
        sink.push(if has_placeholder(&key.value) {
            in_a_name("a query key", key.span)
                .note("`query_params` reads `parameter: key`: the parameter's value is sent under the key")
        } else {
            Diagnostic::error(HD0411, "a query key is text", key.span, "empty, or with a control character")
                .help("write the key that the server reads")
        });
        whole = false;
    } else if let Some(first) = taken.insert(key.value.clone(), key.span) {
        sink.push(
            Diagnostic::error(
                HD0218,
                format!("query key `{}` is set twice", shorten(&key.value)),
                key.span,
                "set again here",
            )
            .because(first, "it is set here already")
            .note("servers read the first, the last or both")
            .help("remove one of them"),
        );
        whole = false;
    }
    match uses.take(&param.value) {
        None => {
            let found = Diagnostic::error(
                HD0203,
                format!("`query_params` names no parameter `{}`", shorten(&param.value)),
                param.span,
                "no such parameter",
            )
            .note("`query_params` reads `parameter: key`: the parameter's value is sent under the key");
            let swapped = uses.take(&key.value).is_some();
            sink.push(match uses.near(&param.value) {
                _ if swapped => {
                    found.help(format!("the other way round? `{}: {}`", key.value, shorten(&param.value)))
                }
                Some(meant) => found.help(format!("did you mean `{meant}`?")).suggestion(
                    param.span,
                    meant,
                    format!("write `{meant}`"),
                ),
                None => found.help("declare it under `parameters`, or write a fixed value into the URL"),
            });
            None
        }
        Some(None) => None,
        Some(Some(declared)) => {
            if let Kind::List { .. } | Kind::Object { .. } | Kind::OpenObject | Kind::Any = declared.kind {
                sink.push(
                    Diagnostic::error(
                        HD0207,
                        format!("`{}` is {}, and a query takes text", param.value, article(&declared.kind)),
                        param.span,
                        "has no one spelling as text",
                    )
                    .help(
                        "declare it as a string in the form that the server reads, or send it in a JSON body",
                    ),
                );
                return None;
            }
            credential::by_default(&key.value, &param.value, declared, param.span, sink);
            whole.then(|| Field { name: key.value.clone(), value: vec![Part::Arg(param.value.clone())] })
        }
    }
}

impl Uses<'_> {
    fn near(&self, name: &str) -> Option<&str> {
        nearest(name, self.names())
    }
}

/// The finding about a placeholder where the author's own word must stand.
pub(super) fn in_a_name(place: &str, at: Span) -> Diagnostic {
    Diagnostic::error(
        HD0208,
        format!("a placeholder cannot stand in {place}"),
        at,
        "must be the author's own word",
    )
    .note("a caller could then set what the config never names")
    .help("write the name out; placeholders belong into values")
}

fn not_encoded(at: Span, why: &str) -> Diagnostic {
    Diagnostic::error(HD0411, "this query is not one", at, why)
        .help("write a `%` as `%25`, other signs percent-encoded")
}

/// Bytes up to and with the `=`.
fn key_length(field: &str) -> usize {
    field.find('=').map_or(field.len(), |at| at + 1)
}

/// Percent-decoded, `+` as a space: how a server reads what the author wrote.
fn decoded(text: &str) -> Result<String, &'static str> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || bytes.next().and_then(|byte| char::from(byte).to_digit(16));
                let (Some(high), Some(low)) = (digit(), digit()) else {
                    return Err("`%` without two hexadecimal digits");
                };
                u8::try_from(high * 16 + low).unwrap_or_default()
            }
            other => other,
        });
    }
    let text = String::from_utf8(out).map_err(|_| "not UTF-8 when decoded")?;
    if text.chars().any(char::is_control) { Err("a control character") } else { Ok(text) }
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn queries_are_read_as_servers_do() {
        assert_eq!(decoded("a+b%20c%2B").as_deref(), Ok("a b c+"));
        assert_eq!(decoded("%C3%BC").as_deref(), Ok("ü"));
        assert!(decoded("%ff").is_err());
        assert!(decoded("%0a").is_err());
        assert!(decoded("%2").is_err());
    }
}
