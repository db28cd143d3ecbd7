//! The visitors of a store: who is here, whose receipt is due next, and who has left and may still be asked about.

use std::collections::{BTreeMap, BTreeSet};

use crate::presence::{Look, Whereabouts};
use domain::ids::ShoppingSessionId;

/// A visitor as the engine knows them.
#[derive(Clone, Debug)]
pub(super) struct Visitor {
    pub session: ShoppingSessionId,
    pub entered_ms: i64,
    pub left_ms: Option<i64>,
    pub whereabouts: Whereabouts,
    settles_ms: Option<i64>,
}

/// Everybody by number, in the order in which they came. Those whose receipts are final are kept apart: a busy store has
/// many times more of them, and they are asked about only when a shelf tells something late.
#[derive(Clone, Debug, Default)]
pub(super) struct Visitors {
    open: BTreeMap<usize, Visitor>,
    /// Those whose receipts are final. Kept for a while all the same: what a shelf tells late may have been theirs, and
    /// must not fall to those who are left.
    settled: BTreeMap<usize, Visitor>,
    /// Numbers of open visits.
    numbers: BTreeMap<ShoppingSessionId, usize>,
    next_number: usize,
    /// When receipts are due, of open visits that have an exit.
    due: BTreeSet<(i64, usize)>,
    /// When those left whose receipts are final.
    left: BTreeSet<(i64, usize)>,
    /// The latest look at anybody whose receipt is final: nobody of them was seen after it.
    settled_seen_ms: Option<i64>,
}

/// Clocks of cameras and shelves agree to this (ms): somebody may be seen entering a moment after the first touch.
const CLOCKS_MS: i64 = 1_000;
/// Visitors whose receipts are final are remembered this long (ms): a shelf node's spool may come after an hour.
const GONE_MS: i64 = 7_200_000;

impl Visitors {
    /// Somebody came in.
    pub fn add(&mut self, session: ShoppingSessionId, entered_ms: i64, whereabouts: Whereabouts) -> usize {
        let number = self.next_number;
        self.next_number += 1;
        self.numbers.insert(session, number);
        self.open.insert(number, Visitor { session, entered_ms, left_ms: None, whereabouts, settles_ms: None });
        number
    }

    /// Somebody went out; their receipt is due at `settles_ms`.
    pub fn leave(&mut self, who: usize, left_ms: i64, settles_ms: i64) {
        let Some(visitor) = self.open.get_mut(&who) else { return };
        visitor.left_ms = Some(left_ms);
        if let Some(before_ms) = visitor.settles_ms.replace(settles_ms) {
            self.due.remove(&(before_ms, who));
        }
        self.due.insert((settles_ms, who));
    }

    /// Their receipt is final; gives whose. `None` where it was before, or nobody has the number.
    pub fn settle(&mut self, who: usize, at_ms: i64) -> Option<ShoppingSessionId> {
        let visitor = self.open.remove(&who)?;
        let session = visitor.session;
        self.numbers.remove(&session);
        if let Some(settles_ms) = visitor.settles_ms {
            self.due.remove(&(settles_ms, who));
        }
        if let Some(left_ms) = visitor.left_ms {
            self.left.insert((left_ms, who));
            self.settled.insert(who, visitor);
            self.settled_seen(who);
        }
        while let Some(&(left_ms, gone)) = self.left.first()
            && left_ms < at_ms - GONE_MS
        {
            self.left.pop_first();
            self.settled.remove(&gone);
        }
        Some(session)
    }

    fn settled_seen(&mut self, who: usize) {
        let last = self.settled.get(&who).and_then(|visitor| visitor.whereabouts.looks.last());
        self.settled_seen_ms = self.settled_seen_ms.max(last.map(|look| look.at_ms));
    }

    /// Whose receipt is due next, and when.
    pub fn next_to_settle(&self) -> Option<(i64, usize)> {
        self.due.first().copied()
    }

    /// The number of an open visit.
    pub fn number(&self, session: &ShoppingSessionId) -> Option<usize> {
        self.numbers.get(session).copied()
    }

    /// Visits whose receipts are not final.
    pub fn open(&self) -> impl Iterator<Item = (usize, &Visitor)> {
        self.open.iter().map(|(&number, visitor)| (number, visitor))
    }

    /// Visits whose receipts are final, as far as remembered.
    pub fn settled(&self) -> impl Iterator<Item = (usize, &Visitor)> {
        self.settled.iter().map(|(&number, visitor)| (number, visitor))
    }

    /// Whether their receipt is final.
    pub fn is_settled(&self, who: usize) -> bool {
        self.settled.contains_key(&who)
    }

    /// Somebody whose receipt is not final.
    pub fn open_one(&self, who: usize) -> Option<&Visitor> {
        self.open.get(&who)
    }

    /// Somebody who is known, also where their receipt is final.
    pub fn get(&self, who: usize) -> Option<&Visitor> {
        self.open.get(&who).or_else(|| self.settled.get(&who))
    }

    /// As [`Visitors::open_one`], to tell something of.
    pub fn open_mut(&mut self, who: usize) -> Option<&mut Visitor> {
        self.open.get_mut(&who)
    }

    /// Somebody was somewhere, also where their receipt is final.
    pub fn look(&mut self, who: usize, look: Look) {
        if let Some(visitor) = self.open.get_mut(&who) {
            visitor.whereabouts.look(look);
        } else if let Some(visitor) = self.settled.get_mut(&who) {
            visitor.whereabouts.look(look);
            self.settled_seen(who);
        }
    }

    /// Those who were in the store at a time, by number.
    pub fn present(&self, at_ms: i64) -> Vec<(usize, &Visitor)> {
        let was_here = |visitor: &Visitor| {
            visitor.entered_ms <= at_ms + CLOCKS_MS && visitor.left_ms.is_none_or(|left| at_ms <= left + CLOCKS_MS)
        };
        let mut present: Vec<_> = self.open().filter(|(_, visitor)| was_here(visitor)).collect();
        if self.left.last().is_some_and(|&(left_ms, _)| at_ms <= left_ms + CLOCKS_MS) {
            present.extend(self.settled().filter(|(_, visitor)| was_here(visitor)));
            present.sort_by_key(|one| one.0);
        }
        present
    }

    /// The latest look at each of those who were seen since a time, and at others.
    pub fn last_looks(&self, since_ms: i64) -> impl Iterator<Item = &Look> {
        let settled = self.settled_seen_ms.is_some_and(|seen_ms| seen_ms >= since_ms);
        let settled = settled.then_some(&self.settled).into_iter().flat_map(BTreeMap::values);
        self.open.values().chain(settled).filter_map(|visitor| visitor.whereabouts.looks.last())
    }

    /// Keeps the looks around a time at hand, of everybody in the store: most of what is asked next is about then.
    pub fn turn_to(&mut self, at_ms: i64) {
        for visitor in self.open.values_mut() {
            visitor.whereabouts.looks.turn_to(at_ms);
        }
    }
}

#[cfg(test)]
mod tests;
