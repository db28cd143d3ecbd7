//! What every handler can reach.

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::{Arc, RwLock};

use db::Db;
use domain::clock::Clock;
use domain::ids::DeviceId;
use metrics_exporter_prometheus::PrometheusHandle;
use protocol::device::NodeStatus;
use shop::desk::Desk;
use socketioxide::SocketIo;
use tokio_util::task::TaskTracker;

use crate::config::Config;
use crate::current_store::CurrentStore;
use crate::data_lock::DataLock;
use crate::enrolments::Enrolments;
use crate::films::Films;
use crate::keys::Keys;
use crate::limits::LogInLimits;
use crate::people::People;
use crate::program_galleries::ProgramGalleries;
use crate::recognition::Recognition;
use crate::recorder::Recordings;
use crate::room_tracker::RoomTracker;

/// Shared by all handlers.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// The parts of it.
pub struct Parts {
    /// The time.
    pub clock: Clock,
    /// Settings.
    pub config: Config,
    /// Database.
    pub db: Db,
    /// The store.
    pub store: CurrentStore,
    /// Keys.
    pub keys: Keys,
    /// The way to the writer.
    pub desk: Desk,
    /// The way to the room cameras' tracker.
    pub room_tracker: RoomTracker,
    /// Recordings of the store.
    pub recordings: Recordings,
    /// Recognition.
    pub recogniser: Arc<dyn Recognition>,
    /// The films by which shoppers enrol.
    pub films: Films,
    /// The galleries of programs.
    pub programs: ProgramGalleries,
    /// Names.
    pub people: People,
    /// Sockets.
    pub io: SocketIo,
    /// Who is connected.
    pub presence: Presence,
    /// Log-in attempts.
    pub limits: LogInLimits,
    /// Who changes what is enrolled.
    pub enrolments: Enrolments,
    /// Changes under way, also those whose callers have gone.
    pub changes: TaskTracker,
    /// Nobody else serves this data folder.
    pub lock: DataLock,
    /// The metrics recorder.
    pub metrics: Option<PrometheusHandle>,
}

impl App {
    /// Of its parts.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").field("store", &self.store.id).finish_non_exhaustive()
    }
}

/// Which devices are connected, and what they last said of themselves.
#[derive(Debug, Default)]
pub struct Presence(RwLock<HashMap<DeviceId, Present>>);

#[derive(Debug, Default, Clone)]
struct Present {
    connections: usize,
    status: Option<NodeStatus>,
}

impl Presence {
    /// A connection came.
    pub fn came(&self, device: DeviceId) {
        self.0.write().expect("no holder panics").entry(device).or_default().connections += 1;
    }

    /// A connection went.
    pub fn went(&self, device: DeviceId) {
        if let Some(present) = self.0.write().expect("no holder panics").get_mut(&device) {
            present.connections = present.connections.saturating_sub(1);
        }
    }

    /// Notes a status.
    pub fn reported(&self, device: DeviceId, status: NodeStatus) {
        self.0.write().expect("no holder panics").entry(device).or_default().status = Some(status);
    }

    /// Is it connected, and what did it last report?
    pub fn of(&self, device: DeviceId) -> (bool, Option<NodeStatus>) {
        let all = self.0.read().expect("no holder panics");
        all.get(&device).map_or((false, None), |p| (p.connections > 0, p.status.clone()))
    }
}
