//! Which store it is: read when the database is empty; afterwards the owner edits it on the admin page Store.

use domain::calendar::country::{Country, NotACountry};
use domain::calendar::hours::{NotHours, OpenSpan, OpeningHours, time_of_day};
use domain::calendar::zone::{NotAZone, Zone};
use domain::money::Currency;
use serde::{Deserialize, Serialize};

use super::ConfigError;

/// Which store it is.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Store {
    /// Its name on receipts and screens.
    pub name: String,
    /// ISO 4217: one with a minor unit.
    pub currency: String,
    /// Name of the IANA database, such as `Europe/Berlin`. Empty: UTC, and the log says so.
    pub time_zone: String,
    /// ISO 3166-1, such as `DE`. Empty: not said.
    pub country: String,
    /// Tax of the standard class, in basis points: 1900 is 19 %. Prices include it.
    pub standard_tax_bp: u32,
    /// Tax of the reduced class.
    pub reduced_tax_bp: u32,
    /// When it is open.
    pub hours: Hours,
}

/// When the store is open: spans such as `09:00-18:30` by weekday, by its own clock; `20:00-02:00` goes into the next day.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Hours {
    /// None: closed.
    pub monday: Vec<String>,
    /// None: closed.
    pub tuesday: Vec<String>,
    /// None: closed.
    pub wednesday: Vec<String>,
    /// None: closed.
    pub thursday: Vec<String>,
    /// None: closed.
    pub friday: Vec<String>,
    /// None: closed.
    pub saturday: Vec<String>,
    /// None: closed.
    pub sunday: Vec<String>,
    /// When one business day becomes the next where the store does not close between them.
    pub day_ends: String,
}

impl Store {
    /// Checks what the types cannot.
    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        let invalid = |name, why: &str| Err(ConfigError::Invalid { name, why: why.to_owned() });
        if let Err(why) = Currency::parse(&self.currency) {
            return invalid("store.currency", &why.to_string());
        }
        if let Err(why) = self.zone() {
            return invalid("store.time_zone", &why.to_string());
        }
        if let Err(why) = self.country() {
            return invalid("store.country", &why.to_string());
        }
        if let Err(why) = self.hours.read() {
            return invalid("store.hours", &why.to_string());
        }
        for (name, rate) in
            [("store.standard_tax_bp", self.standard_tax_bp), ("store.reduced_tax_bp", self.reduced_tax_bp)]
        {
            if rate > 10_000 {
                return invalid(name, "0 to 10000, in hundredths of a per cent");
            }
        }
        Ok(())
    }

    /// The zone, where one is named.
    pub fn zone(&self) -> Result<Option<Zone>, NotAZone> {
        Some(self.time_zone.as_str()).filter(|name| !name.is_empty()).map(Zone::parse).transpose()
    }

    /// The country, where one is named.
    pub fn country(&self) -> Result<Option<Country>, NotACountry> {
        Some(self.country.as_str()).filter(|code| !code.is_empty()).map(Country::parse).transpose()
    }
}

impl Hours {
    /// As the domain has them.
    pub fn read(&self) -> Result<OpeningHours, NotHours> {
        let days =
            [&self.monday, &self.tuesday, &self.wednesday, &self.thursday, &self.friday, &self.saturday, &self.sunday];
        let mut read: [Vec<OpenSpan>; 7] = Default::default();
        for (spans, read) in days.into_iter().zip(&mut read) {
            for span in spans {
                let (from, to) = span.split_once('-').ok_or_else(|| NotHours::NotATime(span.clone()))?;
                read.push(OpenSpan { from: time_of_day(from.trim())?, to: time_of_day(to.trim())? });
            }
        }
        OpeningHours::new(read, time_of_day(&self.day_ends)?)
    }
}

impl Default for Hours {
    fn default() -> Self {
        let day = || vec!["00:00-24:00".to_owned()];
        Self {
            monday: day(),
            tuesday: day(),
            wednesday: day(),
            thursday: day(),
            friday: day(),
            saturday: day(),
            sunday: day(),
            day_ends: "03:00".to_owned(),
        }
    }
}

impl Default for Store {
    fn default() -> Self {
        Self {
            name: "Smart Mart".to_owned(),
            currency: "EUR".to_owned(),
            time_zone: String::new(),
            country: String::new(),
            hours: Hours::default(),
            standard_tax_bp: 1_900,
            reduced_tax_bp: 700,
        }
    }
}
