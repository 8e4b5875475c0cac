//! The form that some contents have: what does not have it is no such value, whatever its class.

use super::ssrf::host_of;
use crate::decl::Content;

/// What a value of this content must be, if this is none.
pub(super) fn misfit(content: Content, text: &str) -> Option<&'static str> {
    // Whether nothing is something is what `min_length` is for; many clients leave out with an empty string.
    if text.is_empty() {
        return None;
    }
    match content {
        Content::Identifier => (!is_identifier(text)).then_some(
            "an identifier: letters, digits and `_-.:/@+#~=`, beginning with none of `-./`, without `..` and `//`",
        ),
        Content::Path => (!is_relative(text)).then_some("a relative path without `..`, backslashes and control characters"),
        Content::Url => (!is_url(text)).then_some("an absolute http or https address without user, spaces and backslashes"),
        Content::Host => (!is_host(text)).then_some("the name or address of a host, with or without a port"),
        Content::Email => (!is_email(text)).then_some("an e-mail address"),
        Content::Json => serde_json::from_str::<serde::de::IgnoredAny>(text).is_err().then_some("JSON"),
        Content::Unspecified
        | Content::Text
        | Content::Prompt
        | Content::Promql
        | Content::Logql
        | Content::Sql
        | Content::Code
        | Content::Regex => None,
    }
}

fn is_identifier(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.:/@+#~=".contains(&byte))
        && !text.starts_with(['-', '.', '/'])
        && !text.contains("..")
        && !text.contains("//")
}

fn is_relative(text: &str) -> bool {
    let has_drive = matches!(text.as_bytes(), [drive, b':', ..] if drive.is_ascii_alphabetic());
    !has_drive
        && !text.starts_with(['/', '~'])
        && !text.contains('\\')
        && !text.contains("://")
        && !text.chars().any(char::is_control)
        && text.split('/').all(|segment| segment != ".." && !segment.contains("%2e%2e"))
}

fn is_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    (scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https"))
        && is_host(authority)
        && !text.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '\\' | '<' | '>' | '"'))
}

fn is_host(text: &str) -> bool {
    let port = text.rsplit_once(':').map_or("", |(_, port)| port);
    if text.starts_with('[') {
        let is_address = host_of(text).parse::<std::net::Ipv6Addr>().is_ok();
        let (_, behind) = text.split_once(']').unwrap_or_default();
        return is_address && (behind.is_empty() || behind.strip_prefix(':').is_some_and(is_port));
    }
    if text.parse::<std::net::Ipv6Addr>().is_ok() {
        return true;
    }
    let host = host_of(text);
    let has_port = host.len() < text.len();
    host.len() <= 253
        && (!has_port || is_port(port))
        && host.trim_end_matches('.').split('.').all(|label| {
            !label.is_empty()
                && label.len() <= 63
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
        })
}

fn is_port(text: &str) -> bool {
    text.parse::<u16>().is_ok() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let is_local = !local.is_empty()
        && local.len() <= 64
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local.chars().all(|c| c.is_alphanumeric() || "!#$%&'*+/=?^_`{|}~.-".contains(c));
    is_local && domain.contains('.') && !domain.contains(':') && is_host(domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_have_forms() {
        let fits = |content, text: &str| misfit(content, text).is_none();
        for good in ["qwen2.5:27b", "#W5056519", "library/llama3", "user@host", "a_b-c", "42"] {
            assert!(fits(Content::Identifier, good), "{good}");
        }
        for bad in ["a b", "-rf", "../x", "a;b", "a//b", "$(id)", "é", "a\n"] {
            assert!(!fits(Content::Identifier, bad), "{bad}");
        }
        for good in ["src/main.rs", "a b/c.txt", ".github/x", "ü/x..y"] {
            assert!(fits(Content::Path, good), "{good}");
        }
        for bad in ["/etc/passwd", "a/../b", "..", "a\\b", "c:/x", "~/.ssh", "a\0b", "file://x"] {
            assert!(!fits(Content::Path, bad), "{bad}");
        }
        for good in ["https://example.com/a?b=c", "http://[::1]:80/", "HTTP://x.example"] {
            assert!(fits(Content::Url, good), "{good}");
        }
        for bad in [
            "example.com",
            "ftp://x",
            "http://",
            "http://a b/",
            "http://a@b/",
            "https://x\\y",
            "javascript:alert(1)",
        ] {
            assert!(!fits(Content::Url, bad), "{bad}");
        }
        for good in ["example.com", "10.0.0.1:80", "[::1]:443", "::1", "localhost", "bücher.example."] {
            assert!(fits(Content::Host, good), "{good}");
        }
        for bad in ["a b", "http://x", "x:99999", "-a.example", "a..b", "a/b"] {
            assert!(!fits(Content::Host, bad), "{bad}");
        }
        for good in ["a@b.example", "o'brien+x@mail.example.org"] {
            assert!(fits(Content::Email, good), "{good}");
        }
        for bad in ["a", "a@b", "a@b@c.example ", "a b@c.example", "a@b.example\nBcc: x", ".a@b.example"] {
            assert!(!fits(Content::Email, bad), "{bad}");
        }
        assert!(fits(Content::Json, "{\"a\": [1]}") && !fits(Content::Json, "{a: 1}"));
        assert!(fits(Content::Sql, "select 1"));
    }
}
