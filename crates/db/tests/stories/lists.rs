//! Lists in pages: each row once and in order, whatever is added meanwhile; filters and searches alike on both engines.

use std::collections::BTreeSet;

use db::Db;
use db::entity::{facing, mail, order, order_line, refund, review, shopper, shopping_session};
use db::orders::disputes::{DisputeFilter, DisputeState};
use db::orders::list::{OrderFilter, OrderPosition, OrderState};
use db::paging::{Search, Slice, Window};
use db::planogram::list::FacingFilter;
use db::reviews::list::{Open, ReviewFilter};
use domain::catalog::Product;
use domain::dispute::{ContestedLine, Dispute, DisputeReason, Verdict};
use domain::ids::{AdminId, DisputeId, OrderId, ShopperId, Sku, SlotId, StoreId, ZoneId};
use domain::interaction::{Basis, Evidence};
use domain::money::Minor;
use domain::review::{Review, ReviewReason};
use domain::shelf::{SensorKind, ShelfEvent};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use uuid::Uuid;

use super::{add_products, at, cola, facing as facing_of, first, id, new_store, on_both};

const ADA: u128 = 0xADA;
const ZOE: u128 = 0x20E;

async fn add_shopper(db: &Db, store: StoreId, number: u128, name: &str, email: &str) {
    let row = shopper::ActiveModel {
        id: Set(id(number)),
        store_id: Set(store.0),
        name: Set(name.to_owned()),
        email: Set(email.to_owned()),
        password_hash: Set("no hash".to_owned()),
        created_at: Set(number as i64),
    };
    shopper::Entity::insert(row).exec_without_returning(&db.pool).await.unwrap();
}

/// Three orders a second; every tenth is Zoë's, the others are Ada's; every seventh has bread, the others cola.
async fn add_orders(db: &Db, store: StoreId, numbers: std::ops::RangeInclusive<i32>) {
    let whose = |number: i32| id(if number % 10 == 0 { ZOE } else { ADA });
    let visits = numbers.clone().map(|number| shopping_session::ActiveModel {
        id: Set(id(number as u128 + 1_000_000)),
        store_id: Set(store.0),
        shopper_id: Set(whose(number)),
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
        id: Set(id(number as u128)),
        store_id: Set(store.0),
        number: Set(number),
        session_id: Set(id(number as u128 + 1_000_000)),
        shopper_id: Set(whose(number)),
        placed_at: Set(db::micros(at(i64::from(number / 3)))),
        currency: Set("EUR".to_owned()),
        total_minor: Set(i64::from(number) * 10),
        time_zone: Set("UTC".to_owned()),
        utc_offset_s: Set(0),
    });
    order::Entity::insert_many(orders).exec_without_returning(&db.pool).await.unwrap();
    let lines = numbers.map(|number| order_line::ActiveModel {
        order_id: Set(id(number as u128)),
        place: Set(0),
        store_id: Set(store.0),
        sku: Set(if number % 7 == 0 { "bread" } else { "cola" }.to_owned()),
        name: Set("as bought".to_owned()),
        quantity: Set(1),
        unit_price_minor: Set(i64::from(number) * 10),
        tax_rate_bp: Set(700),
    });
    order_line::Entity::insert_many(lines).exec_without_returning(&db.pool).await.unwrap();
}

fn searched(text: &str) -> Option<Search> {
    Search::parse(text).unwrap()
}

async fn numbers(db: &Db, store: StoreId, filter: OrderFilter) -> Vec<u32> {
    let mut found = Vec::new();
    let mut window: Window<OrderPosition> = first(7);
    loop {
        let Slice { rows, next } = db::orders::list::page(db, store, &filter, &window).await.unwrap();
        assert!(rows.len() <= 7 && (next.is_none() || rows.len() == 7));
        found.extend(rows.iter().map(|file| file.order.number.0));
        match next {
            Some(_) => window.after = next,
            None => return found,
        }
    }
}

#[tokio::test]
async fn every_order_is_on_one_page_while_others_are_placed() {
    on_both("order_pages", async |db| {
        let store = new_store(&db).await.id;
        add_shopper(&db, store, ADA, "Ada", "ada@example.org").await;
        add_shopper(&db, store, ZOE, "Zoë", "zoe@example.org").await;
        add_orders(&db, store, 1..=600).await;
        let mut window: Window<OrderPosition> = first(50);
        let mut seen = Vec::new();
        for added in 0.. {
            let slice = db::orders::list::page(&db, store, &OrderFilter::default(), &window).await.unwrap();
            assert!(slice.rows.iter().all(|file| file.order.lines.len() == 1));
            seen.extend(slice.rows.iter().map(|file| file.order.number.0));
            add_orders(&db, store, 601 + added..=601 + added).await;
            let Some(next) = slice.next else { break };
            window.after = Some(next);
        }
        assert_eq!(seen, (1..=600).rev().collect::<Vec<u32>>());
        let count = db::orders::list::count(&db, store, &OrderFilter::default()).await.unwrap();
        assert_eq!(count, Some(612));
    })
    .await;
}

#[tokio::test]
async fn orders_are_filtered_and_searched() {
    on_both("order_filters", async |db| {
        let store = new_store(&db).await.id;
        add_shopper(&db, store, ADA, "Ada 100%", "ada_l@example.org").await;
        add_shopper(&db, store, ZOE, "ZOË Ångström", "zoe@example.org").await;
        db::catalog::save_product(&db, store, &cola(), at(0)).await.unwrap();
        let bread = Product { sku: Sku::from("bread"), gtin: None, name: "Weiße Brötchen".to_owned(), ..cola() };
        db::catalog::save_product(&db, store, &bread, at(0)).await.unwrap();
        add_orders(&db, store, 1..=100).await;
        let contested = Dispute {
            id: DisputeId(id(1)),
            order: OrderId(id(40)),
            lines: vec![ContestedLine { sku: Sku::from("cola"), quantity: 1, reason: DisputeReason::NotTaken }],
            message: String::new(),
            opened_at: at(1_000),
            verdict: None,
        };
        insert_dispute(&db, store, &contested, ZOE).await;
        let verdict = Verdict { accepted: true, answer: "so".to_owned(), by: AdminId(id(1)), decided_at: at(1_001) };
        let given_back = Dispute { id: DisputeId(id(2)), order: OrderId(id(41)), verdict: Some(verdict), ..contested };
        insert_dispute(&db, store, &given_back, ADA).await;
        let back = refund::ActiveModel {
            dispute_id: Set(id(2)),
            store_id: Set(store.0),
            order_id: Set(id(41)),
            amount_minor: Set(10),
            recorded_at: Set(0),
            payload: Set(
                serde_json::json!({"dispute": id(2), "order": id(41), "lines": [], "amount": 10, "taxes": []}),
            ),
        };
        refund::Entity::insert(back).exec_without_returning(&db.pool).await.unwrap();

        let zoes: Vec<u32> = (1..=10).rev().map(|ten| ten * 10).collect();
        let with_bread: Vec<u32> = (1..=100).rev().filter(|number| number % 7 == 0).collect();
        let all: Vec<u32> = (1..=100).rev().collect();
        let find = async |text: &str| {
            numbers(&db, store, OrderFilter { search: searched(text), ..OrderFilter::default() }).await
        };
        for (text, expected) in [
            ("zoë", zoes.clone()),
            ("ÅNGSTR", zoes.clone()),
            ("ZOE@example", zoes.clone()),
            ("bröt", with_bread.clone()),
            ("BREAD", with_bread.clone()),
            ("COLA", all.iter().copied().filter(|number| number % 7 != 0).collect()),
            ("100%", all.iter().copied().filter(|number| number % 10 != 0).collect()),
            ("10%", vec![]),
            ("a_l", all.iter().copied().filter(|number| number % 10 != 0).collect()),
            ("z_e", vec![]),
            ("*", vec![]),
            ("[a-z]", vec![]),
            (".", all.clone()),
            ("42", vec![42]),
            ("000042", vec![42]),
            ("2027-000042", vec![42]),
            ("2026-000042", vec![]),
            ("nobody", vec![]),
        ] {
            assert_eq!(find(text).await, expected, "{text}");
        }
        for (filter, expected) in [
            (OrderFilter { shopper: Some(ShopperId(id(ZOE))), ..OrderFilter::default() }, zoes.clone()),
            (OrderFilter { state: Some(OrderState::Contested), ..OrderFilter::default() }, vec![40]),
            (OrderFilter { state: Some(OrderState::Refunded), ..OrderFilter::default() }, vec![41]),
            (
                OrderFilter { least: Some(Minor(500)), most: Some(Minor(520)), ..OrderFilter::default() },
                vec![52, 51, 50],
            ),
            (OrderFilter { from: Some(at(10)), before: Some(at(11)), ..OrderFilter::default() }, vec![32, 31, 30]),
            (
                OrderFilter {
                    from: Some(at(10)),
                    before: Some(at(11)),
                    search: searched("zoë"),
                    ..OrderFilter::default()
                },
                vec![30],
            ),
            (
                OrderFilter {
                    shopper: Some(ShopperId(id(ZOE))),
                    search: searched("brötchen"),
                    ..OrderFilter::default()
                },
                vec![70],
            ),
        ] {
            assert_eq!(numbers(&db, store, filter.clone()).await, expected, "{filter:?}");
        }
        assert!(
            numbers(&db, StoreId(id(9)), OrderFilter { search: searched("bread"), ..OrderFilter::default() })
                .await
                .is_empty()
        );
    })
    .await;
}

async fn insert_dispute(db: &Db, store: StoreId, dispute: &Dispute, shopper: u128) {
    let state = dispute.verdict.as_ref().map(|verdict| if verdict.accepted { "accepted" } else { "rejected" });
    let row = db::entity::dispute::ActiveModel {
        id: Set(dispute.id.0),
        store_id: Set(store.0),
        order_id: Set(dispute.order.0),
        shopper_id: Set(id(shopper)),
        state: Set(state.unwrap_or("open").to_owned()),
        opened_at: Set(db::micros(dispute.opened_at)),
        decided_at: Set(dispute.verdict.as_ref().map(|verdict| db::micros(verdict.decided_at))),
        payload: Set(serde_json::to_value(dispute).unwrap()),
    };
    db::entity::dispute::Entity::insert(row).exec_without_returning(&db.pool).await.unwrap();
}

#[tokio::test]
async fn open_disputes_come_first_on_whichever_page() {
    on_both("dispute_pages", async |db| {
        let store = new_store(&db).await.id;
        add_shopper(&db, store, ADA, "Ada", "ada@example.org").await;
        add_shopper(&db, store, ZOE, "Zoë", "zoe@example.org").await;
        add_orders(&db, store, 1..=30).await;
        for number in 1..=30_u128 {
            let decided =
                |accepted| Verdict { accepted, answer: "so".to_owned(), by: AdminId(id(1)), decided_at: at(9) };
            let dispute = Dispute {
                id: DisputeId(id(number)),
                order: OrderId(id(number)),
                lines: vec![ContestedLine { sku: Sku::from("cola"), quantity: 1, reason: DisputeReason::NotTaken }],
                message: String::new(),
                opened_at: at(number as i64 / 2),
                verdict: match number % 3 {
                    0 => None,
                    rest => Some(decided(rest == 1)),
                },
            };
            insert_dispute(&db, store, &dispute, if number % 10 == 0 { ZOE } else { ADA }).await;
        }
        let walk = async |filter: DisputeFilter| {
            let mut found = Vec::new();
            let mut window = first(4);
            loop {
                let slice = db::orders::disputes::page(&db, store, &filter, &window).await.unwrap();
                found.extend(slice.rows.iter().map(|(dispute, file)| {
                    assert_eq!(file.order.id, dispute.order);
                    dispute.id.0.as_u128()
                }));
                let Some(next) = slice.next else { break found };
                window.after = Some(next);
            }
        };
        let (open, decided): (Vec<u128>, Vec<u128>) = (1..=30).rev().partition(|number| number % 3 == 0);
        assert_eq!(walk(DisputeFilter::default()).await, [open.clone(), decided].concat());
        let state = |state| DisputeFilter { state: Some(state), search: None };
        assert_eq!(walk(state(DisputeState::Open)).await, open);
        let accepted: Vec<u128> = (1..=30).rev().filter(|number| number % 3 == 1).collect();
        assert_eq!(walk(state(DisputeState::Accepted)).await, accepted);
        let search = |text| DisputeFilter { state: None, search: searched(text) };
        assert_eq!(walk(search("zoë")).await, [30, 20, 10]);
        assert_eq!(walk(search("000007")).await, [7]);
        assert_eq!(db::orders::disputes::count(&db, store, &state(DisputeState::Rejected)).await.unwrap(), Some(10));
    })
    .await;
}

#[tokio::test]
async fn cases_are_filtered_by_zone_reason_and_product_and_none_is_cut_off() {
    on_both("case_pages", async |db| {
        let store = new_store(&db).await.id;
        let stands = |slot: &str, zone: &str| facing::ActiveModel {
            id: Set(Uuid::now_v7()),
            store_id: Set(store.0),
            slot: Set(slot.to_owned()),
            sku: Set("cola".to_owned()),
            zone: Set(zone.to_owned()),
            x: Set(None),
            capacity: Set(1),
            valid_from: Set(0),
            valid_to: Set(None),
            stands_since: Set(0),
        };
        add_products(&db, store).await;
        let facings = [stands("a1", "a"), stands("a2", "a"), stands("b1", "b")];
        facing::Entity::insert_many(facings).exec_without_returning(&db.pool).await.unwrap();
        db::catalog::save_product(&db, store, &cola(), at(0)).await.unwrap();
        let slots = ["a1", "a2", "b1"];
        let rows = (0..650_usize).map(|number| {
            let event = ShelfEvent {
                id: domain::ids::ShelfEventId(Uuid::from_u128(number as u128)),
                slot: SlotId::from(slots[number % 3]),
                occurred_at: at(number as i64),
                delta_units: -1,
                units_after: None,
                sensor: SensorKind::Beam,
                trace: Vec::new(),
                weighed: None,
                between: None,
            };
            let evidence = Evidence {
                shelf_event: event,
                contents: Vec::new(),
                candidates: Vec::new(),
                sightings: Vec::new(),
                basis: Basis::None,
            };
            let reason = if number % 5 == 0 { ReviewReason::TooLate } else { ReviewReason::Unsure };
            let sku = Some(Sku::from(if number % 13 == 0 { "bread" } else { "cola" }));
            let review = Review::of(evidence, reason, sku, 1, at(number as i64 / 4));
            review::ActiveModel {
                id: Set(Uuid::from_u128(number as u128)),
                store_id: Set(store.0),
                open: Set(number < 600),
                opened_at: Set(db::micros(review.opened_at)),
                payload: Set(serde_json::to_value(&review).unwrap()),
                decided_session_id: Set(None),
                decided_by: Set(None),
                decided_at: Set(None),
            }
        });
        review::Entity::insert_many(rows).exec_without_returning(&db.pool).await.unwrap();
        let walk = async |filter: ReviewFilter| {
            let mut found = BTreeSet::new();
            let mut window = first(200);
            loop {
                let slice = db::reviews::list::page(&db, store, &filter, &window).await.unwrap();
                for file in &slice.rows {
                    assert!(found.insert(file.review.id), "no case twice");
                }
                let Some(next) = slice.next else { break };
                window.after = Some(next);
            }
            let count = db::reviews::list::count(&db, store, &filter).await.unwrap();
            assert!(count.is_none_or(|count| count == found.len() as u64));
            found.len()
        };
        let open = ReviewFilter { open: Open::Yes, zone: None, reason: None, sku: None, search: None };
        assert_eq!(walk(open.clone()).await, 600);
        assert_eq!(walk(ReviewFilter { open: Open::No, ..open.clone() }).await, 50);
        assert_eq!(walk(ReviewFilter { zone: Some(ZoneId::from("a")), ..open.clone() }).await, 400);
        assert_eq!(walk(ReviewFilter { reason: Some(ReviewReason::TooLate), ..open.clone() }).await, 120);
        assert_eq!(walk(ReviewFilter { sku: Some(Sku::from("bread")), ..open.clone() }).await, 47);
        assert_eq!(walk(ReviewFilter { search: searched("B1"), ..open.clone() }).await, 200);
        assert_eq!(walk(ReviewFilter { search: searched("cOLa"), ..open.clone() }).await, 553);
        assert_eq!(db::reviews::open(&db, store).await.unwrap().len(), 600, "a restart needs all of them");
    })
    .await;
}

#[tokio::test]
async fn the_other_lists_are_paged_and_searched_too() {
    on_both("other_pages", async |db| {
        let store = new_store(&db).await.id;
        for number in 1..=9_u128 {
            add_shopper(&db, store, number, &format!("Shopper {number}"), &format!("{number}@example.org")).await;
            let product = Product { sku: Sku::from(format!("sku-{number}").as_str()), gtin: None, ..cola() };
            db::catalog::save_product(&db, store, &product, at(0)).await.unwrap();
            let stands = domain::planogram::Facing {
                slot: SlotId::from(format!("slot-{number}").as_str()),
                sku: product.sku,
                ..facing_of("cola")
            };
            db::catalog::save_facing(&db, store, &stands, at(1)).await.unwrap();
            let row = mail::Model {
                id: id(number),
                store_id: store.0,
                to_address: format!("{number}@example.org"),
                subject: "Receipt".to_owned(),
                html: String::new(),
                text: String::new(),
                sent_at: 7,
            };
            db::mailbox::keep(&db, row).await.unwrap();
        }
        macro_rules! walk {
            ($page:expr) => {{
                let (mut pages, mut window) = (Vec::new(), first(4));
                loop {
                    let slice = $page(&window).await.unwrap();
                    pages.push(slice.rows.len());
                    let Some(next) = slice.next else { break pages };
                    window.after = Some(next);
                }
            }};
        }
        let one = searched("7");
        let none: Option<&Search> = None;
        assert_eq!(walk!(async |window| db::accounts::list::shoppers(&db, store, none, window).await), [4, 4, 1]);
        assert_eq!(walk!(async |window| db::accounts::list::shoppers(&db, store, one.as_ref(), window).await), [1]);
        assert_eq!(walk!(async |window| db::catalog::page(&db, store, none, window).await), [4, 4, 1]);
        assert_eq!(walk!(async |window| db::catalog::page(&db, store, one.as_ref(), window).await), [1]);
        assert_eq!(walk!(async |window| db::mailbox::page(&db, store, none, window).await), [4, 4, 1]);
        assert_eq!(walk!(async |window| db::mailbox::page(&db, store, one.as_ref(), window).await), [1]);
        assert_eq!(walk!(async |window| db::planogram::list::history(&db, store, None, window).await), [4, 4, 1]);
        let slots = FacingFilter::default();
        assert_eq!(walk!(async |window| db::planogram::list::page(&db, store, &slots, window).await), [4, 4, 1]);
        let found = FacingFilter { zone: Some(ZoneId::from("g1")), search: one.clone() };
        assert_eq!(walk!(async |window| db::planogram::list::page(&db, store, &found, window).await), [1]);
    })
    .await;
}
