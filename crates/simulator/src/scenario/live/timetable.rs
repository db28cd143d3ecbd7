//! When what is to be done through the sockets: scans and deliveries, at the times of the run.

use anyhow::bail;
use jiff::Timestamp;
use protocol::device::{SensorKindName, ShelfEventMessage};
use uuid::Uuid;

use super::super::{By, Delivery, Scenario, Step};

/// What is to be done at a moment.
pub(super) enum Doing<'a> {
    Scan { step: Option<usize>, zone: &'a str, who: &'a str },
    Shelf { ahead_s: i64, event: ShelfEventMessage },
}

/// Everything that is to be done, in order.
pub(super) fn timetable(
    scenario: &Scenario,
    moment: impl Fn(f64) -> Timestamp,
) -> anyhow::Result<Vec<(Timestamp, Doing<'_>)>> {
    let mut all = Vec::new();
    for (number, step) in scenario.steps.iter().enumerate() {
        match step {
            Step::Enter { at, who, by: By::Code, .. } => {
                all.push((moment(*at), Doing::Scan { step: Some(number), zone: "entry", who }));
            }
            Step::Leave { at, who, by: By::Code, .. } => {
                all.push((moment(*at), Doing::Scan { step: Some(number), zone: "exit", who }));
            }
            Step::Stand { at, who, zone, by: By::Code, .. } => {
                all.push((moment(*at), Doing::Scan { step: None, zone, who }));
            }
            Step::Take { at, slot, units, delivery } => {
                deliveries(*at, slot, -i64::from(*units), delivery, &moment, &mut all);
            }
            Step::PutBack { at, slot, units, delivery } => {
                deliveries(*at, slot, i64::from(*units), delivery, &moment, &mut all);
            }
            Step::Enter { .. } | Step::Leave { .. } | Step::Stand { .. } | Step::Stranger { .. } => {
                bail!("step {}: faces cannot be played through sockets", number + 1)
            }
        }
    }
    // Stable, so what happens at the same time happens in the order of the file.
    all.sort_by_key(|(at, _)| *at);
    Ok(all)
}

fn deliveries<'a>(
    at: f64,
    slot: &str,
    units: i64,
    delivery: &Delivery,
    moment: &impl Fn(f64) -> Timestamp,
    all: &mut Vec<(Timestamp, Doing<'a>)>,
) {
    let event = ShelfEventMessage {
        id: Uuid::now_v7(),
        slot: slot.to_owned(),
        occurred_at: moment(at),
        delta_units: i32::try_from(units).unwrap_or(i32::MAX),
        units_after: None,
        sensor: SensorKindName::LoadCell,
        trace: Vec::new(),
    };
    let ahead_s = delivery.clock_ahead_s as i64;
    let first = delivery.at.unwrap_or(at);
    for received in std::iter::once(&first).chain(&delivery.again_at) {
        all.push((moment(*received), Doing::Shelf { ahead_s, event: event.clone() }));
    }
}
