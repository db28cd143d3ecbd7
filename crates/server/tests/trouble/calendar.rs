//! The store's calendar: receipts, numbers, days and taxes by the store's clock, and settings that change while it is open.

use protocol::admin::{FloorView, MailSummary, MailView, ProductView, StoreView};
use protocol::error_code::Problem;
use protocol::order::{OrderSummary, OrderView};
use protocol::paging::Page;
use protocol::privacy::ShopperExport;
use protocol::store::{DatedTaxRates, OpenSpanView, SaveStoreSettings, StoreSettingsView};
use reqwest::{Client, Method, Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use simulator::api::Api;

use crate::shop::Shop;

async fn ask(api: &Api, method: Method, path: &str, body: Option<&impl Serialize>) -> Response {
    let request = Client::new().request(method, format!("{}/api/v1{path}", api.server()));
    let request = request.bearer_auth(api.token().unwrap());
    match body {
        Some(body) => request.json(body).send().await.unwrap(),
        None => request.send().await.unwrap(),
    }
}

async fn get<T: DeserializeOwned>(api: &Api, path: &str) -> T {
    ask(api, Method::GET, path, None::<&()>).await.json().await.unwrap()
}

async fn settings(shop: &Shop) -> SaveStoreSettings {
    let found: StoreSettingsView = get(&shop.owner, "/admin/store").await;
    SaveStoreSettings {
        version: found.version,
        name: found.name,
        time_zone: found.time_zone,
        country: found.country,
        hours: found.hours,
        tax_rates: found.tax_rates,
    }
}

async fn save(shop: &Shop, settings: &SaveStoreSettings) -> Result<StoreSettingsView, Problem> {
    let answer = ask(&shop.owner, Method::PUT, "/admin/store", Some(settings)).await;
    match answer.status() {
        StatusCode::OK => Ok(answer.json().await.unwrap()),
        _ => Err(answer.json().await.unwrap()),
    }
}

/// The newest order with its view.
async fn newest(shop: &Shop) -> OrderView {
    let orders = get::<Page<OrderSummary>>(&shop.owner, "/admin/orders").await.items;
    get(&shop.owner, &format!("/admin/orders/{}", orders[0].id)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_of_one_to_one_on_new_year_s_day_in_berlin_is_of_the_new_year_for_ever() {
    let change = |config: &mut server::config::Config| config.store.time_zone = "Europe/Berlin".to_owned();
    let shop = Shop::open_at("2025-12-31T23:57:00Z", change).await;
    let ada = shop.shopper("Ada").await;
    shop.trip(&ada, "g1s1").await;
    let order = newest(&shop).await;
    assert_eq!(order.number, "2026-000001");
    assert!(order.placed_at.starts_with("2026-01-01T00:58:"), "{}", order.placed_at);
    assert!(order.placed_at.ends_with("+01:00"), "{}", order.placed_at);
    assert_eq!(order.time_zone, "Europe/Berlin");
    let floor: FloorView = get(&shop.owner, "/admin/floor").await;
    assert_eq!((floor.orders_today, floor.today.as_str()), (1, "2026-01-01"));
    assert_eq!(floor.time_zone, "Europe/Berlin");
    assert!(floor.activity.iter().any(|one| one.text.contains("2026-000001")), "{:?}", floor.activity);

    let mail = loop {
        let mails = get::<Page<MailSummary>>(&shop.owner, "/admin/mailbox").await.items;
        if let Some(mail) = mails.first() {
            break get::<MailView>(&shop.owner, &format!("/admin/mailbox/{}", mail.id)).await;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    };
    for text in [&mail.text, &mail.html] {
        assert!(text.contains("2026-000001"), "{text}");
        assert!(text.contains("2026-01-01 00:58 Europe/Berlin (UTC+01:00)"), "{text}");
    }
    let export: ShopperExport = get(&ada, "/me/export").await;
    assert!(export.made_at.starts_with("2026-01-01T00:5") && export.time_zone == "Europe/Berlin", "{}", export.made_at);
    assert!(export.visits[0].opened_at.ends_with("+01:00"), "{}", export.visits[0].opened_at);

    // Another zone renumbers nothing that is printed.
    let moved = SaveStoreSettings { time_zone: "america/new_york".to_owned(), ..settings(&shop).await };
    assert_eq!(save(&shop, &moved).await.unwrap().time_zone, "America/New_York");
    assert_eq!(newest(&shop).await, order);
    let floor: FloorView = get(&shop.owner, "/admin/floor").await;
    assert_eq!((floor.orders_today, floor.today.as_str()), (1, "2025-12-31"));
    shop.trip(&ada, "g1s1").await;
    assert_eq!(newest(&shop).await.number, "2025-000002");
    let store: StoreView = get(&shop.owner, "/store").await;
    assert_eq!(store.time_zone, "America/New_York");
    shop.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tax_rates_begin_at_the_store_s_midnight_without_a_restart() {
    let shop = Shop::open_at("2026-06-30T12:00:00Z", |config| {
        config.store.time_zone = "Asia/Kathmandu".to_owned();
    })
    .await;
    let ada = shop.shopper("Ada").await;
    let mut next = settings(&shop).await;
    next.tax_rates.push(DatedTaxRates {
        valid_from: Some("2026-07-01".to_owned()),
        standard_bp: 1_600,
        reduced_bp: 500,
    });
    assert_eq!(save(&shop, &next).await.unwrap().tax_rates.len(), 2);
    let rate = async || {
        shop.trip(&ada, "g1s1").await;
        newest(&shop).await.lines[0].tax_rate_bp
    };
    assert_eq!(rate().await, 1_900);
    // It is 23:55 in Kathmandu at 18:10 by UTC.
    shop.later(6 * 3_600).await;
    assert_eq!(rate().await, 1_900);
    shop.later(20 * 60).await;
    assert_eq!(rate().await, 1_600);
    shop.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_make_no_sense_are_refused_with_a_sentence() {
    let shop = Shop::open(|_| {}).await;
    let good = settings(&shop).await;
    let rate = |valid_from: &str, standard_bp| DatedTaxRates {
        valid_from: Some(valid_from.to_owned()),
        standard_bp,
        reduced_bp: 0,
    };
    type Change = Box<dyn Fn(&mut SaveStoreSettings)>;
    let cases: Vec<(&str, Change)> = vec![
        ("1 to 120 characters", Box::new(|one| one.name = "  ".to_owned())),
        ("1 to 120 characters", Box::new(|one| one.name = "x".repeat(121))),
        ("control character", Box::new(|one| one.name = "Cor\u{0}ner".to_owned())),
        ("turns the direction", Box::new(|one| one.name = "Cor\u{202e}ner".to_owned())),
        ("no time zone of the IANA database", Box::new(|one| one.time_zone = "Berlin".to_owned())),
        ("no time zone of the IANA database", Box::new(|one| one.time_zone = String::new())),
        ("no country of ISO 3166", Box::new(|one| one.country = Some("Germany".to_owned()))),
        ("seven days", Box::new(|one| one.hours.days.truncate(6))),
        ("Monday: \"noon\" is no time", Box::new(|one| one.hours.days[0][0].from = "noon".to_owned())),
        ("end of the business day", Box::new(|one| one.hours.day_ends = "3".to_owned())),
        (
            "Sunday: 00:00–24:00 overlaps 23:00–24:00",
            Box::new(|one| one.hours.days[6].push(OpenSpanView { from: "23:00".into(), to: "24:00".into() })),
        ),
        ("today (2026-01-01)", Box::new(move |one| one.tax_rates.push(rate("2025-12-31", 1_600)))),
        ("is no date", Box::new(move |one| one.tax_rates.push(rate("tomorrow", 1_600)))),
        ("is no date", Box::new(move |one| one.tax_rates.push(rate("2026-02-30", 1_600)))),
        ("0 to 100 %", Box::new(move |one| one.tax_rates.push(rate("2026-02-01", 10_001)))),
        (
            "Two tax rates begin on",
            Box::new(move |one| one.tax_rates.extend([rate("2026-02-01", 1), rate("2026-02-01", 2)])),
        ),
        ("from the beginning are missing", Box::new(|one| one.tax_rates.clear())),
        ("from the beginning", Box::new(|one| one.tax_rates[0].standard_bp = 2_000)),
    ];
    for (sentence, change) in cases {
        let mut bad = good.clone();
        change(&mut bad);
        let problem = save(&shop, &bad).await.expect_err(sentence);
        assert_eq!(problem.status, 422, "{problem:?}");
        assert!(problem.detail.contains(sentence), "{sentence}: {}", problem.detail);
    }
    assert_eq!(settings(&shop).await, good, "nothing of it was saved");
    let stranger = shop.shopper("Ada").await;
    assert_eq!(ask(&stranger, Method::PUT, "/admin/store", Some(&good)).await.status(), StatusCode::UNAUTHORIZED);
    shop.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_save_is_refused_and_says_what_changed() {
    let shop = Shop::open(|_| {}).await;
    let first = settings(&shop).await;
    let renamed = SaveStoreSettings { name: "Kiosk".to_owned(), country: Some("NP".to_owned()), ..first.clone() };
    assert_eq!(save(&shop, &renamed).await.unwrap().version, 2);
    let floor: FloorView = get(&shop.owner, "/admin/floor").await;
    assert_eq!(floor.store_name, "Kiosk");
    let stale = SaveStoreSettings { time_zone: "Asia/Kathmandu".to_owned(), ..first };
    let problem = save(&shop, &stale).await.unwrap_err();
    assert_eq!(problem.status, 409);
    assert!(
        problem.detail.contains("name: Kiosk, country: NP; Demo owner, 2026-01-01 10:01 UTC"),
        "{}",
        problem.detail
    );
    assert_eq!(settings(&shop).await, SaveStoreSettings { version: 2, ..renamed });
    shop.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_products_cannot_have_one_barcode_number() {
    let shop = Shop::open(|_| {}).await;
    let put = async |sku: &str, gtin: &str| {
        let products = get::<Page<ProductView>>(&shop.owner, "/admin/products").await.items;
        let known = products.into_iter().find(|one| one.sku == sku).unwrap();
        let changed = ProductView { gtin: Some(gtin.to_owned()), ..known };
        ask(&shop.owner, Method::PUT, &format!("/admin/products/{sku}"), Some(&changed)).await
    };
    let answer = put("soap", "0 036000-291452").await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.json::<ProductView>().await.unwrap().gtin.as_deref(), Some("036000291452"));
    let answer = put("apple", "036000291452").await;
    assert_eq!(answer.status(), StatusCode::CONFLICT);
    let detail = answer.json::<Problem>().await.unwrap().detail;
    assert_eq!(detail, "The GTIN 036000291452 is that of Hand soap (soap) already: two products cannot have the same.");
    shop.running.stop().await;
}
