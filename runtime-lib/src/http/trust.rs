//! Who vouches for a server. The authorities that browsers know, which are compiled in; but for a host that the operator has
//! a file of certificates for, those in it and no others.

use std::collections::BTreeMap;
use std::fs::{self, File, Metadata};
use std::io::{ErrorKind, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

#[cfg(feature = "tls")]
use rustls::RootCertStore;
#[cfg(feature = "tls")]
use rustls::pki_types::{CertificateDer, pem::PemObject as _};
use sha2::{Digest as _, Sha256};

use crate::decl::{Agent, Authorization, Scheme};
use crate::text::hex;

/// The folder in the heddle home.
const FOLDER: &str = "authorities";
/// No file has a reason to be longer.
const LONGEST: u64 = 1024 * 1024;

/// The operator's files of the hosts that the agent speaks TLS with, read once.
#[derive(Debug, Default)]
pub(crate) struct Trust(BTreeMap<&'static str, Own>);

/// Who vouches for one host.
#[derive(Debug)]
struct Own {
    digest: String,
    #[cfg(feature = "tls")]
    roots: RootCertStore,
}

impl Trust {
    /// Reads `authorities/HOST.pem` of each host that the policy speaks TLS with. A file that cannot be trusted is a reason
    /// not to start, and so is one that cannot be read: the public authorities must not stand in for it.
    pub(crate) fn read(agent: &Agent, home: &Path) -> Result<Self, String> {
        let of_keys = match agent.authorization {
            Authorization::OAuth { keys_origin, .. } => Some(keys_origin),
            Authorization::Tokens => None,
        };
        let folder = home.join(FOLDER);
        let mut own = BTreeMap::new();
        for origin in agent.origins.iter().copied().chain(of_keys) {
            if origin.scheme == Scheme::Https
                && let Some(found) = find(&folder, origin.host)?
            {
                own.insert(origin.host, found);
            }
        }
        Ok(Self(own))
    }

    /// The authorities that the operator names for a host.
    #[cfg(feature = "tls")]
    pub(super) fn own(&self, host: &str) -> Option<&RootCertStore> {
        self.0.get(host).map(|own| &own.roots)
    }

    /// Each host that the operator has a file for, with its digest; empty: there is none.
    pub(crate) fn describe(&self) -> String {
        let hosts = self.0.iter().map(|(host, own)| format!("{host} sha256:{}", own.digest));
        hosts.collect::<Vec<_>>().join(", ")
    }
}

/// The file of a host; `None`: there is none. The name is one that the compiler let through, so it is no path.
fn find(folder: &Path, host: &str) -> Result<Option<Own>, String> {
    let path = folder.join(format!("{host}.pem"));
    let failed = |error: std::io::Error| format!("`{}` cannot be read: {error}", path.display());
    match path.symlink_metadata() {
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    }
    let of_folder = fs::metadata(folder).map_err(failed)?;
    is_closed(folder, &of_folder)?;
    let metadata = fs::metadata(&path).map_err(failed)?;
    // Before the opening, which would wait at a pipe for somebody to write.
    if !metadata.is_file() || metadata.len() > LONGEST {
        return Err(format!("`{}` is not a file of certificates", path.display()));
    }
    let file = File::open(&path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    is_closed(&path, &metadata)?;
    if metadata.uid() != of_folder.uid() && metadata.uid() != 0 {
        return Err(format!("`{}` belongs to another user than its folder", path.display()));
    }
    let mut pem = Vec::new();
    file.take(LONGEST).read_to_end(&mut pem).map_err(failed)?;
    Ok(Some(Own {
        digest: hex(&Sha256::digest(&pem)),
        #[cfg(feature = "tls")]
        roots: decode(&pem).map_err(|problem| format!("`{}` {problem}", path.display()))?,
    }))
}

#[cfg(feature = "tls")]
fn decode(pem: &[u8]) -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|error| format!("is not PEM: {error}"))?;
        roots.add(certificate).map_err(|error| format!("holds a certificate that is none: {error}"))?;
    }
    if roots.is_empty() {
        Err("holds no certificate, so nobody could vouch for this host".to_owned())
    } else {
        Ok(roots)
    }
}

fn is_closed(path: &Path, metadata: &Metadata) -> Result<(), String> {
    let mode = metadata.mode() & 0o7777;
    if mode & 0o022 == 0 {
        return Ok(());
    }
    let shown = path.display();
    Err(format!("others can change `{shown}` (mode {mode:04o}); `chmod go-w {shown}` mends it"))
}
