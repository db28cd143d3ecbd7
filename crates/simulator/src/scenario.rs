//! A scenario: one shopping story as data, with the receipts and reviews that it must give.
//!
//! `scenarios/README.md` describes the format.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use protocol::admin::{ReviewReason, TaxClassName};
use serde::Deserialize;

pub mod frames;
pub mod live;
pub mod outcome;
pub mod play;
pub mod step;

pub use outcome::Outcome;
pub use play::play_in_domain;
pub use step::{By, Delivery, Movement, Pass, Says, Step};

/// One story.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// One sentence.
    pub title: String,
    /// Why it cannot be played through sockets; none means that it can.
    #[serde(default)]
    pub domain_only: Option<String>,
    /// Everybody who has an account.
    pub people: Vec<String>,
    /// What stands where.
    pub slots: Vec<Slot>,
    /// What happens.
    pub steps: Vec<Step>,
    /// Every order that must come out, by person and, within one person, in the order of their placing.
    #[serde(default)]
    pub receipts: Vec<Receipt>,
    /// Every case that must be left for staff.
    #[serde(default)]
    pub reviews: Vec<Review>,
}

/// A slot with its product.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slot {
    /// Which.
    pub id: String,
    /// The zone whose camera sees it.
    pub zone: String,
    /// Where it stands across that camera's picture, 0 to 1.
    pub x: Option<f32>,
    /// What stands there.
    pub sku: String,
    /// In cents, tax included; none means that the product has no price.
    pub price: Option<i64>,
    /// Which rate of tax: `standard` is 19 %, `reduced` 7 %.
    pub tax: TaxClassName,
}

/// An order that must come out.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// Whose it is.
    pub who: String,
    /// Units by SKU.
    pub items: BTreeMap<String, u32>,
    /// In cents, tax included.
    pub total: i64,
    /// The tax contained, in cents.
    pub tax: i64,
}

/// A case that must be left for staff.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Review {
    /// Why.
    pub reason: ReviewReason,
    /// Which slot.
    pub slot: String,
    /// Units: below zero taken, above zero put back.
    pub units: i64,
}

/// Why a file is not a scenario.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    /// It cannot be read.
    #[error("{file}: {source}")]
    Unreadable {
        /// Which.
        file: String,
        /// Why.
        source: std::io::Error,
    },
    /// It is no TOML of this form; the message has the line.
    #[error("{file}: {source}")]
    Form {
        /// Which.
        file: String,
        /// Why.
        source: Box<toml::de::Error>,
    },
    /// It speaks of somebody or something that is not there.
    #[error("{file}: {what}")]
    Nonsense {
        /// Which.
        file: String,
        /// What is wrong.
        what: String,
    },
}

impl Scenario {
    /// Reads one file.
    ///
    /// # Errors
    ///
    /// Where it is unreadable, has another form, or speaks of people and slots that it does not have.
    pub fn read(path: &Path) -> Result<Self, ScenarioError> {
        let file = path.display().to_string();
        let text =
            std::fs::read_to_string(path).map_err(|source| ScenarioError::Unreadable { file: file.clone(), source })?;
        Self::parse(&file, &text)
    }

    /// Reads every `.toml` file of a folder, by name.
    ///
    /// # Errors
    ///
    /// As [`Scenario::read`].
    pub fn read_all(folder: &Path) -> Result<Vec<(String, Self)>, ScenarioError> {
        let unreadable = |source| ScenarioError::Unreadable { file: folder.display().to_string(), source };
        let mut all = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            if path.extension().is_some_and(|extension| extension == "toml") {
                let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                all.push((name, Self::read(&path)?));
            }
        }
        all.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(all)
    }

    /// Reads a text; `file` is named in errors.
    ///
    /// # Errors
    ///
    /// As [`Scenario::read`].
    pub fn parse(file: &str, text: &str) -> Result<Self, ScenarioError> {
        let scenario: Self = toml::from_str(text)
            .map_err(|source| ScenarioError::Form { file: file.to_owned(), source: Box::new(source) })?;
        match scenario.nonsense() {
            None => Ok(scenario),
            Some(what) => Err(ScenarioError::Nonsense { file: file.to_owned(), what }),
        }
    }

    fn nonsense(&self) -> Option<String> {
        let people: BTreeSet<_> = self.people.iter().map(String::as_str).collect();
        for (number, step) in self.steps.iter().enumerate() {
            let step_number = number + 1;
            if !step.at().is_finite() || step.at() < 0.0 {
                return Some(format!("step {step_number}: `at` must be 0 or later"));
            }
            if let Some(who) = step.who().filter(|who| !people.contains(who)) {
                return Some(format!("step {step_number}: {who:?} is not among `people`"));
            }
            if self.domain_only.is_none() && step.needs_a_face() {
                return Some(format!("step {step_number} needs a face: say why in `domain_only`"));
            }
        }
        let stranger = self.receipts.iter().find(|receipt| !people.contains(receipt.who.as_str()));
        stranger.map(|receipt| format!("the receipt of {:?}, who is not among `people`", receipt.who))
    }
}

#[cfg(test)]
mod tests;
