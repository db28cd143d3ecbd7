//! A device's connection: made when it is needed, made again when it broke.

use std::sync::Mutex as SyncMutex;
use std::time::Duration;

use bytes::Bytes;
use domain::clock::Clock;
use protocol::device::{ClockAnswer, DeviceClock, ToldTime};
use protocol::realtime::CLOCK;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use socket_client::{Client, ConnectError, ConnectOptions, EmitError};
use tokio::sync::Mutex;

use crate::clock::system;

/// An answer that takes longer was lost: looking at a frame takes half a second on a busy machine.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);
/// The first and the longest pause between two attempts.
const PAUSE: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));

/// A connection of one device to `/device`. It asks for the time when it is made.
pub struct Link {
    options: ConnectOptions,
    client: Mutex<Option<Client>>,
    clock: Clock,
    told: SyncMutex<ToldTime>,
}

/// Why a question got no answer.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// There is no connection.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The question or its answer was lost.
    #[error(transparent)]
    Emit(#[from] EmitError),
}

impl Link {
    /// A link that is not connected yet, of a device whose clock is right.
    pub fn new(server: &str, token: &str) -> Self {
        Self::with_clock(server, token, system())
    }

    /// The same for a device with a clock of its own.
    pub fn with_clock(server: &str, token: &str, clock: Clock) -> Self {
        let options = ConnectOptions::new(server, protocol::realtime::DEVICE_NAMESPACE)
            .auth(json!({ "token": token }))
            .timeout(ANSWER_TIMEOUT);
        Self { options, client: Mutex::new(None), clock, told: SyncMutex::default() }
    }

    /// Asks once.
    ///
    /// # Errors
    ///
    /// Where there is no connection or no answer; the question may have arrived all the same.
    pub async fn ask<T: DeserializeOwned>(
        &self,
        event: &str,
        question: &impl Serialize,
        attachment: Option<Bytes>,
    ) -> Result<T, LinkError> {
        let client = self.connected().await?;
        let answer = client.emit_with_ack(event, question, attachment, ANSWER_TIMEOUT).await;
        // After a time-out the same connection is asked again: a silent server is noticed by the client itself.
        if matches!(answer, Err(EmitError::Disconnected(_))) {
            self.client.lock().await.take();
        }
        Ok(answer?)
    }

    /// What the device knows of its clock.
    pub fn device_clock(&self) -> Option<DeviceClock> {
        self.told.lock().expect("no holder panics").at(self.clock.now())
    }

    /// Forgets what the device knew of its clock, which shows another time from now on.
    pub fn forget_time(&self) {
        *self.told.lock().expect("no holder panics") = ToldTime::default();
    }

    /// Asks for the time.
    pub async fn ask_time(&self) {
        if let Ok(client) = self.connected().await {
            self.exchange(&client).await;
        }
    }

    async fn exchange(&self, client: &Client) {
        let asked = self.clock.now();
        match client.emit_with_ack::<ClockAnswer>(CLOCK, &json!({}), None, ANSWER_TIMEOUT).await {
            Ok(answer) => {
                let heard = self.clock.now();
                self.told.lock().expect("no holder panics").note(asked, answer, heard);
            }
            Err(error) => tracing::debug!(%error, "the time was not told"),
        }
    }

    /// Asks until there is an answer. `question` is made anew each time, once there is a connection: it holds the time of sending.
    pub async fn insist<T: DeserializeOwned, Q: Serialize>(&self, event: &str, question: impl Fn() -> Q) -> T {
        let mut pause = PAUSE.0;
        loop {
            // Without a connection nothing is asked, and the clock is known as soon as there is one.
            let _ = self.connected().await;
            match self.ask(event, &question(), None).await {
                Ok(answer) => return answer,
                Err(error) => tracing::debug!(%error, event, "will be asked again"),
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(PAUSE.1);
        }
    }

    /// Breaks the connection, as a pulled plug would.
    pub async fn cut(&self) {
        self.client.lock().await.take();
    }

    async fn connected(&self) -> Result<Client, ConnectError> {
        let mut slot = self.client.lock().await;
        if let Some(client) = slot.as_ref().filter(|client| client.ended().is_none()) {
            return Ok(client.clone());
        }
        // What the server tells devices is of no interest here.
        let (client, _) = Client::connect(&self.options).await?;
        *slot = Some(client.clone());
        self.exchange(&client).await;
        Ok(client)
    }
}
