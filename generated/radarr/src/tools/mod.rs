//! One proof per tool: rustc evaluates it, and what the policy does not allow does not compile.

mod get_calendar;
mod get_history;
mod get_movie_detail;
mod get_movies;
mod get_queue;
mod search_movies;

use crate::policy::POLICY;
use crate::policy::Tier;
use heddle_runtime::proof::Proven;
use heddle_runtime::proof::prove;

pub const GET_CALENDAR: Proven<Tier> = prove::<Tier, get_calendar::GetCalendar>(&POLICY);
pub const GET_HISTORY: Proven<Tier> = prove::<Tier, get_history::GetHistory>(&POLICY);
pub const GET_MOVIE_DETAIL: Proven<Tier> = prove::<Tier, get_movie_detail::GetMovieDetail>(&POLICY);
pub const GET_MOVIES: Proven<Tier> = prove::<Tier, get_movies::GetMovies>(&POLICY);
pub const GET_QUEUE: Proven<Tier> = prove::<Tier, get_queue::GetQueue>(&POLICY);
pub const SEARCH_MOVIES: Proven<Tier> = prove::<Tier, search_movies::SearchMovies>(&POLICY);

pub const TOOLS: &[Proven<Tier>] = &[
    GET_CALENDAR,
    GET_HISTORY,
    GET_MOVIE_DETAIL,
    GET_MOVIES,
    GET_QUEUE,
    SEARCH_MOVIES,
];
