//! What a device asks for: joining, and whether its token still counts.

use protocol::account::Keep;
use protocol::device::{DeviceJoined, JoinDevice};
use reqwest::Method;

use super::{Api, ApiError};

impl Api {
    /// Joins with a one-time code; the answer has the device's token.
    ///
    /// # Errors
    ///
    /// Where the code was used before or has expired.
    pub async fn join_device(&self, code: &str) -> Result<DeviceJoined, ApiError> {
        let body = JoinDevice { code: code.to_owned(), keep: Keep::Token };
        self.send(Method::POST, "/api/v1/device/join", &body).await
    }

    /// What the calling device is.
    ///
    /// # Errors
    ///
    /// Where the token is no longer valid, or the server is away.
    pub async fn this_device(&self) -> Result<DeviceJoined, ApiError> {
        self.get("/api/v1/device/me").await
    }
}
