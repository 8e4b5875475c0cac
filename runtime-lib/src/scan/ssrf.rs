//! Addresses that lead to where only the server should get: loopback, private networks, metadata services, other schemes.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::tokens::Tokens;

/// Names of machines that are not on the public internet, and services that give a name to any address.
const INSIDE: &[&str] = &[
    "localhost",
    "ip6-localhost",
    "ip6-loopback",
    "metadata",
    "instance-data",
    "kubernetes.default",
    "host.docker.internal",
];
const SUFFIXES: &[&str] = &[
    ".localhost",
    ".local",
    ".internal",
    ".intranet",
    ".lan",
    ".corp",
    ".home.arpa",
    ".localdomain",
    ".nip.io",
    ".xip.io",
    ".sslip.io",
    ".localtest.me",
    ".lvh.me",
    ".svc",
    ".cluster.local",
    ".consul",
];

/// What fired, if something did; the text is normalised.
pub(super) fn detect(tokens: &Tokens<'_>) -> Option<&'static str> {
    let text = tokens.text.trim();
    let has_scheme = tokens.has_sign(b":");
    if tokens.has_sign(b"\\")
        || text.starts_with("//")
        || has_scheme && tokens.has_sign(b"/") && text.contains(":///")
    {
        return Some("address that programs read differently");
    }
    let scheme = if has_scheme && tokens.has_sign(b"/") { text.split_once("://") } else { None };
    let (scheme, rest) = match scheme {
        Some((scheme, rest)) => (scheme, rest),
        None => {
            let head = if has_scheme { text.split_once(':') } else { None };
            let head = head.map_or("", |(head, _)| head);
            if matches!(
                head,
                "javascript"
                    | "data"
                    | "file"
                    | "vbscript"
                    | "jar"
                    | "mailto"
                    | "http"
                    | "https"
                    | "gopher"
                    | "ldap"
                    | "dict"
                    | "url"
            ) {
                return Some("address with another scheme");
            }
            ("http", text)
        }
    };
    if !matches!(scheme, "http" | "https" | "ws" | "wss") {
        return Some("address with another scheme");
    }
    let is_end = |byte: u8| matches!(byte, b'/' | b'?' | b'#');
    let end = if tokens.has_sign(b"/?#") { rest.bytes().position(is_end) } else { None };
    let end = end.unwrap_or(rest.len());
    let authority = rest.get(..end).unwrap_or_default();
    if tokens.has_sign(b"@") && authority.contains('@') {
        return Some("address with a user in it");
    }
    let host = host_of(authority);
    let is_odd =
        |byte| matches!(byte, b'\t'..=b'\r' | b' ' | b'%' | b';' | b',' | b'\'' | b'"' | b'<' | b'(');
    let has_odd = tokens.longest < tokens.text.len() || tokens.has_sign(b"%;,'\"<(");
    if host.is_empty()
        || has_odd && host.bytes().any(is_odd)
        // The only white space beyond ASCII that folding leaves.
        || !host.is_ascii() && host.contains('\u{1680}')
    {
        return Some("address that programs read differently");
    }
    let name = host.trim_end_matches('.');
    if INSIDE.contains(&name) || SUFFIXES.iter().any(|suffix| name.ends_with(suffix)) {
        return Some("address of a machine inside");
    }
    match address(name) {
        Some((address, is_plain)) if is_inside(address) => {
            Some(if is_plain { "address of a machine inside" } else { "address in disguise" })
        }
        Some((_, false)) => Some("address in disguise"),
        _ => None,
    }
}

/// The host of an authority, without port and brackets.
pub(super) fn host_of(authority: &str) -> &str {
    if let Some(rest) = authority.strip_prefix('[') {
        return rest.split(']').next().unwrap_or_default();
    }
    match authority.split_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        Some((_, rest)) if rest.contains(':') => authority,
        Some((host, _)) => host,
        None => authority,
    }
}

/// The address that resolvers make of a host; the flag: it is written as addresses are.
fn address(host: &str) -> Option<(IpAddr, bool)> {
    if let Ok(address) = host.parse::<IpAddr>() {
        return Some((address, true));
    }
    // Up to four numbers, decimal, octal or hexadecimal, the last one filling up.
    let parts: Vec<&str> = host.split('.').collect();
    if parts.len() > 4 {
        return None;
    }
    let numbers: Vec<u64> = parts.iter().map(|part| number(part)).collect::<Option<_>>()?;
    let (last, heads) = numbers.split_last()?;
    let mut value = *last;
    for (index, head) in heads.iter().enumerate() {
        value = value.wrapping_add((head & 0xff) << (24 - 8 * index));
    }
    let value = u32::try_from(value & 0xffff_ffff).ok()?;
    Some((IpAddr::V4(Ipv4Addr::from(value)), false))
}

fn number(text: &str) -> Option<u64> {
    if let Some(digits) = text.strip_prefix("0x") {
        return u64::from_str_radix(digits, 16).ok();
    }
    if text.len() > 1 && text.starts_with('0') {
        return u64::from_str_radix(text, 8).ok();
    }
    text.parse().ok()
}

fn is_inside(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_inside_v4(v4),
        IpAddr::V6(v6) => {
            v6.to_ipv4_mapped().or_else(|| v6.to_ipv4()).map_or_else(|| is_inside_v6(v6), is_inside_v4)
        }
    }
}

fn is_inside_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_broadcast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
}

fn is_inside_v6(address: Ipv6Addr) -> bool {
    let [first, ..] = address.segments();
    address.is_loopback()
        || address.is_unspecified()
        || first & 0xfe00 == 0xfc00
        || first & 0xffc0 == 0xfe80
        || first >= 0xff00
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_what_is_inside() {
        for inside in [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://0177.0.0.1",
            "http://[::1]:80/",
            "http://[::ffff:10.0.0.1]/",
            "http://169.254.169.254/latest",
            "http://localhost:9090",
            "http://metadata.google.internal/",
            "http://a@b.example/",
            "gopher://x/",
            "file:///etc/passwd",
            "//evil.example",
            "http:\\\\evil",
            "10.0.0.1",
            "fd00::1",
            "http://127.0.0.1.nip.io",
            "http:evil.example",
            "http://1.1",
        ] {
            assert!(detect(&Tokens::of(inside)).is_some(), "{inside}");
        }
        for outside in [
            "https://example.com/a?b=c#d",
            "example.com",
            "8.8.8.8",
            "https://[2606:4700::1111]/",
            "http://xn--bcher-kva.example:8080/x",
        ] {
            assert_eq!(detect(&Tokens::of(outside)), None, "{outside}");
        }
    }
}
