//! When a plate can no longer be trusted: it gives nothing, always the same, or only noise.

use serde::{Deserialize, Serialize};

/// What is wrong with a sensor.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SensorFault {
    /// The same value to the last digit for so long that nothing is being measured.
    Flat,
    /// It moves all the time by more than a hand would.
    Noise,
    /// No value.
    Offline,
}

/// A fault that began or ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FaultChange {
    /// Index of the shelf in the store's layout.
    pub shelf: usize,
    /// Index of the sensor on its shelf.
    pub sensor: usize,
    /// Milliseconds, store clock.
    pub at_ms: i64,
    /// What is wrong from now on; `None` where the sensor works again.
    pub fault: Option<SensorFault>,
}

/// Watches one plate for faults. All three are noticed within [`FaultWatch::NOTICED_MS`].
#[derive(Clone, Debug, Default)]
pub struct FaultWatch {
    /// The value that did not change, and since when.
    same: Option<(f64, i64)>,
    /// The last valid value's time; `None` before the first row.
    valid_ms: Option<i64>,
    /// Since when it has been moving without a pause.
    restless_ms: Option<i64>,
    fault: Option<SensorFault>,
}

impl FaultWatch {
    /// A fault is reported at the latest this long after it began: the issue asks for a minute.
    pub const NOTICED_MS: i64 = 60_000;
    /// Even a quiet HX711 flickers in its last digit several times a second; half a minute of one value is no weight.
    pub const FLAT_MS: i64 = 30_000;
    /// A plate without a value for this long is offline; shorter gaps are a bus that was busy.
    pub const OFFLINE_MS: i64 = 10_000;
    /// Nobody rummages on one plate without a pause of half a second for this long.
    pub const NOISE_MS: i64 = 45_000;

    /// Takes one sample in; gives the new state where it changed.
    pub fn read(&mut self, at_ms: i64, value: Option<f64>, restless: bool) -> Option<Option<SensorFault>> {
        let since_valid = *self.valid_ms.get_or_insert(at_ms);
        if let Some(value) = value {
            self.valid_ms = Some(at_ms);
            match self.same {
                Some((same, _)) if same == value => {}
                Some(_) | None => self.same = Some((value, at_ms)),
            }
        }
        if restless {
            self.restless_ms.get_or_insert(at_ms);
        } else {
            self.restless_ms = None;
        }
        let longer = |since: Option<i64>, limit: i64| since.is_some_and(|since| at_ms - since >= limit);
        let fault = if value.is_none() && longer(Some(since_valid), Self::OFFLINE_MS) {
            Some(SensorFault::Offline)
        } else if value.is_some() && longer(self.same.map(|(_, since)| since), Self::FLAT_MS) {
            Some(SensorFault::Flat)
        } else if longer(self.restless_ms, Self::NOISE_MS) {
            Some(SensorFault::Noise)
        } else if value.is_none() {
            self.fault
        } else {
            None
        };
        if fault == self.fault {
            return None;
        }
        self.fault = fault;
        Some(fault)
    }

    /// Takes another's word that it is broken; the next samples may show that it is not.
    pub fn distrust(&mut self, fault: SensorFault) {
        self.fault = Some(fault);
    }

    /// What is wrong now.
    pub fn fault(&self) -> Option<SensorFault> {
        self.fault
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Feeds ten samples a second for `seconds` and gives when the first fault was noticed.
    fn noticed(seconds: i64, sample: impl Fn(i64) -> (Option<f64>, bool)) -> Option<(i64, SensorFault)> {
        let mut watch = FaultWatch::default();
        (0..seconds * 10).find_map(|tick| {
            let (value, restless) = sample(tick);
            watch.read(tick * 100, value, restless).flatten().map(|fault| (tick * 100, fault))
        })
    }

    #[test]
    fn each_fault_is_noticed_within_a_minute() {
        type Sample = fn(i64) -> (Option<f64>, bool);
        let cases: [(SensorFault, Sample); 3] = [
            (SensorFault::Flat, |_| (Some(812.5), false)),
            (SensorFault::Offline, |_| (None, false)),
            (SensorFault::Noise, |tick| (Some((tick % 7) as f64 * 90.0), true)),
        ];
        for (fault, sample) in cases {
            let (at_ms, found) = noticed(70, sample).unwrap();
            assert_eq!(found, fault);
            assert!(at_ms <= FaultWatch::NOTICED_MS, "{fault:?} only after {at_ms} ms");
        }
    }

    #[test]
    fn a_plate_that_works_has_no_fault_and_recovers_from_one() {
        assert_eq!(noticed(300, |tick| (Some((tick % 3) as f64 * 0.1), tick % 100 < 40)), None);
        let mut watch = FaultWatch::default();
        for tick in 0..200 {
            watch.read(tick * 100, None, false);
        }
        assert_eq!(watch.fault(), Some(SensorFault::Offline));
        assert_eq!(watch.read(20_000, Some(5.0), false), Some(None));
    }
}
