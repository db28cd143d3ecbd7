//! A slot's driver whose trouble is logged once, not at every sample.

use domain::ids::SlotId;

use super::SensorDriver;

/// The sensor at one slot.
pub struct Probe {
    slot: SlotId,
    driver: Box<dyn SensorDriver>,
    is_failing: bool,
}

impl Probe {
    /// A sensor that is believed to work.
    pub fn new(slot: SlotId, driver: Box<dyn SensorDriver>) -> Self {
        Self { slot, driver, is_failing: false }
    }

    /// The value in the sensor kind's unit; `None` where the sensor gave nothing or cannot be talked to.
    pub fn value(&mut self) -> Option<f32> {
        match self.driver.read() {
            Ok(value) => {
                self.is_failing = false;
                value
            }
            Err(error) => {
                // Once; the fault is reported besides.
                if !self.is_failing {
                    tracing::warn!(slot = %self.slot, %error, "the sensor cannot be read");
                }
                self.is_failing = true;
                None
            }
        }
    }
}
