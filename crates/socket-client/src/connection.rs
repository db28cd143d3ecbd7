//! The task that carries one connection: it reads, writes, answers pings and notices silence.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};

use crate::client::Client;
use crate::error::{DisconnectReason, EmitError};
use crate::handshake::Opened;
use crate::packet::{self, Attachment, Body, Frame, Packet};
use crate::transport::{Incoming, Transport};

/// Some seconds of what a busy store says; see [`crate::Events`] for what happens beyond.
pub(crate) const EVENT_CAPACITY: usize = 256;
/// Emitting waits while so many messages wait.
const COMMAND_CAPACITY: usize = 32;
/// How long a good-bye may take.
pub(crate) const CLOSE_LIMIT: Duration = Duration::from_secs(1);

/// What a [`Client`] asks of its task.
#[derive(Debug)]
pub(crate) enum Command {
    /// Send this.
    Emit { event: String, payload: String, attachment: Option<Bytes>, answer: Option<Answer> },
    /// Say good-bye.
    Close,
}

/// Where an acknowledgement goes.
pub(crate) type Answer = oneshot::Sender<Result<Vec<Value>, EmitError>>;

/// An event on its way to [`crate::Events`].
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) name: String,
    pub(crate) data: Vec<Value>,
}

/// What the handles of a running connection are made of.
pub(crate) type Handles = (mpsc::Sender<Command>, mpsc::Receiver<Message>, Arc<OnceLock<DisconnectReason>>);

/// Starts the task, which ends when the connection or the last handle does.
pub(crate) fn spawn(opened: Opened) -> Handles {
    let (command_sender, commands) = mpsc::channel(COMMAND_CAPACITY);
    let (messages, message_receiver) = mpsc::channel(EVENT_CAPACITY);
    let ended = Arc::new(OnceLock::new());
    let Opened { transport, namespace, silence, early } = opened;
    let connection = Connection { transport, namespace, silence, messages, waiting: HashMap::new(), next_ack: 0 };
    tokio::spawn(run(connection, commands, early, ended.clone()));
    (command_sender, message_receiver, ended)
}

/// The order matters: the reason is written before the queues close and before waiting emits hear of the end.
async fn run(
    mut connection: Connection,
    mut commands: mpsc::Receiver<Command>,
    early: Vec<Message>,
    ended: Arc<OnceLock<DisconnectReason>>,
) {
    let reason = match connection.serve(&mut commands, early).await {
        Ok(never) => match never {},
        Err(reason) => reason,
    };
    tracing::debug!(%reason, namespace = connection.namespace, "the connection is over");
    let reachable = matches!(reason, DisconnectReason::Closed | DisconnectReason::Lagged);
    ended.set(reason).expect("only this task sets the reason");
    let Connection { mut transport, messages, waiting, .. } = connection;
    drop((messages, waiting));
    if reachable {
        transport.close(CLOSE_LIMIT).await;
    }
}

struct Connection {
    transport: Transport,
    namespace: String,
    silence: Duration,
    messages: mpsc::Sender<Message>,
    waiting: HashMap<u64, Answer>,
    next_ack: u64,
}

/// No value: a connection ends only by a reason.
enum Never {}

impl Connection {
    async fn serve(
        &mut self,
        commands: &mut mpsc::Receiver<Command>,
        early: Vec<Message>,
    ) -> Result<Never, DisconnectReason> {
        for message in early {
            self.pass_on(message)?;
        }
        let mut silence = Box::pin(tokio::time::sleep(self.silence));
        loop {
            tokio::select! {
                incoming = self.transport.receive() => {
                    silence.set(tokio::time::sleep(self.silence));
                    if let Incoming::Text(text) = incoming? {
                        self.take_in(&text).await?;
                    }
                }
                command = commands.recv() => match command {
                    Some(Command::Emit { event, payload, attachment, answer }) => {
                        self.emit(&event, &payload, attachment, answer).await?;
                    }
                    Some(Command::Close) | None => {
                        let good_bye = packet::encode_disconnect(&self.namespace);
                        self.transport.send(good_bye, None, CLOSE_LIMIT).await?;
                        return Err(DisconnectReason::Closed);
                    }
                },
                () = &mut silence => return Err(DisconnectReason::Silence),
            }
        }
    }

    async fn take_in(&mut self, text: &str) -> Result<(), DisconnectReason> {
        let frame = packet::decode(text).map_err(|error| DisconnectReason::Broken(error.to_string()))?;
        match frame {
            Frame::Ping(payload) => self.transport.send(format!("3{payload}"), None, self.silence).await,
            Frame::Close => Err(DisconnectReason::ByServer),
            Frame::Packet(Packet { namespace, body }) if namespace == self.namespace => self.take_in_packet(body),
            Frame::Packet(_) | Frame::Open(_) | Frame::Other => Ok(()),
        }
    }

    fn take_in_packet(&mut self, body: Body) -> Result<(), DisconnectReason> {
        match body {
            Body::Event { name, data } => self.pass_on(Message { name, data }),
            Body::Ack { id, data } => {
                // Nobody waits any more after a time-out.
                if let Some(answer) = self.waiting.remove(&id) {
                    let _ = answer.send(Ok(data));
                }
                Ok(())
            }
            Body::Disconnected => Err(DisconnectReason::ByServer),
            Body::Refused { message } => Err(DisconnectReason::Broken(message)),
            Body::Binary => {
                tracing::warn!(namespace = self.namespace, "an event with attachments came in and is dropped");
                Ok(())
            }
            Body::Connected => Ok(()),
        }
    }

    fn pass_on(&self, message: Message) -> Result<(), DisconnectReason> {
        match self.messages.try_send(message) {
            // Whoever dropped `Events` does not want them.
            Ok(()) | Err(TrySendError::Closed(_)) => Ok(()),
            Err(TrySendError::Full(_)) => Err(DisconnectReason::Lagged),
        }
    }

    async fn emit(
        &mut self,
        event: &str,
        payload: &str,
        attachment: Option<Bytes>,
        answer: Option<Answer>,
    ) -> Result<(), DisconnectReason> {
        let ack = match answer {
            None => None,
            // Timed out while it waited to be sent.
            Some(answer) if answer.is_closed() => return Ok(()),
            Some(answer) => {
                if self.waiting.len() >= Client::MAX_IN_FLIGHT {
                    self.waiting.retain(|_, answer| !answer.is_closed());
                }
                if self.waiting.len() >= Client::MAX_IN_FLIGHT {
                    let _ = answer.send(Err(EmitError::TooManyInFlight));
                    return Ok(());
                }
                let ack = self.next_ack;
                self.next_ack += 1;
                self.waiting.insert(ack, answer);
                Some(ack)
            }
        };
        let kind = if attachment.is_some() { Attachment::One } else { Attachment::None };
        let text = packet::encode_event(&self.namespace, ack, event, payload, kind);
        self.transport.send(text, attachment, self.silence).await
    }
}
