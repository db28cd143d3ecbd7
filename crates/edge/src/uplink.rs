//! The uplink: takes the oldest events from the spool to the server, in order, one batch at a time, until they are
//! acknowledged.
//!
//! ```text
//!              connected, spool longer than a batch        spool emptied
//!   Offline  ----------------------------------> CatchUp ----------------> Normal
//!      ^  ^----- connection lost, no acknowledgement, "try again later" ------'
//!      |
//!   Refused      the token is not (or no longer) valid: tries again slowly, with the token then on disk
//! ```
//!
//! A batch without an acknowledgement is sent again as it was; the server knows events by their ids.

use std::collections::HashSet;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use protocol::device::{ShelfEventMessage, SocketAuth};
use protocol::realtime::{DEVICE_NAMESPACE, Refusal};
use socket_client::{Client, ConnectError, ConnectOptions};
use tokio::sync::watch;

pub(crate) mod backoff;
mod session;

use crate::cameras::Feed;
use crate::clock::NodeClock;
use crate::config::Secret;
use crate::health::Health;
use crate::spool::SharedSpool;
use crate::token::TokenFile;
use backoff::{Backoff, jitter};

/// How the uplink is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UplinkState {
    /// Not connected; events are kept.
    Offline,
    /// The server does not take this node's token; events are kept.
    Refused,
    /// Connected; what was kept is being delivered.
    CatchUp,
    /// Connected; events are delivered as they happen.
    Normal,
}

impl fmt::Display for UplinkState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Offline => "offline",
            Self::Refused => "refused",
            Self::CatchUp => "catching up",
            Self::Normal => "normal",
        })
    }
}

/// The uplink's times.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pace {
    /// Before the second attempt to connect; doubled for each further one.
    pub first_retry: Duration,
    /// Never longer than this between two attempts.
    pub longest_retry: Duration,
    /// Between attempts while the token is refused; a new token is tried at once.
    pub refused_retry: Duration,
    /// How long the server may take to acknowledge; it stores a batch in well under a second.
    pub acknowledgement: Duration,
    /// Between two reports of the node's status.
    pub status: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            first_retry: Duration::from_millis(500),
            longest_retry: Duration::from_secs(30),
            refused_retry: Duration::from_secs(60),
            acknowledgement: Duration::from_secs(10),
            status: Duration::from_secs(30),
        }
    }
}

/// What the uplink works with.
pub struct Uplink {
    /// The server's address.
    pub server_url: String,
    /// Whom to trust on `https`.
    pub trust: Option<Arc<rustls::ClientConfig>>,
    /// Read at every attempt to connect, so that joining again needs no restart.
    pub token: TokenFile,
    /// Where events come from.
    pub spool: SharedSpool,
    /// What is reported beside them.
    pub health: Health,
    /// What room cameras see; of no camera where there is none.
    pub cameras: Feed,
    /// For `sent_at`; the same as for the events.
    pub clock: NodeClock,
    /// The uplink's times.
    pub pace: Pace,
    /// Told at every change.
    pub state: watch::Sender<UplinkState>,
}

/// Why an attempt or a connection ended.
#[derive(Debug, thiserror::Error)]
enum End {
    #[error("stopped")]
    Stopped,
    #[error("{0}")]
    Refused(&'static str),
    #[error("the token {} cannot be read: {reason}", path.display())]
    Token { path: PathBuf, reason: String },
    #[error(transparent)]
    Connect(ConnectError),
    #[error("{0}")]
    Lost(String),
}

/// A look at a small file; whoever has just joined waits no longer than this.
const LOOK_FOR_TOKEN: Duration = Duration::from_millis(500);
const NO_TOKEN: &str = "this node has not joined yet";
const NOT_VALID: &str = "the server does not accept this node's token";
const REVOKED_NOW: &str = "the server has revoked this node's token";
const WRONG_ROLE: &str = "this node's token belongs to another kind of device";

impl Uplink {
    /// Delivers until `stop` becomes true or its sender is gone.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let mut backoff = Backoff::new(self.pace.first_retry, self.pace.longest_retry);
        // Sent and not acknowledged yet: kept as it is for the next attempt.
        let mut batch: Vec<ShelfEventMessage> = Vec::new();
        loop {
            let token = self.token.load().unwrap_or_default();
            let end = self.connect_and_serve(&mut batch, &mut backoff, &mut stop).await;
            let pause = match &end {
                End::Stopped => return,
                End::Refused(_) => {
                    self.change_state(UplinkState::Refused, &end);
                    self.pace.refused_retry
                }
                End::Token { .. } | End::Connect(_) | End::Lost(_) => {
                    self.change_state(UplinkState::Offline, &end);
                    backoff.next(jitter())
                }
            };
            tracing::debug!(reason = %end, pause.ms = pause.as_millis(), "the uplink pauses");
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = self.token_other_than(token) => {}
                () = stopped(&mut stop) => return,
            }
        }
    }

    /// Waits until somebody has joined this node (again).
    async fn token_other_than(&self, known: Option<Secret>) {
        loop {
            tokio::time::sleep(LOOK_FOR_TOKEN).await;
            if self.token.load().is_ok_and(|token| token.is_some() && token != known) {
                return;
            }
        }
    }

    async fn connect_and_serve(
        &self,
        batch: &mut Vec<ShelfEventMessage>,
        backoff: &mut Backoff,
        stop: &mut watch::Receiver<bool>,
    ) -> End {
        let options = match self.options() {
            Ok(options) => options,
            Err(end) => return end,
        };
        let connected = tokio::select! {
            connected = Client::connect(&options) => connected,
            () = stopped(stop) => return End::Stopped,
        };
        let not_authenticated = wire_name(Refusal::NotAuthenticated);
        let (client, events) = match connected {
            Ok(connection) => connection,
            Err(ConnectError::Refused(message)) if message == not_authenticated => {
                return End::Refused(NOT_VALID);
            }
            Err(error) => return End::Connect(error),
        };
        let clock = watch::Sender::default();
        session::Session { uplink: self, client, events, batch, backoff, stop, clock }.run().await
    }

    fn options(&self) -> Result<ConnectOptions, End> {
        let token = self
            .token
            .load()
            .map_err(|error| End::Token { path: self.token.path().to_owned(), reason: error.to_string() })?
            .ok_or(End::Refused(NO_TOKEN))?;
        let auth = SocketAuth { token: Some(token.reveal().to_owned()) };
        let auth = serde_json::to_value(auth).expect("a string can be written as JSON");
        let options = ConnectOptions::new(&self.server_url, DEVICE_NAMESPACE).auth(auth);
        Ok(ConnectOptions { trust: self.trust.clone(), ..options })
    }

    /// Logs each change once; staying offline for a day is one line.
    fn change_state(&self, new: UplinkState, reason: &dyn fmt::Display) {
        let old = self.state.send_replace(new);
        if old == new {
            return;
        }
        match new {
            UplinkState::Offline => tracing::warn!(%reason, "offline; events are kept"),
            UplinkState::Refused => tracing::error!(
                %reason,
                "make a code on the admin page and run `smartmart-edge join`; events are kept"
            ),
            UplinkState::CatchUp => tracing::info!("connected; delivering what was kept"),
            UplinkState::Normal => tracing::info!("connected; everything is delivered"),
        }
    }
}

/// As it stands on the wire.
fn wire_name(refusal: Refusal) -> String {
    match serde_json::to_value(refusal) {
        Ok(serde_json::Value::String(name)) => name,
        Ok(_) | Err(_) => String::new(),
    }
}

async fn stopped(stop: &mut watch::Receiver<bool>) {
    // An error means that whoever could stop us is gone.
    let _ = stop.wait_for(|stop| *stop).await;
}

fn ids(events: &[ShelfEventMessage]) -> HashSet<uuid::Uuid> {
    events.iter().map(|event| event.id).collect()
}
