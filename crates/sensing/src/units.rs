//! From a sensor's value to units: how far, how heavy and how broken means how many.

use domain::shelf::{SensorKind, ShelfEvent};

/// How one slot's sensor tells units.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Gauge {
    /// By the distance to the first unit.
    Distance(DistanceGauge),
    /// By the weight on the plate.
    LoadCell(LoadCellGauge),
    /// By units passing a beam or a flap.
    Beam(BeamGauge),
}

/// Units stand in a row before a ranger; each one taken makes the way longer by its depth.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct DistanceGauge {
    /// Units that fit.
    pub capacity: u32,
    /// Millimetres from the sensor to the first unit while all of them stand there.
    pub full_mm: f64,
    /// Millimetres that one unit takes up.
    pub depth_mm: f64,
    /// Millimetres that a row may be longer or shorter than its units would make it: gaps, and units pushed in. Beyond
    /// it the reading fits no count.
    pub tolerance_mm: f64,
    /// Millimetres beyond the half unit before the present count is given up: keeps noise at the border from flickering.
    pub hysteresis_mm: f64,
}

impl DistanceGauge {
    /// The first version's numbers in millimetres (five units of 4.25 cm), with what an HC-SR04 needs: it is good to
    /// 3 mm on a flat box and to about 8 mm on a round bottle.
    pub const FIRST_VERSION: Self =
        Self { capacity: 5, full_mm: 30.0, depth_mm: 42.5, tolerance_mm: 19.0, hysteresis_mm: 6.0 };
}

/// Units stand on a plate over a load cell.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct LoadCellGauge {
    /// Units that fit. More weight than they have is a leaning hand.
    pub capacity: u32,
    /// Grams of one unit, packaging included: the mean of ten.
    pub unit_g: f64,
    /// Grams that the reading shows while the plate is empty.
    pub tare_g: f64,
    /// Grams that a steady weight may differ from whole units. Beyond it the reading fits no count: a bag, another
    /// product, a hand.
    pub tolerance_g: f64,
    /// Grams beyond the half unit before the present count is given up.
    pub hysteresis_g: f64,
}

/// A beam or a flap that every unit passes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BeamGauge {
    /// What one break means.
    pub passage: Passage,
}

/// What one break of a beam means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Passage {
    /// One unit was taken: a dispenser.
    Taken,
    /// One unit was put in: a return chute.
    PutBack,
}

/// What the HX711 gives when its input is out of range, or while nothing is connected: no weights.
const HX711_SPIKES: [f32; 2] = [-8_388_608.0, 8_388_607.0];

impl Gauge {
    /// Which kind of sensor it is for.
    pub fn kind(&self) -> SensorKind {
        match self {
            Self::Distance(_) => SensorKind::Distance,
            Self::LoadCell(_) => SensorKind::LoadCell,
            Self::Beam(_) => SensorKind::Beam,
        }
    }

    /// The value, if it is one at all: not a number and the spike codes of the HX711 are as good as no reading.
    pub fn measured(&self, value: Option<f32>) -> Option<f32> {
        let value = value.filter(|value| value.is_finite())?;
        match self {
            Self::LoadCell(_) if HX711_SPIKES.contains(&value) => None,
            Self::LoadCell(_) | Self::Distance(_) | Self::Beam(_) => Some(value),
        }
    }

    /// The reading in units, not rounded; `None` where it says nothing about units: no value, a hand before the ranger
    /// or on the plate, a lifted plate. Beams give 1 while broken and 0 otherwise.
    pub fn level(&self, value: Option<f32>) -> Option<f64> {
        let value = f64::from(self.measured(value)?);
        match self {
            Self::Distance(gauge) => gauge.level(value),
            Self::LoadCell(gauge) => gauge.level(value),
            Self::Beam(_) => Some(if value >= 0.5 { 1.0 } else { 0.0 }),
        }
    }
}

impl DistanceGauge {
    /// Farther than the empty row counts as empty: there is nothing in between.
    fn level(&self, mm: f64) -> Option<f64> {
        let level = f64::from(self.capacity) - (mm - self.full_mm) / self.depth_mm;
        (mm >= 0.0 && level < f64::from(self.capacity) + 0.5).then_some(level.max(0.0))
    }
}

/// Units differ from their mean by this share of it …
const UNIT_SPREAD: f64 = 0.03;
/// … and by this once, for what leans on a neighbour: the real store's steps are up to 5 % off.
const LEANING: f64 = 0.07;
/// Two readings of a quiet plate differ by less than this, grams.
const READING_G: f64 = 2.0;

impl LoadCellGauge {
    /// How many units a change of weight is; 0 where it is none of them, but something else.
    pub fn moved(&self, grams: f64) -> i32 {
        let units = (grams / self.unit_g).round();
        let off = (grams - units * self.unit_g).abs();
        let believed = READING_G + self.unit_g * (LEANING + UNIT_SPREAD * units.abs());
        let most = f64::from(ShelfEvent::MAX_UNITS);
        if off <= believed.min(self.tolerance_g) && units.abs() <= most { units as i32 } else { 0 }
    }

    /// How many units a steady weight is; `None` where it is not a whole number of them that fits.
    pub fn standing(&self, grams: f64) -> Option<u32> {
        let level = (grams - self.tare_g) / self.unit_g;
        let units = level.round();
        let is_whole = ((level - units) * self.unit_g).abs() <= self.tolerance_g;
        (is_whole && (0.0..=f64::from(self.capacity)).contains(&units)).then_some(units as u32)
    }

    fn level(&self, grams: f64) -> Option<f64> {
        let level = (grams - self.tare_g) / self.unit_g;
        let most = f64::from(self.capacity) + 0.5;
        (-0.5..most).contains(&level).then_some(level)
    }
}

/// What is wrong with a gauge's numbers.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
pub enum GaugeError {
    /// No row and no plate holds so many, or so few.
    #[error("the capacity must be 1 to {most} units, not {0}", most = ShelfEvent::MAX_UNITS)]
    Capacity(u32),
    /// The size of a unit must be a positive number.
    #[error("one unit must have more than 0 {unit}, not {value}")]
    Unit {
        /// The value as given.
        value: f64,
        /// `mm` or `g`.
        unit: &'static str,
    },
    /// The sensor's zero must be a number.
    #[error("the reading of the {what} must be a number of {unit}, not {value}")]
    Zero {
        /// "full row" or "empty plate".
        what: &'static str,
        /// The value as given.
        value: f64,
        /// `mm` or `g`.
        unit: &'static str,
    },
    /// A tolerance beyond half a unit would fit two counts; one of nothing fits none.
    #[error("the tolerance must be more than 0 and at most half a unit ({most} {unit}), not {value}")]
    Tolerance {
        /// The value as given.
        value: f64,
        /// Half a unit.
        most: f64,
        /// `mm` or `g`.
        unit: &'static str,
    },
    /// With more than half a unit, taking a single unit would go unnoticed.
    #[error("the hysteresis must be at least 0 and less than half a unit ({most} {unit}), not {value}")]
    Hysteresis {
        /// The value as given.
        value: f64,
        /// Half a unit.
        most: f64,
        /// `mm` or `g`.
        unit: &'static str,
    },
}

/// A gauge's numbers in units.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Margins {
    /// Units that fit.
    pub(super) capacity: u32,
    /// How far from a whole number a level may be to count as it.
    pub(super) tolerance: f64,
    /// How far beyond the half unit the present count is kept.
    pub(super) hysteresis: f64,
}

impl DistanceGauge {
    pub(super) fn margins(&self) -> Result<Margins, GaugeError> {
        if !(self.full_mm.is_finite() && self.full_mm >= 0.0) {
            return Err(GaugeError::Zero { what: "full row", value: self.full_mm, unit: "mm" });
        }
        margins(self.capacity, self.depth_mm, self.tolerance_mm, self.hysteresis_mm, "mm")
    }
}

impl LoadCellGauge {
    pub(super) fn margins(&self) -> Result<Margins, GaugeError> {
        if !self.tare_g.is_finite() {
            return Err(GaugeError::Zero { what: "empty plate", value: self.tare_g, unit: "g" });
        }
        margins(self.capacity, self.unit_g, self.tolerance_g, self.hysteresis_g, "g")
    }
}

/// Checks the numbers that both have; comparisons are such that NaN is refused.
fn margins(
    capacity: u32,
    size: f64,
    tolerance: f64,
    hysteresis: f64,
    unit: &'static str,
) -> Result<Margins, GaugeError> {
    if !(1..=ShelfEvent::MAX_UNITS).contains(&capacity) {
        return Err(GaugeError::Capacity(capacity));
    }
    if !(size.is_finite() && size > 0.0) {
        return Err(GaugeError::Unit { value: size, unit });
    }
    let most = size / 2.0;
    if !(tolerance > 0.0 && tolerance <= most) {
        return Err(GaugeError::Tolerance { value: tolerance, most, unit });
    }
    if !(0.0..most).contains(&hysteresis) {
        return Err(GaugeError::Hysteresis { value: hysteresis, most, unit });
    }
    Ok(Margins { capacity, tolerance: tolerance / size, hysteresis: hysteresis / size })
}

#[cfg(test)]
mod tests;
