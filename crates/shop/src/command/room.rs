//! The plan of the room: where cameras hang, where people come and go, where gondolas stand.

use db::Db;
use domain::event::DomainEvent;
use domain::ids::AdminId;
use domain::room::RoomPlan;
use floor::FloorInput;
use jiff::Timestamp;

use super::{Done, NotDecided, Refusal};
use crate::writer::Decision;

/// Saves a plan that was made from version `version`; 0 where none was saved. A plan that is the same makes no new version.
pub(crate) async fn save(
    db: &Db,
    now: Timestamp,
    by: AdminId,
    plan: RoomPlan,
    version: u32,
) -> Result<Decision, NotDecided> {
    plan.check().map_err(Refusal::from)?;
    let store = db::stores::first(db).await?.ok_or(Refusal::NotFound)?.id;
    let known = db::room_plans::latest(db, store).await?;
    let is_version = known.as_ref().map_or(0, |(_, version)| *version);
    if version != is_version {
        return Err(Refusal::StaleRoom.into());
    }
    if known.is_some_and(|(known, _)| known == plan) {
        return Ok(Decision::of(Vec::new(), Done::Room { version }));
    }
    let version = version.saturating_add(1);
    let apply = vec![FloorInput::RoomReplaced(plan.clone())];
    let fact = DomainEvent::RoomSaved { plan, version, at: now, by };
    Ok(Decision { apply, ..Decision::of(vec![fact], Done::Room { version }) })
}
