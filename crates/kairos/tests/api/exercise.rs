//! What fuzzing does with some bytes: reads them as a request or as an answer, and looks whether what comes out keeps its
//! promises. The targets in `fuzz/` take this file in.

use kairos::client::{Answer, Before, Done, GalleryNames, KairosError, SubjectNames, read};
use kairos::face::{Detection, EnrolledFace, Enrolment, Recognition, Verification};
use kairos::service::{Command, MAX_NAME_CHARACTERS};
use kairos::wire::{Endpoint, Image};

/// What the first byte chooses from.
type Reader = fn(u16, Before, &[u8]);

/// Reads a request: the first byte chooses the call, the rest is the body.
pub fn request(bytes: &[u8]) {
    let Some((choice, body)) = bytes.split_first() else { return };
    let endpoint = Endpoint::ALL[usize::from(*choice) % Endpoint::ALL.len()];
    match Command::read(endpoint, Some("application/json"), body) {
        Ok(command) => keeps_promises(command, body.len()),
        Err(refusal) => {
            assert!(refusal.message.starts_with(refusal.code.message()) && refusal.message.len() < 200, "{refusal}");
            assert_eq!(refusal.code.http_status(), 200);
        }
    }
}

fn keeps_promises(command: Command, length: usize) {
    let (names, image) = match command {
        Command::Enrol(command) => {
            assert!(command.min_head_scale.is_none_or(|scale| (0.015..=0.5).contains(&scale)));
            (vec![command.gallery_name, command.subject_id], Some(command.image))
        }
        Command::Recognise(command) => {
            assert!((0.0..=1.0).contains(&command.threshold) && (1..=1_000).contains(&command.most_results));
            (vec![command.gallery_name], Some(command.image))
        }
        Command::Verify(command) => (vec![command.gallery_name, command.subject_id], Some(command.image)),
        Command::Detect(command) => (vec![], Some(command.image)),
        Command::Galleries => (vec![], None),
        Command::Subjects(name) | Command::RemoveGallery(name) => (vec![name], None),
        Command::Faces(command) => (vec![command.gallery_name, command.subject_id], None),
        Command::RemoveSubject(command) => {
            let names = [Some(command.gallery_name), Some(command.subject_id), command.face_id];
            (names.into_iter().flatten().collect(), None)
        }
    };
    for name in names {
        assert!((1..=MAX_NAME_CHARACTERS).contains(&name.chars().count()), "{name:?}");
        assert!(name.trim() == name && !name.contains(|letter: char| letter.is_control() || letter == '<'), "{name:?}");
    }
    if let Some(Image(image)) = image {
        assert!(image.starts_with(b"\xff\xd8\xff") || image.starts_with(b"\x89PNG"));
        assert!(image.len() < length);
    }
}

/// Reads an answer: the first byte chooses the call, the second the status, the rest is the body.
pub fn answer(bytes: &[u8]) {
    const STATUSES: [u16; 12] = [200, 200, 200, 200, 201, 302, 400, 403, 404, 429, 500, 502];
    const READERS: [Reader; 8] = [
        |status, before, body| {
            let sound = |enrolments: &Vec<Enrolment>| !enrolments.is_empty();
            check(status, before, body, sound);
        },
        |status, before, body| {
            let candidates = |recognition: &Recognition| {
                recognition.candidates.iter().all(|candidate| is_level(candidate.confidence))
            };
            check(status, before, body, |recognitions: &Vec<Recognition>| recognitions.iter().all(candidates));
        },
        |status, before, body| {
            check(status, before, body, |verification: &Verification| is_level(verification.confidence));
        },
        |status, before, body| {
            let numbers = |detection: &Detection| {
                detection.faces.iter().all(|face| face.yaw.is_finite() && face.bounds.left.is_finite())
            };
            check(status, before, body, numbers);
        },
        |status, before, body| check(status, before, body, |_: &GalleryNames| true),
        |status, before, body| check(status, before, body, |_: &SubjectNames| true),
        |status, before, body| check(status, before, body, |_: &Vec<EnrolledFace>| true),
        |status, before, body| check(status, before, body, |_: &Done| true),
    ];
    let [call, status, body @ ..] = bytes else { return };
    let reader = READERS[usize::from(*call) % READERS.len()];
    let before = if *call < 128 { Before::Nothing } else { Before::PerhapsDone };
    reader(STATUSES[usize::from(*status) % STATUSES.len()], before, body);
}

fn check<A: Answer>(status: u16, before: Before, body: &[u8], is_sound: impl Fn(&A) -> bool) {
    match read::<A>(status, body, before) {
        Ok(answer) => assert!((200..=299).contains(&status) && is_sound(&answer)),
        Err(KairosError::Strange { bytes, .. }) => assert_eq!(bytes, body.len()),
        Err(error) => assert!(error.to_string().len() < 200, "{error}"),
    }
}

fn is_level(confidence: f64) -> bool {
    (0.0..=1.0).contains(&confidence)
}
