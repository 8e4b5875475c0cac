//! Which addresses the host of a request may lead to.

use std::collections::BTreeMap;

use crate::check::agent::bounded;
use crate::check::template::shorten;
use crate::check::tool::LONGEST_REASON;
use crate::diag::{Diagnostic, HD0450, HD0451, HD0452, Sink};
use crate::plan::{Addresses, literal};
use crate::source::{Span, Spanned};

/// Top-level names that the internet does not have and private networks do.
const PRIVATE_NAMES: &[&str] =
    &["corp", "home", "home.arpa", "internal", "intranet", "lan", "local", "localdomain", "private"];

/// What the host says by itself, or the author's reason for more.
pub(in crate::check) fn addresses(
    host: &str,
    url: &Spanned<String>,
    allow_private: Option<&Spanned<String>>,
    sink: &mut Sink,
) -> Addresses {
    let by_itself = Addresses::of(host);
    let is_name = literal(host).is_none() && by_itself == Addresses::Public;
    let Some(reason) = allow_private else {
        if is_name && is_of_a_private_network(host) {
            sink.push(
                Diagnostic::warning(
                    HD0450,
                    format!("`{}` is the name of a private network", shorten(host)),
                    url.span,
                    "leads to public addresses only",
                )
                .note("who answers for a name says where it leads; without a reason it must not lead inside")
                .help("if it is meant, say why: `allow_private: \"..\"` beside the URL; or write the address itself"),
            );
        }
        return by_itself;
    };
    let silent = match by_itself {
        Addresses::Loopback => Some("this host is the machine itself"),
        Addresses::Private => Some("the URL has the private address already"),
        Addresses::Public | Addresses::Because(_) if !is_name => Some("the URL has a public address"),
        Addresses::Public | Addresses::Because(_) => None,
    };
    if let Some(why) = silent {
        sink.push(
            Diagnostic::error(HD0451, "`allow_private` says nothing here", reason.span, why)
                .because(url.span, "the host does not have to be looked up")
                .help("remove it"),
        );
        return by_itself;
    }
    let text = bounded("allow_private", Some(reason), LONGEST_REASON, sink);
    if text.is_empty() {
        sink.push(
            Diagnostic::error(HD0451, "`allow_private` gives no reason", reason.span, "empty")
                .help("say why the name leads inside, such as \"the NAS stands in this house\""),
        );
    }
    Addresses::Because(text)
}

fn is_of_a_private_network(host: &str) -> bool {
    !host.contains('.')
        || PRIVATE_NAMES.iter().any(|end| host.strip_suffix(end).is_some_and(|before| before.ends_with('.')))
}

/// What was said of each host. A name is looked up for the whole agent, so all URLs of it have to say the same.
#[derive(Debug, Default)]
pub(in crate::check) struct Reaches(BTreeMap<String, (Addresses, Span)>);

impl Reaches {
    /// Adds what is said at one place, and reports that another said otherwise.
    pub(in crate::check) fn add(&mut self, host: &str, addresses: &Addresses, at: Span, sink: &mut Sink) {
        let (said, before) = self.0.entry(host.to_owned()).or_insert_with(|| (addresses.clone(), at));
        if said == addresses {
            return;
        }
        let host = shorten(host);
        let what = match addresses {
            Addresses::Because(_) => "this reason",
            Addresses::Public | Addresses::Loopback | Addresses::Private => "no reason here",
        };
        sink.push(
            Diagnostic::error(
                HD0452,
                format!("two URLs say different things about where `{host}` leads"),
                at,
                what,
            )
            .because(*before, "said otherwise here")
            .note("a name is looked up for the whole agent, not for one URL")
            .help("write the same `allow_private` beside every URL of this host, or beside none"),
        );
    }
}
