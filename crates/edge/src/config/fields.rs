//! The settings of one table, taken out one by one, so that what is left can be named as a mistake.

use std::path::PathBuf;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::sensor::Pin;

/// The settings of one table that are not used yet.
pub(super) struct Fields(pub(super) Map<String, Value>);

impl Fields {
    pub(super) fn optional<T: DeserializeOwned>(&mut self, name: &str) -> Result<Option<T>, String> {
        let Some(value) = self.0.remove(name) else {
            return Ok(None);
        };
        serde_json::from_value(value).map(Some).map_err(|error| format!("{name}: {error}"))
    }

    pub(super) fn required<T: DeserializeOwned>(&mut self, name: &str) -> Result<T, String> {
        self.optional(name)?.ok_or_else(|| format!("{name} is missing"))
    }

    pub(super) fn or<T: DeserializeOwned>(&mut self, name: &str, default: T) -> Result<T, String> {
        Ok(self.optional(name)?.unwrap_or(default))
    }

    pub(super) fn pin(&mut self, name: &str) -> Result<Pin, String> {
        let chip = match self.0.get("gpiochip") {
            None => PathBuf::from("/dev/gpiochip0"),
            Some(Value::String(path)) => PathBuf::from(path),
            Some(_) => return Err("gpiochip must be a path".to_owned()),
        };
        Ok(Pin { chip, line: self.required(name)? })
    }

    /// What is left has no meaning here; `gpiochip` is shared by the pins and so is not taken.
    pub(super) fn finish(mut self) -> Result<(), String> {
        self.0.remove("gpiochip");
        match self.0.keys().next() {
            None => Ok(()),
            Some(name) => Err(format!("{name} is unknown, or has no meaning for this kind and driver")),
        }
    }
}
