use db::entity::{order, shopping_session};
use domain::ids::{InteractionId, OrderId, ShelfEventId, ShoppingSessionId, Sku};
use domain::interaction::{Basis, Evidence};
use domain::shelf::SensorKind;
use jiff::Timestamp;

use super::*;

const ADA: u128 = 1;
const BOB: u128 = 2;

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn event(number: u128, slot: &str, units: i32) -> ShelfEvent {
    ShelfEvent {
        id: ShelfEventId(id(number)),
        slot: SlotId::from(slot),
        occurred_at: Timestamp::UNIX_EPOCH,
        between: None,
        delta_units: -units,
        units_after: None,
        sensor: SensorKind::LoadCell,
        trace: Vec::new(),
        weighed: None,
    }
}

fn recorded(number: u128, session: u128, slot: &str, units: i32) -> Interaction {
    let kind = if units > 0 { InteractionKind::Pick } else { InteractionKind::PutBack };
    Interaction {
        id: InteractionId(id(number + 1_000)),
        session: ShoppingSessionId(id(session)),
        kind,
        sku: Sku::from("cola"),
        quantity: units.unsigned_abs(),
        occurred_at: Timestamp::UNIX_EPOCH,
        price: None,
        confidence: 1.0,
        evidence: Evidence {
            shelf_event: event(number, slot, units),
            contents: Vec::new(),
            candidates: Vec::new(),
            sightings: Vec::new(),
            basis: Basis::SeenAtShelf,
        },
    }
}

fn case(number: u128, slot: &str, sku: &str, units: i32) -> Review {
    let recorded = recorded(number, ADA, slot, units);
    Review {
        id: domain::ids::ReviewId(id(number + 2_000)),
        reason: domain::review::ReviewReason::NobodyHoldsIt,
        kind: recorded.kind,
        sku: Some(Sku::from(sku)),
        quantity: units.unsigned_abs(),
        came_back: 0,
        evidence: recorded.evidence,
        opened_at: Timestamp::UNIX_EPOCH,
        asked: Vec::new(),
    }
}

#[test]
fn a_case_about_another_product_leaves_all_of_it_to_staff_and_one_about_the_same_only_its_units() {
    let truth = Truth { deeds: vec![deed(Some(1), ADA, "s1", -3)], ..Truth::default() };
    let with = |case: Review| Books { reviews: vec![case], ..Books::default() };
    assert_eq!(found(&truth, &with(case(1, "s1", "umbrella", -1))), [0, 0, 0]);
    assert_eq!(found(&truth, &with(case(1, "s1", "cola", -3))), [0, 0, 0]);
    assert_eq!(found(&truth, &with(case(1, "s1", "cola", -1))), [1, 0, 0], "two units are nowhere");
}

fn deed(number: Option<u128>, session: u128, slot: &str, units: i64) -> Deed {
    let (event, slot) = (number.map(id), SlotId::from(slot));
    Deed { event, slot, session: Some(id(session)), sku: "cola".to_owned(), units }
}

fn found(truth: &Truth, books: &Books) -> [usize; 3] {
    let mut outcome = Outcome::default();
    movements(truth, books, &mut outcome);
    real_node(truth, books, &mut outcome);
    receipts(books, &mut outcome);
    [outcome.lost.len(), outcome.doubled.len(), outcome.wrongly_billed.len()]
}

#[test]
fn a_movement_is_looked_for_everywhere_and_once() {
    let truth = Truth { deeds: vec![deed(Some(10), ADA, "s1", 2)], ..Truth::default() };
    assert_eq!(found(&truth, &Books::default()), [1, 0, 0], "it is nowhere");
    let undecided = Books { events: vec![(event(10, "s1", 2), false)], ..Books::default() };
    assert_eq!(found(&truth, &undecided), [1, 0, 0], "it was kept and never decided");
    let decided = Books { events: vec![(event(10, "s1", 2), true)], ..Books::default() };
    assert_eq!(found(&truth, &decided), [1, 0, 0], "it was decided into nothing");
    let accounted = Books { accounted: BTreeSet::from([id(10)]), ..decided };
    assert_eq!(found(&truth, &accounted), [0, 0, 0], "it was taken into account elsewhere");
    let set_aside = Books { set_aside: vec![(id(1), format!("{{\"id\":\"{}\"}}", id(10)))], ..Books::default() };
    assert_eq!(found(&truth, &set_aside), [0, 0, 0], "staff see it");
    let of = |interactions| Books { interactions, ..Books::default() };
    assert_eq!(found(&truth, &of(vec![recorded(10, ADA, "s1", 2)])), [0, 0, 0]);
    assert_eq!(found(&truth, &of(vec![recorded(10, BOB, "s1", 2)])), [0, 0, 1]);
    assert_eq!(found(&truth, &of(vec![recorded(10, ADA, "s1", 1)])), [1, 0, 0], "half of it is nowhere");
    let other = Interaction { sku: Sku::from("water"), ..recorded(10, ADA, "s1", 2) };
    assert_eq!(found(&truth, &of(vec![other])), [1, 0, 1], "it is billed as something else");
    assert_eq!(found(&truth, &of(vec![recorded(10, ADA, "s1", 2), recorded(10, ADA, "s1", 2)])), [0, 1, 0]);
    let nobodys = Truth { deeds: vec![Deed { session: None, ..deed(Some(10), ADA, "s1", 2) }], ..Truth::default() };
    assert_eq!(found(&nobodys, &of(vec![recorded(10, ADA, "s1", 2)])), [0, 0, 1]);
}

#[test]
fn what_was_taken_off_a_bill_again_is_wrong_no_more_and_counts_in_its_case() {
    let truth = Truth { deeds: vec![deed(Some(10), ADA, "s1", 2)], ..Truth::default() };
    let billed_to_bob = vec![recorded(10, BOB, "s1", 2)];
    let taken_back = [billed_to_bob.clone(), vec![recorded(10, BOB, "s1", -2)]].concat();
    let books = |interactions, cases: &[i32]| Books {
        interactions,
        reviews: cases.iter().map(|units| case(10, "s1", "cola", *units)).collect(),
        ..Books::default()
    };
    assert_eq!(found(&truth, &books(billed_to_bob, &[])), [0, 0, 1]);
    assert_eq!(found(&truth, &books(taken_back.clone(), &[2])), [0, 0, 0]);
    assert_eq!(found(&truth, &books(taken_back.clone(), &[1, 1])), [0, 0, 0], "two cases about one event");
    assert_eq!(found(&truth, &books(taken_back, &[])), [1, 0, 0], "it is in no cart and no case");
}

#[test]
fn under_the_real_node_the_sums_of_slots_and_visits_count() {
    let real_slots = BTreeMap::from([(SlotId::from("r0"), 100.0)]);
    let deeds = vec![deed(None, ADA, "r0", 1), deed(None, BOB, "r0", 1)];
    let truth = Truth { deeds, real_slots, ..Truth::default() };
    let books = |units: [i32; 2], sessions: [u128; 2]| Books {
        events: units.iter().zip(10..).map(|(units, number)| (event(number, "r0", *units), true)).collect(),
        interactions: sessions.iter().zip(10..).map(|(session, number)| recorded(number, *session, "r0", 1)).collect(),
        ..Books::default()
    };
    assert_eq!(found(&truth, &books([1, 1], [ADA, BOB])), [0, 0, 0]);
    assert_eq!(found(&truth, &books([1, 0], [ADA, BOB])), [1, 0, 0]);
    let undecided = Books { interactions: Vec::new(), ..books([1, 1], [ADA, BOB]) };
    assert_eq!(found(&truth, &undecided), [1, 0, 0], "felt, and in no cart");
    assert_eq!(found(&truth, &books([1, 2], [ADA, BOB])), [0, 1, 0]);
    assert_eq!(found(&truth, &books([1, 1], [ADA, ADA])), [0, 0, 1]);
    let aside = Books { unread: vec![event(11, "r0", 1)], ..books([1, 0], [ADA, BOB]) };
    assert_eq!(found(&truth, &aside), [0, 0, 0], "what was set aside is not lost");
    // Its interaction was refused, and is set aside with what it says.
    let fact = DomainEvent::InteractionRecorded { interaction: recorded(11, BOB, "r0", 1) };
    let interactions = vec![recorded(10, ADA, "r0", 1)];
    let refused = Books { interactions, refused: decided(fact).into_iter().collect(), ..books([1, 1], [ADA, BOB]) };
    assert_eq!(found(&truth, &refused), [0, 0, 0], "staff see it");
}

#[test]
fn an_order_has_one_receipt() {
    let order = order::Model {
        id: OrderId(id(3)).0,
        store_id: id(4),
        number: 12,
        session_id: id(ADA),
        shopper_id: id(6),
        placed_at: 0,
        time_zone: "UTC".to_owned(),
        utc_offset_s: 0,
        currency: "EUR".to_owned(),
        total_minor: 100,
    };
    let with = |subjects: &[&str]| Books {
        orders: vec![(order.clone(), Units::new())],
        subjects: subjects.iter().map(|subject| (*subject).to_owned()).collect(),
        ..Books::default()
    };
    let right = "Receipt 2026-000012 from Smart Mart";
    assert_eq!(found(&Truth::default(), &with(&[right, "Receipt 2026-000112 from Smart Mart"])), [0, 0, 0]);
    assert_eq!(found(&Truth::default(), &with(&["Corrected receipt 2026-000012 from Smart Mart"])), [1, 0, 0]);
    assert_eq!(found(&Truth::default(), &with(&[right, right])), [0, 1, 0]);
}

#[test]
fn visits_that_have_not_settled_are_counted() {
    let visit = |state: &str| shopping_session::Model {
        id: id(ADA),
        store_id: id(4),
        shopper_id: id(6),
        state: state.to_owned(),
        opened_at: 0,
        opened_by: "code".to_owned(),
        exited_at: None,
        exited_by: None,
        settles_at: None,
        settled_at: None,
        doubted_at: None,
    };
    let books = |states: &[&str]| Books {
        visits: states.iter().zip(1..).map(|(state, number)| (id(number), visit(state))).collect(),
        ..Books::default()
    };
    assert_eq!(books(&["open", "settling", "settled", "set_aside"]).unsettled(), 2);
}

#[test]
fn a_complaint_is_one_dispute_and_one_refund() {
    let (contested, complained) = (id(3), id(7));
    let complaint = Complaint { order: contested, sku: "cola".to_owned(), units: 1, accepted: Some(true) };
    let truth = Truth { complaints: BTreeMap::from([(complained, complaint)]), ..Truth::default() };
    let opened = |dispute: Uuid, state: &str| dispute::Model {
        id: dispute,
        store_id: id(4),
        order_id: contested,
        shopper_id: id(6),
        state: state.to_owned(),
        opened_at: 0,
        decided_at: None,
        payload: serde_json::Value::Null,
    };
    let refunded = |dispute: Uuid, amount_minor: i64| refund::Model {
        dispute_id: dispute,
        store_id: id(4),
        order_id: contested,
        amount_minor,
        recorded_at: 0,
        payload: serde_json::Value::Null,
    };
    let line = order_line::Model {
        store_id: id(4),
        order_id: contested,
        place: 0,
        sku: "cola".to_owned(),
        name: "Cola".to_owned(),
        quantity: 2,
        unit_price_minor: 149,
        tax_rate_bp: 1_900,
    };
    let check = |disputes: Vec<dispute::Model>, refunds: Vec<refund::Model>| {
        let books = Books { disputes, refunds, lines: vec![line.clone()], ..Books::default() };
        let mut outcome = Outcome::default();
        complaints(&truth, &books, &mut outcome);
        (outcome.lost.len(), outcome.doubled.len())
    };
    let accepted = || opened(complained, "accepted");
    assert_eq!(check(vec![accepted()], vec![refunded(complained, 149)]), (0, 0));
    assert_eq!(check(vec![], vec![]), (1, 0), "it was answered and is nowhere");
    assert_eq!(check(vec![opened(complained, "open")], vec![]), (1, 0), "its decision is nowhere");
    assert_eq!(check(vec![accepted()], vec![]), (0, 1), "accepted, and nothing was given back");
    assert_eq!(check(vec![accepted()], vec![refunded(complained, 298)]), (0, 1), "more than was contested");
    assert_eq!(check(vec![accepted(), opened(id(8), "open")], vec![refunded(complained, 149)]), (0, 1), "twice");
    let rejected = vec![opened(complained, "rejected")];
    assert_eq!(check(rejected, vec![refunded(complained, 149)]), (1, 1), "rejected, and given back");
}
