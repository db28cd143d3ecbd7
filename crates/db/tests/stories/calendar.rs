//! The store's settings with their versions, and what an older database becomes.

use db::migration::Migrator;
use db::stores::StoreSettings;
use domain::calendar::country::Country;
use domain::calendar::hours::{OpenSpan, OpeningHours, time_of_day};
use domain::calendar::zone::Zone;
use domain::money::NotACurrency;
use sea_orm_migration::MigratorTrait;

use super::*;

fn berlin(settings: &StoreSettings) -> StoreSettings {
    let mut next = settings.clone();
    let time = |text| time_of_day(text).unwrap();
    let evening = OpenSpan { from: time("18:00"), to: time("02:00") };
    next.name = "Corner, Berlin".to_owned();
    next.calendar.zone = Zone::parse("Europe/Berlin").unwrap();
    next.calendar.country = Some(Country::parse("DE").unwrap());
    next.calendar.hours = OpeningHours::new(std::array::from_fn(|_| vec![evening]), time("04:00")).unwrap();
    let rates = TaxRates { standard: BasisPoints(2_000), reduced: BasisPoints(500) };
    next.calendar.taxes.changes.insert("2027-07-01".parse().unwrap(), rates);
    next
}

#[tokio::test]
async fn settings_are_those_of_the_last_fact_and_what_changed_since_a_version_can_be_told() {
    on_both("settings", async |db| {
        let store = new_store(&db).await;
        let owner = add_admin(&db, store.id, 7).await;
        let mut writer = Writer::restored(db.clone(), store.clone()).await;
        let next = berlin(&store.settings);
        let other = StoreSettings { name: "Other".to_owned(), ..store.settings.clone() };
        let saves = [(10, 2, &store.settings, &next), (30, 3, &next, &other)];
        for (second, version, before, settings) in saves {
            let (settings, before) = (settings.clone(), before.clone());
            let saved = DomainEvent::StoreSettingsSaved {
                settings: settings.clone(),
                before,
                version,
                at: at(second),
                by: owner,
            };
            writer.record(second, vec![saved]).await;
            let expected = Store { settings, version, ..store.clone() };
            assert_eq!(db::stores::first(&db).await.unwrap(), Some(expected));
        }
        let told: Vec<_> = db::stores::changes_since(&db, store.id, 1).await.unwrap();
        let told: Vec<_> = told.into_iter().map(|one| (one.version, one.at, one.by, one.before)).collect();
        assert_eq!(told, [(2, at(10), owner, store.settings.clone()), (3, at(30), owner, next)]);
    })
    .await;
}

#[tokio::test]
async fn a_zone_from_the_configuration_holds_until_somebody_has_said_another() {
    on_both("zone", async |db| {
        let store = new_store(&db).await;
        let zone = |name| Some(Zone::parse(name).unwrap());
        assert!(!db::stores::name_zone(&db, store.id, None).await.unwrap());
        assert!(db::stores::name_zone(&db, store.id, zone("Asia/Kathmandu")).await.unwrap());
        assert!(db::stores::name_zone(&db, store.id, zone("Europe/Berlin")).await.unwrap());
        let found = db::stores::first(&db).await.unwrap().unwrap();
        assert_eq!(found.settings.calendar.zone.name(), "Asia/Kathmandu");
    })
    .await;
}

#[tokio::test]
async fn two_products_cannot_get_the_same_barcode_number() {
    on_both("gtin", async |db| {
        let store = new_store(&db).await;
        let with = |sku: &str, gtin: &str| Product {
            sku: Sku::from(sku),
            gtin: Some(Gtin::parse(gtin).unwrap()),
            name: sku.to_uppercase(),
            ..cola()
        };
        let save = async |product: &Product| db::catalog::save_product(&db, store.id, product, at(1)).await.unwrap();
        assert_eq!(save(&with("soap", "036000291452")).await, db::catalog::Saved::Done);
        let taken = db::catalog::Saved::GtinTaken(with("soap", "036000291452"));
        assert_eq!(save(&with("towel", "0 036000-291452")).await, taken);
        assert_eq!(save(&with("soap", "00036000291452")).await, db::catalog::Saved::Done);
        let made = Made { by: None, at: at(2), means: ChangeMeans::Import };
        let products = [with("towel", "0036000291452")];
        assert_eq!(db::planogram::apply(&db, store.id, &products, &[], &made).await.unwrap(), Applied::Overtaken);
        assert_eq!(db::catalog::catalog(&db, store.id).await.unwrap().0.len(), 1);
    })
    .await;
}

/// A database as the version before this one left it, with data in it.
#[tokio::test]
async fn a_database_from_before_stores_had_a_calendar_opens_with_its_data() {
    on_both_bare("before", async |url| {
        let old = sea_orm::Database::connect(&url).await.unwrap();
        Migrator::up(&old, Some(7)).await.unwrap();
        let uuid = |number: u128| match old.get_database_backend() {
            sea_orm::DbBackend::Sqlite => format!("x'{number:032x}'"),
            _ => format!("'{}'", id(number)),
        };
        let (store, order) = (uuid(1), uuid(2));
        let placed: i64 = "2025-12-31T23:59:00Z".parse::<Timestamp>().unwrap().as_microsecond();
        let mut statements = vec![
            format!("INSERT INTO stores (id, name, currency, standard_rate_bp, reduced_rate_bp, created_at) VALUES ({store}, 'Corner', 'HRK', 2500, 500, 0)"),
            format!("INSERT INTO orders (id, store_id, number, session_id, shopper_id, placed_at, currency, total_minor) VALUES ({order}, {store}, 7, {}, {}, {placed}, 'HRK', 149)", uuid(3), uuid(4)),
            format!("INSERT INTO order_lines (order_id, sku, name, quantity, unit_price_minor, tax_rate_bp) VALUES ({order}, 'cola', 'Cola', 1, 149, 2500)"),
        ];
        for (sku, gtin) in [("cola", "'036000291452'"), ("old-cola", "'0036000291452'"), ("tea", "'96385074'"), ("none", "NULL")] {
            statements.push(format!("INSERT INTO products (store_id, sku, gtin, name, tax_class, updated_at) VALUES ({store}, '{sku}', {gtin}, '{sku}', 'standard', 0)"));
        }
        // At s1 cola, then twice another capacity; at s2 cola, bread, cola.
        let facings = [
            (10, "s1", "cola", 100, Some(200)),
            (11, "s1", "cola", 200, Some(300)),
            (12, "s1", "cola", 300, None),
            (13, "s2", "cola", 100, Some(200)),
            (14, "s2", "bread", 200, Some(300)),
            (15, "s2", "cola", 300, None),
        ];
        for (row, slot, sku, from, to) in facings {
            let to = to.map_or("NULL".to_owned(), |to: i64| to.to_string());
            statements.push(format!("INSERT INTO facings (id, store_id, slot, sku, zone, capacity, valid_from, valid_to) VALUES ({}, {store}, '{slot}', '{sku}', 'g1', 12, {from}, {to})", uuid(row)));
        }
        for (slot, at) in [("s1", 150), ("s2", 150)] {
            statements.push(format!("INSERT INTO stock_counts (store_id, slot, sku, units, counted_at, counted_by) VALUES ({store}, '{slot}', 'cola', 9, {at}, {})", uuid(7)));
        }
        for statement in statements {
            old.execute_unprepared(&statement).await.unwrap();
        }
        old.close().await.unwrap();

        let db = Db::connect(&url, 2).await.unwrap();
        let store = db::stores::first(&db).await.unwrap().unwrap();
        assert_eq!((store.version, store.currency.code(), store.currency.exponent()), (1, "HRK", 2));
        assert!(matches!(Currency::parse("HRK"), Err(NotACurrency::Unknown(_))), "no new store can have it");
        let calendar = &store.settings.calendar;
        assert_eq!((calendar.zone, calendar.country, &calendar.hours), (Zone::default(), None, &OpeningHours::default()));
        assert_eq!((calendar.taxes.first.standard, calendar.taxes.changes.len()), (BasisPoints(2_500), 0));
        let file = db::orders::file(&db, domain::ids::OrderId(id(2))).await.unwrap().unwrap();
        assert_eq!(file.order.printed_number(), "2025-000007", "as it was printed");
        let catalog = db::catalog::catalog(&db, store.id).await.unwrap();
        assert_eq!(catalog.0.len(), 4, "both of a pair are kept");
        let shared = catalog.shared_gtins();
        assert_eq!(shared.len(), 1);
        assert_eq!(shared[0].1.iter().map(|one| one.sku.as_str()).collect::<Vec<_>>(), ["cola", "old-cola"]);
        let stock = db::stock::by_slot(&db, store.id, at(0)).await.unwrap();
        assert_eq!(stock.keys().map(SlotId::as_str).collect::<Vec<_>>(), ["s1"], "the count at s2 was before bread");
    })
    .await;
}
