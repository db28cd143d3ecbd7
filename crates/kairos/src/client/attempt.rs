//! One request and its answer, without patience.

use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::redirect::Policy;

use super::error::KairosError;
use super::keys::Keys;
use super::settings::{Settings, SettingsError};

/// How long a connection is kept for the next call. Servers close idle ones after a minute or so, and a call that meets
/// the closing is broken, which is not tried again for `/enroll`.
const IDLE: Duration = Duration::from_secs(15);

/// Sends requests.
#[derive(Debug)]
pub(super) struct Connection {
    http: reqwest::Client,
    headers: HeaderMap,
    url: String,
    max_answer_bytes: usize,
}

/// What came back.
pub(super) struct Raw {
    pub(super) status: u16,
    pub(super) again_in: Option<Duration>,
    pub(super) body: Vec<u8>,
}

impl Connection {
    pub(super) fn new(settings: &Settings, keys: &Keys) -> Result<Self, SettingsError> {
        let url = settings.checked()?;
        let mut headers = HeaderMap::new();
        headers.insert("app_id", keys.app_id.header("app_id")?);
        headers.insert("app_key", keys.app_key.header("app_key")?);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(trust()?)
            .connect_timeout(settings.connect_timeout)
            .redirect(Policy::none())
            .pool_idle_timeout(IDLE)
            // Only the program's configuration says where faces go, not a variable of the environment.
            .no_proxy()
            .build()
            .map_err(|error| SettingsError::Tls(root_cause(&error)))?;
        Ok(Self { http, headers, url, max_answer_bytes: settings.max_answer_bytes })
    }

    pub(super) async fn send(&self, path: &str, body: Bytes) -> Result<Raw, KairosError> {
        let request = self.http.post(format!("{}{path}", self.url)).headers(self.headers.clone()).body(body);
        let mut response = request.send().await.map_err(|error| failed(&error))?;
        let status = response.status().as_u16();
        let again_in = response.headers().get(RETRY_AFTER).and_then(seconds);
        let too_long = KairosError::TooLong { max: self.max_answer_bytes };
        if response.content_length().is_some_and(|length| length > self.max_answer_bytes as u64) {
            return Err(too_long);
        }
        let mut body = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(|error| failed(&error))? {
            if body.len() + piece.len() > self.max_answer_bytes {
                return Err(too_long);
            }
            body.extend_from_slice(&piece);
        }
        Ok(Raw { status, again_in, body })
    }
}

/// `Retry-After` in seconds. Its other form, a date, would need the time of day, and callers back off without it too.
fn seconds(value: &HeaderValue) -> Option<Duration> {
    value.to_str().ok()?.trim().parse().ok().map(Duration::from_secs)
}

fn failed(error: &reqwest::Error) -> KairosError {
    if error.is_connect() {
        KairosError::Unreachable(root_cause(error))
    } else if error.is_timeout() {
        KairosError::TimedOut
    } else {
        KairosError::Broken(root_cause(error))
    }
}

/// What lies at the bottom; what lies above names the address.
fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    if std::ptr::addr_eq(cause, error) { "no cause is named".to_owned() } else { cause.to_string() }
}

/// Trust in the operating system's authorities. The provider is named, because a program may never have chosen one.
fn trust() -> Result<rustls::ClientConfig, SettingsError> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| SettingsError::Tls(error.to_string()))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}
