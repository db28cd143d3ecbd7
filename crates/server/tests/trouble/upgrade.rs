//! A server begins with a database of the first schema, and goes on with the visit that was under way.

use std::collections::BTreeSet;

use db::lease::WriterLock;
use db::migration::Migrator;
use domain::ids::ShoppingSessionId;
use domain::order::Order;
use jiff::SignedDuration;
use protocol::account::{AdminRole, NewAdmin};
use sea_orm::{ConnectionTrait, Database};
use sea_orm_migration::MigratorTrait;
use server::accounts;
use server::config::Config;
use server::keys::Keys;
use server::serve;
use simulator::api::Api;
use uuid::Uuid;

const FIRST_SCHEMA: &str = include_str!("../../../../fixtures/databases/first-schema.sql");
const ORPHANS: &str = include_str!("../../../../fixtures/databases/first-schema-orphans.sql");
const MASTER: &str = "0707070707070707070707070707070707070707070707070707070707070707";

/// The statements for SQLite; the face is sealed with the key that lies beside the database.
fn statements() -> Vec<String> {
    let of = |number: &str| match number.parse().unwrap() {
        0 => Order::id_for(ShoppingSessionId(Uuid::from_u128(70))).0,
        number => Uuid::from_u128(number),
    };
    let between = |text: &str, mark: char, write: &dyn Fn(&str) -> String| -> String {
        let parts = text.split(mark).enumerate();
        parts.map(|(place, part)| if place % 2 == 1 { write(part) } else { part.to_owned() }).collect()
    };
    let sealed = Keys::from_hex(MASTER).unwrap().seal(&[0; 16], of("40").as_bytes());
    let lines = FIRST_SCHEMA.lines().chain(ORPHANS.lines()).filter(|line| !line.starts_with("--") && !line.is_empty());
    lines
        .map(|line| {
            let line = between(line, '#', &|number| format!("X'{}'", of(number).simple()));
            let line = between(&line, '$', &|number| of(number).to_string());
            between(&line, '~', &|_| format!("X'{}'", server::keys::hex(&sealed)))
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_begins_with_a_database_of_the_first_schema() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = Config::default();
    config.data.folder = folder.path().to_owned();
    config.http.address = [127, 0, 0, 1].into();
    config.http.port = 0;
    config.recognition.workers = 1;
    let url = format!("{}?mode=rwc", config.database_url().split('?').next().unwrap());
    let pool = Database::connect(&url).await.unwrap();
    Migrator::up(&pool, Some(1)).await.unwrap();
    for statement in statements() {
        pool.execute_unprepared(&statement).await.unwrap_or_else(|error| panic!("{error}\n{statement}"));
    }
    pool.close().await.unwrap();
    let key_file = folder.path().join(&config.data.key_file);
    std::fs::write(&key_file, format!("{MASTER}\n")).unwrap();
    // While a server of that version runs, no command of this one changes its schema.
    let server = WriterLock::try_take(&config.database_url()).await.unwrap().expect("nobody has it");
    let beside = serve::open_store_beside(&config, "2026-01-02T08:00:00Z".parse().unwrap()).await;
    let refused = beside.map(drop).unwrap_err().to_string();
    assert!(refused.contains("stop it, start this version's once"), "{refused}");
    drop(server);
    #[cfg(unix)]
    std::fs::set_permissions(&key_file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();

    let hand = domain::clock::Hand::at("2025-11-22T08:31:00Z".parse().unwrap());
    let listener = serve::bind(&config).await.unwrap();
    let running = serve::start_by(hand.clock(), config, listener).await.unwrap();
    let app = &running.app;
    let new = NewAdmin {
        name: "Uma".to_owned(),
        email: "uma@example.org".to_owned(),
        password: "a password for a test".to_owned(),
        role: AdminRole::Owner,
    };
    accounts::create_admin(&app.db, app.store.id, uuid::Uuid::now_v7(), new, app.clock.now()).await.unwrap();
    let outside = Api::new(&format!("http://{}", running.address)).unwrap();
    let owner = outside.admin("uma@example.org", "a password for a test").await.unwrap();
    let floor = owner.floor().await.unwrap();
    let inside: BTreeSet<_> = floor.visits.iter().map(|visit| visit.shopper_name.as_str()).collect();
    assert_eq!(inside, ["Account missing", "Ada"].into(), "also a visit whose shopper's row is gone goes on");
    assert_eq!((floor.open_disputes, floor.orders_today), (1, 1));
    assert_eq!(owner.products().await.unwrap().len(), 2);
    assert_eq!(owner.planogram().await.unwrap()[0].sku, "cola");
    let settled = owner.session(Uuid::from_u128(70)).await.unwrap();
    assert_eq!(settled.visit.visit.order_id, Some(Order::id_for(ShoppingSessionId(Uuid::from_u128(70))).0));
    assert_eq!(settled.interactions.len(), 1);
    // What came in before the update and was not decided then is decided now.
    hand.move_to(domain::clock::shift(hand.clock().now(), SignedDuration::from_mins(10)));
    app.desk.input(floor::FloorInput::Tick).await.unwrap();
    let undecided = db::memory::load(&app.db, app.store.id, app.clock.now()).await.unwrap().undecided;
    assert!(undecided.is_empty(), "{undecided:?}");
    // Nobody remembers who stood there, so staff are asked: beside the case that waited already.
    assert_eq!(owner.open_reviews().await.unwrap().len(), 2);
    // The visit of the missing account ends as any other.
    let visit = ShoppingSessionId(Uuid::from_u128(72));
    app.desk.input(floor::FloorInput::CloseVisit(visit)).await.unwrap();
    hand.move_to(domain::clock::shift(hand.clock().now(), SignedDuration::from_mins(10)));
    app.desk.input(floor::FloorInput::Tick).await.unwrap();
    assert_ne!(db::sessions::one(&app.db, visit).await.unwrap().unwrap().state, "open");
    assert_eq!(db::set_aside::unseen(&app.db, app.store.id).await.unwrap(), 0);
    running.stop().await;
}
