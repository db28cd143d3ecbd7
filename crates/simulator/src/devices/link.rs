//! A device's connection: made when it is needed, made again when it broke.

use std::time::Duration;

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use socket_client::{Client, ConnectError, ConnectOptions, EmitError};
use tokio::sync::Mutex;

/// An answer that takes longer was lost: looking at a frame takes half a second on a busy machine.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);
/// The first and the longest pause between two attempts.
const PAUSE: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));

/// A connection of one device to `/device`.
pub struct Link {
    options: ConnectOptions,
    client: Mutex<Option<Client>>,
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
    /// A link that is not connected yet.
    pub fn new(server: &str, token: &str) -> Self {
        let options = ConnectOptions::new(server, protocol::realtime::DEVICE_NAMESPACE)
            .auth(json!({ "token": token }))
            .timeout(ANSWER_TIMEOUT);
        Self { options, client: Mutex::new(None) }
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

    /// Asks until there is an answer. `question` is made anew each time: it holds the time of sending.
    pub async fn insist<T: DeserializeOwned, Q: Serialize>(&self, event: &str, question: impl Fn() -> Q) -> T {
        let mut pause = PAUSE.0;
        loop {
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
        Ok(client)
    }
}
