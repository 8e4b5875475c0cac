//! What an address is good for, in any of its forms. `const`, because the proof of an agent asks as well as the resolver.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whose an address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Range {
    /// Anybody's on the internet.
    Public,
    /// This machine's.
    Loopback,
    /// A private network's, or of a use that the internet does not route.
    Private,
    /// Link-local, or where a cloud answers for its machines: nothing is ever sent there.
    Machine,
    /// Nobody's: unspecified, multicast, reserved.
    Nobody,
}

impl Range {
    /// Of whatever the address stands for: IPv6 has several ways to write an IPv4 address.
    pub(crate) const fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => Self::of_v4(address),
            IpAddr::V6(address) => match carried(address) {
                // `::` and `::1` have the form of an IPv4 address too.
                Some(inner) if !address.is_unspecified() && !address.is_loopback() => Self::of_v4(inner),
                Some(_) | None => Self::of_v6(address),
            },
        }
    }

    const fn of_v4(address: Ipv4Addr) -> Self {
        match address.octets() {
            // Azure, Alibaba and Oracle Cloud answer for their machines outside the link-local range.
            [169, 254, ..] | [168, 63, 129, 16] | [100, 100, 100, 200] | [192, 0, 0, 192] => Self::Machine,
            [127, ..] => Self::Loopback,
            // Linux takes `0.0.0.0` for this machine.
            [0 | 224..=255, ..] => Self::Nobody,
            [10, ..] | [192, 168, ..] | [192, 0, 0, _] => Self::Private,
            [172, b, ..] if b & 0xf0 == 16 => Self::Private,
            [100, b, ..] if b & 0xc0 == 64 => Self::Private,
            [198, b, ..] if b & 0xfe == 18 => Self::Private,
            _ => Self::Public,
        }
    }

    const fn of_v6(address: Ipv6Addr) -> Self {
        match address.segments() {
            [0, 0, 0, 0, 0, 0, 0, 1] => Self::Loopback,
            // The metadata services of AWS (all that it keeps there) and Google.
            [0xfd00, 0xec2, ..] | [0xfd20, 0xce, ..] => Self::Machine,
            [0xfe80..=0xfebf, ..] => Self::Machine,
            [0xff00..=0xffff, ..] | [0, 0, 0, 0, 0, 0, 0, 0] => Self::Nobody,
            // Unique local, and site-local, which was before it.
            [0xfc00..=0xfdff, ..] | [0xfec0..=0xfeff, ..] => Self::Private,
            // Teredo, and NAT64 of a network's own: what is behind them cannot be told from the address.
            [0x2001, 0, ..] | [0x64, 0xff9b, 1, ..] => Self::Private,
            _ => Self::Public,
        }
    }
}

/// The IPv4 address that an IPv6 address stands for: mapped, compatible, NAT64 or 6to4.
const fn carried(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let (high, low) = match address.segments() {
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low] => (high, low),
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => (high, low),
        [0x2002, high, low, ..] => (high, low),
        _ => return None,
    };
    let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
    Some(Ipv4Addr::new(a, b, c, d))
}

/// What the host of an origin is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Host {
    /// `localhost`, or a name below it.
    Localhost,
    /// A name that has to be looked up.
    Name,
    /// An address.
    Literal(IpAddr),
    /// Digits or brackets that are no address in its one spelling: a URL parser would make another host of it.
    Odd,
}

impl Host {
    /// Reads a host as the compiler writes it.
    pub(crate) const fn of(host: &str) -> Self {
        match host.as_bytes() {
            b"localhost" | [.., b'.', b'l', b'o', b'c', b'a', b'l', b'h', b'o', b's', b't'] => {
                Self::Localhost
            }
            [b'[', inner @ .., b']'] => match v6(inner) {
                Some(address) => Self::Literal(IpAddr::V6(address)),
                None => Self::Odd,
            },
            [] | [b'[', ..] => Self::Odd,
            text => match v4(text) {
                Some(address) => Self::Literal(IpAddr::V4(address)),
                None if ends_as_number(text) => Self::Odd,
                None => Self::Name,
            },
        }
    }
}

/// Whether the last part of a host is a number, decimal or hexadecimal: URL parsers take such a host for an address. So
/// is one that is empty, which they overlook.
const fn ends_as_number(host: &[u8]) -> bool {
    let (mut rest, mut decimal, mut hexadecimal) = (host, true, true);
    while let [before @ .., byte] = rest {
        match byte {
            b'.' => break,
            b'0'..=b'9' => {}
            b'a'..=b'f' => decimal = false,
            b'x' if hexadecimal && matches!(before, [b'0'] | [.., b'.', b'0']) => return true,
            _ => (decimal, hexadecimal) = (false, false),
        }
        rest = before;
    }
    decimal
}

/// Four decimal numbers without leading zeros.
const fn v4(text: &[u8]) -> Option<Ipv4Addr> {
    let (mut value, mut parts, mut digits, mut part) = (0_u32, 0_u8, 0_u8, 0_u32);
    let mut rest = text;
    loop {
        match rest {
            [digit @ b'0'..=b'9', more @ ..] => {
                if digits > 0 && part == 0 {
                    return None;
                }
                (digits, part) = (digits + 1, part * 10 + (*digit - b'0') as u32);
                if part > 255 {
                    return None;
                }
                rest = more;
            }
            [b'.', ..] | [] => {
                if digits == 0 {
                    return None;
                }
                (value, parts, digits, part) = (value << 8 | part, parts + 1, 0, 0);
                match rest {
                    [_, more @ ..] if parts < 4 => rest = more,
                    [] if parts == 4 => return Some(Ipv4Addr::from_bits(value)),
                    _ => return None,
                }
            }
            _ => return None,
        }
    }
}

/// Groups of hexadecimal digits, `::` for those that are zero. An IPv4 address at the end is not taken: the compiler does
/// not write it.
const fn v6(text: &[u8]) -> Option<Ipv6Addr> {
    let (mut value, mut groups) = (0_u128, 0_u32);
    // The groups behind `::`, once it was met.
    let (mut tail, mut behind, mut gap) = (0_u128, 0_u32, false);
    let mut rest = text;
    if let [b':', b':', more @ ..] = rest {
        (gap, rest) = (true, more);
    }
    while !rest.is_empty() {
        let (mut group, mut digits) = (0_u128, 0_u8);
        while let [digit, more @ ..] = rest {
            let Some(number) = (*digit as char).to_digit(16) else { break };
            (group, digits, rest) = (group << 4 | number as u128, digits + 1, more);
        }
        if digits == 0 || digits > 4 {
            return None;
        }
        if gap {
            (tail, behind) = (tail << 16 | group, behind + 1);
        } else {
            (value, groups) = (value << 16 | group, groups + 1);
        }
        if groups + behind > 8 {
            return None;
        }
        match rest {
            [] => {}
            [b':', b':', more @ ..] if !gap => (gap, rest) = (true, more),
            [b':', more @ ..] if !more.is_empty() => rest = more,
            _ => return None,
        }
    }
    match (gap, groups + behind) {
        (false, 8) => Some(Ipv6Addr::from_bits(value)),
        // Eight groups behind `::` leave nothing for it to stand for.
        (true, 0..=7) if groups == 0 => Some(Ipv6Addr::from_bits(tail)),
        (true, 0..=7) => Some(Ipv6Addr::from_bits(value << (16 * (8 - groups)) | tail)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_form_of_an_address_is_in_one_range() {
        let table = include_str!("../../tests/fixtures/addresses.txt");
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
    fn hosts_are_names_addresses_or_odd() {
        for name in ["localhost", "api.localhost"] {
            assert_eq!(Host::of(name), Host::Localhost, "{name}");
        }
        for name in [
            "example.org",
            "nas",
            "notlocalhost",
            "localhost.example",
            "a1",
            "1password.com",
            "0x.org",
            "a.1b",
            "a.0xg",
            "0xlax",
        ] {
            assert_eq!(Host::of(name), Host::Name, "{name}");
        }
        for odd in [
            "",
            "0x7f.1",
            "127.1",
            "2130706433",
            "0177.0.0.1",
            "0251.0376.0251.0376",
            "1.2.3.4.5",
            "256.1.1.1",
            "1.2.3.4.",
            "a.0x7f000001",
            "[::1",
            "[]",
            "[:::1]",
            "[1:2]",
            "[::12345]",
            "[1::2::3]",
            "[::1:]",
            "[::ffff:1.2.3.4]",
        ] {
            assert_eq!(Host::of(odd), Host::Odd, "{odd}");
        }
    }

    proptest! {
        #[test]
        fn literals_are_read_as_the_standard_library_reads_them(bits in any::<u128>(), mask in any::<u128>(), short in any::<u32>()) {
            let v4 = Ipv4Addr::from_bits(short);
            prop_assert_eq!(Host::of(&v4.to_string()), Host::Literal(IpAddr::V4(v4)));
            // Runs of zeros, so that `::` is met.
            for bits in [bits, bits & mask & (bits << 17), bits >> (short % 128), bits << (short % 128)] {
                let v6 = Ipv6Addr::from_bits(bits);
                let text = v6.to_string();
                if !text.contains('.') {
                    prop_assert_eq!(Host::of(&format!("[{text}]")), Host::Literal(IpAddr::V6(v6)));
                }
            }
        }

        #[test]
        fn no_text_is_read_as_another_address(text in "[0-9a-f:.]{0,40}") {
            let inner = text.as_bytes();
            if let Some(address) = v6(inner) {
                prop_assert_eq!(text.parse::<Ipv6Addr>().ok(), Some(address));
            }
            if let Some(address) = v4(inner) {
                prop_assert_eq!(text.parse::<Ipv4Addr>().ok(), Some(address));
            }
        }
    }
}
