//! Configuration: one TOML file, overridden by `SMARTMART__…` variables, by what hosts set (`PORT`, `DATABASE_URL`), and
//! by flags. Nothing else reads the environment. `config/server.toml` describes every setting.

use std::ffi::OsString;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use attribution::rules::{Costs, Policy};
use domain::gate::FaceTrust;
use engine::weights::Weights;
use serde::{Deserialize, Serialize};
use settings::{Reader, SettingsError, Texts};
use vision::embedder::EmbedderParams;

mod recognition;
mod store;

pub use recognition::{EnrolmentWays, Kairos, Recognition};
pub use store::{Hours, Store};

/// A receipt that waits longer than a day (ms) is no receipt.
const MOST_REVIEWING_MS: u32 = 86_400_000;

/// All of it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where the program keeps its files.
    pub data: Data,
    /// How it is reached.
    pub http: Http,
    /// Where the data is.
    pub database: Database,
    /// Which store it is; read when the database is empty.
    pub store: Store,
    /// How it decides.
    pub floor: Floor,
    /// What is recorded for replays.
    pub recording: Recording,
    /// How faces are recognised.
    pub recognition: Recognition,
    /// How mail goes out.
    pub mail: Mail,
    /// What is logged.
    pub log: Log,
    /// Waits for the end of another server that writes the same database (`serve --standby`).
    #[serde(skip)]
    pub standby: bool,
    /// Fills a database that holds no admin with the demo store (`serve --demo`).
    #[serde(skip)]
    pub demo: bool,
}

/// Where the program keeps its files.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Data {
    /// The folder for the embedded database and the key file.
    pub folder: PathBuf,
    /// 32 random bytes in hexadecimal, made at the first start. Without it the enrolled faces cannot be read.
    /// Relative to `folder`.
    pub key_file: PathBuf,
}

/// How the program is reached.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Http {
    /// Which addresses to listen on.
    pub address: IpAddr,
    /// Which port.
    pub port: u16,
    /// What links in mails begin with, such as `https://shop.example.org`. Empty: `http://localhost:<port>`, for trying
    /// out.
    pub public_url: String,
    /// A reverse proxy stands before us: believe its `X-Forwarded-For`.
    pub behind_proxy: bool,
    /// Most connections at a time; 0: as many as the process's limit of open files leaves room for.
    pub max_connections: u32,
    /// Most of them from one address (of IPv6 its /64 network), where no proxy stands before us; 0: half of all.
    pub max_connections_per_address: u32,
}

/// Where the data is.
#[derive(Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Database {
    /// `sqlite://PATH` or `postgres://USER:PASSWORD@HOST/NAME`. Empty: SQLite in the data folder.
    pub url: String,
    /// Connections in the pool.
    pub max_connections: u32,
}

/// How the floor decides.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Floor {
    /// From the exit to the order, in milliseconds.
    pub settling_ms: u32,
    /// From the exit on, a receipt waits no longer than this for open cases that may be the shopper's, in milliseconds; 0: not at all.
    pub reviewing_ms: u32,
    /// Frames that must agree at a gate.
    pub gate_votes: u32,
    /// What a face is worth at the entry: `enough` opens, `with_code` needs the phone's QR code as well.
    pub face_at_entry: FaceTrust,
    /// What an overcharged unit costs the store, in units that were taken and not billed: 1 to 1,000. The more, the surer it must
    /// be before it bills: 20 bills from a probability of 0.9625 on.
    pub overcharge_costs: f64,
    /// What a unit costs that staff look at, likewise: 0.01 to 1.
    pub review_costs: f64,
    /// A shelf event waits this long for sightings after it, in milliseconds.
    pub wait_for_sightings_ms: u32,
}

impl Floor {
    /// What wrong decisions cost.
    pub fn policy(&self) -> Policy {
        Policy::LeastCost(Costs { overcharge: self.overcharge_costs, unbilled: 1.0, review: self.review_costs })
    }
}

/// What is recorded for replays (docs/recordings.md).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Recording {
    /// Whether anything is.
    pub enabled: bool,
    /// Whether it says who was seen where. Without it a recording tells what changed at the shelves, not whose it was.
    pub faces: bool,
    /// Recordings are deleted after so many days.
    pub keep_days: u32,
    /// A recording that is larger than this ends, and a new one begins; in MiB.
    pub most_mb: u32,
}

impl Default for Recording {
    fn default() -> Self {
        Self { enabled: false, faces: false, keep_days: 30, most_mb: 256 }
    }
}

/// How mail goes out.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mail {
    /// `mailbox` keeps mails in the database, where the admin page shows them; `smtp` sends them.
    pub transport: MailTransport,
    /// The sender.
    pub from: String,
    /// For `smtp`.
    pub smtp: Smtp,
    /// Dispute links are valid for this many days.
    pub dispute_link_days: u32,
}

/// Where mails go.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailTransport {
    /// Into the database.
    #[default]
    Mailbox,
    /// To a mail server.
    Smtp,
}

/// The mail server.
#[derive(Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Smtp {
    /// Its name.
    pub host: String,
    /// 587 with STARTTLS, 465 with TLS, 25 or another without.
    pub port: u16,
    /// How the connection is protected.
    pub security: SmtpSecurity,
    /// Empty: no log-in.
    pub username: String,
    /// Secret; set it by `SMARTMART__MAIL__SMTP__PASSWORD`.
    pub password: String,
}

/// How the connection to the mail server is protected.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SmtpSecurity {
    /// Begin in the clear, then TLS.
    #[default]
    Starttls,
    /// TLS from the start.
    Tls,
    /// None: only for a server on the same machine.
    None,
}

/// What is logged.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// A tracing filter such as `info` or `info,server=debug`.
    pub filter: String,
    /// `text` for people, `json` for machines.
    pub format: LogFormat,
}

/// How log lines look.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For machines.
    Json,
}

impl Default for Data {
    fn default() -> Self {
        Self { folder: PathBuf::from("data"), key_file: PathBuf::from("smartmart.key") }
    }
}

impl Default for Http {
    fn default() -> Self {
        let address = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
        Self {
            address,
            port: 8080,
            public_url: String::new(),
            behind_proxy: false,
            max_connections: 0,
            max_connections_per_address: 0,
        }
    }
}

impl Default for Database {
    fn default() -> Self {
        Self { url: String::new(), max_connections: 10 }
    }
}

impl Default for Floor {
    fn default() -> Self {
        Self {
            settling_ms: 12_000,
            reviewing_ms: 60_000,
            gate_votes: 3,
            face_at_entry: FaceTrust::Enough,
            overcharge_costs: 20.0,
            review_costs: 0.75,
            wait_for_sightings_ms: 8_000,
        }
    }
}

impl Default for Mail {
    fn default() -> Self {
        Self {
            transport: MailTransport::Mailbox,
            from: "Smart Mart <receipts@localhost>".to_owned(),
            smtp: Smtp::default(),
            dispute_link_days: 30,
        }
    }
}

impl Default for Smtp {
    fn default() -> Self {
        Self {
            host: String::new(),
            port: 587,
            security: SmtpSecurity::Starttls,
            username: String::new(),
            password: String::new(),
        }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self { filter: "info".to_owned(), format: LogFormat::Text }
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = self.url.split(':').next().unwrap_or_default();
        f.debug_struct("Database")
            .field("url", &format_args!("{scheme}:[redacted]"))
            .field("max_connections", &self.max_connections)
            .finish()
    }
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Smtp")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("security", &self.security)
            .field("username", &self.username)
            .field("password", &"[redacted]")
            .finish()
    }
}

/// A setting that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file or a variable cannot be read.
    #[error(transparent)]
    Unreadable(#[from] SettingsError),
    /// A value makes no sense.
    #[error("setting {name}: {why}")]
    Invalid {
        /// Which.
        name: &'static str,
        /// What is wrong.
        why: String,
    },
}

/// Variables that Heroku-like hosts set, and which settings they are.
const HOSTS_VARIABLES: [(&str, &str); 2] = [("DATABASE_URL", "database.url"), ("PORT", "http.port")];

impl Config {
    /// Reads defaults, then `file`, then the environment; flags are put on top by the caller.
    ///
    /// # Errors
    ///
    /// Names the setting and never shows its value.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        Self::of(file, std::env::vars_os().collect())
    }

    fn of(file: Option<&Path>, variables: Vec<(OsString, OsString)>) -> Result<Self, ConfigError> {
        let mut reader = Reader::new(Texts::of(&Self::with_everything())?).defaults(&Self::default());
        if let Some(file) = file {
            reader = reader.file(file)?;
        }
        for (name, setting) in HOSTS_VARIABLES {
            if let Some((_, value)) = variables.iter().find(|(variable, _)| variable == name) {
                reader = reader.variable(name, setting, value)?;
            }
        }
        Ok(reader.variables("SMARTMART__", variables)?.read()?)
    }

    /// With a value for every setting, also where the default is none: it shows which of them are text.
    fn with_everything() -> Self {
        let weights = Weights {
            model: String::new(),
            file: PathBuf::new(),
            sha256: String::new(),
            params: EmbedderParams::default(),
        };
        let kairos = Kairos { calls_per_minute: Some(1), calls_per_day: Some(1), ..Kairos::default() };
        let recognition = Recognition {
            onnxruntime: Some(PathBuf::new()),
            embedder: Some(weights),
            calibration: Some(PathBuf::new()),
            kairos: Some(kairos),
            ..Recognition::default()
        };
        Self { recognition, ..Self::default() }
    }

    /// Checks what the types cannot.
    pub fn validate(&self) -> Result<(), ConfigError> {
        let invalid = |name, why: &str| Err(ConfigError::Invalid { name, why: why.to_owned() });
        self.store.validate()?;
        self.recognition.validate()?;
        if !(1.0..=1_000.0).contains(&self.floor.overcharge_costs) {
            return invalid("floor.overcharge_costs", "1 to 1000");
        }
        if !(0.01..=1.0).contains(&self.floor.review_costs) {
            return invalid("floor.review_costs", "0.01 to 1");
        }
        if !(1..=3_650).contains(&self.recording.keep_days) {
            return invalid("recording.keep_days", "1 to 3650");
        }
        if !(1..=100_000).contains(&self.recording.most_mb) {
            return invalid("recording.most_mb", "1 to 100000");
        }
        if self.floor.wait_for_sightings_ms >= self.floor.settling_ms {
            return invalid("floor.settling_ms", "more than floor.wait_for_sightings_ms");
        }
        if self.floor.reviewing_ms > MOST_REVIEWING_MS {
            return invalid("floor.reviewing_ms", "at most 86400000, a day");
        }
        if self.floor.gate_votes == 0 {
            return invalid("floor.gate_votes", "at least 1");
        }
        let url = &self.database.url;
        if !url.is_empty() && !["sqlite:", "postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme))
        {
            // The database's library would show all of it, with the password.
            return invalid("database.url", "an address such as sqlite://PATH or postgres://USER:PASSWORD@HOST/NAME");
        }
        if self.mail.from.parse::<lettre::message::Mailbox>().is_err() {
            return invalid("mail.from", "an address such as Shop <receipts@example.org>");
        }
        if self.mail.transport == MailTransport::Smtp && self.mail.smtp.host.is_empty() {
            return invalid("mail.smtp.host", "needed where mail.transport is smtp");
        }
        let url = &self.http.public_url;
        if !url.is_empty() && !url.starts_with("https://") && !url.starts_with("http://") {
            return invalid("http.public_url", "an address such as https://shop.example.org");
        }
        Ok(())
    }

    /// The database's address, with the embedded default filled in.
    pub fn database_url(&self) -> String {
        match self.database.url.as_str() {
            "" => format!("sqlite://{}", self.data.folder.join("smartmart.db").display()),
            url => url.to_owned(),
        }
    }

    /// Where to listen.
    pub fn listen(&self) -> SocketAddr {
        SocketAddr::new(self.http.address, self.http.port)
    }

    /// What links begin with, without a slash at the end.
    pub fn public_url(&self) -> String {
        match self.http.public_url.trim_end_matches('/') {
            "" => format!("http://localhost:{}", self.http.port),
            url => url.to_owned(),
        }
    }

    /// Cookies may go over plain HTTP only where the public address is plain HTTP.
    pub fn secure_cookies(&self) -> bool {
        self.http.public_url.starts_with("https://")
    }
}

#[cfg(test)]
mod tests;
