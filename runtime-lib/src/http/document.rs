//! A document that is fetched beside calls: the keys of an authorization server.

use std::time::Duration;

use reqwest::Url;

use super::client::Clients;
use super::trust::Trust;
use super::{egress, fault};
use crate::decl::{Origin, Scheme};

/// How long it may take, all in all.
const DEADLINE: Duration = Duration::from_secs(10);
/// Longest document.
const LONGEST: usize = 256 * 1024;

/// Where a document is.
#[derive(Debug)]
pub(crate) struct Document {
    clients: Clients,
    url: Url,
    peer: String,
}

impl Document {
    /// A document at a path of an origin of the policy.
    pub(crate) fn new(origin: Origin, path: &str, trust: &Trust) -> Result<Self, String> {
        let scheme = match origin.scheme {
            Scheme::Http => "http",
            Scheme::Https => "https",
        };
        let base = format!("{scheme}://{}:{}", origin.host, origin.port);
        egress::check_origin(&base, origin)?;
        let url = Url::parse(&format!("{base}{path}")).map_err(|error| format!("`{base}{path}`: {error}"))?;
        Ok(Self { clients: Clients::new(DEADLINE, &[origin], trust)?, url, peer: base })
    }

    /// Reads it.
    pub(crate) async fn read(&self) -> Result<Vec<u8>, String> {
        let failed = |error: &reqwest::Error| fault::words(error, &self.peer);
        let request = self
            .clients
            .of(&self.url)
            .get(self.url.clone())
            .header("accept", "application/json")
            .timeout(DEADLINE);
        let mut response = request.send().await.map_err(|error| failed(&error))?;
        if !response.status().is_success() {
            return Err(format!("{} answered with HTTP {}", self.peer, response.status()));
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| failed(&error))? {
            if body.len() + chunk.len() > LONGEST {
                return Err(format!("the document at {} is longer than {LONGEST} bytes", self.url));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}
