//! People on the floor, followed from the gate where they came in to the one where they leave.

mod outcome;

use std::collections::{BTreeMap, VecDeque};

use domain::body::Body;

use crate::crowd::Crowd;
use crate::room::Room;
use crate::rules::Rules;
use crate::shares::Shares;
pub use outcome::{Step, Walker};

/// A person as the tracker follows them; never given twice. It is also the name of whoever came in as that track, until a
/// visit is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TrackId(pub u32);

/// What one camera saw.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// The camera's place in the room's list.
    pub camera: usize,
    /// When the picture was taken, milliseconds.
    pub at_ms: i64,
    /// Who was found in it, in pixels of the camera's lens.
    pub bodies: &'a [Body],
}

/// Follows everybody in one room. `V` names a visit.
#[derive(Debug, Clone)]
pub struct Tracker<V> {
    crowd: Crowd,
    /// Whose visit it is that began with a track.
    visits: BTreeMap<TrackId, V>,
    /// Who came in and has no visit yet, and when; oldest first.
    nameless: VecDeque<(TrackId, i64)>,
    /// Visits that opened and whose shopper has not been seen yet, and when.
    waiting: VecDeque<(V, i64)>,
}

/// A visit whose shopper no camera has seen after this long (ms) gets none any more, and neither does a shopper whose visit
/// has not opened.
const WAITED_MS: i64 = 20_000;

impl<V: Copy + Ord> Tracker<V> {
    /// Nobody is inside yet.
    pub fn new(room: Room, rules: Rules) -> Self {
        let crowd = Crowd::new(room, rules);
        Self { crowd, visits: BTreeMap::new(), nameless: VecDeque::new(), waiting: VecDeque::new() }
    }

    /// The room that it was made for.
    pub fn room(&self) -> &Room {
        &self.crowd.room
    }

    /// A visit opened at a gate: it belongs to whoever came in first of those who lately came in without one, or
    /// comes in next. Staff who passed the gate long before get nobody's visit.
    pub fn open(&mut self, visit: V, at_ms: i64) {
        self.nameless.retain(|(_, born)| at_ms - born <= WAITED_MS);
        match self.nameless.pop_front() {
            Some((track, _)) => {
                self.visits.insert(track, visit);
            }
            None => self.waiting.push_back((visit, at_ms)),
        }
    }

    /// A visit is over: nobody is it any more.
    pub fn close(&mut self, visit: V) {
        self.waiting.retain(|(other, _)| *other != visit);
        let tracks: Vec<_> = self.visits.iter().filter(|one| *one.1 == visit).map(|one| *one.0).collect();
        for track in tracks {
            self.crowd.forget(track);
            self.visits.remove(&track);
        }
    }

    /// Takes in what cameras saw until now. Views that lie before the last step count as if they were of this one; of a
    /// camera that comes twice the newest counts.
    pub fn step(&mut self, at_ms: i64, views: &[View]) -> Step<V> {
        let changes = self.crowd.step(at_ms, views);
        self.waiting.retain(|(_, opened)| at_ms - opened <= WAITED_MS);
        for track in &changes.born {
            match self.waiting.pop_front() {
                Some((visit, _)) => {
                    self.visits.insert(*track, visit);
                }
                None => self.nameless.push_back((*track, at_ms)),
            }
        }
        self.nameless.retain(|(_, born)| at_ms - born <= WAITED_MS);
        let left = changes.left.iter().map(|(track, who)| (*track, self.visits_of(who))).collect();
        Step { people: self.people(), born: changes.born, left }
    }

    /// Probabilities over visits rather than over those who came in; those without a visit are left out.
    fn visits_of(&self, who: &Shares<TrackId>) -> Shares<V> {
        who.filter_map(|track| self.visits.get(&track).copied())
    }
}
