//! Reading one `[[sensors]]` table: which settings there are, their bounds and their defaults.

use std::time::Duration;

use domain::shelf::SensorKind;
use jiff::SignedDuration;
use sensing::meter::{MeterParams, SlotMeter};
use sensing::plates::LEAST_G;
use sensing::units::{BeamGauge, DistanceGauge, Gauge, LoadCellGauge, Passage};
use serde_json::{Map, Value};

use super::ConfigError;
use super::fields::Fields;
use super::sensor::{
    DriverConfig, GpioSwitchConfig, HcSr04Config, Hx711Config, PlateConfig, Pull, Sensing, SensorConfig,
    SimulatedConfig,
};
use crate::drivers::hx711::{Gain, Scale};

/// A slot's name in the planogram is at most this long, and so is a shelf's.
const MAX_NAME_LENGTH: usize = 40;
/// A row may be this share of a unit off, unless it is set otherwise: nearly half.
const TOLERANCE: f64 = 0.45;
/// A weight may be this share of a unit off, unless it is set otherwise. A dozen units that are each 2 % too heavy
/// still fit, and half of what does not belong there does not.
const WEIGHT_TOLERANCE: f64 = 0.25;
/// The present count is kept this share of a unit beyond its half, unless it is set otherwise.
const HYSTERESIS: f64 = 0.15;
/// Grams by which a simulated load cell flickers, unless it is set otherwise: one that never does is broken.
const SIMULATED_NOISE_G: f32 = 0.5;
/// What load cells had while they counted units, and do not have now that their weights are felt.
const NOT_FOR_PLATES: [&str; 3] = ["confirmations", "hysteresis_g", "drift_s"];

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
        let slot = name(fields.required("slot")?, "slot")?;
        let kind: SensorKind = fields.required("kind")?;
        let sensing = match kind {
            SensorKind::Distance => Sensing::Counted(meter(distance(fields)?, fields)?),
            SensorKind::Beam => Sensing::Counted(meter(beam(fields)?, fields)?),
            SensorKind::LoadCell => Sensing::Weighed(plate(fields)?),
        };
        let (default_ms, most_ms) = periods_ms(kind);
        let period_ms = fields.or("period_ms", default_ms)?;
        if !(10..=most_ms).contains(&period_ms) {
            return Err(format!("period_ms must be 10 to {most_ms}"));
        }
        let driver = driver(kind, fields)?;
        Ok(Self { slot: slot.into(), period: Duration::from_millis(period_ms), sensing, driver })
    }
}

fn name(name: String, setting: &str) -> Result<String, String> {
    if name.is_empty() || name.chars().count() > MAX_NAME_LENGTH {
        return Err(format!("{setting} must have 1 to {MAX_NAME_LENGTH} characters"));
    }
    Ok(name)
}

/// The default and the longest. An HC-SR04 wants 60 ms between pings; an HX711 converts ten times a second, and a plate
/// that is read less than twice a second shows a pick and a put-back as nothing; a beam's edges wait in the kernel.
fn periods_ms(kind: SensorKind) -> (u64, u64) {
    match kind {
        SensorKind::Distance => (200, 60_000),
        SensorKind::LoadCell => (100, 500),
        SensorKind::Beam => (20, 60_000),
    }
}

fn meter(gauge: Gauge, fields: &mut Fields) -> Result<MeterParams, String> {
    let defaults = MeterParams::new(gauge);
    let confirmations = fields.or("confirmations", defaults.confirmations)?;
    if !(1..=32).contains(&confirmations) {
        return Err("confirmations must be 1 to 32".to_owned());
    }
    let drift_s = fields.or("drift_s", u32::try_from(defaults.drift.as_secs()).unwrap_or(u32::MAX))?;
    checked(MeterParams { confirmations, drift: SignedDuration::from_secs(i64::from(drift_s)), ..defaults })
}

fn checked(params: MeterParams) -> Result<MeterParams, String> {
    SlotMeter::new(params, None).map(|_| params).map_err(|error| error.to_string())
}

fn distance(fields: &mut Fields) -> Result<Gauge, String> {
    let depth_mm = fields.required("depth_mm")?;
    Ok(Gauge::Distance(DistanceGauge {
        capacity: fields.required("capacity")?,
        full_mm: fields.required("full_mm")?,
        depth_mm,
        tolerance_mm: fields.or("tolerance_mm", depth_mm * TOLERANCE)?,
        hysteresis_mm: fields.or("hysteresis_mm", depth_mm * HYSTERESIS)?,
    }))
}

fn beam(fields: &mut Fields) -> Result<Gauge, String> {
    let passage = match fields.or("passage", "taken".to_owned())?.as_str() {
        "taken" => Passage::Taken,
        "put_back" => Passage::PutBack,
        other => {
            return Err(format!("passage must be \"taken\" or \"put_back\", not {other:?}"));
        }
    };
    Ok(Gauge::Beam(BeamGauge { passage }))
}

fn plate(fields: &mut Fields) -> Result<PlateConfig, String> {
    if let Some(setting) = NOT_FOR_PLATES.into_iter().find(|setting| fields.0.contains_key(*setting)) {
        return Err(format!("{setting} has no meaning for load cells any more: remove it"));
    }
    let unit_g = fields.required("unit_g")?;
    let gauge = LoadCellGauge {
        capacity: fields.required("capacity")?,
        unit_g,
        tare_g: fields.or("tare_g", 0.0)?,
        tolerance_g: fields.or("tolerance_g", unit_g * WEIGHT_TOLERANCE)?,
        hysteresis_g: 0.0,
    };
    checked(MeterParams::new(Gauge::LoadCell(gauge)))?;
    if unit_g <= LEAST_G {
        return Err(format!("unit_g must be more than {LEAST_G}: a change of fewer grams is not told from noise"));
    }
    let shelf = fields.optional("shelf")?.map(|shelf| name(shelf, "shelf")).transpose()?;
    Ok(PlateConfig { shelf, gauge })
}

fn driver(kind: SensorKind, fields: &mut Fields) -> Result<DriverConfig, String> {
    let name: String = fields.required("driver")?;
    Ok(match (name.as_str(), kind) {
        ("simulated", _) => DriverConfig::Simulated(SimulatedConfig {
            value_file: fields.required("value_file")?,
            noise: fields.or("noise", if kind == SensorKind::LoadCell { SIMULATED_NOISE_G } else { 0.0 })?,
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
