//! Key pairs: Ed25519 in minisign's format, so that `minisign -V` checks what heddle signs and the other way round.

use std::fs;
use std::io::{self, Cursor};
use std::path::{Path, PathBuf};

use ct_codecs::{Base64, Decoder as _};
use minisign::{KeyPair, PublicKeyBox, SecretKey, SecretKeyBox, SignatureBox};

use super::{Algorithm, Signer, Standing, place};
use crate::console::harmless;
use crate::failure::Failure;
use crate::home::{Home, make_private_folder, read_private, write_atomically, write_private};

/// What a signature is of. Stands in its trusted comment, so that one of a binary never passes for one of a config.
const CONFIG: &str = "heddle config ";
const ARTEFACT: &str = "heddle artefact ";

/// A public key.
#[derive(Debug, Clone)]
pub struct PublicKey(minisign::PublicKey);

impl PublicKey {
    /// The heddle home's own; `None`: it has no key pair.
    pub fn of_home(home: &Home) -> Result<Option<Self>, Failure> {
        let path = home.public_key();
        read_private(&path)?.map(|text| Self::parse(&text, &path.display().to_string())).transpose()
    }

    /// One that the user named: its text, or a file that holds it.
    pub fn named(key: &str) -> Result<Self, Failure> {
        if let Ok(key) = minisign::PublicKey::from_base64(key.trim()) {
            return Ok(Self(key));
        }
        let path = Path::new(key);
        let text = fs::read_to_string(path).map_err(|_| {
            Failure::refused(format_args!(
                "`{}` is neither a public key (`heddle sign key --pair` prints one) nor a file that holds one",
                harmless(key)
            ))
        })?;
        Self::parse(&text, key)
    }

    fn parse(text: &str, name: &str) -> Result<Self, Failure> {
        let key = PublicKeyBox::from_string(text).and_then(PublicKeyBox::into_public_key);
        key.map(Self).map_err(|_| {
            Failure::refused(format_args!("`{}` holds no public key in minisign's format", harmless(name)))
        })
    }

    /// The key on one line.
    pub fn text(&self) -> String {
        self.0.to_base64()
    }

    fn signer(&self) -> Signer {
        Signer { algorithm: Algorithm::Ed25519, key: self.text() }
    }

    /// Whether the signature is one of this key over these bytes.
    fn made(&self, signature: &SignatureBox, bytes: &[u8]) -> bool {
        minisign::verify(&self.0, signature, Cursor::new(bytes), true, false, false).is_ok()
    }
}

/// A secret key, ready to sign.
pub struct Pair {
    secret: SecretKey,
    /// Its public half.
    pub public: PublicKey,
}

impl Pair {
    /// The key pair of the heddle home.
    pub fn of_home(home: &Home) -> Result<Self, Failure> {
        let path = home.secret_key();
        match read_private(&path)? {
            Some(text) => Self::parse(&text, &path),
            None => Err(Failure::refused("there is no key pair: `heddle sign key --pair` makes one")),
        }
    }

    /// A secret key in minisign's format; of an encrypted one the password is asked for.
    pub fn named(path: &Path) -> Result<Self, Failure> {
        match read_private(path)? {
            Some(text) => Self::parse(&text, path),
            None => Err(Failure::refused(format_args!("there is no file `{}`", path.display()))),
        }
    }

    fn parse(text: &str, path: &Path) -> Result<Self, Failure> {
        let wrong = |error: minisign::PError| {
            Failure::refused(format_args!("`{}` is no secret key to sign with: {error}", path.display()))
        };
        let boxed = || SecretKeyBox::from_string(text);
        // The library asks for a password where the first ways say that it needs one.
        let plain = boxed().and_then(SecretKeyBox::into_unencrypted_secret_key).ok();
        let secret = match plain.or_else(|| unchecked(text)) {
            Some(secret) => secret,
            None => boxed().and_then(|key| key.into_secret_key(None)).map_err(wrong)?,
        };
        let public = minisign::PublicKey::from_secret_key(&secret).map_err(wrong)?;
        Ok(Self { secret, public: PublicKey(public) })
    }

    /// Makes the key pair of the heddle home, and refuses to replace one.
    pub fn make(home: &Home) -> Result<Self, Failure> {
        make_private_folder(home.root())?;
        let (secret, public) = (home.secret_key(), home.public_key());
        if read_private(&secret)?.is_some() {
            return Err(Failure::refused(format_args!(
                "there is a key pair in `{}`: move it away first if another is meant",
                secret.display()
            )));
        }
        let unmade =
            |error: minisign::PError| Failure::fault(format_args!("cannot make a key pair: {error}"));
        let pair = KeyPair::generate_unencrypted_keypair().map_err(unmade)?;
        let text = pair.sk.to_box(Some("heddle signing key")).map_err(unmade)?.into_string();
        write_private(&public, &pair.pk.to_box().map_err(unmade)?.into_string())?;
        write_private(&secret, &text)?;
        Ok(Self { secret: pair.sk, public: PublicKey(pair.pk) })
    }

    /// Signs a config; the signature goes beside it.
    pub fn sign_config(&self, path: &Path, bytes: &[u8]) -> Result<PathBuf, Failure> {
        self.sign(path, bytes, &format!("{CONFIG}{}", name_to_sign(path)?))
    }

    /// Signs what is released; the signature goes beside it.
    pub fn sign_artefact(&self, path: &Path, bytes: &[u8]) -> Result<PathBuf, Failure> {
        self.sign(path, bytes, &format!("{ARTEFACT}{}", file_name(path)?))
    }

    fn sign(&self, path: &Path, bytes: &[u8], comment: &str) -> Result<PathBuf, Failure> {
        let signature =
            minisign::sign(Some(&self.public.0), &self.secret, Cursor::new(bytes), Some(comment), None)
                .map_err(|error| Failure::fault(format_args!("cannot sign `{}`: {error}", path.display())))?;
        let beside = beside(path);
        write_atomically(&beside, signature.to_string().as_bytes(), 0o644)?;
        Ok(beside)
    }
}

/// A secret key without a password, as `minisign -W` writes it: without the checksum that the library asks for. Should
/// it be damaged, what it signs does not verify, and signing fails.
fn unchecked(text: &str) -> Option<SecretKey> {
    let bytes = Base64::decode_to_vec(text.lines().nth(1)?, None).ok()?;
    let (has_password, sum) = (bytes.get(2..4)? != [0, 0], bytes.last_chunk::<32>()?);
    if has_password || *sum != [0; 32] {
        return None;
    }
    SecretKey::from_bytes(&bytes).ok()
}

/// What the signature beside a config says of these bytes.
pub fn standing(keys: &[PublicKey], path: &Path, bytes: &[u8]) -> Result<Standing, Failure> {
    let Some((signature, comment)) = signature_of(path)? else { return Ok(Standing::Unsigned) };
    let Some(key) = keys.iter().find(|key| key.0.keynum() == signature.keynum()) else {
        let number: Vec<u8> = signature.keynum().iter().rev().copied().collect();
        let number = crate::audit::keys::hex(&number).to_uppercase();
        return Ok(Standing::Foreign(format!("ed25519 key number {number}")));
    };
    if !key.made(&signature, bytes) {
        return Ok(Standing::Changed);
    }
    let Some(name) = comment.strip_prefix(CONFIG) else {
        return Ok(Standing::Renamed(harmless(&comment)));
    };
    // The name was taken from the top of a checkout, which may stand anywhere on this machine.
    let is_named = Path::new(&place(path)?).ends_with(name) && !name.is_empty();
    Ok(if is_named { Standing::Signed(key.signer()) } else { Standing::Renamed(harmless(name)) })
}

/// Checks the signature beside a released file, and gives the key that made it.
pub fn artefact(keys: &[PublicKey], path: &Path, bytes: &[u8]) -> Result<PublicKey, Failure> {
    let shown = path.display();
    let Some((signature, comment)) = signature_of(path)? else {
        return Err(Failure::refused(format_args!(
            "`{shown}` has no signature beside it (`{shown}.minisig`)"
        )));
    };
    let Some(key) = keys.iter().find(|key| key.0.keynum() == signature.keynum()) else {
        return Err(Failure::refused(format_args!(
            "`{shown}` was signed with a key that is not trusted here"
        )));
    };
    if !key.made(&signature, bytes) {
        return Err(Failure::refused(format_args!("`{shown}` is not what was signed")));
    }
    if comment.strip_prefix(ARTEFACT) != Some(file_name(path)?.as_str()) {
        return Err(Failure::refused(format_args!(
            "`{shown}` carries the signature of something else: `{}`",
            harmless(&comment)
        )));
    }
    Ok(key.clone())
}

/// The signature beside a file, and its trusted comment.
fn signature_of(path: &Path) -> Result<Option<(SignatureBox, String)>, Failure> {
    let beside = beside(path);
    let text = match fs::read_to_string(&beside) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Failure::io("read", &beside, &error)),
    };
    let read = SignatureBox::from_string(&text).and_then(|signature| {
        let comment = signature.trusted_comment()?;
        Ok((signature, comment))
    });
    read.map(Some).map_err(|_| {
        Failure::refused(format_args!("`{}` is no signature in minisign's format", beside.display()))
    })
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".minisig");
    PathBuf::from(name)
}

fn file_name(path: &Path) -> Result<String, Failure> {
    match path.file_name().and_then(|name| name.to_str()) {
        Some(name) if !name.contains(char::is_control) => Ok(name.to_owned()),
        _ => Err(Failure::refused(format_args!(
            "`{}` cannot be named in a signature: rename it",
            harmless(&path.to_string_lossy())
        ))),
    }
}

/// The name that a config is signed under: its path below the top of the checkout, which every clone has in common;
/// outside of a checkout its file name.
fn name_to_sign(path: &Path) -> Result<String, Failure> {
    let found = PathBuf::from(place(path)?);
    let top = found.ancestors().skip(1).find(|folder| folder.join(".git").exists());
    let name = match top.and_then(|top| found.strip_prefix(top).ok()) {
        Some(inside) => inside.to_string_lossy().into_owned(),
        None => file_name(&found)?,
    };
    if name.contains(char::is_control) {
        return Err(Failure::refused(format_args!(
            "`{}` cannot be named in a signature: rename it",
            harmless(&name)
        )));
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair() -> Pair {
        let KeyPair { pk, sk } = KeyPair::generate_unencrypted_keypair().unwrap();
        Pair { secret: sk, public: PublicKey(pk) }
    }

    #[test]
    fn a_signature_is_for_one_name_and_these_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let (mine, other) = (pair(), pair());
        let path = folder.path().join("a.yaml");
        fs::write(&path, "agent").unwrap();
        let keys = [mine.public.clone()];
        assert_eq!(standing(&keys, &path, b"agent").unwrap(), Standing::Unsigned);
        mine.sign_config(&path, b"agent").unwrap();
        assert_eq!(standing(&keys, &path, b"agent").unwrap(), Standing::Signed(mine.public.signer()));
        assert_eq!(standing(&keys, &path, b"agent ").unwrap(), Standing::Changed);
        assert!(matches!(standing(&[other.public], &path, b"agent").unwrap(), Standing::Foreign(_)));
        let renamed = folder.path().join("b.yml");
        fs::copy(&path, &renamed).unwrap();
        fs::copy(beside(&path), beside(&renamed)).unwrap();
        assert_eq!(standing(&keys, &renamed, b"agent").unwrap(), Standing::Renamed("a.yaml".into()));
    }

    #[test]
    fn a_name_is_taken_from_the_top_of_the_checkout() {
        let folder = tempfile::tempdir().unwrap();
        for place in ["clone/.git", "clone/prod", "clone/staging", "other/prod"] {
            fs::create_dir_all(folder.path().join(place)).unwrap();
        }
        let mine = pair();
        let keys = [mine.public.clone()];
        let at = |place: &str| folder.path().join(place);
        fs::write(at("clone/prod/a.yaml"), "agent").unwrap();
        mine.sign_config(&at("clone/prod/a.yaml"), b"agent").unwrap();
        for (place, fine) in [("other/prod/a.yaml", true), ("clone/staging/a.yaml", false)] {
            fs::copy(at("clone/prod/a.yaml"), at(place)).unwrap();
            fs::copy(at("clone/prod/a.yaml.minisig"), beside(&at(place))).unwrap();
            let standing = standing(&keys, &at(place), b"agent").unwrap();
            assert_eq!(matches!(standing, Standing::Signed(_)), fine, "{place}: {standing:?}");
        }
    }

    #[test]
    fn a_signature_of_an_artefact_is_none_of_a_config() {
        let folder = tempfile::tempdir().unwrap();
        let mine = pair();
        let keys = [mine.public.clone()];
        let path = folder.path().join("a.yaml");
        fs::write(&path, "agent").unwrap();
        mine.sign_artefact(&path, b"agent").unwrap();
        assert!(artefact(&keys, &path, b"agent").is_ok());
        assert!(artefact(&keys, &path, b"agenT").is_err());
        assert!(matches!(standing(&keys, &path, b"agent").unwrap(), Standing::Renamed(_)));
        mine.sign_config(&path, b"agent").unwrap();
        assert!(artefact(&keys, &path, b"agent").is_err());
    }
}
