//! The HTTP clients of the process: one, and one more for each host that the operator names the authorities of.

#[cfg(feature = "tls")]
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Url, retry};

use super::egress::Resolver;
use super::trust::Trust;
use crate::decl::Origin;

/// Longest time to a connection, within the time of the call.
const CONNECT: Duration = Duration::from_secs(10);

/// Who sends what to which host.
#[derive(Debug)]
pub(super) struct Clients {
    usual: Client,
    /// Those with other authorities, by host. Such a host is never asked by the usual one.
    #[cfg(feature = "tls")]
    own: BTreeMap<&'static str, Client>,
}

impl Clients {
    /// Clients for these origins.
    pub(super) fn new(deadline: Duration, origins: &[Origin], trust: &Trust) -> Result<Self, String> {
        let built = |builder: ClientBuilder| {
            builder.build().map_err(|error| format!("the HTTP client cannot be set up: {error}"))
        };
        #[cfg(not(feature = "tls"))]
        {
            let _ = trust;
            Ok(Self { usual: built(plain(deadline, origins))? })
        }
        #[cfg(feature = "tls")]
        {
            let public = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
            let of = |roots| built(plain(deadline, origins).tls_backend_preconfigured(tls(roots)?));
            let mut own = BTreeMap::new();
            for origin in origins {
                if let Some(roots) = trust.own(origin.host) {
                    own.insert(origin.host, of(roots.clone())?);
                }
            }
            Ok(Self { usual: of(public)?, own })
        }
    }

    /// The client for a URL.
    pub(super) fn of(&self, url: &Url) -> &Client {
        #[cfg(feature = "tls")]
        if let Some(own) = url.host_str().and_then(|host| self.own.get(host)) {
            return own;
        }
        let _ = url;
        &self.usual
    }
}

/// A client that follows nothing, remembers nothing, asks no proxy, unpacks nothing and sends nothing twice.
fn plain(deadline: Duration, origins: &[Origin]) -> ClientBuilder {
    Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .referer(false)
        .retry(retry::never())
        .http1_only()
        .connect_timeout(deadline.min(CONNECT))
        .dns_resolver(Arc::new(Resolver::new(origins)))
}

#[cfg(feature = "tls")]
fn tls(roots: rustls::RootCertStore) -> Result<rustls::ClientConfig, String> {
    rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map(|config| config.with_root_certificates(roots).with_no_client_auth())
        .map_err(|error| format!("TLS cannot be set up: {error}"))
}
