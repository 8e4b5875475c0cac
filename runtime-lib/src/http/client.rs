//! The one HTTP client of the process.

use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, retry};

use super::egress::Resolver;
use crate::decl::Origin;

/// Longest time to a connection, within the time of the call.
const CONNECT: Duration = Duration::from_secs(10);

/// Builds the client: it follows nothing, remembers nothing, asks no proxy, unpacks nothing and sends nothing twice.
pub(super) fn build(deadline: Duration, origins: &[Origin]) -> Result<Client, String> {
    let builder = Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .referer(false)
        .retry(retry::never())
        .http1_only()
        .connect_timeout(deadline.min(CONNECT))
        .dns_resolver(Arc::new(Resolver::new(origins)));
    #[cfg(feature = "tls")]
    let builder = builder.tls_backend_preconfigured(tls()?);
    builder.build().map_err(|error| format!("the HTTP client cannot be set up: {error}"))
}

/// TLS with the roots that travel in the binary, so that no file has to be read for them.
#[cfg(feature = "tls")]
fn tls() -> Result<rustls::ClientConfig, String> {
    let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map(|config| config.with_root_certificates(roots).with_no_client_auth())
        .map_err(|error| format!("TLS cannot be set up: {error}"))
}
