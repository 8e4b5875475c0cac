//! One proof per tool: rustc evaluates it, and what the policy does not allow does not compile.

mod issues;
mod repo_detail;
mod repos;

use crate::policy::POLICY;
use crate::policy::Tier;
use heddle_runtime::proof::Proven;
use heddle_runtime::proof::prove;

pub const ISSUES: Proven<Tier> = prove::<Tier, issues::Issues>(&POLICY);
pub const REPO_DETAIL: Proven<Tier> = prove::<Tier, repo_detail::RepoDetail>(&POLICY);
pub const REPOS: Proven<Tier> = prove::<Tier, repos::Repos>(&POLICY);

pub const TOOLS: &[Proven<Tier>] = &[
    ISSUES,
    REPO_DETAIL,
    REPOS,
];
