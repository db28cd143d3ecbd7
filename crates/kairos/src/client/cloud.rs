//! The calls, with patience: attempts, pauses, deadline and quota.

use std::sync::Mutex;

use bytes::Bytes;
use serde::Serialize;
use tokio::time::{Instant, sleep, timeout_at};

use super::answer::{Answer, Before, Done, GalleryNames, SubjectNames, read};
use super::attempt::Connection;
use super::error::KairosError;
use super::keys::Keys;
use super::retry::{Jitter, pause};
use super::settings::{Settings, SettingsError};
use crate::face::{Detection, EnrolledFace, Enrolment, Recognition, Verification};
use crate::quota::Quota;
use crate::wire::{
    Detect, Endpoint, Enroll, GalleryRemove, GalleryView, Given, ListAll, Recognize, RemoveSubject, Verify,
    ViewSubject, Whole, encode_image,
};

/// The Kairos cloud, or whatever else speaks its API. One is enough for a program; it may be shared.
#[derive(Debug)]
pub struct KairosCloud {
    connection: Connection,
    settings: Settings,
    quota: Mutex<Quota>,
    jitter: Jitter,
}

/// How [`KairosCloud::recognise`] searches.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Lookup {
    /// The least confidence of a candidate, 0 to 1.
    pub threshold: f64,
    /// Most candidates a face.
    pub max_results: u32,
}

impl Default for Lookup {
    /// What Kairos documents as its defaults.
    fn default() -> Self {
        Self { threshold: crate::confidence::DEFAULT_THRESHOLD, max_results: 10 }
    }
}

impl KairosCloud {
    /// Makes no connection yet.
    ///
    /// # Errors
    ///
    /// [`SettingsError`].
    pub fn new(settings: Settings, keys: &Keys, jitter: Jitter) -> Result<Self, SettingsError> {
        let connection = Connection::new(&settings, keys)?;
        let quota = Mutex::new(Quota::new(settings.calls_per_minute, settings.calls_per_day));
        Ok(Self { connection, settings, quota, jitter })
    }

    /// Adds the only face of `image` (a JPEG or PNG) to a subject; gallery and subject are made where they are not there.
    ///
    /// Enrolling twice makes two faces. So this is tried again only where surely nothing was enrolled: no connection,
    /// or too many calls. After any other error, [`KairosError::may_be_done`] says whether to look first.
    ///
    /// # Errors
    ///
    /// [`KairosError`]; [`crate::wire::ErrorCode::NoFace`] and `TooManyFaces` among them.
    pub async fn enrol(&self, gallery: &str, subject: &str, image: &[u8]) -> Result<Enrolment, KairosError> {
        let request = Enroll {
            image: Given::Value(encode_image(image)),
            subject_id: text(subject),
            gallery_name: text(gallery),
            ..Enroll::default()
        };
        let enrolments: Vec<Enrolment> = self.call(Endpoint::Enroll, &request).await?;
        // One face was asked for: whoever answers with more has done what was not asked, and the first stands for it.
        Ok(enrolments.into_iter().next().expect("an answer without an enrolment is not read"))
    }

    /// Searches a gallery for the faces of `image`. No match is an answer: a face without candidates, or no face at all
    /// where the cloud does not say where it is.
    ///
    /// # Errors
    ///
    /// [`KairosError`].
    pub async fn recognise(
        &self,
        gallery: &str,
        image: &[u8],
        lookup: Lookup,
    ) -> Result<Vec<Recognition>, KairosError> {
        let request = Recognize {
            image: Given::Value(encode_image(image)),
            gallery_name: text(gallery),
            threshold: Given::Value(lookup.threshold),
            max_num_results: Given::Value(Whole(lookup.max_results.into())),
            ..Recognize::default()
        };
        self.call(Endpoint::Recognize, &request).await
    }

    /// Compares `image` with a subject. No match is an answer: a low confidence.
    ///
    /// # Errors
    ///
    /// [`KairosError`].
    pub async fn verify(&self, gallery: &str, subject: &str, image: &[u8]) -> Result<Verification, KairosError> {
        let request = Verify {
            image: Given::Value(encode_image(image)),
            gallery_name: text(gallery),
            subject_id: text(subject),
            ..Verify::default()
        };
        self.call(Endpoint::Verify, &request).await
    }

    /// Finds the faces of `image`.
    ///
    /// # Errors
    ///
    /// [`KairosError`]; [`crate::wire::ErrorCode::NoFace`] where there is none.
    pub async fn detect(&self, image: &[u8]) -> Result<Detection, KairosError> {
        let request = Detect { image: Given::Value(encode_image(image)), ..Detect::default() };
        self.call(Endpoint::Detect, &request).await
    }

    /// The names of all galleries.
    ///
    /// # Errors
    ///
    /// [`KairosError`].
    pub async fn galleries(&self) -> Result<Vec<String>, KairosError> {
        let GalleryNames(names) = self.call(Endpoint::ListAll, &ListAll {}).await?;
        Ok(names)
    }

    /// The subjects of a gallery.
    ///
    /// # Errors
    ///
    /// [`KairosError`]; [`crate::wire::ErrorCode::GalleryNotFound`] among them.
    pub async fn subjects(&self, gallery: &str) -> Result<Vec<String>, KairosError> {
        let SubjectNames(names) = self.call(Endpoint::View, &GalleryView { gallery_name: text(gallery) }).await?;
        Ok(names)
    }

    /// The faces of a subject.
    ///
    /// # Errors
    ///
    /// [`KairosError`]; [`crate::wire::ErrorCode::SubjectNotFound`] among them.
    pub async fn faces(&self, gallery: &str, subject: &str) -> Result<Vec<EnrolledFace>, KairosError> {
        let request = ViewSubject { gallery_name: text(gallery), subject_id: text(subject) };
        self.call(Endpoint::ViewSubject, &request).await
    }

    /// Removes a gallery with everybody in it.
    ///
    /// # Errors
    ///
    /// [`KairosError`]. That it is not there is one, unless an earlier attempt of this call may have removed it.
    pub async fn remove_gallery(&self, gallery: &str) -> Result<(), KairosError> {
        let request = GalleryRemove { gallery_name: text(gallery) };
        self.call::<Done>(Endpoint::Remove, &request).await.map(drop)
    }

    /// Removes a subject with all its faces.
    ///
    /// # Errors
    ///
    /// As [`Self::remove_gallery`].
    pub async fn remove_subject(&self, gallery: &str, subject: &str) -> Result<(), KairosError> {
        self.remove(gallery, subject, Given::Absent).await
    }

    /// Removes one face of a subject.
    ///
    /// # Errors
    ///
    /// As [`Self::remove_gallery`].
    pub async fn remove_face(&self, gallery: &str, subject: &str, face: &str) -> Result<(), KairosError> {
        self.remove(gallery, subject, text(face)).await
    }

    async fn remove(&self, gallery: &str, subject: &str, face_id: Given<String>) -> Result<(), KairosError> {
        let request = RemoveSubject { gallery_name: text(gallery), subject_id: text(subject), face_id };
        self.call::<Done>(Endpoint::RemoveSubject, &request).await.map(drop)
    }

    async fn call<A: Answer>(&self, endpoint: Endpoint, request: &impl Serialize) -> Result<A, KairosError> {
        let body = Bytes::from(serde_json::to_vec(request).expect("requests hold only what JSON can say"));
        let deadline = Instant::now() + self.settings.deadline;
        let mut before = Before::Nothing;
        let mut attempts = 0;
        self.take_from_quota().map_err(KairosError::QuotaSpent)?;
        loop {
            attempts += 1;
            let error = match self.attempt(endpoint, body.clone(), deadline, before).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            if error.may_be_done() {
                before = Before::PerhapsDone;
            }
            let Some(pause) = pause(&self.settings, endpoint, &error, attempts, &self.jitter) else {
                return Err(error);
            };
            if Instant::now() + pause >= deadline {
                return Err(error);
            }
            sleep(pause).await;
            // What went wrong says more than that there is no quota left to try again.
            if self.take_from_quota().is_err() {
                return Err(error);
            }
            tracing::debug!(kairos.path = endpoint.path(), kairos.attempts = attempts, %error, "trying again");
        }
    }

    async fn attempt<A: Answer>(
        &self,
        endpoint: Endpoint,
        body: Bytes,
        deadline: Instant,
        before: Before,
    ) -> Result<A, KairosError> {
        let until = deadline.min(Instant::now() + self.settings.attempt_timeout);
        let sending = self.connection.send(endpoint.path(), body);
        let raw = timeout_at(until, sending).await.map_err(|_| KairosError::TimedOut)??;
        read(raw.status, &raw.body, before).map_err(|error| match error {
            KairosError::TooManyCalls { .. } => KairosError::TooManyCalls { again_in: raw.again_in },
            KairosError::Down { status, .. } => KairosError::Down { status, again_in: raw.again_in },
            other => other,
        })
    }

    fn take_from_quota(&self) -> Result<(), crate::quota::Spent> {
        self.quota.lock().expect("no holder panics").take(Instant::now())
    }
}

fn text(text: &str) -> Given<String> {
    Given::Value(text.to_owned())
}
