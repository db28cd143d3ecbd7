//! What products and slots may be called and hold, whether they come from a page or a file.

use domain::catalog::Product;

use crate::problem::{ApiError, ApiResult};

/// The highest price, in minor units: a slip of the hand is dearer than any groceries.
pub const HIGHEST_PRICE: i64 = 10_000_000;
/// The heaviest product, in milligrams.
pub const HEAVIEST_MG: f64 = 1e8;
/// A name's characters.
pub const LONGEST_NAME: usize = 120;
/// The most units at one slot.
pub const MOST_CAPACITY: u32 = 10_000;
/// Words of the API that stand where a slot's name stands.
const RESERVED: [&str; 2] = ["import", "history"];

/// The sentence about a barcode number that another product has.
pub fn gtin_taken(other: &Product) -> String {
    let gtin = other.gtin.as_ref().map(ToString::to_string).unwrap_or_default();
    format!("The GTIN {gtin} is that of {} ({}) already: two products cannot have the same.", other.name, other.sku)
}

/// A product's name, without the blanks around it.
pub fn product_name(text: &str) -> ApiResult<String> {
    let name = text.trim();
    domain::text::line(name).map_err(|why| ApiError::invalid(format!("The name cannot be taken: {why}.")))?;
    if (1..=LONGEST_NAME).contains(&name.chars().count()) {
        return Ok(name.to_owned());
    }
    Err(ApiError::invalid(format!("The name must have 1 to {LONGEST_NAME} characters.")))
}

/// A label such as a slot or zone: 1 to 40 letters, digits, `-`, `_`, `.`.
pub fn label(what: &str, text: &str) -> ApiResult<String> {
    let good = (1..=40).contains(&text.len())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    if good {
        return Ok(text.to_owned());
    }
    Err(ApiError::invalid(format!("The {what} must have 1 to 40 letters, digits, dots, dashes or underscores.")))
}

/// A slot's name: a label that is no word of the API.
pub fn slot_label(text: &str) -> ApiResult<String> {
    if RESERVED.contains(&text) {
        return Err(ApiError::invalid(format!("A slot cannot be called {text}; please give it another name.")));
    }
    label("slot", text)
}
