//! The watch: what cameras and scanners saw lately, by zone, and since when nothing of it is missing.

use std::collections::{BTreeMap, VecDeque};

use jiff::{SignedDuration, Timestamp};

use domain::clock::shift;
use domain::ids::{ShopperId, ZoneId};
use domain::sighting::{Identity, Sighting};

/// Sightings older than this speak for nobody any more.
const MEMORY: SignedDuration = SignedDuration::from_secs(30);
/// The most sightings kept of one zone: 30 s of six cameras at 5 frames a second.
const MOST_OF_A_ZONE: usize = 900;

/// The ring of sightings.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Watch {
    zones: BTreeMap<ZoneId, Zone>,
    /// The time of the latest sighting.
    latest: Timestamp,
    /// Before this nothing was seen, for the floor did not exist.
    began: Timestamp,
}

#[derive(Clone, PartialEq, Debug, Default)]
struct Zone {
    sightings: VecDeque<Sighting>,
    /// The time of the latest sighting that was thrown away.
    forgotten: Option<Timestamp>,
}

impl Watch {
    /// Nothing seen yet.
    pub(super) fn since(began: Timestamp) -> Self {
        Self { zones: BTreeMap::new(), latest: began, began }
    }

    /// Keeps a sighting, and throws away what is too old or too much.
    pub(super) fn keep(&mut self, sighting: Sighting) {
        self.latest = self.latest.max(sighting.occurred_at);
        let horizon = shift(self.latest, -MEMORY);
        let zone = self.zones.entry(sighting.zone.clone()).or_default();
        while let Some(oldest) = zone.sightings.front()
            && (oldest.occurred_at < horizon || zone.sightings.len() >= MOST_OF_A_ZONE)
        {
            zone.forgotten = zone.forgotten.max(Some(oldest.occurred_at));
            zone.sightings.pop_front();
        }
        zone.sightings.push_back(sighting);
    }

    /// What was seen in a zone, in the order in which it came in.
    pub(super) fn of(&self, zone: &ZoneId) -> impl Iterator<Item = &Sighting> {
        self.zones.get(zone).into_iter().flat_map(|zone| &zone.sightings)
    }

    /// Is everything still known that was seen in `zone` from `at` on?
    pub(super) fn covers(&self, zone: &ZoneId, at: Timestamp) -> bool {
        let forgotten = self.zones.get(zone).and_then(|zone| zone.forgotten);
        at >= self.began && forgotten.is_none_or(|forgotten| at > forgotten)
    }

    /// Makes a stranger of somebody who wants to be forgotten.
    pub(super) fn forget(&mut self, shopper: ShopperId) {
        let sightings = self.zones.values_mut().flat_map(|zone| &mut zone.sightings);
        for sighting in sightings {
            for seen in &mut sighting.seen {
                if matches!(seen.identity, Identity::Known { shopper: known, .. } if known == shopper) {
                    seen.identity = Identity::Unknown;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use domain::ids::{DeviceId, SightingId};

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    fn sighting(zone: &str, seconds: i64) -> Sighting {
        Sighting {
            id: SightingId(Uuid::nil()),
            device: DeviceId(Uuid::nil()),
            zone: ZoneId::from(zone),
            occurred_at: at(seconds),
            seen: Vec::new(),
        }
    }

    #[test]
    fn it_knows_how_far_back_it_reaches() {
        let zone = ZoneId::from("g1");
        let mut watch = Watch::since(at(100));
        assert!(!watch.covers(&zone, at(99)), "nobody looked before the start");
        assert!(watch.covers(&zone, at(100)));
        for seconds in [101, 120, 140] {
            watch.keep(sighting("g1", seconds));
        }
        assert!(!watch.covers(&zone, at(101)), "101 is more than 30 s before 140");
        assert!(watch.covers(&zone, at(102)));
        assert!(watch.covers(&ZoneId::from("g2"), at(101)), "nothing of another zone was thrown away");
        let seconds: Vec<_> = watch.of(&zone).map(|sighting| sighting.occurred_at).collect();
        assert_eq!(seconds, [at(120), at(140)]);
    }

    #[test]
    fn a_flood_of_frames_is_bounded_and_remembered_as_a_gap() {
        let zone = ZoneId::from("g1");
        let mut watch = Watch::since(at(0));
        for number in 0..=MOST_OF_A_ZONE as i64 {
            watch.keep(sighting("g1", 100 + number / 100));
        }
        assert_eq!(watch.of(&zone).count(), MOST_OF_A_ZONE);
        assert!(!watch.covers(&zone, at(100)));
        assert!(watch.covers(&zone, at(101)));
    }
}
