//! Foreign keys, as the databases' own catalogues tell of them: every table has its keys, each refuses a row that points nowhere, and
//! nothing that went through before them fails now.

use std::collections::{BTreeMap, BTreeSet};

use db::{DbError, Fault};
use sea_orm::{DbBackend, Statement};

use super::upgrade::{fill_the_rest, filled, rows};
use super::*;

/// Tables without a `store_id`, or without a key for it, and why.
const WITHOUT_STORE: [(&str, &str); 5] = [
    ("stores", "is the store"),
    ("writers", "one server writes a database, whichever stores are in it"),
    ("event_log", "a log keeps the ids as they were written; a key costs the writer a look-up a fact"),
    ("shelf_events", "as the event log"),
    ("seaql_migrations", "is the migrations' own"),
];

/// Columns that name a row by its id and have no key, and why.
const WITHOUT_KEY: [(&str, &str, &str); 2] = [
    ("event_log", "shopper_id", "a log keeps the ids as they were written"),
    ("event_log", "session_id", "a log keeps the ids as they were written"),
];

/// Columns by table, and keys as table, columns and parent.
struct Catalogue {
    columns: BTreeMap<String, BTreeSet<String>>,
    keys: BTreeSet<(String, Vec<String>, String)>,
}

async fn catalogue(db: &Db) -> Catalogue {
    let (columns, keys) = match db.pool.get_database_backend() {
        DbBackend::Postgres => (
            "SELECT table_name AS t, column_name AS c FROM information_schema.columns WHERE table_schema = 'public'",
            "SELECT conname AS n, conrelid::regclass::text AS t, attname AS c, confrelid::regclass::text AS p \
             FROM pg_constraint, unnest(conkey) WITH ORDINALITY AS k (number, place) \
             JOIN pg_attribute ON attnum = number WHERE contype = 'f' AND convalidated AND attrelid = conrelid ORDER BY n, place",
        ),
        _ => (
            "SELECT m.name AS t, c.name AS c FROM sqlite_master AS m, pragma_table_info(m.name) AS c WHERE m.type = 'table'",
            "SELECT k.id || m.name AS n, m.name AS t, k.\"from\" AS c, k.\"table\" AS p \
             FROM sqlite_master AS m, pragma_foreign_key_list(m.name) AS k WHERE m.type = 'table' ORDER BY n, seq",
        ),
    };
    let ask = async |sql: &str| {
        let statement = Statement::from_string(db.pool.get_database_backend(), sql);
        db.pool.query_all_raw(statement).await.unwrap()
    };
    let mut found = Catalogue { columns: BTreeMap::new(), keys: BTreeSet::new() };
    for row in ask(columns).await {
        let (table, column) = (row.try_get("", "t").unwrap(), row.try_get("", "c").unwrap());
        found.columns.entry(table).or_default().insert(column);
    }
    let mut by_name: BTreeMap<String, (String, Vec<String>, String)> = BTreeMap::new();
    for row in ask(keys).await {
        let (table, parent) = (row.try_get("", "t").unwrap(), row.try_get("", "p").unwrap());
        let key = by_name.entry(row.try_get("", "n").unwrap()).or_insert((table, Vec::new(), parent));
        key.1.push(row.try_get("", "c").unwrap());
    }
    found.keys = by_name.into_values().collect();
    found
}

#[tokio::test]
async fn every_table_belongs_to_a_store_and_every_id_of_a_row_has_its_key() {
    on_both("catalogue", async |db| {
        let found = catalogue(&db).await;
        assert!(found.columns.len() > 30, "{:?}", found.columns.keys());
        let has = |table: &str, column: &str| {
            found.keys.iter().any(|(of, columns, _)| of == table && columns.iter().any(|one| one == column))
        };
        let store = ["store_id".to_owned()];
        for (table, columns) in &found.columns {
            if !WITHOUT_STORE.iter().any(|(without, _)| without == table) {
                let key = (table.clone(), store.to_vec(), "stores".to_owned());
                assert!(found.keys.contains(&key), "{table} has no store_id with a key");
            }
            let ids = columns.iter().filter(|column| column.ends_with("_id") || column.ends_with("_by"));
            for column in ids.filter(|column| **column != "store_id") {
                let is_word = WITHOUT_KEY.iter().any(|(of, word, _)| of == table && word == column)
                    // By what means, not by whom.
                    || ["opened_by", "exited_by"].contains(&column.as_str());
                assert!(is_word || has(table, column), "{table}.{column} has no key");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn each_key_refuses_a_row_that_points_nowhere() {
    on_both_bare("orphans", async |url| {
        let pool = sea_orm::Database::connect(&url).await.unwrap();
        filled(&pool).await;
        pool.close().await.unwrap();
        let db = Db::connect(&url, 4).await.unwrap();
        fill_the_rest(&db.pool).await;
        let keys = catalogue(&db).await.keys;
        assert!(keys.len() > 50, "{keys:?}");
        let (row, nowhere) = match db.pool.get_database_backend() {
            DbBackend::Postgres => ("ctid", "'0000000f-0000-0000-0000-00000000000f'"),
            _ => ("rowid", "X'0000000f00000000000000000000000f'"),
        };
        for (table, columns, parent) in keys {
            // A key with an SKU is looked at by the SKU: its store has a key of its own.
            let column = columns.last().unwrap();
            let value = if column == "sku" { "'nothing'" } else { nowhere };
            let update = format!(
                "UPDATE {table} SET {column} = {value} \
                 WHERE {row} = (SELECT {row} FROM {table} WHERE {column} IS NOT NULL LIMIT 1)"
            );
            let refused = match db.pool.execute_unprepared(&update).await {
                Ok(done) => panic!("{table}.{column} > {parent}: {} rows point nowhere", done.rows_affected()),
                Err(error) => error,
            };
            let said = refused.to_string();
            assert!(said.to_lowercase().contains("foreign key constraint"), "{table}.{column} > {parent}: {said}");
            assert_eq!(DbError::from(refused).fault(), Fault::Lasting, "{said}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_fact_about_nobody_is_refused_for_good_and_the_error_says_where() {
    on_both("nobody", async |db| {
        let store = new_store(&db).await;
        let fence = db::lease::begin(&db, "a test", at(0)).await.unwrap();
        let opened = |seq: i64, shopper: ShopperId| Recorded {
            seq,
            recorded_at: at(0),
            event: DomainEvent::SessionOpened {
                session: domain::ids::ShoppingSessionId(id(70)),
                shopper,
                at: at(0),
                by: Means::Code,
                sighting: SightingId(id(1)),
            },
        };
        let refused = db::commit::commit(&db, fence, store.id, &[opened(1, ShopperId(id(1)))], Beside::default())
            .await
            .unwrap_err();
        assert_eq!(refused.fault(), Fault::Lasting);
        assert!(refused.to_string().starts_with("shopping_sessions: "), "{refused}");
        assert_eq!(db::event_log::last_seq(&db).await.unwrap(), 0, "nothing of it is there");
        let ada = add_shopper(&db, store.id, 1).await;
        db::commit::commit(&db, fence, store.id, &[opened(1, ada)], Beside::default()).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_face_is_erased_and_expires_with_rows_in_every_table() {
    on_both_bare("erasure", async |url| {
        let pool = sea_orm::Database::connect(&url).await.unwrap();
        filled(&pool).await;
        pool.close().await.unwrap();
        let db = Db::connect(&url, 4).await.unwrap();
        fill_the_rest(&db.pool).await;
        let store = db::stores::first(&db).await.unwrap().unwrap().id;
        let (ada, program) = (ShopperId(id(40)), DeviceId(id(30)));
        for table in catalogue(&db).await.columns.keys() {
            assert!(rows(&db, table).await > 0, "nothing is in {table}");
        }
        let kept = async || (rows(&db, "orders").await, rows(&db, "interactions").await, rows(&db, "consents").await);
        let before = kept().await;

        let begun =
            db::erasures::begin(&db, store, ada, id(900), db::from_micros(1_763_800_300_000_000)).await.unwrap();
        assert_eq!(begun.templates, 1);
        let done = db::erasures::finish(&db, begun.id, db::from_micros(1_763_800_300_000_001)).await.unwrap();
        assert!(done.unwrap().done_at.is_some());
        assert!(db::faces::of_shopper(&db, ada).await.unwrap().is_empty());
        assert!(db::faces::consents(&db, ada).await.unwrap().iter().all(|consent| consent.withdrawn_at.is_some()));
        assert_eq!(kept().await, before);

        let enrolment = db::faces::Enrolment {
            store,
            shopper: ada,
            consent_version: "v2".to_owned(),
            by_film: false,
            model: "m".to_owned(),
            templates: vec![(id(901), vec![1])],
            enrolled_at: at(0),
            expires_at: at(1),
        };
        db::faces::replace(&db, enrolment).await.unwrap();
        assert_eq!(db::faces::delete_expired(&db, ada, at(2)).await.unwrap(), 1);
        db::devices::revoke(&db, program).await.unwrap().unwrap();
        assert_eq!(db::gallery_faces::delete(&db, program, &db::gallery_faces::Which::All).await.unwrap(), 1);
        db::accounts::delete_login(&db, "token of ada", at(0)).await.unwrap();
    })
    .await;
}
