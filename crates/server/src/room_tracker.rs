//! The tracker's task: bodies that room cameras see come in, where people stand goes out, to the floor and to the monitor.
//!
//! ```text
//!  device namespace --Sight--> task: Tracker::step --Positions--> writer's queue
//!  writer's news ----Visits---/                 \\--PeopleLive--> admins
//! ```
//!
//! Nothing of it is kept: who is not seen any more is forgotten.

use std::time::Duration;

use domain::body::Body;
use domain::event::DomainEvent;
use domain::ids::ShoppingSessionId;
use domain::room::RoomPlan;
use floor::FloorInput;
use floor::position::Position;
use jiff::Timestamp;
use protocol::realtime::{ADMIN_NAMESPACE, PEOPLE};
use protocol::room::PeopleLive;
use shop::news::{Listener, News};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::rooms;
use following::{Following, Stepped};

mod following;

/// What one room camera saw.
#[derive(Clone, PartialEq, Debug)]
pub struct Sight {
    /// The camera's name.
    pub camera: String,
    /// When the picture was taken, by the server's clock.
    pub at: Timestamp,
    /// Width and height of the picture, pixels; neither is 0.
    pub size: [u32; 2],
    /// Whom it shows.
    pub bodies: Vec<Body>,
}

/// What the task is told.
enum Notice {
    Saw(Sight),
    Opened(ShoppingSessionId, Timestamp),
    Over(ShoppingSessionId),
    Room(RoomPlan),
}

/// Why a sight is not taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotTaken {
    /// The tracker has not come to those before it.
    #[error("the tracker is busy: send the next picture")]
    Busy,
}

/// The way to the task; clones lead to the same one.
#[derive(Clone, Debug)]
pub struct RoomTracker {
    sights: mpsc::Sender<Notice>,
    news: mpsc::UnboundedSender<Notice>,
}

/// The other end of it.
pub struct Inbox {
    sights: mpsc::Receiver<Notice>,
    news: mpsc::UnboundedReceiver<Notice>,
}

/// Pictures that may wait: two of each camera that a room can have.
const WAITING: usize = 2 * RoomPlan::MOST_CAMERAS;
/// Batches of positions that may wait for the writer: ten seconds of them. It does not answer while the database is away.
const UNWRITTEN: usize = 50;
/// Cameras that send nothing for this long are stepped over: they are late, or gone.
const PATIENCE: Duration = Duration::from_millis(250);

/// A way to the task, and what the task is run with.
pub fn room_tracker() -> (RoomTracker, Inbox) {
    let (sights, sights_in) = mpsc::channel(WAITING);
    let (news, news_in) = mpsc::unbounded_channel();
    (RoomTracker { sights, news }, Inbox { sights: sights_in, news: news_in })
}

impl RoomTracker {
    /// Takes in what a camera saw.
    ///
    /// # Errors
    ///
    /// Where too much waits already.
    pub fn saw(&self, sight: Sight) -> Result<(), NotTaken> {
        self.sights.try_send(Notice::Saw(sight)).map_err(|_| NotTaken::Busy)
    }

    /// Hears of visits and of the plan, in the writer's turn.
    pub fn follow(&self) -> Listener {
        let news = self.news.clone();
        Box::new(move |what: &News<'_>| {
            for one in what.recorded {
                let notice = match &one.event {
                    DomainEvent::SessionOpened { session, .. } => Notice::Opened(*session, one.recorded_at),
                    DomainEvent::SessionSettled { session, .. } => Notice::Over(*session),
                    DomainEvent::RoomSaved { plan, .. } => Notice::Room(plan.clone()),
                    _ => continue,
                };
                // The task ends only with the server.
                let _ = news.send(notice);
            }
        })
    }
}

/// Follows people until `stop`.
pub async fn run(app: App, plan: Option<RoomPlan>, mut inbox: Inbox, stop: CancellationToken) {
    let (to_floor, positions) = mpsc::channel(UNWRITTEN);
    let writing = tokio::spawn(tell_floor(app.clone(), positions));
    let mut following = Following::new(plan);
    loop {
        let notice = tokio::select! {
            biased;
            () = stop.cancelled() => break,
            Some(notice) = inbox.news.recv() => Some(notice),
            Some(notice) = inbox.sights.recv() => Some(notice),
            () = tokio::time::sleep(PATIENCE) => None,
        };
        let now = app.clock.now();
        match notice {
            Some(Notice::Saw(sight)) => following.saw(now, sight),
            Some(Notice::Opened(session, at)) => following.opened(session, at),
            Some(Notice::Over(session)) => following.over(session),
            Some(Notice::Room(plan)) => following = Following::new(Some(plan)),
            None => {}
        }
        let Some(Stepped { positions, live }) = following.step(now) else { continue };
        if !positions.is_empty() && to_floor.try_send(positions).is_err() {
            metrics::counter!("smartmart_positions_dropped_total").increment(1);
        }
        if let Some(live) = live {
            tell_admins(&app, &live).await;
        }
    }
    drop(to_floor);
    // What waits is worth nothing once the writer stops.
    writing.abort();
}

async fn tell_floor(app: App, mut positions: mpsc::Receiver<Vec<Position>>) {
    while let Some(batch) = positions.recv().await {
        if let Err(error) = app.desk.input(FloorInput::Positions(batch)).await {
            tracing::debug!(%error, "positions were dropped");
        }
    }
}

async fn tell_admins(app: &App, live: &PeopleLive) {
    let Some(io) = app.io.of(ADMIN_NAMESPACE) else { return };
    if let Err(error) = io.to(rooms::ADMINS).emit(PEOPLE, live).await {
        tracing::debug!(%error, "where people stand did not reach everybody");
    }
}
