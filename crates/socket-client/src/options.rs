//! Where to connect to, and as whom.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

/// Where to connect to, and as whom. `Debug` leaves out `auth`, which holds the token.
#[derive(Clone)]
pub struct ConnectOptions {
    /// The server's base address: `http`, `https`, `ws` or `wss`, with or without a path before `/socket.io/`.
    pub url: String,
    /// Such as `/device`; `/` is the default namespace.
    pub namespace: String,
    /// The handshake's auth payload; `Value::Null` sends none.
    pub auth: Value,
    /// How long connecting may take, from the look-up of the name to the namespace's answer.
    pub timeout: Duration,
    /// Whom to trust on `https`; `None` takes the operating system's authorities, see [`crate::trust`].
    pub trust: Option<Arc<rustls::ClientConfig>>,
}

impl ConnectOptions {
    /// Long enough for a name look-up with one retry (5 s in resolv.conf) and a TLS handshake on a busy Pi.
    pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);

    /// Options without auth, with the default time-out and the system's authorities.
    pub fn new(url: impl Into<String>, namespace: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            namespace: namespace.into(),
            auth: Value::Null,
            timeout: Self::DEFAULT_TIMEOUT,
            trust: None,
        }
    }

    /// The same with another auth payload.
    pub fn auth(self, auth: Value) -> Self {
        Self { auth, ..self }
    }

    /// The same with another time-out.
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }
}

impl fmt::Debug for ConnectOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectOptions")
            .field("url", &self.url)
            .field("namespace", &self.namespace)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
