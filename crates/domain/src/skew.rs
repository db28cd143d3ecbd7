//! Clock skew: what a device's times are on the server's clock, as far as that can be known.
//!
//! ```text
//!  device   asked ----------------------------> heard          occurred ....... sent
//!                  \                        /                                      \
//!  server           --------> answered ----                                       received
//! ```
//!
//! A device asks the server for the time when it connects and with each status. The answer was made between asking and hearing, so
//! one exchange bounds the skew on both sides, as tightly as the exchange was quick (RFC 5905, section 8, whose offset is the
//! middle of these bounds). A message by itself bounds it on one side only: it was not received before it was sent. How long it was
//! under way says nothing of the clock.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::clock::shift;

/// How far the server's clock is ahead of a device's: at least and at most.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Skew {
    /// At least so far.
    pub least: SignedDuration,
    /// At most so far.
    pub most: SignedDuration,
}

impl Skew {
    /// What one exchange says: the device asked at `asked`, the server answered at `answered` by its own clock, and the device heard
    /// that at `heard`.
    pub fn of_exchange(asked: Timestamp, answered: Timestamp, heard: Timestamp) -> Self {
        Self { least: answered.duration_since(heard), most: answered.duration_since(asked) }
    }

    /// How much is not known.
    pub fn width(self) -> SignedDuration {
        self.most.saturating_sub(self.least)
    }

    fn wider_by(self, by: SignedDuration) -> Self {
        Self { least: self.least.saturating_sub(by), most: self.most.saturating_add(by) }
    }

    fn middle(self) -> SignedDuration {
        self.least.saturating_add(self.width() / 2)
    }
}

/// What a device knows of its skew: the exchange that took the least time counts.
#[derive(Clone, Debug, Default)]
pub struct SkewEstimate {
    /// The latest exchanges with the device's time at which their answers were heard.
    exchanges: VecDeque<(Timestamp, Skew)>,
}

/// So many exchanges are kept: four minutes at one in 30 s.
const EXCHANGES: usize = 8;
/// Two quartz clocks drift apart by one part in this at most: 200 ppm, twice what a cheap crystal is sold for.
const DRIFT: i32 = 5_000;

impl SkewEstimate {
    /// Takes in an exchange whose answer was heard at `heard`. Where it contradicts those before it, a clock was set, and they are
    /// forgotten.
    pub fn note(&mut self, heard: Timestamp, skew: Skew) {
        let agrees = |(then, other): &(Timestamp, Skew)| {
            let other = other.wider_by(drift(*then, heard));
            other.least <= skew.most && skew.least <= other.most
        };
        if !self.exchanges.iter().all(agrees) {
            self.exchanges.clear();
        }
        self.exchanges.push_back((heard, skew));
        if self.exchanges.len() > EXCHANGES {
            self.exchanges.pop_front();
        }
    }

    /// The skew at `now` by the device's clock; none before the first exchange.
    pub fn at(&self, now: Timestamp) -> Option<Skew> {
        let aged = self.exchanges.iter().map(|(heard, skew)| skew.wider_by(drift(*heard, now)));
        aged.min_by_key(|skew| skew.width())
    }
}

fn drift(from: Timestamp, to: Timestamp) -> SignedDuration {
    to.duration_since(from).abs() / DRIFT
}

/// When something happened, on the server's clock.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Dated {
    /// The likeliest moment.
    pub at: Timestamp,
    /// Not before this …
    pub earliest: Timestamp,
    /// … and not after this.
    pub latest: Timestamp,
}

impl Dated {
    /// How much is not known.
    pub fn width(self) -> SignedDuration {
        self.latest.duration_since(self.earliest)
    }
}

/// A device that never asked for the time, and whose clock is ahead for certain, may have been heard this late: as long as a shelf
/// node waits for an acknowledgement.
pub const LONGEST_DELIVERY: SignedDuration = SignedDuration::from_secs(10);
/// Whoever never asked for the time, and is ahead of us by no more than this, is taken to have a right clock.
const ABOUT_RIGHT: SignedDuration = SignedDuration::from_secs(1);
/// Two programs on one computer read its clock this far apart.
const SLACK: SignedDuration = SignedDuration::from_millis(10);

/// Moves `occurred_at` from the device's clock to ours: `sent_at` is the device's clock when it sent the message, `received_at` ours
/// when it came in. None where it cannot have happened then: after it was told.
///
/// A clock that may be right is taken for right. Without a known skew it may be behind by as much as the message seems to have been
/// under way.
pub fn date(occurred_at: Timestamp, sent_at: Timestamp, received_at: Timestamp, known: Option<Skew>) -> Option<Dated> {
    if occurred_at.duration_since(sent_at) > ABOUT_RIGHT {
        return None;
    }
    let occurred_at = occurred_at.min(sent_at);
    let one_way = received_at.duration_since(sent_at);
    let known = known.filter(|skew| skew.least <= skew.most && skew.least <= one_way.saturating_add(SLACK));
    let skew = match known {
        Some(skew) => Skew { least: skew.least.min(one_way), most: skew.most.min(one_way) },
        None if one_way >= -ABOUT_RIGHT => Skew { least: one_way.min(SignedDuration::ZERO), most: one_way },
        None => Skew { least: one_way.saturating_sub(LONGEST_DELIVERY), most: one_way },
    };
    let is_right = skew.least <= SignedDuration::ZERO && SignedDuration::ZERO <= skew.most;
    let likeliest = match known {
        _ if is_right => SignedDuration::ZERO,
        Some(_) => skew.middle(),
        None => skew.most,
    };
    let on_ours = |skew: SignedDuration| shift(occurred_at, skew);
    Some(Dated { at: on_ours(likeliest), earliest: on_ours(skew.least), latest: on_ours(skew.most) })
}

#[cfg(test)]
mod tests;
