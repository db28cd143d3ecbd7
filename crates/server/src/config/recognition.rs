//! The settings `[recognition]`: how faces are recognised.

use std::fmt;
use std::path::PathBuf;

use engine::weights::Weights;
use kairos::client::{self, Secret};
use serde::{Deserialize, Serialize};

use super::ConfigError;
use crate::recognition::{CloudSettings, Pictures, Settings};

/// How faces are recognised.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Recognition {
    /// The part of strangers who may be taken for a shopper at a gate, over all frames of one person: 0.000001 to 0.1.
    /// How alike a face must be follows from it, from how many are enrolled, and from the calibration.
    pub strangers_at_gates: f64,
    /// The same at shelves, among those who are in the store.
    pub strangers_at_shelves: f64,
    /// Whether the entry tells people from pictures of people (docs/presentation-attacks.md): `off`; `refuse_pictures`, where a
    /// suspected picture needs the phone's code; `require_life`, where every face needs a sign of life or the code; or
    /// `ask_turn`, where every face has to turn its head as asked, or needs the code.
    pub pictures: Pictures,
    /// How shoppers enrol in the app: `film_or_photographs`; or `film`, where nobody's photographs in a file can be enrolled
    /// (docs/presentation-attacks.md).
    pub enrolment: EnrolmentWays,
    /// The second best must be this much less alike (cosine similarity, 0 to 0.5), or the answer is "ambiguous".
    pub margin: f32,
    /// An onnxruntime library to run the models by; none: what comes with the program.
    pub onnxruntime: Option<PathBuf>,
    /// Another embedder; none: what comes with the program.
    pub embedder: Option<Weights>,
    /// What `smartmart faces calibrate` measured; none: what came with the program.
    pub calibration: Option<PathBuf>,
    /// Threads that look at frames. 0: one less than there are cores.
    pub workers: usize,
    /// Templates are deleted after this many days.
    pub keep_templates_days: u32,
    /// The Kairos cloud recognises instead: pictures of faces then leave the shop.
    pub kairos: Option<Kairos>,
}

/// How shoppers may enrol in the app.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EnrolmentWays {
    /// By a film; and by files, for a page that may use no camera.
    #[default]
    FilmOrPhotographs,
    /// By a film alone.
    Film,
}

/// An account of the Kairos cloud; docs/kairos.md says what it means to use it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Kairos {
    /// Which application calls.
    pub app_id: String,
    /// Secret; set it by `SMARTMART__RECOGNITION__KAIROS__APP_KEY`.
    pub app_key: String,
    /// The store's gallery there.
    pub gallery: String,
    /// The least confidence at which a face is a shopper's, 0.5 to 1.
    pub confidence: f64,
    /// Where the cloud is.
    pub url: String,
    /// Most calls in a minute; none: no limit.
    pub calls_per_minute: Option<u32>,
    /// Most calls in a day; none: no limit.
    pub calls_per_day: Option<u32>,
}

impl Kairos {
    fn settings(&self) -> CloudSettings {
        let client = client::Settings {
            url: self.url.clone(),
            calls_per_minute: self.calls_per_minute,
            calls_per_day: self.calls_per_day,
            ..client::Settings::default()
        };
        let keys = client::Keys { app_id: Secret::new(&self.app_id), app_key: Secret::new(&self.app_key) };
        CloudSettings { keys, client, gallery: self.gallery.clone(), confidence: self.confidence }
    }
}

impl Default for Kairos {
    fn default() -> Self {
        Self {
            app_id: String::new(),
            app_key: String::new(),
            gallery: "smartmart".to_owned(),
            confidence: 0.75,
            url: client::Settings::default().url,
            calls_per_minute: None,
            calls_per_day: None,
        }
    }
}

impl fmt::Debug for Kairos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kairos").field("url", &self.url).field("gallery", &self.gallery).finish_non_exhaustive()
    }
}

impl Recognition {
    /// Checks what the types cannot.
    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        let invalid = |name, why: &str| Err(ConfigError::Invalid { name, why: why.to_owned() });
        for (name, rate) in [
            ("recognition.strangers_at_gates", self.strangers_at_gates),
            ("recognition.strangers_at_shelves", self.strangers_at_shelves),
        ] {
            if !(1e-6..=0.1).contains(&rate) {
                return invalid(name, "0.000001 to 0.1");
            }
        }
        if self.kairos.as_ref().is_some_and(|kairos| !(0.5..=1.0).contains(&kairos.confidence)) {
            return invalid("recognition.kairos.confidence", "0.5 to 1");
        }
        if self.kairos.is_some() && self.pictures == Pictures::AskTurn {
            let why = "ask_turn follows a head from frame to frame, which only the program's own recognition does: \
                choose off, or leave out [recognition.kairos]";
            return invalid("recognition.pictures", why);
        }
        if !(0.0..=0.5).contains(&self.margin) {
            return invalid("recognition.margin", "0 to 0.5");
        }
        Ok(())
    }

    /// What recognition needs of it, with its source of random bits.
    pub fn settings(&self, random: fn() -> u64) -> Settings {
        Settings {
            strangers_at_gates: self.strangers_at_gates,
            strangers_at_shelves: self.strangers_at_shelves,
            pictures: self.pictures,
            margin: self.margin,
            engine: engine::Settings { onnxruntime: self.onnxruntime.clone(), embedder: self.embedder.clone() },
            calibration: self.calibration.clone(),
            workers: self.workers,
            cloud: self.kairos.as_ref().map(Kairos::settings),
            random,
        }
    }
}

impl Default for Recognition {
    fn default() -> Self {
        Self {
            strangers_at_gates: 1e-3,
            strangers_at_shelves: 1e-2,
            pictures: Pictures::Off,
            enrolment: EnrolmentWays::FilmOrPhotographs,
            margin: 0.05,
            onnxruntime: None,
            embedder: None,
            calibration: None,
            workers: 0,
            keep_templates_days: 730,
            kairos: None,
        }
    }
}
