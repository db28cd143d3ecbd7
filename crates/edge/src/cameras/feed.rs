//! What passes between the cameras' threads, the finder and the uplink: of each camera the newest picture, and one message at a time.
//!
//! ```text
//!   Free --picture taken--> Looking --bodies found--> Found --sent--> Sent --acknowledged--> Free
//! ```
//!
//! While nothing is connected nothing is kept, and what was on its way when a connection ended is dropped.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use domain::body::Body;
use footage::Picture;
use jiff::{SignedDuration, Timestamp};
use protocol::device::{CameraCondition, CameraStatus};
use tokio::sync::Notify;

use super::look::Look;
use super::rates::{Delays, Rate};
use super::watch::PictureWatch;
use crate::clock::NodeClock;

/// A picture that has waited for so long is worth nothing any more.
const STALE: SignedDuration = SignedDuration::from_secs(2);

/// Shared by all of them; clones are the same one.
#[derive(Clone)]
pub struct Feed(Arc<Shared>);

struct Shared {
    clock: NodeClock,
    state: Mutex<State>,
    /// Something may be there to look at, or it is over.
    changed: Condvar,
    /// For each camera: there is something to send.
    found: Vec<Notify>,
}

struct State {
    /// Which connection this is, where there is one.
    connection: Option<u64>,
    connections: u64,
    is_stopped: bool,
    cameras: Vec<Place>,
}

/// One camera's.
struct Place {
    name: String,
    newest: Option<Shot>,
    stage: Stage,
    looked_at: Option<Timestamp>,
    watch: PictureWatch,
    came: Rate,
    looked: Rate,
    delays: Delays,
    refused: Option<String>,
}

/// Where a camera's message is.
enum Stage {
    Free,
    Looking,
    Found(Sight),
    Sent,
}

/// A picture and when it was read.
pub(super) struct Shot {
    pub(super) taken_at: Timestamp,
    pub(super) picture: Picture,
}

/// A picture to look at.
pub(super) struct Task {
    pub(super) camera: usize,
    pub(super) name: String,
    pub(super) shot: Shot,
    connection: u64,
}

/// Whom a camera saw.
pub(super) struct Sight {
    pub(super) taken_at: Timestamp,
    pub(super) size: [u32; 2],
    pub(super) bodies: Vec<Body>,
    pub(super) connection: u64,
}

/// Pictures are looked at while this lives.
pub(super) struct Connected(Feed);

impl Feed {
    /// For cameras of these names; without any, nothing ever comes.
    pub fn new(names: impl IntoIterator<Item = String>, clock: NodeClock) -> Self {
        let now = clock.now();
        let place = |name| Place {
            name,
            newest: None,
            stage: Stage::Free,
            looked_at: None,
            watch: PictureWatch::new(now),
            came: Rate::new(now),
            looked: Rate::new(now),
            delays: Delays::default(),
            refused: None,
        };
        let cameras: Vec<_> = names.into_iter().map(place).collect();
        let found = cameras.iter().map(|_| Notify::new()).collect();
        let state = Mutex::new(State { connection: None, connections: 0, is_stopped: false, cameras });
        Self(Arc::new(Shared { clock, state, changed: Condvar::new(), found }))
    }

    /// How the cameras do.
    pub fn statuses(&self) -> Vec<CameraStatus> {
        let now = self.0.clock.now();
        let of = |place: &Place| CameraStatus {
            name: place.name.clone(),
            condition: place.watch.condition(now),
            came_per_s: place.came.per_second(now),
            looked_at_per_s: place.looked.per_second(now),
            delay_ms: place.delays.median_ms(now),
            size: place.watch.size(),
            refused: place.refused.clone(),
        };
        self.state().cameras.iter().map(of).collect()
    }

    /// What their pictures are like.
    pub(super) fn conditions(&self) -> Vec<(String, CameraCondition)> {
        let now = self.0.clock.now();
        self.state().cameras.iter().map(|place| (place.name.clone(), place.watch.condition(now))).collect()
    }

    pub(super) fn clock(&self) -> NodeClock {
        self.0.clock
    }

    /// Cameras by their places.
    pub(super) fn names(&self) -> Vec<String> {
        self.state().cameras.iter().map(|place| place.name.clone()).collect()
    }

    /// A camera gave a picture. The one before is dropped if nobody has looked at it.
    pub(super) fn came(&self, camera: usize, look: Look, shot: Shot) {
        let mut state = self.state();
        let is_connected = state.connection.is_some();
        let place = &mut state.cameras[camera];
        place.watch.came(shot.taken_at, look);
        place.came.happened(shot.taken_at);
        if is_connected {
            place.newest = Some(shot);
            self.0.changed.notify_all();
        }
    }

    /// Waits for a picture: the newest of the camera that has waited longest. `None` when it is over.
    pub(super) fn next_task(&self) -> Option<Task> {
        let mut state = self.state();
        loop {
            if state.is_stopped {
                return None;
            }
            if let Some(task) = state.task(self.0.clock.now()) {
                return Some(task);
            }
            state = self.0.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Bodies were found in a picture, or it could not be looked at.
    pub(super) fn looked(&self, camera: usize, found: Option<Sight>) {
        let now = self.0.clock.now();
        let mut state = self.state();
        let connection = state.connection;
        let place = &mut state.cameras[camera];
        place.stage = Stage::Free;
        if let Some(sight) = found {
            place.looked.happened(now);
            if connection == Some(sight.connection) {
                place.stage = Stage::Found(sight);
                self.0.found[camera].notify_one();
            }
        }
    }

    /// From now on pictures are looked at.
    pub(super) fn connect(&self) -> Connected {
        let mut state = self.state();
        state.connections += 1;
        state.connection = Some(state.connections);
        Connected(self.clone())
    }

    /// Waits for something to send.
    pub(super) async fn next_sight(&self, camera: usize) -> Sight {
        loop {
            if let Some(sight) = self.state().cameras[camera].take_sight() {
                return sight;
            }
            self.0.found[camera].notified().await;
        }
    }

    /// The server took it in, or said why not.
    pub(super) fn answered(&self, camera: usize, taken_at: Timestamp, refused: Option<String>) {
        let now = self.0.clock.now();
        let place = &mut self.state().cameras[camera];
        if refused.is_none() {
            place.delays.took(taken_at, now);
        }
        place.refused = refused;
    }

    /// The next picture of this camera may be looked at.
    pub(super) fn free(&self, camera: usize, connection: u64) {
        let mut state = self.state();
        if state.connection == Some(connection) && matches!(state.cameras[camera].stage, Stage::Sent) {
            state.cameras[camera].stage = Stage::Free;
            self.0.changed.notify_all();
        }
    }

    /// Nobody waits any longer.
    pub(super) fn stop(&self) {
        self.state().is_stopped = true;
        self.0.changed.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn task(&mut self, now: Timestamp) -> Option<Task> {
        let connection = self.connection?;
        for place in &mut self.cameras {
            place.newest.take_if(|shot| now.duration_since(shot.taken_at) > STALE);
        }
        let waits = |place: &Place| matches!(place.stage, Stage::Free) && place.newest.is_some();
        let waiting = self.cameras.iter_mut().enumerate().filter(|(_, place)| waits(place));
        let (camera, place) = waiting.min_by_key(|(_, place)| place.looked_at)?;
        let shot = place.newest.take()?;
        place.stage = Stage::Looking;
        place.looked_at = Some(now);
        Some(Task { camera, name: place.name.clone(), shot, connection })
    }
}

impl Place {
    fn take_sight(&mut self) -> Option<Sight> {
        match std::mem::replace(&mut self.stage, Stage::Sent) {
            Stage::Found(sight) => Some(sight),
            other => {
                self.stage = other;
                None
            }
        }
    }
}

impl Task {
    /// What was found in it.
    pub(super) fn sight(&self, size: [u32; 2], bodies: Vec<Body>) -> Sight {
        Sight { taken_at: self.shot.taken_at, size, bodies, connection: self.connection }
    }
}

impl Drop for Connected {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.connection = None;
        for place in &mut state.cameras {
            place.newest = None;
            // Who is looking finds out afterwards that it was for nothing.
            if !matches!(place.stage, Stage::Looking) {
                place.stage = Stage::Free;
            }
        }
    }
}

#[cfg(test)]
mod tests;
