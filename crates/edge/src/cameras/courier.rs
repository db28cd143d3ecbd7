//! Brings what cameras see to the server while there is a connection: of each camera one message at a time, beside the shelf events and
//! never before or behind them.

use std::convert::Infallible;
use std::time::Duration;

use domain::body::Body;
use protocol::device::ToldTime;
use protocol::realtime::BODIES;
use protocol::room::{BodiesAck, BodiesSeen, SeenBody};
use socket_client::{Client, EmitError};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::causes::Causes;
use super::feed::{Feed, Sight};

/// Before the next message after one that was not taken in: what is wrong takes somebody minutes to mend.
const AFTER_REFUSAL: Duration = Duration::from_secs(1);

impl Feed {
    /// Delivers until it is dropped; `told` is what the connection has told of the server's clock, the first time before anything is sent.
    pub(crate) async fn deliver(
        self,
        client: Client,
        mut told: watch::Receiver<ToldTime>,
        limit: Duration,
    ) -> Infallible {
        // An error means that the connection is over, and with it this.
        let is_told = told.changed().await.is_ok();
        let connected = is_told.then(|| self.connect());
        let mut couriers = JoinSet::new();
        for (camera, name) in self.names().into_iter().enumerate().filter(|_| is_told) {
            let courier =
                Courier { feed: self.clone(), camera, name, client: client.clone(), told: told.clone(), limit };
            couriers.spawn(courier.run());
        }
        drop(client);
        while couriers.join_next().await.is_some() {}
        // Nobody has anything to send; whoever serves the connection says when it ends.
        let _connected = connected;
        std::future::pending().await
    }
}

struct Courier {
    feed: Feed,
    camera: usize,
    name: String,
    client: Client,
    told: watch::Receiver<ToldTime>,
    limit: Duration,
}

impl Courier {
    /// Until the connection is over.
    async fn run(self) {
        let mut causes = Causes::default();
        loop {
            let sight = self.feed.next_sight(self.camera).await;
            let (taken_at, connection) = (sight.taken_at, sight.connection);
            let sent_at = self.feed.clock().now();
            let clock = self.told.borrow().at(sent_at);
            let message = message(&self.name, sight, sent_at, clock);
            let cause = match self.client.emit_with_ack(BODIES, &message, None, self.limit).await {
                Ok(BodiesAck::Taken) => None,
                Ok(BodiesAck::Failed { problem }) => Some(problem.detail),
                Err(EmitError::Disconnected(_)) => return,
                Err(error) => Some(error.to_string()),
            };
            match &cause {
                Some(cause) if causes.is_new(cause) => {
                    tracing::warn!(camera = self.name, cause, "the server does not take what this camera sees");
                }
                Some(_) => {}
                None if causes.over() => tracing::info!(camera = self.name, "the server takes what this camera sees"),
                None => {}
            }
            let is_refused = cause.is_some();
            self.feed.answered(self.camera, taken_at, cause);
            if is_refused {
                tokio::time::sleep(AFTER_REFUSAL).await;
            }
            self.feed.free(self.camera, connection);
        }
    }
}

fn message(
    name: &str,
    sight: Sight,
    sent_at: jiff::Timestamp,
    clock: Option<protocol::device::DeviceClock>,
) -> BodiesSeen {
    let Sight { taken_at, size, bodies, .. } = sight;
    // Likeliest first, so the least likely are left out.
    let bodies = bodies.iter().filter(|body| body.is_finite()).take(BodiesSeen::MOST).map(seen).collect();
    BodiesSeen { camera: name.to_owned(), captured_at: taken_at, sent_at, clock, size, bodies }
}

fn seen(body: &Body) -> SeenBody {
    let points = body.points.iter().map(|point| [point.x, point.y, point.score]).collect();
    SeenBody { score: body.score, points }
}
