//! The keys that the authorization server signs with, kept for a while.

use crate::http::Document;
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, JwkSet, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// How long keys are used before they are read again.
const FRESH: Duration = Duration::from_secs(10 * 60);
/// How long they are used when they cannot be read: a key that was taken back must not go on for ever.
const STALE: Duration = Duration::from_secs(60 * 60);
/// How long nothing is asked after something was: tokens that name keys at random must not become requests.
const PAUSE: Duration = Duration::from_secs(30);

/// The keys, and when they came.
#[derive(Debug)]
pub struct Keys {
    document: Document,
    /// Held while they are read, so that all who wait for them share one request.
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    set: Option<(JwkSet, Instant)>,
    asked: Option<Instant>,
    problem: String,
}

impl Keys {
    /// Keys that are first read when one is wanted.
    pub fn new(document: Document) -> Self {
        Self { document, known: Mutex::default() }
    }

    /// The key of this name, if it is one for this algorithm. An error: nobody knows now.
    pub async fn find(&self, kid: &str, algorithm: Algorithm) -> Result<Option<DecodingKey>, String> {
        let mut known = self.known.lock().await;
        let now = Instant::now();
        let is_fresh = known
            .set
            .as_ref()
            .is_some_and(|(set, came)| now.duration_since(*came) < FRESH && set.find(kid).is_some());
        if !is_fresh && known.asked.is_none_or(|asked| now.duration_since(asked) >= PAUSE) {
            known.asked = Some(now);
            match self.read().await {
                Ok(set) => known.set = Some((set, now)),
                Err(problem) => known.problem = problem,
            }
        }
        match &known.set {
            Some((set, came)) if now.duration_since(*came) < STALE => Ok(set
                .find(kid)
                .filter(|key| is_for(key, algorithm))
                .and_then(|key| DecodingKey::from_jwk(key).ok())),
            _ => Err(format!("the keys of the authorization server cannot be read: {}", known.problem)),
        }
    }

    async fn read(&self) -> Result<JwkSet, String> {
        let bytes = self.document.read().await?;
        serde_json::from_slice(&bytes).map_err(|_| "what is there is no set of keys".to_owned())
    }
}

/// Whether a key is meant for signatures of this kind. A secret in a public set is nobody's secret.
fn is_for(key: &Jwk, algorithm: Algorithm) -> bool {
    let signs = matches!(key.common.public_key_use, None | Some(PublicKeyUse::Signature));
    let says = key.common.key_algorithm.is_none_or(|says| says == KeyAlgorithm::from(algorithm));
    let fits = match &key.algorithm {
        AlgorithmParameters::RSA(_) => matches!(
            algorithm,
            Algorithm::RS256
                | Algorithm::RS384
                | Algorithm::RS512
                | Algorithm::PS256
                | Algorithm::PS384
                | Algorithm::PS512
        ),
        AlgorithmParameters::EllipticCurve(_) => matches!(algorithm, Algorithm::ES256 | Algorithm::ES384),
        AlgorithmParameters::OctetKeyPair(_) => matches!(algorithm, Algorithm::EdDSA),
        AlgorithmParameters::OctetKey(_) | AlgorithmParameters::Other(_) | _ => false,
    };
    signs && says && fits
}
