//! Which addresses are dialled.
//!
//! The host of an origin is a constant, but what a name resolves to is somebody else's choice. Link-local addresses are
//! where clouds keep the credentials of the machine: no name leads there, and no origin is one of them.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::decl::Origin;

/// Whether nothing is ever sent to this address.
pub(super) fn is_forbidden(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_forbidden_v4(address),
        IpAddr::V6(address) => {
            let metadata = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254);
            address.is_unicast_link_local()
                || address == metadata
                || carried_v4(address).is_some_and(is_forbidden_v4)
        }
    }
}

fn is_forbidden_v4(address: Ipv4Addr) -> bool {
    // The second and third are the metadata services of Alibaba and Oracle Cloud, outside the link-local range.
    address.is_link_local() || [[100, 100, 100, 200], [192, 0, 0, 192]].contains(&address.octets())
}

/// The IPv4 address that an IPv6 address stands for: mapped, compatible, NAT64 or 6to4.
fn carried_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [a, b, c, d, e, f, g, h] = address.segments();
    let v4 = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match [a, b, c, d, e, f] {
        [0, 0, 0, 0, 0, 0 | 0xffff] | [0x64, 0xff9b, 0, 0, 0, 0] => Some(v4(g, h)),
        [0x2002, high, low, ..] => Some(v4(high, low)),
        _ => None,
    }
}

/// An origin as a URL parser sees it: `0x7f.1` would become another host, and a literal address is never resolved, so
/// it is checked here.
pub(super) fn check_origin(base: &str, origin: Origin) -> Result<(), String> {
    let same = Url::parse(base).is_ok_and(|url| {
        url.host_str() == Some(origin.host)
            && url.port_or_known_default() == Some(origin.port)
            && url.username().is_empty()
            && url.path() == "/"
    });
    if !same {
        return Err(format!("`{base}` is not an origin in its normal form"));
    }
    let literal = origin.host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    if literal.is_ok_and(is_forbidden) {
        return Err(format!("`{}` is a link-local or metadata address, which is never dialled", origin.host));
    }
    Ok(())
}

/// The resolver of the one client.
#[derive(Debug)]
pub(super) struct Resolver;

/// Why a name led nowhere.
#[derive(Debug)]
pub(super) enum NameFault {
    /// It does not resolve.
    Unknown(std::io::Error),
    /// It resolves, to what is never dialled.
    Forbidden(IpAddr),
}

impl fmt::Display for NameFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(error) => write!(f, "the name does not resolve ({error})"),
            Self::Forbidden(address) => {
                write!(
                    f,
                    "the name resolves to {address}, a link-local or metadata address, which is never dialled"
                )
            }
        }
    }
}

impl std::error::Error for NameFault {}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            // The connector puts the port of the URL in.
            if name.as_str() == "localhost" {
                // By RFC 6761 there is nothing to ask, and asking takes a thread.
                let loopback = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
                return Ok(Box::new(loopback.into_iter().map(|address| SocketAddr::new(address, 0))) as Addrs);
            }
            let found = tokio::net::lookup_host((name.as_str(), 0)).await.map_err(NameFault::Unknown)?;
            let (forbidden, open): (Vec<_>, Vec<_>) = found.partition(|address| is_forbidden(address.ip()));
            match (open.is_empty(), forbidden.first()) {
                (true, Some(address)) => Err(NameFault::Forbidden(address.ip()).into()),
                _ => Ok(Box::new(open.into_iter()) as Addrs),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decl::Scheme;

    #[test]
    fn knows_link_local_in_every_form() {
        for forbidden in [
            "169.254.169.254",
            "169.254.0.1",
            "100.100.100.200",
            "192.0.0.192",
            "fe80::1",
            "febf::1",
            "fd00:ec2::254",
            "::ffff:169.254.169.254",
            "::169.254.169.254",
            "64:ff9b::a9fe:a9fe",
            "2002:a9fe:a9fe::1",
        ] {
            assert!(is_forbidden(forbidden.parse().unwrap()), "{forbidden}");
        }
        for open in [
            "127.0.0.1",
            "10.0.0.1",
            "8.8.8.8",
            "::1",
            "fec0::1",
            "fd00::1",
            "::ffff:127.0.0.1",
            "2001:db8::1",
        ] {
            assert!(!is_forbidden(open.parse().unwrap()), "{open}");
        }
    }

    #[test]
    fn an_origin_is_what_it_looks_like() {
        let check = |host: &'static str, port: u16| {
            check_origin(&format!("http://{host}:{port}"), Origin { scheme: Scheme::Http, host, port })
        };
        assert_eq!(check("localhost", 9090), Ok(()));
        assert_eq!(check("example.com", 80), Ok(()));
        assert_eq!(check("127.0.0.1", 80), Ok(()));
        assert_eq!(check("[::1]", 80), Ok(()));
        for host in
            ["0x7f.1", "127.1", "2130706433", "0251.0376.0251.0376", "user@host", "host/path", "EXAMPLE.com"]
        {
            assert!(check(host, 80).unwrap_err().contains("normal form"), "{host}");
        }
        for host in ["169.254.169.254", "[fe80::1]", "[::ffff:a9fe:a9fe]"] {
            assert!(check(host, 80).unwrap_err().contains("never dialled"), "{host}");
        }
    }

    #[test]
    fn localhost_is_loopback() {
        let resolved = crate::proof::fixture::block_on(Resolver.resolve("localhost".parse().unwrap()));
        let found: Vec<_> = resolved.unwrap().collect();
        assert!(!found.is_empty() && found.iter().all(|address| address.ip().is_loopback()));
    }
}
