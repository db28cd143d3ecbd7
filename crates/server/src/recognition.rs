//! Recognition: frames come in, who is in them goes out; the work is done on threads of its own.
//!
//! Each device has one place in the queue and its newest frame takes it: an older one that was not begun is answered
//! with [`LookError::Superseded`], so there is never a queue of old frames.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Condvar, Mutex, RwLock};

use bytes::Bytes;
use domain::ids::{DeviceId, ShopperId};
use domain::sighting::{Identity, Means, Seen};
use tokio::sync::oneshot;
use uuid::Uuid;
use vision::enrolment::{self, EnrolmentParams};
use vision::{DecodeLimits, Embedding, Frame, FrameError, Gallery, Params, Pipeline, Quality, quality};

use crate::config::Recognition;

/// Which embedder the shipped weights are; stored with every template.
pub use vision::shipped::MODEL;

/// What a look found.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Look {
    /// Everybody in the frame, nearest first.
    pub seen: Vec<Seen>,
    /// The QR codes in the frame; read only where no face was recognised.
    pub codes: Vec<String>,
    /// What is wrong with the nearest face, where nothing could be made of it.
    pub hint: Option<&'static str>,
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
pub type Judgement = Result<Vec<Embedding>, Vec<(usize, String)>>;

/// Which shoppers a face may be.
#[derive(Clone, PartialEq, Debug)]
pub enum Among {
    /// Everybody enrolled: at the entry.
    Everybody,
    /// Those who are in the store: at shelves and the exit.
    Only(Arc<std::collections::BTreeSet<ShopperId>>),
}

/// A frame to look at.
struct Job {
    frame: Bytes,
    among: Among,
    reply: oneshot::Sender<Result<Look, LookError>>,
}

#[derive(Default)]
struct Queue {
    newest: HashMap<DeviceId, Job>,
    turn: VecDeque<DeviceId>,
    stopped: bool,
}

/// Looks at frames and photographs.
#[derive(Clone)]
pub struct Recogniser {
    shared: Arc<Shared>,
}

struct Shared {
    pipeline: Pipeline,
    gallery: RwLock<Gallery<ShopperId>>,
    threshold: f32,
    margin: f32,
    queue: Mutex<Queue>,
    work: Condvar,
}

impl Recogniser {
    /// Loads the models and starts the threads.
    pub fn start(settings: &Recognition) -> anyhow::Result<Self> {
        let shared = Arc::new(Shared {
            pipeline: Pipeline::new(&vision::shipped::models(), Params::default())?,
            gallery: RwLock::new(Gallery::new()),
            threshold: settings.threshold,
            margin: settings.margin,
            queue: Mutex::default(),
            work: Condvar::new(),
        });
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let workers = if settings.workers == 0 { cores.saturating_sub(1).max(1) } else { settings.workers };
        for number in 0..workers {
            let shared = Arc::clone(&shared);
            std::thread::Builder::new().name(format!("recognition-{number}")).spawn(move || shared.work())?;
        }
        Ok(Self { shared })
    }

    /// Looks at a frame of `device`.
    pub async fn look(&self, device: DeviceId, frame: Bytes, among: Among) -> Result<Look, LookError> {
        let (reply, answer) = oneshot::channel();
        {
            let mut queue = self.shared.queue.lock().expect("no holder panics");
            if let Some(older) = queue.newest.insert(device, Job { frame, among, reply }) {
                // Whoever sent it may be gone.
                let _ = older.reply.send(Err(LookError::Superseded));
            } else {
                queue.turn.push_back(device);
            }
        }
        self.shared.work.notify_one();
        answer.await.unwrap_or_else(|_| Err(LookError::Failed("recognition has stopped".to_owned())))
    }

    /// Judges the photographs of an enrolment: their templates, or what is wrong with them.
    pub async fn enrol(&self, photographs: Vec<Bytes>) -> anyhow::Result<Judgement> {
        let shared = Arc::clone(&self.shared);
        tokio::task::spawn_blocking(move || shared.enrol(&photographs)).await?
    }

    /// Puts a shopper's templates into the gallery.
    pub fn insert(&self, shopper: ShopperId, templates: impl IntoIterator<Item = (Uuid, Embedding)>) {
        let mut gallery = self.shared.gallery.write().expect("no holder panics");
        for (id, template) in templates {
            gallery.insert(shopper, id.as_u128(), template);
        }
    }

    /// Takes a shopper out of the gallery.
    pub fn remove(&self, shopper: ShopperId) {
        self.shared.gallery.write().expect("no holder panics").remove(shopper);
    }

    /// Templates in the gallery.
    pub fn templates(&self) -> usize {
        self.shared.gallery.read().expect("no holder panics").len()
    }

    /// Ends the threads; frames under way are finished.
    pub fn stop(&self) {
        self.shared.queue.lock().expect("no holder panics").stopped = true;
        self.shared.work.notify_all();
    }
}

impl std::fmt::Debug for Recogniser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Recogniser").field("templates", &self.templates()).finish_non_exhaustive()
    }
}

impl Shared {
    fn work(&self) {
        while let Some(job) = self.next() {
            let started = std::time::Instant::now();
            let look = self.look(&job.frame, &job.among);
            metrics::histogram!("smartmart_look_seconds").record(started.elapsed());
            // The device may be gone.
            let _ = job.reply.send(look);
        }
    }

    fn next(&self) -> Option<Job> {
        let mut queue = self.queue.lock().expect("no holder panics");
        loop {
            if queue.stopped {
                return None;
            }
            if let Some(device) = queue.turn.pop_front() {
                return queue.newest.remove(&device);
            }
            queue = self.work.wait(queue).expect("no holder panics");
        }
    }

    fn look(&self, bytes: &[u8], among: &Among) -> Result<Look, LookError> {
        let frame = Frame::decode(bytes, &DecodeLimits::default())?;
        let faces = self.pipeline.faces(&frame).map_err(|error| LookError::Failed(error.to_string()))?;
        let hint = faces.first().and_then(|face| hint_for(&face.quality));
        let seen: Vec<_> = faces
            .iter()
            .map(|face| {
                let [x, _, width, height] = face.detection.bbox;
                let identity = if face.quality.is_sufficient() {
                    self.identify(&face.embedding, among)
                } else {
                    Identity::Unknown
                };
                Seen {
                    identity,
                    means: Means::Face,
                    x: Some((x + width / 2.0) / frame.width() as f32),
                    size: Some(height / frame.height() as f32),
                }
            })
            .collect();
        let recognised = seen.iter().any(|seen| matches!(seen.identity, Identity::Known { .. }));
        let codes = if recognised { Vec::new() } else { vision::read_codes(&frame) };
        Ok(Look { seen, codes, hint })
    }

    fn identify(&self, probe: &Embedding, among: &Among) -> Identity {
        let gallery = self.gallery.read().expect("no holder panics");
        let best = match among {
            Among::Everybody => gallery.best(probe, 2),
            Among::Only(some) => gallery.best_among(probe, 2, |shopper| some.contains(shopper)),
        };
        match best.as_slice() {
            [first, ..] if first.similarity < self.threshold => Identity::Unknown,
            [first, second, ..] if first.similarity - second.similarity < self.margin => Identity::Ambiguous,
            [first, ..] => Identity::Known { shopper: first.key, similarity: first.similarity },
            [] => Identity::Unknown,
        }
    }

    fn enrol(&self, photographs: &[Bytes]) -> anyhow::Result<Judgement> {
        let mut faces = Vec::new();
        let mut unreadable = Vec::new();
        for (photo, bytes) in photographs.iter().enumerate() {
            match Frame::decode(bytes, &DecodeLimits::default()) {
                Ok(frame) => faces.push(self.pipeline.faces(&frame.shrunk_to(MOST_PHOTO_SIDE_PX))?),
                Err(error) => unreadable.push((photo, error.to_string())),
            }
        }
        if !unreadable.is_empty() {
            return Ok(Err(unreadable));
        }
        Ok(match enrolment::check(&faces, &EnrolmentParams::default()) {
            Ok(templates) => Ok(templates.into_iter().map(|(_, embedding)| embedding).collect()),
            Err(problems) => Err(problems.into_iter().map(|problem| (problem.photo, problem.to_string())).collect()),
        })
    }
}

/// Photographs are shrunk to this side first: a face that fills a phone's picture has more pixels than the embedder's
/// 112 can use.
const MOST_PHOTO_SIDE_PX: u32 = 1_280;

/// What the person could do for a better picture.
fn hint_for(quality: &Quality) -> Option<&'static str> {
    if quality.is_sufficient() {
        None
    } else if quality.face_height_px < quality::MIN_FACE_HEIGHT_PX {
        Some("Come a little closer")
    } else if quality.yaw_degrees.abs() > quality::MAX_YAW_DEGREES {
        Some("Look straight into the camera")
    } else if quality.brightness < quality::MIN_BRIGHTNESS || quality.contrast < quality::MIN_CONTRAST {
        Some("It is too dark here to see your face")
    } else if quality.brightness > quality::MAX_BRIGHTNESS {
        Some("The light is too bright to see your face")
    } else {
        Some("Hold still for a moment")
    }
}
