//! What is the same: const evaluation has neither `==` on strings nor iterators.

use crate::decl::{Addresses, Origin, Param};

pub(super) const fn find<'a>(name: &str, params: &'a [Param]) -> Option<&'a Param> {
    let mut params = params;
    while let [first, rest @ ..] = params {
        if same(first.name, name) {
            return Some(first);
        }
        params = rest;
    }
    None
}

pub(super) const fn same_origin(a: &Origin, b: &Origin) -> bool {
    a.scheme as u8 == b.scheme as u8
        && a.port == b.port
        && same(a.host, b.host)
        && same_addresses(a.addresses, b.addresses)
}

pub(super) const fn same_addresses(a: Addresses, b: Addresses) -> bool {
    match (a, b) {
        (Addresses::Public, Addresses::Public)
        | (Addresses::Loopback, Addresses::Loopback)
        | (Addresses::Private, Addresses::Private) => true,
        (Addresses::Because(a), Addresses::Because(b)) => same(a, b),
        _ => false,
    }
}

/// Each step counts when a thousand tools are proven: a pair of slices in one pattern, or the call of `len`, would cost
/// more than the comparison of their bytes.
pub(super) const fn same(a: &str, b: &str) -> bool {
    let mut a = a.as_bytes();
    let mut b = b.as_bytes();
    while let [x, more_a @ ..] = a {
        let [y, more_b @ ..] = b else { return false };
        if *x != *y {
            return false;
        }
        a = more_a;
        b = more_b;
    }
    matches!(b, [])
}
