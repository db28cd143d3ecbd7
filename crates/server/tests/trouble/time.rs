//! Clocks and delays: late batches, nodes with wrong clocks, a server whose clock is set, codes that were photographed, visits that nobody
//! ended.

use domain::clock::shift;
use domain::skew::Skew;
use jiff::{SignedDuration, Timestamp};
use protocol::admin::{ReviewReason, SettleVisit};
use protocol::device::{
    ClockAnswer, CodeScan, DeviceClock, DeviceRole, GateOutcome, LookAck, ShelfEventBatch, ShelfEventMessage,
    ShelfEventsAck,
};
use protocol::error_code::ErrorCode;
use protocol::realtime::{CLOCK, CODE, SHELF_EVENTS};
use simulator::api::Api;
use uuid::Uuid;

use super::shop::{Device, Shop};

/// What a node's clock shows where it is ahead of ours.
fn ahead(shop: &Shop, seconds: i64) -> Timestamp {
    shift(shop.hand.clock().now(), SignedDuration::from_secs(seconds))
}

/// A node whose clock is ahead by so many seconds asks for the time.
async fn asks_for_the_time(shop: &Shop, node: &Device, seconds: i64) -> DeviceClock {
    let asked = ahead(shop, seconds);
    let answer: ClockAnswer = node.ask(CLOCK, &serde_json::json!({}), None).await.unwrap();
    DeviceClock::new(answer.epoch, Skew::of_exchange(asked, answer.at, ahead(shop, seconds)))
}

/// A unit that was taken, and the batch that says so as it was sent now.
fn taken(shop: &Shop, node: &Device, seconds: i64, clock: Option<DeviceClock>) -> ShelfEventBatch {
    let at = ahead(shop, seconds);
    let event = ShelfEventMessage { occurred_at: at, ..node.event("g1s1", -1) };
    ShelfEventBatch { sent_at: at, clock, boot: None, events: vec![event] }
}

async fn is_taken(node: &Device, batch: &ShelfEventBatch) -> bool {
    let answer: ShelfEventsAck = node.ask(SHELF_EVENTS, batch, None).await.unwrap();
    matches!(answer, ShelfEventsAck::Taken { rejected, .. } if rejected.is_empty())
}

fn let_in(ack: &LookAck) -> bool {
    matches!(ack, LookAck::Seen { outcome: GateOutcome::Welcome { .. }, .. })
}

fn refused(ack: &LookAck) -> bool {
    matches!(ack, LookAck::Seen { outcome: GateOutcome::CodeRefused { .. }, .. })
}

async fn code(shopper: &Api) -> String {
    shopper.entry_code().await.unwrap().code
}

async fn units(shopper: &Api) -> u32 {
    let visit = shopper.visit().await.unwrap().visit;
    visit.map_or(0, |visit| visit.cart.items.iter().map(|item| item.quantity).sum())
}

async fn reasons(shop: &Shop) -> Vec<ReviewReason> {
    shop.owner.open_reviews().await.unwrap().into_iter().map(|review| review.reason).collect()
}

/// Ada stands before the slot, takes a unit and goes on; three seconds later Ben stands there. The node, whose clock is `seconds` ahead,
/// sends at once, but its batch arrives five seconds late.
async fn late_batch(seconds: i64, knows_its_clock: bool) -> (u32, u32, Vec<ReviewReason>) {
    let shop = Shop::open(|_| {}).await;
    let entry = shop.device(DeviceRole::Entry, "entry").await;
    let camera = shop.device(DeviceRole::ShelfCamera, "g1").await;
    let node = shop.device(DeviceRole::ShelfNode, "shelves").await;
    let (ada, ben) = (shop.shopper("Ada").await, shop.shopper("Ben").await);
    for shopper in [&ada, &ben] {
        assert!(let_in(&entry.scan(&code(shopper).await).await));
    }
    let clock = if knows_its_clock { Some(asks_for_the_time(&shop, &node, seconds).await) } else { None };
    shop.later(20).await;
    let (adas, bens) = (code(&ada).await, code(&ben).await);
    let stands_there = async |code: &str| {
        for _ in 0..4 {
            shop.hand.move_to(shift(shop.hand.clock().now(), SignedDuration::from_millis(250)));
            camera.scan(code).await;
        }
    };
    stands_there(&adas).await;
    let batch = taken(&shop, &node, seconds, clock);
    stands_there(&adas).await;
    shop.later(3).await;
    stands_there(&bens).await;
    assert!(is_taken(&node, &batch).await);
    shop.later(15).await;
    let found = (units(&ada).await, units(&ben).await, reasons(&shop).await);
    shop.running.stop().await;
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_was_long_under_way_is_billed_to_whoever_stood_there_then() {
    for seconds in [0, 3 * 86_400, -3_600] {
        assert_eq!(late_batch(seconds, true).await, (1, 0, vec![]), "a clock {seconds} s ahead");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_node_that_never_asked_for_the_time_nobody_pays_for_another_s() {
    for seconds in [0, 3 * 86_400] {
        let found = late_batch(seconds, false).await;
        assert_eq!(found, (0, 0, vec![ReviewReason::TimeUnsure]), "a clock {seconds} s ahead");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_stamped_before_the_node_started_anew_is_kept_for_staff() {
    let shop = Shop::open(|_| {}).await;
    let node = shop.device(DeviceRole::ShelfNode, "shelves").await;
    let clock = asks_for_the_time(&shop, &node, 0).await;
    let (before, now) = (Uuid::now_v7(), Uuid::now_v7());
    let two_weeks = -14 * 86_400;
    let stamped = |seconds: i64, boot| ShelfEventMessage {
        occurred_at: ahead(&shop, seconds),
        boot: Some(boot),
        ..node.event("g1s1", -1)
    };
    let events: Vec<_> = [two_weeks, two_weeks + 1, two_weeks + 2]
        .map(|seconds| stamped(seconds, before))
        .into_iter()
        .chain([stamped(-1, now)])
        .collect();
    let ids: Vec<_> = events.iter().map(|event| event.id).collect();
    let batch = ShelfEventBatch { sent_at: ahead(&shop, 0), clock: Some(clock), boot: Some(now), events };
    let answer: ShelfEventsAck = node.ask(SHELF_EVENTS, &batch, None).await.unwrap();
    assert_eq!(answer, ShelfEventsAck::Taken { accepted: ids, rejected: vec![] });
    shop.later(20).await;
    let mut found = reasons(&shop).await;
    found.sort_by_key(|reason| *reason != ReviewReason::TimeUnsure);
    assert_eq!(found.iter().filter(|reason| **reason == ReviewReason::TimeUnsure).count(), 3, "{found:?}");
    assert_eq!(found.len(), 4, "and the one that was dated: {found:?}");
    // Sent again, because the answer was lost: nothing comes twice.
    assert!(is_taken(&node, &batch).await);
    shop.later(20).await;
    assert_eq!(reasons(&shop).await.len(), 4);
    shop.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn times_that_cannot_be_are_nobody_s_bill_and_lose_nothing() {
    let shop = Shop::open(|_| {}).await;
    let entry = shop.device(DeviceRole::Entry, "entry").await;
    let node = shop.device(DeviceRole::ShelfNode, "shelves").await;
    let ada = shop.shopper("Ada").await;
    assert!(let_in(&entry.scan(&code(&ada).await).await));
    shop.later(20).await;
    let (sent_at, far) = (ahead(&shop, 0), ["9999-12-30T22:00:00Z", "-009999-01-02T01:59:59Z", "1970-01-01T00:00:00Z"]);
    for (place, occurred_at) in far.into_iter().map(|at| at.parse().unwrap()).chain([ahead(&shop, 60)]).enumerate() {
        let events = vec![ShelfEventMessage { occurred_at, ..node.event("g1s1", -1) }];
        assert!(is_taken(&node, &ShelfEventBatch { sent_at, clock: None, boot: None, events }).await);
        shop.later(15).await;
        assert_eq!((units(&ada).await, reasons(&shop).await.len()), (0, place + 1), "{occurred_at}");
    }
    for sent_at in far.map(|at| at.parse().unwrap()) {
        let batch = ShelfEventBatch { sent_at, ..taken(&shop, &node, 0, None) };
        assert!(is_taken(&node, &batch).await, "{sent_at}");
    }
    shop.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn setting_the_server_s_clock_loses_no_order_and_the_next_visit_is_like_any() {
    for seconds in [-3_600, 3_600, -86_400 * 400] {
        let shop = Shop::open(|_| {}).await;
        let entry = shop.device(DeviceRole::Entry, "entry").await;
        let exit = shop.device(DeviceRole::Exit, "exit").await;
        let node = shop.device(DeviceRole::ShelfNode, "shelves").await;
        let (ada, ben) = (shop.shopper("Ada").await, shop.shopper("Ben").await);
        assert!(let_in(&entry.scan(&code(&ada).await).await));
        shop.later(10).await;
        node.move_units("g1s1", -1).await;
        shop.later(10).await;
        shop.set_clock(seconds).await;
        assert_eq!(units(&ada).await, 1, "{seconds}");
        exit.scan(&code(&ada).await).await;
        shop.later(20).await;
        let orders = ada.orders().await.unwrap();
        assert_eq!(orders.len(), 1, "{seconds}");
        let placed_at: Timestamp = orders[0].placed_at.parse().unwrap();
        assert!(ahead(&shop, 0).duration_since(placed_at) < SignedDuration::from_secs(30), "by the new time");
        assert!(let_in(&entry.scan(&code(&ben).await).await), "{seconds}");
        shop.later(10).await;
        node.move_units("g1s1", -1).await;
        shop.later(10).await;
        assert_eq!((units(&ben).await, reasons(&shop).await), (1, vec![]), "{seconds}");
        exit.scan(&code(&ben).await).await;
        shop.later(20).await;
        assert_eq!(ben.orders().await.unwrap().len(), 1, "{seconds}");
        shop.running.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_node_knew_before_the_clock_was_set_is_not_gone_by() {
    let shop = Shop::open(|_| {}).await;
    let node = shop.device(DeviceRole::ShelfNode, "shelves").await;
    let clock = asks_for_the_time(&shop, &node, 0).await;
    shop.set_clock(-3_600).await;
    let batch = taken(&shop, &node, 3_600, Some(clock));
    assert!(!is_taken(&node, &batch).await, "it is to ask again");
    let fresh = asks_for_the_time(&shop, &node, 3_600).await;
    assert!(is_taken(&node, &ShelfEventBatch { clock: Some(fresh), ..batch }).await);
    shop.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photographed_code_opens_no_door_after_its_owner() {
    let shop = Shop::open(|_| {}).await;
    let entry = shop.device(DeviceRole::Entry, "entry").await;
    let exit = shop.device(DeviceRole::Exit, "exit").await;
    let ada = shop.shopper("Ada").await;
    let at_the_entry = code(&ada).await;
    shop.later(1).await;
    assert!(let_in(&entry.scan(&at_the_entry).await));
    shop.later(10).await;
    let inside = code(&ada).await;
    shop.later(1).await;
    let left = exit.scan(&inside).await;
    assert!(matches!(left, LookAck::Seen { outcome: GateOutcome::Goodbye { .. }, .. }), "{left:?}");
    shop.later(1).await;
    for photographed in [&at_the_entry, &inside] {
        assert!(refused(&entry.scan(photographed).await), "it was made before its owner left");
    }
    assert!(let_in(&entry.scan(&code(&ada).await).await), "the owner has a fresh one");
    shop.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_dies_with_its_log_in() {
    let shop = Shop::open(|_| {}).await;
    let entry = shop.device(DeviceRole::Entry, "entry").await;
    let exit = shop.device(DeviceRole::Exit, "exit").await;
    let ada = shop.shopper("Ada").await;
    let first = code(&ada).await;
    shop.later(1).await;
    let second = shop.shopper("Ada").await;
    assert!(let_in(&entry.scan(&first).await));
    ada.log_out().await.unwrap();
    assert!(refused(&exit.scan(&first).await), "nobody is logged in there any more");
    shop.later(1).await;
    let other = code(&second).await;
    let left = exit.scan(&other).await;
    assert!(matches!(left, LookAck::Seen { outcome: GateOutcome::Goodbye { .. }, .. }), "another phone: {left:?}");
    shop.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_that_nobody_ended_is_decided_by_staff() {
    for bill in [true, false] {
        // The business day of a store that never closes ends at three.
        let shop = Shop::open_at("2026-01-01T01:00:00Z", |_| {}).await;
        let entry = shop.device(DeviceRole::Entry, "entry").await;
        let node = shop.device(DeviceRole::ShelfNode, "shelves").await;
        let ada = shop.shopper("Ada").await;
        assert!(let_in(&entry.scan(&code(&ada).await).await));
        shop.later(10).await;
        node.move_units("g1s1", -1).await;
        shop.later(10).await;
        let first = ada.visit().await.unwrap().visit.unwrap().session_id;
        shop.later(140 * 60).await;
        shop.later(60).await;
        let seen = shop.owner.session(first).await.unwrap();
        assert!(seen.visit.visit.forgotten);
        assert_eq!(ada.orders().await.unwrap(), []);
        assert!(let_in(&entry.scan(&code(&ada).await).await), "the next day");
        assert_ne!(ada.visit().await.unwrap().visit.unwrap().session_id, first);
        let decision = SettleVisit { bill };
        shop.owner.settle_session(first, decision).await.unwrap();
        assert_eq!(ada.orders().await.unwrap().len(), usize::from(bill));
        assert!(shop.owner.settle_session(first, decision).await.is_err(), "it is decided once");
        shop.running.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_used_code_opens_no_door_when_the_clock_is_set_back() {
    let shop = Shop::open(|_| {}).await;
    let entry = shop.device(DeviceRole::Entry, "entry").await;
    let exit = shop.device(DeviceRole::Exit, "exit").await;
    let ada = shop.shopper("Ada").await;
    let used = code(&ada).await;
    shop.later(1).await;
    assert!(let_in(&entry.scan(&used).await));
    shop.later(10).await;
    exit.scan(&code(&ada).await).await;
    shop.later(10).await;
    shop.set_clock(-15).await;
    assert!(refused(&entry.scan(&used).await));
    assert!(let_in(&entry.scan(&code(&ada).await).await));
    shop.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_by_the_clock_of_before_is_asked_for_again() {
    let shop = Shop::open(|_| {}).await;
    let camera = shop.device(DeviceRole::ShelfCamera, "g1").await;
    let ada = shop.shopper("Ada").await;
    let clock = asks_for_the_time(&shop, &camera, 0).await;
    shop.set_clock(60).await;
    let at = ahead(&shop, -60);
    let scan = |clock| CodeScan { id: Uuid::now_v7(), code: String::new(), scanned_at: at, sent_at: at, clock };
    let scan = async |clock| {
        let scan = CodeScan { code: code(&ada).await, ..scan(clock) };
        camera.ask::<LookAck>(CODE, &scan, None).await.unwrap()
    };
    let old = scan(Some(clock)).await;
    assert!(matches!(&old, LookAck::Failed { problem } if problem.code == ErrorCode::TryAgainLater), "{old:?}");
    let fresh = asks_for_the_time(&shop, &camera, -60).await;
    let seen = scan(Some(fresh)).await;
    assert!(matches!(seen, LookAck::Seen { outcome: GateOutcome::Noted, .. }), "{seen:?}");
    shop.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_holds_up_a_code_that_is_not_good_stands_at_the_shelf_all_the_same() {
    for is_good_before in [true, false] {
        let shop = Shop::open(|_| {}).await;
        let (entry, camera) =
            (shop.device(DeviceRole::Entry, "entry").await, shop.device(DeviceRole::ShelfCamera, "g1").await);
        let node = shop.device(DeviceRole::ShelfNode, "shelves").await;
        let (ada, ben) = (shop.shopper("Ada").await, shop.shopper("Ben").await);
        for shopper in [&ada, &ben] {
            assert!(let_in(&entry.scan(&code(shopper).await).await));
            shop.later(5).await;
        }
        // Made while the clock was an hour ahead: nobody can tell any more how old it is.
        shop.set_clock(3_600).await;
        let of_ben = code(&ben).await;
        shop.set_clock(-3_600).await;
        shop.later(10).await;
        camera.scan(&code(&ada).await).await;
        shop.later(2).await;
        if !is_good_before {
            assert!(refused(&camera.scan(&of_ben).await));
        }
        node.move_units("g1s1", -1).await;
        shop.later(30).await;
        let cases = shop.owner.open_reviews().await.unwrap().len();
        assert_eq!(
            cases,
            usize::from(!is_good_before),
            "Ada alone at the shelf pays; with somebody beside her staff decide"
        );
        shop.running.stop().await;
    }
}
