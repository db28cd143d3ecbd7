//! When what is to be done through the sockets: scans, hands at shelves, and deliveries.

use anyhow::bail;

use super::super::frames::milliseconds;
use super::super::{By, Delivery, Scenario, Step};

/// What is to be done at a moment. A hand moves before its event is delivered, and both name the step.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Doing<'a> {
    /// A code is held before a zone's scanner; `step` is the one whose gate answers.
    Scan { step: Option<usize>, zone: &'a str, who: &'a str },
    /// A hand is at a slot now.
    Hand { step: usize },
    /// The event of that hand comes in.
    Deliver { step: usize, slot: &'a str, units: i32, ahead_s: i64 },
}

/// Everything that is to be done, in order, with milliseconds of the story.
pub(super) fn timetable(scenario: &Scenario) -> anyhow::Result<Vec<(i64, Doing<'_>)>> {
    let mut all = Vec::new();
    for (number, step) in scenario.steps.iter().enumerate() {
        let at_ms = milliseconds(step.at());
        match step {
            Step::Enter { who, by: By::Code, .. } => {
                all.push((at_ms, Doing::Scan { step: Some(number), zone: "entry", who }));
            }
            Step::Leave { who, by: By::Code, .. } => {
                all.push((at_ms, Doing::Scan { step: Some(number), zone: "exit", who }));
            }
            Step::Stand { who, zone, by: By::Code, .. } => {
                all.push((at_ms, Doing::Scan { step: None, zone, who }));
            }
            Step::Take { at, slot, units, delivery } => {
                let units = 0_i32.saturating_sub_unsigned(*units);
                hand_and_deliveries(*at, number, slot, units, delivery, &mut all);
            }
            Step::PutBack { at, slot, units, delivery } => {
                let units = 0_i32.saturating_add_unsigned(*units);
                hand_and_deliveries(*at, number, slot, units, delivery, &mut all);
            }
            Step::Enter { .. } | Step::Leave { .. } | Step::Stand { .. } | Step::Stranger { .. } => {
                bail!("step {}: faces cannot be played through sockets", number + 1)
            }
        }
    }
    // Stable, so what happens at the same time happens in the order of the file.
    all.sort_by_key(|(at_ms, _)| *at_ms);
    Ok(all)
}

fn hand_and_deliveries<'a>(
    at: f64,
    step: usize,
    slot: &'a str,
    units: i32,
    delivery: &Delivery,
    all: &mut Vec<(i64, Doing<'a>)>,
) {
    all.push((milliseconds(at), Doing::Hand { step }));
    let ahead_s = delivery.clock_ahead_s as i64;
    let first = delivery.at.unwrap_or(at);
    for received in std::iter::once(&first).chain(&delivery.again_at) {
        all.push((milliseconds(*received), Doing::Deliver { step, slot, units, ahead_s }));
    }
}
