//! Looks after the cameras twice a second: what their pictures are like is logged and reported when it changes, and a process that hangs is
//! ended.

use std::sync::Arc;
use std::time::Duration;

use protocol::device::CameraCondition;

use super::feed::Feed;
use super::halt::Halt;
use crate::clock::NodeClock;
use crate::health::Health;
use crate::worker::Worker;

const PERIOD: Duration = Duration::from_millis(500);

pub(super) fn spawn(feed: Feed, halts: Vec<Arc<Halt>>, health: Health, clock: NodeClock) -> Worker {
    Worker::spawn(Duration::ZERO, PERIOD, move || {
        for ((name, condition), halt) in feed.conditions().into_iter().zip(&halts) {
            if halt.hang_up(clock.now()) {
                tracing::warn!(camera = name, "the camera's process hangs and is started again");
            }
            if health.set_camera(&name, condition) {
                tell(&name, condition);
            }
        }
    })
}

fn tell(camera: &str, condition: CameraCondition) {
    match condition {
        CameraCondition::Starting => tracing::info!(camera, "the camera is being started"),
        CameraCondition::Well => tracing::info!(camera, "the camera gives pictures"),
        CameraCondition::Dark => tracing::warn!(camera, "the camera's pictures are dark"),
        CameraCondition::Covered => tracing::warn!(camera, "the camera seems to be covered"),
        CameraCondition::Frozen => tracing::warn!(camera, "the camera gives the same picture again and again"),
        CameraCondition::Gone => tracing::warn!(camera, "the camera gives no pictures"),
        CameraCondition::OtherShape => tracing::warn!(camera, "the camera's pictures have another shape than before"),
    }
}
