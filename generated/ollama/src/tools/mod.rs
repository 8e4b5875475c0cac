//! One proof per tool: rustc evaluates it, and what the policy does not allow does not compile.

mod generate;
mod model_info;
mod models;
mod running;

use crate::policy::POLICY;
use crate::policy::Tier;
use heddle_runtime::proof::Proven;
use heddle_runtime::proof::prove;

pub const GENERATE: Proven<Tier> = prove::<Tier, generate::Generate>(&POLICY);
pub const MODEL_INFO: Proven<Tier> = prove::<Tier, model_info::ModelInfo>(&POLICY);
pub const MODELS: Proven<Tier> = prove::<Tier, models::Models>(&POLICY);
pub const RUNNING: Proven<Tier> = prove::<Tier, running::Running>(&POLICY);

pub const TOOLS: &[Proven<Tier>] = &[
    GENERATE,
    MODEL_INFO,
    MODELS,
    RUNNING,
];
