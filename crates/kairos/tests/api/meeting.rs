//! The client and the service meet.

use kairos::client::{Jitter, KairosCloud, KairosError, Keys, Lookup, Secret, Settings};
use kairos::wire::ErrorCode;

use crate::memory::{APP_ID, APP_KEY, ENROLLED_AT_MS, Memory, picture};

async fn client(app_key: &str) -> KairosCloud {
    let url = Memory::with_calls_per_minute(None).serve().await;
    let keys = Keys { app_id: Secret::new(APP_ID), app_key: Secret::new(app_key) };
    KairosCloud::new(Settings { url, ..Settings::default() }, &keys, Jitter::new(|| 0.0)).unwrap()
}

#[tokio::test]
async fn from_enrolling_to_removing() {
    let client = client(APP_KEY).await;
    let (ana, bo, eve) = (picture(&["ana"]), picture(&["bo"]), picture(&["eve"]));
    let enrolment = client.enrol("shop", "ana", &ana).await.unwrap();
    assert_eq!(enrolment.enrolled.enrolled_at_ms, Some(ENROLLED_AT_MS));
    assert_eq!((enrolment.face.bounds.top, enrolment.face.yaw), (50.0, -3.5));
    client.enrol("shop", "bo", &bo).await.unwrap();

    let found = client.recognise("shop", &picture(&["bo", "eve"]), Lookup::default()).await.unwrap();
    let names: Vec<Vec<&str>> = found
        .iter()
        .map(|face| face.candidates.iter().map(|candidate| candidate.subject_id.as_str()).collect())
        .collect();
    assert_eq!(names, [vec!["bo"], vec![]]);
    let everybody = Lookup { threshold: 0.0, max_results: 10 };
    assert_eq!(client.recognise("shop", &ana, everybody).await.unwrap()[0].candidates.len(), 2);

    assert!(client.verify("shop", "ana", &ana).await.unwrap().confidence > 0.6);
    assert!(client.verify("shop", "ana", &eve).await.unwrap().confidence < 0.6);
    let detection = client.detect(&picture(&["ana", "bo", "eve"])).await.unwrap();
    assert_eq!((detection.width, detection.height, detection.faces.len()), (640, 480, 3));
    assert_eq!(detection.faces[2].landmarks.unwrap().nose_tip, [240.0, 100.0]);

    assert_eq!(client.galleries().await.unwrap(), ["shop"]);
    assert_eq!(client.subjects("shop").await.unwrap(), ["ana", "bo"]);
    assert_eq!(client.faces("shop", "ana").await.unwrap(), std::slice::from_ref(&enrolment.enrolled));
    client.remove_face("shop", "ana", &enrolment.enrolled.face_id).await.unwrap();
    client.remove_subject("shop", "bo").await.unwrap();
    assert_eq!(client.subjects("shop").await.unwrap(), [""; 0]);
    client.remove_gallery("shop").await.unwrap();
    assert_eq!(client.galleries().await.unwrap(), [""; 0]);
}

#[tokio::test]
async fn what_the_service_refuses_the_client_tells_apart() {
    let client = client(APP_KEY).await;
    client.enrol("shop", "ana", &picture(&["ana"])).await.unwrap();
    let everybody = picture(&["ana", "bo"]);
    let refused = |code| Err(KairosError::Refused(code));
    assert_eq!(client.enrol("shop", "ana", &everybody).await.map(drop), refused(ErrorCode::TooManyFaces));
    assert_eq!(client.enrol("shop", "ana", &picture(&[])).await.map(drop), refused(ErrorCode::NoFace));
    assert_eq!(client.enrol("shop", "ana", b"GIF89a").await.map(drop), refused(ErrorCode::NotAnImage));
    assert_eq!(client.subjects("elsewhere").await.map(drop), refused(ErrorCode::GalleryNotFound));
    assert_eq!(client.faces("shop", "eve").await.map(drop), refused(ErrorCode::SubjectNotFound));
    assert_eq!(client.faces("shop", &"x".repeat(500)).await.map(drop), refused(ErrorCode::NameTooLong));
    let large = [picture(&["ana"]), vec![b'x'; 15 * 1024 * 1024]].concat();
    assert_eq!(client.detect(&large).await.map(drop), refused(ErrorCode::InvalidParameter));
}

#[tokio::test]
async fn wrong_keys_are_told() {
    let client = client("wrong").await;
    assert_eq!(client.galleries().await, Err(KairosError::Refused(ErrorCode::WrongKeys)));
    let large = vec![b'x'; 8 * 1024 * 1024];
    assert_eq!(client.detect(&large).await, Err(KairosError::Refused(ErrorCode::WrongKeys)), "and not a broken pipe");
}
