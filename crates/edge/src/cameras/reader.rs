//! One camera's thread: reads its pictures from a process, which is started again however it ends.

use std::sync::Arc;

use footage::{Footage, LONGEST_SIDE, Pace, Source, Wanted};

use super::feed::{Feed, Shot};
use super::halt::Halt;
use super::look::Look;
use super::tries::{End, Tries};
use crate::clock::NodeClock;
use crate::config::CameraConfig;
use crate::uplink::backoff::jitter;

/// Pixels in a row unless `size` says otherwise: what `docs/room-cameras.md` found enough.
const WIDTH: u32 = 640;

/// See the module.
pub(super) struct Reader {
    camera: usize,
    name: String,
    source: Source,
    wanted: Wanted,
    feed: Feed,
    halt: Arc<Halt>,
    clock: NodeClock,
}

/// What a camera's pictures are to be.
pub(super) fn wanted(config: &CameraConfig) -> Wanted {
    Wanted { rate: Some(config.fps), within: Some(config.size.unwrap_or([WIDTH, LONGEST_SIDE])), pace: Pace::Life }
}

impl Reader {
    pub(super) fn new(camera: usize, config: &CameraConfig, feed: Feed, halt: Arc<Halt>, clock: NodeClock) -> Self {
        let (name, source) = (config.name.clone(), config.source.clone());
        Self { camera, name, source, wanted: wanted(config), feed, halt, clock }
    }

    /// Until it is stopped.
    pub(super) fn run(self) {
        let mut tries = Tries::new();
        loop {
            let began = self.clock.now();
            let end = self.read();
            if self.halt.is_stopped() {
                return;
            }
            let ran = self.clock.now().duration_since(began);
            let (pause, cause) = tries.ended(end, ran, jitter());
            if let Some(cause) = cause {
                tracing::warn!(camera = self.name, cause, "no pictures; trying again");
            }
            if !self.halt.pause(pause) {
                return;
            }
        }
    }

    fn read(&self) -> End {
        let mut footage = match Footage::open_as(self.source.clone(), self.wanted) {
            Ok(footage) => footage,
            Err(error) => return End::Broken(error),
        };
        self.halt.reads(footage.stopper(), self.clock.now());
        let mut end = End::Empty;
        let end = loop {
            match footage.next_picture() {
                Ok(Some(picture)) => {
                    let taken_at = self.clock.now();
                    self.halt.came(taken_at);
                    self.feed.came(self.camera, Look::at(&picture), Shot { taken_at, picture });
                    end = End::Over;
                }
                Ok(None) => break end,
                Err(error) => break End::Broken(error),
            }
        };
        self.halt.ended();
        end
    }
}
