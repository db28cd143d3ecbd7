//! Positions of room cameras: whose hand it was decides, and who may be two people is asked about.

use super::*;
use crate::position::Position;
use domain::interaction::Basis;
use domain::room::{GateWay, Gondola, RoomGate};

/// The gondola of zone g1 stands from (0, 3) to (1.2, 3); shoppers stand at lower y.
fn room() -> RoomPlan {
    RoomPlan {
        cameras: Vec::new(),
        gates: vec![RoomGate { centre_m: [0.0, 0.0], radius_m: 0.5, way: GateWay::Both }],
        gondolas: vec![Gondola { zone: ZoneId::from("g1"), from_m: [0.0, 3.0], to_m: [1.2, 3.0], height_m: Some(1.1) }],
    }
}

/// A track's name, how likely it is whose, and whether its hand goes to slot s1.
type Tracked<'a> = (u32, &'a [(u128, f64)], bool);

impl Store {
    /// Tracks around a moment, five times a second: a name for each, whose it is, and whether its hand is at slot s1.
    fn tracked(&mut self, at: f64, tracks: &[Tracked<'_>]) {
        for step in -10..=5 {
            let when = at + f64::from(step) * 0.2;
            let is_reaching = (when - at).abs() < 0.35;
            let position = |(place, (track, whose, takes)): (usize, &Tracked<'_>)| {
                let x = 0.36 + 0.5 * place as f64;
                let hand = if *takes && is_reaching { [0.36, 3.0, 1.1] } else { [x, 2.5, 0.9] };
                let session = |who: u128| self.floor.session_of(shopper(who)).unwrap().id;
                let whose = whose.iter().map(|(who, share)| (session(*who), *share)).collect();
                Position { at: time(when), track: *track, whose, head_m: [x, 2.55], hands_m: vec![hand] }
            };
            let positions = tracks.iter().enumerate().map(position).collect();
            self.input(when, FloorInput::Positions(positions));
        }
    }

    fn cola(&self, who: u128) -> u32 {
        self.floor.session_of(shopper(who)).unwrap().cart.held(&Sku::from("cola"))
    }
}

fn two_inside() -> Store {
    let mut store = Store::restored(FloorMemory { room: Some(room()), ..FloorMemory::default() });
    store.enter(0.0, ADA);
    store.enter(0.0, BOB);
    store
}

/// Somebody takes a cola at 10 s while these tracks are there; gives what the floor then holds.
fn taken(store: &mut Store, tracks: &[Tracked<'_>]) -> (u32, u32, Vec<ReviewReason>) {
    store.tracked(10.0, tracks);
    let event = ShelfEvent {
        id: ShelfEventId(store.id()),
        slot: SlotId::from("s1"),
        occurred_at: time(10.0),
        delta_units: -1,
        units_after: None,
        sensor: SensorKind::LoadCell,
        trace: Vec::new(),
        weighed: None,
        between: None,
    };
    store.input(11.0, FloorInput::Shelf(event));
    store.tick(20.0);
    (store.cola(ADA), store.cola(BOB), store.reasons())
}

#[test]
fn the_one_whose_hand_it_was_pays_though_no_face_was_seen() {
    let mut store = two_inside();
    assert_eq!(taken(&mut store, &[(7, &[(ADA, 1.0)], true), (8, &[(BOB, 1.0)], false)]), (1, 0, vec![]));
    let recorded = store.events.iter().find_map(|event| match event {
        DomainEvent::InteractionRecorded { interaction } => Some(interaction.clone()),
        _ => None,
    });
    let evidence = recorded.unwrap().evidence;
    assert_eq!(evidence.basis, Basis::HandSeen);
    assert!(evidence.candidates[0].hand_m.unwrap() < 0.1, "{:?}", evidence.candidates);
    let mut store = two_inside();
    assert_eq!(taken(&mut store, &[(7, &[(ADA, 1.0)], false), (8, &[(BOB, 1.0)], true)]), (0, 1, vec![]));
}

#[test]
fn a_hand_that_may_be_of_two_people_bills_neither() {
    let mut store = two_inside();
    let (open, other): (&[_], &[_]) = (&[(ADA, 0.5), (BOB, 0.5)], &[(ADA, 0.5), (BOB, 0.5)]);
    assert_eq!(taken(&mut store, &[(7, open, true), (8, other, false)]), (0, 0, vec![ReviewReason::Unsure]));
}

#[test]
fn without_positions_two_people_are_told_apart_by_nothing() {
    let mut store = two_inside();
    assert_eq!(taken(&mut store, &[]), (0, 0, vec![ReviewReason::NobodySeen]));
}

#[test]
fn numbers_that_are_none_and_visits_that_are_over_do_no_harm() {
    let mut store = two_inside();
    let gone = ShoppingSessionId(Uuid::from_u128(99));
    let nowhere = [f64::NAN, f64::INFINITY];
    let positions = vec![
        Position {
            at: time(9.0),
            track: 1,
            whose: vec![(gone, 1.0)],
            head_m: [0.36, 2.5],
            hands_m: vec![[0.36, 3.0, 1.1]],
        },
        Position { at: time(9.0), track: 2, whose: Vec::new(), head_m: nowhere, hands_m: Vec::new() },
        Position {
            at: time(9.0),
            track: 3,
            whose: Vec::new(),
            head_m: [0.0, 0.0],
            hands_m: vec![[f64::NAN, 0.0, 0.0]],
        },
        Position { at: time(9_999.0), track: 4, whose: Vec::new(), head_m: [3.0, 0.0], hands_m: Vec::new() },
    ];
    store.input(9.0, FloorInput::Positions(positions));
    assert_eq!(taken(&mut store, &[(7, &[(ADA, 1.0)], true), (8, &[(BOB, 1.0)], false)]), (1, 0, vec![]));
}

#[test]
fn a_new_plan_moves_the_gondolas_and_nothing_else() {
    let mut store = two_inside();
    let mut moved = room();
    moved.gondolas[0].from_m = [0.0, 6.0];
    moved.gondolas[0].to_m = [1.2, 6.0];
    let output = store.input(5.0, FloorInput::RoomReplaced(moved));
    assert!(output.rearranged && output.events.is_empty());
    let [x, y] = store.floor.layout().slot_m(0, 0.0);
    assert!((x - 0.36).abs() < 1e-6 && y == 6.0, "{x} {y}");
    // Hands at the old place took nothing at the new one.
    assert_eq!(taken(&mut store, &[(7, &[(ADA, 1.0)], true), (8, &[(BOB, 1.0)], false)]).0, 0);
}
