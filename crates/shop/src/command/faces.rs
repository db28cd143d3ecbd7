//! Faces: enrolled with what was agreed to, in one transaction.

use db::Db;
use db::faces::Enrolment;
use domain::event::DomainEvent;
use domain::ids::ShopperId;
use jiff::Timestamp;

use super::{Done, NotDecided, Refusal};
use crate::writer::Decision;

/// Enrols a face, in the place of what was enrolled before.
pub(crate) fn enrol(now: Timestamp, by: ShopperId, enrolment: Enrolment) -> Result<Decision, Refusal> {
    if enrolment.shopper != by {
        return Err(Refusal::NotFound);
    }
    let fact = DomainEvent::FaceEnrolled {
        shopper: by,
        consent_version: enrolment.consent_version.clone(),
        by_film: enrolment.by_film,
        templates: u32::try_from(enrolment.templates.len()).unwrap_or(u32::MAX),
        at: now,
    };
    let enrolment = Some(Enrolment { enrolled_at: now, ..enrolment });
    Ok(Decision { enrolment, ..Decision::of(vec![fact], Done::Carried) })
}

/// Notes whether visits may add templates, where a face is enrolled.
pub(crate) async fn set_learning(db: &Db, now: Timestamp, by: ShopperId, agreed: bool) -> Result<Decision, NotDecided> {
    if db::faces::held(db, by).await?.is_none() {
        return Err(Refusal::NotFound.into());
    }
    let fact = DomainEvent::FaceLearningSet { shopper: by, agreed, at: now };
    Ok(Decision::of(vec![fact], Done::Carried))
}
