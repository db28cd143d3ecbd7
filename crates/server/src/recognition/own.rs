//! Our own recognition: models and gallery in this process, nothing leaves it.

use std::any::Any;
use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use domain::ids::{DeviceId, ShopperId};
use domain::sighting::Identity;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::oneshot;
use vision::enrolment::{self, EnrolmentParams};
use vision::{DecisionParams, DecodeLimits, Embedding, Frame, Gallery, Params, Pipeline, SharedGallery, fusion};

use super::queue::NewestFirst;
use super::visitors::{Among, Rules, Visitors, enrolment_reference, visit_reference};
use super::{CameraFrame, Judgement, Look, LookError, Recognition, Settings, Source, Still, Template, VisitFace};

/// Looks at frames and photographs on threads of its own.
pub struct OwnRecognition {
    shared: Arc<Shared>,
}

struct Shared {
    model: String,
    pipeline: Pipeline,
    gallery: SharedGallery<ShopperId>,
    rules: Rules,
    cameras: Mutex<HashMap<DeviceId, Arc<Mutex<Visitors>>>>,
    queue: NewestFirst<Job>,
}

/// A frame to look at, and who waits for it.
struct Job {
    frame: CameraFrame,
    reply: oneshot::Sender<Result<Look, LookError>>,
}

/// Frames of which a face must have been recognised before it may serve on later visits.
const FRAMES_WORTH_KEEPING: usize = 2;

/// The rate of strangers, per reference, that a face worth keeping may be mistaken at: rarer than the rarest that was
/// measured, because it stays.
const RATE_WORTH_KEEPING: f64 = 1e-6;

/// Photographs are shrunk to this side first: a face that fills a phone's picture has more pixels than the embedder's
/// 112 can use.
const MOST_PHOTO_SIDE_PX: u32 = 1_280;

impl OwnRecognition {
    /// Loads the models and starts the threads.
    ///
    /// # Errors
    ///
    /// Where a model or the calibration cannot be loaded.
    pub fn start(settings: &Settings) -> anyhow::Result<Self> {
        let engine = engine::load(&settings.engine, Params::default())?;
        let rules = rules(settings, &engine.model)?;
        Self::by(engine, rules, settings.workers)
    }

    fn by(engine: engine::Loaded, rules: Rules, workers: usize) -> anyhow::Result<Self> {
        let shared = Arc::new(Shared {
            rules,
            model: engine.model,
            pipeline: engine.pipeline,
            gallery: SharedGallery::new(Gallery::new()),
            cameras: Mutex::default(),
            queue: NewestFirst::default(),
        });
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let workers = if workers == 0 { cores.saturating_sub(1).max(1) } else { workers };
        for number in 0..workers {
            let shared = Arc::clone(&shared);
            std::thread::Builder::new().name(format!("recognition-{number}")).spawn(move || shared.work())?;
        }
        Ok(Self { shared })
    }
}

/// The visitors before a camera. Where a panic left them half changed nobody is known there any more: they are seen anew.
fn visitors(camera: &Mutex<Visitors>) -> MutexGuard<'_, Visitors> {
    camera.lock().unwrap_or_else(|poisoned| {
        camera.clear_poison();
        let mut visitors = poisoned.into_inner();
        *visitors = Visitors::new();
        visitors
    })
}

/// What a panic says of itself.
fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no text")
}

fn rules(settings: &Settings, model: &str) -> anyhow::Result<Rules> {
    let calibration = engine::calibration(settings.calibration.as_deref(), model)?;
    let params = |fpir: f64| DecisionParams { fpir, margin: settings.margin, ..DecisionParams::default() };
    Ok(Rules {
        calibration,
        gate: params(settings.strangers_at_gates),
        shelf: params(settings.strangers_at_shelves),
        pictures: settings.pictures,
        random: settings.random,
    })
}

impl Recognition for OwnRecognition {
    fn model(&self) -> &str {
        &self.shared.model
    }

    fn look(&self, frame: CameraFrame) -> BoxFuture<'_, Result<Look, LookError>> {
        let (reply, answer) = oneshot::channel();
        if let Some(older) = self.shared.queue.put(frame.device, Job { frame, reply }) {
            // Whoever sent it may be gone.
            let _ = older.reply.send(Err(LookError::Superseded));
        }
        async { answer.await.unwrap_or_else(|_| Err(LookError::Failed("recognition has stopped".to_owned()))) }.boxed()
    }

    fn faces(&self, picture: Bytes) -> BoxFuture<'_, Result<Still, LookError>> {
        let shared = Arc::clone(&self.shared);
        let failed = |error: &dyn std::fmt::Display| LookError::Failed(error.to_string());
        let look = move || {
            let frame = Frame::decode(&picture, &DecodeLimits::default())?;
            let faces = shared.pipeline.faces(&frame).map_err(|error| failed(&error))?;
            Ok(Still { frame, faces })
        };
        async move { tokio::task::spawn_blocking(look).await.map_err(|error| failed(&error))? }.boxed()
    }

    fn threshold_at(&self, rate: f64) -> f32 {
        self.shared.rules.calibration.threshold_at(rate)
    }

    fn enrol(&self, _shopper: ShopperId, photographs: Vec<Bytes>) -> BoxFuture<'_, anyhow::Result<Judgement>> {
        let shared = Arc::clone(&self.shared);
        async { tokio::task::spawn_blocking(move || shared.enrol(&photographs)).await? }.boxed()
    }

    fn remember(&self, shopper: ShopperId, templates: Vec<Template>) -> anyhow::Result<()> {
        let mut enrolment = Vec::new();
        let mut visits = Vec::new();
        for template in templates {
            let embedding = Embedding::from_le_bytes(&template.bytes)?;
            match template.source {
                Source::Enrolment => enrolment.push(embedding),
                Source::Visit => visits.push((template.id.as_u128(), embedding)),
            }
        }
        let fused = fusion::fuse(enrolment.iter().map(|embedding| (embedding, 1.0)));
        self.shared.gallery.change(|gallery| {
            let today = gallery.embedding(visit_reference(shopper)).map(|face| (visit_reference(shopper), face));
            gallery.remove(shopper);
            let enrolled = fused.map(|face| (enrolment_reference(shopper), face));
            for (name, face) in visits.into_iter().chain(enrolled).chain(today) {
                gallery.insert(shopper, name, face);
            }
        });
        Ok(())
    }

    fn forget(&self, shopper: ShopperId) -> BoxFuture<'_, anyhow::Result<()>> {
        self.shared.gallery.remove(shopper);
        for camera in self.shared.cameras.lock().unwrap_or_else(PoisonError::into_inner).values() {
            visitors(camera).forget(shopper);
        }
        async { Ok(()) }.boxed()
    }

    fn entered(&self, device: DeviceId, shopper: ShopperId) -> Option<VisitFace> {
        let camera = self.shared.camera(device);
        let likeness = visitors(&camera).entered(shopper)?;
        let enrolled = self.shared.gallery.with(|all| all.embedding(enrolment_reference(shopper)))?;
        let sure = self.shared.rules.calibration.threshold_at(RATE_WORTH_KEEPING);
        let face = VisitFace {
            bytes: likeness.embedding.to_le_bytes(),
            is_worth_keeping: likeness.frames >= FRAMES_WORTH_KEEPING
                && enrolled.similarity(&likeness.embedding) >= sure,
        };
        self.shared.gallery.insert(shopper, visit_reference(shopper), likeness.embedding);
        Some(face)
    }

    fn only_stranger(&self, device: DeviceId) -> Option<Vec<u8>> {
        let camera = self.shared.camera(device);
        let likeness = visitors(&camera).only_stranger()?;
        (likeness.frames >= FRAMES_WORTH_KEEPING).then(|| likeness.embedding.to_le_bytes())
    }

    fn left(&self, shopper: ShopperId) {
        self.shared.gallery.remove_template(visit_reference(shopper));
    }

    fn templates(&self) -> usize {
        self.shared.gallery.len()
    }

    fn stop(&self) {
        self.shared.queue.stop();
    }
}

impl Shared {
    /// Looks at frames until it is stopped. A thread that ended otherwise would leave cameras unanswered in a process that seems
    /// well, so the process ends with it.
    fn work(&self) {
        let works = || while self.queue.work(|job| self.answer(job)) {};
        if std::panic::catch_unwind(AssertUnwindSafe(works)).is_err() {
            tracing::error!("a recognition thread failed outside of a look; the process ends");
            std::process::abort();
        }
    }

    /// A panic is this look's alone: whoever sent the frame hears of it, and the next frame is looked at.
    fn answer(&self, job: Job) {
        let started = std::time::Instant::now();
        let look = std::panic::catch_unwind(AssertUnwindSafe(|| self.look(&job.frame))).unwrap_or_else(|panic| {
            metrics::counter!("smartmart_look_panics_total").increment(1);
            let why = panic_text(&*panic);
            tracing::error!(device.id = %job.frame.device, why, "recognition panicked over a frame");
            Err(LookError::Failed("a fault of ours".to_owned()))
        });
        metrics::histogram!("smartmart_look_seconds").record(started.elapsed());
        // The device may be gone.
        let _ = job.reply.send(look);
    }

    fn camera(&self, device: DeviceId) -> Arc<Mutex<Visitors>> {
        let mut cameras = self.cameras.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(cameras.entry(device).or_insert_with(|| Arc::new(Mutex::new(Visitors::new()))))
    }

    fn look(&self, camera_frame: &CameraFrame) -> Result<Look, LookError> {
        let frame = Frame::decode(&camera_frame.bytes, &DecodeLimits::default())?;
        let faces = self.pipeline.faces(&frame).map_err(|error| LookError::Failed(error.to_string()))?;
        let camera = self.camera(camera_frame.device);
        let judged = self.gallery.with(|gallery| {
            let among = Among { place: camera_frame.place, gallery, inside: &camera_frame.inside };
            let at_ms = camera_frame.taken_at.as_millisecond();
            visitors(&camera).see(&frame, &faces, at_ms, &among, &self.rules)
        });
        for shopper in judged.iter().filter_map(|judged| judged.taken_back) {
            metrics::counter!("smartmart_identities_taken_back_total").increment(1);
            tracing::warn!(device.id = %camera_frame.device, shopper.id = %shopper, "later frames deny who this was");
        }
        let identities = judged.iter().map(|judged| judged.identity);
        let doubted = judged.iter().filter(|judged| judged.was_let_in).find_map(|judged| judged.taken_back);
        let look = Look { doubted, ..Look::new(&frame, &faces, identities, camera_frame.codes) };
        Ok(match judged.first() {
            Some(nearest) => {
                Look { undecided: nearest.identity == Identity::Undecided, liveness: nearest.liveness, ..look }
            }
            None => look,
        })
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
            Ok(templates) => Ok(templates.into_iter().map(|(_, embedding)| embedding.to_le_bytes()).collect()),
            Err(problems) => Err(problems.into_iter().map(|problem| (problem.photo, problem.to_string())).collect()),
        })
    }
}

#[cfg(test)]
mod tests;
