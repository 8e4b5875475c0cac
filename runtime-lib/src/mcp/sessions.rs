//! Sessions, as the revisions before 2026-07-28 want them over HTTP: a number that a client was given, and what it may
//! be used for. A session holds no task and no connection, so an abandoned one costs some hundred bytes until it goes.

use super::introduction::Introduction;
use crate::call::Principal;
use crate::random;
use crate::text::hex;
use rmcp::model::ProtocolVersion;
use std::collections::{BTreeMap, HashMap};
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Most sessions of one principal, and of all. Past it the one that was quiet for longest makes room.
const MOST_EACH: usize = 4096;
const MOST: usize = 16 * 1024;
/// How long a session may be quiet.
const IDLE: Duration = Duration::from_secs(60 * 60);

/// All sessions.
#[derive(Debug, Default)]
pub struct Sessions {
    table: Mutex<Table>,
}

#[derive(Debug, Default)]
struct Table {
    sessions: HashMap<Arc<str>, Session>,
    /// The sessions by the time of their last use, oldest first.
    by_use: BTreeMap<u64, Arc<str>>,
    uses: u64,
    each: HashMap<Principal, usize>,
}

#[derive(Debug)]
struct Session {
    principal: Principal,
    version: ProtocolVersion,
    introduction: Introduction,
    used: u64,
    at: Instant,
}

/// A session that was found.
#[derive(Debug)]
pub struct Found {
    /// Its number.
    pub id: Arc<str>,
    /// Its revision.
    pub version: ProtocolVersion,
    /// Whose it says to be.
    pub introduction: Introduction,
}

impl Sessions {
    /// A new session, bound to who asked for it.
    pub fn open(
        &self,
        principal: Principal,
        version: ProtocolVersion,
        introduction: Introduction,
    ) -> io::Result<Arc<str>> {
        let mut bytes = [0; 16];
        random::fill(&mut bytes)?;
        let id: Arc<str> = hex(&bytes).into();
        let session = Session { principal, version, introduction, used: 0, at: Instant::now() };
        self.with(|table| table.add(id.clone(), session));
        Ok(id)
    }

    /// The session of this number, if it is this principal's: to others there is none.
    pub fn find(&self, id: &str, principal: &Principal) -> Option<Found> {
        self.with(|table| table.touch(id, principal, Instant::now()))
    }

    /// Ends a session; false: there is none that this principal could end.
    pub fn close(&self, id: &str, principal: &Principal) -> bool {
        self.with(|table| table.touch(id, principal, Instant::now()).is_some() && table.remove(id))
    }

    fn with<T>(&self, work: impl FnOnce(&mut Table) -> T) -> T {
        work(&mut self.table.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Table {
    fn add(&mut self, id: Arc<str>, mut session: Session) {
        self.expire(session.at);
        if self.each.get(&session.principal).is_some_and(|count| *count >= MOST_EACH) {
            let is_theirs = |id: &Arc<str>| {
                self.sessions.get(id).is_some_and(|other| other.principal == session.principal)
            };
            let oldest = self.by_use.values().find(|id| is_theirs(id));
            self.evict(oldest.cloned());
        }
        if self.sessions.len() >= MOST {
            self.evict(self.by_use.values().next().cloned());
        }
        self.uses += 1;
        session.used = self.uses;
        self.by_use.insert(self.uses, id.clone());
        *self.each.entry(session.principal.clone()).or_default() += 1;
        self.sessions.insert(id, session);
    }

    fn touch(&mut self, id: &str, principal: &Principal, now: Instant) -> Option<Found> {
        self.expire(now);
        let session = self.sessions.get_mut(id)?;
        // The rights are those of the call, not of the day on which the session began.
        if session.principal.name() != principal.name() {
            return None;
        }
        let id = self.by_use.remove(&session.used)?;
        self.uses += 1;
        (session.used, session.at) = (self.uses, now);
        self.by_use.insert(self.uses, id.clone());
        let Session { version, introduction, .. } = session;
        Some(Found { id, version: version.clone(), introduction: introduction.clone() })
    }

    fn expire(&mut self, now: Instant) {
        while let Some(id) = self.by_use.values().next().cloned()
            && self.sessions.get(&id).is_none_or(|session| now.duration_since(session.at) > IDLE)
            && self.remove(&id)
        {}
    }

    fn evict(&mut self, id: Option<Arc<str>>) {
        if let Some(id) = id {
            self.remove(&id);
        }
    }

    fn remove(&mut self, id: &str) -> bool {
        let Some(session) = self.sessions.remove(id) else { return false };
        self.by_use.remove(&session.used);
        if let Some(count) = self.each.get_mut(&session.principal) {
            *count -= 1;
            if *count == 0 {
                self.each.remove(&session.principal);
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(sessions: &Sessions, principal: &Principal) -> Arc<str> {
        sessions.open(principal.clone(), ProtocolVersion::V_2025_11_25, Introduction::default()).unwrap()
    }

    #[test]
    fn a_session_is_its_principals_alone() {
        let sessions = Sessions::default();
        let (ada, bob) = (Principal::named("ada", true), Principal::named("bob", true));
        let id = open(&sessions, &ada);
        assert_eq!(id.len(), 32);
        assert_ne!(open(&sessions, &ada), id);
        assert!(sessions.find(&id, &bob).is_none());
        assert!(sessions.find(&id, &Principal::ANYONE).is_none());
        assert!(!sessions.close(&id, &bob));
        assert!(sessions.find(&id, &ada).is_some());
        // Rights that were taken back in the meantime end no session; they are those of each call.
        assert!(sessions.find(&id, &Principal::named("ada", false)).is_some());
        assert!(sessions.close(&id, &ada));
        assert!(sessions.find(&id, &ada).is_none());
    }

    #[test]
    fn too_many_sessions_take_the_place_of_their_own() {
        let sessions = Sessions::default();
        let (ada, bob) = (Principal::named("ada", true), Principal::named("bob", true));
        let of_bob = open(&sessions, &bob);
        let used = open(&sessions, &ada);
        let quiet = open(&sessions, &ada);
        assert!(sessions.find(&used, &ada).is_some());
        for _ in 0..MOST_EACH - 1 {
            open(&sessions, &ada);
        }
        assert!(sessions.find(&quiet, &ada).is_none());
        assert!(sessions.find(&used, &ada).is_some());
        assert!(sessions.find(&of_bob, &bob).is_some());
        sessions.with(|table| {
            assert_eq!(table.sessions.len(), MOST_EACH + 1);
            assert_eq!(table.by_use.len(), table.sessions.len());
            assert_eq!(table.each.values().sum::<usize>(), table.sessions.len());
        });
    }

    #[test]
    fn there_is_an_end_to_all_principals_together() {
        let sessions = Sessions::default();
        for n in 0..MOST + 10 {
            open(&sessions, &Principal::named(&format!("p{n}"), true));
        }
        sessions.with(|table| assert_eq!((table.sessions.len(), table.each.len()), (MOST, MOST)));
    }

    #[test]
    fn a_quiet_session_goes() {
        let mut table = Table::default();
        let (id, now) = (Arc::<str>::from("a"), Instant::now());
        let session = Session {
            principal: Principal::ANYONE,
            version: ProtocolVersion::V_2025_11_25,
            introduction: Introduction::default(),
            used: 0,
            at: now,
        };
        table.add(id.clone(), session);
        assert!(table.touch(&id, &Principal::ANYONE, now + IDLE).is_some());
        assert!(table.touch(&id, &Principal::ANYONE, now + IDLE + IDLE).is_some());
        assert!(table.touch(&id, &Principal::ANYONE, now + 3 * IDLE + Duration::from_secs(1)).is_none());
        assert!(table.by_use.is_empty() && table.each.is_empty());
    }
}
