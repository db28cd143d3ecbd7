//! What the campaign does to a database, on both engines: it is there, and it is gone.

use campaign::database::Database;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

async fn on_both(story: impl AsyncFn(Database)) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("store.db").display());
    db::Db::connect(&url, 1).await.unwrap().close().await.unwrap();
    story(Database::open(&url).await.unwrap()).await;
    let server = std::env::var("SMARTMART_TEST_POSTGRES")
        .expect("SMARTMART_TEST_POSTGRES must name a PostgreSQL database: `cargo xtask test` starts one");
    let name = format!("campaign_{}", Uuid::now_v7().simple());
    let admin = sea_orm::Database::connect(&server).await.unwrap();
    admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
    let url = format!("{}/{name}", server.rsplit_once('/').unwrap().0);
    db::Db::connect(&url, 1).await.unwrap().close().await.unwrap();
    story(Database::open(&url).await.unwrap()).await;
}

#[tokio::test]
async fn every_table_refuses_and_takes_again() {
    on_both(async |database| {
        let tables = database.tables().await.unwrap();
        assert!(tables.iter().any(|table| table == "orders") && tables.len() > 25, "{tables:?}");
        // The log of events refers to nothing.
        let insert = "INSERT INTO event_log (seq, store_id, kind, recorded_at, payload) \
                      VALUES (1, '00000000-0000-0000-0000-000000000001', 'a', 1, '{}')";
        for table in &tables {
            database.refuse(table).await.unwrap();
            if table == "event_log" {
                let transaction = database.begin().await.unwrap();
                let refused = transaction.execute_unprepared(insert).await.unwrap_err().to_string();
                assert!(refused.contains("refused by the campaign"), "{refused}");
                transaction.rollback().await.unwrap();
            }
            database.take_again(table).await.unwrap();
        }
        let transaction = database.begin().await.unwrap();
        transaction.execute_unprepared(insert).await.unwrap();
        transaction.rollback().await.unwrap();
    })
    .await;
}
