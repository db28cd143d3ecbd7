//! Requests that are sent again because their answer was lost: the same id gets the same answer, and nothing is done twice.

use std::time::Duration;

use bytes::Bytes;
use protocol::account::{ConsentText, NewAdmin};
use protocol::device::DeviceRole;
use protocol::store::StoreSettingsView;
use reqwest::multipart::{Form, Part};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use simulator::api::Api;
use uuid::Uuid;

use crate::keys::OBAMA;
use crate::shop::Shop;

fn request(who: &Api, method: Method, path: &str, id: Uuid) -> RequestBuilder {
    let request = Client::new().request(method, format!("{}/api/v1{path}", who.server()));
    let request = request.header("idempotency-key", id.to_string()).header("x-smartmart", "1");
    match who.token() {
        Some(token) => request.bearer_auth(token),
        None => request,
    }
}

async fn answer(request: RequestBuilder) -> (StatusCode, Value) {
    let answer = request.send().await.unwrap();
    let (status, text) = (answer.status(), answer.text().await.unwrap());
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

/// Sends one request.
async fn send(who: &Api, method: Method, path: &str, id: Uuid, body: &Value) -> (StatusCode, Value) {
    answer(request(who, method, path, id).json(body)).await
}

/// Sends a request twice with one id, and another one with that id: the same answer, and a refusal.
async fn twice(who: &Api, method: Method, path: &str, body: &Value, other: &Value) -> (StatusCode, Value) {
    let id = Uuid::now_v7();
    let first = send(who, method.clone(), path, id, body).await;
    assert!(first.0.is_success(), "{path}: {first:?}");
    assert_eq!(send(who, method.clone(), path, id, body).await, first, "{path}");
    let misused = send(who, method, path, id, other).await;
    assert_eq!(misused.0, StatusCode::UNPROCESSABLE_ENTITY, "{path}: {misused:?}");
    first
}

async fn count(shop: &Shop, list: &str) -> usize {
    let (_, page) = answer(request(&shop.owner, Method::GET, list, Uuid::now_v7())).await;
    page["items"].as_array().unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_and_invitations_are_made_once() {
    let shop = Shop::open(|_| {}).await;
    let (staff, devices) = (count(&shop, "/admin/staff").await, count(&shop, "/admin/devices").await);

    let new = |name: &str| {
        json!(NewAdmin {
            name: name.to_owned(),
            email: "sam@example.org".to_owned(),
            password: "a password for a test".to_owned(),
            role: protocol::account::AdminRole::Staff,
        })
    };
    twice(&shop.owner, Method::POST, "/admin/staff", &new("Sam"), &new("Sam Other")).await;
    assert_eq!(count(&shop, "/admin/staff").await, staff + 1);

    let device = |zone: &str| json!({ "name": "Shelf", "role": "shelf_node", "zone": zone });
    let (_, invitation) = twice(&shop.owner, Method::POST, "/admin/devices", &device("g1"), &device("g2")).await;
    assert_eq!(count(&shop, "/admin/devices").await, devices + 1);
    let expired = Uuid::now_v7();
    assert_eq!(send(&shop.owner, Method::POST, "/admin/devices", expired, &device("g3")).await.0, StatusCode::CREATED);

    let sign_up =
        |password: &str| json!({ "name": "Ada", "email": "ada@example.org", "password": password, "keep": "token" });
    let id = Uuid::now_v7();
    let mut tokens = Vec::new();
    for _ in 0..2 {
        let (status, made) = send(&shop.outside, Method::POST, "/shopper/sign-up", id, &sign_up("ten letters")).await;
        assert_eq!((status, &made["shopper"]["name"]), (StatusCode::CREATED, &json!("Ada")));
        tokens.push(made["token"].as_str().unwrap().to_owned());
    }
    for token in &tokens {
        assert!(shop.outside.with_token(token).visit().await.is_ok(), "each of both answers serves");
    }
    let other = send(&shop.outside, Method::POST, "/shopper/sign-up", id, &sign_up("other letters")).await;
    assert_eq!(other.0, StatusCode::UNPROCESSABLE_ENTITY, "whoever has the id only learns nothing");
    let taken = send(&shop.outside, Method::POST, "/shopper/sign-up", Uuid::now_v7(), &sign_up("ten letters")).await;
    assert_eq!(taken.0, StatusCode::CONFLICT);

    let join = json!({ "code": invitation["code"], "keep": "token" });
    let id = Uuid::now_v7();
    let (status, joined) = send(&shop.outside, Method::POST, "/device/join", id, &join).await;
    assert_eq!(status, StatusCode::OK);
    let again = send(&shop.outside, Method::POST, "/device/join", id, &join).await;
    assert_eq!(again.1["token"], joined["token"], "a code is used up, and the node has its token all the same");
    let somebody_else = send(&shop.outside, Method::POST, "/device/join", Uuid::now_v7(), &join).await;
    assert_eq!(somebody_else.0, StatusCode::FORBIDDEN);
    let path = format!("/admin/devices/{}/revoke", joined["device"]["id"].as_str().unwrap());
    assert_eq!(answer(request(&shop.owner, Method::POST, &path, Uuid::now_v7())).await.0, StatusCode::NO_CONTENT);
    let revoked = send(&shop.outside, Method::POST, "/device/join", id, &join).await;
    assert_eq!(revoked.0, StatusCode::FORBIDDEN, "and not after it was revoked");
    shop.later(31 * 60).await;
    let late = send(&shop.owner, Method::POST, "/admin/devices", expired, &device("g3")).await;
    assert_eq!(late.0, StatusCode::CONFLICT, "a code that is worth nothing any more is not shown: {late:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_saved_once_and_a_late_copy_undoes_nothing() {
    let shop = Shop::open(|_| {}).await;
    let (_, known) = answer(request(&shop.owner, Method::GET, "/admin/store", Uuid::now_v7())).await;
    let known: StoreSettingsView = serde_json::from_value(known).unwrap();
    let named = |name: &str, version: u32| json!({ "version": version, "name": name, "time_zone": "Europe/Berlin", "country": "DE", "hours": known.hours, "tax_rates": known.tax_rates });
    let (id, next) = (Uuid::now_v7(), Uuid::now_v7());
    let first = send(&shop.owner, Method::PUT, "/admin/store", id, &named("Corner", 1)).await;
    assert_eq!((first.0, &first.1["version"]), (StatusCode::OK, &json!(2)));
    let second = send(&shop.owner, Method::PUT, "/admin/store", next, &named("Corner II", 2)).await;
    assert_eq!(second.0, StatusCode::OK);
    let late = send(&shop.owner, Method::PUT, "/admin/store", id, &named("Corner", 1)).await;
    assert_eq!((late.0, &late.1["version"]), (StatusCode::OK, &json!(2)), "as it was answered");
    let (_, now) = answer(request(&shop.owner, Method::GET, "/admin/store", Uuid::now_v7())).await;
    assert_eq!((&now["name"], &now["version"]), (&json!("Corner II"), &json!(3)));
    let stale = send(&shop.owner, Method::PUT, "/admin/store", Uuid::now_v7(), &named("Third", 2)).await;
    assert_eq!(stale.0, StatusCode::CONFLICT);
    assert!(stale.1["detail"].as_str().unwrap().contains("Corner II"), "{stale:?}");
    let same = send(&shop.owner, Method::PUT, "/admin/store", Uuid::now_v7(), &named("Corner II", 3)).await;
    assert_eq!((same.0, &same.1["version"]), (StatusCode::OK, &json!(3)), "the same makes no new version");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_staff_and_shoppers_say_about_a_visit_is_carried_out_once() {
    let shop = Shop::open(|_| {}).await;
    let (ada, ben) = (shop.shopper("Ada").await, shop.shopper("Ben").await);
    let node = shop.device(DeviceRole::ShelfNode, "shelves").await;
    shop.let_in(&[&ada, &ben]).await;
    shop.later(10).await;
    node.move_units("g1s1", -2).await;
    node.move_units("g1s2", -1).await;
    shop.later(10).await;
    let [asked, decided]: [_; 2] = shop.owner.open_reviews().await.unwrap().try_into().unwrap();
    let visit = async |who: &Api| who.visit().await.unwrap().visit.unwrap().session_id;
    let (adas, bens) = (json!({ "session_id": visit(&ada).await }), json!({ "session_id": visit(&ben).await }));

    let path = format!("/admin/reviews/{}/ask", asked.id);
    twice(&shop.owner, Method::POST, &path, &adas, &bens).await;
    let (yes, no) = (json!({ "it_was_me": true }), json!({ "it_was_me": false }));
    twice(&ada, Method::POST, &format!("/me/questions/{}", asked.id), &yes, &no).await;
    let path = format!("/admin/reviews/{}", decided.id);
    twice(&shop.owner, Method::POST, &path, &adas, &bens).await;
    let taken: u32 = ada.visit().await.unwrap().visit.unwrap().cart.items.iter().map(|item| item.quantity).sum();
    assert_eq!(taken, 3, "two that she says were hers, and one that staff say was");

    let (begin, end) = (json!({ "on": true }), json!({ "on": false }));
    let (first, second, third) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());
    let path = "/admin/zones/g1/restocking";
    let is_refilled = |zones: &Value| {
        zones.as_array().unwrap().iter().any(|zone| zone["zone"] == "g1" && !zone["restocking"].is_null())
    };
    assert!(is_refilled(&send(&shop.owner, Method::PUT, path, first, &begin).await.1));
    assert!(is_refilled(&send(&shop.owner, Method::PUT, path, third, &begin).await.1), "it is refilled already");
    assert!(!is_refilled(&send(&shop.owner, Method::PUT, path, second, &end).await.1));
    for late in [first, third] {
        let (status, zones) = send(&shop.owner, Method::PUT, path, late, &begin).await;
        assert_eq!((status, is_refilled(&zones)), (StatusCode::OK, false), "a late copy does not begin it anew");
    }
    let misused = send(&shop.owner, Method::PUT, path, third, &end).await;
    assert_eq!(misused.0, StatusCode::UNPROCESSABLE_ENTITY, "an answer is kept where nothing changed, too");

    let path = format!("/admin/sessions/{}/close", visit(&ben).await);
    let id = Uuid::now_v7();
    for _ in 0..2 {
        assert_eq!(answer(request(&shop.owner, Method::POST, &path, id)).await.0, StatusCode::NO_CONTENT);
    }
    assert_eq!(answer(request(&shop.owner, Method::POST, &path, Uuid::now_v7())).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_planogram_file_is_imported_once_and_tells_again_what_it_changed() {
    let shop = Shop::open(|_| {}).await;
    let id = Uuid::now_v7();
    let import = async |id: Uuid, capacity: u32| {
        let file = format!("slot,zone,sku,capacity,name,price,tax\nn1,new,sponge,{capacity},Sponge,2.49,standard\n");
        let path = "/admin/planogram/import?dry_run=false";
        answer(request(&shop.owner, Method::POST, path, id).header("content-type", "text/csv").body(file)).await
    };
    let first = import(id, 12).await;
    assert_eq!((first.0, &first.1["new_products"]), (StatusCode::OK, &json!(["sponge"])), "{first:?}");
    assert_eq!(import(Uuid::now_v7(), 15).await.0, StatusCode::OK);
    assert_eq!(import(id, 12).await, first, "though it would be another change now");
    let kept = shop.owner.planogram().await.unwrap();
    assert_eq!(kept.iter().map(|facing| facing.capacity).collect::<Vec<_>>(), [15]);
    assert_eq!(import(id, 15).await.0, StatusCode::UNPROCESSABLE_ENTITY, "another file");
}

async fn enrol(shopper: &Api, id: Uuid, photographs: [&'static [u8]; 3]) -> (StatusCode, Value) {
    let consent = reqwest::get(format!("{}/api/v1/consent", shopper.server())).await.unwrap();
    let mut form = Form::new().text("consent_version", consent.json::<ConsentText>().await.unwrap().version);
    for photo in photographs {
        form = form.part("photo", Part::stream(Bytes::from_static(photo)).file_name("photo.jpg"));
    }
    answer(request(shopper, Method::PUT, "/me/face", id).multipart(form)).await
}

/// The ids of the templates, and the number of the last fact.
async fn held(shop: &Shop) -> (Vec<Uuid>, i64) {
    let db = &shop.running.app.db;
    let mut ids: Vec<_> = db::faces::every_one(db).await.unwrap().into_iter().map(|row| row.id).collect();
    ids.sort();
    (ids, db::event_log::last_seq(db).await.unwrap())
}

async fn has_face(shopper: &Api) -> bool {
    !answer(request(shopper, Method::GET, "/me", Uuid::now_v7())).await.1["face"].is_null()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_face_is_enrolled_once_and_the_log_holds_nothing_of_it() {
    let shop = Shop::open(|_| {}).await;
    let ada = shop.shopper("Ada").await;
    let id = Uuid::now_v7();
    let first = enrol(&ada, id, OBAMA).await;
    assert_eq!((first.0, &first.1["templates"]), (StatusCode::OK, &json!(3)));
    let before = held(&shop).await;
    shop.later(5).await;
    assert_eq!(enrol(&ada, id, OBAMA).await, first, "the same again is the same enrolment");
    assert_eq!(held(&shop).await, before);
    let [one, two, three] = OBAMA;
    assert_eq!(enrol(&ada, id, [two, one, three]).await.0, StatusCode::UNPROCESSABLE_ENTITY, "other photographs");
    let [yes, no] = [true, false].map(|agreed| json!({ "agreed": agreed }));
    let learning = twice(&ada, Method::PUT, "/me/face/learning", &yes, &no).await;
    assert_eq!(learning.1["learns"], json!(true));
    let again = enrol(&ada, Uuid::now_v7(), OBAMA).await;
    assert_eq!((again.0, &again.1["learns"]), (StatusCode::OK, &json!(false)), "a new enrolment is a new consent");
    let (deleted, _) = answer(request(&ada, Method::DELETE, "/me/face", Uuid::now_v7())).await;
    assert_eq!(deleted, StatusCode::OK);
    assert_eq!(enrol(&ada, id, OBAMA).await.0, StatusCode::GONE, "a late copy does not bring a deleted face back");
    assert_eq!((has_face(&ada).await, shop.running.app.recogniser.templates()), (false, 0));
    let again = enrol(&ada, Uuid::now_v7(), OBAMA).await;
    assert_eq!(again.0, StatusCode::OK);
    let after = held(&shop).await;
    assert_eq!(after.1, before.1 + 3, "a fact each for the learning and two enrolments");
    assert!(after.0.iter().all(|id| !before.0.contains(id)));
    let ben = shop.shopper("Ben").await;
    let none = send(&ben, Method::PUT, "/me/face/learning", Uuid::now_v7(), &json!({ "agreed": true })).await;
    assert_eq!(none.0, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_begun_is_done_also_where_whoever_asked_hangs_up() {
    let shop = Shop::open(|_| {}).await;
    let ada = shop.shopper("Ada").await;
    ada.enrol_face(&OBAMA.map(Bytes::from_static)).await.unwrap();
    let app = &shop.running.app;
    let busy = app.enrolments.lock().await;
    let hangs_up = request(&ada, Method::DELETE, "/me/face", Uuid::now_v7()).timeout(Duration::from_millis(300));
    assert!(hangs_up.send().await.is_err_and(|error| error.is_timeout()));
    assert!(has_face(&ada).await, "nothing has happened yet");
    drop(busy);
    for _ in 0..100 {
        tokio::time::sleep(Duration::from_millis(50)).await;
        if !has_face(&ada).await && db::erasures::not_done(&app.db, app.store.id).await.unwrap().is_empty() {
            return;
        }
    }
    panic!("the face is still there");
}
