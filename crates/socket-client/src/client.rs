//! The handle of a connection: emitting, acknowledgements, and the stream of the server's events.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::{mpsc, oneshot};

use crate::connection::{self, Command, Message};
use crate::error::{ConnectError, DisconnectReason, EmitError};
use crate::handshake;
use crate::options::ConnectOptions;

/// A connection to one namespace. Clones share it; it is closed when the last of them is dropped.
#[derive(Clone, Debug)]
pub struct Client {
    commands: mpsc::Sender<Command>,
    ended: Arc<OnceLock<DisconnectReason>>,
}

/// What the server said, in order, and then why the connection ended.
///
/// Holds [`Events::CAPACITY`] events. A reader that falls further behind loses the connection
/// ([`DisconnectReason::Lagged`]) instead of losing events unnoticed; whoever does not want events drops this.
#[derive(Debug)]
pub struct Events {
    messages: mpsc::Receiver<Message>,
    ended: Option<Arc<OnceLock<DisconnectReason>>>,
}

/// Something that came from the server.
#[derive(Clone, PartialEq, Debug)]
pub enum Event {
    /// The server emitted `name` with these arguments.
    Message {
        /// The event's name.
        name: String,
        /// Its arguments.
        data: Vec<Value>,
    },
    /// The connection is over; nothing follows.
    Disconnected(DisconnectReason),
}

impl Client {
    /// The most acknowledgements awaited at a time.
    pub const MAX_IN_FLIGHT: usize = 1_024;

    /// Connects and joins the namespace.
    ///
    /// # Errors
    ///
    /// [`ConnectError::Refused`] with the server's word where the namespace did not take us in; the other kinds where
    /// no connection came about.
    pub async fn connect(options: &ConnectOptions) -> Result<(Self, Events), ConnectError> {
        let opening = tokio::time::timeout(options.timeout, handshake::open(options));
        let opened = opening.await.map_err(|_| ConnectError::TimedOut(options.timeout))??;
        let (commands, messages, ended) = connection::spawn(opened);
        Ok((Self { commands, ended: ended.clone() }, Events { messages, ended: Some(ended) }))
    }

    /// Emits without asking for an acknowledgement. Waits while 32 messages wait already.
    ///
    /// # Errors
    ///
    /// Where the payload cannot be written or the connection is over. `Ok` means that it was queued, not that it arrived.
    pub async fn emit(&self, event: &str, payload: &(impl Serialize + ?Sized)) -> Result<(), EmitError> {
        self.send(event, payload, None, None).await
    }

    /// Emits and waits for the acknowledgement, whose first argument is returned (`null` where it has none). The
    /// attachment, if there is one, becomes the second argument of the event.
    ///
    /// # Errors
    ///
    /// See [`EmitError`]. After `TimedOut` and `Disconnected` the message may have arrived: give it an id, so that it
    /// can be sent again.
    pub async fn emit_with_ack<T: DeserializeOwned>(
        &self,
        event: &str,
        payload: &(impl Serialize + ?Sized),
        attachment: Option<Bytes>,
        timeout: Duration,
    ) -> Result<T, EmitError> {
        let (answer, answered) = oneshot::channel();
        let exchange = async {
            self.send(event, payload, attachment, Some(answer)).await?;
            answered.await.map_err(|_| self.disconnected())?
        };
        let mut data = tokio::time::timeout(timeout, exchange).await.map_err(|_| EmitError::TimedOut(timeout))??;
        let first = if data.is_empty() { Value::Null } else { data.swap_remove(0) };
        serde_json::from_value(first).map_err(EmitError::Answer)
    }

    /// Says good-bye to the server and waits until the connection is over.
    pub async fn close(self) {
        // An error means that it is over already.
        let _ = self.commands.send(Command::Close).await;
        self.commands.closed().await;
    }

    /// Why the connection ended, if it has.
    pub fn ended(&self) -> Option<DisconnectReason> {
        self.ended.get().cloned()
    }

    async fn send(
        &self,
        event: &str,
        payload: &(impl Serialize + ?Sized),
        attachment: Option<Bytes>,
        answer: Option<oneshot::Sender<Result<Vec<Value>, EmitError>>>,
    ) -> Result<(), EmitError> {
        let payload = serde_json::to_string(payload).map_err(EmitError::Payload)?;
        let command = Command::Emit { event: event.to_owned(), payload, attachment, answer };
        self.commands.send(command).await.map_err(|_| self.disconnected())
    }

    fn disconnected(&self) -> EmitError {
        EmitError::Disconnected(self.ended().unwrap_or(DisconnectReason::Closed))
    }
}

impl Events {
    /// How many events may wait to be taken.
    pub const CAPACITY: usize = connection::EVENT_CAPACITY;

    /// The next event; `None` after [`Event::Disconnected`]. May be dropped while waiting: nothing is lost.
    pub async fn next(&mut self) -> Option<Event> {
        if let Some(Message { name, data }) = self.messages.recv().await {
            return Some(Event::Message { name, data });
        }
        let ended = self.ended.take()?;
        Some(Event::Disconnected(ended.get().cloned().unwrap_or(DisconnectReason::Closed)))
    }
}
