//! The rows of a planogram file: each cell read by itself, with a complaint for each that cannot be.

use std::collections::BTreeMap;

use csv::{ReaderBuilder, StringRecord, Trim};
use domain::catalog::{Gtin, Product, TaxClass};
use domain::ids::{Sku, SlotId, ZoneId};
use domain::money::{Currency, Minor};

use super::{Complaint, MOST_BYTES, MOST_ROWS, Refused};
use crate::planogram_rules::{
    HEAVIEST_MG, HIGHEST_PRICE, LONGEST_NAME, MOST_CAPACITY, label, product_name, slot_label,
};

/// The columns, in the order in which the documentation lists them.
const COLUMNS: [&str; 10] = ["slot", "sku", "zone", "x", "capacity", "name", "price", "tax", "gtin", "weight_g"];
/// Those of them that are about the product.
const PRODUCT_COLUMNS: [&str; 5] = ["name", "price", "tax", "gtin", "weight_g"];
/// A cell is quoted in a complaint up to this many characters.
const QUOTED: usize = 40;

/// A file's rows, as far as they can be read.
pub struct Rows {
    /// One a row.
    pub facings: Vec<FacingRow>,
    /// What the rows say of each product.
    pub products: BTreeMap<Sku, ProductCells>,
    /// The file has columns that are about products.
    pub has_product_columns: bool,
    /// What cannot be read.
    pub complaints: Vec<Complaint>,
}

/// What a row says of its slot; what it does not say stays as it is.
pub struct FacingRow {
    /// The line of the file.
    pub row: u64,
    /// Which slot.
    pub slot: SlotId,
    /// What stands there.
    pub sku: Sku,
    /// Whose camera sees it.
    pub zone: Option<ZoneId>,
    /// Where across the picture.
    pub x: Option<f32>,
    /// How many units fit.
    pub capacity: Option<u32>,
}

/// What rows say of a product; what they do not say stays as it is.
#[derive(Default)]
pub struct ProductCells {
    /// The first line that names it.
    pub row: u64,
    /// By column: the line that says it first, and the text.
    said: BTreeMap<&'static str, (u64, String)>,
    name: Option<String>,
    price: Option<Minor>,
    tax: Option<TaxClass>,
    gtin: Option<Gtin>,
    weight_mg: Option<u32>,
}

impl ProductCells {
    /// The line that says something in a column first, or the first line that names the product.
    pub fn row_of(&self, column: &str) -> u64 {
        self.said.get(column).map_or(self.row, |(row, _)| *row)
    }

    /// The product that comes of it, or the columns that a new product lacks.
    pub fn product(&self, sku: &Sku, known: Option<&Product>) -> Result<Product, Vec<&'static str>> {
        let name = self.name.clone().or_else(|| known.map(|product| product.name.clone()));
        let tax = self.tax.or_else(|| known.map(|product| product.tax_class));
        let (Some(name), Some(tax_class)) = (name, tax) else {
            // A cell that is there and wrong has its own complaint.
            let missing = ["name", "tax"].into_iter().filter(|column| !self.said.contains_key(column)).collect();
            return Err(missing);
        };
        Ok(Product {
            sku: sku.clone(),
            gtin: self.gtin.clone().or_else(|| known?.gtin.clone()),
            name,
            price: self.price.or_else(|| known?.price),
            tax_class,
            unit_weight_mg: self.weight_mg.or_else(|| known?.unit_weight_mg),
        })
    }
}

/// Reads all rows.
///
/// # Errors
///
/// Where the file as a whole cannot be read: then there are no rows to complain about.
pub fn read(bytes: &[u8], currency: Currency) -> Result<Rows, Refused> {
    if bytes.len() > MOST_BYTES {
        return Err(Refused::whole(format!("The file is larger than {} KiB.", MOST_BYTES / 1024)));
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|why| {
        let line = bytes[..why.valid_up_to()].iter().filter(|&&byte| byte == b'\n').count() + 1;
        Refused::whole(format!("The file is not UTF-8 text (line {line}). Save it as “CSV UTF-8”."))
    })?;
    if text.contains('\0') {
        return Err(Refused::whole("The file is not a text."));
    }
    let mut reader = ReaderBuilder::new()
        .delimiter(separator(text))
        .has_headers(false)
        .flexible(true)
        .trim(Trim::All)
        .from_reader(text.as_bytes());
    let mut records = reader.records().filter(|record| record.as_ref().map_or(true, |record| !is_empty(record)));
    let broken = |why: csv::Error| Refused::whole(format!("The file cannot be read: {why}."));
    let header = records.next().ok_or_else(|| Refused::whole("The file is empty."))?.map_err(broken)?;
    let mut lines = Lines { text: text.as_bytes(), at: 0, line: 1 };
    let columns = columns(&header, lines.of(&header))?;
    let mut reading = Reading {
        rows: Rows {
            facings: Vec::new(),
            products: BTreeMap::new(),
            has_product_columns: columns.iter().any(|column| PRODUCT_COLUMNS.contains(column)),
            complaints: Vec::new(),
        },
        slots: BTreeMap::new(),
        currency,
    };
    let mut count = 0;
    for record in records {
        count += 1;
        if count > MOST_ROWS {
            return Err(Refused::whole(format!("The file has more than {MOST_ROWS} rows.")));
        }
        let record = record.map_err(broken)?;
        reading.row(&columns, &record, lines.of(&record));
    }
    if count == 0 {
        return Err(Refused::whole("The file has no rows below its header. It would empty every slot."));
    }
    Ok(reading.rows)
}

/// What stands between the names of the first line that is not empty.
fn separator(text: &str) -> u8 {
    let header = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    [b',', b';', b'\t'].into_iter().max_by_key(|&mark| header.bytes().filter(|&byte| byte == mark).count()).map_or(
        b',',
        // Of several with no mark at all the last would be taken; a single column has none.
        |mark| if header.bytes().any(|byte| byte == mark) { mark } else { b',' },
    )
}

fn is_empty(record: &StringRecord) -> bool {
    record.iter().all(str::is_empty)
}

/// Counts lines as editors show them. The reader's own count is that of the line before, where blank lines or the second
/// half of a line end stand between.
struct Lines<'t> {
    text: &'t [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line in which a record begins; records come in their order.
    fn of(&mut self, record: &StringRecord) -> u64 {
        let start = record.position().map_or(self.at, |position| position.byte() as usize);
        let blank = |byte: &u8| matches!(byte, b'\r' | b'\n');
        let blanks = self.text.get(start..).unwrap_or_default().iter().take_while(|byte| blank(byte)).count();
        while self.at < start + blanks {
            let ends = match self.text[self.at] {
                b'\r' => true,
                b'\n' => self.at == 0 || self.text[self.at - 1] != b'\r',
                _ => false,
            };
            self.line += u64::from(ends);
            self.at += 1;
        }
        self.line
    }
}

fn columns(header: &StringRecord, row: u64) -> Result<Vec<&'static str>, Refused> {
    let mut complaints = Vec::new();
    let mut complain = |why: String| complaints.push(Complaint { row: Some(row), column: None, why });
    let mut columns: Vec<&'static str> = Vec::new();
    for name in header {
        match COLUMNS.into_iter().find(|known| name.eq_ignore_ascii_case(known)) {
            Some(known) if columns.contains(&known) => complain(format!("The column {known} is there twice.")),
            Some(known) => columns.push(known),
            None => complain(format!("There is no column {}. The columns are {}.", quoted(name), COLUMNS.join(", "))),
        }
    }
    for needed in ["slot", "sku"] {
        if !columns.contains(&needed) {
            complain(format!("The column {needed} is missing."));
        }
    }
    let count = complaints.len();
    complaints.truncate(super::MOST_SHOWN);
    if count == 0 { Ok(columns) } else { Err(Refused { count, shown: complaints }) }
}

struct Reading {
    rows: Rows,
    /// The line of each slot.
    slots: BTreeMap<SlotId, u64>,
    currency: Currency,
}

impl Reading {
    fn row(&mut self, columns: &[&'static str], record: &StringRecord, row: u64) {
        if let Some(more) = record.iter().skip(columns.len()).find(|cell| !cell.is_empty()) {
            let why = format!("There are more cells than columns: {}.", quoted(more));
            self.rows.complaints.push(Complaint { row: Some(row), column: None, why });
            return;
        }
        let mut cells: BTreeMap<&'static str, &str> = columns.iter().copied().zip(record).collect();
        cells.retain(|_, cell| !cell.is_empty());
        let sku = self.needed(row, "sku", &cells, |text| label("SKU", text).map_err(|why| why.to_string()));
        let slot = self.needed(row, "slot", &cells, |text| slot_label(text).map_err(|why| why.to_string()));
        let zone = self.cell(row, "zone", &cells, |text| label("zone", text).map_err(|why| why.to_string()));
        let x = self.cell(row, "x", &cells, x);
        let capacity = self.cell(row, "capacity", &cells, capacity);
        if let Some(sku) = &sku {
            self.product(row, &Sku(sku.clone()), &cells);
        }
        if let Some(slot) = slot.map(SlotId) {
            if let Some(first) = self.slots.get(&slot) {
                let why = format!("The slot {slot} is already in row {first}.");
                self.complain(row, "slot", why);
                return;
            }
            self.slots.insert(slot.clone(), row);
            if let Some(sku) = sku.map(Sku) {
                self.rows.facings.push(FacingRow { row, slot, sku, zone: zone.map(ZoneId), x, capacity });
            }
        }
    }

    fn complain(&mut self, row: u64, column: &str, why: String) {
        self.rows.complaints.push(Complaint { row: Some(row), column: Some(column.to_owned()), why });
    }

    fn cell<T>(
        &mut self,
        row: u64,
        column: &'static str,
        cells: &BTreeMap<&'static str, &str>,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        match read(cells.get(column)?) {
            Ok(value) => Some(value),
            Err(why) => {
                self.complain(row, column, why);
                None
            }
        }
    }

    fn needed<T>(
        &mut self,
        row: u64,
        column: &'static str,
        cells: &BTreeMap<&'static str, &str>,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        if !cells.contains_key(column) {
            self.complain(row, column, format!("The {column} is missing."));
        }
        self.cell(row, column, cells, read)
    }

    /// Rows of one product must agree about it.
    fn product(&mut self, row: u64, sku: &Sku, cells: &BTreeMap<&'static str, &str>) {
        let currency = self.currency;
        let mut product = self.rows.products.remove(sku).unwrap_or(ProductCells { row, ..ProductCells::default() });
        for column in PRODUCT_COLUMNS {
            let Some(&text) = cells.get(column) else { continue };
            if let Some((first, said)) = product.said.get(column) {
                let same = said == text || column == "gtin" && gtin(said).is_ok_and(|one| gtin(text) == Ok(one));
                if !same {
                    let why = format!("Row {first} says {} for {sku}, this row {}.", quoted(said), quoted(text));
                    self.complain(row, column, why);
                }
                continue;
            }
            product.said.insert(column, (row, text.to_owned()));
            match column {
                "name" => product.name = self.cell(row, column, cells, name),
                "price" => product.price = self.cell(row, column, cells, |text| price(text, currency)),
                "tax" => product.tax = self.cell(row, column, cells, tax),
                "gtin" => product.gtin = self.cell(row, column, cells, gtin),
                _ => product.weight_mg = self.cell(row, column, cells, weight_mg),
            }
        }
        self.rows.products.insert(sku.clone(), product);
    }
}

fn quoted(text: &str) -> String {
    let mut short: String = text.chars().take(QUOTED).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().count() > QUOTED {
        short.push('…');
    }
    format!("“{short}”")
}

/// A number as people write it: digits with at most one point or comma, and perhaps a minus.
fn number(text: &str) -> Result<f64, String> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let marks = digits.chars().filter(|c| matches!(c, '.' | ',')).count();
    let good = digits.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ','));
    if !good || marks > 1 || !digits.contains(|c: char| c.is_ascii_digit()) {
        return Err(format!("{} is not a number.", quoted(text)));
    }
    text.replace(',', ".").parse().map_err(|_| format!("{} is not a number.", quoted(text)))
}

fn x(text: &str) -> Result<f32, String> {
    let x = number(text)?;
    if !(0.0..=1.0).contains(&x) {
        return Err(format!("{} is not between 0 (left) and 1 (right).", quoted(text)));
    }
    Ok(x as f32)
}

fn capacity(text: &str) -> Result<u32, String> {
    let capacity = text.parse().ok().filter(|capacity| (1..=MOST_CAPACITY).contains(capacity));
    capacity.ok_or_else(|| format!("{} is not a whole number from 1 to {MOST_CAPACITY}.", quoted(text)))
}

fn name(text: &str) -> Result<String, String> {
    if text.chars().any(char::is_control) {
        return Err("The name has a line break or another control character. Is a quotation mark missing?".to_owned());
    }
    product_name(text).map_err(|_| format!("The name has more than {LONGEST_NAME} characters."))
}

/// In the store's currency, without its sign: `1.49` or `1,49`.
fn price(text: &str, currency: Currency) -> Result<Minor, String> {
    number(text)?;
    let digits = currency.exponent() as usize;
    let (units, minor) = text.split_once(['.', ',']).unwrap_or((text, ""));
    if minor.len() > digits {
        return Err(format!("{} has more than {digits} digits behind the point.", quoted(text)));
    }
    let all = format!("{units}{minor:0<digits$}");
    let price = all.parse().ok().filter(|price| (1..=HIGHEST_PRICE).contains(price)).map(Minor);
    price.ok_or_else(|| {
        let most = Minor(HIGHEST_PRICE).display(currency);
        format!("{} is not a price above zero and up to {most}. Leave it empty if it is not known yet.", quoted(text))
    })
}

fn tax(text: &str) -> Result<TaxClass, String> {
    match text.to_ascii_lowercase().as_str() {
        "standard" => Ok(TaxClass::Standard),
        "reduced" => Ok(TaxClass::Reduced),
        "zero" => Ok(TaxClass::Zero),
        _ => Err(format!("{} is not standard, reduced or zero.", quoted(text))),
    }
}

fn gtin(text: &str) -> Result<Gtin, String> {
    Gtin::parse(text).map_err(|why| format!("{}: {why}.", quoted(text)))
}

fn weight_mg(text: &str) -> Result<u32, String> {
    let milligrams = number(text)? * 1_000.0;
    if !(1.0..=HEAVIEST_MG).contains(&milligrams) {
        return Err(format!("{} is not a weight above 0 and up to {} grams.", quoted(text), HEAVIEST_MG / 1_000.0));
    }
    Ok(milligrams.round() as u32)
}
