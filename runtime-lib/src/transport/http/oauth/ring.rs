//! The signatures of tokens, verified by ring: it is there for TLS, and jsonwebtoken leaves the choice.

use jsonwebtoken::crypto::{CryptoProvider, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::signature::{Error as Mismatch, Verifier};
use jsonwebtoken::{Algorithm, DecodingKey, DecodingKeyKind};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, RsaParameters, RsaPublicKeyComponents,
    UnparsedPublicKey, VerificationAlgorithm,
};

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: |_, _| Err(Error::from(ErrorKind::InvalidAlgorithm)),
    verifier_factory: |algorithm, key| Ok(Box::new(Check::new(*algorithm, key)?)),
    // For making sets of keys, which nobody does here.
    key_utils: KeyUtils::new_unimplemented(),
};

/// Makes it the one that is used. Of two in one process the first stays, and it is the same.
pub fn install() -> Result<(), String> {
    match PROVIDER.install_default() {
        Ok(()) => Ok(()),
        Err(other) if std::ptr::eq(other, &raw const PROVIDER) => Ok(()),
        Err(_) => Err("another library checks the signatures of tokens".to_owned()),
    }
}

struct Check {
    algorithm: Algorithm,
    by: By,
}

enum By {
    Rsa { parameters: &'static RsaParameters, n: Vec<u8>, e: Vec<u8> },
    Key(UnparsedPublicKey<Vec<u8>>),
}

impl Check {
    fn new(algorithm: Algorithm, key: &DecodingKey) -> Result<Self, Error> {
        let rsa = |parameters| match key.kind() {
            DecodingKeyKind::RsaModulusExponent { n, e } => {
                Ok(By::Rsa { parameters, n: n.clone(), e: e.clone() })
            }
            DecodingKeyKind::SecretOrDer(_) => Err(Error::from(ErrorKind::InvalidKeyFormat)),
        };
        let plain = |verification: &'static dyn VerificationAlgorithm| match key.kind() {
            DecodingKeyKind::SecretOrDer(bytes) => {
                Ok(By::Key(UnparsedPublicKey::new(verification, bytes.clone())))
            }
            DecodingKeyKind::RsaModulusExponent { .. } => Err(Error::from(ErrorKind::InvalidKeyFormat)),
        };
        let by = match algorithm {
            Algorithm::RS256 => rsa(&RSA_PKCS1_2048_8192_SHA256)?,
            Algorithm::RS384 => rsa(&RSA_PKCS1_2048_8192_SHA384)?,
            Algorithm::RS512 => rsa(&RSA_PKCS1_2048_8192_SHA512)?,
            Algorithm::PS256 => rsa(&RSA_PSS_2048_8192_SHA256)?,
            Algorithm::PS384 => rsa(&RSA_PSS_2048_8192_SHA384)?,
            Algorithm::PS512 => rsa(&RSA_PSS_2048_8192_SHA512)?,
            Algorithm::ES256 => plain(&ECDSA_P256_SHA256_FIXED)?,
            Algorithm::ES384 => plain(&ECDSA_P384_SHA384_FIXED)?,
            Algorithm::EdDSA => plain(&ED25519)?,
            Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512 | _ => {
                return Err(Error::from(ErrorKind::InvalidAlgorithm));
            }
        };
        Ok(Self { algorithm, by })
    }
}

impl Verifier<Vec<u8>> for Check {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), Mismatch> {
        let verified = match &self.by {
            By::Rsa { parameters, n, e } => {
                RsaPublicKeyComponents { n, e }.verify(parameters, message, signature)
            }
            By::Key(key) => key.verify(message, signature),
        };
        verified.map_err(|_| Mismatch::new())
    }
}

impl JwtVerifier for Check {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}
