use uuid::Uuid;

use super::*;
use crate::catalog::{Product, TaxClass};
use crate::gate::FaceTrust;
use crate::ids::{DeviceId, SightingId, Sku, SlotId, ZoneId};
use crate::interaction::InteractionKind;
use crate::money::{BasisPoints, Minor};
use crate::planogram::Facing;
use crate::review::ReviewReason;
use crate::shelf::SensorKind;
use crate::sighting::{Identity, Seen};

const ADA: u128 = 0xADA;
const BOB: u128 = 0xB0B;

/// A store with two slots in one zone, driven by seconds.
struct Store {
    floor: Floor,
    next_id: u128,
    events: Vec<DomainEvent>,
}

impl Store {
    fn new() -> Self {
        Self::restored(FloorMemory::default())
    }

    fn restored(memory: FloorMemory) -> Self {
        let product = |sku: &str, price: Option<i64>| Product {
            sku: Sku::from(sku),
            gtin: None,
            name: sku.to_owned(),
            price: price.map(Minor),
            tax_class: TaxClass::Standard,
            unit_weight_mg: None,
        };
        let facing = |slot: &str, sku: &str, x| Facing {
            slot: SlotId::from(slot),
            sku: Sku::from(sku),
            zone: ZoneId::from("g1"),
            x: Some(x),
            capacity: 10,
        };
        let catalog = [product("cola", Some(149)), product("sample", None)].into_iter().collect();
        let planogram = [facing("s1", "cola", 0.3), facing("s2", "sample", 0.8)].into_iter().collect();
        let rates = TaxRates { standard: BasisPoints(1_900), reduced: BasisPoints(700) };
        let mut policy = FloorPolicy::new(Currency::EUR, rates);
        policy.attribution.lag_ms = 1_500;
        policy.settling = SignedDuration::from_secs(5);
        let floor = Floor::restore(policy, catalog, planogram, memory);
        Self { floor, next_id: 1, events: Vec::new() }
    }

    fn id(&mut self) -> Uuid {
        self.next_id += 1;
        Uuid::from_u128(self.next_id)
    }

    fn input(&mut self, at: f64, input: FloorInput) -> FloorOutput {
        let output = self.floor.handle(time(at), input);
        self.events.extend(output.events.clone());
        output
    }

    fn look(&mut self, at: f64, zone: &str, seen: Vec<Seen>) -> GateDecision {
        let place = match zone {
            "entry" => Place::Entry,
            "exit" => Place::Exit,
            _ => Place::Shelf,
        };
        let sighting = Sighting {
            id: SightingId(self.id()),
            device: DeviceId(Uuid::nil()),
            zone: ZoneId::from(zone),
            occurred_at: time(at),
            seen,
        };
        self.input(at, FloorInput::Look { place, sighting }).gate.unwrap()
    }

    fn enter(&mut self, at: f64, who: u128) {
        assert_eq!(self.look(at, "entry", vec![code(who)]), GateDecision::Opened(shopper(who)));
    }

    fn exit(&mut self, at: f64, who: u128) {
        assert_eq!(self.look(at, "exit", vec![code(who)]), GateDecision::Exited(shopper(who)));
    }

    fn shelf(&mut self, at: f64, slot: &str, delta_units: i32) -> ShelfEvent {
        let event = ShelfEvent {
            id: ShelfEventId(self.id()),
            slot: SlotId::from(slot),
            occurred_at: time(at),
            delta_units,
            units_after: None,
            sensor: SensorKind::LoadCell,
            trace: Vec::new(),
        };
        self.input(at, FloorInput::Shelf(event.clone()));
        event
    }

    fn tick(&mut self, at: f64) {
        self.input(at, FloorInput::Tick);
    }

    fn cart(&self, who: u128) -> u32 {
        let session = self.floor.session_of(shopper(who));
        session.map_or(0, |session| self.floor.likely_cart(session.id).held(&Sku::from("cola")))
    }

    fn reasons(&self) -> Vec<ReviewReason> {
        self.floor.reviews().map(|review| review.reason).collect()
    }

    fn orders(&self) -> Vec<(ShopperId, i64)> {
        self.events
            .iter()
            .filter_map(|event| match event {
                DomainEvent::SessionSettled { shopper, order: Some(order), .. } => Some((*shopper, order.total().0)),
                _ => None,
            })
            .collect()
    }
}

fn time(seconds: f64) -> Timestamp {
    Timestamp::from_microsecond((seconds * 1e6) as i64 + 1_000_000_000).unwrap()
}

fn shopper(who: u128) -> ShopperId {
    ShopperId(Uuid::from_u128(who))
}

fn face(who: u128, x: f32) -> Seen {
    let identity = Identity::Known { shopper: shopper(who), similarity: 0.8 };
    Seen { identity, means: Means::Face, x: Some(x), size: Some(0.3) }
}

fn stranger(x: f32) -> Seen {
    Seen { identity: Identity::Unknown, ..face(0, x) }
}

fn code(who: u128) -> Seen {
    Seen { means: Means::Code, x: None, ..face(who, 0.0) }
}

#[test]
fn where_a_face_is_not_enough_the_code_opens_and_the_face_still_lets_out() {
    let mut store = Store::new();
    store.floor.policy.gate.face = FaceTrust::WithCode;
    for at in [0.0, 0.2] {
        assert!(matches!(store.look(at, "entry", vec![face(ADA, 0.5)]), GateDecision::KeepLooking { .. }));
    }
    assert_eq!(store.look(0.4, "entry", vec![face(ADA, 0.5)]), GateDecision::CodeNeeded(shopper(ADA)));
    assert_eq!(store.look(0.6, "entry", vec![code(ADA)]), GateDecision::Opened(shopper(ADA)));
    for at in [9.0, 9.2] {
        store.look(at, "exit", vec![face(ADA, 0.5)]);
    }
    assert_eq!(store.look(9.4, "exit", vec![face(ADA, 0.5)]), GateDecision::Exited(shopper(ADA)));
}

#[test]
fn what_a_doubted_visit_takes_is_for_staff_also_after_a_restart() {
    let mut store = Store::new();
    for at in [0.0, 0.2, 0.4] {
        store.look(at, "entry", vec![face(ADA, 0.5)]);
    }
    let doubt = FloorInput::Doubt { shopper: shopper(ADA), at: time(1.0), sighting: SightingId(Uuid::from_u128(7)) };
    store.look(5.0, "g1", vec![face(ADA, 0.3)]);
    store.shelf(5.0, "s1", -1);
    assert_eq!((store.cart(ADA), store.reasons()), (1, vec![]));
    let doubted = |output: FloorOutput| matches!(output.events[..], [DomainEvent::IdentityDoubted { .. }]);
    store.tick(6.6);
    assert!(doubted(store.input(6.7, doubt.clone())));
    assert!(store.input(6.8, doubt.clone()).events.is_empty(), "once is enough");
    store.look(7.0, "g1", vec![face(ADA, 0.3)]);
    store.shelf(7.0, "s1", -1);
    store.tick(9.0);
    assert_eq!((store.cart(ADA), store.reasons()), (1, vec![ReviewReason::IdentityDoubted]));

    let sessions = store.floor.sessions().cloned().collect();
    let mut restored = Store::restored(FloorMemory { sessions, restored_at: time(20.0), ..FloorMemory::default() });
    restored.look(30.0, "g1", vec![face(ADA, 0.3)]);
    restored.shelf(30.0, "s1", -1);
    restored.tick(32.0);
    assert_eq!((restored.cart(ADA), restored.reasons()), (1, vec![ReviewReason::IdentityDoubted]));

    let mut by_code = Store::new();
    assert!(by_code.input(0.0, doubt.clone()).events.is_empty(), "nobody came in");
    by_code.enter(1.0, ADA);
    assert!(by_code.input(2.0, doubt).events.is_empty(), "a code proves who it is");
}

#[test]
fn a_face_needs_several_looks_that_agree_and_opens_one_visit() {
    let mut store = Store::new();
    assert_eq!(store.look(0.0, "entry", vec![]), GateDecision::NoFace);
    assert_eq!(store.look(0.1, "entry", vec![stranger(0.5)]), GateDecision::NotRecognised);
    let counting = |votes| GateDecision::KeepLooking { votes, needed: 3 };
    assert_eq!(store.look(0.2, "entry", vec![face(ADA, 0.5)]), counting(1));
    assert_eq!(store.look(0.4, "entry", vec![face(ADA, 0.5), stranger(0.9)]), counting(2));
    assert_eq!(store.look(0.6, "entry", vec![face(ADA, 0.5)]), GateDecision::Opened(shopper(ADA)));
    for at in [0.8, 1.0] {
        store.look(at, "entry", vec![face(ADA, 0.5)]);
    }
    let again = store.look(1.2, "entry", vec![face(ADA, 0.5)]);
    assert_eq!(again, GateDecision::AlreadyInside(shopper(ADA)));
    assert_eq!(store.floor.sessions().count(), 1);
}

#[test]
fn looks_that_lie_far_apart_or_disagree_do_not_add_up() {
    let mut store = Store::new();
    for at in [0.0, 5.0, 10.0, 15.0] {
        let counting = GateDecision::KeepLooking { votes: 1, needed: 3 };
        assert_eq!(store.look(at, "entry", vec![face(ADA, 0.5)]), counting);
    }
    for n in 0..8 {
        let who = if n % 2 == 0 { ADA } else { BOB };
        let decision = store.look(30.0 + 0.2 * f64::from(n), "entry", vec![face(who, 0.5)]);
        assert!(matches!(decision, GateDecision::KeepLooking { .. }), "{decision:?}");
    }
}

#[test]
fn an_exit_without_an_entry_closes_nothing() {
    let mut store = Store::new();
    assert_eq!(store.look(0.0, "exit", vec![code(ADA)]), GateDecision::NotInside(shopper(ADA)));
    assert_eq!(store.events, []);
}

#[test]
fn whoever_is_seen_at_the_shelf_before_it_changes_gets_it_at_once() {
    let mut store = Store::new();
    store.enter(0.0, ADA);
    store.enter(0.0, BOB);
    store.look(9.5, "g1", vec![face(ADA, 0.3)]);
    store.look(9.9, "g1", vec![face(ADA, 0.3)]);
    store.shelf(10.0, "s1", -2);
    assert_eq!((store.cart(ADA), store.cart(BOB)), (2, 0));
}

#[test]
fn a_face_that_is_seen_only_afterwards_counts_too() {
    let mut store = Store::new();
    store.enter(0.0, ADA);
    store.enter(0.0, BOB);
    store.shelf(10.0, "s1", -1);
    assert_eq!(store.cart(ADA), 0, "nobody was seen yet");
    store.look(10.3, "g1", vec![face(ADA, 0.3)]);
    store.look(10.6, "g1", vec![face(ADA, 0.3)]);
    store.tick(11.6);
    assert_eq!((store.cart(ADA), store.cart(BOB)), (1, 0));
}

#[test]
fn of_two_at_one_shelf_the_one_before_the_slot_is_likelier_and_a_tie_bills_nobody() {
    let mut store = Store::new();
    store.enter(0.0, ADA);
    store.enter(0.0, BOB);
    store.look(9.9, "g1", vec![face(ADA, 0.32), face(BOB, 0.95)]);
    store.look(10.1, "g1", vec![face(ADA, 0.32), face(BOB, 0.95)]);
    store.shelf(10.1, "s1", -1);
    store.tick(12.0);
    assert_eq!((store.cart(ADA), store.cart(BOB)), (1, 0));

    store.look(19.9, "g1", vec![face(ADA, 0.2), face(BOB, 0.4)]);
    store.shelf(20.0, "s1", -1);
    store.tick(22.0);
    assert_eq!((store.cart(ADA), store.cart(BOB)), (1, 0));
    assert_eq!(store.reasons(), [ReviewReason::Unsure]);
}

#[test]
fn a_stranger_in_the_picture_makes_it_unsure() {
    let mut store = Store::new();
    store.enter(0.0, ADA);
    store.look(9.9, "g1", vec![face(ADA, 0.3), stranger(0.4)]);
    store.shelf(10.0, "s1", -1);
    store.tick(12.0);
    assert_eq!(store.cart(ADA), 0);
    assert_eq!(store.reasons(), [ReviewReason::Unsure]);
}

#[test]
fn the_only_shopper_in_the_store_is_billed_even_with_the_face_hidden() {
    let mut store = Store::new();
    store.enter(0.0, ADA);
    store.shelf(10.0, "s1", -1);
    store.tick(12.0);
    assert_eq!(store.cart(ADA), 1);

    store.enter(20.0, BOB);
    store.shelf(30.0, "s1", -1);
    store.tick(32.0);
    assert_eq!((store.cart(ADA), store.cart(BOB)), (1, 0));
    assert_eq!(store.reasons(), [ReviewReason::NobodySeen]);
}

#[test]
fn a_put_back_comes_out_of_a_cart_that_holds_it_whoever_stands_there() {
    let mut store = Store::new();
    store.enter(0.0, ADA);
    store.enter(0.0, BOB);
    store.look(9.9, "g1", vec![face(ADA, 0.3)]);
    store.shelf(10.0, "s1", -1);
    store.look(19.9, "g1", vec![face(BOB, 0.3), face(ADA, 0.4)]);
    store.shelf(20.0, "s1", 1);
    store.tick(22.0);
    assert_eq!((store.cart(ADA), store.cart(BOB)), (0, 0));
    assert_eq!(store.reasons(), []);

    store.shelf(30.0, "s1", 1);
    store.tick(32.0);
    assert_eq!(store.reasons(), [ReviewReason::NobodyHoldsIt]);
}

#[test]
fn of_a_put_back_only_what_is_held_comes_out_and_the_rest_is_asked() {
    let mut store = Store::new();
    store.enter(0.0, ADA);
    store.look(9.9, "g1", vec![face(ADA, 0.3)]);
    store.shelf(10.0, "s1", -1);
    store.look(19.9, "g1", vec![face(ADA, 0.3)]);
    store.shelf(20.0, "s1", 3);
    store.tick(22.0);
    assert_eq!(store.cart(ADA), 0);
    let rest: Vec<_> = store.floor.reviews().map(|review| (review.reason, review.quantity)).collect();
    assert_eq!(rest, [(ReviewReason::NobodyHoldsIt, 2)]);
}

#[test]
fn what_cannot_be_billed_is_asked_about_and_never_billed() {
    let mut store = Store::new();
    store.enter(0.0, ADA);
    store.look(9.9, "g1", vec![face(ADA, 0.5)]);
    for (slot, delta, reason) in
        [("s2", -1, ReviewReason::NoPrice), ("s9", -1, ReviewReason::UnknownSlot), ("s1", -20, ReviewReason::TooMany)]
    {
        store.shelf(10.0, slot, delta);
        store.tick(12.0);
        assert!(store.reasons().contains(&reason), "{slot} {delta}: {:?}", store.reasons());
    }
    assert!(store.floor.session_of(shopper(ADA)).unwrap().cart.is_empty());
}

#[test]
fn an_event_that_comes_twice_counts_once() {
    let mut store = Store::new();
    store.enter(0.0, ADA);
    store.look(9.9, "g1", vec![face(ADA, 0.3)]);
    let event = store.shelf(10.0, "s1", -1);
    store.tick(12.0);
    for at in [12.1, 60.0] {
        assert_eq!(store.input(at, FloorInput::Shelf(event.clone())).events, []);
    }
    assert_eq!(store.cart(ADA), 1);
}

#[test]
fn a_put_back_waits_behind_the_pick_that_it_undoes() {
    let mut store = Store::new();
    store.enter(0.0, ADA);
    store.enter(0.0, BOB);
    store.shelf(10.0, "s1", -1);
    store.look(10.2, "g1", vec![face(ADA, 0.3)]);
    store.shelf(10.3, "s1", 1);
    store.look(10.4, "g1", vec![face(ADA, 0.3)]);
    store.tick(13.0);
    assert_eq!(store.reasons(), []);
    let kinds: Vec<_> = store
        .events
        .iter()
        .filter_map(|event| match event {
            DomainEvent::InteractionRecorded { interaction } => Some(interaction.kind),
            _ => None,
        })
        .collect();
    assert_eq!(kinds, [InteractionKind::Pick, InteractionKind::PutBack]);
    assert_eq!(store.cart(ADA), 0);
}

#[test]
fn a_late_shelf_event_still_reaches_the_order_while_the_visit_settles() {
    let mut store = Store::new();
    store.enter(0.0, ADA);
    store.look(9.9, "g1", vec![face(ADA, 0.3)]);
    store.exit(12.0, ADA);
    let late = ShelfEvent { occurred_at: time(10.0), ..store.shelf(10.0, "s9", -1) };
    let late = ShelfEvent { id: ShelfEventId(Uuid::from_u128(77)), slot: SlotId::from("s1"), ..late };
    store.input(14.0, FloorInput::Shelf(late));
    assert_eq!(store.floor.next_wakeup(), Some(time(17.0)));
    store.tick(17.0);
    assert_eq!(store.orders(), [(shopper(ADA), 149)]);
    assert_eq!(store.floor.sessions().count(), 0);
    assert_eq!(store.floor.next_wakeup(), None);
}

#[test]
fn staff_assign_a_case_to_a_visit_or_to_nobody_but_never_to_a_settled_one() {
    let mut store = Store::new();
    store.enter(0.0, ADA);
    store.enter(0.0, BOB);
    store.shelf(10.0, "s1", -1);
    store.shelf(11.0, "s1", -1);
    store.tick(14.0);
    let cases: Vec<_> = store.floor.reviews().map(|review| review.id).collect();
    let session = store.floor.session_of(shopper(BOB)).unwrap().id;
    let by = AdminId(Uuid::nil());
    let decide = |review, session| FloorInput::DecideReview { review, session, by };
    store.input(15.0, decide(cases[0], Some(session)));
    assert_eq!(store.cart(BOB), 1);
    let again = store.input(15.0, decide(cases[0], None)).refused;
    assert_eq!(again, Some(Refused::Review(ReviewError::NotOpen)));
    store.exit(16.0, BOB);
    store.tick(30.0);
    let late = store.input(31.0, decide(cases[1], Some(session))).refused;
    assert_eq!(late, Some(Refused::Review(ReviewError::VisitSettled)));
    store.input(32.0, decide(cases[1], None));
    assert_eq!(store.reasons(), []);
    assert_eq!(store.orders(), [(shopper(BOB), 149)]);
}

#[test]
fn a_shopper_who_is_asked_says_yes_or_no_and_nobody_else_can() {
    let mut store = Store::new();
    store.enter(0.0, ADA);
    store.enter(0.0, BOB);
    store.shelf(10.0, "s1", -1);
    store.shelf(11.0, "s1", -1);
    store.tick(14.0);
    let cases: Vec<_> = store.floor.reviews().map(|review| review.id).collect();
    let of = |store: &Store, who| store.floor.session_of(shopper(who)).unwrap().id;
    let (ada, bob) = (of(&store, ADA), of(&store, BOB));
    let by = AdminId(Uuid::nil());
    let ask = |review, session| FloorInput::AskShopper { review, session, by };
    let answer = |review, who, it_was_them| FloorInput::AnswerQuestion { review, shopper: shopper(who), it_was_them };
    let refused = |output: FloorOutput| match output.refused {
        Some(Refused::Review(error)) => error,
        other => panic!("{other:?}"),
    };

    assert_eq!(refused(store.input(15.0, answer(cases[0], ADA, true))), ReviewError::NotAsked);
    assert_eq!(store.input(15.0, ask(cases[0], ada)).refused, None);
    assert_eq!(store.floor.questions_to(ada).count(), 1);
    assert_eq!(refused(store.input(15.1, ask(cases[0], bob))), ReviewError::AlreadyAsked);
    assert_eq!(refused(store.input(15.2, answer(cases[0], BOB, true))), ReviewError::NotAsked);
    assert_eq!(store.input(16.0, answer(cases[0], ADA, false)).refused, None);
    assert_eq!((store.cart(ADA), store.floor.questions_to(ada).count()), (0, 0));
    assert_eq!(refused(store.input(16.1, answer(cases[0], ADA, true))), ReviewError::NotAsked);

    store.input(17.0, ask(cases[0], bob));
    let events = store.input(18.0, answer(cases[0], BOB, true)).events;
    assert!(
        matches!(&events[..], [DomainEvent::ReviewAnswered { .. }, DomainEvent::ReviewDecided { interaction: Some(one), .. }]
        if one.evidence.basis == crate::interaction::Basis::Shopper)
    );
    assert_eq!(store.cart(BOB), 1);

    store.input(19.0, ask(cases[1], ada));
    store.exit(20.0, ADA);
    store.tick(40.0);
    assert_eq!(refused(store.input(41.0, answer(cases[1], ADA, true))), ReviewError::VisitSettled);
    assert_eq!(store.input(42.0, ask(cases[1], bob)).refused, None, "who did not answer in time is not waited for");
}

#[test]
fn staff_can_end_a_visit_that_nobody_saw_leave() {
    let mut store = Store::new();
    store.enter(0.0, ADA);
    let session = store.floor.session_of(shopper(ADA)).unwrap().id;
    assert_eq!(store.input(5.0, FloorInput::CloseVisit(session)).refused, None);
    let again = store.input(6.0, FloorInput::CloseVisit(session)).refused;
    assert_eq!(again, Some(Refused::NoSuchVisit));
    store.tick(20.0);
    assert_eq!(store.floor.sessions().count(), 0);
}

#[test]
fn a_restored_floor_goes_on_where_it_stopped() {
    let mut store = Store::new();
    store.enter(0.0, ADA);
    store.look(9.9, "g1", vec![face(ADA, 0.3)]);
    let taken = store.shelf(10.0, "s1", -1);
    store.tick(12.0);
    let kept = ShelfEvent { id: ShelfEventId(Uuid::from_u128(500)), occurred_at: time(20.0), ..taken.clone() };
    let memory = FloorMemory {
        sessions: store.floor.sessions().cloned().collect(),
        undecided: vec![kept.clone()],
        reviews: Vec::new(),
        recent_events: vec![taken.id],
        last_order: 7,
        ..FloorMemory::default()
    };
    let mut store = Store::restored(memory);
    assert_eq!(store.input(20.1, FloorInput::Shelf(taken)).events, []);
    assert_eq!(store.input(20.1, FloorInput::Shelf(kept)).events, []);
    store.tick(22.0);
    assert_eq!(store.cart(ADA), 2, "alone in the store");
    store.exit(23.0, ADA);
    store.tick(30.0);
    assert_eq!(store.orders(), [(shopper(ADA), 298)]);
    assert!(store.events.iter().any(|event| matches!(event,
        DomainEvent::SessionSettled { order: Some(order), .. } if order.number == OrderNumber(8))));
}

#[test]
fn what_happened_while_nobody_watched_is_asked_about() {
    let mut before = Store::new();
    before.enter(0.0, ADA);
    before.look(19.9, "g1", vec![face(ADA, 0.3)]);
    before.enter(0.0, BOB);
    before.exit(18.0, BOB);
    let memory = FloorMemory {
        sessions: before.floor.sessions().cloned().collect(),
        restored_at: time(40.0),
        ..FloorMemory::default()
    };
    let mut store = Store::restored(memory);
    store.tick(41.0);
    assert_eq!(store.orders(), [], "what was on its way when the floor stopped is still waited for");
    let late = ShelfEvent { occurred_at: time(17.0), ..store.shelf(41.0, "s9", -1) };
    store.input(
        41.5,
        FloorInput::Shelf(ShelfEvent { id: ShelfEventId(Uuid::from_u128(77)), slot: "s1".into(), ..late }),
    );
    store.look(42.0, "g1", vec![face(ADA, 0.3)]);
    store.shelf(42.1, "s1", -1);
    store.tick(45.0);
    assert_eq!(store.reasons(), [ReviewReason::TooLate, ReviewReason::UnknownSlot, ReviewReason::TooLate]);
    assert_eq!(store.cart(ADA), 0);
    assert_eq!(store.floor.sessions().count(), 1, "Bob has settled");

    store.look(49.9, "g1", vec![face(ADA, 0.3)]);
    store.shelf(50.0, "s1", -1);
    assert_eq!(store.cart(ADA), 1);
}

#[test]
fn what_was_due_is_done_at_its_time_however_late_the_tick() {
    let play = |ticks: &[f64]| {
        let mut store = Store::new();
        store.enter(0.0, ADA);
        store.enter(0.0, BOB);
        store.shelf(10.0, "s1", -1);
        store.look(10.5, "g1", vec![face(ADA, 0.3)]);
        for at in ticks {
            store.tick(*at);
        }
        // Too late to speak for the event, unless it were decided only now.
        store.look(12.0, "g1", vec![face(BOB, 0.3)]);
        store.exit(13.0, ADA);
        for at in ticks {
            store.tick(*at + 8.0);
        }
        store.enter(30.0, ADA);
        store.events
    };
    assert_eq!(play(&[]), play(&[10.6, 11.5, 11.9]));
}

#[test]
fn a_clock_that_steps_back_does_no_harm() {
    let mut store = Store::new();
    store.enter(100.0, ADA);
    store.exit(110.0, ADA);
    store.tick(50.0);
    store.tick(114.9);
    assert_eq!(store.floor.sessions().count(), 1);
    store.tick(115.0);
    assert_eq!(store.floor.sessions().count(), 0);
}

#[test]
fn a_forgotten_shopper_is_a_stranger_in_what_was_seen() {
    let mut store = Store::new();
    store.enter(0.0, ADA);
    store.look(9.9, "g1", vec![face(ADA, 0.3)]);
    store.input(10.0, FloorInput::Forget(shopper(ADA)));
    store.shelf(10.0, "s1", -1);
    store.tick(12.0);
    assert_eq!(store.reasons().len(), 1);
}

#[test]
fn the_same_inputs_give_the_same_bytes() {
    let play = || {
        let mut store = Store::new();
        store.enter(0.0, ADA);
        store.enter(1.0, BOB);
        store.look(9.9, "g1", vec![face(ADA, 0.3), face(BOB, 0.7)]);
        store.shelf(10.0, "s1", -1);
        store.tick(12.0);
        store.exit(13.0, ADA);
        store.exit(13.5, BOB);
        store.tick(30.0);
        serde_json::to_string(&store.events).unwrap()
    };
    assert_eq!(play(), play());
}
