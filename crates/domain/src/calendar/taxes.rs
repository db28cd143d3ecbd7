//! Dated tax rates: which rates hold from which day on, by the store's clock.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::catalog::TaxRates;

/// A store's tax rates, of all days.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TaxSchedule {
    /// Until the first change.
    pub first: TaxRates,
    /// By the day from which on they hold.
    pub changes: BTreeMap<Date, TaxRates>,
}

/// Why a schedule cannot take the place of another.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TaxesRefused {
    /// It says something else of days that are over.
    #[error(
        "tax rates can begin today ({today}) at the earliest: those from {from} on cannot be set, changed or taken away any more"
    )]
    Past {
        /// Where the two differ first.
        from: Date,
        /// The store's date.
        today: Date,
    },
    /// It says something else of the time before the first change.
    #[error(
        "the tax rates that hold from the beginning cannot be changed any more: add others that hold from today ({today}) or later"
    )]
    Beginning {
        /// The store's date.
        today: Date,
    },
    /// A rate above 100 %.
    #[error("a tax rate is 0 to 100 %")]
    Rate,
    /// Too many changes.
    #[error("a store has at most {MOST_CHANGES} changes of its tax rates")]
    TooMany,
}

/// A hundred per cent, in basis points.
const MOST_BASIS_POINTS: u32 = 10_000;
/// More changes than a store sees in a century.
pub const MOST_CHANGES: usize = 200;

impl TaxSchedule {
    /// The same rates on every day.
    pub fn always(rates: TaxRates) -> Self {
        Self { first: rates, changes: BTreeMap::new() }
    }

    /// The rates of a day.
    pub fn rates_on(&self, day: Date) -> TaxRates {
        self.changes.range(..=day).next_back().map_or(self.first, |(_, rates)| *rates)
    }

    /// The rates of a moment: those of the day that the store's clock, which goes by `zone`, shows then.
    pub fn rates_at(&self, at: Timestamp, zone: &TimeZone) -> TaxRates {
        self.rates_on(zone.to_datetime(at).date())
    }

    /// `next`, if it may take this schedule's place on the day `today`: what held before that day stays as it was.
    pub fn replaced_by(&self, next: Self, today: Date) -> Result<Self, TaxesRefused> {
        let all = next.changes.values().chain([&next.first]);
        if all.flat_map(|rates| [rates.standard, rates.reduced]).any(|rate| rate.0 > MOST_BASIS_POINTS) {
            return Err(TaxesRefused::Rate);
        }
        if next.changes.len() > MOST_CHANGES {
            return Err(TaxesRefused::TooMany);
        }
        if next.first != self.first {
            return Err(TaxesRefused::Beginning { today });
        }
        let days = self.changes.range(..today).chain(next.changes.range(..today)).map(|(day, _)| *day);
        match days.filter(|day| self.changes.get(day) != next.changes.get(day)).min() {
            Some(from) => Err(TaxesRefused::Past { from, today }),
            None => Ok(next),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::zone::Zone;
    use crate::money::BasisPoints;

    fn rates(standard: u32, reduced: u32) -> TaxRates {
        TaxRates { standard: BasisPoints(standard), reduced: BasisPoints(reduced) }
    }

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    /// Germany's rates of 2020.
    fn germany() -> TaxSchedule {
        let changes = [(day("2020-07-01"), rates(1_600, 500)), (day("2021-01-01"), rates(1_900, 700))];
        TaxSchedule { first: rates(1_900, 700), changes: changes.into() }
    }

    #[test]
    fn a_moment_has_the_rates_of_its_day_by_the_store_s_clock() {
        for (zone, at, standard) in [
            ("Europe/Berlin", "2020-06-30T21:59:59Z", 1_900),
            ("Europe/Berlin", "2020-06-30T22:00:00Z", 1_600),
            ("UTC", "2020-06-30T22:00:00Z", 1_900),
            ("UTC", "2020-07-01T00:00:00Z", 1_600),
            ("Europe/Berlin", "2020-12-31T22:59:59Z", 1_600),
            ("Europe/Berlin", "2020-12-31T23:00:00Z", 1_900),
            ("Asia/Kathmandu", "2020-06-30T18:15:00Z", 1_600),
            ("Asia/Kathmandu", "2020-06-30T18:14:59Z", 1_900),
            ("Europe/Berlin", "1970-01-01T00:00:00Z", 1_900),
        ] {
            let zone = Zone::parse(zone).unwrap();
            let found = germany().rates_at(at.parse().unwrap(), zone.rules());
            assert_eq!(found.standard, BasisPoints(standard), "{zone} {at}");
        }
    }

    #[test]
    fn what_was_billed_by_is_not_changed_afterwards() {
        let today = day("2020-12-01");
        let with = |changes: &[(&str, TaxRates)]| TaxSchedule {
            changes: changes.iter().map(|(from, rates)| (day(from), *rates)).collect(),
            ..germany()
        };
        let (july, january) = (("2020-07-01", rates(1_600, 500)), ("2021-01-01", rates(1_900, 700)));
        let allowed = [
            with(&[july, january]),
            with(&[july]),
            with(&[july, ("2020-12-01", rates(1_500, 500)), january]),
            with(&[july, ("2021-02-01", rates(0, 0))]),
        ];
        for next in allowed {
            assert_eq!(germany().replaced_by(next.clone(), today), Ok(next));
        }
        let refused = [
            (with(&[january]), "2020-07-01"),
            (with(&[("2020-07-01", rates(1_600, 700)), january]), "2020-07-01"),
            (with(&[july, ("2020-11-30", rates(1_500, 500)), january]), "2020-11-30"),
            (with(&[("2019-01-01", rates(1_500, 500)), july, january]), "2019-01-01"),
        ];
        for (next, from) in refused {
            assert_eq!(germany().replaced_by(next, today), Err(TaxesRefused::Past { from: day(from), today }));
        }
        let other = TaxSchedule { first: rates(2_000, 700), ..germany() };
        assert_eq!(germany().replaced_by(other, today), Err(TaxesRefused::Beginning { today }));
        let above = with(&[july, ("2021-01-01", rates(10_001, 700))]);
        assert_eq!(germany().replaced_by(above, today), Err(TaxesRefused::Rate));
    }

    #[test]
    fn a_schedule_comes_back_from_its_record() {
        let json = serde_json::to_value(germany()).unwrap();
        assert_eq!(serde_json::from_value::<TaxSchedule>(json).unwrap(), germany());
    }
}
