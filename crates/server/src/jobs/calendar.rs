//! Keeps the floor's calendar the store's: a change that the floor was too busy to hear of reaches it all the same.

use std::time::Duration;

use floor::FloorInput;
use tokio_util::sync::CancellationToken;

use crate::app::App;

/// The pause before a busy floor is told again.
const AGAIN: Duration = Duration::from_millis(200);

/// Runs until `stop`.
pub async fn run(app: App, stop: CancellationToken) {
    let mut changes = app.store.changes();
    loop {
        tokio::select! {
            changed = changes.changed() => if changed.is_err() { return },
            () = stop.cancelled() => return,
        }
        loop {
            let calendar = changes.borrow_and_update().settings.calendar.clone();
            if app.desk.input(FloorInput::CalendarReplaced(calendar)).await.is_ok() {
                break;
            }
            tokio::select! {
                () = tokio::time::sleep(AGAIN) => {}
                () = stop.cancelled() => return,
            }
        }
    }
}
