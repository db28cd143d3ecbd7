//! The store's settings as its owner sees and changes them: name, zone, country, opening hours, tax rates.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// `GET /api/v1/admin/store`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct StoreSettingsView {
    /// Counts up with every change; a change names the version that it began from.
    pub version: u32,
    /// On receipts and screens.
    pub name: String,
    /// ISO 4217; the unit of every amount, so it never changes.
    pub currency: String,
    /// IANA name, such as `Europe/Berlin`.
    pub time_zone: String,
    /// ISO 3166-1, such as `DE`; none: nobody has said.
    pub country: Option<String>,
    /// When it is open.
    pub hours: OpeningHoursView,
    /// Oldest first; the first one holds from the beginning.
    pub tax_rates: Vec<DatedTaxRates>,
    /// The date by the store's clock: tax rates can begin then or later.
    pub today: String,
}

/// `PUT /api/v1/admin/store`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct SaveStoreSettings {
    /// The version that the change began from. If the store has another by now, nothing is saved, and the answer (409) says what
    /// changed.
    pub version: u32,
    /// 1 to 120 characters.
    pub name: String,
    /// IANA name.
    pub time_zone: String,
    /// ISO 3166-1.
    pub country: Option<String>,
    /// When it is open.
    pub hours: OpeningHoursView,
    /// All of them; those of days before today as they are.
    pub tax_rates: Vec<DatedTaxRates>,
}

/// When a store is open, by its own clock.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct OpeningHoursView {
    /// Seven, Monday first; each day's spans, none on a day on which it is closed.
    pub days: Vec<Vec<OpenSpanView>>,
    /// When one business day becomes the next where the store does not close between them, such as `03:00`.
    pub day_ends: String,
}

/// Open without a pause.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct OpenSpanView {
    /// Such as `09:00`.
    pub from: String,
    /// On the next day, where it is not later than `from`; `24:00` is midnight.
    pub to: String,
}

/// Tax rates from a day on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct DatedTaxRates {
    /// The day by the store's clock, such as `2027-01-01`; none: from the beginning.
    pub valid_from: Option<String>,
    /// Of the standard class, in hundredths of a per cent.
    pub standard_bp: u32,
    /// Of the reduced class.
    pub reduced_bp: u32,
}
