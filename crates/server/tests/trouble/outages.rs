//! What the server leans on goes away for a while, a mail server or the database: nothing is lost, nothing comes twice.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use db::Db;
use domain::clock::shift;
use jiff::SignedDuration;
use protocol::device::{DeviceRole, GateOutcome, LookAck};
use reqwest::StatusCode;
use sea_orm::ConnectionTrait;
use server::config::{MailTransport, SmtpSecurity};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use uuid::Uuid;

use crate::shop::Shop;

/// Ten minutes, as long as the mail server is down.
const OUTAGE_S: i64 = 600;

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_waits_for_the_mail_server_and_comes_once() {
    // A port that nobody listens on, until the mail server is back.
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let shop = Shop::open(|config| {
        config.mail.transport = MailTransport::Smtp;
        config.mail.smtp.host = "127.0.0.1".to_owned();
        config.mail.smtp.port = port;
        config.mail.smtp.security = SmtpSecurity::None;
    })
    .await;
    let ada = shop.shopper("Ada").await;
    shop.trip(&ada, "g1s1").await;
    let (db, store) = (&shop.running.app.db, shop.running.app.store.id);
    let first_failure = async || {
        let due =
            db::outbox::due(db, store, shift(shop.hand.clock().now(), SignedDuration::from_hours(1)), 1).await.unwrap();
        due.first().is_some_and(|row| row.attempts > 0)
    };
    wait_for("the first failure", first_failure).await;
    for _ in 0..10 {
        shop.later(OUTAGE_S / 10).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(db::outbox::waiting(db, store).await.unwrap(), 1);
    assert_eq!(ada.orders().await.unwrap().len(), 1, "the order does not wait for the mail");

    let mails = MailServer::start(port).await;
    shop.later(OUTAGE_S).await;
    let delivered = async || db::outbox::waiting(db, store).await.unwrap() == 0;
    wait_for("the mail", delivered).await;
    shop.later(3_600).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let mails = mails.letters.lock().unwrap().clone();
    assert_eq!(mails.len(), 1);
    let letter = &mails[0];
    for part in ["To: ada@example.org", "Subject: Receipt 2026-000001", "text/plain", "text/html", "1.49 EUR"] {
        assert!(letter.contains(part), "{part} is missing in\n{letter}");
    }
    shop.running.stop().await;
}

/// A mail server that takes everything.
struct MailServer {
    letters: Arc<Mutex<Vec<String>>>,
}

impl MailServer {
    async fn start(port: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        let letters = Arc::<Mutex<Vec<String>>>::default();
        let kept = Arc::clone(&letters);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let kept = Arc::clone(&kept);
                tokio::spawn(async move { Self::talk(stream, &kept).await });
            }
        });
        Self { letters }
    }

    async fn talk(stream: TcpStream, letters: &Mutex<Vec<String>>) -> Option<()> {
        let mut stream = BufReader::new(stream);
        stream.write_all(b"220 test\r\n").await.ok()?;
        let mut line = String::new();
        loop {
            line.clear();
            if stream.read_line(&mut line).await.ok()? == 0 {
                return None;
            }
            let answer = match line.get(..4)? {
                "DATA" => {
                    stream.write_all(b"354 go on\r\n").await.ok()?;
                    let mut letter = String::new();
                    while !letter.ends_with("\r\n.\r\n") {
                        stream.read_line(&mut letter).await.ok()?;
                    }
                    letters.lock().unwrap().push(letter);
                    "250 taken\r\n"
                }
                "QUIT" => "221 bye\r\n",
                _ => "250 ok\r\n",
            };
            stream.write_all(answer.as_bytes()).await.ok()?;
        }
    }
}

async fn wait_for(what: &str, is_so: impl AsyncFn() -> bool) {
    for _ in 0..200 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{what} did not come within 10 s");
}

async fn readiness(shop: &Shop) -> StatusCode {
    reqwest::get(format!("{}/readyz", shop.outside.server())).await.unwrap().status()
}

fn let_in(ack: &LookAck) -> bool {
    matches!(ack, LookAck::Seen { outcome: GateOutcome::Welcome { .. }, .. })
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_database_is_locked_everything_waits_and_then_goes_on() {
    let shop = Shop::open(|_| {}).await;
    let entry = shop.device(DeviceRole::Entry, "entry").await;
    let node = shop.device(DeviceRole::ShelfNode, "shelves").await;
    let ada = shop.shopper("Ada").await;
    let code = ada.entry_code().await.unwrap().code;
    let other =
        Db::connect(&format!("sqlite://{}", shop.folder.path().join("smartmart.db").display()), 1).await.unwrap();
    let lock = other.begin().await.unwrap();
    let known = shop.owner.products().await.unwrap().into_iter().find(|one| one.sku == cola().sku).unwrap();
    let dearer = protocol::admin::ProductView { price_minor: Some(150), ..known };
    let (scanned, saved, ready, ()) = tokio::join!(
        entry.scan(&code),
        shop.owner.save_product(&dearer),
        async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            readiness(&shop).await
        },
        async {
            // Longer than a statement waits for the lock.
            tokio::time::sleep(Duration::from_secs(7)).await;
            lock.rollback().await.unwrap();
        }
    );
    assert!(let_in(&scanned), "{scanned:?}");
    assert_eq!(saved.unwrap().price_minor, Some(150), "a command waits too, and is then carried out");
    assert_eq!(ready, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(readiness(&shop).await, StatusCode::OK);
    shop.later(10).await;
    node.move_units("g1s1", -1).await;
    shop.later(10).await;
    assert_eq!(ada.visit().await.unwrap().visit.unwrap().cart.items.len(), 1);
    shop.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_gone_for_a_while_is_waited_for() {
    let url = std::env::var("SMARTMART_TEST_POSTGRES")
        .expect("SMARTMART_TEST_POSTGRES must name a PostgreSQL database: `cargo xtask test` starts one");
    let name = format!("outage_{}", Uuid::now_v7().simple());
    let admin = sea_orm::Database::connect(&url).await.unwrap();
    let run = async |sql: String| admin.execute_unprepared(&sql).await.unwrap();
    run(format!("CREATE DATABASE {name}")).await;
    let shop = Shop::open(|config| config.database.url = format!("{}/{name}", url.rsplit_once('/').unwrap().0)).await;
    let entry = shop.device(DeviceRole::Entry, "entry").await;
    let ada = shop.shopper("Ada").await;
    let code = ada.entry_code().await.unwrap().code;
    run(format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")).await;
    run(format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")).await;
    let (scanned, ready, ()) = tokio::join!(entry.scan(&code), readiness(&shop), async {
        tokio::time::sleep(Duration::from_secs(4)).await;
        run(format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true")).await;
    });
    assert!(let_in(&scanned), "{scanned:?}");
    assert_eq!(ready, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(readiness(&shop).await, StatusCode::OK);
    assert!(ada.visit().await.unwrap().visit.is_some());
    shop.running.stop().await;
}

fn cola() -> protocol::admin::ProductView {
    protocol::admin::ProductView {
        sku: "cola-330".to_owned(),
        gtin: None,
        name: "Cola".to_owned(),
        price_minor: Some(150),
        tax_class: protocol::admin::TaxClassName::Standard,
        unit_weight_g: None,
        version: None,
    }
}
