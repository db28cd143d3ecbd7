//! Reading one `[[sensors]]` table: which settings there are, their bounds and their defaults.

use std::time::Duration;

use domain::shelf::SensorKind;
use domain::shelf::meter::{MeterParams, SlotMeter};
use domain::shelf::units::{BeamGauge, DistanceGauge, Gauge, LoadCellGauge, Passage};
use jiff::SignedDuration;
use serde_json::{Map, Value};

use super::ConfigError;
use super::fields::Fields;
use super::sensor::{DriverConfig, GpioSwitchConfig, HcSr04Config, Hx711Config, Pull, SensorConfig, SimulatedConfig};
use crate::drivers::hx711::{Gain, Scale};

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
                other => {
                    return Err(format!("passage must be \"taken\" or \"put_back\", not {other:?}"));
                }
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
                other => {
                    return Err(format!("gain must be \"a128\", \"a64\" or \"b32\", not {other:?}"));
                }
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
