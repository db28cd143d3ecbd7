//! Lists over HTTP: nothing is cut off, and a cursor that was altered, or belongs elsewhere, is refused.

use std::collections::BTreeSet;

use db::entity::{order, order_line, shopping_session};
use domain::ids::Sku;
use protocol::admin::ReviewView;
use protocol::device::DeviceRole;
use protocol::error_code::{ErrorCode, Problem};
use protocol::order::OrderSummary;
use protocol::paging::Page;
use reqwest::{Client, StatusCode};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde::de::DeserializeOwned;
use serde_json::Value;
use simulator::api::Api;
use uuid::Uuid;

use crate::shop::Shop;

/// Every list that there is.
const LISTS: [&str; 13] = [
    "/admin/orders",
    "/admin/reviews",
    "/admin/disputes",
    "/admin/shoppers",
    "/admin/staff",
    "/admin/devices",
    "/admin/products",
    "/admin/planogram",
    "/admin/planogram/history",
    "/admin/stock",
    "/admin/mailbox",
    "/admin/set-aside",
    "/admin/activity",
];

async fn get(who: &Api, path: &str) -> (StatusCode, String) {
    let url = format!("{}/api/v1{path}", who.server());
    let answer = Client::new().get(url).bearer_auth(who.token().unwrap()).send().await.unwrap();
    (answer.status(), answer.text().await.unwrap())
}

async fn page<T: DeserializeOwned>(who: &Api, path: &str) -> Page<T> {
    let (status, text) = get(who, path).await;
    assert_eq!(status, StatusCode::OK, "{path}: {text}");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error} in {text}"))
}

async fn problem(who: &Api, path: &str) -> Problem {
    let (status, text) = get(who, path).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{path}: {text}");
    serde_json::from_str(&text).unwrap()
}

/// Orders of this shopper, as if placed one a second.
async fn place_orders(shop: &Shop, shopper: Uuid, numbers: std::ops::Range<i32>) {
    let (store, db) = (shop.running.app.store.id.0, &shop.running.app.db);
    let id = |number: i32| Uuid::from_u128(number as u128 + 1);
    let visits = numbers.clone().map(|number| shopping_session::ActiveModel {
        id: Set(id(number)),
        store_id: Set(store),
        shopper_id: Set(shopper),
        state: Set("settled".to_owned()),
        opened_at: Set(0),
        opened_by: Set("code".to_owned()),
        exited_at: Set(Some(0)),
        exited_by: Set(Some("code".to_owned())),
        settles_at: Set(Some(0)),
        settled_at: Set(Some(0)),
        doubted_at: Set(None),
    });
    shopping_session::Entity::insert_many(visits).exec_without_returning(&db.pool).await.unwrap();
    let orders = numbers.clone().map(|number| order::ActiveModel {
        id: Set(id(number)),
        store_id: Set(store),
        number: Set(number),
        session_id: Set(id(number)),
        shopper_id: Set(shopper),
        placed_at: Set(i64::from(number) * 1_000_000),
        currency: Set("EUR".to_owned()),
        total_minor: Set(149),
        time_zone: Set("UTC".to_owned()),
        utc_offset_s: Set(0),
    });
    order::Entity::insert_many(orders).exec_without_returning(&db.pool).await.unwrap();
    let lines = numbers.map(|number| order_line::ActiveModel {
        order_id: Set(id(number)),
        place: Set(0),
        store_id: Set(store),
        sku: Set("cola".to_owned()),
        name: Set("Cola".to_owned()),
        quantity: Set(2),
        unit_price_minor: Set(149),
        tax_rate_bp: Set(1_900),
    });
    order_line::Entity::insert_many(lines).exec_without_returning(&db.pool).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_oldest_order_is_reached_by_staff_and_by_the_phone() {
    let shop = Shop::open(|_| {}).await;
    let (ada, profile) = shop.outside.sign_up_or_log_in("Ada", "ada@example.org", "long enough 1").await.unwrap();
    let bob = shop.shopper("Bob").await;
    place_orders(&shop, profile.id, 1..731).await;
    for (who, path) in [(&ada, "/me/orders"), (&shop.owner, "/admin/orders")] {
        let first: Page<OrderSummary> = page(who, path).await;
        assert_eq!((first.items.len(), first.total), (50, Some(730)), "{path}");
        assert_eq!((first.items[0].units, first.items[0].shopper_name.as_str()), (2, "Ada"));
        let (mut seen, mut next) = (Vec::new(), Some(String::new()));
        while let Some(cursor) = next {
            let cursor = if cursor.is_empty() { cursor } else { format!("&cursor={cursor}") };
            let page: Page<OrderSummary> = page(who, &format!("{path}?limit=200{cursor}")).await;
            seen.extend(page.items.into_iter().map(|order| order.number));
            next = page.next;
        }
        let expected: Vec<String> = (1..731).rev().map(|number| format!("1970-{number:06}")).collect();
        assert_eq!(seen, expected, "{path}");
    }
    let others: Page<OrderSummary> = page(&bob, "/me/orders").await;
    assert!(others.items.is_empty());
    for (query, expected) in [
        ("search=aDA", 730),
        ("search=1970-000042", 1),
        ("from=1970-01-01T00:00:10Z&before=1970-01-01T00:00:20Z", 10),
        ("search=bob", 0),
        ("least_minor=150", 0),
        ("state=contested", 0),
    ] {
        let (mut found, mut next) = (0, None);
        loop {
            let cursor: String = next.map(|next| format!("&cursor={next}")).unwrap_or_default();
            let page: Page<OrderSummary> = page(&shop.owner, &format!("/admin/orders?limit=200&{query}{cursor}")).await;
            found += page.items.len();
            next = page.next;
            if next.is_none() {
                break;
            }
        }
        assert_eq!(found, expected, "{query}");
    }
    shop.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_six_hundred_open_cases_none_is_hidden() {
    let shop = Shop::open(|_| {}).await;
    let node = shop.device(DeviceRole::ShelfNode, "shelves").await;
    for batch in 0..6 {
        let events = (0..100).map(|number| node.event(&format!("lost-{batch}-{number}"), -1)).collect();
        node.send(events).await;
    }
    shop.later(60).await;
    let open: Page<ReviewView> = page(&shop.owner, "/admin/reviews?limit=200").await;
    assert_eq!((open.items.len(), open.total), (200, Some(600)));
    let all = shop.owner.open_reviews().await.unwrap();
    assert_eq!(all.iter().map(|review| review.id).collect::<BTreeSet<_>>().len(), 600);
    let (of_reason, of_other): (Page<ReviewView>, Page<ReviewView>) = (
        page(&shop.owner, "/admin/reviews?reason=unknown_slot").await,
        page(&shop.owner, "/admin/reviews?reason=too_many").await,
    );
    assert_eq!((of_reason.total, of_other.total), (Some(600), Some(0)));
    let found: Page<ReviewView> = page(&shop.owner, "/admin/reviews?search=LOST-3-7").await;
    assert_eq!(found.items.len(), 11);
    shop.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_page_of_a_list_is_refused() {
    let shop = Shop::open(|_| {}).await;
    let (_, profile) = shop.outside.sign_up_or_log_in("Ada", "ada@example.org", "long enough 1").await.unwrap();
    place_orders(&shop, profile.id, 1..11).await;
    let owner = &shop.owner;
    let cursor = page::<Value>(owner, "/admin/orders?limit=3&search=ada").await.next.unwrap();
    let products = page::<Value>(owner, "/admin/products?limit=1").await.next.unwrap();
    for path in LISTS {
        page::<Value>(owner, path).await;
        for cursor in ["nonsense", "", "%00", "AAAA", &cursor, &"A".repeat(5_000)] {
            let problem = problem(owner, &format!("{path}?cursor={cursor}")).await;
            assert_eq!(problem.code, ErrorCode::InvalidInput);
            assert!(problem.detail.contains("cursor") && problem.request_id.is_some(), "{path} {cursor}: {problem:?}");
        }
        for limit in ["0", "201", "-1", "x", "99999999999999999999"] {
            problem(owner, &format!("{path}?limit={limit}")).await;
        }
    }
    // Any other filter, list or letter makes it another's.
    let orders = |query: String| format!("/admin/orders?{query}");
    page::<Value>(owner, &orders(format!("limit=3&search=ada&cursor={cursor}"))).await;
    problem(owner, &orders(format!("limit=3&search=bob&cursor={cursor}"))).await;
    problem(owner, &orders(format!("limit=3&search=ada&state=refunded&cursor={cursor}"))).await;
    problem(owner, &orders(format!("cursor={products}"))).await;
    for place in 0..cursor.len() - 1 {
        let mut altered = cursor.clone().into_bytes();
        altered[place] = if altered[place] == b'A' { b'B' } else { b'A' };
        let altered = String::from_utf8(altered).unwrap();
        problem(owner, &orders(format!("limit=3&search=ada&cursor={altered}"))).await;
    }
    for query in [
        "search=a%00b".to_owned(),
        format!("search={}", "x".repeat(101)),
        "from=yesterday".to_owned(),
        "state=lost".to_owned(),
        "shopper_id=7".to_owned(),
        "least_minor=1.5".to_owned(),
    ] {
        problem(owner, &orders(query)).await;
    }
    problem(owner, "/admin/reviews?zone=a%00").await;
    problem(owner, "/admin/planogram?zone=%1b").await;
    problem(owner, "/admin/stock?state=gone").await;
    shop.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_come_with_the_slots_and_their_history() {
    let shop = Shop::open(|_| {}).await;
    let all = shop.owner.planogram().await.unwrap();
    let first = all.first().unwrap().clone();
    let path = format!("/admin/planogram?search={}", first.slot.to_uppercase());
    let found: Page<Value> = page(&shop.owner, &path).await;
    assert_eq!(found.items[0]["slot"], first.slot);
    let catalog = db::catalog::catalog(&shop.running.app.db, shop.running.app.store.id).await.unwrap();
    let name = catalog.get(&Sku(first.sku.clone())).unwrap().name.clone();
    assert_eq!(found.items[0]["product_name"], name);
    let history: Page<Value> = page(&shop.owner, &format!("/admin/planogram/history?slot={}", first.slot)).await;
    assert_eq!((history.items.len(), &history.items[0]["after_name"]), (1, &Value::from(name)));
    shop.running.stop().await;
}
