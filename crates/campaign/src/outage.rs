//! Days without the server: it is down, the clocks go on, and things move at the shelves while nobody is known to be in the store.

use std::time::Duration;

use anyhow::{Context, Result};
use domain::clock::shift;
use jiff::SignedDuration;
use protocol::device::{PlateStepMessage, SensorKindName, ShelfEventMessage, WeighedMessage};
use simulator::store::Store;
use uuid::Uuid;

use crate::reckoning::Deed;
use crate::run::Stage;

/// Movements in each hour.
const AN_HOUR: i64 = 12;
/// The trace of a movement: grams off the level before.
const TRACE: usize = 8;

/// Lets so many hours go by without the server. Gives what moved.
///
/// The simulated node's clock is right up to a second here, as that of a computer with a battery-backed clock, or with NTP from
/// elsewhere. The right time goes on by as much, which the server's clock shows when it is back.
///
/// # Errors
///
/// Where a clock cannot be set, or the server not be started.
pub async fn without_server(stage: &Stage, store: &Store, hours: u32) -> Result<Vec<Deed>> {
    stage.server.kill();
    let (clock, start_s) = (stage.node_hand.clock(), stage.node_hand.get());
    let mut deeds = Vec::new();
    for hour in 1..=i64::from(hours) {
        stage.node_hand.set(start_s + hour * 3_600);
        for number in 0..AN_HOUR {
            let place = usize::try_from(hour * AN_HOUR + number).unwrap_or(0);
            let slots: Vec<_> = store.slots.iter().filter(|slot| !stage.real_slots.contains_key(&slot.id)).collect();
            let slot = slots[place % slots.len()];
            let units = if place % 3 == 0 { -1 } else { 1 };
            let minutes_ago = SignedDuration::from_mins(60 - 5 * (number + 1));
            let at = shift(clock.now(), -minutes_ago);
            let event =
                ShelfEventMessage { boot: store.node.boot(), ..taken(slot.id.as_str(), units, slot.unit_g, at) };
            deeds.push(Deed {
                event: Some(event.id),
                slot: slot.id.clone(),
                session: None,
                sku: slot.sku.clone(),
                units: i64::from(units),
            });
            store.node.spool(event);
        }
    }
    for clock in stage.server_clock.iter().chain(&stage.node_clock) {
        clock.set(i64::from(hours) * 3_600).context("a clock cannot be set")?;
    }
    // While the server is down, somebody tidies up at the real node's shelves.
    for slot in store.slots.iter().filter(|slot| stage.real_slots.contains_key(&slot.id)) {
        if let Some((event, moved)) = store.move_units(&slot.id, -1).await {
            let (slot, sku, units) = (slot.id.clone(), slot.sku.clone(), -i64::from(moved));
            deeds.push(Deed { event, slot, session: None, sku, units });
        }
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    stage.server.go_on()?;
    Ok(deeds)
}

/// As a shelf node with one plate under the slot would tell it.
fn taken(slot: &str, units: i32, unit_g: f64, at: jiff::Timestamp) -> ShelfEventMessage {
    let grams = -(f64::from(units) * unit_g) as f32;
    ShelfEventMessage {
        id: Uuid::now_v7(),
        slot: slot.to_owned(),
        occurred_at: at,
        boot: None,
        delta_units: -units,
        units_after: None,
        sensor: SensorKindName::LoadCell,
        trace: vec![grams; TRACE],
        weighed: Some(WeighedMessage {
            lasted_ms: 600,
            plates: vec![PlateStepMessage { slot: slot.to_owned(), grams, spread_g: 0.2 }],
        }),
    }
}
