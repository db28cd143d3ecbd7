//! Countries: the two-letter codes of ISO 3166-1.

use std::fmt;

use iso3166_static::{Alpha2, Numeric};
use serde::{Deserialize, Serialize};

/// A country such as `DE`; codes that ISO 3166 leaves to users (`XA`, `ZZ`) are none.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country(Alpha2);

/// The text is no country's code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no country of ISO 3166; use two capital letters such as DE")]
pub struct NotACountry(String);

impl Country {
    /// Reads a two-letter code.
    pub fn parse(code: &str) -> Result<Self, NotACountry> {
        match Alpha2::from_str_slice(code) {
            Ok(found) if !found.is_user_assigned() => Ok(Self(found)),
            Ok(_) | Err(_) => Err(NotACountry(code.chars().take(16).collect())),
        }
    }

    /// Every country, by code.
    pub fn all() -> impl Iterator<Item = Self> {
        let numbers = (1..1_000).filter_map(|number| Numeric::from_u16(number).ok());
        let mut all: Vec<_> = numbers
            .filter_map(|number| Alpha2::from_numeric(number).ok())
            .filter_map(|found| Self::parse(found.as_str()).ok())
            .collect();
        all.sort_unstable_by_key(|one| one.code());
        all.into_iter()
    }

    /// The two letters.
    pub fn code(self) -> &'static str {
        self.0.as_str()
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Country {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Country {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        Self::parse(&code).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_those_of_iso_3166() {
        for good in ["DE", "NP", "AU", "US", "AX"] {
            assert_eq!(Country::parse(good).unwrap().code(), good);
        }
        for bad in ["", "de", "DEU", "D", "ZZ", "XA", "QM", "1A", "ÄÖ"] {
            assert!(Country::parse(bad).is_err(), "{bad}");
        }
        let codes: Vec<_> = Country::all().map(Country::code).collect();
        assert!((240..260).contains(&codes.len()) && codes.is_sorted(), "{codes:?}");
    }
}
