//! Places for the calls that are worked on at once. There is an end to them, and no principal takes those of the others.

use super::Principal;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// All places.
#[derive(Debug)]
pub(crate) struct Slots {
    most: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    /// By the name of a principal, as long as it has any.
    each: HashMap<Arc<str>, usize>,
}

/// A place, until it is dropped.
#[derive(Debug)]
#[must_use = "a place that is dropped is free again"]
pub(crate) struct Slot<'s> {
    of: &'s Slots,
    name: Option<Arc<str>>,
}

impl Slots {
    /// That many places.
    pub(crate) fn new(most: usize) -> Self {
        Self { most, taken: Mutex::default() }
    }

    /// A place for one call; an error: there is none for this principal, in words for it.
    ///
    /// A principal with a name has never more places than it leaves free. Alone it gets half of them, the next one half of
    /// the rest, so that one who comes later finds some, too. Callers without a name cannot be told apart.
    pub(crate) fn take(&self, principal: &Principal) -> Result<Slot<'_>, String> {
        let name = principal.shared_name().cloned();
        let most = self.most;
        let mut taken = self.taken();
        let free = most.saturating_sub(taken.all);
        if free == 0 {
            return Err(format!("{most} calls are in flight already; nothing was sent, try again later"));
        }
        if let Some(name) = &name {
            let own = taken.each.get(name).copied().unwrap_or_default();
            if own >= free {
                return Err(format!(
                    "{own} calls of this caller are in flight already, and the last {free} of {most} places are for \
                     others; nothing was sent, try again later"
                ));
            }
            taken.each.insert(name.clone(), own + 1);
        }
        taken.all += 1;
        drop(taken);
        Ok(Slot { of: self, name })
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        let mut taken = self.of.taken();
        taken.all -= 1;
        let Some(name) = &self.name else { return };
        if let Some(own) = taken.each.get_mut(name) {
            *own -= 1;
            if *own == 0 {
                taken.each.remove(name);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all_of<'s>(slots: &'s Slots, principal: &Principal) -> (Vec<Slot<'s>>, String) {
        let mut taken = Vec::new();
        loop {
            match slots.take(principal) {
                Ok(slot) => taken.push(slot),
                Err(reason) => return (taken, reason),
            }
        }
    }

    #[test]
    fn nobody_takes_the_places_of_the_others() {
        let slots = Slots::new(256);
        let [ada, bob, eve] = ["ada", "bob", "eve"].map(|name| Principal::named(name, true));
        let (of_ada, told) = all_of(&slots, &ada);
        assert_eq!(of_ada.len(), 128);
        assert!(told.contains("128 calls of this caller") && told.contains("last 128 of 256"), "{told}");
        // The rights of a call make no other principal of it.
        assert!(slots.take(&Principal::named("ada", false)).is_err());
        let (of_bob, _) = all_of(&slots, &bob);
        let (of_eve, _) = all_of(&slots, &eve);
        assert_eq!((of_bob.len(), of_eve.len()), (64, 32));
        drop(of_ada);
        assert_eq!(all_of(&slots, &ada).0.len(), 80);
        drop((of_bob, of_eve));
        let taken = slots.taken();
        assert_eq!((taken.all, taken.each.len()), (0, 0));
    }

    #[test]
    fn who_has_no_name_shares_all_of_them() {
        let slots = Slots::new(256);
        let (taken, told) = all_of(&slots, &Principal::ANYONE);
        assert_eq!(taken.len(), 256);
        assert!(told.starts_with("256 calls are in flight"), "{told}");
        assert!(slots.take(&Principal::named("ada", true)).is_err());
        drop(taken);
        assert!(slots.take(&Principal::named("ada", true)).is_ok());
    }
}
