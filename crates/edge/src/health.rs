//! How the node is: which sensors give nothing usable, and how many events were lost.

use std::collections::{BTreeMap, BTreeSet};

use domain::ids::SlotId;
use jiff::{SignedDuration, Timestamp};
use protocol::device::CameraCondition;
use tokio::sync::watch;

/// A sensor is faulty after so long without a usable reading: longer than any hand before it, short enough to be seen
/// while the shopper who blocked it is still near.
pub const FAULTY_AFTER: SignedDuration = SignedDuration::from_secs(10);

/// What is reported at every change.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct HealthState {
    /// Slots without a usable reading.
    pub faulty: BTreeSet<SlotId>,
    /// Events dropped.
    pub lost: u64,
    /// Room cameras by name, and what their pictures are like.
    pub cameras: BTreeMap<String, CameraCondition>,
}

/// Written by the sensors' threads, watched by the uplink.
#[derive(Clone, Debug)]
pub struct Health {
    state: watch::Sender<HealthState>,
}

impl Default for Health {
    fn default() -> Self {
        Self { state: watch::Sender::new(HealthState::default()) }
    }
}

impl Health {
    /// Notes how a sensor is.
    pub fn set_sensor(&self, slot: &SlotId, condition: Condition) {
        self.state.send_if_modified(|state| match condition {
            Condition::Usable => state.faulty.remove(slot),
            Condition::Faulty => state.faulty.insert(slot.clone()),
        });
    }

    /// Notes how many events were dropped.
    pub fn set_lost(&self, lost: u64) {
        self.state.send_if_modified(|state| std::mem::replace(&mut state.lost, lost) != lost);
    }

    /// Notes what a camera's pictures are like; whether that is new.
    pub fn set_camera(&self, name: &str, condition: CameraCondition) -> bool {
        self.state.send_if_modified(|state| state.cameras.insert(name.to_owned(), condition) != Some(condition))
    }

    /// To wait for changes.
    pub fn watch(&self) -> watch::Receiver<HealthState> {
        self.state.subscribe()
    }
}

/// How a sensor is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Condition {
    /// It gave something usable lately.
    Usable,
    /// It did not for [`FAULTY_AFTER`].
    Faulty,
}

/// Watches one sensor.
#[derive(Clone, Copy, Debug)]
pub struct FaultWatch {
    usable_at: Timestamp,
    condition: Condition,
}

impl FaultWatch {
    /// A sensor counts as usable at first.
    pub fn new(now: Timestamp) -> Self {
        Self { usable_at: now, condition: Condition::Usable }
    }

    /// Takes a sample's outcome in; gives the new condition where it changed.
    pub fn sampled(&mut self, now: Timestamp, is_usable: bool) -> Option<Condition> {
        if is_usable {
            self.usable_at = now;
        }
        let condition =
            if now.duration_since(self.usable_at) >= FAULTY_AFTER { Condition::Faulty } else { Condition::Usable };
        let changed = condition != self.condition;
        self.condition = condition;
        changed.then_some(condition)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sensor_is_faulty_after_ten_seconds_without_use() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let mut watch = FaultWatch::new(at(0));
        let mut found = Vec::new();
        for second in 1..=40 {
            let is_usable = second <= 5 || second >= 30;
            found.extend(watch.sampled(at(second), is_usable).map(|condition| (second, condition)));
        }
        assert_eq!(found, [(15, Condition::Faulty), (30, Condition::Usable)]);
    }

    #[test]
    fn only_changes_wake_the_uplink() {
        let health = Health::default();
        let mut watch = health.watch();
        watch.mark_unchanged();
        let slot = SlotId::from("A");
        for (condition, expected) in [
            (Condition::Usable, false),
            (Condition::Faulty, true),
            (Condition::Faulty, false),
            (Condition::Usable, true),
        ] {
            health.set_sensor(&slot, condition);
            assert_eq!(watch.has_changed().unwrap(), expected);
            watch.mark_unchanged();
        }
        health.set_lost(0);
        assert!(!watch.has_changed().unwrap());
        health.set_lost(1);
        assert!(watch.has_changed().unwrap());
    }
}
