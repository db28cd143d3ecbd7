//! Galleries in memory, with pictures that say who is in them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kairos::confidence::confidence;
use kairos::face::{
    Candidate, DetectedFace, Detection, EnrolledFace, Enrolment, FaceBox, Landmarks, Recognition, Verification,
};
use kairos::quota::Quota;
use kairos::service::{
    Admission, DetectCommand, EnrolCommand, FacesWanted, Galleries, RecogniseCommand, RemoveSubjectCommand,
    SubjectCommand, Trouble, VerifyCommand, router,
};
use tokio::net::TcpListener;
use tokio::time::Instant;

/// What stands before the names in a picture: a PNG by its first bytes.
pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
pub const APP_ID: &str = "till-3";
pub const APP_KEY: &str = "correct horse";
/// When everybody was enrolled.
pub const ENROLLED_AT_MS: i64 = 1_790_000_000_000;
/// The likeness from which on people are the same, and those of the same and of different people.
const THRESHOLD: f64 = 0.36;
const SAME: f64 = 0.8;
const OTHER: f64 = 0.1;

/// A picture of people.
pub fn picture(people: &[&str]) -> Vec<u8> {
    [PNG, people.join(",").as_bytes()].concat()
}

/// A subject's faces: the id, and whose face it is.
type Faces = Vec<(String, String)>;

pub struct Memory {
    galleries: Mutex<BTreeMap<String, BTreeMap<String, Faces>>>,
    enrolled: Mutex<u32>,
    quota: Mutex<Quota>,
}

impl Memory {
    pub fn with_calls_per_minute(calls: Option<u32>) -> Arc<Self> {
        let quota = Mutex::new(Quota::new(calls, None));
        Arc::new(Self { galleries: Mutex::default(), enrolled: Mutex::default(), quota })
    }

    /// Serves `/kairos` on this machine; gives the address up to there.
    pub async fn serve(self: Arc<Self>) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/kairos", listener.local_addr().unwrap());
        let app = axum::Router::new().nest("/kairos", router(self));
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        url
    }

    fn in_gallery<T>(
        &self,
        name: &str,
        look: impl FnOnce(&mut BTreeMap<String, Faces>) -> Result<T, Trouble>,
    ) -> Result<T, Trouble> {
        look(self.galleries.lock().unwrap().get_mut(name).ok_or(Trouble::GalleryNotFound)?)
    }
}

impl Galleries for Memory {
    type Caller = String;

    async fn admit(&self, app_id: &str, app_key: &str) -> Admission<String> {
        match (app_id, app_key, self.quota.lock().unwrap().take(Instant::now())) {
            (APP_ID, APP_KEY, Ok(())) => Admission::Granted(app_id.to_owned()),
            (APP_ID, APP_KEY, Err(_)) => Admission::TooMany { again_in: Duration::from_millis(1_500) },
            ("down", _, _) => Admission::Down,
            (_, _, _) => Admission::WrongKeys,
        }
    }

    async fn enrol(&self, _: &String, command: EnrolCommand) -> Result<Vec<Enrolment>, Trouble> {
        let people = people(&command.image.0)?;
        if people.len() > 1 && command.faces == FacesWanted::Only {
            return Err(Trouble::TooManyFaces);
        }
        if command.subject_id == "nobody" {
            return Err(Trouble::Invalid { parameter: "subject_id", reason: "nobody is not a shopper".to_owned() });
        }
        let mut galleries = self.galleries.lock().unwrap();
        let faces = galleries.entry(command.gallery_name).or_default().entry(command.subject_id).or_default();
        let enrolment = |(place, person): (usize, String)| {
            let mut enrolled = self.enrolled.lock().unwrap();
            *enrolled += 1;
            let face_id = format!("face-{enrolled}");
            faces.push((face_id.clone(), person));
            Enrolment { enrolled: EnrolledFace { face_id, enrolled_at_ms: Some(ENROLLED_AT_MS) }, face: face(place) }
        };
        Ok(people.into_iter().enumerate().map(enrolment).collect())
    }

    async fn recognise(&self, _: &String, command: RecogniseCommand) -> Result<Vec<Recognition>, Trouble> {
        let people = people(&command.image.0)?;
        self.in_gallery(&command.gallery_name, |gallery| {
            let recognition = |(place, person): (usize, String)| {
                let candidates = gallery.iter().flat_map(|(subject_id, faces)| {
                    faces.iter().map(|(face_id, enrolled)| Candidate {
                        subject_id: subject_id.clone(),
                        face_id: face_id.clone(),
                        confidence: likeness(&person, enrolled),
                        enrolled_at_ms: Some(ENROLLED_AT_MS),
                    })
                });
                Recognition { face: face(place), candidates: candidates.collect() }
            };
            Ok(people.into_iter().enumerate().map(recognition).collect())
        })
    }

    async fn verify(&self, _: &String, command: VerifyCommand) -> Result<Verification, Trouble> {
        let person = people(&command.image.0)?.remove(0);
        self.in_gallery(&command.gallery_name, |gallery| {
            let faces = gallery.get(&command.subject_id).ok_or(Trouble::SubjectNotFound)?;
            let confidence = faces.iter().map(|(_, enrolled)| likeness(&person, enrolled)).fold(0.0, f64::max);
            Ok(Verification { face: face(0), confidence })
        })
    }

    async fn detect(&self, _: &String, command: DetectCommand) -> Result<Detection, Trouble> {
        let faces = (0..people(&command.image.0)?.len()).map(face).collect();
        Ok(Detection { width: 640, height: 480, faces })
    }

    async fn galleries(&self, _: &String) -> Result<Vec<String>, Trouble> {
        Ok(self.galleries.lock().unwrap().keys().cloned().collect())
    }

    async fn subjects(&self, _: &String, gallery_name: String) -> Result<Vec<String>, Trouble> {
        self.in_gallery(&gallery_name, |gallery| Ok(gallery.keys().cloned().collect()))
    }

    async fn faces(&self, _: &String, command: SubjectCommand) -> Result<Vec<EnrolledFace>, Trouble> {
        self.in_gallery(&command.gallery_name, |gallery| {
            let faces = gallery.get(&command.subject_id).ok_or(Trouble::SubjectNotFound)?;
            let face =
                |(id, _): &(String, String)| EnrolledFace { face_id: id.clone(), enrolled_at_ms: Some(ENROLLED_AT_MS) };
            Ok(faces.iter().map(face).collect())
        })
    }

    async fn remove_gallery(&self, _: &String, gallery_name: String) -> Result<(), Trouble> {
        self.galleries.lock().unwrap().remove(&gallery_name).map(drop).ok_or(Trouble::GalleryNotFound)
    }

    async fn remove_subject(&self, _: &String, command: RemoveSubjectCommand) -> Result<(), Trouble> {
        self.in_gallery(&command.gallery_name, |gallery| {
            let faces = gallery.get_mut(&command.subject_id).ok_or(Trouble::SubjectNotFound)?;
            match command.face_id {
                Some(face_id) => faces.retain(|(id, _)| *id != face_id),
                None => faces.clear(),
            }
            if faces.is_empty() {
                gallery.remove(&command.subject_id);
            }
            Ok(())
        })
    }
}

/// Who is in a picture. What no recogniser of names can tell otherwise, the picture says itself.
fn people(image: &[u8]) -> Result<Vec<String>, Trouble> {
    let names = image.strip_prefix(PNG).and_then(|rest| str::from_utf8(rest).ok()).ok_or(Trouble::NotAnImage)?;
    match names {
        "" => Err(Trouble::NoFace),
        "(blurred)" => Err(Trouble::CorruptFace),
        "(unlike)" => Err(Trouble::NoMatch),
        "(away)" => Err(Trouble::Down),
        names => Ok(names.split(',').map(str::to_owned).collect()),
    }
}

fn likeness(a: &str, b: &str) -> f64 {
    confidence(if a == b { SAME } else { OTHER }, THRESHOLD)
}

/// The faces of a picture stand side by side.
fn face(place: usize) -> DetectedFace {
    let left = 100.0 * place as f64;
    DetectedFace {
        bounds: FaceBox { left, top: 50.0, width: 80.0, height: 90.0 },
        landmarks: Some(Landmarks {
            left_eye: [left + 20.0, 80.0],
            right_eye: [left + 60.0, 80.0],
            nose_tip: [left + 40.0, 100.0],
        }),
        yaw: -3.5,
        pitch: 2.0,
        roll: 0.5,
        quality: 0.75,
        confidence: 0.98,
    }
}
