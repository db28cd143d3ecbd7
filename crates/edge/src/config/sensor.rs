//! One sensor as it is configured: its slot, its gauge, its driver and the lines that this needs.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

use domain::ids::SlotId;
use domain::shelf::Weighed;
use sensing::meter::MeterParams;
use sensing::units::{Gauge, LoadCellGauge};
use serde::Deserialize;

use super::ConfigError;
use crate::drivers::hx711::{Gain, Scale};

/// One sensor.
#[derive(Clone, PartialEq, Debug)]
pub struct SensorConfig {
    /// The slot that it watches, as in the planogram.
    pub slot: SlotId,
    /// How often it is read.
    pub period: Duration,
    /// What its values mean.
    pub sensing: Sensing,
    /// How it is read.
    pub driver: DriverConfig,
}

impl SensorConfig {
    /// How its values tell units of the slot's own product.
    pub fn gauge(&self) -> Gauge {
        match &self.sensing {
            Sensing::Counted(params) => params.gauge,
            Sensing::Weighed(plate) => Gauge::LoadCell(plate.gauge),
        }
    }
}

/// What a sensor's values mean.
#[derive(Clone, PartialEq, Debug)]
pub enum Sensing {
    /// A ranger or a beam: whole units, from a meter of its own.
    Counted(MeterParams),
    /// A load cell: grams, felt together with its neighbours.
    Weighed(PlateConfig),
}

/// A plate over a load cell.
#[derive(Clone, PartialEq, Debug)]
pub struct PlateConfig {
    /// Load cells with the same name are neighbours, left to right in the order of the file; one without a name is a
    /// shelf of its own.
    pub shelf: Option<String>,
    /// Grams in units of the slot's own product. Its hysteresis has no meaning here and is 0.
    pub gauge: LoadCellGauge,
}

/// How a sensor is read.
#[derive(Clone, PartialEq, Debug)]
pub enum DriverConfig {
    /// Ultrasonic ranger.
    HcSr04(HcSr04Config),
    /// Load cell amplifier.
    Hx711(Hx711Config),
    /// Beam or switch.
    GpioSwitch(GpioSwitchConfig),
    /// A file.
    Simulated(SimulatedConfig),
}

/// An HC-SR04's lines.
#[derive(Clone, PartialEq, Debug)]
pub struct HcSr04Config {
    /// Output.
    pub trigger: Pin,
    /// Input, through a voltage divider.
    pub echo: Pin,
    /// The air's, in °C.
    pub temperature_c: f64,
}

/// An HX711's lines and calibration.
#[derive(Clone, PartialEq, Debug)]
pub struct Hx711Config {
    /// Output, PD_SCK.
    pub clock: Pin,
    /// Input, DOUT.
    pub data: Pin,
    /// Input and amplification.
    pub gain: Gain,
    /// Counts to grams.
    pub scale: Scale,
}

/// A switch's line.
#[derive(Clone, PartialEq, Debug)]
pub struct GpioSwitchConfig {
    /// Input.
    pub input: Pin,
    /// Low means broken or pressed.
    pub active_low: bool,
    /// The Pi's own resistor.
    pub pull: Pull,
    /// How long a level must last.
    pub debounce: Duration,
}

/// A simulated sensor's file.
#[derive(Clone, PartialEq, Debug)]
pub struct SimulatedConfig {
    /// Holds a number or `none`.
    pub value_file: PathBuf,
    /// Standard deviation of the noise, in the sensor's unit.
    pub noise: f32,
    /// The same seed gives the same noise.
    pub noise_seed: u64,
}

/// One GPIO line.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Pin {
    /// The chip's device file.
    pub chip: PathBuf,
    /// The line's offset on it; on a Pi the number behind "GPIO".
    pub line: u32,
}

/// A resistor inside the Pi.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pull {
    /// To 3.3 V.
    Up,
    /// To ground.
    Down,
    /// None.
    None,
}

/// Two sensors may not share a slot or a line, and the load cells of one shelf are read together.
pub(super) fn check_together(sensors: &[SensorConfig]) -> Result<(), ConfigError> {
    let mut slots = HashMap::new();
    let mut lines: HashMap<&Pin, &SlotId> = HashMap::new();
    let mut shelves: HashMap<&str, (&SensorConfig, usize)> = HashMap::new();
    for config in sensors {
        let wrong = |reason: String| Err(ConfigError::Sensor { sensor: format!("slot {}", config.slot), reason });
        if slots.insert(&config.slot, ()).is_some() {
            return wrong("another sensor has this slot too".to_owned());
        }
        let pins = match &config.driver {
            DriverConfig::HcSr04(driver) => vec![&driver.trigger, &driver.echo],
            DriverConfig::Hx711(driver) => vec![&driver.clock, &driver.data],
            DriverConfig::GpioSwitch(driver) => vec![&driver.input],
            DriverConfig::Simulated(_) => vec![],
        };
        for pin in pins {
            if let Some(other) = lines.insert(pin, &config.slot) {
                return wrong(format!("line {} of {} is used by slot {other} too", pin.line, pin.chip.display()));
            }
        }
        let Sensing::Weighed(PlateConfig { shelf: Some(shelf), .. }) = &config.sensing else { continue };
        let (first, plates) = shelves.entry(shelf).or_insert((config, 0));
        *plates += 1;
        if *plates > Weighed::MAX_PLATES {
            return wrong(format!("shelf {shelf:?} has more than {} load cells", Weighed::MAX_PLATES));
        }
        if config.period != first.period {
            let (own, other) = (config.period.as_millis(), first.period.as_millis());
            let slot = &first.slot;
            return wrong(format!("period_ms must be {other}, as for slot {slot} on the same shelf, not {own}"));
        }
    }
    Ok(())
}
