//! The list of tools: a constant of the binary, made once.

use super::schema;
use crate::access::Mode;
use crate::decl::{Agent, Origin, Returns};
use crate::method::Verb;
use crate::proof::Row;
use crate::text::hex;
use rmcp::model::{Tool, ToolAnnotations};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// Most tools that are told at once.
const PAGE: usize = 200;

/// All tools as clients see them.
#[derive(Debug, Clone)]
pub struct Catalogue {
    tools: Arc<[Tool]>,
    digest: String,
}

impl Catalogue {
    /// The tools in the order of the policy.
    pub fn new<'a>(agent: &Agent, rows: impl IntoIterator<Item = &'a Row>) -> Self {
        let tools: Arc<[Tool]> = rows.into_iter().map(|row| tool(agent, row)).collect();
        // A list of plain data always serialises; were it not so, the digest would differ from the lock's.
        let bytes = serde_json::to_vec(&*tools).unwrap_or_default();
        let digest = hex(&Sha256::digest(&bytes));
        Self { tools, digest }
    }

    /// SHA-256 of the list as compact JSON, in hex.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The tools from `cursor` on, and the cursor of the page after them; nothing if the cursor is not ours.
    pub fn page(&self, cursor: Option<&str>) -> Option<(&[Tool], Option<String>)> {
        let start = match cursor {
            None => 0,
            Some(cursor) => (1..self.tools.len().div_ceil(PAGE))
                .map(|page| page * PAGE)
                .find(|start| self.cursor(*start) == cursor)?,
        };
        let end = self.tools.len().min(start + PAGE);
        let next = (end < self.tools.len()).then(|| self.cursor(end));
        Some((self.tools.get(start..end)?, next))
    }

    /// Carries part of the digest, so that a cursor of another list is told from ours.
    fn cursor(&self, start: usize) -> String {
        let list: String = self.digest.chars().take(12).collect();
        format!("{list}-{start:x}")
    }
}

fn tool(agent: &Agent, row: &Row) -> Tool {
    let mut tool = Tool::new(row.name, row.about, Arc::new(schema::object(row.params)))
        .with_annotations(annotations(agent, row));
    if !row.title.is_empty() {
        tool = tool.with_title(row.title);
    }
    match row.returns {
        Returns::Text => tool,
        Returns::Json { about, ref kind } => {
            tool.with_raw_output_schema(Arc::new(schema::output(about, kind)))
        }
    }
}

/// Hints from what is enforced, never from what an author claims:
///
/// | | read | write |
/// |---|---|---|
/// | `readOnlyHint` | true | false |
/// | `destructiveHint` | false | true: what a POST does behind an API cannot be known, so it counts as the worst |
/// | `idempotentHint` | true | true for GET, HEAD, OPTIONS, PUT and DELETE (RFC 9110, section 9.2.2) |
/// | `openWorldHint` | true, unless every origin of the agent is on the loopback | the same |
fn annotations(agent: &Agent, row: &Row) -> ToolAnnotations {
    let reads = match row.mode {
        Mode::Read => true,
        Mode::Write => false,
    };
    ToolAnnotations::new()
        .read_only(reads)
        .destructive(!reads)
        .idempotent(reads || is_idempotent(row.verb))
        .open_world(!agent.origins.iter().all(is_loopback))
}

const fn is_idempotent(verb: Verb) -> bool {
    match verb {
        Verb::Get | Verb::Head | Verb::Options => true,
        #[cfg(feature = "post")]
        Verb::Post => false,
        #[cfg(feature = "put")]
        Verb::Put => true,
        #[cfg(feature = "patch")]
        Verb::Patch => false,
        #[cfg(feature = "delete")]
        Verb::Delete => true,
    }
}

fn is_loopback(origin: &Origin) -> bool {
    let host = origin.host;
    host == "localhost"
        || host.ends_with(".localhost")
        || host == "[::1]"
        || host.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback())
}
