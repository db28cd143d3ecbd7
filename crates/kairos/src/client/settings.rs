//! Where the cloud is, and how long and how often it is asked.

use std::net::IpAddr;
use std::time::Duration;

use reqwest::Url;

/// How the cloud is called.
#[derive(Clone, PartialEq, Debug)]
pub struct Settings {
    /// What the paths are appended to. `https`, or `http` on this machine.
    pub url: String,
    /// How long a connection may take.
    pub connect_timeout: Duration,
    /// How long one attempt may take, from the connection to the last byte.
    pub attempt_timeout: Duration,
    /// How long a call may take with all its attempts and the pauses between them.
    pub deadline: Duration,
    /// Most attempts a call; at least 1.
    pub attempts: u32,
    /// The longest pause before the second attempt; it doubles with each, and the pause is a random part of it.
    pub first_pause: Duration,
    /// No pause is longer, whatever `Retry-After` asks for: if it asks for more, there is no further attempt.
    pub longest_pause: Duration,
    /// The largest answer in bytes. A thousand subjects take some 40 KB.
    pub max_answer_bytes: usize,
    /// Most requests in any minute, attempts counted; `None` is no limit.
    pub calls_per_minute: Option<u32>,
    /// Most requests in any 24 hours, attempts counted; `None` is no limit.
    pub calls_per_day: Option<u32>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            url: "https://api.kairos.com".to_owned(),
            connect_timeout: Duration::from_secs(3),
            attempt_timeout: Duration::from_secs(8),
            deadline: Duration::from_secs(20),
            attempts: 4,
            first_pause: Duration::from_millis(250),
            longest_pause: Duration::from_secs(5),
            max_answer_bytes: 1024 * 1024,
            calls_per_minute: None,
            calls_per_day: None,
        }
    }
}

/// Why the settings cannot be used.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SettingsError {
    /// It is no address, or one with a name, a password, a query or a fragment in it.
    #[error("the address of the Kairos cloud is not usable: {0}")]
    Address(&'static str),
    /// The keys and the faces would go over the network for everybody to read.
    #[error("the address of the Kairos cloud must begin with https://, unless it is on this machine")]
    NotSecure,
    /// A key is empty or holds characters that no header can carry. Says which, never what.
    #[error("the Kairos {0} is empty or not a key")]
    Key(&'static str),
    /// There must be at least one attempt.
    #[error("the Kairos cloud must be asked at least once")]
    NoAttempts,
    /// No HTTP client could be made.
    #[error("no secure connections can be made: {0}")]
    Tls(String),
}

impl Settings {
    /// The address without the last slash, if the settings hold together.
    pub(super) fn checked(&self) -> Result<String, SettingsError> {
        let url = Url::parse(self.url.trim()).map_err(|_| SettingsError::Address("it is no URL"))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(SettingsError::Address("it holds a user name or a password"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(SettingsError::Address("it holds a query or a fragment"));
        }
        let host = url.host_str().ok_or(SettingsError::Address("it names no host"))?;
        match url.scheme() {
            "https" => {}
            "http" if is_here(host) => {}
            "http" => return Err(SettingsError::NotSecure),
            _ => return Err(SettingsError::Address("it begins with neither https:// nor http://")),
        }
        if self.attempts == 0 {
            return Err(SettingsError::NoAttempts);
        }
        Ok(url.as_str().trim_end_matches('/').to_owned())
    }
}

/// Whether a host is this machine, by its address; `localhost` is taken at its word.
fn is_here(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_safe_addresses_are_taken() {
        let check = |url: &str| Settings { url: url.to_owned(), ..Settings::default() }.checked();
        for (url, taken) in [
            ("https://api.kairos.com", "https://api.kairos.com"),
            ("https://shop.example/kairos/", "https://shop.example/kairos"),
            ("http://127.0.0.1:8080/kairos", "http://127.0.0.1:8080/kairos"),
            ("http://localhost:1", "http://localhost:1"),
            ("http://[::1]:1", "http://[::1]:1"),
        ] {
            assert_eq!(check(url).as_deref(), Ok(taken));
        }
        for url in ["http://api.kairos.com", "http://127.0.0.1.example.org", "http://10.0.0.1", "http://[::2]"] {
            assert_eq!(check(url), Err(SettingsError::NotSecure), "{url}");
        }
        for url in ["", "api.kairos.com", "ftp://x", "https://", "https://a:b@x", "https://x?key=1", "https://x#a"] {
            assert!(matches!(check(url), Err(SettingsError::Address(_))), "{url}");
        }
        assert_eq!(Settings { attempts: 0, ..Settings::default() }.checked(), Err(SettingsError::NoAttempts));
    }
}
