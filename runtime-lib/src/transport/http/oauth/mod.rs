//! The access tokens of an authorization server (OAuth 2.1; RFC 9068, RFC 9728). A token is checked here and goes no
//! further: nothing that is sent to an API is made of it.

mod keys;
mod ring;

use crate::call::Principal;
use crate::decl::Authorization;
use crate::http::{Document, Trust};
use jsonwebtoken::{Algorithm, Validation, decode, decode_header};
use keys::Keys;
use serde::Deserialize;
use serde_json::json;

/// What a signature may be made with. No secret that two sides share is among them, and neither is `none`.
const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];
/// Longest token.
const LONGEST: usize = 16 * 1024;
/// Longest subject: it stands in each record of the log.
const LONGEST_SUBJECT: usize = 255;
/// How far the clocks of the two may be apart, in seconds.
const LEEWAY: u64 = 30;

/// An authorization server, and what its tokens have to say.
#[derive(Debug)]
pub struct OAuth {
    resource: &'static str,
    issuer: &'static str,
    read_scope: &'static str,
    write_scope: &'static str,
    keys: Keys,
}

/// Why a token lets nobody in.
#[derive(Debug, PartialEq, Eq)]
pub enum Denied {
    /// It is not a token of this server for this agent, or not any more.
    Invalid,
    /// It is, and its holder may not even read.
    Scope,
    /// It cannot be checked now.
    Unavailable(String),
}

#[derive(Deserialize)]
struct Claims {
    /// Compared by the library, which would also take a list that has the issuer in it.
    #[serde(rename = "iss")]
    _iss: String,
    sub: String,
    #[serde(default)]
    scope: String,
}

impl OAuth {
    /// The authorization server of an agent, if it has one.
    pub fn of(authorization: &Authorization, trust: &Trust) -> Result<Option<Self>, String> {
        let Authorization::OAuth { resource, issuer, keys_origin, keys_path, read_scope, write_scope } =
            *authorization
        else {
            return Ok(None);
        };
        ring::install()?;
        let keys = Keys::new(Document::new(keys_origin, keys_path, trust)?);
        Ok(Some(Self { resource, issuer, read_scope, write_scope, keys }))
    }

    /// Who holds this token.
    pub async fn holder(&self, token: &[u8]) -> Result<Principal, Denied> {
        if token.len() > LONGEST {
            return Err(Denied::Invalid);
        }
        let header = decode_header(token).map_err(|_| Denied::Invalid)?;
        // Whoever does not know what is critical has to refuse (RFC 7515), and nothing of that kind is known here.
        if !ALGORITHMS.contains(&header.alg) || header.crit.is_some() {
            return Err(Denied::Invalid);
        }
        let kid = header.kid.as_deref().ok_or(Denied::Invalid)?;
        let key =
            self.keys.find(kid, header.alg).await.map_err(Denied::Unavailable)?.ok_or(Denied::Invalid)?;
        let mut validation = Validation::new(header.alg);
        validation.leeway = LEEWAY;
        validation.validate_nbf = true;
        validation.set_audience(&[self.resource]);
        validation.set_issuer(&[self.issuer]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        let claims: Claims = decode(token, &key, &validation).map_err(|_| Denied::Invalid)?.claims;
        if claims.sub.is_empty() || claims.sub.len() > LONGEST_SUBJECT {
            return Err(Denied::Invalid);
        }
        let has = |scope: &str| claims.scope.split(' ').any(|held| held == scope);
        match (has(self.write_scope), has(self.read_scope)) {
            (false, false) => Err(Denied::Scope),
            (may_write, _) => Ok(Principal::named(&format!("oauth:{}", claims.sub), may_write)),
        }
    }

    /// The host that clients reach the agent by.
    pub fn host(&self) -> &'static str {
        origin_and_path(self.resource).0.split_once("://").map_or("", |(_, host)| host)
    }

    /// Where the metadata of this resource is, as a URL.
    pub fn metadata_url(&self) -> String {
        let (origin, path) = origin_and_path(self.resource);
        format!("{origin}{WELL_KNOWN}{}", if path == "/" { "" } else { path })
    }

    /// Whether this path of the server is that of the metadata.
    pub fn is_metadata_path(&self, path: &str) -> bool {
        let own = origin_and_path(self.resource).1;
        path.strip_prefix(WELL_KNOWN).is_some_and(|rest| rest.is_empty() || rest == own)
    }

    /// The metadata (RFC 9728).
    pub fn metadata(&self) -> Vec<u8> {
        let metadata = json!({
            "authorization_servers": [self.issuer],
            "bearer_methods_supported": ["header"],
            "resource": self.resource,
            "scopes_supported": [self.read_scope, self.write_scope],
        });
        metadata.to_string().into_bytes()
    }

    /// The scopes of everything, with a space between them.
    pub fn scopes(&self) -> String {
        format!("{} {}", self.read_scope, self.write_scope)
    }

    /// The scope that lets a caller in.
    pub const fn read_scope(&self) -> &'static str {
        self.read_scope
    }
}

const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

fn origin_and_path(url: &str) -> (&str, &str) {
    let host = url.find("://").map_or(0, |at| at + 3);
    let end = url.get(host..).and_then(|rest| rest.find('/')).map_or(url.len(), |at| host + at);
    url.split_at_checked(end).unwrap_or((url, ""))
}

#[cfg(test)]
mod tests;
