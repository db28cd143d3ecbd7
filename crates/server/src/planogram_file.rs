//! The planogram as a CSV file: a whole file comes in, or nothing of it. The format is in docs/planogram.md.

use std::collections::BTreeMap;
use std::fmt;

use db::planogram::{Applied, Made};
use db::stores::Store;
use db::{Db, DbError};
use domain::catalog::{Catalog, Product};
use domain::ids::Sku;
use domain::planogram::{Facing, FacingChange, Planogram, changes};

use crate::planogram_rules::gtin_taken;

mod rows;

/// A file's size: 10,000 rows of a hundred characters.
pub const MOST_BYTES: usize = 1024 * 1024;
/// Rows in a file.
pub const MOST_ROWS: usize = 10_000;
/// Complaints that are shown; whoever has more has one mistake in a whole column.
pub const MOST_SHOWN: usize = 20;

/// Something in a file that is not as it should be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Complaint {
    /// The line of the file, from 1; none for the whole file.
    pub row: Option<u64>,
    /// The column's name; none for the whole row.
    pub column: Option<String>,
    /// One sentence.
    pub why: String,
}

impl Complaint {
    /// Where in the file.
    pub fn place(&self) -> String {
        match (self.row, &self.column) {
            (Some(row), Some(column)) => format!("row {row}, {column}"),
            (Some(row), None) => format!("row {row}"),
            (None, _) => "file".to_owned(),
        }
    }
}

/// A file that was refused: nothing was changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refused {
    /// How many things are wrong with it.
    pub count: usize,
    /// The first of them, at most [`MOST_SHOWN`].
    pub shown: Vec<Complaint>,
}

impl Refused {
    fn whole(why: impl Into<String>) -> Self {
        Self { count: 1, shown: vec![Complaint { row: None, column: None, why: why.into() }] }
    }

    /// The sentence above the complaints.
    pub fn summary(&self) -> String {
        match self.count {
            1 => "Nothing was changed: one thing in the file is wrong.".to_owned(),
            count if count > self.shown.len() => format!(
                "Nothing was changed: {count} things in the file are wrong. These are the first {}.",
                self.shown.len()
            ),
            count => format!("Nothing was changed: {count} things in the file are wrong."),
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.summary())?;
        for complaint in &self.shown {
            write!(f, "\n{}: {}", complaint.place(), complaint.why)?;
        }
        Ok(())
    }
}

/// What a file makes of a store.
#[derive(Clone, PartialEq, Debug)]
pub struct Imported {
    /// Slots that change, in the order of their names.
    pub changes: Vec<FacingChange>,
    /// Products that are new.
    pub new_products: Vec<Product>,
    /// Products that change, as they become.
    pub changed_products: Vec<Product>,
}

/// Whether an import is only tried.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Extent {
    /// It changes the store.
    Real,
    /// It tells what would change.
    DryRun,
}

/// Why a file was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Its content.
    #[error("{0}")]
    Refused(Refused),
    /// Somebody changed the planogram at the same moment.
    #[error("somebody else changed the planogram at the same moment; nothing was changed by this file, try again")]
    Overtaken,
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Reads a file and makes it the store's planogram.
pub async fn import(
    db: &Db,
    store: &Store,
    bytes: &[u8],
    made: &Made,
    extent: Extent,
) -> Result<Imported, ImportError> {
    let planogram = db::planogram::planogram(db, store.id).await?;
    let catalog = db::catalog::catalog(db, store.id).await?;
    let imported = read(bytes, &planogram, &catalog, store).map_err(ImportError::Refused)?;
    if extent == Extent::DryRun {
        return Ok(imported);
    }
    let products: Vec<_> = imported.new_products.iter().chain(&imported.changed_products).cloned().collect();
    match db::planogram::apply(db, store.id, &products, &imported.changes, made).await? {
        Applied::Done => Ok(imported),
        Applied::Overtaken => Err(ImportError::Overtaken),
    }
}

/// Reads a file against what is there.
pub fn read(bytes: &[u8], planogram: &Planogram, catalog: &Catalog, store: &Store) -> Result<Imported, Refused> {
    let rows = rows::read(bytes, store.currency)?;
    let mut complaints = rows.complaints;
    let mut complain = |row: u64, column: &str, why: String| {
        complaints.push(Complaint { row: Some(row), column: Some(column.to_owned()), why });
    };
    let mut after = BTreeMap::new();
    let products: BTreeMap<Sku, Product> = rows
        .products
        .iter()
        .filter_map(|(sku, cells)| match cells.product(sku, catalog.get(sku)) {
            Ok(product) => Some((sku.clone(), product)),
            Err(missing) => {
                if rows.has_product_columns {
                    missing.into_iter().for_each(|column| {
                        complain(cells.row, column, format!("{sku} is a new product and needs a {column}."));
                    });
                } else {
                    complain(cells.row, "sku", format!("There is no product {sku} yet."));
                }
                None
            }
        })
        .collect();
    let merged: Catalog = catalog.0.values().chain(products.values()).cloned().collect();
    for product in products.values() {
        let had_it = catalog.get(&product.sku).is_some_and(|known| known.gtin == product.gtin);
        if let Some(other) = merged.others_with_gtin_of(product).next().filter(|_| !had_it) {
            complain(rows.products[&product.sku].row_of("gtin"), "gtin", gtin_taken(other));
        }
    }
    for row in &rows.facings {
        let before = planogram.facing(&row.slot);
        let zone = row.zone.clone().or_else(|| before.map(|facing| facing.zone.clone()));
        let capacity = row.capacity.or_else(|| before.map(|facing| facing.capacity));
        for (column, known) in [("zone", zone.is_some()), ("capacity", capacity.is_some())] {
            if !known {
                complain(row.row, column, format!("The slot {} is new and needs a {column}.", row.slot));
            }
        }
        let (Some(zone), Some(capacity)) = (zone, capacity) else { continue };
        let x = row.x.or_else(|| before.and_then(|facing| facing.x));
        after.insert(row.slot.clone(), Facing { slot: row.slot.clone(), sku: row.sku.clone(), zone, x, capacity });
    }
    if !complaints.is_empty() {
        complaints.sort_by_key(|complaint| complaint.row);
        let count = complaints.len();
        complaints.truncate(MOST_SHOWN);
        return Err(Refused { count, shown: complaints });
    }
    let is_known = |product: &Product| catalog.get(&product.sku).is_some();
    let differs = |product: &Product| catalog.get(&product.sku) != Some(product);
    let (changed_products, new_products) = products.into_values().filter(differs).partition(is_known);
    Ok(Imported { changes: changes(planogram, &Planogram(after)), new_products, changed_products })
}

#[cfg(test)]
mod tests;
