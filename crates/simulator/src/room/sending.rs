//! What virtual room cameras tell the server: bodies, five times a second, and no picture.

use std::sync::Arc;
use std::time::Duration;

use domain::body::Body;
use protocol::room::{BodiesAck, BodiesSeen, SeenBody};
use tokio_util::sync::CancellationToken;

use super::{Room, VirtualCamera};
use crate::clock::now;
use crate::devices::shelf_node::ShelfNode;

/// From one picture to the next.
const EVERY: Duration = Duration::from_millis(200);
/// After a picture that got no answer.
const PAUSE: Duration = Duration::from_secs(1);

/// Sends what one camera of the plan sees until `stop`. While the server has not answered it sends nothing: the newest picture
/// waits, those before it are never made.
pub async fn run(
    room: Arc<Room>,
    number: usize,
    mut camera: VirtualCamera,
    node: Arc<ShelfNode>,
    stop: CancellationToken,
) {
    let Some(hangs) = room.plan().cameras.get(number) else { return };
    let (name, size) = (hangs.name.clone(), hangs.size_px.map(|side| side.round() as u32));
    let work = async {
        // Cameras do not all look in the same moment.
        tokio::time::sleep(EVERY * number as u32 / room.plan().cameras.len() as u32).await;
        let mut ticks = tokio::time::interval(EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut is_taken = true;
        loop {
            ticks.tick().await;
            let bodies = camera.picture(&room.people(now())).iter().take(BodiesSeen::MOST).map(seen).collect();
            let answer = node.see_bodies(&name, size, bodies).await;
            let was_taken = std::mem::replace(&mut is_taken, matches!(answer, Ok(BodiesAck::Taken)));
            match answer {
                Ok(BodiesAck::Taken) => {}
                Ok(BodiesAck::Failed { problem }) if was_taken => {
                    tracing::warn!(camera = name, problem.detail, "the server does not take what a room camera sees");
                }
                Ok(BodiesAck::Failed { problem }) => tracing::debug!(camera = name, problem.detail, "still not taken"),
                Err(error) => {
                    tracing::debug!(camera = name, %error, "what a room camera saw was lost");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    };
    tokio::select! {
        () = work => {}
        () = stop.cancelled() => {}
    }
}

fn seen(body: &Body) -> SeenBody {
    SeenBody { score: body.score, points: body.points.iter().map(|point| [point.x, point.y, point.score]).collect() }
}
