//! A database of the first schema, with something in every table, is brought up to date and can be read.

use std::collections::BTreeSet;

use db::Db;
use db::accounts::Audience;
use db::commit::{Beside, Recorded};
use db::migration::Migrator;
use db::orders::disputes::DisputeFilter;
use db::orders::list::OrderFilter;
use db::planogram::list::FacingFilter;
use domain::dispute::{ContestedLine, Dispute, DisputeReason};
use domain::event::DomainEvent;
use domain::ids::{AdminId, DeviceId, DisputeId, OrderId, ShopperId, ShoppingSessionId, Sku, SlotId};
use domain::money::Minor;
use domain::order::Order;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};
use sea_orm_migration::MigratorTrait;

use super::{at, empty_postgres, first, id, on_both_bare};

const FIRST_SCHEMA: &str = include_str!("../../../../fixtures/databases/first-schema.sql");
const ORPHANS: &str = include_str!("../../../../fixtures/databases/first-schema-orphans.sql");

/// Something in each table that is younger than the first schema, and in each column that it left empty.
const THE_REST: &str = "
UPDATE reviews SET decided_session_id = #70# WHERE id = #101#;
INSERT INTO login_sessions (token_hash, store_id, admin_id, created_at, expires_at) VALUES ('token of olga', #1#, #50#, 0, 4102444800000000);
INSERT INTO facing_changes (id, store_id, slot, made_at, made_by, means) VALUES (#140#, #1#, 's1', 0, #50#, 'page');
INSERT INTO gallery_faces (id, store_id, device_id, gallery, subject, model, sealed, created_at, expires_at) VALUES (#141#, #1#, #30#, 'club', 'member-7', 'm', ~07~, 0, 4102444800000000);
INSERT INTO erasures (id, store_id, shopper_id, templates, asked_at, done_at) VALUES (#142#, #1#, #40#, 3, 0, 1);
INSERT INTO key_fingerprints (store_id, fingerprint, noted_at) VALUES (#1#, 'f', 0);
INSERT INTO writers (id, fence, holder, since, committed_seq) VALUES (1, 1, 'a test', 0, 5);
INSERT INTO commands (id, store_id, digest, answer, decided_at) VALUES (#143#, #1#, 'd', '{}', 0);
INSERT INTO set_aside (id, store_id, kind, cause, payload, set_aside_at, seen_by, seen_at) VALUES (#144#, #1#, 'input', 'a test', '{}', 0, #50#, 1);
INSERT INTO stock_counts (store_id, slot, sku, units, counted_at, counted_by) VALUES (#1#, 's1', 'cola', 9, 0, #50#);
INSERT INTO restockings (store_id, zone, since, until, admin_id) VALUES (#1#, 'g1', 0, 1, #50#);
INSERT INTO store_changes (store_id, version, made_at, made_by, before) VALUES (#1#, 2, 0, #50#, '{}');
INSERT INTO room_plans (store_id, version, saved_at, saved_by, plan) VALUES (#1#, 1, 0, #50#, '{\"cameras\":[],\"gates\":[],\"gondolas\":[]}');
INSERT INTO tax_changes (store_id, valid_from, standard_rate_bp, reduced_rate_bp) VALUES (#1#, '2026-01-01', 1900, 700);
";

/// The statements with ids and bytes as the engine writes them. The order's id is derived of its visit's.
fn statements(engine: DbBackend, text: &str) -> Vec<String> {
    let of = |number: &str| match number.parse().unwrap() {
        0 => Order::id_for(ShoppingSessionId(id(70))).0,
        number => id(number),
    };
    let between = |text: &str, mark: char, write: &dyn Fn(&str) -> String| -> String {
        let parts = text.split(mark).enumerate();
        parts.map(|(place, part)| if place % 2 == 1 { write(part) } else { part.to_owned() }).collect()
    };
    let sqlite = engine == DbBackend::Sqlite;
    let literal = |number: &str| match sqlite {
        true => format!("X'{}'", of(number).simple()),
        false => format!("'{}'", of(number)),
    };
    let bytes = |digits: &str| if sqlite { format!("X'{digits}'") } else { format!("'\\x{digits}'") };
    let lines = text.lines().filter(|line| !line.starts_with("--") && !line.is_empty());
    lines
        .map(|line| {
            let line = between(line, '#', &literal);
            let line = between(&line, '$', &|number| of(number).to_string());
            between(&line, '~', &bytes)
        })
        .collect()
}

async fn run(pool: &DatabaseConnection, text: &str) {
    for statement in statements(pool.get_database_backend(), text) {
        pool.execute_unprepared(&statement).await.unwrap_or_else(|error| panic!("{error}\n{statement}"));
    }
}

/// Makes a database of the first schema with something in every table.
pub(super) async fn filled(pool: &DatabaseConnection) {
    Migrator::up(pool, Some(1)).await.unwrap();
    run(pool, FIRST_SCHEMA).await;
}

/// Puts something into every other table of a database that was brought up to date.
pub(super) async fn fill_the_rest(pool: &DatabaseConnection) {
    run(pool, THE_REST).await;
}

#[tokio::test]
async fn a_database_of_the_first_schema_is_brought_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    let sqlite = format!("sqlite://{}?mode=rwc", folder.path().join("store.db").display());
    for url in [sqlite, empty_postgres("upgrade").await] {
        let pool = Database::connect(&url).await.unwrap();
        filled(&pool).await;
        pool.close().await.unwrap();
        reads_everything(&Db::connect(&url, 4).await.unwrap()).await;
    }
}

/// Nothing is lost of it, nothing stops because of it, and nothing new may point nowhere.
#[tokio::test]
async fn rows_that_point_nowhere_stop_no_update_and_stay() {
    on_both_bare("nowhere", async |url| {
        let pool = Database::connect(&url).await.unwrap();
        filled(&pool).await;
        run(&pool, ORPHANS).await;
        pool.close().await.unwrap();
        let db = Db::connect(&url, 4).await.unwrap();
        let (store, now) = (db::stores::first(&db).await.unwrap().unwrap().id, db::from_micros(1_763_800_300_000_000));
        let (nobody, missing) = (ShopperId(id(404)), AdminId(id(409)));

        // The bill, the visit, the work and the facts are there.
        let orders = db::orders::list::page(&db, store, &OrderFilter::default(), &first(9)).await.unwrap().rows;
        assert_eq!(orders.iter().map(|file| file.order.total()).collect::<Vec<_>>(), [Minor(298), Minor(149)]);
        assert_eq!(db::sessions::of_shopper(&db, nobody).await.unwrap().len(), 1);
        assert_eq!(db::sessions::interactions(&db, ShoppingSessionId(id(405))).await.unwrap().len(), 1);
        assert_eq!(db::outbox::waiting(&db, store).await.unwrap(), 3);
        let planogram = db::planogram::planogram(&db, store).await.unwrap();
        assert_eq!(planogram.facing(&SlotId::from("s7")).unwrap().sku, Sku::from("nothing"));
        let decided = db::reviews::one(&db, domain::ids::ReviewId(id(102))).await.unwrap().unwrap().decided;
        assert_eq!(decided.unwrap().0, Some(ShoppingSessionId(id(406))));
        assert_eq!(db::memory::load(&db, store, now).await.unwrap().sessions.len(), 2);
        assert_eq!(rows(&db, "order_lines").await, 3);
        assert_eq!(rows(&db, "refunds").await, 2);

        // The accounts are told to be missing; nobody gets in by them, and a face of nobody is gone.
        let account = db::accounts::shopper(&db, nobody).await.unwrap().unwrap();
        assert_eq!((account.name.as_str(), account.password_hash.as_str()), ("Account missing", ""));
        assert!(!account.email.contains('@'));
        assert_eq!(db::accounts::admin(&db, missing).await.unwrap().unwrap().role, "staff");
        for (token, audience) in [("token of nobody", Audience::Shopper), ("token of a missing admin", Audience::Admin)]
        {
            assert_eq!(db::accounts::login(&db, token, audience, now).await.unwrap(), None, "{token}");
        }
        assert!(db::faces::of_shopper(&db, nobody).await.unwrap().is_empty());
        assert_eq!(db::faces::consents(&db, nobody).await.unwrap().len(), 1);
        assert_eq!(db::faces::of_shopper(&db, ShopperId(id(40))).await.unwrap().len(), 1, "others' are not");

        // What was possible before still is.
        let fence = db::lease::begin(&db, "a test", now).await.unwrap();
        let file = db::orders::file(&db, OrderId(id(130))).await.unwrap().unwrap();
        let line = ContestedLine { sku: Sku::from("cola"), quantity: 1, reason: DisputeReason::PutBack };
        let dispute = Dispute::open(DisputeId(id(131)), &file.order, &[], vec![line], "", now).unwrap();
        let opened = DomainEvent::DisputeOpened { dispute, shopper: nobody };
        let recorded = Recorded { seq: 6, recorded_at: now, event: opened };
        db::commit::commit(&db, fence, store, &[recorded], Beside::default()).await.unwrap();
        db::outbox::failed(&db, id(122), "no such order", at(0)).await.unwrap();
        db::catalog::remove_facing(&db, store, &SlotId::from("s7"), now).await.unwrap();

        // And nothing new points nowhere, where something old does.
        for (table, column, row) in [("interactions", "session_id", 90), ("outbox", "order_id", 120)] {
            let update = format!("UPDATE {table} SET {column} = #499# WHERE id = #{row}#;");
            let update = statements(db.pool.get_database_backend(), &update).remove(0);
            let refused = db.pool.execute_unprepared(&update).await.unwrap_err().to_string();
            assert!(refused.to_lowercase().contains("foreign key constraint"), "{refused}");
        }
        if db.engine() == "sqlite" {
            // As if it had died between the tables and the note of the migration.
            let note = "DELETE FROM seaql_migrations WHERE version LIKE 'm0014%'";
            db.pool.execute_unprepared(note).await.unwrap();
        }
        db.close().await.unwrap();
        let again = Db::connect(&url, 1).await.unwrap();
        assert_eq!(rows(&again, "orders").await, 2);
    })
    .await;
}

pub(super) async fn rows(db: &Db, table: &str) -> i64 {
    let counted = Statement::from_string(db.pool.get_database_backend(), format!("SELECT COUNT(*) FROM {table}"));
    db.pool.query_one_raw(counted).await.unwrap().unwrap().try_get_by_index(0).unwrap()
}

async fn reads_everything(db: &Db) {
    let store = db::stores::first(db).await.unwrap().unwrap().id;
    let now = db::from_micros(1_763_800_300_000_000);
    let (ada, visit) = (ShopperId(id(40)), ShoppingSessionId(id(70)));

    let catalog = db::catalog::catalog(db, store).await.unwrap();
    assert_eq!(catalog.0.len(), 2);
    let facings = db::planogram::list::page(db, store, &FacingFilter::default(), &first(9)).await.unwrap().rows;
    assert_eq!((facings.len(), &facings[0].sku, facings[0].x), (1, &Sku::from("cola"), Some(0.25)));
    let then = db::planogram::planogram_at(db, store, db::from_micros(1_763_800_000_500_000)).await.unwrap();
    assert_eq!(then.facing(&SlotId::from("s1")).unwrap().sku, Sku::from("bread"));
    assert!(db::planogram::list::history(db, store, None, &first(9)).await.unwrap().rows.is_empty());
    assert!(db::stock::by_slot(db, store, now).await.unwrap().is_empty(), "nobody had counted yet");

    assert_eq!(db::devices::page(db, store, None, &first(9)).await.unwrap().rows.len(), 2);
    assert_eq!(db::devices::by_token(db, "token of the node").await.unwrap().unwrap().id, id(30));
    let shoppers = db::accounts::list::shoppers(db, store, None, &first(9)).await.unwrap().rows;
    assert_eq!(shoppers[0].email, "ada@example.org");
    assert_eq!(db::accounts::list::admins(db, store, None, &first(9)).await.unwrap().rows[0].role, "owner");
    assert_eq!(db::accounts::login(db, "token of ada", Audience::Shopper, now).await.unwrap(), Some(ada.0));

    let faces = db::faces::of_shopper(db, ada).await.unwrap();
    assert_eq!((faces.len(), faces[0].sealed.as_slice()), (1, [7, 8, 9].as_slice()));
    assert_eq!(faces[0].source, db::faces::Source::Enrolment);
    let consents = db::faces::consents(db, ada).await.unwrap();
    assert_eq!((consents.len(), consents[0].learns_since, consents[0].by_film), (1, None, false));
    assert_eq!(db::accounts::list::enrolled(db, &shoppers, now).await.unwrap(), BTreeSet::from([ada.0]));

    assert_eq!(db::sessions::of_shopper(db, ada).await.unwrap().len(), 2);
    assert_eq!(db::sessions::interactions(db, visit).await.unwrap()[0].quantity, 2);
    let orders = db::orders::list::page(db, store, &OrderFilter::default(), &first(9)).await.unwrap().rows;
    let file = db::orders::of_session(db, visit).await.unwrap().unwrap();
    assert_eq!(orders, std::slice::from_ref(&file));
    assert_eq!((file.order.total(), file.refunds[0].amount, file.disputes.len()), (Minor(298), Minor(149), 2));
    let disputes = db::orders::disputes::page(db, store, &DisputeFilter::default(), &first(9)).await.unwrap().rows;
    assert_eq!(disputes.iter().map(|(dispute, _)| dispute.id.0).collect::<Vec<_>>(), [id(111), id(110)]);
    assert_eq!(db::reviews::open(db, store).await.unwrap().len(), 1);
    assert_eq!(db::reviews::one(db, domain::ids::ReviewId(id(101))).await.unwrap().unwrap().decided.unwrap().0, None);
    let told = db::event_log::told(db, store, &first(9)).await.unwrap().rows;
    assert_eq!(told.iter().map(|one| one.seq).collect::<Vec<_>>(), [5, 4, 3, 1]);
    assert!(db::event_log::left_out(db, ada, visit).await.unwrap().is_empty());
    assert_eq!(db::mailbox::page(db, store, None, &first(9)).await.unwrap().rows.len(), 1);
    assert!(db::devices::one(db, DeviceId(id(31))).await.unwrap().is_some());

    let memory = db::memory::load(db, store, now).await.unwrap();
    assert_eq!((memory.sessions.len(), memory.undecided.len(), memory.reviews.len()), (1, 1, 1));
    assert_eq!((memory.last_order, memory.recent_events.len()), (7, 3));
}
