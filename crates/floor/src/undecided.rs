//! Shelf events that wait for sightings, found by where they happened while it is unclear whose they are, and by whose they
//! probably are: under load there are thousands, and each look and each cart concerns a few.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use domain::ids::{ShelfEventId, ShoppingSessionId, Sku, ZoneId};
use domain::shelf::ShelfEvent;

/// A shelf event that waits for sightings.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Undecided {
    /// The event.
    pub event: ShelfEvent,
    /// What belongs there.
    pub sku: Sku,
    /// What was moved, by what the sensor says alone; empty where that is not clear.
    pub parts: Vec<(Sku, u32)>,
    /// Where.
    pub zone: ZoneId,
    /// Whose it probably is, and how probably; none while nobody is likelier than not.
    pub likely: Option<(ShoppingSessionId, f64)>,
}

/// From this probability on a further sighting before the decision changes nothing of what is shown.
const SURE: f64 = 0.85;

impl Undecided {
    fn is_unclear(&self) -> bool {
        self.likely.is_none_or(|(_, probability)| probability < SURE)
    }
}

/// Everything that waits.
#[derive(Clone, Debug, Default)]
pub(super) struct AllUndecided {
    events: BTreeMap<ShelfEventId, Undecided>,
    /// Those that are unclear, by zone.
    unclear: BTreeMap<ZoneId, BTreeSet<ShelfEventId>>,
    /// Those that are probably somebody's.
    likely: BTreeSet<(ShoppingSessionId, ShelfEventId)>,
}

impl AllUndecided {
    /// An event begins to wait.
    pub fn insert(&mut self, undecided: Undecided) {
        let id = undecided.event.id;
        self.remove(id);
        if undecided.is_unclear() {
            self.unclear.entry(undecided.zone.clone()).or_default().insert(id);
        }
        self.likely.extend(undecided.likely.map(|(session, _)| (session, id)));
        self.events.insert(id, undecided);
    }

    /// An event waits no longer.
    pub fn remove(&mut self, id: ShelfEventId) -> Option<Undecided> {
        let undecided = self.events.remove(&id)?;
        if let Some((session, _)) = undecided.likely {
            self.likely.remove(&(session, id));
        }
        if let Some(unclear) = self.unclear.get_mut(&undecided.zone) {
            unclear.remove(&id);
            if unclear.is_empty() {
                self.unclear.remove(&undecided.zone);
            }
        }
        Some(undecided)
    }

    /// An event that waits.
    pub fn get(&self, id: ShelfEventId) -> Option<&Undecided> {
        self.events.get(&id)
    }

    /// Says anew whose an event probably is.
    pub fn think(&mut self, id: ShelfEventId, likely: Option<(ShoppingSessionId, f64)>) {
        if let Some(undecided) = self.remove(id) {
            self.insert(Undecided { likely, ..undecided });
        }
    }

    /// Events in a zone of which it is unclear whose they are, lowest id first.
    pub fn unclear(&self, zone: &ZoneId) -> Vec<ShelfEventId> {
        self.unclear.get(zone).into_iter().flatten().copied().collect()
    }

    /// Events that are probably of this visit, lowest id first.
    pub fn likely(&self, session: ShoppingSessionId) -> impl Iterator<Item = &Undecided> {
        let (first, last) = (ShelfEventId(Uuid::nil()), ShelfEventId(Uuid::max()));
        self.likely.range((session, first)..=(session, last)).filter_map(|(_, id)| self.events.get(id))
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use domain::ids::SlotId;
    use domain::shelf::SensorKind;

    fn event(id: u128, zone: &str) -> Undecided {
        let event = ShelfEvent {
            id: ShelfEventId(Uuid::from_u128(id)),
            slot: SlotId::from("s"),
            occurred_at: Timestamp::UNIX_EPOCH,
            delta_units: -1,
            units_after: None,
            sensor: SensorKind::Beam,
            trace: Vec::new(),
            weighed: None,
            between: None,
        };
        let parts = vec![(Sku::from("cola"), 1)];
        Undecided { event, sku: Sku::from("cola"), parts, zone: ZoneId::from(zone), likely: None }
    }

    #[test]
    fn what_is_found_is_what_a_search_finds() {
        let session = |number: u128| ShoppingSessionId(Uuid::from_u128(number));
        let zones = ["g1", "g2", "g3"];
        let mut all = AllUndecided::default();
        for step in 0..300_u128 {
            let id = ShelfEventId(Uuid::from_u128(step * 7 % 40));
            match step % 4 {
                0 => all.insert(event(step * 7 % 40, zones[step as usize % 3])),
                1 | 2 => all.think(id, (step % 5 > 0).then_some((session(step % 5), 0.5 + (step % 7) as f64 / 14.0))),
                _ => drop(all.remove(id)),
            }
            let ids = |keep: &dyn Fn(&Undecided) -> bool| -> Vec<ShelfEventId> {
                all.events.values().filter(|one| keep(one)).map(|one| one.event.id).collect()
            };
            for zone in zones {
                let zone = ZoneId::from(zone);
                assert_eq!(all.unclear(&zone), ids(&|one| one.zone == zone && one.is_unclear()));
            }
            for number in 0..5 {
                let likely: Vec<_> = all.likely(session(number)).map(|one| one.event.id).collect();
                assert_eq!(likely, ids(&|one| one.likely.is_some_and(|(likely, _)| likely == session(number))));
            }
        }
        assert!(!all.is_empty());
    }
}
