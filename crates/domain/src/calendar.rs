//! The store's calendar: its time zone and country, when it is open, and which tax rates hold from which day on.
//!
//! A *day* is a date by the store's clock, midnight to midnight. A *business day* ends when the store closes
//! ([`hours::OpeningHours::closes_after`]).

use serde::{Deserialize, Serialize};

use crate::catalog::TaxRates;

pub mod country;
pub mod hours;
pub mod taxes;
pub mod zone;

use country::Country;
use hours::OpeningHours;
use taxes::TaxSchedule;
use zone::Zone;

/// What a store's days, receipts and taxes go by.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StoreCalendar {
    /// Whose clocks its days and receipts go by.
    pub zone: Zone,
    /// Where it stands; none: nobody has said.
    pub country: Option<Country>,
    /// When it is open.
    pub hours: OpeningHours,
    /// Which tax rates hold from which day on.
    pub taxes: TaxSchedule,
}

impl StoreCalendar {
    /// The calendar of a store of which nothing but its rates is known: UTC, open around the clock.
    pub fn plain(rates: TaxRates) -> Self {
        Self { zone: Zone::default(), country: None, hours: OpeningHours::default(), taxes: TaxSchedule::always(rates) }
    }
}
