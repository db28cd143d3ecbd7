//! The keys of an account: shown to nobody but the cloud.

use std::fmt;

use reqwest::header::HeaderValue;
use serde::Deserialize;

use super::settings::SettingsError;

/// What `app_id` and `app_key` say. `Debug` shows neither.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    /// Which application calls.
    pub app_id: Secret,
    /// That it may.
    pub app_key: Secret,
}

/// Text that is shown to nobody.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Keeps it.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// As a header that is shown to nobody either.
    pub(super) fn header(&self, name: &'static str) -> Result<HeaderValue, SettingsError> {
        let text = self.0.trim();
        if text.is_empty() {
            return Err(SettingsError::Key(name));
        }
        let mut value = HeaderValue::from_str(text).map_err(|_| SettingsError::Key(name))?;
        value.set_sensitive(true);
        Ok(value)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
