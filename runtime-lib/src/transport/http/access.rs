//! Who is let in, and what others are told.

#[cfg(feature = "oauth")]
use super::oauth::{Denied, OAuth};
use crate::broker::Tokens;
use crate::call::Principal;
use hyper::StatusCode;
use hyper::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How callers prove who they are.
#[derive(Debug)]
pub struct Access {
    tokens: Tokens,
    #[cfg(feature = "oauth")]
    oauth: Option<OAuth>,
    /// Once it was asked for, a token is asked for until the process ends: a file that goes away opens no door.
    wants_token: AtomicBool,
    /// When the operator was last told that tokens cannot be checked.
    complained: Mutex<Option<Instant>>,
}

/// How long nothing more is said of it: strangers must not be able to fill a log, nor a pipe that nobody reads.
const SILENCE: Duration = Duration::from_secs(10);

/// What someone is told who is not let in.
#[derive(Debug, PartialEq, Eq)]
pub struct Challenge {
    /// The status.
    pub status: StatusCode,
    /// `WWW-Authenticate`
    pub authenticate: Option<HeaderValue>,
    /// For a person.
    pub text: &'static str,
}

impl Access {
    /// Asks for tokens if the operator gave any out. One who cannot say so is a reason not to start.
    #[cfg(not(feature = "oauth"))]
    pub fn new(tokens: Tokens) -> Result<Self, String> {
        let wants_token = AtomicBool::new(tokens.are_wanted()?);
        Ok(Self { tokens, wants_token, complained: Mutex::default() })
    }

    /// Asks for tokens if the operator gave any out, or there is an authorization server.
    #[cfg(feature = "oauth")]
    pub fn new(tokens: Tokens, oauth: Option<OAuth>) -> Result<Self, String> {
        let wants_token = AtomicBool::new(tokens.are_wanted()? || oauth.is_some());
        Ok(Self { tokens, oauth, wants_token, complained: Mutex::default() })
    }

    /// The authorization server.
    #[cfg(feature = "oauth")]
    pub const fn oauth(&self) -> Option<&OAuth> {
        self.oauth.as_ref()
    }

    /// Whether a stranger is kept out.
    pub fn wants_token(&self) -> bool {
        self.wants_token.load(Ordering::Relaxed)
    }

    /// Who sent a request.
    pub async fn principal(&self, headers: &HeaderMap) -> Result<Principal, Challenge> {
        match self.tokens.are_wanted() {
            Ok(true) => self.wants_token.store(true, Ordering::Relaxed),
            Ok(false) if !self.wants_token() => return Ok(Principal::ANYONE),
            Ok(false) => {}
            Err(problem) => return Err(self.unavailable(&problem)),
        }
        let token = match bearer(headers) {
            Bearer::Token(token) => token,
            Bearer::Missing => {
                return Err(self.challenge(StatusCode::UNAUTHORIZED, "", "an access token is needed\n"));
            }
            Bearer::Other => return Err(self.invalid_token()),
        };
        match self.tokens.holder(token) {
            Ok(Some(principal)) => Ok(principal),
            Ok(None) => self.holder_elsewhere(token).await,
            Err(problem) => Err(self.unavailable(&problem)),
        }
    }

    #[cfg(not(feature = "oauth"))]
    async fn holder_elsewhere(&self, _token: &[u8]) -> Result<Principal, Challenge> {
        Err(self.invalid_token())
    }

    #[cfg(feature = "oauth")]
    async fn holder_elsewhere(&self, token: &[u8]) -> Result<Principal, Challenge> {
        let Some(oauth) = &self.oauth else { return Err(self.invalid_token()) };
        oauth.holder(token).await.map_err(|denied| match denied {
            Denied::Invalid => self.invalid_token(),
            Denied::Scope => self.beyond_scope(),
            Denied::Unavailable(problem) => self.unavailable(&problem),
        })
    }

    /// For someone whose token does not go so far.
    pub fn beyond_scope(&self) -> Challenge {
        self.challenge(StatusCode::FORBIDDEN, "insufficient_scope", "this token does not go so far\n")
    }

    fn invalid_token(&self) -> Challenge {
        let text = "the access token is not one of this agent, or not any more\n";
        self.challenge(StatusCode::UNAUTHORIZED, "invalid_token", text)
    }

    fn challenge(&self, status: StatusCode, error: &str, text: &'static str) -> Challenge {
        let mut parameters = Vec::new();
        if !error.is_empty() {
            parameters.push(format!("error=\"{error}\""));
        }
        #[cfg(feature = "oauth")]
        if let Some(oauth) = &self.oauth {
            let scope =
                if status == StatusCode::FORBIDDEN { oauth.scopes() } else { oauth.read_scope().to_owned() };
            parameters.push(format!("scope=\"{scope}\""));
            parameters.push(format!("resource_metadata=\"{}\"", oauth.metadata_url()));
        }
        let value = format!("Bearer {}", parameters.join(", "));
        Challenge { status, authenticate: HeaderValue::from_str(value.trim_end()).ok(), text }
    }

    /// The operator is told; strangers need not know the paths of this machine.
    fn unavailable(&self, problem: &str) -> Challenge {
        use std::io::Write as _;
        let now = Instant::now();
        let mut complained = self.complained.lock().unwrap_or_else(PoisonError::into_inner);
        if complained.is_none_or(|last| now.duration_since(last) >= SILENCE) {
            *complained = Some(now);
            // There is nobody left to tell that this failed, too.
            let _ = writeln!(std::io::stderr(), "heddle: nobody is let in: {problem}");
        }
        Challenge {
            status: StatusCode::SERVICE_UNAVAILABLE,
            authenticate: None,
            text: "access tokens cannot be checked now\n",
        }
    }
}

/// What `Authorization` holds.
#[derive(Debug, PartialEq, Eq)]
enum Bearer<'h> {
    Token(&'h [u8]),
    /// There is none, or more than one.
    Missing,
    /// Something else.
    Other,
}

fn bearer(headers: &HeaderMap) -> Bearer<'_> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return Bearer::Missing };
    match value.as_bytes().split_at_checked(7) {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case(b"bearer ") => Bearer::Token(token.trim_ascii()),
        _ => Bearer::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bearer_token_stands_once_and_after_its_word() {
        let of = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(AUTHORIZATION, HeaderValue::from_static(value));
            }
            match bearer(&headers) {
                Bearer::Token(token) => String::from_utf8(token.to_vec()).unwrap(),
                Bearer::Missing => "Missing".to_owned(),
                Bearer::Other => "Other".to_owned(),
            }
        };
        assert_eq!(of(&["Bearer abc"]), "abc");
        assert_eq!(of(&["bearer  abc "]), "abc");
        assert_eq!(of(&[]), "Missing");
        assert_eq!(of(&["Bearer a", "Bearer b"]), "Missing");
        for value in ["Basic abc", "Bearerabc", "", "abc"] {
            assert_eq!(of(&[value]), "Other", "{value}");
        }
    }
}
