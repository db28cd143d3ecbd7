//! Products: making one and changing one are different commands, and a change of an older state is refused.

use domain::catalog::{Catalog, Product};
use domain::event::DomainEvent;
use floor::FloorInput;

use super::version::Version;
use super::{Caller, Changed, Done, Refusal};
use crate::writer::Decision;

/// Makes a product.
pub(crate) fn create(catalog: &Catalog, by: Caller, product: Product) -> Result<Decision, Refusal> {
    if catalog.get(&product.sku).is_some() {
        return Err(Refusal::SkuTaken(product.sku));
    }
    without_clash(catalog, &product)?;
    Ok(saved(catalog, by, product))
}

/// Changes a product that is as the caller knows it.
pub(crate) fn edit(catalog: &Catalog, by: Caller, product: Product, version: &Version) -> Result<Decision, Refusal> {
    let before = catalog.get(&product.sku).ok_or_else(|| Refusal::NoSuchProduct(product.sku.clone()))?;
    if Version::of_product(before) != *version {
        return Err(Refusal::Stale { changed: differences(before, &product) });
    }
    if *before == product {
        return Ok(Decision::of(Vec::new(), Done::Product { product }));
    }
    without_clash(catalog, &product)?;
    Ok(saved(catalog, by, product))
}

/// A barcode number belongs to one product.
fn without_clash(catalog: &Catalog, product: &Product) -> Result<(), Refusal> {
    match catalog.gtin_clash(product) {
        Some(other) => Err(Refusal::GtinTaken(other.clone())),
        None => Ok(()),
    }
}

fn saved(catalog: &Catalog, by: Caller, product: Product) -> Decision {
    let before = catalog.get(&product.sku).cloned();
    let mut next = catalog.clone();
    next.0.insert(product.sku.clone(), product.clone());
    let fact = DomainEvent::ProductSaved { product: product.clone(), before, by: by.admin() };
    Decision { apply: vec![FloorInput::CatalogReplaced(next)], ..Decision::of(vec![fact], Done::Product { product }) }
}

/// What of a product is otherwise than the caller would have it, in the API's words.
fn differences(now: &Product, wanted: &Product) -> Vec<Changed> {
    let or_none = |text: Option<String>| text.unwrap_or_else(|| "not set".to_owned());
    let gtin = |product: &Product| or_none(product.gtin.as_ref().map(|gtin| gtin.as_str().to_owned()));
    let price = |product: &Product| or_none(product.price.map(|price| price.0.to_string()));
    let weight = |product: &Product| or_none(product.unit_weight_mg.map(|mg| format!("{} mg", mg)));
    let tax = |product: &Product| format!("{:?}", product.tax_class).to_lowercase();
    let fields = [
        ("name", now.name.clone(), wanted.name.clone()),
        ("gtin", gtin(now), gtin(wanted)),
        ("price_minor", price(now), price(wanted)),
        ("tax_class", tax(now), tax(wanted)),
        ("unit_weight_g", weight(now), weight(wanted)),
    ];
    fields.into_iter().filter(|(_, now, wanted)| now != wanted).map(|(field, now, _)| Changed { field, now }).collect()
}
