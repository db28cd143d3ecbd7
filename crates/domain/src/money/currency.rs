//! Currencies: the codes of ISO 4217 and how many digits their minor units have, by the table of its maintenance agency.

use std::fmt;

use iso4217_static::Currency as Listed;
use serde::{Deserialize, Serialize};

/// An ISO 4217 currency, such as `EUR`.
///
/// [`Currency::parse`] makes only those that can be paid in today. What a database holds may be older, so
/// [`Currency::of_record`] and the deserialiser take every code that looks like one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

/// Why nothing can be sold in what a text names.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotACurrency {
    /// It is not three capital letters.
    #[error("a currency is three capital letters such as EUR, not {0:?}")]
    Form(String),
    /// ISO 4217 does not list the code, or lists it no more.
    #[error("{0} is no currency in force by ISO 4217; use a code such as EUR")]
    Unknown(Currency),
    /// The code is listed, but names no money that prices are written in: gold, drawing rights, test codes.
    #[error("{code} ({name}) has no minor unit by ISO 4217, so no price can be written in it; use a code such as EUR")]
    NoMinorUnit {
        /// Which code.
        code: Currency,
        /// What it names, in English.
        name: &'static str,
    },
}

/// Digits of a minor unit where the table does not say: a currency that was withdrawn, in an old order.
const EXPONENT_OF_OTHERS: u32 = 2;

impl Currency {
    /// Euro.
    pub const EUR: Self = Self(*b"EUR");
    /// US dollar.
    pub const USD: Self = Self(*b"USD");

    /// Reads the code of a currency that a store can sell in.
    pub fn parse(code: &str) -> Result<Self, NotACurrency> {
        let currency = Self::of_record(code)?;
        let listed = currency.listed().ok_or(NotACurrency::Unknown(currency))?;
        match listed.minor_unit() {
            Some(_) => Ok(currency),
            None => Err(NotACurrency::NoMinorUnit { code: currency, name: listed.name() }),
        }
    }

    /// Reads the code of a record: three capital letters, also where they name no currency of today.
    pub fn of_record(code: &str) -> Result<Self, NotACurrency> {
        match code.as_bytes() {
            &[a, b, c] if [a, b, c].iter().all(u8::is_ascii_uppercase) => Ok(Self([a, b, c])),
            _ => Err(NotACurrency::Form(code.chars().take(16).collect())),
        }
    }

    /// Every currency that a store can sell in, by code.
    pub fn all() -> impl Iterator<Item = Self> {
        let listed = (1..1_000).filter_map(|number| Listed::from_u16(number).ok());
        let mut all: Vec<_> = listed.filter_map(|one| Self::parse(one.as_str()).ok()).collect();
        all.sort_unstable();
        all.into_iter()
    }

    /// The three letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).expect("a currency holds ASCII capitals only")
    }

    /// Decimal digits of the minor unit, 0 to 4: 2 for EUR, 0 for JPY, 3 for KWD. 2 where ISO 4217 says nothing (any more).
    pub fn exponent(self) -> u32 {
        self.listed().and_then(|listed| listed.minor_unit()).map_or(EXPONENT_OF_OTHERS, u32::from)
    }

    fn listed(self) -> Option<Listed> {
        Listed::from_str_slice(self.code()).ok()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        Self::of_record(&code).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Minor;

    #[test]
    fn a_store_sells_in_currencies_that_exist_and_have_a_minor_unit() {
        for bad in ["", "eur", "EURO", "E1R", "€€€", " EUR"] {
            assert!(matches!(Currency::parse(bad), Err(NotACurrency::Form(_))), "{bad}");
        }
        for unknown in ["ABC", "ZZZ", "BTC", "DEM", "HRK"] {
            assert!(matches!(Currency::parse(unknown), Err(NotACurrency::Unknown(_))), "{unknown}");
        }
        for without in ["XAU", "XXX", "XTS", "XDR", "XAG", "XPT", "XBA"] {
            let why = Currency::parse(without).unwrap_err().to_string();
            assert!(why.starts_with(without) && why.contains("no minor unit"), "{why}");
        }
    }

    #[test]
    fn exponents_are_those_of_iso_4217() {
        let other = [
            ("BHD", 3),
            ("BIF", 0),
            ("CLF", 4),
            ("CLP", 0),
            ("DJF", 0),
            ("GNF", 0),
            ("IQD", 3),
            ("ISK", 0),
            ("JOD", 3),
            ("JPY", 0),
            ("KMF", 0),
            ("KRW", 0),
            ("KWD", 3),
            ("LYD", 3),
            ("OMR", 3),
            ("PYG", 0),
            ("RWF", 0),
            ("TND", 3),
            ("UGX", 0),
            ("UYI", 0),
            ("UYW", 4),
            ("VND", 0),
            ("VUV", 0),
            ("XAF", 0),
            ("XOF", 0),
            ("XPF", 0),
        ];
        let found: Vec<_> = Currency::all().filter(|one| one.exponent() != 2).collect();
        let found: Vec<_> = found.iter().map(|one| (one.code(), one.exponent())).collect();
        assert_eq!(found, other);
        assert!(Currency::all().count() > 150);
    }

    #[test]
    fn every_currency_writes_and_reads_itself() {
        for currency in Currency::all() {
            assert_eq!(Currency::parse(currency.code()), Ok(currency));
            let digits = currency.exponent() as usize;
            let unit = 10_i64.pow(currency.exponent());
            let fraction = if digits == 0 { String::new() } else { format!(".{}", "0".repeat(digits)) };
            assert_eq!(Minor(12 * unit).display(currency), format!("12{fraction} {currency}"));
            let json = serde_json::to_string(&currency).unwrap();
            assert_eq!(serde_json::from_str::<Currency>(&json).unwrap(), currency);
        }
    }

    #[test]
    fn what_was_sold_in_a_currency_of_the_past_can_still_be_read() {
        let kuna: Currency = serde_json::from_str("\"HRK\"").unwrap();
        assert_eq!((kuna.code(), kuna.exponent()), ("HRK", 2));
        assert_eq!(Minor(1_250).display(kuna), "12.50 HRK");
        assert!(serde_json::from_str::<Currency>("\"euro\"").is_err());
    }
}
