//! Who may write: one lock, one fence, and connections that keep no transaction.

use db::commands::Answered;
use db::lease::{self, WriterLock};
use db::{DbError, Fault};
use domain::restocking::Restocking;

use super::*;

fn fact(number: i64) -> Recorded {
    let zone = ZoneId(format!("g{number}"));
    let restocking = Restocking { zone, by: AdminId(id(7)), since: at(0), until: at(1_800) };
    Recorded { seq: number, recorded_at: at(number), event: DomainEvent::RestockingBegan { restocking } }
}

#[tokio::test]
async fn a_writer_that_was_overtaken_commits_nothing_more() {
    on_both("fence", async |db| {
        let store = new_store(&db).await;
        add_admin(&db, store.id, 7).await;
        let first = lease::begin(&db, "the first", at(0)).await.unwrap();
        db::commit::commit(&db, first, store.id, &[fact(1)], Beside::default()).await.unwrap();
        assert_eq!(lease::committed_seq(&db, first).await.unwrap(), 1);
        let second = lease::begin(&db, "the second", at(5)).await.unwrap();
        assert_eq!(lease::holder(&db).await.unwrap().name, "the second");
        let late = db::commit::commit(&db, first, store.id, &[fact(2)], Beside::default()).await.unwrap_err();
        assert_eq!(late.fault(), Fault::Deposed);
        assert_eq!(db::event_log::last_seq(&db).await.unwrap(), 1);
        assert!(matches!(lease::committed_seq(&db, first).await, Err(DbError::Deposed(_))));
        assert_eq!(lease::committed_seq(&db, second).await.unwrap(), 1, "it goes on where the first one ended");
        db::commit::commit(&db, second, store.id, &[fact(2)], Beside::default()).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn facts_that_come_again_because_an_answer_was_lost_are_there_once() {
    on_both("again", async |db| {
        let store = new_store(&db).await;
        add_admin(&db, store.id, 7).await;
        let fence = lease::begin(&db, "a test", at(0)).await.unwrap();
        let facts = [fact(1), fact(2)];
        for _ in 0..2 {
            db::commit::commit(&db, fence, store.id, &facts, Beside::default()).await.unwrap();
            assert_eq!(db::event_log::last_seq(&db).await.unwrap(), 2);
        }
        db::commit::commit(&db, fence, store.id, &[fact(3)], Beside::default()).await.unwrap();
        // Numbers with a gap are of somebody who knows another log.
        let strange = db::commit::commit(&db, fence, store.id, &[fact(5)], Beside::default()).await.unwrap_err();
        assert_eq!(strange.fault(), Fault::Deposed);
        let strange =
            db::commit::commit(&db, fence, store.id, &[fact(3), fact(4)], Beside::default()).await.unwrap_err();
        assert_eq!(strange.fault(), Fault::Deposed);
        assert_eq!(db::event_log::last_seq(&db).await.unwrap(), 3);
    })
    .await;
}

#[tokio::test]
async fn one_server_at_a_time_holds_the_lock_and_its_death_lets_go_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let sqlite = format!("sqlite://{}", folder.path().join("store.db").display());
    let server = std::env::var("SMARTMART_TEST_POSTGRES").unwrap();
    let admin = sea_orm::Database::connect(&server).await.unwrap();
    let database = format!("lock_{}", Uuid::now_v7().simple());
    admin.execute_unprepared(&format!("CREATE DATABASE {database}")).await.unwrap();
    let postgres = format!("{}/{database}", server.rsplit_once('/').unwrap().0);
    for url in [sqlite, postgres] {
        let mut first = WriterLock::try_take(&url).await.unwrap().expect("nobody has it");
        assert!(WriterLock::try_take(&url).await.unwrap().is_none(), "{url}");
        assert!(first.is_held().await);
        drop(first);
        let mut again = None;
        for _ in 0..50 {
            again = WriterLock::try_take(&url).await.unwrap();
            if again.is_some() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert!(again.is_some(), "{url}");
    }
}

/// Where a full disk is played: the database's address, in the program that has one.
const FULL_DISK: &str = "SMARTMART_TEST_FULL_DISK";

/// A disk with room for a megabyte a file is played by a limit on the process: SQLite's errors are the same. It ends a transaction by
/// itself where the log cannot grow, and what the driver makes of that must not become acknowledgements without a commit.
#[tokio::test]
async fn what_is_acknowledged_on_a_full_disk_is_durable() {
    if let Ok(url) = std::env::var(FULL_DISK) {
        return commit_on_a_full_disk(&url).await;
    }
    for connections in ["1", "4"] {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("store.db").display());
        let db = Db::connect(&url, 1).await.unwrap();
        let store = new_store(&db).await;
        add_admin(&db, store.id, 7).await;
        db.close().await.unwrap();
        let program = std::env::current_exe().unwrap();
        let mut limited = std::process::Command::new("sh");
        limited.args(["-c", "trap '' XFSZ; ulimit -f 2000; exec \"$0\" \"$@\""]).arg(program);
        limited.args(["--exact", "lease::what_is_acknowledged_on_a_full_disk_is_durable", "--nocapture"]);
        let output = limited.env(FULL_DISK, &url).env("SMARTMART_TEST_CONNECTIONS", connections).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let acknowledged = said.lines().find_map(|line| line.strip_prefix("acknowledged: ")).expect(&said);
        let acknowledged: i64 = acknowledged.parse().unwrap();
        assert!(acknowledged < 100, "the disk was never full");

        let db = Db::connect(&url, 1).await.unwrap();
        assert_eq!(db::event_log::last_seq(&db).await.unwrap(), acknowledged);
        db.begin().await.expect("nobody keeps the write lock").rollback().await.unwrap();
    }
}

#[expect(clippy::print_stdout, reason = "how the limited program answers")]
async fn commit_on_a_full_disk(url: &str) {
    let connections = std::env::var("SMARTMART_TEST_CONNECTIONS").unwrap().parse().unwrap();
    let db = Db::connect(url, connections).await.unwrap();
    let store = db::stores::first(&db).await.unwrap().unwrap();
    let fence = lease::begin(&db, "a test", at(0)).await.unwrap();
    let mut acknowledged = 0;
    for round in 0..100_u128 {
        let pad = if round % 3 == 0 { 40_000 } else { 10 };
        let answered = Answered { id: id(round + 1), digest: String::new(), answer: "x".repeat(pad), at: at(1) };
        let next = [fact(acknowledged + 1)];
        match db::commit::commit(&db, fence, store.id, &next, beside(&answered)).await {
            Ok(()) => acknowledged += 1,
            Err(error) => assert_eq!(error.fault(), Fault::Passing, "{error}"),
        }
    }
    println!("acknowledged: {acknowledged}");
}

#[tokio::test]
async fn errors_in_the_data_last_and_others_pass() {
    on_both("faults", async |db| {
        let store = new_store(&db).await;
        add_admin(&db, store.id, 7).await;
        let fence = lease::begin(&db, "a test", at(0)).await.unwrap();
        let twice = db::commit::commit(&db, fence, store.id, &[fact(1), fact(1)], Beside::default()).await;
        assert_eq!(twice.unwrap_err().fault(), Fault::Lasting, "a unique key");
        let known = Answered { id: id(1), digest: "d".to_owned(), answer: "{}".to_owned(), at: at(1) };
        db::commit::commit(&db, fence, store.id, &[fact(1)], beside(&known)).await.unwrap();
        let again = db::commit::commit(&db, fence, store.id, &[fact(2)], beside(&known)).await;
        assert_eq!(again.unwrap_err().fault(), Fault::Lasting);
        assert_eq!(db::commands::answered(&db, id(1)).await.unwrap(), Some(known));
        assert_eq!(db::event_log::last_seq(&db).await.unwrap(), 1, "all or nothing");
        let alone = Answered { id: id(2), digest: "e".to_owned(), answer: "{}".to_owned(), at: at(2) };
        for _ in 0..2 {
            db::commit::commit(&db, fence, store.id, &[], beside(&alone)).await.unwrap();
        }
        assert_eq!(db::commands::answered(&db, id(2)).await.unwrap(), Some(alone.clone()), "without a fact, and again");
        lease::begin(&db, "another", at(3)).await.unwrap();
        let late = db::commit::commit(&db, fence, store.id, &[], beside(&alone)).await;
        assert_eq!(late.unwrap_err().fault(), Fault::Deposed);
    })
    .await;
}

fn beside(answered: &Answered) -> Beside<'_> {
    Beside { answered: Some(answered), ..Beside::default() }
}
