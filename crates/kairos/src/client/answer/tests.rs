use serde_json::{Value, json};

use super::*;

fn check<A: Answer + PartialEq + std::fmt::Debug>(body: Value, expected: Option<A>) {
    let text = body.to_string();
    let strange = KairosError::Strange { what: Strange::WrongShape, status: 200, bytes: text.len() };
    assert_eq!(read(200, text.as_bytes(), Before::Nothing), expected.ok_or(strange), "{body}");
}

fn candidate(confidence: f64) -> Candidate {
    Candidate { subject_id: "ana".to_owned(), face_id: "f".to_owned(), confidence, enrolled_at_ms: None }
}

#[test]
fn recognitions_come_in_several_ways() {
    let found = |candidates| Some(vec![Recognition { face: DetectedFace::default(), candidates }]);
    let ana = json!({ "subject_id": "ana", "face_id": "f", "confidence": "0.75" });
    let sure = json!({ "status": "success", "subject_id": "ana", "face_id": "f", "confidence": 0.75 });
    let image = |transaction: &Value, candidates: Value| json!({ "images": [{ "transaction": transaction, "candidates": candidates }] });

    check(image(&sure, json!([ana, ana])), found(vec![candidate(0.75), candidate(0.75)]));
    check(image(&sure, json!(null)), found(vec![candidate(0.75)]));
    check(image(&json!({ "status": "failure" }), json!([ana])), found(vec![]));
    check::<Vec<Recognition>>(image(&json!({ "status": "success" }), json!(null)), None);
    check::<Vec<Recognition>>(image(&json!({ "status": "perhaps" }), json!([ana])), None);
    check::<Vec<Recognition>>(image(&sure, json!([{ "subject_id": "ana", "confidence": 1.5 }])), None);
    check::<Vec<Recognition>>(image(&sure, json!([{ "confidence": 0.5 }])), None);
    check::<Vec<Recognition>>(json!({ "images": [] }), None);
    check::<Vec<Recognition>>(json!({}), None);
}

#[test]
fn verifications_come_in_several_ways() {
    let compared = |confidence| Some(Verification { face: DetectedFace::default(), confidence });
    let image = |transaction: Value| json!({ "images": [{ "transaction": transaction }] });
    check(image(json!({ "status": "success", "confidence": 0.9 })), compared(0.9));
    check(image(json!({ "status": "failure", "confidence": 0.2 })), compared(0.2));
    check(image(json!({ "status": "failure", "message": "no match found" })), compared(0.0));
    check(json!({ "transaction": { "confidence": "0.9" } }), compared(0.9));
    check::<Verification>(image(json!({ "status": "success" })), None);
    check::<Verification>(image(json!({ "status": "failure", "confidence": "low" })), None);
    check::<Verification>(json!({ "images": [] }), None);
}

#[test]
fn an_enrolment_needs_an_id() {
    let enrolled = |id: &str| Enrolment {
        enrolled: EnrolledFace { face_id: id.to_owned(), enrolled_at_ms: None },
        face: DetectedFace::default(),
    };
    let success = json!({ "transaction": { "status": "success" } });
    let second = json!({ "transaction": { "status": "success", "face_id": 2 } });
    let failure = json!({ "transaction": { "status": "failure" } });
    check(json!({ "face_id": "1", "images": [success] }), Some(vec![enrolled("1")]));
    check(json!({ "face_id": "1", "images": [success, second, failure] }), Some(vec![enrolled("1"), enrolled("2")]));
    check::<Vec<Enrolment>>(json!({ "images": [success] }), None);
    check::<Vec<Enrolment>>(json!({ "face_id": "1", "images": [failure] }), None);
}

#[test]
fn lists_and_removals() {
    let names = || vec!["1".to_owned(), "b".to_owned()];
    check(json!({ "gallery_ids": [1, "b"] }), Some(GalleryNames(names())));
    check(json!({ "status": "Complete", "subject_ids": [1, "b"] }), Some(SubjectNames(names())));
    check::<SubjectNames>(json!({ "status": "Complete" }), None);
    check::<Vec<EnrolledFace>>(json!({ "face_ids": [{}] }), None);
    check(json!({ "status": "Complete" }), Some(Done));
    check::<Done>(json!({ "status": "failure" }), None);
    check::<Done>(json!({ "removed": true }), None);
}

#[test]
fn only_a_call_that_succeeds_can_mean_no_match() {
    let body = br#"{"Errors":[{"ErrCode":"5011"}]}"#;
    let found = |status| read::<Vec<Recognition>>(status, body, Before::Nothing);
    assert_eq!(found(200), Ok(vec![]));
    assert_eq!(found(500), Err(KairosError::Refused(ErrorCode::NoMatchEither)));
}
