//! Restocking: staff refill a zone, and for as long as they do their hands bill nobody.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::ids::{AdminId, ZoneId};

/// A zone that staff are refilling.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Restocking {
    /// Which zone.
    pub zone: ZoneId,
    /// Who said so.
    pub by: AdminId,
    /// From when on changes there are theirs.
    pub since: Timestamp,
    /// When it ends by itself, unless something changes there before: nobody remembers to say that they are done.
    pub until: Timestamp,
}

/// So long after the last change a restocking ends by itself. Half an hour: longer than fetching the next crate takes.
pub const IDLE: SignedDuration = SignedDuration::from_mins(30);

impl Restocking {
    /// Whether a change at this time was theirs.
    pub fn covers(&self, at: Timestamp) -> bool {
        (self.since..=self.until).contains(&at)
    }
}
