//! Which addresses are dialled.
//!
//! The host of an origin is a constant, but what a name resolves to is somebody else's choice. So each address is judged
//! when it is known: link-local addresses, where clouds keep the credentials of the machine, are never dialled; this
//! machine and private networks only where the policy says so.

use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::address::{Host, Range};
use crate::decl::{Addresses, Origin};

/// Whether an origin with these addresses may be dialled at one in `range`.
const fn may_reach(addresses: Addresses, range: Range) -> bool {
    match range {
        Range::Machine | Range::Nobody => false,
        Range::Public => matches!(addresses, Addresses::Public | Addresses::Because(_)),
        Range::Loopback => matches!(addresses, Addresses::Loopback | Addresses::Because(_)),
        Range::Private => matches!(addresses, Addresses::Private | Addresses::Because(_)),
    }
}

/// An origin as a URL parser sees it: `0x7f.1` would become another host, and a literal address is never resolved, so
/// it is checked here.
pub(super) fn check_origin(base: &str, origin: Origin) -> Result<Url, String> {
    let parsed = Url::parse(base).ok().filter(|url| {
        url.host_str() == Some(origin.host)
            && url.port_or_known_default() == Some(origin.port)
            && url.username().is_empty()
            && url.path() == "/"
    });
    let Some(parsed) = parsed else {
        return Err(format!("`{base}` is not an origin in its normal form"));
    };
    let literal = origin.host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    match literal.map(|address| (address, Range::of(address))) {
        Ok((address, range)) if !may_reach(origin.addresses, range) => {
            Err(AddressFault { address, range }.to_string())
        }
        Ok(_) | Err(_) => Ok(parsed),
    }
}

/// An address that is not dialled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct AddressFault {
    address: IpAddr,
    range: Range,
}

impl fmt::Display for AddressFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { address, range } = self;
        match range {
            Range::Machine => {
                write!(f, "{address} is a link-local or metadata address, which is never dialled")
            }
            Range::Nobody => write!(f, "{address} is nobody's address, which is never dialled"),
            Range::Loopback => write!(
                f,
                "{address} is this machine, which the policy does not let this name lead to; if it is meant, the config \
                 says `localhost`, or `allow_private` with the reason"
            ),
            Range::Private => write!(
                f,
                "{address} is in a private network, where the policy does not let this name lead; if it is meant, the \
                 config says `allow_private` with the reason, or the address itself"
            ),
            Range::Public => {
                write!(f, "{address} is on the internet, and the policy lets this host lead inside only")
            }
        }
    }
}

/// The resolver of the one client: it knows the names of the policy and no others.
#[derive(Debug)]
pub(super) struct Resolver {
    hosts: BTreeMap<&'static str, Addresses>,
}

impl Resolver {
    pub(super) fn new(origins: &[Origin]) -> Self {
        Self { hosts: origins.iter().map(|origin| (origin.host, origin.addresses)).collect() }
    }
}

/// Why a name led nowhere.
#[derive(Debug)]
pub(super) enum NameFault {
    /// It does not resolve.
    Unknown(std::io::Error),
    /// It resolves, to what is not dialled.
    Closed(AddressFault),
    /// The policy does not have it.
    Unlisted,
}

impl fmt::Display for NameFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(error) => write!(f, "the name does not resolve ({error})"),
            Self::Closed(fault) => write!(f, "the name resolves to an address that is not dialled: {fault}"),
            Self::Unlisted => write!(f, "the policy does not list this name"),
        }
    }
}

impl std::error::Error for NameFault {}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let listed = self.hosts.get(name.as_str()).copied();
        Box::pin(async move {
            let addresses = listed.ok_or(NameFault::Unlisted)?;
            // The connector puts the port of the URL in.
            if Host::of(name.as_str()) == Host::Localhost {
                // By RFC 6761 there is nothing to ask, and asking takes a thread.
                let loopback = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
                return Ok(Box::new(loopback.into_iter().map(|address| SocketAddr::new(address, 0))) as Addrs);
            }
            let found = tokio::net::lookup_host((name.as_str(), 0)).await.map_err(NameFault::Unknown)?;
            Ok(Box::new(open(found, addresses)?.into_iter()) as Addrs)
        })
    }
}

/// The addresses that may be dialled. That others are among them is no reason to refuse these; that there are no others
/// is.
fn open(found: impl Iterator<Item = SocketAddr>, addresses: Addresses) -> Result<Vec<SocketAddr>, NameFault> {
    let mut closed = None;
    let mut open = Vec::new();
    for socket in found {
        let (address, range) = (socket.ip(), Range::of(socket.ip()));
        if may_reach(addresses, range) {
            open.push(socket);
        } else {
            closed.get_or_insert(AddressFault { address, range });
        }
    }
    match closed {
        Some(fault) if open.is_empty() => Err(NameFault::Closed(fault)),
        Some(_) | None => Ok(open),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decl::Scheme;
    use crate::proof::fixture::block_on;

    #[test]
    fn an_origin_is_what_it_looks_like() {
        let check = |host: &'static str, addresses| {
            check_origin(
                &format!("http://{host}:80"),
                Origin { scheme: Scheme::Http, host, port: 80, addresses },
            )
            .map(drop)
        };
        assert_eq!(check("localhost", Addresses::Loopback), Ok(()));
        assert_eq!(check("example.com", Addresses::Public), Ok(()));
        assert_eq!(check("127.0.0.1", Addresses::Loopback), Ok(()));
        assert_eq!(check("[::1]", Addresses::Loopback), Ok(()));
        assert_eq!(check("10.0.0.1", Addresses::Private), Ok(()));
        for host in
            ["0x7f.1", "127.1", "2130706433", "0251.0376.0251.0376", "user@host", "host/path", "EXAMPLE.com"]
        {
            assert!(check(host, Addresses::Because("x")).unwrap_err().contains("normal form"), "{host}");
        }
        for host in ["169.254.169.254", "[fe80::1]", "[::ffff:a9fe:a9fe]", "0.0.0.0"] {
            assert!(check(host, Addresses::Because("x")).unwrap_err().contains("never dialled"), "{host}");
        }
        assert!(check("127.0.0.1", Addresses::Public).unwrap_err().contains("this machine"));
        assert!(check("192.168.0.1", Addresses::Public).unwrap_err().contains("private network"));
        assert!(check("192.168.0.1", Addresses::Loopback).unwrap_err().contains("private network"));
        assert!(check("8.8.8.8", Addresses::Private).unwrap_err().contains("on the internet"));
    }

    /// What is left of `found` for an origin.
    fn left(addresses: Addresses, found: &[&str]) -> Result<Vec<String>, String> {
        let found = found.iter().map(|address| SocketAddr::new(address.parse().unwrap(), 0));
        open(found, addresses)
            .map(|open| open.iter().map(|socket| socket.ip().to_string()).collect())
            .map_err(|fault| fault.to_string())
    }

    #[test]
    fn a_public_name_leads_to_public_addresses_only() {
        let all = ["127.0.0.1", "10.0.0.1", "169.254.169.254", "8.8.8.8", "::ffff:10.0.0.1", "0.0.0.0"];
        assert_eq!(left(Addresses::Public, &all), Ok(vec!["8.8.8.8".to_owned()]));
        for (closed, range) in [
            ("127.0.0.1", "this machine"),
            ("::1", "this machine"),
            ("::ffff:127.0.0.1", "this machine"),
            ("192.168.1.7", "private network"),
            ("fd00::7", "private network"),
            ("100.64.0.9", "private network"),
            ("64:ff9b::c0a8:107", "private network"),
            ("169.254.169.254", "never dialled"),
            ("64:ff9b::a9fe:a9fe", "never dialled"),
            ("0.0.0.0", "never dialled"),
        ] {
            let told = left(Addresses::Public, &[closed]).unwrap_err();
            assert!(told.contains(range), "{closed}: {told}");
        }
    }

    #[test]
    fn a_reason_opens_this_machine_and_private_networks_and_no_more() {
        let all = ["127.0.0.1", "10.0.0.1", "169.254.169.254", "8.8.8.8", "100.100.100.200", "0.0.0.0"];
        let open = left(Addresses::Because("the NAS"), &all).unwrap();
        assert_eq!(open, ["127.0.0.1", "10.0.0.1", "8.8.8.8"]);
        assert!(left(Addresses::Because("the NAS"), &["fe80::1"]).unwrap_err().contains("never dialled"));
    }

    const ORIGINS: &[Origin] = &[
        Origin { scheme: Scheme::Http, host: "localhost", port: 80, addresses: Addresses::Loopback },
        Origin { scheme: Scheme::Http, host: "api.localhost", port: 80, addresses: Addresses::Loopback },
    ];

    #[test]
    fn localhost_is_loopback_without_being_looked_up() {
        for name in ["localhost", "api.localhost"] {
            let resolved = block_on(Resolver::new(ORIGINS).resolve(name.parse().unwrap()));
            let found: Vec<_> = resolved.unwrap().collect();
            assert!(!found.is_empty() && found.iter().all(|address| address.ip().is_loopback()));
        }
    }

    #[test]
    fn a_name_that_is_not_in_the_policy_is_not_looked_up() {
        let resolved = block_on(Resolver::new(ORIGINS).resolve("elsewhere.localhost".parse().unwrap()));
        assert!(resolved.err().unwrap().to_string().contains("does not list"));
    }
}
