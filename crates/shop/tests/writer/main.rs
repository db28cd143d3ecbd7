//! The writer on both engines: what the database refuses is set aside, what it cannot do now is waited for, commands happen once.

mod commands;
mod set_aside;

use std::future::Future;
use std::time::Duration;

use db::accounts::{AdminRow, ShopperRow};
use db::lease::{self, WriterLock};
use db::orders::list::OrderFilter;
use db::paging::Window;
use db::stores::Store;
use db::{Db, DbError};
use domain::catalog::{Product, TaxClass, TaxRates};
use domain::clock::Hand;
use domain::gate::Place;
use domain::ids::{AdminId, DeviceId, ShelfEventId, ShopperId, SightingId, Sku, SlotId, StoreId, ZoneId};
use domain::money::{BasisPoints, Currency, Minor};
use domain::planogram::Facing;
use domain::shelf::{SensorKind, ShelfEvent};
use domain::sighting::{Identity, Means, Seen, Sighting};
use floor::{FloorInput, FloorPolicy};
use jiff::{SignedDuration, Timestamp};
use sea_orm::ConnectionTrait;
use shop::desk::{Desk, NotTaken, Reply};
use shop::writer::{Ended, Post, Writer};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Runs a story in an empty shop on each engine.
async fn on_both<F: Future<Output = ()>>(name: &str, story: impl Fn(Shop) -> F) {
    let folder = tempfile::tempdir().unwrap();
    story(Shop::open(&format!("sqlite://{}", folder.path().join("store.db").display())).await).await;
    let server = std::env::var("SMARTMART_TEST_POSTGRES")
        .expect("SMARTMART_TEST_POSTGRES must name a PostgreSQL database: `cargo xtask test` starts one");
    let admin = sea_orm::Database::connect(&server).await.unwrap();
    let database = format!("writer_{name}_{}", Uuid::now_v7().simple());
    admin.execute_unprepared(&format!("CREATE DATABASE {database}")).await.unwrap();
    story(Shop::open(&format!("{}/{database}", server.rsplit_once('/').unwrap().0)).await).await;
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap()
}

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

const ADA: ShopperId = ShopperId(Uuid::from_u128(0xADA));
const BOB: ShopperId = ShopperId(Uuid::from_u128(0xB0B));

/// A shop with two slots, its writer and a clock that is moved by hand.
struct Shop {
    db: Db,
    store: StoreId,
    url: String,
    desk: Desk,
    hand: Hand,
    stop: CancellationToken,
    writer: JoinHandle<Result<(), Ended>>,
}

impl Shop {
    async fn open(url: &str) -> Self {
        let db = Db::connect(url, 4).await.unwrap();
        let rates = TaxRates { standard: BasisPoints(1_900), reduced: BasisPoints(700) };
        let store = Store::plain(StoreId(Uuid::now_v7()), "Corner", Currency::EUR, rates);
        db::stores::insert(&db, &store, at(0)).await.unwrap();
        for (shopper, name) in [(ADA, "ada"), (BOB, "bob")] {
            let row = ShopperRow {
                id: shopper.0,
                store_id: store.id.0,
                name: name.to_owned(),
                email: format!("{name}@example.org"),
                password_hash: "hash".to_owned(),
                created_at: 0,
            };
            db::accounts::insert_shopper(&db, row).await.unwrap();
        }
        let staff = AdminRow {
            id: id(7),
            store_id: store.id.0,
            name: "Olga".to_owned(),
            email: "olga@example.org".to_owned(),
            password_hash: "hash".to_owned(),
            role: "owner".to_owned(),
            created_at: 0,
        };
        db::accounts::insert_admin(&db, staff).await.unwrap();
        for (slot, sku, x) in [("s1", "cola", 0.3), ("s2", "bread", 0.7)] {
            db::catalog::save_product(&db, store.id, &product(sku, 149), at(0)).await.unwrap();
            let (slot, sku, zone) = (SlotId::from(slot), Sku::from(sku), ZoneId::from("g1"));
            let facing = Facing { slot, sku, zone, x: Some(x), capacity: 10 };
            db::catalog::save_facing(&db, store.id, &facing, at(0)).await.unwrap();
        }
        Self::begin(db, store.id, url, Hand::at(at(0))).await
    }

    async fn begin(db: Db, store: StoreId, url: &str, hand: Hand) -> Self {
        let rates = TaxRates { standard: BasisPoints(1_900), reduced: BasisPoints(700) };
        let mut policy = FloorPolicy::new(Currency::EUR, rates);
        policy.attribution.lag_ms = 1_500;
        policy.settling = SignedDuration::from_secs(5);
        let lock = WriterLock::try_take(url).await.unwrap().expect("nobody else has it");
        let fence = lease::begin(&db, "a test", hand.clock().now()).await.unwrap();
        let (url, clock) = (url.to_owned(), hand.clock());
        let post = Post { db: db.clone(), url: url.clone(), lock, fence, store, policy, records: false, clock };
        let (writer, desk) = Writer::restore(post, Vec::new()).await.unwrap();
        let stop = CancellationToken::new();
        let writer = tokio::spawn(writer.run(stop.clone()));
        Self { db, store, url, desk, hand, stop, writer }
    }

    /// Stops the writer and begins again from what the database remembers.
    async fn restart(self) -> Self {
        self.stop.cancel();
        self.writer.await.unwrap().unwrap();
        Self::begin(self.db, self.store, &self.url, self.hand).await
    }

    async fn look(&self, seconds: i64, place: Place, who: ShopperId, number: u128) -> Result<Reply, NotTaken> {
        self.hand.move_to(at(seconds));
        let zone = match place {
            Place::Entry => "entry",
            Place::Exit => "exit",
            Place::Shelf => "g1",
        };
        let identity = Identity::Known { shopper: who, similarity: 1.0 };
        let seen = vec![Seen { identity, means: Means::Code, x: Some(0.3), size: Some(0.4) }];
        let (id, device) = (SightingId(id(number)), DeviceId(id(9)));
        let sighting = Sighting { id, device, zone: ZoneId::from(zone), occurred_at: at(seconds), seen };
        self.desk.input(FloorInput::Look { place, sighting }).await
    }

    /// Somebody who is alone walks in, takes a cola, and walks out.
    async fn trip(&self, seconds: i64, who: ShopperId, number: u128) {
        self.look(seconds, Place::Entry, who, number).await.unwrap();
        self.look(seconds + 5, Place::Shelf, who, number + 1).await.unwrap();
        self.hand.move_to(at(seconds + 6));
        let taken = self.desk.shelf(vec![moved(number + 2, "s1", seconds + 6, -1)]).await.unwrap();
        assert_eq!(taken, [Ok(())]);
        self.look(seconds + 7, Place::Shelf, who, number + 3).await.unwrap();
        self.look(seconds + 10, Place::Exit, who, number + 4).await.unwrap();
        self.hand.move_to(at(seconds + 30));
        self.settled().await;
    }

    /// Waits until everything that is due now is committed.
    async fn settled(&self) {
        self.desk.input(FloorInput::Tick).await.unwrap();
    }

    async fn orders(&self) -> Vec<db::orders::OrderFile> {
        let newest = Window { after: None, limit: 100 };
        db::orders::list::page(&self.db, self.store, &OrderFilter::default(), &newest).await.unwrap().rows
    }

    /// Makes the database refuse rows of a table for which `condition` holds, for good.
    async fn refuse(&self, table: &str, condition: &str) {
        let sql = match self.db.engine() {
            "sqlite" => format!(
                "CREATE TRIGGER refuse_{table} BEFORE INSERT ON {table} WHEN {condition} \
                 BEGIN SELECT RAISE(ABORT, 'refused by a test'); END"
            ),
            _ => {
                let condition = condition.replace("NEW.", "");
                format!("ALTER TABLE {table} ADD CONSTRAINT refuse_{table} CHECK (NOT ({condition})) NOT VALID")
            }
        };
        self.db.pool.execute_unprepared(&sql).await.unwrap();
    }

    /// The same for rows that are changed.
    async fn refuse_changes(&self, table: &str, condition: &str) {
        if self.db.engine() != "sqlite" {
            return self.refuse(table, condition).await;
        }
        let sql = format!(
            "CREATE TRIGGER refuse_{table} BEFORE UPDATE ON {table} WHEN {condition} \
             BEGIN SELECT RAISE(ABORT, 'refused by a test'); END"
        );
        self.db.pool.execute_unprepared(&sql).await.unwrap();
    }

    async fn accept_again(&self, table: &str) {
        let sql = match self.db.engine() {
            "sqlite" => format!("DROP TRIGGER refuse_{table}"),
            _ => format!("ALTER TABLE {table} DROP CONSTRAINT refuse_{table}"),
        };
        self.db.pool.execute_unprepared(&sql).await.unwrap();
    }

    async fn kept(&self) -> Vec<db::set_aside::SetAsideRow> {
        db::set_aside::page(&self.db, self.store, &Window { after: None, limit: 100 }).await.unwrap().rows
    }
}

fn product(sku: &str, price: i64) -> Product {
    Product {
        sku: Sku::from(sku),
        gtin: None,
        name: sku.to_owned(),
        price: Some(Minor(price)),
        tax_class: TaxClass::Standard,
        unit_weight_mg: None,
    }
}

fn moved(number: u128, slot: &str, seconds: i64, units: i32) -> ShelfEvent {
    ShelfEvent {
        id: ShelfEventId(id(number)),
        slot: SlotId::from(slot),
        occurred_at: at(seconds),
        delta_units: units,
        units_after: None,
        sensor: SensorKind::Beam,
        trace: Vec::new(),
        weighed: None,
        between: None,
    }
}
