//! Templates of faces: sealed in the database, open in the recogniser, never anywhere else.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use db::Db;
use db::faces::{Learnt, ReferenceRow};
use domain::event::DomainEvent;
use domain::ids::{DeviceId, ShopperId, StoreId};
use domain::sighting::Means;
use jiff::{SignedDuration, Timestamp};
use shop::news::Listener;
use uuid::Uuid;
use vision::Embedding;

use crate::app::App;
use crate::keys::Keys;
use crate::program_galleries::{Known, ProgramGalleries};
use crate::recognition::{Recognition, Source, Template};

/// Templates of visits that one shopper may have: with three of the enrolment they show glasses, beards and light of the last
/// weeks; more would mostly repeat them, and each is one more chance to be mistaken.
const MOST_FROM_VISITS: usize = 3;

/// How long a shopper's templates are waited for, and after how long they are read again.
const RELOADS_WITHIN: Duration = Duration::from_secs(6);
const RELOAD_AGAIN: Duration = Duration::from_secs(10);

/// Reads every template of a store that has not expired into the recogniser.
///
/// # Errors
///
/// Where one cannot be opened: rather no start than lost faces.
pub async fn load_all(
    db: &Db,
    store: StoreId,
    keys: &Keys,
    recogniser: &dyn Recognition,
    now: Timestamp,
) -> anyhow::Result<()> {
    let mut rows = db::faces::all(db, store, now).await?;
    rows.sort_by_key(|row| row.shopper_id);
    for of_one in rows.chunk_by(|a, b| a.shopper_id == b.shopper_id) {
        remember(keys, recogniser, ShopperId(of_one[0].shopper_id), of_one)?;
    }
    Ok(())
}

/// Reads every face that has not expired of the programs' galleries.
///
/// # Errors
///
/// Where one cannot be opened.
pub async fn load_programs(
    db: &Db,
    store: StoreId,
    keys: &Keys,
    recogniser: &dyn Recognition,
    now: Timestamp,
) -> anyhow::Result<ProgramGalleries> {
    let programs = ProgramGalleries::default();
    for row in db::gallery_faces::all(db, store, now).await? {
        if row.model != recogniser.model() {
            tracing::warn!(model = row.model, "a program's face of another model is left out");
            continue;
        }
        let bytes = keys
            .open(&row.sealed, row.device_id.as_bytes())
            .context("a face of a program cannot be read: is the key file the right one?")?;
        let known = Known { subject: row.subject, enrolled_at_ms: db::from_micros(row.created_at).as_millisecond() };
        programs.insert(DeviceId(row.device_id), &row.gallery, row.id, known, Embedding::from_le_bytes(&bytes)?);
    }
    Ok(programs)
}

/// Reads one shopper's templates anew, after they have changed. The caller holds [`crate::app::Parts::enrolments`].
///
/// # Errors
///
/// Where the database or a template cannot be read.
pub async fn reload(app: &App, shopper: ShopperId) -> anyhow::Result<()> {
    let rows = db::faces::of_shopper(&app.db, shopper).await?;
    remember(&app.keys, &*app.recogniser, shopper, &rows)
}

/// As [`reload`], for what is committed: memory must not go on with what the database has not. Where the database cannot be read for some
/// seconds, nothing is known of the shopper until it can. The caller holds [`crate::app::Parts::enrolments`].
///
/// # Errors
///
/// Where a template cannot be kept in memory.
pub async fn reload_at_last(app: &App, shopper: ShopperId) -> anyhow::Result<()> {
    if tokio::time::timeout(RELOADS_WITHIN, reload(app, shopper)).await.is_ok_and(|read| read.is_ok()) {
        return Ok(());
    }
    tracing::error!(shopper.id = %shopper, "templates cannot be read; their face is not known until they can");
    app.recogniser.remember(shopper, Vec::new())?;
    let app = app.clone();
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(RELOAD_AGAIN).await;
            let _one_at_a_time = app.enrolments.lock().await;
            match tokio::time::timeout(RELOADS_WITHIN, reload(&app, shopper)).await {
                Ok(Ok(())) => return,
                Ok(Err(error)) => tracing::error!(%error, shopper.id = %shopper, "templates cannot be read yet"),
                Err(_) => tracing::error!(shopper.id = %shopper, "templates cannot be read yet"),
            }
        }
    });
    Ok(())
}

/// Deletes what has expired of a shopper. Where nothing is left the recogniser forgets them first, so that a cloud that cannot be
/// reached is told another time. The caller holds [`crate::app::Parts::enrolments`].
///
/// # Errors
///
/// Where the recogniser or the database cannot.
pub async fn expire(app: &App, shopper: ShopperId, now: Timestamp) -> anyhow::Result<()> {
    let rows = db::faces::of_shopper(&app.db, shopper).await?;
    if rows.iter().all(|row| row.expires_at <= db::micros(now)) {
        app.recogniser.forget(shopper).await?;
    }
    db::faces::delete_expired(&app.db, shopper, now).await?;
    reload(app, shopper).await
}

/// When a template that is made now is to be deleted.
pub fn expiry(app: &App, now: Timestamp) -> Timestamp {
    let days = i64::from(app.config.recognition.keep_templates_days);
    domain::clock::shift(now, SignedDuration::from_hours(24 * days))
}

/// Forgets what those looked like whose visits the store's closing time or its staff ended: nobody saw them leave. In the writer's turn, so
/// before they can come in again.
pub fn forget_who_left_unseen(recogniser: Arc<dyn Recognition>) -> Listener {
    Box::new(move |news| {
        for one in news.recorded {
            if let DomainEvent::SessionExited { shopper, by: Means::Closing | Means::Staff, .. } = &one.event {
                recogniser.left(*shopper);
            }
        }
    })
}

/// A gate let a shopper in. By the face: it serves for the length of the visit, and, where it is good enough and the shopper
/// agreed to that, on later ones. By the code, with templates that another model made: the face that stood there alone takes
/// their place, for whoever shows the code could enrol in the app as well.
pub async fn entered(app: &App, device: DeviceId, shopper: ShopperId) {
    let kept = match app.recogniser.entered(device, shopper) {
        Some(face) if face.is_worth_keeping => learn(app, shopper, &face.bytes).await,
        Some(_) => Ok(()),
        None => renew(app, device, shopper).await,
    };
    if let Err(error) = kept {
        tracing::error!(%error, shopper.id = %shopper, "cannot keep a template of a visit");
    }
}

async fn renew(app: &App, device: DeviceId, shopper: ShopperId) -> anyhow::Result<()> {
    let rows = db::faces::of_shopper(&app.db, shopper).await?;
    let model = app.recogniser.model();
    if rows.is_empty() || rows.iter().any(|row| row.model == model) {
        return Ok(());
    }
    let Some(template) = app.recogniser.only_stranger(device) else { return Ok(()) };
    let sealed = app.keys.seal(&template, shopper.0.as_bytes());
    let _one_at_a_time = app.enrolments.lock().await;
    if db::faces::renew(&app.db, shopper, model, Uuid::now_v7(), sealed, app.clock.now()).await? {
        reload(app, shopper).await?;
        tracing::info!(shopper.id = %shopper, "templates of another model were renewed");
    }
    Ok(())
}

async fn learn(app: &App, shopper: ShopperId, template: &[u8]) -> anyhow::Result<()> {
    let now = app.clock.now();
    let _one_at_a_time = app.enrolments.lock().await;
    let learnt = Learnt {
        shopper,
        model: app.recogniser.model().to_owned(),
        id: Uuid::now_v7(),
        sealed: app.keys.seal(template, shopper.0.as_bytes()),
        seen_at: now,
        expires_at: expiry(app, now),
    };
    if db::faces::learn(&app.db, learnt, MOST_FROM_VISITS).await? {
        reload(app, shopper).await?;
        tracing::info!(shopper.id = %shopper, "a template of a visit was kept");
    }
    Ok(())
}

fn remember(
    keys: &Keys,
    recogniser: &dyn Recognition,
    shopper: ShopperId,
    rows: &[ReferenceRow],
) -> anyhow::Result<()> {
    let mut templates = Vec::with_capacity(rows.len());
    for row in rows {
        if row.model != recogniser.model() {
            tracing::warn!(model = row.model, "a template of another model is left out; the shopper must enrol again");
            continue;
        }
        let bytes = keys
            .open(&row.sealed, shopper.0.as_bytes())
            .context("an enrolled face cannot be read: is the key file the right one?")?;
        let source = match row.source {
            db::faces::Source::Enrolment => Source::Enrolment,
            db::faces::Source::Visit => Source::Visit,
        };
        templates.push(Template { id: row.id, source, bytes });
    }
    recogniser.remember(shopper, templates)
}
