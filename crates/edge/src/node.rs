//! A running node: the threads of its sensors, the uplink, and the writer of what the disk did not take.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use domain::ids::SlotId;
use protocol::device::CameraCondition;
use socket_client::trust;
use tokio::sync::watch;
use tokio::task;

use crate::cameras::{Cameras, Find};
use crate::clock::NodeClock;
use crate::config::{Config, Sensing};
use crate::drivers;
use crate::health::Health;
use crate::plates::Shelves;
use crate::sampling::{self, Surroundings};
use crate::spool::{SharedSpool, Spool};
use crate::token::TokenFile;
use crate::uplink::{Pace, Uplink, UplinkState};
use crate::worker::Worker;

/// How often unsaved events are tried again.
const SAVE_AGAIN: Duration = Duration::from_secs(2);
/// The uplink closes its connection within one; more means that it hangs.
const STOP_WITHIN: Duration = Duration::from_secs(3);

/// A running node; [`Node::stop`] ends it.
pub struct Node {
    spool: SharedSpool,
    health: Health,
    state: watch::Receiver<UplinkState>,
    stop: watch::Sender<bool>,
    sensors: Vec<Worker>,
    cameras: Cameras,
    uplink: task::JoinHandle<()>,
    writer: task::JoinHandle<()>,
}

impl Node {
    /// Opens the spool and every sensor, and starts. Must be called within a Tokio runtime.
    ///
    /// # Errors
    ///
    /// One line that names the sensor, the file or the setting.
    pub fn start(config: &Config, clock: NodeClock, pace: Pace) -> anyhow::Result<Self> {
        let trust: Option<Arc<rustls::ClientConfig>> = config.ca_file.as_deref().map(trust::system_and).transpose()?;
        let opened = config
            .sensors
            .iter()
            .map(|sensor| drivers::open(&sensor.driver).with_context(|| format!("slot {}", sensor.slot)))
            .collect::<Result<Vec<_>, _>>()?;
        let find = finder(config)?;
        let spool = SharedSpool::new(Spool::open(&config.data_folder.join("spool"), config.spool)?);
        let health = Health::default();
        let surroundings = Surroundings { clock, spool: spool.clone(), health: health.clone() };
        let (mut sensors, mut shelves) = (Vec::new(), Shelves::default());
        for (sensor, driver) in config.sensors.iter().zip(opened) {
            match &sensor.sensing {
                Sensing::Counted(params) => {
                    sensors.push(sampling::spawn(sensor, *params, driver, surroundings.clone())?);
                }
                Sensing::Weighed(plate) => shelves.add(sensor, plate, driver),
            }
        }
        sensors.extend(shelves.spawn(&surroundings));
        let cameras = Cameras::start(&config.cameras, find, clock, &health);
        let (stop, stopped) = watch::channel(false);
        let (state_sender, state) = watch::channel(UplinkState::Offline);
        let uplink = Uplink {
            server_url: config.server_url.clone(),
            trust,
            token: TokenFile::in_folder(&config.data_folder),
            spool: spool.clone(),
            health: health.clone(),
            cameras: cameras.feed(),
            clock,
            pace,
            state: state_sender,
        };
        let writer = tokio::spawn(save_again(spool.clone(), stopped.clone()));
        let uplink = tokio::spawn(uplink.run(stopped));
        let (sensor_count, camera_count) = (config.sensors.len(), config.cameras.len());
        tracing::info!(sensors = sensor_count, cameras = camera_count, server = config.server_url, "the node runs");
        Ok(Self { spool, health, state, stop, sensors, cameras, uplink, writer })
    }

    /// How the uplink is, and how it changes.
    pub fn uplink_state(&self) -> watch::Receiver<UplinkState> {
        self.state.clone()
    }

    /// Units at a slot as of its last event that is on disk or acknowledged.
    pub fn count(&self, slot: &SlotId) -> Option<u32> {
        self.spool.count(slot)
    }

    /// Events not delivered yet, and events lost.
    pub async fn totals(&self) -> (usize, u64) {
        self.spool.totals().await
    }

    /// One line for people.
    pub async fn summary(&self) -> String {
        let state = *self.state.borrow();
        let (spooled, lost) = self.totals().await;
        let health = self.health.watch().borrow().clone();
        let faulty: Vec<_> = health.faulty.iter().map(ToString::to_string).collect();
        let faulty = if faulty.is_empty() { "none".to_owned() } else { faulty.join(", ") };
        let ill = |(name, condition): (String, CameraCondition)| match condition {
            CameraCondition::Well | CameraCondition::Starting => None,
            CameraCondition::Dark => Some(format!("{name} dark")),
            CameraCondition::Covered => Some(format!("{name} covered")),
            CameraCondition::Frozen => Some(format!("{name} frozen")),
            CameraCondition::Gone => Some(format!("{name} gone")),
            CameraCondition::OtherShape => Some(format!("{name} of another shape")),
        };
        let ill: Vec<_> = health.cameras.into_iter().filter_map(ill).collect();
        let cameras = if ill.is_empty() { String::new() } else { format!("; cameras: {}", ill.join(", ")) };
        format!("{state}; undelivered events: {spooled}; lost: {lost}; faulty slots: {faulty}{cameras}")
    }

    /// Stops the sensors, closes the connection, and writes what is not written yet.
    pub async fn stop(self) {
        let Self { spool, stop, sensors, cameras, mut uplink, writer, .. } = self;
        let joined = task::spawn_blocking(move || {
            Worker::stop_all(sensors);
            cameras.stop();
        });
        if joined.await.is_err() {
            tracing::error!("the threads of sensors and cameras could not be waited for");
        }
        stop.send_replace(true);
        if tokio::time::timeout(STOP_WITHIN, &mut uplink).await.is_err() {
            uplink.abort();
            tracing::warn!("the uplink did not stop in time");
        }
        // Whoever still has the spool keeps the next node out of it.
        if writer.await.is_err() {
            tracing::error!("the spool's writer had panicked");
        }
        if !spool.save_rest().await {
            tracing::error!("events that are not on disk are lost now: the spool cannot be written");
        }
        let (spooled, lost) = spool.totals().await;
        tracing::info!(spooled, lost, "the node has stopped");
    }
}

/// What looks for people; nothing where there is no camera.
#[cfg(feature = "cameras")]
fn finder(config: &Config) -> anyhow::Result<Option<Find>> {
    (!config.cameras.is_empty()).then(|| crate::cameras::models::load(&config.bodies)).transpose().map_err(Into::into)
}

/// A program without room cameras has refused a configuration with them.
#[cfg(not(feature = "cameras"))]
fn finder(_: &Config) -> anyhow::Result<Option<Find>> {
    Ok(None)
}

async fn save_again(spool: SharedSpool, mut stop: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(SAVE_AGAIN) => {}
            // An error means that the node is gone.
            _ = stop.wait_for(|stop| *stop) => return,
        }
        spool.save_rest().await;
    }
}
