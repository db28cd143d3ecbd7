//! A database of the first schema, with something in every table, is brought up to date and can be read.

use std::collections::BTreeSet;

use db::Db;
use db::accounts::Audience;
use db::migration::Migrator;
use db::orders::disputes::DisputeFilter;
use db::orders::list::OrderFilter;
use db::planogram::list::FacingFilter;
use domain::ids::{DeviceId, ShopperId, ShoppingSessionId, Sku, SlotId};
use domain::money::Minor;
use domain::order::Order;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend};
use sea_orm_migration::MigratorTrait;

use super::{empty_postgres, first, id};

const FIRST_SCHEMA: &str = include_str!("../../../../fixtures/databases/first-schema.sql");

/// The statements with ids and bytes as the engine writes them. The order's id is derived of its visit's.
fn statements(engine: DbBackend) -> Vec<String> {
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
    let lines = FIRST_SCHEMA.lines().filter(|line| !line.starts_with("--") && !line.is_empty());
    lines
        .map(|line| {
            let line = between(line, '#', &literal);
            let line = between(&line, '$', &|number| of(number).to_string());
            between(&line, '~', &bytes)
        })
        .collect()
}

async fn filled(pool: &DatabaseConnection) {
    Migrator::up(pool, Some(1)).await.unwrap();
    for statement in statements(pool.get_database_backend()) {
        pool.execute_unprepared(&statement).await.unwrap_or_else(|error| panic!("{error}\n{statement}"));
    }
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
    assert_eq!(db::mailbox::page(db, None, &first(9)).await.unwrap().rows.len(), 1);
    assert!(db::devices::one(db, DeviceId(id(31))).await.unwrap().is_some());

    let memory = db::memory::load(db, store, now).await.unwrap();
    assert_eq!((memory.sessions.len(), memory.undecided.len(), memory.reviews.len()), (1, 1, 1));
    assert_eq!((memory.last_order, memory.recent_events.len()), (7, 3));
}
