//! What the floor hears of a scenario: looks and shelf events, each with the time at which it comes in.

use domain::gate::Place;
use domain::ids::{DeviceId, ShelfEventId, ShopperId, SightingId, SlotId, ZoneId};
use domain::shelf::{SensorKind, ShelfEvent};
use domain::sighting::{Identity, Means, Seen, Sighting};
use domain::skew::{Skew, date};
use floor::FloorInput;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::super::frames::{self, milliseconds};
use super::super::{By, Movement, Pass, Scenario, Step};

/// A scenario's zero: 1 January 2026, 10:00 UTC.
const START_S: i64 = 1_767_261_600;
/// From one look at a gate to the next, in milliseconds.
const LOOK_EVERY_MS: i64 = 250;

/// An input, when it comes in, and the step whose gate answers.
pub(super) struct Timed {
    pub(super) at: Timestamp,
    pub(super) step: Option<usize>,
    pub(super) input: FloorInput,
}

/// Everything that comes in, in the order of the file and then the frames at shelves.
pub(super) fn inputs(scenario: &Scenario) -> Vec<Timed> {
    let mut inputs = Vec::new();
    for (number, step) in scenario.steps.iter().enumerate() {
        match step {
            Step::Enter(pass) => gate(scenario, number, Place::Entry, pass, &mut inputs),
            Step::Leave(pass) => gate(scenario, number, Place::Exit, pass, &mut inputs),
            Step::Stand { at, who, zone, by: By::Code, .. } => {
                let seen = vec![by_code(scenario, who)];
                let id = id(scenario, &format!("step {number}"));
                inputs.push(look(Place::Shelf, zone, id, moment(milliseconds(*at)), seen, None));
            }
            // Faces at shelves are in the frames below.
            Step::Stand { by: By::Face, .. } | Step::Stranger { .. } => {}
            Step::Take(_) | Step::PutBack(_) => shelf(scenario, number, step, &mut inputs),
        }
    }
    for frame in frames::of(scenario) {
        let seen = frame.people.iter().map(|person| by_face(scenario, person.who.as_deref(), Some(person.x))).collect();
        let place = match frame.zone.as_str() {
            "entry" => Place::Entry,
            "exit" => Place::Exit,
            _ => Place::Shelf,
        };
        let id = id(scenario, &format!("frame {} {}", frame.zone, frame.at_ms));
        inputs.push(look(place, &frame.zone, id, moment(frame.at_ms), seen, None));
    }
    inputs
}

fn gate(scenario: &Scenario, number: usize, place: Place, pass: &Pass, inputs: &mut Vec<Timed>) {
    let zone = if place == Place::Entry { "entry" } else { "exit" };
    let looks = match pass.by {
        By::Code => 1,
        By::Face => pass.looks,
    };
    for turn in 0..looks {
        let seen = match pass.by {
            By::Code => by_code(scenario, &pass.who),
            By::Face => by_face(scenario, Some(&pass.who), Some(0.5)),
        };
        let id = id(scenario, &format!("step {number} look {turn}"));
        let at = moment(milliseconds(pass.at) + i64::from(turn) * LOOK_EVERY_MS);
        inputs.push(look(place, zone, id, at, vec![seen], Some(number)));
    }
}

fn look(place: Place, zone: &str, id: Uuid, at: Timestamp, seen: Vec<Seen>, step: Option<usize>) -> Timed {
    let device = DeviceId(Uuid::new_v5(&Uuid::NAMESPACE_OID, zone.as_bytes()));
    let zone = ZoneId::from(zone);
    let sighting = Sighting { id: SightingId(id), device, zone, occurred_at: at, seen };
    Timed { at, step, input: FloorInput::Look { place, sighting } }
}

fn shelf(scenario: &Scenario, number: usize, step: &Step, inputs: &mut Vec<Timed>) {
    let Some((Movement { at, slot, delivery, .. }, delta_units)) = step.movement() else { return };
    let ahead = SignedDuration::from_millis(milliseconds(delivery.clock_ahead_s));
    let first = delivery.at.unwrap_or(*at);
    for received in std::iter::once(&first).chain(&delivery.again_at) {
        let received_at = moment(milliseconds(*received));
        // As the server does it with what a node sends.
        let occurred_at = domain::clock::shift(moment(milliseconds(*at)), ahead);
        let sent_at = domain::clock::shift(received_at, ahead);
        let skew = Skew { least: -ahead, most: -ahead };
        let dated = date(occurred_at, sent_at, received_at, Some(skew)).expect("nothing is told before it happens");
        let event = ShelfEvent {
            id: ShelfEventId(id(scenario, &format!("step {number}"))),
            slot: SlotId::from(slot.as_str()),
            occurred_at: dated.at,
            delta_units,
            units_after: None,
            sensor: SensorKind::LoadCell,
            trace: Vec::new(),
            weighed: None,
            between: None,
        };
        inputs.push(Timed { at: received_at, step: None, input: FloorInput::Shelf(event) });
    }
}

fn by_code(scenario: &Scenario, who: &str) -> Seen {
    let identity = Identity::Known { shopper: shopper(scenario, who), similarity: 1.0 };
    Seen { identity, means: Means::Code, x: None, size: None }
}

fn by_face(scenario: &Scenario, who: Option<&str>, x: Option<f32>) -> Seen {
    let identity = match who {
        Some(who) => Identity::Known { shopper: shopper(scenario, who), similarity: 0.7 },
        None => Identity::Unknown,
    };
    Seen { identity, means: Means::Face, x, size: Some(0.4) }
}

/// The account of one of the people.
pub(super) fn shopper(scenario: &Scenario, who: &str) -> ShopperId {
    ShopperId(id(scenario, &format!("person {who}")))
}

/// Ids follow from the scenario's title, so a scenario played twice gives the same bytes.
fn id(scenario: &Scenario, what: &str) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{}/{what}", scenario.title).as_bytes())
}

fn moment(at_ms: i64) -> Timestamp {
    let start = Timestamp::from_second(START_S).expect("the year 2026 is within range");
    domain::clock::shift(start, SignedDuration::from_millis(at_ms))
}
