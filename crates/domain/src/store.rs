//! What the owner of a store decides about it.

use serde::{Deserialize, Serialize};

use crate::calendar::StoreCalendar;

/// What the owner of a store may change.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StoreSettings {
    /// Its name on receipts and screens.
    pub name: String,
    /// Zone, country, hours and tax rates.
    pub calendar: StoreCalendar,
}
