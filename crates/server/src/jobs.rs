//! Work beside the requests: sending what the outbox asks for, and deleting what has expired.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::templates;

pub mod post_office;

/// How often expired templates are looked for, and forgotten log-in attempts dropped.
const HOUSEKEEPING: Duration = Duration::from_secs(600);

/// Deletes templates whose time is over, in the database and in the gallery.
pub async fn housekeeping(app: App, stop: CancellationToken) {
    loop {
        let one_at_a_time = app.enrolments.lock().await;
        match db::faces::delete_expired(&app.db, app.clock.now()).await {
            Ok(expired) => {
                for shopper in expired {
                    tracing::info!(shopper.id = %shopper, "a template has expired");
                    if let Err(error) = templates::reload(&app, shopper).await {
                        tracing::error!(%error, "cannot read a shopper's templates anew");
                    }
                }
            }
            Err(error) => tracing::error!(%error, "cannot delete expired templates"),
        }
        match db::gallery_faces::delete_expired(&app.db, app.clock.now()).await {
            Ok(expired) => app.programs.forget(&expired.into_iter().collect()),
            Err(error) => tracing::error!(%error, "cannot delete a program's expired faces"),
        }
        drop(one_at_a_time);
        app.limits.tidy();
        tokio::select! {
            () = tokio::time::sleep(HOUSEKEEPING) => {}
            () = stop.cancelled() => return,
        }
    }
}
