//! Stock: counted by staff, moved by shoppers, and zones that are refilled while people shop.

use protocol::admin::{ActivityKind, SetRestocking, StaffBadge, StockCount, StockState, ZoneStock};
use protocol::device::{DeviceRole, GateOutcome, LookAck};
use protocol::paging::Page;
use reqwest::{Client, Method, Response, StatusCode};
use serde::Serialize;

use crate::shop::{Device, Shop};

async fn ask(shop: &Shop, method: Method, path: &str, body: Option<&impl Serialize>) -> Response {
    let request = Client::new().request(method, format!("{}/api/v1/admin{path}", shop.outside.server()));
    let request = request.bearer_auth(shop.owner.token().unwrap());
    match body {
        Some(body) => request.json(body).send().await.unwrap(),
        None => request.send().await.unwrap(),
    }
}

async fn put(shop: &Shop, path: &str, body: &impl Serialize) -> Vec<ZoneStock> {
    let answer = ask(shop, Method::PUT, path, Some(body)).await;
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    answer.json().await.unwrap()
}

async fn stock(shop: &Shop) -> Vec<ZoneStock> {
    ask(shop, Method::GET, "/stock", None::<&()>).await.json::<Page<_>>().await.unwrap().items
}

/// Units and state of the slot g1s1.
fn first(zones: &[ZoneStock]) -> (Option<u32>, StockState) {
    let slot = zones.iter().flat_map(|zone| &zone.slots).find(|slot| slot.slot == "g1s1").unwrap();
    (slot.units, slot.state)
}

#[tokio::test(flavor = "multi_thread")]
async fn stock_follows_shoppers_and_refills_bill_nobody() {
    let shop = Shop::open(|_| {}).await;
    let ada = shop.shopper("Ada").await;
    let (entry, node) =
        (shop.device(DeviceRole::Entry, "entry").await, shop.device(DeviceRole::ShelfNode, "shelves").await);
    assert_eq!(first(&stock(&shop).await), (None, StockState::Unknown));
    let zone = stock(&shop).await.into_iter().find(|zone| zone.slots.iter().any(|slot| slot.slot == "g1s1")).unwrap();
    let capacity = zone.slots.iter().find(|slot| slot.slot == "g1s1").unwrap().capacity;
    put(&shop, "/stock/g1s1", &StockCount { units: 1 }).await;
    entry.scan(&ada.entry_code().await.unwrap().code).await;
    shop.later(6).await;
    node.move_units("g1s1", -1).await;
    assert_eq!(first(&stock(&shop).await), (Some(0), StockState::Low));

    shop.later(20).await;
    let path = format!("/zones/{}/restocking", zone.zone);
    let refilling = put(&shop, &path, &SetRestocking { on: true }).await;
    let refilling = refilling.into_iter().find(|one| one.zone == zone.zone).unwrap().restocking.unwrap();
    assert!(!refilling.by.is_empty());
    shop.later(5).await;
    node.move_units("g1s1", i32::try_from(capacity).unwrap()).await;
    shop.later(5).await;
    let done = put(&shop, &path, &SetRestocking { on: false }).await;
    assert_eq!(first(&done), (Some(capacity), StockState::Fine));
    shop.later(20).await;
    assert!(shop.owner.open_reviews().await.unwrap().is_empty(), "nobody is asked who put so much back");
    let floor = shop.owner.floor().await.unwrap();
    assert_eq!(floor.visits[0].visit.cart.items[0].quantity, 1, "what was taken before stays in the cart");
    let told = floor.activity.iter().filter(|one| one.kind == ActivityKind::Restocking).count();
    assert_eq!(told, 2, "begun and ended");
    shop.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_badge_begins_a_refill_and_another_ends_it_however_often_they_are_seen() {
    let shop = Shop::open(|_| {}).await;
    let ada = shop.shopper("Ada").await;
    let (entry, shelf) =
        (shop.device(DeviceRole::Entry, "entry").await, shop.device(DeviceRole::ShelfCamera, "g1").await);
    let badge: StaffBadge = ask(&shop, Method::GET, "/me/badge", None::<&()>).await.json().await.unwrap();
    let says = async |device: &Device, code: &str| match device.scan(code).await {
        LookAck::Seen { outcome, .. } => outcome,
        LookAck::Failed { problem } => panic!("{problem:?}"),
    };
    let refilling = async || stock(&shop).await.iter().filter(|zone| zone.restocking.is_some()).count();
    assert_eq!(says(&shelf, &badge.code).await, GateOutcome::Restocking { on: true });
    assert_eq!(says(&shelf, &badge.code).await, GateOutcome::Restocking { on: true }, "it is still held up");
    assert_eq!(refilling().await, 1);
    shop.later(60).await;
    let other = shop.device(DeviceRole::ShelfCamera, "g1").await;
    for device in [&shelf, &other, &shelf] {
        assert_eq!(
            says(device, &badge.code).await,
            GateOutcome::Restocking { on: true },
            "seen again, it means the same"
        );
        assert_eq!(refilling().await, 1);
        shop.later(15).await;
    }
    for device in [&shelf, &other, &shelf] {
        assert_eq!(says(device, &badge.done_code).await, GateOutcome::Restocking { on: false });
        assert_eq!(refilling().await, 0);
        shop.later(15).await;
    }
    assert!(matches!(says(&entry, &badge.code).await, GateOutcome::CodeRefused { .. }), "a badge opens no gate");
    let forged = format!("{}x", badge.code);
    shop.later(60).await;
    assert!(matches!(says(&shelf, &forged).await, GateOutcome::CodeRefused { .. }));
    let entry_code = ada.entry_code().await.unwrap().code;
    assert_eq!(says(&shelf, &entry_code).await, GateOutcome::Noted, "a shopper's code is none");
    assert_eq!(refilling().await, 0);
    shop.later(13 * 3_600).await;
    assert!(matches!(says(&shelf, &badge.code).await, GateOutcome::CodeRefused { .. }), "the shift is over");
    shop.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_counted_or_refilled_is_refused() {
    let shop = Shop::open(|_| {}).await;
    let count = async |slot: &str, units| {
        ask(&shop, Method::PUT, &format!("/stock/{slot}"), Some(&StockCount { units })).await.status()
    };
    assert_eq!(count("cellar", 1).await, StatusCode::NOT_FOUND);
    assert_eq!(count("g1s1", 10_001).await, StatusCode::UNPROCESSABLE_ENTITY);
    let negative = ask(&shop, Method::PUT, "/stock/g1s1", Some(&serde_json::json!({ "units": -1 }))).await;
    assert_eq!(negative.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let nowhere = ask(&shop, Method::PUT, "/zones/cellar/restocking", Some(&SetRestocking { on: true })).await;
    assert_eq!(nowhere.status(), StatusCode::NOT_FOUND);
    shop.running.stop().await;
}
