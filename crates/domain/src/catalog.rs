//! Products: what the store sells, with barcode, price and tax class.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::Sku;
use crate::money::{BasisPoints, Minor};

mod gtin;

pub use gtin::{Gtin, NotAGtin};

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

    /// Another product that has the barcode number which `product` is to get. None where `product` has had it before: both had it
    /// when that was not checked yet, and can be edited all the same.
    pub fn gtin_clash(&self, product: &Product) -> Option<&Product> {
        let gtin = product.gtin.as_ref()?;
        if self.get(&product.sku).is_some_and(|known| known.gtin.as_ref() == Some(gtin)) {
            return None;
        }
        self.others_with_gtin_of(product).next()
    }

    /// Other products with the barcode number of `product`.
    pub fn others_with_gtin_of(&self, product: &Product) -> impl Iterator<Item = &Product> {
        let (sku, gtin) = (product.sku.clone(), product.gtin.clone());
        self.0.values().filter(move |other| gtin.is_some() && other.gtin == gtin && other.sku != sku)
    }

    /// Barcode numbers that several products have, with these.
    pub fn shared_gtins(&self) -> Vec<(&Gtin, Vec<&Product>)> {
        let mut products: BTreeMap<&Gtin, Vec<&Product>> = BTreeMap::new();
        for product in self.0.values() {
            if let Some(gtin) = &product.gtin {
                products.entry(gtin).or_default().push(product);
            }
        }
        products.into_iter().filter(|(_, products)| products.len() > 1).collect()
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

    fn product(sku: &str, gtin: Option<&str>) -> Product {
        Product {
            sku: Sku::from(sku),
            gtin: gtin.map(|text| Gtin::parse(text).unwrap()),
            name: sku.to_uppercase(),
            price: None,
            tax_class: TaxClass::Standard,
            unit_weight_mg: None,
        }
    }

    #[test]
    fn a_barcode_number_belongs_to_one_product() {
        let catalog: Catalog =
            [product("cola", Some("036000291452")), product("tea", None), product("rice", Some("96385074"))]
                .into_iter()
                .collect();
        let clash =
            |sku: &str, gtin: Option<&str>| catalog.gtin_clash(&product(sku, gtin)).map(|other| other.sku.0.as_str());
        assert_eq!(clash("soap", Some("0036000291452")), Some("cola"));
        assert_eq!(clash("soap", Some("00000096385074")), Some("rice"));
        assert_eq!(clash("soap", Some("4006381333931")), None);
        assert_eq!(clash("soap", None), None);
        assert_eq!(clash("tea", Some("036000291452")), Some("cola"));
        assert_eq!(clash("cola", Some("00036000291452")), None, "its own");
    }

    #[test]
    fn products_that_had_the_same_number_before_can_still_be_edited() {
        let catalog: Catalog =
            [product("cola", Some("036000291452")), product("old-cola", Some("0036000291452"))].into_iter().collect();
        assert_eq!(catalog.gtin_clash(&product("old-cola", Some("036000291452"))), None);
        let shared: Vec<_> = catalog.shared_gtins();
        let shared: Vec<_> = shared
            .iter()
            .map(|(gtin, products)| (gtin.to_string(), products.iter().map(|one| one.sku.as_str()).collect::<Vec<_>>()))
            .collect();
        assert_eq!(shared, [("036000291452".to_owned(), vec!["cola", "old-cola"])]);
    }
}
