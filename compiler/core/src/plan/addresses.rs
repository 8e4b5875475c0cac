//! Which addresses a host stands for.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde::{Deserialize, Serialize};

/// Which addresses an [`Origin`](super::Origin) may be dialled at. Link-local and metadata addresses are in none of these.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Addresses {
    /// Those of the internet.
    Public,
    /// Those of this machine: the host says so itself.
    Loopback,
    /// The host is an address of a private network, and that is the one.
    Private,
    /// The author's reason why a name may lead to this machine or into a private network, too.
    Because(String),
}

impl Addresses {
    /// What a host in its one spelling says by itself. A name other than `localhost` says nothing: it leads to the
    /// internet.
    #[must_use]
    pub fn of(host: &str) -> Self {
        match literal(host).map(Range::of) {
            Some(Range::Loopback) => Self::Loopback,
            Some(Range::Private) => Self::Private,
            Some(Range::Public | Range::Machine | Range::Nobody) => Self::Public,
            None if host == "localhost" || host.ends_with(".localhost") => Self::Loopback,
            None => Self::Public,
        }
    }
}

/// The address that a host is; `None`: it is a name.
#[must_use]
pub fn literal(host: &str) -> Option<IpAddr> {
    match host.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')) {
        Some(inner) => inner.parse::<Ipv6Addr>().ok().map(IpAddr::V6),
        None => host.parse::<Ipv4Addr>().ok().map(IpAddr::V4),
    }
}

/// Whose an address is. The runtime has the same table; both are tested against `tests/fixtures/addresses.txt`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    /// Anybody's on the internet.
    Public,
    /// This machine's.
    Loopback,
    /// A private network's, or of a use that the internet does not route.
    Private,
    /// Link-local, or where a cloud answers for its machines.
    Machine,
    /// Nobody's: unspecified, multicast, reserved.
    Nobody,
}

impl Range {
    /// Of whatever the address stands for: IPv6 has several ways to write an IPv4 address.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => Self::of_v4(address),
            IpAddr::V6(address) => match carried(address) {
                // `::` and `::1` have the form of an IPv4 address too.
                Some(inner) if !address.is_unspecified() && !address.is_loopback() => Self::of_v4(inner),
                Some(_) | None => Self::of_v6(address),
            },
        }
    }

    fn of_v4(address: Ipv4Addr) -> Self {
        match address.octets() {
            // Azure, Alibaba and Oracle Cloud answer for their machines outside the link-local range.
            [169, 254, ..] | [168, 63, 129, 16] | [100, 100, 100, 200] | [192, 0, 0, 192] => Self::Machine,
            [127, ..] => Self::Loopback,
            [0 | 224..=255, ..] => Self::Nobody,
            [10, ..] | [192, 168, ..] | [192, 0, 0, _] => Self::Private,
            [172, 16..=31, ..] | [100, 64..=127, ..] | [198, 18..=19, ..] => Self::Private,
            _ => Self::Public,
        }
    }

    fn of_v6(address: Ipv6Addr) -> Self {
        match address.segments() {
            [0, 0, 0, 0, 0, 0, 0, 1] => Self::Loopback,
            [0xfd00, 0xec2, ..] | [0xfd20, 0xce, ..] | [0xfe80..=0xfebf, ..] => Self::Machine,
            [0xff00..=0xffff, ..] | [0, 0, 0, 0, 0, 0, 0, 0] => Self::Nobody,
            [0xfc00..=0xfdff, ..] | [0xfec0..=0xfeff, ..] => Self::Private,
            [0x2001, 0, ..] | [0x64, 0xff9b, 1, ..] => Self::Private,
            _ => Self::Public,
        }
    }
}

/// The IPv4 address that an IPv6 address stands for: mapped, compatible, NAT64 or 6to4.
fn carried(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [a, b, c, d, e, f, g, h] = address.segments();
    let v4 = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match [a, b, c, d, e, f] {
        [0, 0, 0, 0, 0, 0 | 0xffff] | [0x64, 0xff9b, 0, 0, 0, 0] => Some(v4(g, h)),
        [0x2002, high, low, ..] => Some(v4(high, low)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_an_address_is_in_one_range() {
        let table = include_str!("../../../../tests/fixtures/addresses.txt");
        for line in table.lines().filter(|line| !line.starts_with('#')) {
            let (range, address) = line.split_once(' ').unwrap();
            let expected = match range {
                "machine" => Range::Machine,
                "loopback" => Range::Loopback,
                "private" => Range::Private,
                "nobody" => Range::Nobody,
                "public" => Range::Public,
                _ => panic!("{line}"),
            };
            assert_eq!(Range::of(address.trim().parse().unwrap()), expected, "{line}");
        }
    }

    #[test]
    fn hosts_say_where_they_lead() {
        for (host, expected) in [
            ("localhost", Addresses::Loopback),
            ("api.localhost", Addresses::Loopback),
            ("127.9.9.9", Addresses::Loopback),
            ("[::1]", Addresses::Loopback),
            ("10.0.0.1", Addresses::Private),
            ("[fd12::1]", Addresses::Private),
            ("8.8.8.8", Addresses::Public),
            ("nas.lan", Addresses::Public),
            ("localhost.example", Addresses::Public),
        ] {
            assert_eq!(Addresses::of(host), expected, "{host}");
        }
    }
}
