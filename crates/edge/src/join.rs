//! Joining: a one-time code becomes the node's own token.

use std::path::Path;
use std::time::Duration;

use protocol::account::Keep;
use protocol::device::{DeviceJoined, DeviceRole, JoinDevice};
use protocol::error_code::{ErrorCode, Problem};
use socket_client::trust::{self, TrustError};
use uuid::Uuid;

use crate::config::Secret;

/// A code is looked up in a moment; a busy server may let us wait.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Why the node could not join.
#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    /// Nobody answers there.
    #[error("the server {url} cannot be reached: {reason}")]
    Unreachable {
        /// As given.
        url: String,
        /// What the system says.
        reason: String,
    },
    /// It asks to try again, or it is not well.
    #[error("the server {url} cannot take the code now: {detail}")]
    Busy {
        /// As given.
        url: String,
        /// The server's sentence.
        detail: String,
    },
    /// The code is wrong, used or expired.
    #[error("the server refused the code: {0}")]
    Refused(String),
    /// Something else than our server answers there.
    #[error("{url} does not answer like a Smart Mart server: {reason}")]
    Strange {
        /// As given.
        url: String,
        /// What it answered.
        reason: String,
    },
    /// The code belongs to a camera.
    #[error("the code is for another kind of device ({0:?}); make one for a shelf node")]
    WrongRole(DeviceRole),
    /// The store's own authority cannot be used.
    #[error(transparent)]
    Trust(#[from] TrustError),
}

impl JoinError {
    /// Whether trying again later may help.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Busy { .. } => true,
            Self::Refused(_) | Self::Strange { .. } | Self::WrongRole(_) | Self::Trust(_) => false,
        }
    }
}

/// What the node is from now on.
#[derive(Clone, Debug)]
pub struct Joined {
    /// To be kept.
    pub token: Secret,
    /// Such as "Shelf A1".
    pub device_name: String,
    /// The store's name.
    pub store_name: String,
}

/// Asks the server to take this node in. The same request again, by its id, gets the same token: a code is used up once, and an answer may be
/// lost.
///
/// # Errors
///
/// [`JoinError`]; each is one sentence for the person at the keyboard.
pub async fn join(url: &str, ca_file: Option<&Path>, code: &Secret, request_id: Uuid) -> Result<Joined, JoinError> {
    let strange = |reason: String| JoinError::Strange { url: url.to_owned(), reason };
    let unreachable =
        |error: &reqwest::Error| JoinError::Unreachable { url: url.to_owned(), reason: root_cause(error) };
    let trusted = ca_file.map_or_else(|| Ok(trust::system()), trust::system_and)?;
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(rustls::ClientConfig::clone(&trusted))
        .timeout(TIMEOUT)
        .build()
        .map_err(|error| strange(root_cause(&error)))?;
    let address = format!("{}/api/v1/device/join", url.trim_end_matches('/'));
    let request = JoinDevice { code: code.reveal().to_owned(), keep: Keep::Token };
    let response = client
        .post(address)
        // The server lets a change without a token through only from those who could not be another site's page.
        .header("x-smartmart", "1")
        .header("idempotency-key", request_id.to_string())
        .json(&request)
        .send()
        .await
        .map_err(|error| unreachable(&error))?;
    let status = response.status();
    let body = response.bytes().await.map_err(|error| unreachable(&error))?;
    if !status.is_success() {
        let problem: Problem = serde_json::from_slice(&body).map_err(|_| strange(format!("HTTP {status}")))?;
        return Err(match problem.code {
            ErrorCode::TryAgainLater | ErrorCode::TooManyAttempts | ErrorCode::Internal => {
                JoinError::Busy { url: url.to_owned(), detail: problem.detail }
            }
            _ => JoinError::Refused(problem.detail),
        });
    }
    let joined: DeviceJoined = serde_json::from_slice(&body).map_err(|error| strange(error.to_string()))?;
    if joined.device.role != DeviceRole::ShelfNode {
        return Err(JoinError::WrongRole(joined.device.role));
    }
    let token = joined.token.ok_or_else(|| strange("there is no token in its answer".to_owned()))?;
    Ok(Joined { token: Secret::new(token), device_name: joined.device.name, store_name: joined.store_name })
}

/// `reqwest` says "error sending request"; what matters lies at the bottom.
fn root_cause(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return format!("no answer within {} s", TIMEOUT.as_secs());
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
