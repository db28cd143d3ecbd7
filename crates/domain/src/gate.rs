//! Gates: how several looks at the entry or exit become one decision to let somebody in or out.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::ids::{ShopperId, ZoneId};
use crate::sighting::{Identity, Means, Sighting};

/// Where a camera or scanner stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// At the entry.
    Entry,
    /// At the exit.
    Exit,
    /// At shelves.
    Shelf,
}

/// What a gate made of a look.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GateDecision {
    /// Nobody is in the picture.
    NoFace,
    /// Somebody is, but who is unknown or ambiguous.
    NotRecognised,
    /// Somebody known; more looks must agree.
    KeepLooking {
        /// Looks that agree so far.
        votes: u32,
        /// Looks needed.
        needed: u32,
    },
    /// Walked in now.
    Opened(ShopperId),
    /// Is in already.
    AlreadyInside(ShopperId),
    /// Walked out now.
    Exited(ShopperId),
    /// Wants out, but never came in.
    NotInside(ShopperId),
    /// Known by the face, which is not enough here: the phone's code is needed.
    CodeNeeded(ShopperId),
    /// A look at a shelf.
    Noted,
}

/// What a face is worth at the entry. The phone's code is always enough: who has it is logged in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaceTrust {
    /// It opens the gate.
    #[default]
    Enough,
    /// It needs the phone's code beside it: a picture of a face opens nothing.
    WithCode,
}

/// How many looks must agree, and within which time.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct GatePolicy {
    /// Agreeing looks needed for a face. With errors independent between looks, three at a false-accept rate of 1e-4
    /// would be 1e-12; they are not independent, which is why the score threshold alone is not lowered.
    pub votes_needed: u32,
    /// They must lie within this time.
    pub window: SignedDuration,
    /// What a face is worth at the entry.
    pub face: FaceTrust,
}

impl Default for GatePolicy {
    fn default() -> Self {
        Self { votes_needed: 3, window: SignedDuration::from_secs(4), face: FaceTrust::Enough }
    }
}

/// The votes at every gate.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Ballots(BTreeMap<ZoneId, Vec<(Timestamp, ShopperId)>>);

/// What one look says about who stands at the gate.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Vote {
    /// Nobody there.
    Nobody,
    /// Somebody, unknown.
    Stranger,
    /// One more look for this shopper.
    Counting {
        /// How many agree so far.
        votes: u32,
    },
    /// Enough looks agree, or a code settled it.
    Agreed(ShopperId, Means),
}

impl Ballots {
    /// Counts a look. A code counts at once; of several faces the nearest counts.
    pub fn count(&mut self, sighting: &Sighting, policy: &GatePolicy) -> Vote {
        let votes = self.0.entry(sighting.zone.clone()).or_default();
        let since = crate::clock::shift(sighting.occurred_at, -policy.window);
        votes.retain(|(at, _)| *at >= since);
        if let Some((shopper, _)) = sighting.known().find(|(_, seen)| seen.means == Means::Code) {
            votes.clear();
            return Vote::Agreed(shopper, Means::Code);
        }
        let Some(nearest) = sighting.seen.first() else { return Vote::Nobody };
        let Identity::Known { shopper, .. } = nearest.identity else { return Vote::Stranger };
        votes.push((sighting.occurred_at, shopper));
        let all = votes.len();
        let agreeing = votes.iter().filter(|(_, voted)| *voted == shopper).count();
        let needed = usize::try_from(policy.votes_needed.max(1)).unwrap_or(usize::MAX);
        // Two shoppers taking turns in the picture are not one person: three quarters must agree.
        if agreeing >= needed && agreeing * 4 >= all * 3 {
            votes.clear();
            return Vote::Agreed(shopper, nearest.means);
        }
        Vote::Counting { votes: u32::try_from(agreeing).unwrap_or(u32::MAX) }
    }
}
