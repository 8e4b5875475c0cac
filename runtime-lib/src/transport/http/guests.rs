//! The connections that are open. There is an end to their number: past it the one that has been idle for longest makes
//! room, where idle is everything that is not at work on a request, a request that trickles in included.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use tokio::sync::Notify;
use tokio::task::AbortHandle;

/// Most connections, where the system allows as many.
const MOST: usize = 1024;
/// Files that the process needs for itself: the log, connections to APIs, the event loop.
const OWN_FILES: usize = 128;

/// All of them.
#[derive(Debug)]
pub struct Guests {
    began: Instant,
    most: usize,
    table: Mutex<Table>,
    left: Notify,
}

#[derive(Debug, Default)]
struct Table {
    last: u64,
    open: HashMap<u64, (Arc<Guest>, Option<AbortHandle>)>,
}

/// One of them, as its own task sees it.
#[derive(Debug)]
pub struct Guest {
    at_work: AtomicUsize,
    /// Milliseconds from the beginning to when it last had nothing to do.
    idle_since: AtomicU64,
    began: Instant,
}

/// Work on a request, until it is dropped.
#[derive(Debug)]
pub struct Stay(Arc<Guest>);

/// A place in the table, until it is dropped.
#[derive(Debug)]
pub struct Place {
    guests: Arc<Guests>,
    number: u64,
    /// Who has it.
    pub guest: Arc<Guest>,
}

impl Guests {
    /// As many places as the system has open files for.
    pub fn new() -> Arc<Self> {
        let files = open_files().unwrap_or(1024);
        Self::with(files.saturating_sub(OWN_FILES).clamp(16, MOST))
    }

    fn with(most: usize) -> Arc<Self> {
        Arc::new(Self { began: Instant::now(), most, table: Mutex::default(), left: Notify::new() })
    }

    /// Gives out a place; none: all others are at work.
    pub fn admit(self: &Arc<Self>) -> Option<Place> {
        let mut table = self.table();
        if table.open.len() >= self.most {
            let idle = table.open.iter().filter(|(_, (guest, task))| task.is_some() && !guest.is_at_work());
            let oldest = idle.min_by_key(|(_, (guest, _))| guest.idle_since.load(Ordering::Relaxed));
            let number = oldest.map(|(number, _)| *number)?;
            if let Some((_, Some(task))) = table.open.remove(&number) {
                task.abort();
            }
        }
        table.last += 1;
        let number = table.last;
        let guest = Arc::new(Guest {
            at_work: AtomicUsize::new(0),
            idle_since: AtomicU64::new(0),
            began: self.began,
        });
        guest.rest();
        table.open.insert(number, (guest.clone(), None));
        Some(Place { guests: self.clone(), number, guest })
    }

    /// Says which task to end when the place is needed.
    pub fn settle(&self, number: u64, task: AbortHandle) {
        if let Some((_, of)) = self.table().open.get_mut(&number) {
            *of = Some(task);
        }
    }

    /// Returns once all have left.
    pub async fn gone(&self) {
        loop {
            let left = self.left.notified();
            if self.table().open.is_empty() {
                return;
            }
            left.await;
        }
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Guest {
    /// Marks the connection as at work.
    pub fn work(self: &Arc<Self>) -> Stay {
        self.at_work.fetch_add(1, Ordering::Relaxed);
        Stay(self.clone())
    }

    fn is_at_work(&self) -> bool {
        self.at_work.load(Ordering::Relaxed) > 0
    }

    fn rest(&self) {
        let now = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.idle_since.store(now, Ordering::Relaxed);
    }
}

impl Drop for Stay {
    fn drop(&mut self) {
        self.0.at_work.fetch_sub(1, Ordering::Relaxed);
        self.0.rest();
    }
}

impl Place {
    /// Its number, for [`Guests::settle`].
    pub const fn number(&self) -> u64 {
        self.number
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.guests.table().open.remove(&self.number);
        self.guests.left.notify_waiters();
    }
}

/// How many files the system lets the process have open.
fn open_files() -> Option<usize> {
    let limits = std::fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    let soft = line.split_whitespace().next()?;
    if soft == "unlimited" { Some(usize::MAX) } else { soft.parse().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seated(guests: &Arc<Guests>) -> Option<Place> {
        let place = guests.admit()?;
        guests.settle(place.number(), tokio::spawn(std::future::pending::<()>()).abort_handle());
        Some(place)
    }

    #[tokio::test]
    async fn the_longest_idle_makes_room_and_who_works_stays() {
        let guests = Guests::with(2);
        let first = seated(&guests).unwrap();
        let second = seated(&guests).unwrap();
        let work = first.guest.work();
        let third = seated(&guests).unwrap();
        let open = |place: &Place| guests.table().open.contains_key(&place.number());
        assert!(open(&first) && !open(&second) && open(&third));
        let more = third.guest.work();
        assert!(guests.admit().is_none());
        drop((work, more));
        assert!(seated(&guests).is_some());
    }

    #[tokio::test]
    async fn one_knows_when_all_have_left() {
        let guests = Guests::with(2);
        let place = guests.admit().unwrap();
        let gone = tokio::spawn({
            let guests = guests.clone();
            async move { guests.gone().await }
        });
        tokio::task::yield_now().await;
        assert!(!gone.is_finished());
        drop(place);
        gone.await.unwrap();
    }

    #[test]
    fn the_system_says_how_many_files_there_may_be() {
        assert!(open_files().unwrap() >= 64);
    }
}
