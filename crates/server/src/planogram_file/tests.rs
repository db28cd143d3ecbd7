use domain::catalog::{TaxClass, TaxRates};
use domain::ids::{SlotId, StoreId, ZoneId};
use domain::money::{BasisPoints, Currency, Minor};
use uuid::Uuid;

use super::*;

fn store() -> Store {
    let rates = TaxRates { standard: BasisPoints(1_900), reduced: BasisPoints(700) };
    Store::plain(StoreId(Uuid::nil()), "Corner", Currency::EUR, rates)
}

fn cola() -> Product {
    Product {
        sku: Sku::from("cola"),
        gtin: None,
        name: "Cola".to_owned(),
        price: Some(Minor(149)),
        tax_class: TaxClass::Standard,
        unit_weight_mg: Some(355_000),
    }
}

fn facing(slot: &str, sku: &str, x: Option<f32>, capacity: u32) -> Facing {
    Facing { slot: SlotId::from(slot), sku: Sku::from(sku), zone: ZoneId::from("g1"), x, capacity }
}

/// Reads a file in a store that sells cola and has it at s1.
fn taken(bytes: impl AsRef<[u8]>) -> Result<Imported, Refused> {
    let planogram = [facing("s1", "cola", Some(0.5), 12)].into_iter().collect();
    read(bytes.as_ref(), &planogram, &[cola()].into_iter().collect(), &store())
}

/// The complaints about a file that must be refused, each with its place.
fn complaints(bytes: impl AsRef<[u8]>) -> Vec<String> {
    let refused = taken(bytes).expect_err("it must be refused");
    refused.shown.iter().map(|complaint| format!("{}: {}", complaint.place(), complaint.why)).collect()
}

fn after(imported: &Imported) -> Vec<Option<Facing>> {
    imported.changes.iter().map(|change| change.after.clone()).collect()
}

#[test]
fn a_file_is_the_whole_planogram() {
    let imported = taken("slot,sku,zone,x,capacity\ns2,cola,g1,0.25,8\ns3,cola,g1,,8\n").unwrap();
    assert_eq!(
        after(&imported),
        [None, Some(facing("s2", "cola", Some(0.25), 8)), Some(facing("s3", "cola", None, 8))]
    );
    assert_eq!(imported.changes[0].slot, SlotId::from("s1"));
    assert!(imported.new_products.is_empty() && imported.changed_products.is_empty());
}

#[test]
fn what_a_file_does_not_say_stays_as_it_is() {
    for file in ["slot,sku\ns1,cola\n", "SKU,Slot,x,capacity,zone,price\ncola,s1,,,,\n"] {
        let imported = taken(file).unwrap();
        assert!(imported.changes.is_empty() && imported.changed_products.is_empty(), "{file}");
    }
    assert_eq!(after(&taken("slot,sku,x\ns1,cola,0\n").unwrap()), [Some(facing("s1", "cola", Some(0.0), 12))]);
}

#[test]
fn every_spreadsheet_s_way_of_writing_is_read() {
    let expected = [Some(facing("s1", "cola", Some(0.75), 10))];
    for file in [
        "slot,sku,x,capacity\ns1,cola,0.75,10\n",
        "slot,sku,x,capacity\r\ns1,cola,0.75,10",
        "\u{FEFF}slot;sku;x;capacity\r\ns1;cola;0,75;10\r\n",
        "slot\tsku\tx\tcapacity\ns1\tcola\t0.75\t10\n",
        "\n\n slot , sku , x , capacity \n\n,,,\n s1 , cola , 0.75 , 10 \n\n",
        "\"slot\",\"sku\",\"x\",\"capacity\"\n\"s1\",\"cola\",\"0,75\",\"10\"\n",
        "slot,sku,x,capacity\ns1,cola,.75,10,,\n",
    ] {
        assert_eq!(taken(file).map(|imported| after(&imported)).as_deref(), Ok(&expected[..]), "{file:?}");
    }
}

#[test]
fn products_come_along() {
    let file = "slot;sku;zone;capacity;name;price;tax;gtin;weight_g\n\
                s1;cola;g1;12;;1,59;;;\n\
                s2;lime;g1;9;\"Lime \"\"soda\"\"; 0.33 l\";0,99;Reduced;4006381333931;356,5\n\
                s3;lime;g1;9;;0,99;;;\n";
    let imported = taken(file).unwrap();
    assert_eq!(imported.changed_products, [Product { price: Some(Minor(159)), ..cola() }]);
    let lime = Product {
        sku: Sku::from("lime"),
        gtin: domain::catalog::Gtin::parse("4006381333931").ok(),
        name: "Lime \"soda\"; 0.33 l".to_owned(),
        price: Some(Minor(99)),
        tax_class: TaxClass::Reduced,
        unit_weight_mg: Some(356_500),
    };
    assert_eq!(imported.new_products, [lime]);
    // Nobody knows the price yet, and nobody weighed it.
    let bare = taken("slot,sku,zone,capacity,name,tax\ns1,soap,g1,4,Soap,standard\n").unwrap();
    assert_eq!((bare.new_products[0].price, bare.new_products[0].unit_weight_mg), (None, None));
}

#[test]
fn each_bad_cell_is_named_by_row_and_column() {
    let header = "slot,sku,zone,x,capacity,name,price,tax,gtin,weight_g";
    for (row, complaint) in [
        ("s1,cola,g1,-0.1,1", "row 2, x: “-0.1” is not between 0 (left) and 1 (right)."),
        ("s1,cola,g1,1.01,1", "row 2, x: “1.01” is not between 0 (left) and 1 (right)."),
        ("s1,cola,g1,left,1", "row 2, x: “left” is not a number."),
        ("s1,cola,g1,NaN,1", "row 2, x: “NaN” is not a number."),
        ("s1,cola,g1,1e-1,1", "row 2, x: “1e-1” is not a number."),
        ("s1,cola,g1,0.1.1,1", "row 2, x: “0.1.1” is not a number."),
        ("s1,cola,g1,-,1", "row 2, x: “-” is not a number."),
        ("s1,cola,g1,0,0", "row 2, capacity: “0” is not a whole number from 1 to 10000."),
        ("s1,cola,g1,0,-3", "row 2, capacity: “-3” is not a whole number from 1 to 10000."),
        ("s1,cola,g1,0,2.5", "row 2, capacity: “2.5” is not a whole number from 1 to 10000."),
        ("s1,cola,g1,0,99999999999999", "row 2, capacity: “99999999999999” is not a whole number from 1 to 10000."),
        (",cola,g1,0,1", "row 2, slot: The slot is missing."),
        ("s1,,g1,0,1", "row 2, sku: The sku is missing."),
        ("import,cola,g1,0,1", "row 2, slot: A slot cannot be called import; please give it another name."),
        ("s 1,cola,g1,0,1", "row 2, slot: The slot must have 1 to 40 letters, digits, dots, dashes or underscores."),
        ("s1,cola,g1,0,1,,1.499", "row 2, price: “1.499” has more than 2 digits behind the point."),
        (
            "s1,cola,g1,0,1,,0",
            "row 2, price: “0” is not a price above zero and up to 100000.00 EUR. Leave it empty if it is not known yet.",
        ),
        (
            "s1,cola,g1,0,1,,-1.49",
            "row 2, price: “-1.49” is not a price above zero and up to 100000.00 EUR. Leave it empty if it is not known yet.",
        ),
        ("s1,cola,g1,0,1,,1 EUR", "row 2, price: “1 EUR” is not a number."),
        ("s1,cola,g1,0,1,,,19 %", "row 2, tax: “19 %” is not standard, reduced or zero."),
        (
            "s1,cola,g1,0,1,,,,4006381333932",
            "row 2, gtin: “4006381333932”: the check digit is wrong: one of the digits is mistyped.",
        ),
        ("s1,cola,g1,0,1,,,,,0", "row 2, weight_g: “0” is not a weight above 0 and up to 100000 grams."),
        ("s1,cola,g1,0,1,,,,,100000.1", "row 2, weight_g: “100000.1” is not a weight above 0 and up to 100000 grams."),
        ("s1,cola,g1,0,1,,,,,,more", "row 2: There are more cells than columns: “more”."),
        ("s2,cola,g1", "row 2, capacity: The slot s2 is new and needs a capacity."),
        ("s1,soap,g1,0,1,Soap", "row 2, tax: soap is a new product and needs a tax."),
    ] {
        assert_eq!(complaints(format!("{header}\n{row}\n")), [complaint], "{row}");
    }
    let long = format!("{header}\ns1,cola,g1,0,1,{}\n", "x".repeat(121));
    assert_eq!(complaints(long), ["row 2, name: The name has more than 120 characters."]);
    let unclosed = complaints(format!("{header}\ns1,cola,g1,0,1,\"Cola\ns2,cola,g1,0,1,Cola\n"));
    assert_eq!(
        unclosed,
        ["row 2, name: The name has a line break or another control character. Is a quotation mark missing?"]
    );
}

#[test]
fn rows_that_contradict_each_other_are_refused() {
    assert_eq!(complaints("slot,sku\ns1,cola\n\ns1,cola\n"), ["row 4, slot: The slot s1 is already in row 2."]);
    assert_eq!(
        complaints("slot,sku,zone,capacity,price\ns1,cola,g1,2,1.49\ns2,cola,g1,2,1.59\n"),
        ["row 3, price: Row 2 says “1.49” for cola, this row “1.59”."]
    );
    assert_eq!(complaints("slot,sku\ns1,soap\n"), ["row 2, sku: There is no product soap yet."]);
}

#[test]
fn rows_are_counted_as_editors_count_lines() {
    for (file, row) in [
        ("slot,sku,x\ns1,cola,2", 2),
        ("slot,sku,x\r\ns1,cola,2\r\n", 2),
        ("slot,sku,x\rs1,cola,2\r", 2),
        ("\n\nslot,sku,x\n\n\ns1,cola,2", 6),
        ("\r\nslot,sku,x\r\n\r\n,,\r\n  \r\ns1,cola,2\r\n", 6),
        ("slot,sku,x\n\"s\n3\",cola,1\ns1,cola,2\n", 4),
    ] {
        assert_eq!(complaints(file).last().unwrap().split(',').next(), Some(&*format!("row {row}")), "{file:?}");
    }
}

#[test]
fn a_header_must_be_known_and_whole() {
    let known = "The columns are slot, sku, zone, x, capacity, name, price, tax, gtin, weight_g.";
    assert_eq!(complaints("slot,sku,colour\ns1,cola,red\n"), [format!("row 1: There is no column “colour”. {known}")]);
    assert_eq!(complaints("slot,sku,Slot\ns1,cola,s1\n"), ["row 1: The column slot is there twice."]);
    assert_eq!(
        complaints("s1,cola\n"),
        [
            format!("row 1: There is no column “s1”. {known}"),
            format!("row 1: There is no column “cola”. {known}"),
            "row 1: The column slot is missing.".to_owned(),
            "row 1: The column sku is missing.".to_owned(),
        ]
    );
}

#[test]
fn files_that_are_no_planograms_are_refused_as_a_whole() {
    for (bytes, why) in [
        (Vec::new(), "The file is empty."),
        (b"\xEF\xBB\xBF\r\n\r\n".to_vec(), "The file is empty."),
        (b"slot,sku\n".to_vec(), "The file has no rows below its header. It would empty every slot."),
        (b"slot,sku\n,\n".to_vec(), "The file has no rows below its header. It would empty every slot."),
        (b"slot,sku,name\ns1,cola,Caf\xE9\n".to_vec(), "The file is not UTF-8 text (line 2). Save it as “CSV UTF-8”."),
        (b"\xFF\xFEs\0l\0o\0t\0".to_vec(), "The file is not UTF-8 text (line 1). Save it as “CSV UTF-8”."),
        (b"PK\x03\x04\0\0slot".to_vec(), "The file is not a text."),
        (vec![b'a'; MOST_BYTES + 1], "The file is larger than 1024 KiB."),
        (
            ["slot,sku\n", &"s1,cola\n".repeat(MOST_ROWS + 1)].concat().into_bytes(),
            "The file has more than 10000 rows.",
        ),
    ] {
        assert_eq!(complaints(bytes), [format!("file: {why}")]);
    }
}

#[test]
fn of_many_mistakes_the_first_are_shown() {
    let refused = taken(["slot,sku,x\n", &"s1,cola,2\n".repeat(50)].concat()).unwrap_err();
    // Each row has a wrong x, and all but the first name a slot that was named before.
    assert_eq!((refused.count, refused.shown.len()), (99, MOST_SHOWN));
    assert_eq!(refused.summary(), "Nothing was changed: 99 things in the file are wrong. These are the first 20.");
    assert!(refused.shown.is_sorted_by_key(|complaint| complaint.row));
}

#[test]
fn as_many_rows_as_are_allowed_are_taken() {
    let rows: String = (0..MOST_ROWS).map(|number| format!("s{number},cola,g1,0.5,9\n")).collect();
    let imported = taken(format!("slot,sku,zone,x,capacity\n{rows}")).unwrap();
    assert_eq!(imported.changes.len(), MOST_ROWS);
}
