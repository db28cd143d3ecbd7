//! Plates of a real shelf node: what lies on each stands in a file that the node's simulated driver reads at every sample.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::ids::SlotId;
use tokio::sync::Mutex;

/// A hand leans on the plate as heavily as this at most, grams; it is written down so often …
const HAND_G: f64 = 90.0;
const HAND_STEPS: u32 = 8;
/// … and so long after one another. It is never still: what is still has been put down.
const HAND_STEP: Duration = Duration::from_millis(35);
/// Then the plate is left alone until the node has made an event of it, so that two hands are two events.
const NOTICED: Duration = Duration::from_millis(2_500);
/// Milliseconds between two samples of the node, as an HX711 at 80 Hz gives them.
const PERIOD_MS: u32 = 13;

/// The plates of one node.
#[derive(Debug)]
pub struct PlateFiles {
    folder: PathBuf,
    plates: BTreeMap<SlotId, Mutex<Plate>>,
}

#[derive(Clone, Copy, Debug)]
struct Plate {
    unit_g: f64,
    capacity: u32,
    units: u32,
}

impl PlateFiles {
    /// Full plates of `capacity` units each, with the grams of a unit, in files of `folder`.
    ///
    /// # Errors
    ///
    /// Where the folder cannot be written to.
    pub fn lay(folder: &Path, slots: &[(SlotId, f64)], capacity: u32) -> io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let full = |unit_g: f64| Plate { unit_g, capacity, units: capacity };
        let plates = slots.iter().map(|(slot, unit_g)| (slot.clone(), Mutex::new(full(*unit_g)))).collect();
        let files = Self { folder: folder.to_owned(), plates };
        for (slot, unit_g) in slots {
            files.weigh(slot, unit_g * f64::from(capacity))?;
        }
        Ok(files)
    }

    /// The `[[sensors]]` of the node's configuration.
    pub fn sensors(&self) -> String {
        let mut text = String::new();
        for (number, (slot, plate)) in self.plates.iter().enumerate() {
            let Plate { unit_g, capacity, .. } =
                *plate.try_lock().expect("nobody moves anything before the node starts");
            let file = self.file(slot);
            write!(
                text,
                "[[sensors]]\nslot = \"{slot}\"\nkind = \"load_cell\"\ndriver = \"simulated\"\nvalue_file = {file:?}\n\
                 noise = 0.4\nnoise_seed = {number}\nperiod_ms = {PERIOD_MS}\ncapacity = {capacity}\nunit_g = {unit_g:.1}\n",
            )
            .expect("text can be written to");
        }
        text
    }

    /// Is it one of these plates?
    pub fn has(&self, slot: &SlotId) -> bool {
        self.plates.contains_key(slot)
    }

    /// Somebody takes (below zero) or puts back units, and lets the plate come to rest. Gives what moved: at most what stands there or
    /// has room; `None` where that is nothing.
    pub async fn move_units(&self, slot: &SlotId, delta: i32) -> Option<i32> {
        let mut plate = self.plates.get(slot)?.lock().await;
        let after = plate.units.saturating_add_signed(delta).min(plate.capacity);
        let moved = i32::try_from(i64::from(after) - i64::from(plate.units)).ok().filter(|moved| *moved != 0)?;
        let grams = |units: u32| f64::from(units) * plate.unit_g;
        for step in 1..=HAND_STEPS {
            let share = f64::from(step) / f64::from(HAND_STEPS);
            let pressed = HAND_G * (share * std::f64::consts::PI).sin();
            let lying = if share < 0.5 { plate.units } else { after };
            // A plate whose file cannot be written is broken for this run.
            self.weigh(slot, grams(lying) + pressed).expect("the plate's file can be written");
            tokio::time::sleep(HAND_STEP).await;
        }
        plate.units = after;
        tokio::time::sleep(NOTICED).await;
        Some(moved)
    }

    fn weigh(&self, slot: &SlotId, grams: f64) -> io::Result<()> {
        let (draft, file) = (self.folder.join(format!("{slot}.draft")), self.file(slot));
        std::fs::write(&draft, format!("{grams:.2}"))?;
        std::fs::rename(draft, file)
    }

    fn file(&self, slot: &SlotId) -> PathBuf {
        self.folder.join(format!("{slot}.value"))
    }
}
