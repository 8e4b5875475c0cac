//! One tool.

use std::collections::BTreeSet;

use super::change::{Changes, Fact, Place, Side};
use super::delta::Delta;
use super::{kind, request, rules, words};
use crate::diag::shorten;
use crate::plan::{Access, Limit, Node, Param, Returns, Tier, Tool};

pub(super) fn added(name: &str, tool: &Tool, changes: &mut Changes) {
    changes.note(Delta::MORE, || Fact {
        id: format!("tools/{name}"),
        place: Place::Tool(name.to_owned()),
        side: Side::New,
        to: surface(tool),
        sentence: format!("a new tool, `{name}`, which {}: {}", may(tool.access), surface(tool)),
    });
}

pub(super) fn removed(name: &str, tool: &Tool, changes: &mut Changes) {
    changes.note(Delta::LESS, || Fact {
        id: format!("tools/{name}"),
        place: Place::Tool(name.to_owned()),
        side: Side::Old,
        to: String::new(),
        sentence: format!("the tool `{name}` is gone: {}", surface(tool)),
    });
}

fn may(access: Access) -> &'static str {
    match access {
        Access::Read => "reads",
        Access::Write => "may change things",
    }
}

fn surface(tool: &Tool) -> String {
    format!("{} {}", words::method(tool.method), url(tool))
}

fn url(tool: &Tool) -> String {
    words::origin(&tool.origin) + &words::template(&tool.path)
}

/// Whether each call waits for a person whatever the rules say.
fn is_held_always(tool: &Tool, tier: Tier) -> bool {
    (tier, tool.access) == (Tier::Privileged, Access::Write)
}

/// The notes of one tool.
struct Notes<'a> {
    tool: &'a str,
    changes: &'a mut Changes,
}

impl Notes<'_> {
    fn note(&mut self, key: &str, place: Place, delta: Delta, to: &str, sentence: impl FnOnce() -> String) {
        let id = format!("tools/{}/{key}", self.tool);
        self.changes.note(delta, || Fact {
            id,
            place,
            side: Side::New,
            to: to.to_owned(),
            sentence: sentence(),
        });
    }

    /// About a key of the tool itself.
    fn tool(&mut self, key: &'static str, delta: Delta, to: &str, sentence: impl FnOnce() -> String) {
        self.note(key, Place::ToolKey(self.tool.to_owned(), key), delta, to, sentence);
    }

    /// About a key of its bridge.
    fn bridge(&mut self, key: &'static str, delta: Delta, to: &str, sentence: impl FnOnce() -> String) {
        self.note(key, Place::Bridge(self.tool.to_owned(), key), delta, to, sentence);
    }
}

pub(super) fn compare(
    name: &str,
    (old, old_tier): (&Tool, Tier),
    (new, new_tier): (&Tool, Tier),
    changes: &mut Changes,
) {
    // Every field, so that a new one is not forgotten here.
    let Tool {
        title,
        about,
        access,
        method,
        reads,
        limit: Limit { per_minute, burst },
        holds,
        params: _,
        origin: _,
        path: _,
        query: _,
        headers: _,
        body: _,
        answer,
        returns,
    } = old;
    let mut notes = Notes { tool: name, changes };
    notes.tool("access", Delta::rising(access, &new.access), words::access(new.access), || {
        let (before, to) = (words::access(*access), words::access(new.access));
        match new.access {
            Access::Write => format!("tool `{name}` may now change things: access {before} -> {to}"),
            Access::Read => format!("tool `{name}` no longer changes things: access {before} -> {to}"),
        }
    });
    let held = (is_held_always(old, old_tier), is_held_always(new, new_tier));
    notes.tool(
        "approval",
        Delta::falling(held.0, held.1),
        if held.1 { "a person" } else { "nobody" },
        || match held.1 {
            true => format!("each call of `{name}` now waits for a person, as every write of tier 4 does"),
            false => format!("calls of `{name}` no longer wait for a person, as every write of tier 4 does"),
        },
    );
    notes.bridge("method", Delta::unordered(method, &new.method), words::method(new.method), || {
        format!("tool `{name}` now sends {}, before: {}", words::method(new.method), words::method(*method))
    });
    notes.tool("reads", Delta::text(reads, &new.reads), "", || {
        format!("why `{name}` counts as reading is said differently")
    });
    notes.tool("title", Delta::text(title, &new.title), "", || {
        format!("the title of `{name}` reads differently")
    });
    notes.tool("description", Delta::text(about, &new.about), "", || {
        format!("what the model reads about `{name}` is now \"{}\"", shorten(&new.about))
    });
    let Limit { per_minute: new_rate, burst: new_burst } = new.limit;
    notes.tool(
        "rate_limit",
        Delta::rising(per_minute, &new_rate) | Delta::rising(burst, &new_burst),
        &format!("{new_rate} a minute, {new_burst} at once"),
        || {
            format!(
                "tool `{name}` may be called {new_rate} times a minute, {new_burst} at once, before: {per_minute} and {burst}"
            )
        },
    );
    request(old, new, &mut notes);
    notes.bridge("response_path", part(answer, &new.answer), &new.answer.join("."), || {
        let shown = |path: &[String]| {
            if path.is_empty() { "all of it".to_owned() } else { format!("`{}`", path.join(".")) }
        };
        format!("of the answer to `{name}` the caller gets {}, before: {}", shown(&new.answer), shown(answer))
    });
    notes.tool("returns", promise(returns.as_ref(), new.returns.as_ref()), "", || {
        format!("another kind of answer to `{name}` is let through: {}", kind_of(new.returns.as_ref()))
    });
    rules::compare(name, holds, &new.holds, changes);
    params(name, old, new, changes);
}

fn kind_of(returns: Option<&Returns>) -> String {
    returns.map_or_else(|| "any text".to_owned(), |returns| words::kind(&returns.kind))
}

/// A shorter path gives more of the answer.
fn part(old: &[String], new: &[String]) -> Delta {
    Delta::inclusion(old == new, old.starts_with(new), new.starts_with(old))
}

/// An answer that is not as promised is not given.
fn promise(old: Option<&Returns>, new: Option<&Returns>) -> Delta {
    match (old, new) {
        (None, None) => Delta::NONE,
        (None, Some(_)) => Delta::LESS,
        (Some(_), None) => Delta::MORE,
        (Some(Returns { about, kind }), Some(new)) => {
            Delta::text(about, &new.about) | self::kind::kind(kind, &new.kind)
        }
    }
}

fn request(old: &Tool, new: &Tool, notes: &mut Notes<'_>) {
    let name = notes.tool;
    notes.bridge(
        "url",
        Delta::unordered(&(&old.origin, &old.path), &(&new.origin, &new.path)),
        &url(new),
        || format!("tool `{name}` now asks {}, before: {}", url(new), url(old)),
    );
    let (gone, come) = (request::own_options(old, new), request::own_options(new, old));
    for (key, what, old, new) in [
        ("query_params", "query field", &old.query, &new.query),
        ("headers", "header", &old.headers, &new.headers),
    ] {
        let (old, new) = (request::fields(old, &gone), request::fields(new, &come));
        let unlike = request::unlike(&old, &new);
        if unlike.is_empty() {
            notes.bridge(key, Delta::unordered(&old, &new), "", || {
                format!("tool `{name}` sends its {what}s in another order")
            });
        }
        for (field, (before, after)) in unlike {
            let (before, after) = (words::field(before), words::field(after));
            notes.note(
                &format!("{key}/{field}"),
                Place::Bridge(name.to_owned(), key),
                Delta::APART,
                &after,
                || format!("tool `{name}` sends {after} in the {what} `{field}`, before: {before}"),
            );
        }
    }
    let [before, after] =
        [(old, &gone), (new, &come)].map(|(tool, without)| request::body(tool.body.as_ref(), without));
    let (Some(Node::Map(before)), Some(Node::Map(after))) = (&before, &after) else {
        notes.bridge("body_template", Delta::unordered(&before, &after), "", || {
            let [before, after] = [&before, &after].map(|body| words::body(body.as_ref()));
            format!("tool `{name}` sends another body: {after}, before: {before}")
        });
        return;
    };
    let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for key in keys {
        let (before, after) = (before.get(key), after.get(key));
        let place = Place::Bridge(name.to_owned(), "body_template");
        let to = words::body(after);
        notes.note(&format!("body_template/{key}"), place, Delta::unordered(&before, &after), &to, || {
            format!("tool `{name}` sends {to} as `{key}` of the body, before: {}", words::body(before))
        });
    }
}

fn params(tool: &str, old: &Tool, new: &Tool, changes: &mut Changes) {
    let fact = |name: &str, key: &str, side: Side, to: String, sentence: String| Fact {
        id: format!("tools/{tool}/parameters/{name}{key}"),
        place: Place::Param(tool.to_owned(), vec![name.to_owned()]),
        side,
        to,
        sentence,
    };
    for (name, param) in &new.params {
        let Some(before) = old.params.get(name) else {
            changes.note(kind::appeared(param), || {
                let to = format!("{}, {}", words::kind(&param.kind), words::presence(&param.presence));
                let into = request::uses(new, name);
                fact(
                    name,
                    "",
                    Side::New,
                    to.clone(),
                    format!("tool `{tool}` takes a new parameter `{name}` ({to}), which goes into {into}"),
                )
            });
            continue;
        };
        // Every field, so that a new one is not forgotten here.
        let Param { about, kind, presence, sensitive, content, scan, allow } = before;
        changes.note(kind::kind(kind, &param.kind), || {
            let (before, to) = (words::kind(kind), words::kind(&param.kind));
            let what = if before == to { "another object or list".to_owned() } else { to.clone() };
            fact(
                name,
                "/type",
                Side::New,
                to,
                format!("`{name}` of tool `{tool}` takes {what}, before: {before}"),
            )
        });
        changes.note(kind::presence(presence, &param.presence), || {
            let (before, to) = (words::presence(presence), words::presence(&param.presence));
            fact(
                name,
                "/required",
                Side::New,
                to.clone(),
                format!("`{name}` of tool `{tool}` is {to}, before: {before}"),
            )
        });
        changes.note(kind::sensitive(*sensitive, param.sensitive), || {
            let sentence = match param.sensitive {
                true => format!("`{name}` of tool `{tool}` is now kept out of the audit log"),
                false => format!(
                    "`{name}` of tool `{tool}` is no longer sensitive: the audit log keeps its values"
                ),
            };
            fact(name, "/sensitive", Side::New, param.sensitive.to_string(), sentence)
        });
        changes.note(kind::content(*content, param.content), || {
            let [was, to] = [*content, param.content].map(|content| content.word().unwrap_or("nothing said"));
            let sentence = format!("`{name}` of tool `{tool}` is {to}, before: {was}");
            fact(name, "/content", Side::New, to.to_owned(), sentence)
        });
        changes.note(kind::scan(scan, &param.scan), || {
            let [was, to] = [scan, &param.scan].map(words::classes);
            let sentence = format!("`{name}` of tool `{tool}` is scanned for {to}, before: {was}");
            fact(name, "/allow", Side::New, to, sentence)
        });
        changes.note(
            if *scan == param.scan { Delta::text(allow, &param.allow) } else { Delta::NONE },
            || {
                let sentence =
                    format!("the reasons for what is allowed in `{name}` of tool `{tool}` read differently");
                fact(name, "/allow", Side::New, String::new(), sentence)
            },
        );
        changes.note(Delta::text(about, &param.about), || {
            fact(
                name,
                "/description",
                Side::New,
                String::new(),
                format!("the description of `{name}` of tool `{tool}` reads differently"),
            )
        });
    }
    for (name, param) in old.params.iter().filter(|(name, _)| !new.params.contains_key(*name)) {
        changes.note(kind::disappeared(param), || {
            fact(name, "", Side::Old, String::new(), format!("tool `{tool}` no longer takes `{name}`"))
        });
    }
}
