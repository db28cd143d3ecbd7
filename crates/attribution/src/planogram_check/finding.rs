//! What the check found, each as one line with the advice.

use std::cmp::Ordering;
use std::fmt;

use super::confusion::Confusion;
use domain::ids::{Sku, SlotId};

/// Something that is wrong.
#[derive(Clone, PartialEq, Debug)]
pub enum Finding {
    /// A facing of something that is no product of the store.
    UnknownProduct {
        /// Where.
        slots: String,
        /// Of what.
        sku: Sku,
    },
    /// What stands there is never billed.
    NoPrice {
        /// Of what.
        sku: Sku,
    },
    /// Nobody weighed one of two products on the same plate.
    Unweighed {
        /// Which shelf.
        shelf: String,
        /// Where on it.
        slots: String,
        /// What nobody weighed.
        sku: Sku,
        /// What shares its plates.
        beside: Sku,
        /// Nobody weighed that either.
        neither: bool,
    },
    /// A unit is taken for something else too often.
    Alike {
        /// Which shelf.
        shelf: String,
        /// What for what.
        confusion: Confusion,
    },
    /// A weight that nothing has.
    NoWeight {
        /// Of what.
        sku: Sku,
        /// The weight, grams.
        grams: f64,
    },
    /// A place that is in no picture.
    PlaceOutside {
        /// Where.
        slot: SlotId,
        /// The place.
        x: f64,
    },
    /// A slot that nobody measured.
    NoPlace {
        /// Where.
        slot: SlotId,
    },
    /// A product that stands nowhere.
    NoFacing {
        /// Which.
        sku: Sku,
    },
}

impl Finding {
    /// Kinds by what they cost: never billed, mistaken, then what makes the engine less sure.
    fn rank(&self) -> u8 {
        match self {
            Self::UnknownProduct { .. } => 0,
            Self::NoPrice { .. } => 1,
            Self::Unweighed { neither: true, .. } => 2,
            Self::Alike { .. } => 3,
            Self::Unweighed { neither: false, .. } => 4,
            Self::NoWeight { .. } => 5,
            Self::PlaceOutside { .. } => 6,
            Self::NoPlace { .. } => 7,
            Self::NoFacing { .. } => 8,
        }
    }

    fn chance(&self) -> f64 {
        match self {
            Self::Alike { confusion, .. } => confusion.chance,
            Self::UnknownProduct { .. }
            | Self::NoPrice { .. }
            | Self::Unweighed { .. }
            | Self::NoWeight { .. }
            | Self::PlaceOutside { .. }
            | Self::NoPlace { .. }
            | Self::NoFacing { .. } => 0.0,
        }
    }

    /// Worst first; equally bad ones by their text.
    pub fn worst_first(&self, other: &Self) -> Ordering {
        self.rank()
            .cmp(&other.rank())
            .then_with(|| other.chance().total_cmp(&self.chance()))
            .then_with(|| self.to_string().cmp(&other.to_string()))
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownProduct { slots, sku } => {
                write!(f, "{slots}: there is no product {sku}; add it or empty the slot")
            }
            Self::NoPrice { sku } => write!(f, "{sku} has no price and is never billed; give it one"),
            Self::Unweighed { shelf, slots, sku, beside, neither } => {
                let weigh = if *neither { "neither was weighed; weigh both" } else { "nobody weighed it; weigh it" };
                write!(f, "{shelf}, {slots}: {sku} shares plates with {beside} and {weigh}")
            }
            Self::Alike { shelf, confusion } => write!(f, "{shelf}, {confusion}"),
            Self::NoWeight { sku, grams } => write!(f, "{sku} cannot weigh {grams} g; weigh it"),
            Self::PlaceOutside { slot, x } => {
                write!(f, "{slot}: x is {x}, outside of the picture; measure it (0 to 1)")
            }
            Self::NoPlace { slot } => {
                write!(f, "{slot}: nobody measured where it stands across the picture (x); measure it")
            }
            Self::NoFacing { sku } => write!(f, "{sku} stands nowhere; give it a slot or stop selling it"),
        }
    }
}

impl fmt::Display for Confusion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sku, grams, slots, taken_for, other_grams, other_slots, shared, chance } = self;
        let others: Vec<_> = taken_for.iter().map(|units| format!("{} x {}", units.count, units.sku)).collect();
        write!(f, "{slots}: 1 x {sku} ({} g) is taken for {}", short(*grams), others.join(" and "))?;
        write!(f, " ({} g", short(*other_grams))?;
        if other_slots != slots {
            write!(f, ", {other_slots}")?;
        }
        write!(f, ") in {} of the cases; ", percent(*chance))?;
        let several = taken_for.len() > 1;
        let itself = taken_for.iter().all(|units| units.sku == *sku);
        f.write_str(match (itself, *shared || several) {
            (true, _) => "it is too light for plates: count it by beam or distance",
            (false, true) => "put one of them elsewhere",
            (false, false) => "put something of another weight between them",
        })
    }
}

/// Two neighbours that only their plates tell apart: nothing is wrong while each stands on its own.
#[derive(Clone, PartialEq, Debug)]
pub struct Neighbours {
    /// Which shelf.
    pub shelf: String,
    /// How often their weights alone would be mistaken.
    pub confusion: Confusion,
}

impl fmt::Display for Neighbours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Confusion { sku, grams, slots, taken_for, other_grams, other_slots, chance, .. } = &self.confusion;
        let other = taken_for.first().map_or("", |units| units.sku.as_str());
        let (grams, other_grams) = (short(*grams), short(*other_grams));
        write!(
            f,
            "{}, {slots}: {sku} ({grams} g) beside {other} ({other_grams} g, {other_slots}): by weight alone ",
            self.shelf
        )?;
        write!(f, "mistaken in {} of the cases", percent(*chance))
    }
}

/// The outcome of a check.
#[derive(Clone, PartialEq, Debug)]
pub struct Report {
    /// Worst first.
    pub findings: Vec<Finding>,
    /// Facings that were looked at.
    pub columns: usize,
    /// Products that were looked at.
    pub products: usize,
    /// Neighbours whose weights are too alike, and which only their plates tell apart; the likest first.
    pub by_place: Vec<Neighbours>,
    /// How often a unit may be mistaken, 0 to 1.
    pub limit: f64,
}

impl fmt::Display for Report {
    /// One finding a line, and a summary.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.findings {
            writeln!(f, "{finding}")?;
        }
        match self.findings.len() {
            0 => f.write_str("Nothing is wrong")?,
            1 => f.write_str("1 finding")?,
            count => write!(f, "{count} findings")?,
        }
        let (facings, products) = (counted(self.columns, "facing"), counted(self.products, "product"));
        write!(f, " in {facings} of {products} (mistakes count from {} of the cases on)", percent(self.limit))?;
        match self.by_place.len() {
            0 => {}
            1 => f.write_str("; 1 pair of neighbours weighs alike and is told apart by its plates alone")?,
            pairs => write!(f, "; {pairs} pairs of neighbours weigh alike and are told apart by their plates alone")?,
        }
        Ok(())
    }
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

fn percent(chance: f64) -> String {
    format!("{:.1} %", chance * 100.0)
}

fn short(grams: f64) -> String {
    let tenths = (grams * 10.0).round() / 10.0;
    format!("{tenths}")
}
