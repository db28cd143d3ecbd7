//! What foreign keys cost the writer: commits of picks on PostgreSQL, without keys, with the schema's, and with keys on the logs too.
//! Needs `SMARTMART_TEST_POSTGRES`, where it makes three databases.

#![allow(clippy::print_stdout, reason = "a measurement talks to the person")]

use std::time::{Duration, Instant};

use db::accounts::ShopperRow;
use db::commit::{Beside, Recorded};
use db::lease::Fence;
use db::stores::Store;
use db::{Db, DbError};
use domain::catalog::TaxRates;
use domain::event::DomainEvent;
use domain::ids::{InteractionId, ShelfEventId, ShopperId, ShoppingSessionId, SightingId, Sku, SlotId, StoreId};
use domain::interaction::{Basis, Evidence, Interaction, InteractionKind};
use domain::money::{BasisPoints, Currency};
use domain::shelf::{SensorKind, ShelfEvent};
use domain::sighting::Means;
use jiff::Timestamp;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use uuid::Uuid;

/// Commits of each size that are measured, in each database.
const TIMES: usize = 400;
/// Picks in one commit: an idle store, and one under load.
const SIZES: [usize; 2] = [1, 64];

const LOG_KEYS: [&str; 4] = [
    "ALTER TABLE shelf_events ADD FOREIGN KEY (store_id) REFERENCES stores (id)",
    "ALTER TABLE event_log ADD FOREIGN KEY (store_id) REFERENCES stores (id)",
    "ALTER TABLE event_log ADD FOREIGN KEY (shopper_id) REFERENCES shoppers (id)",
    "ALTER TABLE event_log ADD FOREIGN KEY (session_id) REFERENCES shopping_sessions (id)",
];

#[tokio::main]
async fn main() -> Result<(), DbError> {
    let url = std::env::var("SMARTMART_TEST_POSTGRES").expect("SMARTMART_TEST_POSTGRES names a PostgreSQL database");
    let mut kinds = [
        ("no keys", Measured::open(&url, "without").await?),
        ("the schema's keys", Measured::open(&url, "with").await?),
        ("keys on the logs too", Measured::open(&url, "logs").await?),
    ];
    kinds[0].1.drop_keys().await?;
    for statement in LOG_KEYS {
        kinds[2].1.db.pool.execute_unprepared(statement).await?;
    }
    for size in SIZES {
        let mut took = [const { Vec::new() }; 3];
        for _ in 0..TIMES {
            // In turn, so that whatever else the machine does meets all of them.
            for (place, (_, measured)) in kinds.iter_mut().enumerate() {
                took[place].push(measured.commit(size).await?);
            }
        }
        let medians = took.map(|mut took| {
            took.sort();
            took[took.len() / 2].as_secs_f64() * 1e6
        });
        for ((kind, _), median) in kinds.iter().zip(medians) {
            let more = (median / medians[0] - 1.0) * 100.0;
            println!("{size:>3} picks a commit, {kind:<21} {median:>8.0} us {more:>+6.1} %");
        }
    }
    Ok(())
}

struct Measured {
    db: Db,
    store: StoreId,
    fence: Fence,
    session: ShoppingSessionId,
    seq: i64,
}

impl Measured {
    async fn open(server: &str, name: &str) -> Result<Self, DbError> {
        let database = format!("keys_{name}_{}", Uuid::now_v7().simple());
        let admin = Db::open(server, 1).await?;
        admin.pool.execute_unprepared(&format!("CREATE DATABASE {database}")).await?;
        let server = server.rsplit_once('/').map_or(server, |(server, _)| server);
        let db = Db::connect(&format!("{server}/{database}"), 1).await?;
        let rates = TaxRates { standard: BasisPoints(1_900), reduced: BasisPoints(700) };
        let store = Store::plain(StoreId(Uuid::now_v7()), "Measured", Currency::EUR, rates);
        db::stores::insert(&db, &store, Timestamp::UNIX_EPOCH).await?;
        let shopper = ShopperId(Uuid::now_v7());
        let row = ShopperRow {
            id: shopper.0,
            store_id: store.id.0,
            name: "Ada".to_owned(),
            email: "ada@example.org".to_owned(),
            password_hash: "none".to_owned(),
            created_at: 0,
        };
        db::accounts::insert_shopper(&db, row).await?;
        let fence = db::lease::begin(&db, "a measurement", Timestamp::UNIX_EPOCH).await?;
        let session = ShoppingSessionId(Uuid::now_v7());
        let mut measured = Self { db, store: store.id, fence, session, seq: 0 };
        let (at, by, sighting) = (Timestamp::UNIX_EPOCH, Means::Code, SightingId(Uuid::now_v7()));
        measured.write(vec![DomainEvent::SessionOpened { session, shopper, at, by, sighting }]).await?;
        Ok(measured)
    }

    async fn drop_keys(&self) -> Result<(), DbError> {
        let sql = "SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) \
                   FROM pg_constraint WHERE contype = 'f'";
        for row in self.db.pool.query_all_raw(Statement::from_string(DbBackend::Postgres, sql)).await? {
            self.db.pool.execute_unprepared(&row.try_get_by_index::<String>(0)?).await?;
        }
        Ok(())
    }

    /// How long a commit of `picks` takes, each kept at the shelf and attributed.
    async fn commit(&mut self, picks: usize) -> Result<Duration, DbError> {
        let at = Timestamp::UNIX_EPOCH;
        let session = self.session;
        let facts = (0..picks).flat_map(|_| {
            let event = ShelfEvent {
                id: ShelfEventId(Uuid::now_v7()),
                slot: SlotId::from("g1s1"),
                occurred_at: at,
                delta_units: -1,
                units_after: Some(7),
                sensor: SensorKind::LoadCell,
                trace: vec![0.5; 16],
                weighed: None,
                between: None,
            };
            let evidence = Evidence {
                shelf_event: event.clone(),
                contents: Vec::new(),
                candidates: Vec::new(),
                sightings: vec![SightingId(Uuid::now_v7()); 4],
                basis: Basis::SeenAtShelf,
            };
            let interaction = Interaction {
                id: InteractionId(Uuid::now_v7()),
                session,
                kind: InteractionKind::Pick,
                sku: Sku::from("cola"),
                quantity: 1,
                occurred_at: at,
                price: None,
                confidence: 0.97,
                evidence,
            };
            [DomainEvent::ShelfEventKept { event, at }, DomainEvent::InteractionRecorded { interaction }]
        });
        let facts = facts.collect();
        let started = Instant::now();
        self.write(facts).await?;
        Ok(started.elapsed())
    }

    async fn write(&mut self, facts: Vec<DomainEvent>) -> Result<(), DbError> {
        let recorded_at = Timestamp::UNIX_EPOCH;
        let numbered = (self.seq + 1..).zip(facts);
        let recorded: Vec<_> = numbered.map(|(seq, event)| Recorded { seq, recorded_at, event }).collect();
        self.seq += recorded.len() as i64;
        db::commit::commit(&self.db, self.fence, self.store, &recorded, Beside::default()).await
    }
}
