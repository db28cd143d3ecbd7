//! The store's settings: what holds from now on; what was billed before stays as it is.

use db::Db;
use domain::event::DomainEvent;
use domain::ids::AdminId;
use domain::store::StoreSettings;
use floor::FloorInput;
use jiff::Timestamp;

use super::{Done, NotDecided, Refusal};
use crate::writer::Decision;

/// Saves settings that were made from version `version`. Settings that are the same make no new version.
pub(crate) async fn save(
    db: &Db,
    now: Timestamp,
    by: AdminId,
    mut settings: StoreSettings,
    version: u32,
) -> Result<Decision, NotDecided> {
    let known = db::stores::first(db).await?.ok_or(Refusal::NotFound)?;
    if known.version != version {
        return Err(Refusal::StaleSettings.into());
    }
    let (before, calendar) = (known.settings, &mut settings.calendar);
    // By the old zone and by the new one: what has begun by either has been billed by.
    let today = before.calendar.zone.date(now).max(calendar.zone.date(now));
    calendar.taxes = before.calendar.taxes.replaced_by(calendar.taxes.clone(), today).map_err(Refusal::from)?;
    if settings == before {
        return Ok(Decision::of(Vec::new(), Done::Settings { settings, version }));
    }
    let version = version.saturating_add(1);
    let apply = vec![FloorInput::CalendarReplaced(settings.calendar.clone())];
    let done = Done::Settings { settings: settings.clone(), version };
    let fact = DomainEvent::StoreSettingsSaved { settings, before, version, at: now, by };
    Ok(Decision { apply, ..Decision::of(vec![fact], done) })
}
