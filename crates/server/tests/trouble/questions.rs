//! Questions to shoppers: staff ask, only who is asked can answer, and a yes puts it on the bill.

use protocol::admin::ReviewView;
use protocol::device::DeviceRole;
use protocol::paging::Page;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use simulator::api::Api;

use crate::shop::Shop;

async fn post(shop: &Shop, who: &Api, path: &str, body: Value) -> reqwest::Response {
    let request = Client::new().post(format!("{}/api/v1{path}", shop.outside.server())).json(&body);
    request.bearer_auth(who.token().unwrap()).send().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_ask_and_only_who_is_asked_answers() {
    let shop = Shop::open(|_| {}).await;
    let (ada, ben) = (shop.shopper("Ada").await, shop.shopper("Ben").await);
    let exit = shop.device(DeviceRole::Exit, "exit").await;
    let node = shop.device(DeviceRole::ShelfNode, "shelves").await;
    shop.let_in(&[&ada, &ben]).await;
    shop.later(10).await;
    node.move_units("g1s1", -2).await;
    shop.later(10).await;

    let open = Client::new().get(format!("{}/api/v1/admin/reviews", shop.outside.server()));
    let open = open.bearer_auth(shop.owner.token().unwrap()).send().await.unwrap();
    let [review]: [ReviewView; 1] = open.json::<Page<_>>().await.unwrap().items.try_into().unwrap();
    let ada_session = ada.visit().await.unwrap().visit.unwrap().session_id;
    let ask = format!("/admin/reviews/{}/ask", review.id);
    let asked = post(&shop, &shop.owner, &ask, json!({ "session_id": ada_session })).await;
    assert_eq!(asked.status(), StatusCode::OK);
    assert_eq!(asked.json::<ReviewView>().await.unwrap().asked[0].shopper_name, "Ada");
    let again = post(&shop, &shop.owner, &ask, json!({ "session_id": ada_session })).await;
    assert_eq!(again.status(), StatusCode::CONFLICT);

    let question = ada.visit().await.unwrap().visit.unwrap().questions.remove(0);
    assert_eq!((question.quantity, question.put_back), (2, false));
    assert!(ben.visit().await.unwrap().visit.unwrap().questions.is_empty());
    let answer = format!("/me/questions/{}", question.id);
    assert_eq!(post(&shop, &ben, &answer, json!({ "it_was_me": true })).await.status(), StatusCode::CONFLICT);
    assert_eq!(post(&shop, &ada, &answer, json!({ "it_was": 1 })).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(post(&shop, &ada, &answer, json!({ "it_was_me": true })).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(post(&shop, &ada, &answer, json!({ "it_was_me": true })).await.status(), StatusCode::CONFLICT);

    let visit = ada.visit().await.unwrap().visit.unwrap();
    assert_eq!((visit.cart.items[0].quantity, visit.questions.len()), (2, 0));
    exit.scan(&ada.entry_code().await.unwrap().code).await;
    shop.later(20).await;
    assert_eq!(ada.orders().await.unwrap()[0].units, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_walked_out_can_still_answer_and_no_receipt_waits_longer_than_the_operator_says() {
    let shop = Shop::open(|config| config.floor.reviewing_ms = 90_000).await;
    let (ada, ben) = (shop.shopper("Ada").await, shop.shopper("Ben").await);
    let exit = shop.device(DeviceRole::Exit, "exit").await;
    let node = shop.device(DeviceRole::ShelfNode, "shelves").await;
    shop.let_in(&[&ada, &ben]).await;
    shop.later(10).await;
    node.move_units("g1s1", -2).await;
    shop.later(10).await;
    for shopper in [&ada, &ben] {
        exit.scan(&shopper.entry_code().await.unwrap().code).await;
    }
    shop.later(30).await;
    let visit = ada.visit().await.unwrap().visit.expect("her receipt waits");
    assert!(visit.receipt_by.is_some());
    let open = shop.owner.open_reviews().await.unwrap();
    let ask = format!("/admin/reviews/{}/ask", open[0].id);
    let asked = post(&shop, &shop.owner, &ask, json!({ "session_id": visit.session_id })).await;
    assert_eq!(asked.status(), StatusCode::OK);
    let answer = format!("/me/questions/{}", open[0].id);
    assert_eq!(post(&shop, &ada, &answer, json!({ "it_was_me": true })).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(ada.orders().await.unwrap()[0].units, 2, "at once");
    assert!(ben.visit().await.unwrap().visit.is_none(), "nothing is open that may be his");

    // Nobody decides the next one.
    shop.let_in(&[&ada, &ben]).await;
    shop.later(10).await;
    node.move_units("g1s2", -1).await;
    shop.later(10).await;
    for shopper in [&ada, &ben] {
        exit.scan(&shopper.entry_code().await.unwrap().code).await;
    }
    shop.later(85).await;
    assert!(ada.visit().await.unwrap().visit.is_some());
    shop.later(10).await;
    assert!(ada.visit().await.unwrap().visit.is_none() && ben.visit().await.unwrap().visit.is_none());
    assert_eq!(ada.orders().await.unwrap().len(), 1);
    shop.running.stop().await;
}
