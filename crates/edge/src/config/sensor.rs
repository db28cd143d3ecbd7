//! One `[[sensors]]` table: its slot, its gauge, its driver, and the settings that these need.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

use domain::ids::SlotId;
use domain::shelf::SensorKind;
use domain::shelf::meter::{MeterParams, SlotMeter};
use domain::shelf::units::{BeamGauge, DistanceGauge, Gauge, LoadCellGauge, Passage};
use jiff::SignedDuration;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::ConfigError;
use crate::drivers::hx711::{Gain, Scale};

/// One sensor.
#[derive(Clone, PartialEq, Debug)]
pub struct SensorConfig {
    /// The slot that it watches, as in the planogram.
    pub slot: SlotId,
    /// How often it is read.
    pub period: Duration,
    /// How its values become units.
    pub meter: MeterParams,
    /// How it is read.
    pub driver: DriverConfig,
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

/// A slot's name in the planogram is at most this long.
const MAX_SLOT_LENGTH: usize = 40;
/// A unit may be this share of its size off, unless it is set otherwise: nearly half.
const TOLERANCE: f64 = 0.45;
/// The present count is kept this share of a unit beyond its half, unless it is set otherwise.
const HYSTERESIS: f64 = 0.15;

impl SensorConfig {
    pub(super) fn parse(index: usize, fields: Map<String, Value>) -> Result<Self, ConfigError> {
        let sensor = match fields.get("slot") {
            Some(Value::String(slot)) => format!("slot {slot}"),
            Some(_) | None => format!("sensor {}", index + 1),
        };
        let mut fields = Fields(fields);
        Self::from_fields(&mut fields)
            .and_then(|config| fields.finish().map(|()| config))
            .map_err(|reason| ConfigError::Sensor { sensor, reason })
    }

    fn from_fields(fields: &mut Fields) -> Result<Self, String> {
        let slot: String = fields.required("slot")?;
        if slot.is_empty() || slot.chars().count() > MAX_SLOT_LENGTH {
            return Err(format!("slot must have 1 to {MAX_SLOT_LENGTH} characters"));
        }
        let kind: SensorKind = fields.required("kind")?;
        let defaults = MeterParams::new(gauge(kind, fields)?);
        let confirmations = fields.or("confirmations", defaults.confirmations)?;
        if !(1..=32).contains(&confirmations) {
            return Err("confirmations must be 1 to 32".to_owned());
        }
        let drift_s = fields.or("drift_s", u32::try_from(defaults.drift.as_secs()).unwrap_or(u32::MAX))?;
        let meter = MeterParams { confirmations, drift: SignedDuration::from_secs(i64::from(drift_s)), ..defaults };
        SlotMeter::new(meter, None).map_err(|error| error.to_string())?;
        let period_ms = fields.or("period_ms", default_period_ms(kind))?;
        if !(10..=60_000).contains(&period_ms) {
            return Err("period_ms must be 10 to 60000".to_owned());
        }
        let driver = driver(kind, fields)?;
        Ok(Self { slot: slot.into(), period: Duration::from_millis(period_ms), meter, driver })
    }
}

/// An HC-SR04 wants 60 ms between pings, an HX711 converts ten times a second; a beam's edges wait in the kernel.
fn default_period_ms(kind: SensorKind) -> u64 {
    match kind {
        SensorKind::Distance | SensorKind::LoadCell => 200,
        SensorKind::Beam => 20,
    }
}

fn gauge(kind: SensorKind, fields: &mut Fields) -> Result<Gauge, String> {
    Ok(match kind {
        SensorKind::Distance => {
            let depth_mm = fields.required("depth_mm")?;
            Gauge::Distance(DistanceGauge {
                capacity: fields.required("capacity")?,
                full_mm: fields.required("full_mm")?,
                depth_mm,
                tolerance_mm: fields.or("tolerance_mm", depth_mm * TOLERANCE)?,
                hysteresis_mm: fields.or("hysteresis_mm", depth_mm * HYSTERESIS)?,
            })
        }
        SensorKind::LoadCell => {
            let unit_g = fields.required("unit_g")?;
            Gauge::LoadCell(LoadCellGauge {
                capacity: fields.required("capacity")?,
                unit_g,
                tare_g: fields.or("tare_g", 0.0)?,
                tolerance_g: fields.or("tolerance_g", unit_g * TOLERANCE)?,
                hysteresis_g: fields.or("hysteresis_g", unit_g * HYSTERESIS)?,
            })
        }
        SensorKind::Beam => {
            let passage = match fields.or("passage", "taken".to_owned())?.as_str() {
                "taken" => Passage::Taken,
                "put_back" => Passage::PutBack,
                other => return Err(format!("passage must be \"taken\" or \"put_back\", not {other:?}")),
            };
            Gauge::Beam(BeamGauge { passage })
        }
    })
}

fn driver(kind: SensorKind, fields: &mut Fields) -> Result<DriverConfig, String> {
    let name: String = fields.required("driver")?;
    Ok(match (name.as_str(), kind) {
        ("simulated", _) => DriverConfig::Simulated(SimulatedConfig {
            value_file: fields.required("value_file")?,
            noise: fields.or("noise", 0.0)?,
            noise_seed: fields.or("noise_seed", 0)?,
        }),
        ("hc_sr04", SensorKind::Distance) => DriverConfig::HcSr04(HcSr04Config {
            trigger: fields.pin("trigger_line")?,
            echo: fields.pin("echo_line")?,
            temperature_c: fields.or("temperature_c", 20.0)?,
        }),
        ("hx711", SensorKind::LoadCell) => {
            let scale = Scale {
                zero_counts: fields.required("zero_counts")?,
                counts_per_gram: fields.required("counts_per_gram")?,
            };
            if scale.counts_per_gram == 0.0 {
                return Err("counts_per_gram must not be 0".to_owned());
            }
            let gain = match fields.or("gain", "a128".to_owned())?.as_str() {
                "a128" => Gain::A128,
                "b32" => Gain::B32,
                "a64" => Gain::A64,
                other => return Err(format!("gain must be \"a128\", \"a64\" or \"b32\", not {other:?}")),
            };
            DriverConfig::Hx711(Hx711Config {
                clock: fields.pin("clock_line")?,
                data: fields.pin("data_line")?,
                gain,
                scale,
            })
        }
        ("gpio_switch", SensorKind::Beam) => DriverConfig::GpioSwitch(GpioSwitchConfig {
            input: fields.pin("input_line")?,
            active_low: fields.or("active_low", true)?,
            pull: fields.or("pull", Pull::Up)?,
            debounce: Duration::from_millis(fields.or("debounce_ms", 5)?),
        }),
        ("hc_sr04" | "hx711" | "gpio_switch", _) => {
            return Err(format!("driver {name:?} does not give what its kind needs"));
        }
        (other, _) => {
            let known = "\"hc_sr04\", \"hx711\", \"gpio_switch\" or \"simulated\"";
            return Err(format!("driver must be {known}, not {other:?}"));
        }
    })
}

/// Two sensors may not share a slot or a line.
pub(super) fn check_together(sensors: &[SensorConfig]) -> Result<(), ConfigError> {
    let mut slots = HashMap::new();
    let mut lines: HashMap<&Pin, &SlotId> = HashMap::new();
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
    }
    Ok(())
}

/// The settings of one table that are not used yet.
struct Fields(Map<String, Value>);

impl Fields {
    fn optional<T: DeserializeOwned>(&mut self, name: &str) -> Result<Option<T>, String> {
        let Some(value) = self.0.remove(name) else { return Ok(None) };
        serde_json::from_value(value).map(Some).map_err(|error| format!("{name}: {error}"))
    }

    fn required<T: DeserializeOwned>(&mut self, name: &str) -> Result<T, String> {
        self.optional(name)?.ok_or_else(|| format!("{name} is missing"))
    }

    fn or<T: DeserializeOwned>(&mut self, name: &str, default: T) -> Result<T, String> {
        Ok(self.optional(name)?.unwrap_or(default))
    }

    fn pin(&mut self, name: &str) -> Result<Pin, String> {
        let chip = match self.0.get("gpiochip") {
            None => PathBuf::from("/dev/gpiochip0"),
            Some(Value::String(path)) => PathBuf::from(path),
            Some(_) => return Err("gpiochip must be a path".to_owned()),
        };
        Ok(Pin { chip, line: self.required(name)? })
    }

    /// What is left has no meaning here; `gpiochip` is shared by the pins and so is not taken.
    fn finish(mut self) -> Result<(), String> {
        self.0.remove("gpiochip");
        match self.0.keys().next() {
            None => Ok(()),
            Some(name) => Err(format!("{name} is unknown, or has no meaning for this kind and driver")),
        }
    }
}
