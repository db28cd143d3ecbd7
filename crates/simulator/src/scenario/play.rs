//! Plays a scenario against the floor alone: no sockets, no database, no waiting, and the same bytes each time.

use std::collections::BTreeMap;

use domain::catalog::{Catalog, Product, TaxClass, TaxRates};
use domain::clock::mend_time;
use domain::event::DomainEvent;
use domain::floor::{Floor, FloorInput, FloorMemory, FloorPolicy};
use domain::gate::{GateDecision, Place};
use domain::ids::{DeviceId, ShelfEventId, ShopperId, SightingId, Sku, SlotId, ZoneId};
use domain::money::{BasisPoints, Currency, Minor};
use domain::planogram::{Facing, Planogram};
use domain::shelf::{SensorKind, ShelfEvent};
use domain::sighting::{Identity, Means, Seen, Sighting};
use jiff::{SignedDuration, Timestamp};
use protocol::admin::{ReviewReason, TaxClassName};
use uuid::Uuid;

use super::frames::{self, milliseconds};
use super::{By, Delivery, Outcome, Receipt, Review, Says, Scenario, Step};

/// A scenario's zero: 1 January 2026, 10:00 UTC.
const START_S: i64 = 1_767_261_600;
/// From one look at a gate to the next, in milliseconds.
const LOOK_EVERY_MS: i64 = 250;

/// What came of it.
#[derive(Clone, PartialEq, Debug)]
pub struct Played {
    /// Every fact, in order.
    pub events: Vec<DomainEvent>,
    /// In words.
    pub outcome: Outcome,
}

/// Plays it.
pub fn play_in_domain(scenario: &Scenario) -> Played {
    let mut floor = Floor::restore(policy(), catalog(scenario), planogram(scenario), FloorMemory::default());
    let mut inputs = inputs(scenario);
    // Stable, so what comes at the same time comes in the order of the file.
    inputs.sort_by_key(|input| input.at);
    let mut events = Vec::new();
    let mut gates = BTreeMap::new();
    for Timed { at, step, input } in inputs {
        wake(&mut floor, at, &mut events);
        let output = floor.handle(at, input);
        events.extend(output.events);
        if let (Some(step), Some(decision)) = (step, output.gate) {
            gates.insert(step, says(decision));
        }
    }
    wake(&mut floor, Timestamp::MAX, &mut events);
    let mut outcome = outcome(scenario, &events);
    outcome.gates = gates.into_iter().collect();
    Played { events, outcome }
}

/// An input, when it comes in, and the step whose gate answers.
struct Timed {
    at: Timestamp,
    step: Option<usize>,
    input: FloorInput,
}

/// Lets the floor do everything that is due before `until`.
fn wake(floor: &mut Floor, until: Timestamp, events: &mut Vec<DomainEvent>) {
    while let Some(at) = floor.next_wakeup().filter(|at| *at <= until) {
        events.extend(floor.handle(at, FloorInput::Tick).events);
    }
}

fn inputs(scenario: &Scenario) -> Vec<Timed> {
    let mut inputs = Vec::new();
    for (number, step) in scenario.steps.iter().enumerate() {
        match step {
            Step::Enter { at, who, by, looks, .. } => {
                gate(scenario, number, Place::Entry, *at, who, *by, *looks, &mut inputs);
            }
            Step::Leave { at, who, by, looks, .. } => {
                gate(scenario, number, Place::Exit, *at, who, *by, *looks, &mut inputs);
            }
            Step::Stand { at, who, zone, by: By::Code, .. } => {
                let seen = vec![by_code(scenario, who)];
                let id = id(scenario, &format!("step {number}"));
                inputs.push(look(Place::Shelf, zone, id, moment(milliseconds(*at)), seen, None));
            }
            // Faces at shelves are in the frames below.
            Step::Stand { by: By::Face, .. } | Step::Stranger { .. } => {}
            Step::Take { at, slot, units, delivery } => {
                shelf(scenario, number, *at, slot, -i64::from(*units), delivery, &mut inputs);
            }
            Step::PutBack { at, slot, units, delivery } => {
                shelf(scenario, number, *at, slot, i64::from(*units), delivery, &mut inputs);
            }
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

#[expect(clippy::too_many_arguments, reason = "they are the fields of two kinds of step")]
fn gate(
    scenario: &Scenario,
    number: usize,
    place: Place,
    at: f64,
    who: &str,
    by: By,
    looks: u32,
    inputs: &mut Vec<Timed>,
) {
    let zone = if place == Place::Entry { "entry" } else { "exit" };
    let looks = match by {
        By::Code => 1,
        By::Face => looks,
    };
    for turn in 0..looks {
        let seen = match by {
            By::Code => by_code(scenario, who),
            By::Face => by_face(scenario, Some(who), Some(0.5)),
        };
        let id = id(scenario, &format!("step {number} look {turn}"));
        let at = moment(milliseconds(at) + i64::from(turn) * LOOK_EVERY_MS);
        inputs.push(look(place, zone, id, at, vec![seen], Some(number)));
    }
}

fn look(place: Place, zone: &str, id: Uuid, at: Timestamp, seen: Vec<Seen>, step: Option<usize>) -> Timed {
    let device = DeviceId(Uuid::new_v5(&Uuid::NAMESPACE_OID, zone.as_bytes()));
    let zone = ZoneId::from(zone);
    let sighting = Sighting { id: SightingId(id), device, zone, occurred_at: at, seen };
    Timed { at, step, input: FloorInput::Look { place, sighting } }
}

fn shelf(
    scenario: &Scenario,
    number: usize,
    at: f64,
    slot: &str,
    units: i64,
    delivery: &Delivery,
    inputs: &mut Vec<Timed>,
) {
    let ahead = SignedDuration::from_millis(milliseconds(delivery.clock_ahead_s));
    let first = delivery.at.unwrap_or(at);
    for received in std::iter::once(&first).chain(&delivery.again_at) {
        let received_at = moment(milliseconds(*received));
        // As the server does it with what a node sends.
        let occurred_at = domain::clock::shift(moment(milliseconds(at)), ahead);
        let sent_at = domain::clock::shift(received_at, ahead);
        let event = ShelfEvent {
            id: ShelfEventId(id(scenario, &format!("step {number}"))),
            slot: SlotId::from(slot),
            occurred_at: mend_time(occurred_at, sent_at, received_at).occurred_at,
            delta_units: i32::try_from(units).unwrap_or(i32::MAX),
            units_after: None,
            sensor: SensorKind::LoadCell,
            trace: Vec::new(),
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

fn shopper(scenario: &Scenario, who: &str) -> ShopperId {
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

fn policy() -> FloorPolicy {
    let tax_rates = TaxRates { standard: BasisPoints(1_900), reduced: BasisPoints(700) };
    FloorPolicy::new(Currency::EUR, tax_rates)
}

fn catalog(scenario: &Scenario) -> Catalog {
    let product = |slot: &super::Slot| Product {
        sku: Sku::from(slot.sku.as_str()),
        gtin: None,
        name: slot.sku.clone(),
        price: slot.price.map(Minor),
        tax_class: match slot.tax {
            TaxClassName::Standard => TaxClass::Standard,
            TaxClassName::Reduced => TaxClass::Reduced,
            TaxClassName::Zero => TaxClass::Zero,
        },
        unit_weight_mg: None,
    };
    scenario.slots.iter().map(product).collect()
}

fn planogram(scenario: &Scenario) -> Planogram {
    let facing = |slot: &super::Slot| Facing {
        slot: SlotId::from(slot.id.as_str()),
        sku: Sku::from(slot.sku.as_str()),
        zone: ZoneId::from(slot.zone.as_str()),
        x: slot.x,
        capacity: 12,
    };
    scenario.slots.iter().map(facing).collect()
}

fn outcome(scenario: &Scenario, events: &[DomainEvent]) -> Outcome {
    let mut outcome = Outcome::default();
    for event in events {
        match event {
            DomainEvent::SessionSettled { shopper: buyer, order: Some(order), .. } => {
                let whose = |who: &&String| shopper(scenario, who) == *buyer;
                outcome.receipts.push(Receipt {
                    who: scenario.people.iter().find(whose).cloned().unwrap_or_default(),
                    items: order.lines.iter().map(|line| (line.sku.0.clone(), line.quantity)).collect(),
                    total: order.total().0,
                    tax: order.taxes().iter().map(|share| share.tax.0).sum(),
                });
            }
            DomainEvent::ReviewOpened { review } => {
                let event = &review.evidence.shelf_event;
                outcome.reviews.push(Review {
                    reason: reason(review.reason),
                    slot: event.slot.0.clone(),
                    units: i64::from(review.quantity) * i64::from(event.delta_units.signum()),
                });
            }
            DomainEvent::SessionSettled { order: None, .. }
            | DomainEvent::SessionOpened { .. }
            | DomainEvent::SessionExited { .. }
            | DomainEvent::ShelfEventKept { .. }
            | DomainEvent::InteractionRecorded { .. }
            | DomainEvent::ReviewDecided { .. }
            | DomainEvent::DisputeOpened { .. }
            | DomainEvent::DisputeDecided { .. } => {}
        }
    }
    outcome
}

fn reason(reason: domain::review::ReviewReason) -> ReviewReason {
    use domain::review::ReviewReason as Domain;
    match reason {
        Domain::NobodySeen => ReviewReason::NobodySeen,
        Domain::Unsure => ReviewReason::Unsure,
        Domain::NobodyHoldsIt => ReviewReason::NobodyHoldsIt,
        Domain::NoPrice => ReviewReason::NoPrice,
        Domain::TooLate => ReviewReason::TooLate,
        Domain::UnknownSlot => ReviewReason::UnknownSlot,
        Domain::TooMany => ReviewReason::TooMany,
    }
}

fn says(decision: GateDecision) -> Says {
    match decision {
        GateDecision::Opened(_) => Says::Welcome,
        GateDecision::AlreadyInside(_) => Says::AlreadyInside,
        GateDecision::Exited(_) => Says::Goodbye,
        GateDecision::NotInside(_) => Says::NotInside,
        GateDecision::KeepLooking { .. } => Says::KeepLooking,
        GateDecision::NotRecognised => Says::NotRecognised,
        GateDecision::NoFace | GateDecision::Noted => Says::Other,
    }
}
