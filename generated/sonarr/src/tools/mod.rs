//! One proof per tool: rustc evaluates it, and what the policy does not allow does not compile.

mod get_calendar;
mod get_history;
mod get_queue;
mod get_series;
mod get_series_detail;
mod search_series;

use crate::policy::POLICY;
use crate::policy::Tier;
use heddle_runtime::proof::Proven;
use heddle_runtime::proof::prove;

pub const GET_CALENDAR: Proven<Tier> = prove::<Tier, get_calendar::GetCalendar>(&POLICY);
pub const GET_HISTORY: Proven<Tier> = prove::<Tier, get_history::GetHistory>(&POLICY);
pub const GET_QUEUE: Proven<Tier> = prove::<Tier, get_queue::GetQueue>(&POLICY);
pub const GET_SERIES: Proven<Tier> = prove::<Tier, get_series::GetSeries>(&POLICY);
pub const GET_SERIES_DETAIL: Proven<Tier> = prove::<Tier, get_series_detail::GetSeriesDetail>(&POLICY);
pub const SEARCH_SERIES: Proven<Tier> = prove::<Tier, search_series::SearchSeries>(&POLICY);

pub const TOOLS: &[Proven<Tier>] = &[
    GET_CALENDAR,
    GET_HISTORY,
    GET_QUEUE,
    GET_SERIES,
    GET_SERIES_DETAIL,
    SEARCH_SERIES,
];
