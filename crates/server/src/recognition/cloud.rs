//! Recognition by the Kairos cloud, for operators who hold keys for it: pictures of faces leave the shop.
//!
//! Our own detector still finds the faces and says what is wrong with a picture, so that only frames with a usable face are
//! sent. The cloud keeps the faces; what is kept here of each are the ids that it gave.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex};

use anyhow::Context;
use bytes::Bytes;
use domain::gate::Place;
use domain::ids::{DeviceId, ShopperId};
use domain::sighting::Identity;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use kairos::client::{Jitter, KairosCloud, KairosError, Lookup};
use kairos::face::{Candidate, FaceBox, Recognition as Answer};
use kairos::wire::ErrorCode;
use uuid::Uuid;
use vision::Face;

use super::own::OwnRecognition;
use super::{
    CameraFrame, CloudSettings, Judgement, Look, LookError, Recognition, Settings, Still, Template, VisitFace,
};

/// The name that is stored with every enrolment; what the cloud's faces are made of is its own affair.
pub const MODEL: &str = "kairos";

/// The part of the union of two boxes, 0..=1, that they share if our detector and the cloud's mean the same face.
const SAME_FACE: f64 = 0.2;

/// The next candidate must be this much less sure, or the answer is "ambiguous".
const MARGIN: f64 = 0.05;

/// Asks the cloud.
pub struct CloudRecognition {
    own: OwnRecognition,
    cloud: Arc<KairosCloud>,
    gallery: String,
    confidence: f64,
    /// How many faces of each shopper are enrolled.
    known: Mutex<BTreeMap<ShopperId, usize>>,
    /// The cameras whose frame is being asked about: the cloud takes longer than from one frame to the next.
    busy: Arc<Mutex<HashSet<DeviceId>>>,
}

impl CloudRecognition {
    /// Loads our own models and checks the settings; nothing is sent yet.
    ///
    /// # Errors
    ///
    /// Where the settings are not usable.
    pub fn start(settings: &Settings, cloud: &CloudSettings) -> anyhow::Result<Self> {
        let CloudSettings { keys, client, gallery, confidence } = cloud;
        let random = settings.random;
        let cloud = KairosCloud::new(client.clone(), keys, Jitter::new(move || fraction(random())))?;
        Ok(Self {
            own: OwnRecognition::start(settings)?,
            cloud: Arc::new(cloud),
            gallery: gallery.clone(),
            confidence: *confidence,
            known: Mutex::default(),
            busy: Arc::default(),
        })
    }

    async fn ask(&self, frame: CameraFrame) -> Result<Look, LookError> {
        let Still { frame: picture, faces } = self.own.faces(frame.bytes.clone()).await?;
        let answers = self.answers(&frame.bytes, &faces).await?;
        let admits = |shopper: &ShopperId| match frame.place {
            Place::Shelf => frame.inside.contains(shopper),
            // A subject without templates here has no account here, or has had the face erased.
            Place::Entry | Place::Exit => self.known.lock().expect("no holder panics").contains_key(shopper),
        };
        let identities = faces.iter().map(|face| {
            let [left, top, width, height] = face.detection.bbox.map(f64::from);
            let bounds = FaceBox { left, top, width, height };
            let shared = answers.iter().map(|answer| (overlap(&bounds, &answer.face.bounds), answer));
            let same = shared.filter(|(shared, _)| *shared >= SAME_FACE).max_by(|a, b| a.0.total_cmp(&b.0));
            same.map_or(Identity::Unknown, |(_, answer)| identity(&answer.candidates, admits))
        });
        Ok(Look::new(&picture, &faces, identities, frame.codes))
    }

    /// What the cloud says of a frame; it is not asked where there is no face that it could know.
    async fn answers(&self, frame: &[u8], faces: &[Face]) -> Result<Vec<Answer>, LookError> {
        if !faces.iter().any(|face| face.quality.is_sufficient()) {
            return Ok(Vec::new());
        }
        let lookup = Lookup { threshold: self.confidence, ..Lookup::default() };
        match self.cloud.recognise(&self.gallery, frame, lookup).await {
            Ok(answers) => Ok(answers),
            // The first shopper makes the gallery; the cloud may see no face where we do.
            Err(KairosError::Refused(ErrorCode::GalleryNotFound | ErrorCode::NoFace)) => Ok(Vec::new()),
            Err(error) => Err(LookError::Failed(error.to_string())),
        }
    }

    async fn enrol_all(&self, shopper: ShopperId, photographs: &[Bytes]) -> anyhow::Result<Vec<Vec<u8>>> {
        let subject = shopper.to_string();
        let before = match self.cloud.faces(&self.gallery, &subject).await {
            Ok(faces) => faces,
            Err(KairosError::Refused(ErrorCode::SubjectNotFound | ErrorCode::GalleryNotFound)) => Vec::new(),
            Err(error) => return Err(error.into()),
        };
        let mut ids = Vec::new();
        for photograph in photographs {
            let enrolled = self.cloud.enrol(&self.gallery, &subject, photograph).await?;
            ids.push(enrolled.enrolled.face_id.into_bytes());
        }
        for face in before {
            self.cloud.remove_face(&self.gallery, &subject, &face.face_id).await?;
        }
        Ok(ids)
    }
}

/// Takes a camera off the list of those that are asked about.
struct Asking {
    busy: Arc<Mutex<HashSet<DeviceId>>>,
    device: DeviceId,
}

impl Drop for Asking {
    fn drop(&mut self) {
        self.busy.lock().expect("no holder panics").remove(&self.device);
    }
}

impl Recognition for CloudRecognition {
    fn model(&self) -> &str {
        MODEL
    }

    fn look(&self, frame: CameraFrame) -> BoxFuture<'_, Result<Look, LookError>> {
        async move {
            if !self.busy.lock().expect("no holder panics").insert(frame.device) {
                return Err(LookError::Superseded);
            }
            let _asking = Asking { busy: Arc::clone(&self.busy), device: frame.device };
            self.ask(frame).await
        }
        .boxed()
    }

    fn faces(&self, picture: Bytes) -> BoxFuture<'_, Result<Still, LookError>> {
        self.own.faces(picture)
    }

    fn threshold_at(&self, rate: f64) -> f32 {
        self.own.threshold_at(rate)
    }

    fn enrol(&self, shopper: ShopperId, photographs: Vec<Bytes>) -> BoxFuture<'_, anyhow::Result<Judgement>> {
        async move {
            if let Err(problems) = self.own.enrol(shopper, photographs.clone()).await? {
                return Ok(Err(problems));
            }
            self.enrol_all(shopper, &photographs).await.map(Ok).context("the face could not be enrolled in the cloud")
        }
        .boxed()
    }

    fn remember(&self, shopper: ShopperId, templates: Vec<Template>) -> anyhow::Result<()> {
        let mut known = self.known.lock().expect("no holder panics");
        match templates.len() {
            0 => known.remove(&shopper),
            count => known.insert(shopper, count),
        };
        Ok(())
    }

    fn forget(&self, shopper: ShopperId) -> BoxFuture<'_, anyhow::Result<()>> {
        async move {
            match self.cloud.remove_subject(&self.gallery, &shopper.to_string()).await {
                Ok(_) | Err(KairosError::Refused(ErrorCode::SubjectNotFound | ErrorCode::GalleryNotFound)) => {}
                Err(error) => return Err(error).context("the cloud could not be told to forget the face"),
            }
            self.known.lock().expect("no holder panics").remove(&shopper);
            Ok(())
        }
        .boxed()
    }

    fn entered(&self, _: DeviceId, _: ShopperId) -> Option<VisitFace> {
        None
    }

    fn only_stranger(&self, _: DeviceId) -> Option<Vec<u8>> {
        None
    }

    fn left(&self, _: ShopperId) {}

    fn templates(&self) -> usize {
        self.known.lock().expect("no holder panics").values().sum()
    }

    fn stop(&self) {
        self.own.stop();
    }
}

/// Who it is by the cloud's candidates, the surest first.
fn identity(candidates: &[Candidate], admits: impl Fn(&ShopperId) -> bool) -> Identity {
    let mut best: Vec<(f64, ShopperId)> = Vec::new();
    let shoppers = candidates.iter().filter_map(|one| Some((one.confidence, one.subject_id.parse::<Uuid>().ok()?)));
    for (confidence, shopper) in shoppers.map(|(confidence, id)| (confidence, ShopperId(id))) {
        match best.iter_mut().find(|(_, known)| *known == shopper) {
            Some(known) => known.0 = known.0.max(confidence),
            None if admits(&shopper) => best.push((confidence, shopper)),
            None => {}
        }
    }
    best.sort_by(|a, b| b.0.total_cmp(&a.0));
    match best.as_slice() {
        [(first, _), (second, _), ..] if first - second < MARGIN => Identity::Ambiguous,
        [(confidence, shopper), ..] => Identity::Known { shopper: *shopper, similarity: *confidence as f32 },
        [] => Identity::Unknown,
    }
}

/// A number from 0 to 1, 1 excluded, of random bits.
fn fraction(bits: u64) -> f64 {
    (bits >> 11) as f64 / (1_u64 << 53) as f64
}

/// Intersection over union.
fn overlap(a: &FaceBox, b: &FaceBox) -> f64 {
    let side = |from_a: f64, length_a: f64, from_b: f64, length_b: f64| {
        ((from_a + length_a).min(from_b + length_b) - from_a.max(from_b)).max(0.0)
    };
    let shared = side(a.left, a.width, b.left, b.width) * side(a.top, a.height, b.top, b.height);
    let union = a.width * a.height + b.width * b.height - shared;
    if union > 0.0 { shared / union } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(shopper: u128, confidence: f64) -> Candidate {
        let subject_id = Uuid::from_u128(shopper).to_string();
        Candidate { subject_id, face_id: "f".to_owned(), confidence, enrolled_at_ms: None }
    }

    fn known(identity: Identity) -> Option<u128> {
        match identity {
            Identity::Known { shopper, .. } => Some(shopper.0.as_u128()),
            Identity::Unknown | Identity::Ambiguous | Identity::Undecided => None,
        }
    }

    #[test]
    fn the_surest_candidate_is_the_shopper_unless_another_is_as_sure() {
        let all = |_: &ShopperId| true;
        assert_eq!(identity(&[], all), Identity::Unknown);
        assert_eq!(known(identity(&[candidate(1, 0.7), candidate(2, 0.9), candidate(2, 0.88)], all)), Some(2));
        assert_eq!(identity(&[candidate(1, 0.88), candidate(2, 0.9)], all), Identity::Ambiguous);
        let stranger = Candidate { subject_id: "somebody else's client".to_owned(), ..candidate(0, 0.99) };
        assert_eq!(known(identity(&[stranger, candidate(1, 0.7)], all)), Some(1));
    }

    #[test]
    fn only_who_is_admitted_counts() {
        let only_one = |shopper: &ShopperId| shopper.0.as_u128() == 1;
        assert_eq!(known(identity(&[candidate(1, 0.7), candidate(2, 0.71)], only_one)), Some(1));
        assert_eq!(identity(&[candidate(2, 0.9)], only_one), Identity::Unknown);
    }

    #[test]
    fn boxes_overlap_as_far_as_they_share() {
        let square = |left: f64| FaceBox { left, top: 0.0, width: 2.0, height: 2.0 };
        assert_eq!(overlap(&square(0.0), &square(0.0)), 1.0);
        assert_eq!(overlap(&square(0.0), &square(1.0)), 1.0 / 3.0);
        assert_eq!(overlap(&square(0.0), &square(5.0)), 0.0);
    }
}
