//! HTTP methods, as types, and which tier sends which. Each method that can write stands behind a cargo
//! feature: a binary that was not given it does not contain it.

use crate::tier::{Observer, Operator, Privileged, Tier, Worker};

/// An HTTP method (RFC 9110, section 9; PATCH: RFC 5789). Sealed.
pub trait Method: sealed::Sealed {
    /// The same as a value, for the check at run time.
    const VERB: Verb;
}

/// The methods as values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// GET
    Get,
    /// HEAD
    Head,
    /// OPTIONS
    Options,
    /// POST
    #[cfg(feature = "post")]
    Post,
    /// PUT
    #[cfg(feature = "put")]
    Put,
    /// PATCH
    #[cfg(feature = "patch")]
    Patch,
    /// DELETE
    #[cfg(feature = "delete")]
    Delete,
}

impl Verb {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Options => "OPTIONS",
            #[cfg(feature = "post")]
            Self::Post => "POST",
            #[cfg(feature = "put")]
            Self::Put => "PUT",
            #[cfg(feature = "patch")]
            Self::Patch => "PATCH",
            #[cfg(feature = "delete")]
            Self::Delete => "DELETE",
        }
    }
}

/// This method may be sent by tier `T`.
// Written out: a blanket impl would hide the message below behind its own bound.
#[diagnostic::on_unimplemented(
    message = "HD0102: tier `{T}` may not send `{Self}`",
    label = "tier `{T}` does not send `{Self}`",
    note = "`heddle explain HD0102` says what each tier may do"
)]
pub trait SentBy<T: Tier>: Method {}

macro_rules! method {
    ($(#[$gate:meta])? $name:ident, $text:literal: $($tier:ident)*) => {
        #[doc = concat!("HTTP ", $text, ".")]
        $(#[$gate])?
        #[derive(Debug)]
        pub enum $name {}
        $(#[$gate])?
        impl sealed::Sealed for $name {}
        $(#[$gate])?
        impl Method for $name {
            const VERB: Verb = Verb::$name;
        }
        method!(@sent $(#[$gate])? $name: $($tier)*);
    };
    (@sent #[$gate:meta] $name:ident: $($tier:ident)*) => { $(#[$gate] impl SentBy<$tier> for $name {})* };
    (@sent $name:ident: $($tier:ident)*) => { $(impl SentBy<$tier> for $name {})* };
}

method!(Get, "GET": Observer Worker Operator Privileged);
method!(Head, "HEAD": Observer Worker Operator Privileged);
method!(Options, "OPTIONS": Observer Worker Operator Privileged);
method!(#[cfg(feature = "post")] Post, "POST": Worker Operator Privileged);
method!(#[cfg(feature = "put")] Put, "PUT": Worker Operator Privileged);
method!(#[cfg(feature = "patch")] Patch, "PATCH": Worker Operator Privileged);
method!(#[cfg(feature = "delete")] Delete, "DELETE": Operator Privileged);

mod sealed {
    pub trait Sealed {}
}
