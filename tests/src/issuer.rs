//! An authorization server of the tests' own: its keys on a socket, and tokens signed with them, rightly or not.

use std::net::SocketAddr;
use std::time::{SystemTime, UNIX_EPOCH};

use hmac::{Hmac, KeyInit as _, Mac as _};
use ring::rand::SystemRandom;
use ring::rsa;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair,
};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::backend::{Backend, Then, reply};

/// A key that has signed nothing but tokens of tests.
const RSA: &[u8] = include_bytes!("../fixtures/issuer-of-tests.rsa.pk8");

/// The server.
pub struct Issuer {
    /// What it was asked.
    pub backend: Backend,
    /// The set of its keys.
    pub keys: String,
    rsa: RsaKeyPair,
    ec: EcdsaKeyPair,
    ed: Ed25519KeyPair,
    random: SystemRandom,
}

impl Issuer {
    /// Starts it; its keys are at `/keys`.
    pub fn start(address: SocketAddr) -> Self {
        let random = SystemRandom::new();
        let rsa = RsaKeyPair::from_pkcs8(RSA).expect("a key");
        let document =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).expect("a key");
        let ec = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref(), &random)
            .expect("a key");
        let document = Ed25519KeyPair::generate_pkcs8(&random).expect("a key");
        let ed = Ed25519KeyPair::from_pkcs8(document.as_ref()).expect("a key");
        let rsa_key = rsa::PublicKeyComponents::<Vec<u8>>::from(rsa.public_key());
        let point = ec.public_key().as_ref();
        let keys = json!({"keys": [
            {"kty": "RSA", "kid": "rsa", "use": "sig", "alg": "RS256", "n": url64(&rsa_key.n), "e": url64(&rsa_key.e)},
            {"kty": "EC", "crv": "P-256", "kid": "ec", "use": "sig", "alg": "ES256",
             "x": url64(&point[1..33]), "y": url64(&point[33..])},
            {"kty": "OKP", "crv": "Ed25519", "kid": "ed", "use": "sig", "x": url64(ed.public_key().as_ref())},
        ]})
        .to_string();
        let served = keys.clone();
        let backend = Backend::scripted(address, move |_, stream| {
            reply(stream, 200, "application/json", served.as_bytes());
            Then::Keep
        });
        Self { backend, keys, rsa, ec, ed, random }
    }

    /// A token with this header and these claims, signed as the header says, whatever that is worth.
    pub fn token(&self, header: &Value, claims: &Value) -> String {
        let message =
            format!("{}.{}", url64(header.to_string().as_bytes()), url64(claims.to_string().as_bytes()));
        let signed = message.as_bytes();
        let signature = match header["alg"].as_str() {
            Some("RS256") => {
                let mut signature = vec![0; self.rsa.public().modulus_len()];
                self.rsa.sign(&RSA_PKCS1_SHA256, &self.random, signed, &mut signature).expect("it signs");
                signature
            }
            Some("ES256") => self.ec.sign(&self.random, signed).expect("it signs").as_ref().to_vec(),
            Some("EdDSA") => self.ed.sign(signed).as_ref().to_vec(),
            // The public key, which everybody has, as the secret of both sides: once for each form that it has.
            Some("HS256") => {
                let rsa_key = rsa::PublicKeyComponents::<Vec<u8>>::from(self.rsa.public_key());
                let public = match header["kid"].as_str() {
                    Some("rsa") => self.rsa.public_key().as_ref().to_vec(),
                    Some("ec") => self.ec.public_key().as_ref().to_vec(),
                    Some("ed") => self.ed.public_key().as_ref().to_vec(),
                    _ => rsa_key.n,
                };
                let mut mac = Hmac::<Sha256>::new_from_slice(&public).expect("a key of any length");
                mac.update(signed);
                mac.finalize().into_bytes().to_vec()
            }
            _ => Vec::new(),
        };
        format!("{message}.{}", url64(&signature))
    }
}

/// Seconds since 1970.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970").as_secs()
}

/// Base64 as tokens have it.
pub fn url64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for part in bytes.chunks(3) {
        let bits = part
            .iter()
            .chain([0, 0].iter())
            .take(3)
            .fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte));
        for digit in 0..=part.len() {
            text.push(char::from(DIGITS[bits >> (18 - 6 * digit) & 63]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::url64;

    #[test]
    fn base64_is_without_padding_and_safe_in_urls() {
        for (bytes, text) in
            [(&b""[..], ""), (b"f", "Zg"), (b"fo", "Zm8"), (b"foo", "Zm9v"), (b"\xfb\xff\xfe", "-__-")]
        {
            assert_eq!(url64(bytes), text);
        }
    }
}
