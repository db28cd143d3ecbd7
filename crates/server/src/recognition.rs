//! Recognition: who is in a frame. A trait with two implementations, our own and the Kairos cloud's.

use std::collections::BTreeSet;
use std::sync::Arc;

use bytes::Bytes;
use domain::gate::Place;
use domain::ids::{DeviceId, ShopperId};
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use uuid::Uuid;
use vision::presentation::challenge::Prompt;
use vision::{Face, Frame, FrameError};

mod cloud;
mod look;
mod own;
mod queue;
mod settings;
mod visitors;

pub use cloud::CloudRecognition;
pub use look::Look;
pub use own::OwnRecognition;
pub use settings::{CloudSettings, Pictures, Settings};

/// Who recognises faces for the store.
pub trait Recognition: Send + Sync {
    /// Which model makes the templates; stored with each. Templates of another are never compared.
    fn model(&self) -> &str;

    /// Looks at a frame of a camera.
    fn look(&self, frame: CameraFrame) -> BoxFuture<'_, Result<Look, LookError>>;

    /// The faces of a still picture.
    fn faces(&self, picture: Bytes) -> BoxFuture<'_, Result<Still, LookError>>;

    /// The similarity that this part of the pairs of strangers reaches.
    fn threshold_at(&self, rate: f64) -> f32;

    /// Judges the photographs of an enrolment: what to keep of them, or what is wrong with them.
    fn enrol(&self, shopper: ShopperId, photographs: Vec<Bytes>) -> BoxFuture<'_, anyhow::Result<Judgement>>;

    /// Knows a shopper by these templates from now on, and by no others.
    ///
    /// # Errors
    ///
    /// Where the bytes are no templates of this model.
    fn remember(&self, shopper: ShopperId, templates: Vec<Template>) -> anyhow::Result<()>;

    /// Forgets a shopper, everywhere: once it has returned well, no look knows them.
    fn forget(&self, shopper: ShopperId) -> BoxFuture<'_, anyhow::Result<()>>;

    /// A gate let a shopper in, whose face this camera saw just now: what it looked like serves for the length of the visit.
    fn entered(&self, device: DeviceId, shopper: ShopperId) -> Option<VisitFace>;

    /// The only face before a camera, of somebody unknown, as a template: of a shopper who came in by the code just now, and whose
    /// own templates another model made.
    fn only_stranger(&self, device: DeviceId) -> Option<Vec<u8>>;

    /// A shopper walked out: the face of the visit is forgotten.
    fn left(&self, shopper: ShopperId);

    /// Templates that are searched.
    fn templates(&self) -> usize;

    /// Ends its threads; frames under way are finished.
    fn stop(&self);
}

/// Starts the one that the settings name.
///
/// # Errors
///
/// Where models or a calibration cannot be loaded.
pub fn start(settings: &Settings) -> anyhow::Result<Arc<dyn Recognition>> {
    Ok(match &settings.cloud {
        None => Arc::new(OwnRecognition::start(settings)?),
        Some(cloud) => Arc::new(CloudRecognition::start(settings, cloud)?),
    })
}

/// A frame to look at.
#[derive(Debug, Clone)]
pub struct CameraFrame {
    /// Whose.
    pub device: DeviceId,
    /// Where that stands.
    pub place: Place,
    /// JPEG or PNG.
    pub bytes: Bytes,
    /// When it was taken, on our clock.
    pub taken_at: Timestamp,
    /// Who is in the store; of no account at the entry.
    pub inside: Arc<BTreeSet<ShopperId>>,
    /// When to look for QR codes in it.
    pub codes: CodesRead,
}

/// When a frame is searched for QR codes, which takes some milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodesRead {
    /// Where nobody in it was recognised.
    WithoutFace,
    /// Always: a face is not enough here.
    Always,
}

/// Whether a person or a picture of one is before the camera.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Liveness {
    /// Nobody looked.
    #[default]
    Unchecked,
    /// More frames are needed.
    Waiting,
    /// First this is to be done, one sentence.
    Hindered(&'static str),
    /// A turn of the head was asked for, and is under way.
    Turning {
        /// What to show.
        prompt: Prompt,
        /// Which turn this is, from 1: after a failure there is another.
        attempt: usize,
    },
    /// A person.
    Live,
    /// No sign either way, and more frames would not tell.
    Unsure,
    /// A picture, it seems.
    Suspected,
}

/// A picture with the faces in it.
pub struct Still {
    /// The picture.
    pub frame: Frame,
    /// Its faces, largest first.
    pub faces: Vec<Face>,
}

/// Why a frame was not looked at.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LookError {
    /// It is no picture, or too large a one.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// A newer frame of the same device took its place.
    #[error("a newer frame took this one's place")]
    Superseded,
    /// The recogniser failed or has stopped.
    #[error("recognition failed: {0}")]
    Failed(String),
}

/// The templates of an enrolment, or what is wrong: the photograph (from 0) and a sentence for the shopper.
pub type Judgement = Result<Vec<Vec<u8>>, Vec<(usize, String)>>;

/// From which occasion a template is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The shopper enrolled.
    Enrolment,
    /// A visit on which they were recognised.
    Visit,
}

/// One template, in the clear: biometric data, to be sealed before it is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Template {
    /// Its id.
    pub id: Uuid,
    /// From which occasion.
    pub source: Source,
    /// What the model made of a face.
    pub bytes: Vec<u8>,
}

/// Shows no bytes.
impl std::fmt::Debug for Template {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Template({}, {:?})", self.id, self.source)
    }
}

/// What a shopper looked like at the entry.
#[derive(Clone, PartialEq)]
pub struct VisitFace {
    /// A template of it.
    pub bytes: Vec<u8>,
    /// Whether it is so surely theirs, and so good, that it may serve as a template on later visits.
    pub is_worth_keeping: bool,
}

/// Shows no bytes.
impl std::fmt::Debug for VisitFace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VisitFace").field("is_worth_keeping", &self.is_worth_keeping).finish_non_exhaustive()
    }
}
