//! Where to listen, as the operator wrote it.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// Reads `PORT`, `:PORT`, `ADDRESS:PORT` or `localhost:PORT`. Without an address it is the loopback.
pub fn parse(text: &str) -> Result<SocketAddr, String> {
    let wrong =
        || format!("`{text}` is no address to listen on; write `8080`, `127.0.0.1:8080` or `[::1]:8080`");
    let (host, port) = text.rsplit_once(':').unwrap_or(("", text));
    // `parse` takes a sign, too.
    let port = Some(port).filter(|port| port.bytes().all(|byte| byte.is_ascii_digit())).ok_or_else(wrong)?;
    let port = port.parse().map_err(|_| wrong())?;
    let address = match host {
        "" | "localhost" => IpAddr::V4(Ipv4Addr::LOCALHOST),
        _ => match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
            Some(inside) => IpAddr::V6(inside.parse().map_err(|_| wrong())?),
            None => IpAddr::V4(host.parse().map_err(|_| wrong())?),
        },
    };
    Ok(SocketAddr::new(address, port))
}

/// Whether only this machine can reach it.
pub fn is_loopback(address: SocketAddr) -> bool {
    address.ip().to_canonical().is_loopback()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_alone_is_on_the_loopback() {
        for (text, address) in [
            ("8080", "127.0.0.1:8080"),
            (":8080", "127.0.0.1:8080"),
            ("0", "127.0.0.1:0"),
            ("localhost:80", "127.0.0.1:80"),
            ("127.0.0.2:80", "127.0.0.2:80"),
            ("[::1]:80", "[::1]:80"),
        ] {
            let parsed = parse(text).unwrap();
            assert_eq!(parsed, address.parse().unwrap());
            assert!(is_loopback(parsed));
        }
        for text in ["0.0.0.0:80", "[::]:80", "10.1.2.3:80", "[::ffff:10.1.2.3]:80"] {
            assert!(!is_loopback(parse(text).unwrap()), "{text}");
        }
        assert!(is_loopback(parse("[::ffff:127.0.0.1]:80").unwrap()));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            ":",
            "x",
            "+80",
            "65536",
            "host.example:80",
            "::1",
            "1.2.3.4",
            "[::1]",
            "[127.0.0.1]:80",
            "*:80",
        ] {
            assert!(parse(text).unwrap_err().contains("no address to listen on"), "{text}");
        }
    }
}
