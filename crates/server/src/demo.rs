//! The demo store: a small shop with products, a planogram and an owner, for an empty database.

use std::path::Path;

use anyhow::Context;
use db::Db;
use db::accounts::ShopperRow;
use db::room_plans::SavedPlan;
use db::stores::Store;
use domain::catalog::{Gtin, Product, TaxClass};
use domain::ids::{Sku, SlotId, ZoneId};
use domain::money::Minor;
use domain::planogram::Facing;
use jiff::Timestamp;
use protocol::account::{AdminRole, NewAdmin};
use uuid::Uuid;

use crate::accounts::{create_admin, hash_password};
use crate::keys::file::write_private;
use crate::keys::new_password;

mod room;

/// The demo owner's address.
pub const OWNER: &str = "owner@demo.smartmart";

/// SKU, GTIN, name, price in cents, tax class, grams.
const PRODUCTS: &[(&str, &str, &str, i64, TaxClass, u32)] = &[
    ("cola-330", "4006381333931", "Cola 0.33 l", 149, TaxClass::Standard, 355),
    ("water-500", "4012345678901", "Still water 0.5 l", 89, TaxClass::Standard, 520),
    ("juice-250", "4023456789011", "Apple juice 0.25 l", 199, TaxClass::Standard, 268),
    ("bread-400", "4034567890121", "Rye bread", 259, TaxClass::Reduced, 410),
    ("milk-1000", "4045678901231", "Milk 1 l", 129, TaxClass::Reduced, 1_040),
    ("apple", "4056789012341", "Apple", 65, TaxClass::Reduced, 182),
    ("chocolate-100", "4067890123451", "Dark chocolate", 229, TaxClass::Reduced, 108),
    ("crisps-150", "4078901234561", "Salted crisps", 219, TaxClass::Reduced, 158),
    ("coffee-250", "4089012345671", "Ground coffee 250 g", 499, TaxClass::Reduced, 262),
    ("soap", "4090123456781", "Hand soap", 179, TaxClass::Standard, 115),
    ("batteries-4", "4101234567898", "Batteries AA, 4", 549, TaxClass::Standard, 96),
    ("umbrella", "4112345678908", "Umbrella", 1_290, TaxClass::Standard, 340),
];

/// Gondolas with four slots each.
const ZONES: [&str; 3] = ["g1", "g2", "g3"];
const SLOTS_A_ZONE: usize = 4;

/// The demo shopper's address.
pub const SHOPPER: &str = "robin@demo.smartmart";

/// The file in the data folder that holds the demo's log-ins: owner, shopper, and the password of both, a line each.
pub const LOG_INS: &str = "demo-log-ins.txt";

/// Fills a database that holds no admin yet and writes the log-ins into the data folder; does nothing to one in use.
pub async fn fill(db: &Db, store: &Store, folder: &Path, now: Timestamp) -> anyhow::Result<()> {
    if db::accounts::count_admins(db, store.id).await? > 0 {
        return Ok(());
    }
    for (place, (sku, gtin, name, price, tax_class, grams)) in PRODUCTS.iter().enumerate() {
        let product = Product {
            sku: Sku::from(*sku),
            gtin: Gtin::parse(gtin).ok(),
            name: (*name).to_owned(),
            price: Some(Minor(*price)),
            tax_class: *tax_class,
            unit_weight_mg: Some(grams * 1_000),
        };
        db::catalog::save_product(db, store.id, &product, now).await?;
        let (zone, slot) = (place / SLOTS_A_ZONE, place % SLOTS_A_ZONE);
        let facing = Facing {
            slot: SlotId(format!("{}s{}", ZONES[zone], slot + 1)),
            sku: Sku::from(*sku),
            zone: ZoneId::from(ZONES[zone]),
            x: Some((slot as f32 + 0.5) / SLOTS_A_ZONE as f32),
            capacity: 12,
        };
        db::catalog::save_facing(db, store.id, &facing, now).await?;
    }
    let plan = SavedPlan { version: 1, at: now, by: None, plan: room::plan() };
    db::room_plans::save(db, store.id, &plan).await?;
    let password = new_password();
    let new = NewAdmin {
        name: "Demo owner".to_owned(),
        email: OWNER.to_owned(),
        password: password.clone(),
        role: AdminRole::Owner,
    };
    create_admin(db, store.id, uuid::Uuid::now_v7(), new, now).await.map_err(|error| anyhow::anyhow!("{error}"))?;
    let shopper = ShopperRow {
        id: Uuid::now_v7(),
        store_id: store.id.0,
        name: "Robin".to_owned(),
        email: SHOPPER.to_owned(),
        password_hash: hash_password(password.clone()).await?,
        created_at: db::micros(now),
    };
    db::accounts::insert_shopper(db, shopper).await?;
    write_private(&folder.join(LOG_INS), &format!("{OWNER}\n{SHOPPER}\n{password}\n"))
        .context("cannot write the demo's log-ins")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_demo_product_has_a_right_barcode_and_a_slot() {
        for (sku, gtin, ..) in PRODUCTS {
            assert!(Gtin::parse(gtin).is_ok(), "{sku}: {gtin}");
        }
        assert_eq!(PRODUCTS.len(), ZONES.len() * SLOTS_A_ZONE);
    }
}
