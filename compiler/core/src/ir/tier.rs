//! The tiers as types. What a tier cannot send or hold has no value in its associated types.

use crate::{ast, plan};

/// A trust tier.
pub trait Tier: std::fmt::Debug + Clone + PartialEq {
    /// The methods that it sends.
    type Method: std::fmt::Debug + Clone + PartialEq + Into<plan::Method>;
    /// The access modes that its tools hold.
    type Access: std::fmt::Debug + Clone + PartialEq + Into<plan::Access>;
    /// The same tier as a value.
    const LEVEL: plan::Tier;

    /// The method as one of this tier, if it is.
    fn method(method: ast::Method) -> Option<Self::Method>;
    /// The access mode as one of this tier, if it is.
    fn access(access: ast::Access) -> Option<Self::Access>;
}

/// Tier 1.
#[derive(Debug, Clone, PartialEq)]
pub enum Observer {}
/// Tier 2.
#[derive(Debug, Clone, PartialEq)]
pub enum Worker {}
/// Tier 3.
#[derive(Debug, Clone, PartialEq)]
pub enum Operator {}
/// Tier 4.
#[derive(Debug, Clone, PartialEq)]
pub enum Privileged {}

/// The methods of an observer: they cannot write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Reading {
    Get,
    Head,
    Options,
}

/// The methods of a worker: they cannot delete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Changing {
    Reading(Reading),
    Post,
    Put,
    Patch,
}

/// The methods of operators and above.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Deleting {
    Changing(Changing),
    Delete,
}

/// The one access mode of an observer's tools.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadOnly;

impl Tier for Observer {
    type Method = Reading;
    type Access = ReadOnly;
    const LEVEL: plan::Tier = plan::Tier::Observer;

    fn method(method: ast::Method) -> Option<Reading> {
        match method {
            ast::Method::Get => Some(Reading::Get),
            ast::Method::Head => Some(Reading::Head),
            ast::Method::Options => Some(Reading::Options),
            ast::Method::Post | ast::Method::Put | ast::Method::Patch | ast::Method::Delete => None,
        }
    }

    fn access(access: ast::Access) -> Option<ReadOnly> {
        match access {
            ast::Access::Read => Some(ReadOnly),
            ast::Access::Write => None,
        }
    }
}

impl Tier for Worker {
    type Method = Changing;
    type Access = plan::Access;
    const LEVEL: plan::Tier = plan::Tier::Worker;

    fn method(method: ast::Method) -> Option<Changing> {
        match method {
            ast::Method::Post => Some(Changing::Post),
            ast::Method::Put => Some(Changing::Put),
            ast::Method::Patch => Some(Changing::Patch),
            ast::Method::Get | ast::Method::Head | ast::Method::Options | ast::Method::Delete => {
                Observer::method(method).map(Changing::Reading)
            }
        }
    }

    fn access(access: ast::Access) -> Option<plan::Access> {
        Some(access.into())
    }
}

impl Tier for Operator {
    type Method = Deleting;
    type Access = plan::Access;
    const LEVEL: plan::Tier = plan::Tier::Operator;

    fn method(method: ast::Method) -> Option<Deleting> {
        if method == ast::Method::Delete {
            Some(Deleting::Delete)
        } else {
            Worker::method(method).map(Deleting::Changing)
        }
    }

    fn access(access: ast::Access) -> Option<plan::Access> {
        Some(access.into())
    }
}

impl Tier for Privileged {
    type Method = Deleting;
    type Access = plan::Access;
    const LEVEL: plan::Tier = plan::Tier::Privileged;

    fn method(method: ast::Method) -> Option<Deleting> {
        Operator::method(method)
    }

    fn access(access: ast::Access) -> Option<plan::Access> {
        Some(access.into())
    }
}

impl From<Reading> for plan::Method {
    fn from(method: Reading) -> Self {
        match method {
            Reading::Get => Self::Get,
            Reading::Head => Self::Head,
            Reading::Options => Self::Options,
        }
    }
}

impl From<Changing> for plan::Method {
    fn from(method: Changing) -> Self {
        match method {
            Changing::Reading(reading) => reading.into(),
            Changing::Post => Self::Post,
            Changing::Put => Self::Put,
            Changing::Patch => Self::Patch,
        }
    }
}

impl From<Deleting> for plan::Method {
    fn from(method: Deleting) -> Self {
        match method {
            Deleting::Changing(changing) => changing.into(),
            Deleting::Delete => Self::Delete,
        }
    }
}

impl From<ReadOnly> for plan::Access {
    fn from(_: ReadOnly) -> Self {
        Self::Read
    }
}

impl From<ast::Access> for plan::Access {
    fn from(access: ast::Access) -> Self {
        match access {
            ast::Access::Read => Self::Read,
            ast::Access::Write => Self::Write,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const METHODS: [ast::Method; 7] = [
        ast::Method::Get,
        ast::Method::Head,
        ast::Method::Options,
        ast::Method::Post,
        ast::Method::Put,
        ast::Method::Patch,
        ast::Method::Delete,
    ];

    fn sent<T: Tier>() -> Vec<plan::Method> {
        METHODS.into_iter().filter_map(T::method).map(Into::into).collect()
    }

    #[test]
    fn each_tier_sends_what_the_table_says() {
        use plan::Method::{Delete, Get, Head, Options, Patch, Post, Put};
        assert_eq!(sent::<Observer>(), [Get, Head, Options]);
        assert_eq!(sent::<Worker>(), [Get, Head, Options, Post, Put, Patch]);
        assert_eq!(sent::<Operator>(), [Get, Head, Options, Post, Put, Patch, Delete]);
        assert_eq!(sent::<Privileged>(), sent::<Operator>());
    }

    #[test]
    fn only_an_observer_holds_no_write_tool() {
        assert_eq!(Observer::access(ast::Access::Write), None);
        assert_eq!(Worker::access(ast::Access::Write), Some(plan::Access::Write));
        assert_eq!(Operator::access(ast::Access::Write), Some(plan::Access::Write));
        assert_eq!(Privileged::access(ast::Access::Write), Some(plan::Access::Write));
    }
}
