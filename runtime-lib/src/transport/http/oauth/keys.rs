//! The keys that the authorization server signs with, kept for a while.

use crate::http::Document;
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, JwkSet, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Mutex as Reading;
use tokio::time::Instant;

/// How long keys are used before they are read again.
const FRESH: Duration = Duration::from_secs(10 * 60);
/// How long they are used when they cannot be read: a key that was taken back must not go on for ever.
const STALE: Duration = Duration::from_secs(60 * 60);
/// How long nothing is asked after something was: tokens that name keys at random must not become requests.
const PAUSE: Duration = Duration::from_secs(30);

/// The keys, and when they came.
#[derive(Debug, Clone)]
pub struct Keys(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    document: Document,
    known: Mutex<Known>,
    /// Held while they are read, so that all who wait for them share one request.
    reading: Reading<()>,
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
        Self(Arc::new(Shared { document, known: Mutex::default(), reading: Reading::default() }))
    }

    /// The key of this name, if it is one for this algorithm. An error: nobody knows now.
    pub async fn find(&self, kid: &str, algorithm: Algorithm) -> Result<Option<DecodingKey>, String> {
        // Who names a key that is known does not wait for those who do not.
        if !self.known().has_fresh(kid) {
            let (shared, kid) = (self.clone(), kid.to_owned());
            // In a task of its own: a caller who hangs up must not take the keys from all others.
            let _ = tokio::spawn(async move { shared.renew(&kid).await }).await;
        }
        self.known().key(kid, algorithm)
    }

    /// Reads them, unless somebody has in the meantime, or just before.
    async fn renew(&self, kid: &str) {
        let _reading = self.0.reading.lock().await;
        let now = Instant::now();
        {
            let mut known = self.known();
            let was_asked = known.asked.is_some_and(|asked| now.duration_since(asked) < PAUSE);
            if was_asked || known.has_fresh(kid) {
                return;
            }
            known.asked = Some(now);
        }
        let read = self.read().await;
        let mut known = self.known();
        match read {
            Ok(set) => known.set = Some((set, now)),
            Err(problem) => known.problem = problem,
        }
    }

    async fn read(&self) -> Result<JwkSet, String> {
        let bytes = self.0.document.read().await?;
        serde_json::from_slice(&bytes).map_err(|_| "what is there is no set of keys".to_owned())
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// As if the pause were over.
    #[cfg(test)]
    pub fn may_ask_again(&self) {
        self.known().asked = None;
    }
}

impl Known {
    fn has_fresh(&self, kid: &str) -> bool {
        self.set.as_ref().is_some_and(|(set, came)| came.elapsed() < FRESH && set.find(kid).is_some())
    }

    fn key(&self, kid: &str, algorithm: Algorithm) -> Result<Option<DecodingKey>, String> {
        match &self.set {
            Some((set, came)) if came.elapsed() < STALE => Ok(set
                .find(kid)
                .filter(|key| is_for(key, algorithm))
                .and_then(|key| DecodingKey::from_jwk(key).ok())),
            _ => Err(format!("the keys of the authorization server cannot be read: {}", self.problem)),
        }
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
