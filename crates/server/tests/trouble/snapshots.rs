//! The bodies of HTTP, word for word: of each list after one trip, and of each kind of refusal. What differs from run to run is
//! taken out.

use jiff::Timestamp;
use protocol::device::DeviceRole;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use simulator::api::Api;
use uuid::Uuid;

use crate::shop::Shop;

/// Without ids, times and signatures.
fn steady(value: Value) -> Value {
    match value {
        Value::String(text) if Uuid::parse_str(&text).is_ok() => "[id]".into(),
        Value::String(text) if text.parse::<Timestamp>().is_ok() => "[time]".into(),
        Value::Array(all) => all.into_iter().map(steady).collect(),
        Value::Object(all) => all
            .into_iter()
            .map(|(key, value)| match (key.as_str(), value) {
                ("next", Value::String(_)) => (key, "[cursor]".into()),
                // A connection that was closed is noticed a moment later.
                ("online", _) => (key, "[online or not]".into()),
                ("html" | "text", Value::String(text)) => (key, without_links(&text).into()),
                (_, value) => (key, steady(value)),
            })
            .collect(),
        other => other,
    }
}

/// A link carries a signed order behind its `#`, and the port of this run.
fn without_links(text: &str) -> String {
    let mut parts = text.split("http://");
    let mut steady = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|letter: char| letter.is_whitespace() || matches!(letter, '"' | '<')).unwrap_or(part.len());
        steady.push_str("[link]");
        steady.push_str(&part[end..]);
    }
    steady
}

async fn body(who: &Api, method: Method, path: &str, send: Option<Value>) -> Value {
    let url = format!("{}/api/v1{path}", who.server());
    let request = Client::new().request(method, url).header("x-smartmart", "1");
    let request = match who.token() {
        Some(token) => request.bearer_auth(token),
        None => request,
    };
    let request = match send {
        Some(body) => request.json(&body),
        None => request,
    };
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let body: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    json!({ "status": status, "body": steady(body) })
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_after_one_trip() {
    let shop = Shop::open(|_| {}).await;
    let ada = shop.shopper("Ada").await;
    shop.trip(&ada, "g1s1").await;
    let node = shop.device(DeviceRole::ShelfNode, "more").await;
    node.move_units("nowhere", -1).await;
    shop.later(30).await;
    let order = ada.orders().await.unwrap().remove(0);
    let sku = ada.order_of(order.id).await.unwrap().lines.remove(0).sku;
    let contest = json!({"lines": [{"sku": sku, "quantity": 1, "reason": "put_back"}], "message": "I put it back."});
    let contest = body(&ada, Method::POST, &format!("/me/orders/{}/disputes", order.id), Some(contest)).await;
    insta::assert_json_snapshot!("dispute_opened", contest);
    for (name, who, path) in [
        ("my_orders", &ada, "/me/orders"),
        ("orders", &shop.owner, "/admin/orders"),
        ("reviews", &shop.owner, "/admin/reviews"),
        ("disputes", &shop.owner, "/admin/disputes"),
        ("shoppers", &shop.owner, "/admin/shoppers"),
        ("staff", &shop.owner, "/admin/staff"),
        ("devices", &shop.owner, "/admin/devices"),
        ("products", &shop.owner, "/admin/products?limit=2"),
        ("planogram", &shop.owner, "/admin/planogram?limit=2"),
        ("planogram_history", &shop.owner, "/admin/planogram/history?limit=2"),
        ("stock", &shop.owner, "/admin/stock?search=g1s1"),
        ("activity", &shop.owner, "/admin/activity"),
    ] {
        let mut list = body(who, Method::GET, path, None).await;
        if name == "devices" {
            // The test's clock stood still while they were invited: which comes first is their ids' affair.
            let items = list["body"]["items"].as_array_mut().unwrap();
            items.sort_by_key(|device| device["name"].as_str().unwrap().to_owned());
        }
        insta::assert_json_snapshot!(name, list);
    }
    shop.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_of_every_kind() {
    let shop = Shop::open(|_| {}).await;
    let ada = shop.shopper("Ada").await;
    let signed_up = json!({"name": "Ada", "email": "ada@example.org", "password": "long enough 1"});
    let nobody = json!({"email": "nobody@example.org", "password": "guess"});
    let here = "00000000-0000-0000-0000-000000000000";
    for (name, who, method, path, send) in [
        ("not_authenticated", &shop.outside, Method::GET, "/me".to_owned(), None),
        ("not_allowed", &shop.outside, Method::GET, "/admin/orders".to_owned(), None),
        ("not_found", &ada, Method::GET, format!("/me/orders/{here}"), None),
        ("no_such_path", &ada, Method::GET, "/nothing".to_owned(), None),
        ("no_such_method", &ada, Method::DELETE, "/store".to_owned(), None),
        ("bad_cursor", &ada, Method::GET, "/me/orders?cursor=x".to_owned(), None),
        ("bad_limit", &ada, Method::GET, "/me/orders?limit=1000".to_owned(), None),
        ("bad_query", &shop.owner, Method::GET, "/admin/orders?from=x".to_owned(), None),
        ("bad_body", &shop.outside, Method::POST, "/shopper/login".to_owned(), Some(json!({"email": 7}))),
        ("too_large", &shop.outside, Method::POST, "/shopper/login".to_owned(), Some(json!("x".repeat(100_000)))),
        ("conflict", &shop.outside, Method::POST, "/shopper/sign-up".to_owned(), Some(signed_up)),
        ("wrong_credentials", &shop.outside, Method::POST, "/shopper/login".to_owned(), Some(nobody)),
        ("invalid_link", &shop.outside, Method::POST, "/dispute-link".to_owned(), Some(json!({"token": "x"}))),
    ] {
        insta::assert_json_snapshot!(name, body(who, method, &path, send).await);
    }
    shop.running.stop().await;
}
