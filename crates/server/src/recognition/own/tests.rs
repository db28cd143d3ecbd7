//! A panic while a frame is looked at: a fault of that look, and of no other.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use domain::gate::Place;
use jiff::Timestamp;
use uuid::Uuid;

use super::super::CodesRead;
use super::*;
use crate::config;
use crate::recognition::Pictures;

const OBAMA: [&[u8]; 3] = [
    include_bytes!("../../../../../fixtures/faces/obama.jpg"),
    include_bytes!("../../../../../fixtures/faces/obama2.jpg"),
    include_bytes!("../../../../../fixtures/faces/obama3.jpg"),
];

/// Whether the source of random bits is broken, from which the side of a turn is chosen while the camera's visitors are held.
static BROKEN: AtomicBool = AtomicBool::new(true);

fn random() -> u64 {
    assert!(!BROKEN.load(Ordering::SeqCst), "the source of random bits is broken");
    7
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_fails_its_look_and_the_camera_goes_on() {
    let settings =
        Settings { pictures: Pictures::AskTurn, workers: 1, ..config::Recognition::default().settings(random) };
    let engine = engine::load(&settings.engine, Params::default()).unwrap();
    let rules = rules(&settings, &engine.model).unwrap();
    let recognition = OwnRecognition::by(engine, rules, settings.workers).unwrap();
    let shopper = ShopperId(Uuid::from_u128(7));
    let photographs = OBAMA.map(Bytes::from_static).to_vec();
    let templates = recognition.enrol(shopper, photographs).await.unwrap().unwrap();
    let template = |bytes| Template { id: Uuid::now_v7(), source: Source::Enrolment, bytes };
    recognition.remember(shopper, templates.into_iter().map(template).collect()).unwrap();

    let camera = DeviceId(Uuid::from_u128(1));
    let mut taken_at = Timestamp::from_second(1_800_000_000).unwrap();
    let mut look = async || {
        taken_at += jiff::SignedDuration::from_millis(200);
        let bytes = Bytes::from_static(OBAMA[0]);
        let (inside, codes) = (Arc::new(BTreeSet::new()), CodesRead::WithoutFace);
        let frame = CameraFrame { device: camera, place: Place::Entry, bytes, taken_at, inside, codes };
        tokio::time::timeout(Duration::from_secs(20), recognition.look(frame)).await.expect("an answer")
    };
    let mut panicked = false;
    for _ in 0..20 {
        panicked = look().await.is_err_and(|error| matches!(error, LookError::Failed(_)));
        if panicked {
            break;
        }
    }
    assert!(panicked, "the side of a turn was never chosen");
    BROKEN.store(false, Ordering::SeqCst);
    for _ in 0..3 {
        assert_eq!(look().await.unwrap().seen.len(), 1);
    }
    recognition.forget(shopper).await.unwrap();
    assert_eq!(recognition.templates(), 0);
    recognition.stop();
}
