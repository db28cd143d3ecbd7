//! Products: what the store sells, with barcode, price and tax class.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::Sku;
use crate::money::{BasisPoints, Minor};

/// A GS1 barcode number of 8, 12, 13 or 14 digits with a right check digit.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Gtin(String);

/// Why a text is not a GTIN.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAGtin {
    /// Wrong length or other characters than digits.
    #[error("a GTIN has 8, 12, 13 or 14 digits")]
    Form,
    /// The last digit does not follow from the others.
    #[error("the check digit is wrong: one of the digits is mistyped")]
    CheckDigit,
}

impl Gtin {
    /// Reads a GTIN and checks its last digit (GS1 General Specifications, section 7.9).
    pub fn parse(text: &str) -> Result<Self, NotAGtin> {
        if ![8, 12, 13, 14].contains(&text.len()) || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NotAGtin::Form);
        }
        let weighted: u32 = text
            .bytes()
            .rev()
            .enumerate()
            .map(|(place, digit)| u32::from(digit - b'0') * if place % 2 == 0 { 1 } else { 3 })
            .sum();
        if weighted.is_multiple_of(10) { Ok(Self(text.to_owned())) } else { Err(NotAGtin::CheckDigit) }
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Gtin {
    type Error = NotAGtin;
    fn try_from(text: String) -> Result<Self, NotAGtin> {
        Self::parse(&text)
    }
}

impl From<Gtin> for String {
    fn from(gtin: Gtin) -> Self {
        gtin.0
    }
}

/// Which rate of sales tax applies; the store maps classes to rates.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxClass {
    /// The general rate.
    Standard,
    /// The lower rate, of food for example.
    Reduced,
    /// No tax.
    Zero,
}

/// The store's rate for each tax class; prices include the tax.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TaxRates {
    /// Of [`TaxClass::Standard`].
    pub standard: BasisPoints,
    /// Of [`TaxClass::Reduced`].
    pub reduced: BasisPoints,
}

impl TaxRates {
    /// The rate of `class`.
    pub fn of(&self, class: TaxClass) -> BasisPoints {
        match class {
            TaxClass::Standard => self.standard,
            TaxClass::Reduced => self.reduced,
            TaxClass::Zero => BasisPoints(0),
        }
    }
}

/// Something that the store sells.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Product {
    /// The store's own number of it.
    pub sku: Sku,
    /// Its GS1 barcode number, where it has one.
    pub gtin: Option<Gtin>,
    /// What the shopper reads.
    pub name: String,
    /// Price with tax. A product without a price is never billed: what is taken of it goes to review.
    pub price: Option<Minor>,
    /// Which tax rate applies.
    pub tax_class: TaxClass,
    /// Weight of one unit in milligrams, where somebody weighed it.
    pub unit_weight_mg: Option<u32>,
}

/// All products of a store by SKU.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Catalog(pub BTreeMap<Sku, Product>);

impl Catalog {
    /// The product with this SKU, if there is one.
    pub fn get(&self, sku: &Sku) -> Option<&Product> {
        self.0.get(sku)
    }
}

impl FromIterator<Product> for Catalog {
    fn from_iter<I: IntoIterator<Item = Product>>(products: I) -> Self {
        Self(products.into_iter().map(|product| (product.sku.clone(), product)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gtin_needs_its_length_and_its_check_digit() {
        for good in ["4006381333931", "036000291452", "96385074", "00012345600012"] {
            assert!(Gtin::parse(good).is_ok(), "{good}");
        }
        assert_eq!(Gtin::parse("4006381333932"), Err(NotAGtin::CheckDigit));
        for bad in ["", "123", "40063813339A1", "４００６３８１３３３９３１"] {
            assert_eq!(Gtin::parse(bad), Err(NotAGtin::Form), "{bad}");
        }
    }
}
