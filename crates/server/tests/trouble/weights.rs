//! What load cells feel, all the way: misplaced products, bags, what staff say it was, and units that came back.

use protocol::admin::{DecideReview, InteractionName, ReviewView, ZoneStock};
use protocol::device::{DeviceRole, PlateStepMessage, ShelfEventMessage, WeighedMessage};
use protocol::paging::Page;
use reqwest::{Client, Method, StatusCode};
use serde::de::DeserializeOwned;

use crate::shop::{Device, Shop};

async fn get<T: DeserializeOwned>(shop: &Shop, path: &str) -> T {
    let request = Client::new().request(Method::GET, format!("{}/api/v1/admin{path}", shop.outside.server()));
    request.bearer_auth(shop.owner.token().unwrap()).send().await.unwrap().json().await.unwrap()
}

async fn decide(shop: &Shop, review: &ReviewView, decision: &DecideReview) -> StatusCode {
    let path = format!("{}/api/v1/admin/reviews/{}", shop.outside.server(), review.id);
    let request = Client::new().post(path).json(decision).bearer_auth(shop.owner.token().unwrap());
    request.send().await.unwrap().status()
}

fn felt(node: &Device, plates: &[(&str, f32)], delta_units: i32) -> ShelfEventMessage {
    let plate = |&(slot, grams): &(&str, f32)| PlateStepMessage { slot: slot.to_owned(), grams, spread_g: 0.8 };
    let weighed = WeighedMessage { lasted_ms: 420, plates: plates.iter().map(plate).collect() };
    ShelfEventMessage { weighed: Some(weighed), ..node.event(plates[0].0, delta_units) }
}

/// What lies at a slot and belongs elsewhere.
async fn lying(shop: &Shop, slot: &str) -> Vec<(String, u32)> {
    let zones: Page<ZoneStock> = get(shop, "/stock").await;
    let slot = zones.items.into_iter().flat_map(|zone| zone.slots).find(|one| one.slot == slot).unwrap();
    slot.misplaced.into_iter().map(|one| (one.name, one.units)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_put_down_elsewhere_is_taken_off_the_bill_and_shown_to_staff() {
    let shop = Shop::open(|_| {}).await;
    let ada = shop.shopper("Ada").await;
    let (entry, exit) = (shop.device(DeviceRole::Entry, "entry").await, shop.device(DeviceRole::Exit, "exit").await);
    let node = shop.device(DeviceRole::ShelfNode, "shelves").await;
    entry.scan(&ada.entry_code().await.unwrap().code).await;
    shop.later(10).await;
    // A cola and a bread are taken; the cola is put down where the bread was.
    node.send(vec![felt(&node, &[("g1s1", -354.0)], -1)]).await;
    shop.later(20).await;
    node.send(vec![felt(&node, &[("g1s4", -411.0)], -1)]).await;
    shop.later(20).await;
    node.send(vec![felt(&node, &[("g1s4", 355.5)], 0)]).await;
    // A bag is put down meanwhile, and taken up again.
    shop.later(20).await;
    node.send(vec![felt(&node, &[("g1s2", 2_777.0)], 0)]).await;
    shop.later(20).await;
    node.send(vec![felt(&node, &[("g1s2", -2_776.0)], 0)]).await;
    shop.later(20).await;
    assert_eq!(lying(&shop, "g1s4").await, [("Cola 0.33 l".to_owned(), 1)]);
    exit.scan(&ada.entry_code().await.unwrap().code).await;
    shop.later(20).await;
    let order = ada.orders().await.unwrap().remove(0);
    let order = ada.order_of(order.id).await.unwrap();
    let lines: Vec<_> = order.lines.iter().map(|line| (line.sku.as_str(), line.quantity)).collect();
    assert_eq!(lines, [("bread-400", 1)]);
    assert!(shop.owner.open_reviews().await.unwrap().is_empty());
    shop.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_say_which_product_it_was_and_nothing_is_left_of_what_came_back() {
    let shop = Shop::open(|_| {}).await;
    let ada = shop.shopper("Ada").await;
    let entry = shop.device(DeviceRole::Entry, "entry").await;
    let node = shop.device(DeviceRole::ShelfNode, "shelves").await;
    entry.scan(&ada.entry_code().await.unwrap().code).await;
    shop.later(10).await;
    // Between soap (115 g) and batteries (96 g): half of it was felt by each plate, and it weighs neither.
    node.send(vec![felt(&node, &[("g3s2", -53.0), ("g3s3", -52.5)], 0)]).await;
    shop.later(20).await;
    let [review]: [ReviewView; 1] = get::<Page<_>>(&shop, "/reviews").await.items.try_into().unwrap();
    assert_eq!((review.kind, review.evidence.grams), (InteractionName::Pick, Some(-105.5)));
    assert!(!review.evidence.contents.is_empty(), "{review:?}");
    let session_id = ada.visit().await.unwrap().visit.map(|visit| visit.session_id);
    let other = DecideReview { session_id, sku: Some("umbrella".to_owned()) };
    assert_eq!(decide(&shop, &review, &other).await, StatusCode::UNPROCESSABLE_ENTITY);
    let sku = review.evidence.contents.last().unwrap().sku.clone();
    assert_eq!(decide(&shop, &review, &DecideReview { session_id, sku: Some(sku.clone()) }).await, StatusCode::OK);
    let cart = ada.visit().await.unwrap().visit.unwrap().cart;
    assert_eq!(cart.items.iter().map(|item| item.sku.as_str()).collect::<Vec<_>>(), [sku]);
    shop.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pick_in_review_that_came_back_is_no_case_any_more() {
    let shop = Shop::open(|_| {}).await;
    let (ada, ben) = (shop.shopper("Ada").await, shop.shopper("Ben").await);
    let node = shop.device(DeviceRole::ShelfNode, "shelves").await;
    shop.let_in(&[&ada, &ben]).await;
    shop.later(10).await;
    node.move_units("g1s1", -2).await;
    shop.later(20).await;
    let [review]: [ReviewView; 1] = get::<Page<_>>(&shop, "/reviews").await.items.try_into().unwrap();
    let ada_session = ada.visit().await.unwrap().visit.unwrap().session_id;
    let ask = format!("{}/api/v1/admin/reviews/{}/ask", shop.outside.server(), review.id);
    let ask = Client::new().post(ask).json(&serde_json::json!({ "session_id": ada_session }));
    assert_eq!(ask.bearer_auth(shop.owner.token().unwrap()).send().await.unwrap().status(), StatusCode::OK);
    node.move_units("g1s1", 1).await;
    shop.later(20).await;
    let question = ada.visit().await.unwrap().visit.unwrap().questions.remove(0);
    assert_eq!(question.quantity, 1, "one of two is left to ask about");
    node.move_units("g1s1", 1).await;
    shop.later(20).await;
    assert!(shop.owner.open_reviews().await.unwrap().is_empty());
    assert!(ada.visit().await.unwrap().visit.unwrap().questions.is_empty());
    let [closed]: [ReviewView; 1] = get::<Page<_>>(&shop, "/reviews?state=decided").await.items.try_into().unwrap();
    assert_eq!((closed.id, closed.quantity, closed.came_back), (review.id, 2, 2));
    assert_eq!(closed.decision.unwrap().session_id, None);
    assert_eq!(decide(&shop, &review, &DecideReview { session_id: None, sku: None }).await, StatusCode::CONFLICT);
    shop.running.stop().await;
}
