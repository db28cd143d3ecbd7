//! Plays a scenario against the floor alone: no sockets, no database, no waiting, and the same bytes each time.

use std::collections::BTreeMap;

use domain::catalog::{Catalog, Product, TaxClass, TaxRates};
use domain::event::DomainEvent;
use domain::gate::GateDecision;
use domain::ids::{Sku, SlotId, ZoneId};
use domain::memory::FloorMemory;
use domain::money::{BasisPoints, Currency, Minor};
use domain::planogram::{Facing, Planogram};
use floor::{Floor, FloorInput, FloorPolicy};
use jiff::Timestamp;
use protocol::admin::{ReviewReason, TaxClassName};

use super::{Outcome, Receipt, Review, Says, Scenario};

mod inputs;

use inputs::{Timed, inputs, shopper};

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

/// Lets the floor do everything that is due before `until`.
fn wake(floor: &mut Floor, until: Timestamp, events: &mut Vec<DomainEvent>) {
    while let Some(at) = floor.next_wakeup().filter(|at| *at <= until) {
        events.extend(floor.handle(at, FloorInput::Tick).events);
    }
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
    let mut opened = Vec::new();
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
                opened.push(review.id);
                outcome.reviews.push(as_expected(review));
            }
            DomainEvent::UnitsCameBack { review, .. } => {
                if let Some(place) = opened.iter().position(|id| *id == review.id) {
                    if review.left() == 0 {
                        opened.remove(place);
                        outcome.reviews.remove(place);
                    } else {
                        outcome.reviews[place] = as_expected(review);
                    }
                }
            }
            DomainEvent::SessionSettled { order: None, .. }
            | DomainEvent::SessionOpened { .. }
            | DomainEvent::IdentityDoubted { .. }
            | DomainEvent::SessionExited { .. }
            | DomainEvent::ShelfEventKept { .. }
            | DomainEvent::ShelfEventDismissed { .. }
            | DomainEvent::ReceiptDeferred { .. }
            | DomainEvent::RestockingBegan { .. }
            | DomainEvent::Restocked { .. }
            | DomainEvent::RestockingEnded { .. }
            | DomainEvent::ProductSaved { .. }
            | DomainEvent::PlanogramChanged { .. }
            | DomainEvent::StockCounted { .. }
            | DomainEvent::StoreSettingsSaved { .. }
            | DomainEvent::RoomSaved { .. }
            | DomainEvent::FaceEnrolled { .. }
            | DomainEvent::FaceLearningSet { .. }
            | DomainEvent::InteractionRecorded { .. }
            | DomainEvent::ReviewAsked { .. }
            | DomainEvent::ReviewAnswered { .. }
            | DomainEvent::ReviewDecided { .. }
            | DomainEvent::DisputeOpened { .. }
            | DomainEvent::DisputeDecided { .. } => {}
        }
    }
    outcome
}

fn as_expected(review: &domain::review::Review) -> Review {
    let event = &review.evidence.shelf_event;
    let units = i64::from(review.left());
    let units = if event.is_pick() { -units } else { units };
    Review { reason: reason(review.reason), slot: event.slot.0.clone(), units }
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
        Domain::IdentityDoubted => ReviewReason::IdentityDoubted,
        Domain::TimeUnsure => ReviewReason::TimeUnsure,
        Domain::SeenLater => ReviewReason::SeenLater,
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
        GateDecision::NoFace | GateDecision::CodeNeeded(_) | GateDecision::Noted => Says::Other,
    }
}
