//! Erasures that fail half-way: nothing is signed before everything is erased, and then all of it is counted.

use std::path::Path;

use bytes::Bytes;
use domain::ids::{ShopperId, ShoppingSessionId};
use protocol::error_code::{ErrorCode, Problem};
use protocol::privacy::ErasureReceipt;
use reqwest::StatusCode;
use server::serve;
use simulator::api::Api;
use uuid::Uuid;

use crate::keys::OBAMA;
use crate::shop::Shop;

/// The receipt, or why there is none yet.
async fn erase(shopper: &Api) -> Result<ErasureReceipt, Problem> {
    let request = reqwest::Client::new().delete(format!("{}/api/v1/me/face", shopper.server()));
    let answer = request.bearer_auth(shopper.token().unwrap()).send().await.unwrap();
    match answer.status() {
        StatusCode::OK => Ok(answer.json().await.unwrap()),
        _ => Err(answer.json().await.unwrap()),
    }
}

async fn only_shopper(shop: &Shop) -> ShopperId {
    let enrolled = db::faces::every_one(&shop.running.app.db).await.unwrap();
    ShopperId(enrolled[0].shopper_id)
}

async fn visit(shop: &Shop, shopper: ShopperId) -> ShoppingSessionId {
    let visits = db::sessions::of_shopper(&shop.running.app.db, shopper).await.unwrap();
    ShoppingSessionId(visits[0].id)
}

/// A recording of before in which this visit was seen.
fn recording(data: &Path, visit: ShoppingSessionId) -> std::path::PathBuf {
    let folder = data.join("recordings/2025-12-31T10-00-00.000Z");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("store.json"), "{}").unwrap();
    let face = format!(r#"{{"x":0.5,"candidates":[{{"session":"{visit}","similarity":0.9}}]}}"#);
    let line = format!(r#"{{"t_ms":1,"arrived_ms":1,"kind":"sighting","camera":"g1","faces":[{face}]}}"#);
    std::fs::write(folder.join("trace.jsonl"), line + "\n").unwrap();
    folder.join("trace.jsonl")
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_signed_while_a_recording_cannot_be_read_and_then_all_tries_are_counted() {
    for recording_is_on in [false, true] {
        let shop = Shop::open(|config| config.recording.enabled = recording_is_on).await;
        let ada = shop.shopper("Ada").await;
        ada.enrol_face(&OBAMA.map(Bytes::from_static)).await.unwrap();
        shop.trip(&ada, "g1s1").await;
        let shopper = only_shopper(&shop).await;
        let visit = visit(&shop, shopper).await;
        let trace = recording(shop.folder.path(), visit);
        let good = std::fs::read_to_string(&trace).unwrap();
        std::fs::write(&trace, b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xcb\x48").unwrap();
        for _ in 0..2 {
            let problem = erase(&ada).await.unwrap_err();
            assert_eq!(problem.code, ErrorCode::TryAgainLater);
            assert!(problem.detail.contains("Please ask again later"), "{}", problem.detail);
            assert_eq!(shop.running.app.recogniser.templates(), 0, "nobody is recognised by it any more");
        }
        server::erasure::go_on(&shop.running.app).await;
        assert_eq!(db::erasures::not_done(&shop.running.app.db, shop.running.app.store.id).await.unwrap().len(), 1);

        let (config, clock) = (shop.running.app.config.clone(), shop.hand.clock());
        shop.running.stop().await;
        let listener = serve::bind(&config).await.unwrap();
        let running = serve::start_by(clock, config, listener).await.unwrap();
        erase(&ada).await.expect_err("a restart mends no recording");
        std::fs::write(&trace, good).unwrap();
        let receipt = erase(&ada).await.unwrap();
        assert!(receipt.statement.contains("face templates erased: 3\n"), "{}", receipt.statement);
        let left = std::fs::read_to_string(&trace).unwrap();
        assert!(left.contains("sighting") && !left.contains(&visit.to_string()), "{left}");
        shop.hand.move_to(domain::clock::shift(shop.hand.clock().now(), jiff::SignedDuration::from_hours(1)));
        let again = erase(&ada).await.unwrap();
        assert_eq!((again.statement, again.signature), (receipt.statement, receipt.signature));
        running.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_between_deletion_and_signature_loses_no_count_and_the_store_goes_on_by_itself() {
    let shop = Shop::open(|_| {}).await;
    let ada = shop.shopper("Ada").await;
    ada.enrol_face(&OBAMA.map(Bytes::from_static)).await.unwrap();
    shop.trip(&ada, "g1s1").await;
    let shopper = only_shopper(&shop).await;
    let trace = recording(shop.folder.path(), visit(&shop, shopper).await);
    // As far as a server came that was killed then.
    let app = &shop.running.app;
    db::erasures::begin(&app.db, app.store.id, shopper, Uuid::now_v7(), shop.hand.clock().now()).await.unwrap();
    server::erasure::go_on(app).await;
    assert!(db::erasures::not_done(&app.db, app.store.id).await.unwrap().is_empty());
    assert_eq!(app.recogniser.templates(), 0);
    assert!(!std::fs::read_to_string(trace).unwrap().contains("similarity"));
    let receipt = erase(&ada).await.unwrap();
    assert!(receipt.statement.contains("face templates erased: 3\n"), "{}", receipt.statement);

    // What is enrolled again is another erasure's.
    shop.later(60).await;
    ada.enrol_face(&OBAMA.map(Bytes::from_static)).await.unwrap();
    shop.later(60).await;
    let second = erase(&ada).await.unwrap();
    assert!(second.statement.contains("face templates erased: 3\n"), "{}", second.statement);
    assert_ne!(second.statement, receipt.statement);
    shop.running.stop().await;
}
