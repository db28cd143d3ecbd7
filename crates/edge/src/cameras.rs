//! Room cameras: who is in their pictures, told to the server at once or not at all. No picture leaves this module.
//!
//! ```text
//! camera --ffmpeg--> reader (a thread each) --newest picture--> feed <--> finder (one thread for all) --key points--> courier
//!                      | looks                                   ^                                                      |
//!                    watch: dark, covered, frozen, gone …        +-------------------- acknowledged -------------------+
//! ```
//!
//! One finder serves all cameras, each time the one that has waited longest: the models are in memory once, and however many
//! cameras there are, looking for people takes no more than one core from the sensors. Where it is too slow it looks less often; nothing
//! waits but each camera's newest picture.

mod causes;
mod courier;
mod feed;
mod finder;
mod halt;
mod look;
#[cfg(feature = "cameras")]
pub mod models;
pub mod probe;
mod rates;
mod reader;
mod tries;
mod warden;
mod watch;

use std::sync::Arc;
use std::thread::{self, JoinHandle};

use domain::body::Body;
use footage::Picture;

use crate::clock::NodeClock;
use crate::config::CameraConfig;
use crate::health::Health;
use crate::worker::Worker;

pub use feed::Feed;
use halt::Halt;

/// Finds the people in a picture, in its pixels; says in one sentence why it cannot.
pub type Find = Box<dyn FnMut(Picture) -> Result<Vec<Body>, String> + Send>;

/// The cameras of a running node.
pub struct Cameras {
    feed: Feed,
    halts: Vec<Arc<Halt>>,
    threads: Vec<JoinHandle<()>>,
    warden: Option<Worker>,
}

impl Cameras {
    /// Starts to read all of them. Whether a camera can be read shows in its condition: sensors do not wait for cameras.
    pub fn start(configs: &[CameraConfig], find: Option<Find>, clock: NodeClock, health: &Health) -> Self {
        let feed = Feed::new(configs.iter().map(|config| config.name.clone()), clock);
        let halts: Vec<_> = configs.iter().map(|_| Arc::new(Halt::default())).collect();
        let mut threads = Vec::new();
        for (index, (config, halt)) in configs.iter().zip(&halts).enumerate() {
            let reader = reader::Reader::new(index, config, feed.clone(), Arc::clone(halt), clock);
            threads.push(thread::spawn(move || reader.run()));
        }
        if let Some(find) = find {
            let feed = feed.clone();
            threads.push(thread::spawn(move || finder::run(&feed, find)));
        }
        let warden = (!configs.is_empty()).then(|| warden::spawn(feed.clone(), halts.clone(), health.clone(), clock));
        Self { feed, halts, threads, warden }
    }

    /// What the cameras see, for the uplink.
    pub fn feed(&self) -> Feed {
        self.feed.clone()
    }

    /// Ends the processes and waits for the ends of the threads, each after the picture at hand.
    pub fn stop(self) {
        let Self { feed, halts, threads, warden } = self;
        Worker::stop_all(warden.into_iter().collect());
        feed.stop();
        for halt in halts {
            halt.stop();
        }
        for thread in threads {
            if thread.join().is_err() {
                tracing::error!("a camera's thread had panicked");
            }
        }
    }
}

#[cfg(test)]
mod tests;
