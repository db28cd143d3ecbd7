//! A small client of the server's HTTP API: bearer tokens, and patience while the server is away.

use std::sync::{Arc, Once};
use std::time::{Duration, Instant};

use protocol::error_code::{ErrorCode, Problem};
use protocol::paging::Page;
use reqwest::{Method, RequestBuilder, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub mod admin;
pub mod device;
pub mod shopper;

/// The header with a command's id.
pub(crate) const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// How long a server that does not answer is waited for.
pub const PATIENCE: Duration = Duration::from_secs(120);
/// The first and the longest pause between two attempts.
const PAUSE: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));
/// A request that takes longer was lost.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(20);

/// A caller of the API. Copies share the connections.
#[derive(Clone)]
pub struct Api {
    http: reqwest::Client,
    server: Arc<str>,
    token: Option<Arc<str>>,
}

/// Why a call did not give what was asked for.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// There was no answer, or none that can be read.
    #[error("the server does not answer: {0}")]
    Unreachable(#[from] reqwest::Error),
    /// The server said no.
    #[error("{path} was refused ({status}): {}", .problem.detail)]
    Refused {
        /// What was asked for.
        path: String,
        /// HTTP status.
        status: u16,
        /// Why.
        problem: Box<Problem>,
    },
    /// The answer is none of the API's, so something else listens there.
    #[error("{path} gave an answer that is not the API's ({status}): {body:.200}")]
    Strange {
        /// What was asked for.
        path: String,
        /// HTTP status.
        status: u16,
        /// What came.
        body: String,
    },
}

impl ApiError {
    /// The server's error code, where it said one.
    pub fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Refused { problem, .. } => Some(problem.code),
            Self::Unreachable(_) | Self::Strange { .. } => None,
        }
    }

    /// Whether the server knows nothing under this address, as an older one does of what is new.
    pub fn is_no_such_page(&self) -> bool {
        match self {
            Self::Unreachable(_) => false,
            Self::Refused { status, .. } | Self::Strange { status, .. } => *status == 404,
        }
    }

    /// Whether the same call may go through later.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable(_) => true,
            Self::Refused { status, problem, .. } => {
                *status >= 500 || matches!(problem.code, ErrorCode::TryAgainLater | ErrorCode::TooManyAttempts)
            }
            Self::Strange { status, .. } => *status >= 500,
        }
    }
}

impl Api {
    /// A caller without a token of the server at this address, such as `http://localhost:8080`.
    ///
    /// # Errors
    ///
    /// Where the system gives no random numbers or no sockets.
    pub fn new(server: &str) -> Result<Self, ApiError> {
        use_ring();
        let http =
            reqwest::Client::builder().timeout(REQUEST_TIMEOUT).connect_timeout(Duration::from_secs(5)).build()?;
        Ok(Self { http, server: server.trim_end_matches('/').into(), token: None })
    }

    /// The same with a token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.into()), ..self.clone() }
    }

    /// The server's address.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// The caller's token, if there is one.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ApiError> {
        read(path, self.request(Method::GET, path).send().await?).await
    }

    /// Every entry of a list, page by page; `query`: its filters, if any.
    pub(crate) async fn all<T: DeserializeOwned>(&self, path: &str, query: &str) -> Result<Vec<T>, ApiError> {
        self.until(path, query, |_| false).await
    }

    /// Every entry of a list up to the page after which enough is known.
    pub(crate) async fn until<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &str,
        is_enough: impl Fn(&[T]) -> bool,
    ) -> Result<Vec<T>, ApiError> {
        let mut found = Vec::new();
        let mut cursor = String::new();
        loop {
            let page: Page<T> = self.get(&format!("{path}?limit={}{query}{cursor}", Page::<T>::MAX_LIMIT)).await?;
            let enough = is_enough(&page.items);
            found.extend(page.items);
            // Cursors are URL-safe.
            let Some(next) = page.next.filter(|_| !enough) else { return Ok(found) };
            cursor = format!("&cursor={next}");
        }
    }

    pub(crate) async fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, ApiError> {
        read(path, self.request(method, path).json(body).send().await?).await
    }

    /// Sends a change that has neither body nor answer.
    pub(crate) async fn order(&self, method: Method, path: &str) -> Result<(), ApiError> {
        done(path, self.request(method, path).send().await?).await
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        // The header lets changes through that bring no token, such as logging in.
        let request = self.http.request(method, format!("{}{path}", self.server)).header("x-smartmart", "1");
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }
}

/// The end of a change that has no answer.
pub(crate) async fn done(path: &str, response: Response) -> Result<(), ApiError> {
    if response.status().is_success() {
        return Ok(());
    }
    read::<serde::de::IgnoredAny>(path, response).await.map(drop)
}

pub(crate) async fn read<T: DeserializeOwned>(path: &str, response: Response) -> Result<T, ApiError> {
    let status = response.status();
    let body = response.text().await?;
    let strange = |body| ApiError::Strange { path: path.to_owned(), status: status.as_u16(), body };
    if status.is_success() {
        return serde_json::from_str(&body).map_err(|_| strange(body));
    }
    match serde_json::from_str(&body) {
        Ok(problem) => Err(ApiError::Refused { path: path.to_owned(), status: status.as_u16(), problem }),
        Err(_) => Err(strange(body)),
    }
}

/// Calls again, with longer and longer pauses, while the server is away or busy, for up to [`PATIENCE`].
///
/// # Errors
///
/// What the last attempt gave.
pub async fn patiently<T, F>(call: impl Fn() -> F) -> Result<T, ApiError>
where
    F: Future<Output = Result<T, ApiError>>,
{
    let since = Instant::now();
    let mut pause = PAUSE.0;
    loop {
        match call().await {
            Err(error) if error.is_passing() && since.elapsed() < PATIENCE => {
                tracing::debug!(%error, "will be tried again");
            }
            result => return result,
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(PAUSE.1);
    }
}

/// Chooses the cryptography of TLS, once for the process.
pub fn use_ring() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Somebody else may have chosen already; any provider will do.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}
