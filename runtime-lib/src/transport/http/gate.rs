//! Whom a request thinks it is for, and on whose behalf it comes. A page in a browser can make it send requests to this
//! machine, under a name that its own DNS made point here; neither of the two fields lets it lie about that.

use super::address::is_loopback;
use hyper::header::{HOST, HeaderMap, HeaderName, ORIGIN};
use hyper::http::uri::{Authority, Uri};
use std::net::{IpAddr, SocketAddr};

/// Which values of `Host` and `Origin` there may be.
#[derive(Debug)]
pub struct Gate {
    bound: SocketAddr,
    /// Names that the operator serves under, beside the address itself.
    names: Vec<Authority>,
}

/// Why a request is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Barred {
    /// `Host` is missing, twice there, or not readable.
    NoHost,
    /// `Host` is not a name of this server.
    Host,
    /// `Origin` is another site.
    Origin,
}

impl Gate {
    /// The gate of a server that listens on `bound` and is also known by `names`.
    pub fn new(bound: SocketAddr, names: Vec<Authority>) -> Self {
        Self { bound, names }
    }

    /// Judges each of the two on its own.
    pub fn check(&self, target: &Uri, headers: &HeaderMap) -> Result<(), Barred> {
        let host =
            single(headers, &HOST)?.and_then(|host| host.parse::<Authority>().ok()).ok_or(Barred::NoHost)?;
        // A target that names a host stands above the field.
        if !self.is_ours(&host) || target.authority().is_some_and(|named| !self.is_ours(named)) {
            return Err(Barred::Host);
        }
        let Some(origin) = single(headers, &ORIGIN).map_err(|_| Barred::Origin)? else { return Ok(()) };
        let ours = origin.parse::<Uri>().ok().is_some_and(|origin| {
            let is_web = matches!(origin.scheme_str(), Some("http" | "https"));
            // The type reads `http://host` as `http://host/`.
            let is_bare = matches!(origin.path_and_query().map(|rest| rest.as_str()), None | Some("/"));
            is_web && is_bare && origin.authority().is_some_and(|from| self.is_ours(from))
        });
        if ours { Ok(()) } else { Err(Barred::Origin) }
    }

    fn is_ours(&self, authority: &Authority) -> bool {
        // The type takes a user before the host, and a sign before the port.
        if authority.as_str().contains(['@', '+']) {
            return false;
        }
        let host = authority.host();
        let named = self.names.iter().any(|name| {
            name.host().eq_ignore_ascii_case(host)
                && name.port_u16().is_none_or(|port| authority.port_u16() == Some(port))
        });
        named || (authority.port_u16().unwrap_or(80) == self.bound.port() && self.is_own_address(host))
    }

    /// An address cannot be made to point elsewhere, as a name can; `localhost` is no name of the DNS.
    fn is_own_address(&self, host: &str) -> bool {
        let on_loopback = is_loopback(self.bound);
        if host.eq_ignore_ascii_case("localhost") {
            return on_loopback || self.bound.ip().is_unspecified();
        }
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        let Ok(address) = bare.parse::<IpAddr>() else { return false };
        self.bound.ip().is_unspecified()
            || address == self.bound.ip()
            || (on_loopback && address.to_canonical().is_loopback())
    }
}

fn single<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<Option<&'h str>, Barred> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| Barred::NoHost),
        (Some(_), Some(_)) => Err(Barred::NoHost),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bound: &str, names: &[&str], host: &str, origin: Option<&str>) -> Result<(), Barred> {
        let names = names.iter().map(|name| name.parse().unwrap()).collect();
        let mut headers = HeaderMap::new();
        headers.insert(HOST, host.parse().unwrap());
        if let Some(origin) = origin {
            headers.insert(ORIGIN, origin.parse().unwrap());
        }
        Gate::new(bound.parse().unwrap(), names).check(&Uri::from_static("/mcp"), &headers)
    }

    #[test]
    fn on_the_loopback_only_its_own_names_get_in() {
        for host in ["127.0.0.1:8080", "localhost:8080", "LOCALHOST:8080", "[::1]:8080"] {
            assert_eq!(check("127.0.0.1:8080", &[], host, None), Ok(()), "{host}");
        }
        for host in [
            "evil.example:8080",
            "127.0.0.1.evil.example:8080",
            "localhost.evil.example:8080",
            "localhost",
            "localhost:8081",
            "10.0.0.1:8080",
            "0.0.0.0:8080",
            "localhost:8080@evil.example",
            "evil@localhost:8080",
            "localhost:+8080",
        ] {
            assert!(check("127.0.0.1:8080", &[], host, None).is_err(), "{host}");
        }
        assert_eq!(check("127.0.0.1:80", &[], "localhost", None), Ok(()));
    }

    #[test]
    fn an_origin_is_judged_whatever_the_host_is() {
        let origin = |origin| check("127.0.0.1:8080", &[], "localhost:8080", Some(origin));
        assert_eq!(origin("http://localhost:8080"), Ok(()));
        assert_eq!(origin("http://127.0.0.1:8080"), Ok(()));
        for other in [
            "null",
            "",
            "http://evil.example",
            "http://evil.example:8080",
            "http://localhost:3000",
            "https://localhost",
            "file://localhost:8080",
            "chrome-extension://localhost:8080",
            "http://localhost:8080/x",
            "localhost:8080",
        ] {
            assert_eq!(origin(other), Err(Barred::Origin), "{other}");
        }
    }

    #[test]
    fn names_are_those_of_the_operator() {
        let names = ["mcp.example.org", "other.example:8443"];
        for host in ["mcp.example.org", "mcp.example.org:443", "other.example:8443", "10.0.0.5:80"] {
            assert_eq!(check("0.0.0.0:80", &names, host, None), Ok(()), "{host}");
        }
        for host in ["other.example", "example.org", "xmcp.example.org"] {
            assert_eq!(check("0.0.0.0:80", &names, host, None), Err(Barred::Host), "{host}");
        }
        assert_eq!(check("10.0.0.5:80", &[], "10.0.0.6", None), Err(Barred::Host));
        assert_eq!(check("0.0.0.0:80", &names, "mcp.example.org", Some("https://mcp.example.org")), Ok(()));
    }

    #[test]
    fn a_field_that_stands_twice_is_none() {
        let gate = Gate::new("127.0.0.1:80".parse().unwrap(), Vec::new());
        let target = Uri::from_static("/mcp");
        assert_eq!(gate.check(&target, &HeaderMap::new()), Err(Barred::NoHost));
        let mut headers = HeaderMap::new();
        headers.append(HOST, "localhost".parse().unwrap());
        headers.append(ORIGIN, "http://localhost".parse().unwrap());
        assert_eq!(gate.check(&target, &headers), Ok(()));
        headers.append(ORIGIN, "http://localhost".parse().unwrap());
        assert_eq!(gate.check(&target, &headers), Err(Barred::Origin));
        headers.append(HOST, "localhost".parse().unwrap());
        assert_eq!(gate.check(&target, &headers), Err(Barred::NoHost));
    }

    #[test]
    fn a_target_that_names_a_host_names_this_one() {
        let gate = Gate::new("127.0.0.1:8080".parse().unwrap(), Vec::new());
        let headers = HeaderMap::from_iter([(HOST, "localhost:8080".parse().unwrap())]);
        let check = |target| gate.check(&Uri::from_static(target), &headers);
        assert_eq!(check("http://127.0.0.1:8080/mcp"), Ok(()));
        for target in ["http://evil.example/mcp", "http://evil@localhost:8080/mcp", "evil.example:8080"] {
            assert_eq!(check(target), Err(Barred::Host), "{target}");
        }
    }
}
