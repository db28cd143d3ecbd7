//! When what is to be done through the sockets: scans, hands at shelves, and deliveries.

use anyhow::bail;

use super::super::frames::milliseconds;
use super::super::{By, Movement, Scenario, Step};

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
            Step::Enter(pass) if pass.by == By::Code => {
                all.push((at_ms, Doing::Scan { step: Some(number), zone: "entry", who: &pass.who }));
            }
            Step::Leave(pass) if pass.by == By::Code => {
                all.push((at_ms, Doing::Scan { step: Some(number), zone: "exit", who: &pass.who }));
            }
            Step::Stand { who, zone, by: By::Code, .. } => {
                all.push((at_ms, Doing::Scan { step: None, zone, who }));
            }
            Step::Take(_) | Step::PutBack(_) => all.extend(hand_and_deliveries(number, step)),
            Step::Enter(_) | Step::Leave(_) | Step::Stand { .. } | Step::Stranger { .. } => {
                bail!("step {}: faces cannot be played through sockets", number + 1)
            }
        }
    }
    // Stable, so what happens at the same time happens in the order of the file.
    all.sort_by_key(|(at_ms, _)| *at_ms);
    Ok(all)
}

fn hand_and_deliveries(number: usize, step: &Step) -> Vec<(i64, Doing<'_>)> {
    let Some((Movement { at, slot, delivery, .. }, units)) = step.movement() else { return Vec::new() };
    let ahead_s = delivery.clock_ahead_s as i64;
    let first = delivery.at.unwrap_or(*at);
    let deliver = |received: &f64| (milliseconds(*received), Doing::Deliver { step: number, slot, units, ahead_s });
    let deliveries = std::iter::once(&first).chain(&delivery.again_at).map(deliver);
    std::iter::once((milliseconds(*at), Doing::Hand { step: number })).chain(deliveries).collect()
}
