//! What the programs' calls do: recognition, the galleries in memory, and the database under them.

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;
use std::time::Duration;

use db::devices::DeviceRow;
use db::gallery_faces::{GalleryFaceRow, Which};
use domain::ids::DeviceId;
use kairos::face::{
    Candidate, DetectedFace, Detection, EnrolledFace, Enrolment, FaceBox, Landmarks, Recognition, Verification,
};
use kairos::quota::Quota;
use kairos::service::{
    Admission, DetectCommand, EnrolCommand, FacesWanted, Galleries, RecogniseCommand, RemoveSubjectCommand,
    SubjectCommand, Trouble, VerifyCommand,
};
use kairos::{confidence, wire::Image};
use protocol::device::DeviceRole;
use tokio::time::Instant;
use uuid::Uuid;
use vision::Face;

use crate::app::App;
use crate::keys::token_hash;
use crate::program_galleries::Known;
use crate::recognition::{LookError, Still};
use crate::templates;
use crate::views::names::to_role;

/// Calls a minute of one program: ten a second, more than two cores can recognise.
const CALLS_PER_MINUTE: u32 = 600;

/// Calls with wrong keys a minute, of everybody together: a key of 256 bits is not guessed at that pace.
const WRONG_KEYS_PER_MINUTE: u32 = 60;

/// The part of pairs of strangers, per comparison, that Kairos's usual confidence of 0.6 takes for the same person.
const STRANGERS: f64 = 1e-4;

/// The service.
pub struct Service {
    app: App,
    calls: Mutex<HashMap<DeviceId, Quota>>,
    wrong: Mutex<Quota>,
}

impl Service {
    /// Over the galleries of this server.
    pub fn new(app: App) -> Self {
        Self { app, calls: Mutex::default(), wrong: Mutex::new(Quota::new(Some(WRONG_KEYS_PER_MINUTE), None)) }
    }

    /// The program that has these keys.
    async fn program(&self, app_id: &str, app_key: &str) -> Result<Option<DeviceRow>, db::DbError> {
        let row = db::devices::by_token(&self.app.db, &token_hash(app_key)).await?;
        Ok(row.filter(|row| row.id.to_string() == app_id && to_role(&row.role) == DeviceRole::Program))
    }

    /// The faces of a picture that are at least so high, as a part of its shorter side.
    async fn still(&self, image: Image, min_head_scale: Option<f64>) -> Result<Still, Trouble> {
        let mut still = self.app.recogniser.faces(image.0).await.map_err(|error| match error {
            LookError::Frame(_) => Trouble::NotAnImage,
            LookError::Superseded | LookError::Failed(_) => down(&error),
        })?;
        let least = min_head_scale.unwrap_or(0.0) * f64::from(still.frame.width().min(still.frame.height()));
        still.faces.retain(|face| f64::from(face.detection.height()) >= least);
        if still.faces.is_empty() { Err(Trouble::NoFace) } else { Ok(still) }
    }

    fn confidence(&self, similarity: f32) -> f64 {
        confidence::confidence(f64::from(similarity), f64::from(self.threshold()))
    }

    fn threshold(&self) -> f32 {
        self.app.recogniser.threshold_at(STRANGERS)
    }

    /// The faces of a gallery, or that there is none.
    fn known(&self, whose: DeviceId, gallery: &str) -> Result<BTreeMap<Uuid, Known>, Trouble> {
        self.app.programs.known(whose, gallery).ok_or(Trouble::GalleryNotFound)
    }

    /// The picture took a while to look at: a program that was revoked meanwhile leaves nothing behind. The caller holds
    /// [`crate::app::Parts::enrolments`].
    async fn must_still_be_joined(&self, caller: DeviceId) -> Result<(), Trouble> {
        let row = db::devices::one(&self.app.db, caller).await.map_err(|error| down(&error))?;
        let is_joined = row.is_some_and(|row| row.state == db::devices::JOINED);
        if is_joined { Ok(()) } else { Err(down(&"the program was revoked meanwhile")) }
    }

    async fn delete(&self, whose: DeviceId, which: Which) -> Result<(), Trouble> {
        let _one_at_a_time = self.app.enrolments.lock().await;
        db::gallery_faces::delete(&self.app.db, whose, &which).await.map_err(|error| down(&error))?;
        self.app.programs.remove(whose, |name, id, known| match &which {
            Which::All => true,
            Which::Gallery(gallery) => gallery == name,
            Which::Subject(gallery, subject) => gallery == name && *subject == known.subject,
            Which::Face(face) => *face == id,
        });
        Ok(())
    }
}

impl Galleries for Service {
    type Caller = DeviceId;

    async fn admit(&self, app_id: &str, app_key: &str) -> Admission<DeviceId> {
        let spent = |quota: &mut Quota| quota.take(Instant::now()).err().map(|spent| spent.again_in);
        let row = match self.program(app_id, app_key).await {
            Ok(row) => row,
            Err(error) => {
                down(&error);
                return Admission::Down;
            }
        };
        let Some(row) = row else {
            let again_in: Option<Duration> = spent(&mut self.wrong.lock().expect("no holder panics"));
            return again_in.map_or(Admission::WrongKeys, |again_in| Admission::TooMany { again_in });
        };
        let id = DeviceId(row.id);
        let mut calls = self.calls.lock().expect("no holder panics");
        let quota = calls.entry(id).or_insert_with(|| Quota::new(Some(CALLS_PER_MINUTE), None));
        spent(quota).map_or(Admission::Granted(id), |again_in| Admission::TooMany { again_in })
    }

    async fn enrol(&self, caller: &DeviceId, command: EnrolCommand) -> Result<Vec<Enrolment>, Trouble> {
        let still = self.still(command.image, command.min_head_scale).await?;
        if command.faces == FacesWanted::Only && still.faces.len() > 1 {
            return Err(Trouble::TooManyFaces);
        }
        let now = self.app.clock.now();
        let mut rows = Vec::new();
        for face in &still.faces {
            let sealed = self.app.keys.seal(&face.embedding.to_le_bytes(), caller.0.as_bytes());
            rows.push(GalleryFaceRow {
                id: Uuid::now_v7(),
                store_id: self.app.store.id.0,
                device_id: caller.0,
                gallery: command.gallery_name.clone(),
                subject: command.subject_id.clone(),
                model: self.app.recogniser.model().to_owned(),
                sealed,
                created_at: db::micros(now),
                expires_at: db::micros(templates::expiry(&self.app, now)),
            });
        }
        let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        let _one_at_a_time = self.app.enrolments.lock().await;
        self.must_still_be_joined(*caller).await?;
        db::gallery_faces::insert(&self.app.db, rows).await.map_err(|error| down(&error))?;
        let mut enrolled = Vec::new();
        for (id, face) in ids.into_iter().zip(still.faces) {
            let known = Known { subject: command.subject_id.clone(), enrolled_at_ms: now.as_millisecond() };
            enrolled.push(Enrolment { enrolled: enrolled_face(id, &known), face: described(&face) });
            self.app.programs.insert(*caller, &command.gallery_name, id, known, face.embedding);
        }
        tracing::info!(device.id = %caller, faces = enrolled.len(), "a program enrolled faces");
        Ok(enrolled)
    }

    async fn recognise(&self, caller: &DeviceId, command: RecogniseCommand) -> Result<Vec<Recognition>, Trouble> {
        self.known(*caller, &command.gallery_name)?;
        let still = self.still(command.image, command.min_head_scale).await?;
        let mut recognised = Vec::with_capacity(still.faces.len());
        for face in &still.faces {
            let best = self
                .app
                .programs
                .best(*caller, &command.gallery_name, &face.embedding, command.most_results, |_| true)
                .ok_or(Trouble::GalleryNotFound)?;
            let candidates = best.into_iter().map(|(found, known)| Candidate {
                confidence: self.confidence(found.similarity - face.quality.handicap()),
                face_id: found.key.to_string(),
                enrolled_at_ms: Some(known.enrolled_at_ms),
                subject_id: known.subject,
            });
            recognised.push(Recognition { face: described(face), candidates: candidates.collect() });
        }
        Ok(recognised)
    }

    async fn verify(&self, caller: &DeviceId, command: VerifyCommand) -> Result<Verification, Trouble> {
        let known = self.known(*caller, &command.gallery_name)?;
        if !known.values().any(|known| known.subject == command.subject_id) {
            return Err(Trouble::SubjectNotFound);
        }
        let still = self.still(command.image, command.min_head_scale).await?;
        let [face] = still.faces.as_slice() else { return Err(Trouble::TooManyFaces) };
        let is_meant = |known: &Known| known.subject == command.subject_id;
        let best = self.app.programs.best(*caller, &command.gallery_name, &face.embedding, 1, is_meant);
        let (found, _) = best.into_iter().flatten().next().ok_or(Trouble::SubjectNotFound)?;
        let confidence = self.confidence(found.similarity - face.quality.handicap());
        Ok(Verification { face: described(face), confidence })
    }

    async fn detect(&self, _: &DeviceId, command: DetectCommand) -> Result<Detection, Trouble> {
        let still = self.still(command.image, command.min_head_scale).await?;
        let faces = still.faces.iter().map(described).collect();
        Ok(Detection { width: still.frame.width(), height: still.frame.height(), faces })
    }

    async fn galleries(&self, caller: &DeviceId) -> Result<Vec<String>, Trouble> {
        Ok(self.app.programs.names(*caller))
    }

    async fn subjects(&self, caller: &DeviceId, gallery_name: String) -> Result<Vec<String>, Trouble> {
        let known = self.known(*caller, &gallery_name)?;
        let mut subjects: Vec<_> = known.into_values().map(|known| known.subject).collect();
        subjects.sort();
        subjects.dedup();
        Ok(subjects)
    }

    async fn faces(&self, caller: &DeviceId, command: SubjectCommand) -> Result<Vec<EnrolledFace>, Trouble> {
        let known = self.known(*caller, &command.gallery_name)?;
        let of_subject = known.iter().filter(|(_, known)| known.subject == command.subject_id);
        let faces: Vec<_> = of_subject.map(|(id, known)| enrolled_face(*id, known)).collect();
        if faces.is_empty() { Err(Trouble::SubjectNotFound) } else { Ok(faces) }
    }

    async fn remove_gallery(&self, caller: &DeviceId, gallery_name: String) -> Result<(), Trouble> {
        self.known(*caller, &gallery_name)?;
        self.delete(*caller, Which::Gallery(gallery_name)).await
    }

    async fn remove_subject(&self, caller: &DeviceId, command: RemoveSubjectCommand) -> Result<(), Trouble> {
        let known = self.known(*caller, &command.gallery_name)?;
        let of_subject: Vec<_> =
            known.iter().filter(|(_, known)| known.subject == command.subject_id).map(|(id, _)| *id).collect();
        if of_subject.is_empty() {
            return Err(Trouble::SubjectNotFound);
        }
        let Some(face) = command.face_id else {
            return self.delete(*caller, Which::Subject(command.gallery_name, command.subject_id)).await;
        };
        match of_subject.into_iter().find(|id| id.to_string() == face) {
            Some(id) => self.delete(*caller, Which::Face(id)).await,
            None => Err(Trouble::Invalid { parameter: "face_id", reason: "the subject has no such face".to_owned() }),
        }
    }
}

/// The cause goes to the log, the caller hears "not now".
fn down(error: &dyn std::fmt::Display) -> Trouble {
    tracing::error!(%error, "a program's call failed");
    Trouble::Down
}

fn enrolled_face(id: Uuid, known: &Known) -> EnrolledFace {
    EnrolledFace { face_id: id.to_string(), enrolled_at_ms: Some(known.enrolled_at_ms) }
}

fn described(face: &Face) -> DetectedFace {
    let [left, top, width, height] = face.detection.bbox.map(f64::from);
    let [left_eye, right_eye, nose_tip, ..] = face.detection.landmarks.map(|point| point.map(f64::from));
    DetectedFace {
        bounds: FaceBox { left, top, width, height },
        landmarks: Some(Landmarks { left_eye, right_eye, nose_tip }),
        yaw: f64::from(face.quality.yaw_degrees),
        pitch: f64::from(face.quality.pitch_degrees),
        roll: f64::from(face.quality.roll_degrees),
        quality: f64::from(face.quality.weight()).min(1.0),
        confidence: f64::from(face.detection.score),
    }
}
