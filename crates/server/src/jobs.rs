//! Work beside the requests: sending what the outbox asks for, and deleting what has expired.

use std::time::Duration;

use jiff::SignedDuration;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::{erasure, templates};

pub mod post_office;

/// How often expired templates are looked for, erasures go on that are not done, and forgotten log-in attempts dropped.
const HOUSEKEEPING: Duration = Duration::from_secs(600);

/// A command that is sent again after so long is another one.
const ANSWERS_KEPT: SignedDuration = SignedDuration::from_hours(24 * 30);

/// Deletes what has expired, now and then.
pub async fn housekeeping(app: App, stop: CancellationToken) {
    loop {
        delete_expired(&app).await;
        erasure::go_on(&app).await;
        forget_answers(&app).await;
        app.limits.tidy();
        app.films.tidy(app.clock.now());
        tokio::select! {
            () = tokio::time::sleep(HOUSEKEEPING) => {}
            () = stop.cancelled() => return,
        }
    }
}

/// Forgets what commands were answered long ago. What fails is tried again next time.
pub async fn forget_answers(app: &App) {
    let horizon = domain::clock::shift(app.clock.now(), -ANSWERS_KEPT);
    match db::commands::forget_before(&app.db, horizon).await {
        Ok(0) => {}
        Ok(forgotten) => tracing::debug!(forgotten, "answers to old commands are forgotten"),
        Err(error) => tracing::error!(%error, "cannot forget answers to old commands"),
    }
}

/// Deletes templates whose time is over, in the database and wherever they are searched. What fails is tried again next time.
pub async fn delete_expired(app: &App) {
    let now = app.clock.now();
    let _one_at_a_time = app.enrolments.lock().await;
    match db::faces::expired(&app.db, app.store.id, now).await {
        Ok(expired) => {
            for shopper in expired {
                match templates::expire(app, shopper, now).await {
                    Ok(()) => tracing::info!(shopper.id = %shopper, "templates have expired"),
                    Err(error) => tracing::error!(%error, shopper.id = %shopper, "cannot delete expired templates"),
                }
            }
        }
        Err(error) => tracing::error!(%error, "cannot look for expired templates"),
    }
    match db::gallery_faces::delete_expired(&app.db, app.store.id, now).await {
        Ok(expired) => app.programs.forget(&expired.into_iter().collect()),
        Err(error) => tracing::error!(%error, "cannot delete a program's expired faces"),
    }
}
