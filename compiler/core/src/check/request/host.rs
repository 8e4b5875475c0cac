//! Hosts: names and addresses in their one spelling, and not those that nobody should be sent to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::punycode;
use crate::diag::{Diagnostic, HD0402, HD0405, HD0406, HD0407, HD0416, Sink};
use crate::plan::Range;
use crate::source::Span;

/// The host in its one spelling.
pub(in crate::check) fn check(host: &str, at: Span, sink: &mut Sink) -> Option<String> {
    match classify(host) {
        Ok(host) => Some(host),
        Err(fault) => {
            sink.push(explain(host, fault, at));
            None
        }
    }
}

/// Whether requests to this host stay on the machine.
pub(in crate::check) fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host.ends_with(".localhost")
        || host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
        || host == "[::1]"
}

#[derive(Debug, PartialEq, Eq)]
enum Fault {
    Empty,
    NotAscii(Option<String>),
    NotAName(&'static str),
    OddAddress(Option<String>),
    Metadata,
    Nobody,
}

fn classify(host: &str) -> Result<String, Fault> {
    if host.is_empty() {
        return Err(Fault::Empty);
    }
    if !host.is_ascii() {
        return Err(Fault::NotAscii(punycode::host(host)));
    }
    let host = host.to_ascii_lowercase();
    if let Some(inner) = host.strip_prefix('[') {
        let address = inner.strip_suffix(']').and_then(|inner| inner.parse::<Ipv6Addr>().ok());
        let address = address.ok_or(Fault::NotAName("not an IPv6 address in brackets"))?;
        judge_address(IpAddr::V6(address))?;
        return Ok(format!("[{address}]"));
    }
    let last = host.rsplit('.').next().unwrap_or_default();
    if !last.is_empty() && (last.bytes().all(|c| c.is_ascii_digit()) || is_hex_number(last)) {
        // URL parsers read any such host as an address, in one of five spellings: only one is taken here.
        let address = host.parse::<Ipv4Addr>().map_err(|_| Fault::OddAddress(loose_ipv4(&host)))?;
        judge_address(IpAddr::V4(address))?;
        return Ok(address.to_string());
    }
    name_fault(&host).map_or(Ok(()), |why| Err(Fault::NotAName(why)))?;
    if METADATA.contains(&host.as_str()) {
        return Err(Fault::Metadata);
    }
    Ok(host)
}

/// Names under which clouds answer for their machines.
const METADATA: &[&str] =
    &["metadata", "metadata.google.internal", "metadata.goog", "instance-data", "instance-data.ec2.internal"];

fn name_fault(host: &str) -> Option<&'static str> {
    if host.len() > 253 {
        return Some("longer than 253 characters");
    }
    for label in host.split('.') {
        if label.is_empty() {
            return Some("a dot with nothing on one side of it");
        }
        if label.len() > 63 {
            return Some("a part longer than 63 characters");
        }
        if label.starts_with('-') || label.ends_with('-') {
            return Some("a part that begins or ends with `-`");
        }
        if !label.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-' || c == b'_') {
            return Some("letters, digits, `-`, `_` and dots only");
        }
    }
    None
}

fn judge_address(address: IpAddr) -> Result<(), Fault> {
    match Range::of(address) {
        Range::Machine => return Err(Fault::Metadata),
        Range::Nobody => return Err(Fault::Nobody),
        Range::Public | Range::Loopback | Range::Private => {}
    }
    match address {
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(inner) => Err(Fault::OddAddress(Some(inner.to_string()))),
            None if has_dots(address) => Err(Fault::OddAddress(None)),
            None => Ok(()),
        },
        IpAddr::V4(_) => Ok(()),
    }
}

/// Whether it is written with an IPv4 address at its end, which is deprecated: nothing has such an address.
fn has_dots(address: Ipv6Addr) -> bool {
    address.to_string().contains('.')
}

fn is_hex_number(label: &str) -> bool {
    label.strip_prefix("0x").is_some_and(|digits| digits.bytes().all(|c| c.is_ascii_hexdigit()))
}

/// What a lenient parser would make of an address: parts in decimal, octal or hex, the last one filling the rest.
fn loose_ipv4(host: &str) -> Option<String> {
    let numbers = host.split('.').map(|part| match part.strip_prefix("0x") {
        Some("") => Some(0),
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None if part.len() > 1 && part.starts_with('0') => u32::from_str_radix(part, 8).ok(),
        None => part.parse().ok(),
    });
    let numbers: Vec<u32> = numbers.collect::<Option<_>>()?;
    let (last, before) = numbers.split_last().filter(|(_, before)| before.len() <= 3)?;
    let mut value = u64::from(*last);
    for (index, part) in before.iter().enumerate() {
        value += u64::from(u8::try_from(*part).ok()?) << (24 - 8 * index);
    }
    u32::try_from(value).ok().map(|value| Ipv4Addr::from(value).to_string())
}

fn explain(host: &str, fault: Fault, at: Span) -> Diagnostic {
    let host = crate::check::template::shorten(host);
    match fault {
        Fault::Empty => Diagnostic::error(HD0402, "this URL has no host", at, "nothing between the slashes")
            .help("write `http://host/path`"),
        Fault::NotAscii(ascii) => {
            let found = Diagnostic::error(
                HD0405,
                format!("`{host}` is not written in ASCII"),
                at,
                "looks like one name, resolves as another",
            )
            .note("letters of other scripts can look like Latin ones");
            match ascii {
                Some(ascii) => found.help(format!("write it as DNS does, if it is what you mean: `{ascii}`")),
                None => found.help("write the name as DNS does, with `xn--`"),
            }
        }
        Fault::NotAName(why) => Diagnostic::error(HD0405, format!("`{host}` is not a host name"), at, why)
            .help("write a DNS name, an IPv4 address, or an IPv6 address in brackets"),
        Fault::OddAddress(plain) => {
            let found = Diagnostic::error(
                HD0406,
                format!("`{host}` is an odd spelling of an address"),
                at,
                "read differently by different programs",
            )
            .note(
                "octal, hexadecimal, shortened and mapped addresses get past filters that know one spelling",
            );
            match plain {
                Some(plain) => found.help(format!("write `{plain}`, if that is what you mean")),
                None => found.help("write four decimal numbers from 0 to 255, without leading zeros"),
            }
        }
        Fault::Metadata => Diagnostic::error(
            HD0407,
            format!("`{host}` answers for the machine itself"),
            at,
            "link-local or metadata",
        )
        .note("clouds hand out a machine's credentials at such addresses; no tool may ask there")
        .help("name the server that is meant"),
        Fault::Nobody => Diagnostic::error(
            HD0416,
            format!("`{host}` is no server's address"),
            at,
            "unspecified, multicast or broadcast",
        )
        .help("for this machine write `localhost` or `127.0.0.1`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_have_one_spelling() {
        for (host, expected) in [
            ("LocalHost", "localhost"),
            ("my_service", "my_service"),
            ("xn--bcher-kva.example", "xn--bcher-kva.example"),
            ("192.168.1.10", "192.168.1.10"),
            ("[::1]", "[::1]"),
            ("[2001:DB8:0::1]", "[2001:db8::1]"),
        ] {
            assert_eq!(classify(host).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn odd_and_dangerous_hosts_are_refused() {
        let odd = |plain: &str| Fault::OddAddress(Some(plain.to_owned()));
        for (host, fault) in [
            ("", Fault::Empty),
            ("bücher.example", Fault::NotAscii(Some("xn--bcher-kva.example".to_owned()))),
            ("0x7f.1", odd("127.0.0.1")),
            ("2130706433", odd("127.0.0.1")),
            ("0177.0.0.1", odd("127.0.0.1")),
            ("127.1", odd("127.0.0.1")),
            ("1.2.3.4.5", Fault::OddAddress(None)),
            ("256.1.1.1", Fault::OddAddress(None)),
            ("[::ffff:10.0.0.1]", odd("10.0.0.1")),
            ("169.254.169.254", Fault::Metadata),
            ("[::ffff:169.254.169.254]", Fault::Metadata),
            ("[fe80::1]", Fault::Metadata),
            ("[fd00:ec2::254]", Fault::Metadata),
            ("[64:ff9b::a9fe:a9fe]", Fault::Metadata),
            ("168.63.129.16", Fault::Metadata),
            ("240.0.0.1", Fault::Nobody),
            ("metadata.google.internal", Fault::Metadata),
            ("0.0.0.0", Fault::Nobody),
            ("[::]", Fault::Nobody),
            ("224.0.0.1", Fault::Nobody),
            ("a..b", Fault::NotAName("a dot with nothing on one side of it")),
            ("-a", Fault::NotAName("a part that begins or ends with `-`")),
            ("a b", Fault::NotAName("letters, digits, `-`, `_` and dots only")),
            ("[::1", Fault::NotAName("not an IPv6 address in brackets")),
        ] {
            assert_eq!(classify(host), Err(fault), "{host}");
        }
    }

    #[test]
    fn loopback_is_this_machine_only() {
        for host in ["localhost", "api.localhost", "127.0.0.1", "127.9.9.9", "[::1]"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["localhost.example", "10.0.0.1", "example.org", "[::2]"] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
