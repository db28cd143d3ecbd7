//! Money: integer minor units of one currency. There is no floating point here.

use serde::{Deserialize, Serialize};

mod currency;

pub use currency::{Currency, NotACurrency};

/// An amount in minor units (cents); the currency is the store's and stands beside it where it is shown.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Minor(pub i64);

impl Minor {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// This amount `quantity` times.
    pub fn times(self, quantity: u32) -> Self {
        Self(self.0.saturating_mul(i64::from(quantity)))
    }

    /// The tax contained in this gross amount at `rate`, rounded half away from zero.
    pub fn tax_included(self, rate: BasisPoints) -> Self {
        let rate = i128::from(rate.0);
        let whole = i128::from(self.0) * rate;
        let parts = 10_000 + rate;
        let half = if whole < 0 { -parts / 2 } else { parts / 2 };
        Self(i64::try_from((whole + half) / parts).expect("tax is smaller than its amount"))
    }

    /// Writes the amount for people: `12.30 EUR`.
    pub fn display(self, currency: Currency) -> String {
        let digits = currency.exponent() as usize;
        let sign = if self.0 < 0 { "-" } else { "" };
        let all = format!("{:0width$}", self.0.unsigned_abs(), width = digits + 1);
        let (units, minor) = all.split_at(all.len() - digits);
        match minor {
            "" => format!("{sign}{units} {currency}"),
            _ => format!("{sign}{units}.{minor} {currency}"),
        }
    }
}

impl std::ops::Add for Minor {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl std::ops::Sub for Minor {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl std::iter::Sum for Minor {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, |sum, amount| sum + amount)
    }
}

/// A rate in hundredths of a per cent: 700 is 7 %.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BasisPoints(pub u32);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tax_is_contained_in_the_gross_price_and_rounds_half_up() {
        for (gross, rate, tax) in [
            (10_700, 700, 700),
            (119, 1_900, 19),
            (100, 700, 7),
            (1, 1_900, 0),
            (199, 1_900, 32),
            (-119, 1_900, -19),
            (0, 1_900, 0),
            (250, 0, 0),
        ] {
            assert_eq!(Minor(gross).tax_included(BasisPoints(rate)), Minor(tax), "{gross} at {rate}");
        }
    }

    #[test]
    fn amounts_are_written_with_the_currency_s_own_number_of_digits() {
        assert_eq!(Minor(1230).display(Currency::EUR), "12.30 EUR");
        assert_eq!(Minor(-5).display(Currency::USD), "-0.05 USD");
        assert_eq!(Minor(500).display(Currency::parse("JPY").unwrap()), "500 JPY");
        assert_eq!(Minor(1).display(Currency::parse("KWD").unwrap()), "0.001 KWD");
    }
}
