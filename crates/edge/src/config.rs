//! The configuration: one TOML file, overridden by `SMARTMART_EDGE__…` variables; nothing else reads the environment.

use std::fmt;
use std::path::{Path, PathBuf};

use protocol::device::ShelfEventBatch;
use serde::Deserialize;
use serde_json::{Map, Value};
use settings::{Reader, SettingsError, Texts};

mod camera;
mod fields;
mod sensor;
mod sensor_settings;

pub use camera::CameraConfig;
pub use sensor::{
    DriverConfig, GpioSwitchConfig, HcSr04Config, Hx711Config, Pin, PlateConfig, Pull, Sensing, SensorConfig,
    SimulatedConfig,
};

/// The variables' prefix: `SMARTMART_EDGE__SERVER_URL`, `SMARTMART_EDGE__SPOOL__MAX_BYTES`.
const ENV_PREFIX: &str = "SMARTMART_EDGE__";

/// Everything that can be set; `config/edge.toml` describes it.
#[derive(Clone, Debug)]
pub struct Config {
    /// The server's base address.
    pub server_url: String,
    /// A PEM file with the authority that signed the server's certificate, where the system does not know it.
    pub ca_file: Option<PathBuf>,
    /// Where the token and the spool are kept.
    pub data_folder: PathBuf,
    /// Used at a start without a token.
    pub join_code: Option<Secret>,
    /// What is logged: `info`, or directives such as `edge=debug,warn`.
    pub log: String,
    /// The spool's bounds.
    pub spool: SpoolConfig,
    /// The sensors; at least one where there is no camera.
    pub sensors: Vec<SensorConfig>,
    /// The room cameras.
    pub cameras: Vec<CameraConfig>,
    /// Which models find people in their pictures.
    #[cfg(feature = "cameras")]
    pub bodies: engine::bodies::Settings,
}

/// The spool's bounds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SpoolConfig {
    /// Bytes on disk before it counts as full.
    pub max_bytes: u64,
    /// Events kept in memory while the disk takes none.
    pub memory_events: usize,
}

impl Default for SpoolConfig {
    /// 8 MiB are some 30,000 events: two days of a busy gondola with ten movements a minute. In memory, half an hour
    /// of those is enough for somebody to notice.
    fn default() -> Self {
        Self { max_bytes: 8 * 1024 * 1024, memory_events: 1_024 }
    }
}

/// A text that is never logged.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Wraps it.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, to be sent and not to be logged.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// What is wrong with the configuration: one line.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read or is not TOML, a setting is missing, unknown or of the wrong type.
    #[error(transparent)]
    Unreadable(#[from] SettingsError),
    /// A setting cannot be right.
    #[error("the configuration is wrong: {0}")]
    Shape(String),
    /// A setting of one camera is missing, unknown or cannot be right. No value is shown: a source may hold a password.
    #[error("the configuration of {camera} is wrong: {reason}")]
    Camera {
        /// Which: "camera door", or "camera 3" where it has no name.
        camera: String,
        /// What.
        reason: String,
    },
    /// A setting of one sensor is missing, unknown or cannot be right.
    #[error("the configuration of {sensor} is wrong: {reason}")]
    Sensor {
        /// Which: "slot A1-1", or "sensor 3" where it has no slot.
        sensor: String,
        /// What.
        reason: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    server_url: String,
    ca_file: Option<PathBuf>,
    data_folder: PathBuf,
    join_code: Option<Secret>,
    #[serde(default = "default_log")]
    log: String,
    #[serde(default)]
    spool: SpoolConfig,
    #[serde(default)]
    sensors: Vec<Map<String, Value>>,
    #[serde(default)]
    cameras: Vec<Map<String, Value>>,
    #[cfg(feature = "cameras")]
    #[serde(default)]
    bodies: engine::bodies::Settings,
    #[cfg(not(feature = "cameras"))]
    bodies: Option<serde::de::IgnoredAny>,
}

fn default_log() -> String {
    "info".to_owned()
}

impl Config {
    /// Reads the file and the environment, and checks everything.
    ///
    /// # Errors
    ///
    /// [`ConfigError`], which names the setting.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        Self::of(reader().file(path)?.variables(ENV_PREFIX, std::env::vars_os())?)
    }

    /// Reads TOML text only.
    ///
    /// # Errors
    ///
    /// As [`Config::load`].
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        Self::of(reader().toml(text, "the text")?)
    }

    fn of(reader: Reader) -> Result<Self, ConfigError> {
        let raw: Raw = reader.read()?;
        let Raw { server_url, ca_file, data_folder, join_code, log, spool, sensors, cameras, bodies } = raw;
        let shape = |reason: &str| Err(ConfigError::Shape(reason.to_owned()));
        if !["http://", "https://"]
            .iter()
            .any(|scheme| server_url.len() > scheme.len() && server_url.starts_with(scheme))
        {
            return shape("server_url must be the server's address with http:// or https://");
        }
        if data_folder.as_os_str().is_empty() {
            return shape("data_folder must name a folder");
        }
        if !(MIN_SPOOL_BYTES..=MAX_SPOOL_BYTES).contains(&spool.max_bytes) {
            return shape("spool.max_bytes must be between 4096 and 67108864");
        }
        if spool.memory_events < ShelfEventBatch::MAX {
            return shape("spool.memory_events must be 256 or more");
        }
        if sensors.is_empty() && cameras.is_empty() {
            return shape("at least one [[sensors]] or [[cameras]] is needed");
        }
        #[cfg(not(feature = "cameras"))]
        if !cameras.is_empty() || bodies.is_some() {
            return shape(WITHOUT_CAMERAS);
        }
        let cameras = camera::parse(cameras)?;
        let sensors = sensors
            .into_iter()
            .enumerate()
            .map(|(index, fields)| SensorConfig::parse(index, fields))
            .collect::<Result<Vec<_>, _>>()?;
        sensor::check_together(&sensors)?;
        Ok(Self {
            server_url,
            ca_file,
            data_folder,
            join_code,
            log,
            spool,
            sensors,
            cameras,
            #[cfg(feature = "cameras")]
            bodies,
        })
    }
}

/// A dozen events; less is of no use.
const MIN_SPOOL_BYTES: u64 = 4_096;
/// The spool's events are in memory too, twice as large as on disk; a Pi 3 has 1 GB.
const MAX_SPOOL_BYTES: u64 = 64 * 1024 * 1024;

#[cfg(not(feature = "cameras"))]
const WITHOUT_CAMERAS: &str = "[[cameras]] and [bodies] need a program that was built with room cameras; this one was built for \
                               sensors alone (cargo build -p edge without --no-default-features has them)";

fn reader() -> Reader {
    let paths = ["bodies.onnxruntime", "bodies.whole.file", "bodies.whole.sha256"];
    let [onnxruntime, file, sum] = paths;
    Reader::new(Texts::named(["server_url", "ca_file", "data_folder", "join_code", "log", onnxruntime, file, sum]))
}

#[cfg(test)]
mod tests;
