//! The client against everything that a cloud can do wrong.

use std::time::{Duration, Instant};

use kairos::client::{KairosError, Keys, Lookup, Secret, Settings, SettingsError, Strange};
use kairos::quota::Span;
use kairos::wire::ErrorCode;
use serde_json::{Value, json};

use crate::fake_cloud::{Deed, FakeCloud, client, keys};
use crate::memory::picture;

const LIST: &str = r#"{"status":"Complete","gallery_ids":["shop"]}"#;

/// What `/gallery/list_all` gives, and how often it was asked for.
async fn listed(deeds: &[Deed]) -> (Result<Vec<String>, KairosError>, usize) {
    let cloud = FakeCloud::start(deeds.to_vec()).await;
    let listed = cloud.client().galleries().await;
    (listed, cloud.requests().len())
}

#[tokio::test]
async fn every_trouble_has_its_error() {
    let strange = |what, status, bytes| KairosError::Strange { what, status, bytes };
    let page = "<html>proxy</html>";
    let down = |status| KairosError::Down { status, again_in: None };
    let cases = [
        (Deed::Say(403, "", "Forbidden".to_owned()), KairosError::Refused(ErrorCode::WrongKeys), 1),
        (Deed::status(404), KairosError::Refused(ErrorCode::NoSuchPath), 1),
        (Deed::status(429), KairosError::TooManyCalls { again_in: None }, 3),
        (Deed::error(3000), KairosError::TooManyCalls { again_in: None }, 3),
        (Deed::status(502), down(502), 3),
        (Deed::status(503), down(503), 3),
        (Deed::status(504), down(504), 3),
        (Deed::error(3001), down(200), 3),
        (Deed::status(500), strange(Strange::Status, 500, page.len()), 1),
        (Deed::Say(418, "", "{}".to_owned()), strange(Strange::Status, 418, 2), 1),
        (Deed::Say(301, "location: https://example.org/\r\n", String::new()), KairosError::Redirected(301), 1),
        (Deed::Say(307, "location: http://127.0.0.1/\r\n", String::new()), KairosError::Redirected(307), 1),
        (Deed::ok(page), strange(Strange::WebPage, 200, page.len()), 1),
        (Deed::ok(""), strange(Strange::Empty, 200, 0), 1),
        (Deed::ok("  "), strange(Strange::Empty, 200, 2), 1),
        (Deed::ok(&LIST[..20]), strange(Strange::Truncated, 200, 20), 1),
        (Deed::ok("Authentication failed"), strange(Strange::NotJson, 200, 21), 1),
        (Deed::ok("[]"), strange(Strange::WrongShape, 200, 2), 1),
        (Deed::ok(r#"{"gallery_ids":[{}]}"#), strange(Strange::WrongShape, 200, 20), 1),
        (Deed::ok(r#"{"Errors":"none"}"#), strange(Strange::WrongShape, 200, 17), 1),
        (Deed::ok(r#"{"Errors":[]}"#), KairosError::UnknownCode(None), 1),
        (Deed::error(4242), KairosError::UnknownCode(Some(4242)), 1),
        (Deed::ok("x".repeat(10_001)), KairosError::TooLong { max: 10_000 }, 1),
        (Deed::Hang, KairosError::TimedOut, 3),
        (Deed::error(5002), KairosError::Refused(ErrorCode::NoFace), 1),
        (
            Deed::Say(400, "", r#"{"Errors":[{"ErrCode":"1002"}]}"#.to_owned()),
            KairosError::Refused(ErrorCode::MissingParameter),
            1,
        ),
    ];
    for (deed, expected, requests) in cases {
        assert_eq!(listed(std::slice::from_ref(&deed)).await, (Err(expected), requests), "{deed:?}");
    }
}

#[tokio::test]
async fn every_code_of_a_refusal_is_told() {
    for code in ErrorCode::ALL.into_iter().filter(|code| code.http_status() == 200) {
        let (listed, _) = listed(&[Deed::error(code.number())]).await;
        assert_eq!(listed, Err(KairosError::Refused(code)));
    }
}

#[tokio::test]
async fn broken_connections_are_tried_again() {
    for deed in [
        Deed::HangUp,
        Deed::Raw("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"gallery_ids\":["),
        Deed::Raw("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"gal"),
        Deed::Raw("SSH-2.0-OpenSSH\r\n"),
    ] {
        let (error, requests) = listed(std::slice::from_ref(&deed)).await;
        assert!(matches!(error, Err(KairosError::Broken(_))), "{deed:?}: {error:?}");
        assert_eq!(requests, 3, "{deed:?}");
        let mended = listed(&[deed, Deed::ok(LIST)]).await;
        assert_eq!(mended, (Ok(vec!["shop".to_owned()]), 2));
    }
    let chunks: &str = Box::leak(format!("{:x}\r\n{}\r\n", 9_000, "x".repeat(9_000)).repeat(2).into_boxed_str());
    let endless: &str =
        Box::leak(format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{chunks}").into_boxed_str());
    assert_eq!(listed(&[Deed::Raw(endless)]).await, (Err(KairosError::TooLong { max: 10_000 }), 1));
}

#[tokio::test]
async fn nobody_listens() {
    let client =
        client(Settings { url: "http://127.0.0.1:1".to_owned(), ..FakeCloud::start([Deed::Hang]).await.settings() });
    let error = client.galleries().await.unwrap_err();
    assert!(matches!(&error, KairosError::Unreachable(_)), "{error:?}");
    assert!(error.is_passing() && !error.may_be_done());
    let https = Settings { url: "https://127.0.0.1:1".to_owned(), ..Settings::default() };
    let error = self::client(Settings { attempts: 1, ..https }).galleries().await.unwrap_err();
    assert!(matches!(&error, KairosError::Unreachable(_)), "{error:?}");
}

#[tokio::test]
async fn the_cloud_s_wish_to_wait_is_kept() {
    let later = |seconds| Deed::Say(429, seconds, String::new());
    let (mended, requests) = listed(&[later("retry-after: 0\r\n"), Deed::ok(LIST)]).await;
    assert_eq!((mended.is_ok(), requests), (true, 2));
    let (error, requests) = listed(&[later("retry-after: 3600\r\n")]).await;
    let hour = Some(Duration::from_secs(3_600));
    assert_eq!((error, requests), (Err(KairosError::TooManyCalls { again_in: hour }), 1), "nobody waits that long");
    let (_, requests) = listed(&[later("retry-after: Fri, 31 Dec 2027 23:59:59 GMT\r\n")]).await;
    assert_eq!(requests, 3, "a date is not read");
    let (error, _) = listed(&[Deed::Say(503, "retry-after: 7\r\n", String::new())]).await;
    assert_eq!(error, Err(KairosError::Down { status: 503, again_in: Some(Duration::from_secs(7)) }));
}

#[tokio::test]
async fn the_deadline_bounds_all_attempts() {
    let cloud = FakeCloud::start([Deed::Hang]).await;
    let deadline = Duration::from_millis(1_500);
    let client = client(Settings { deadline, attempts: 100, ..cloud.settings() });
    let started = Instant::now();
    assert_eq!(client.galleries().await, Err(KairosError::TimedOut));
    assert!(started.elapsed() < 3 * deadline, "{:?}", started.elapsed());
    assert_eq!(cloud.requests().len(), 2, "a second, and what was left of one and a half");
}

#[tokio::test]
async fn the_quota_counts_attempts_and_sends_nothing_when_it_is_spent() {
    let cloud = FakeCloud::start([Deed::ok(LIST), Deed::status(502)]).await;
    let client = client(Settings { calls_per_minute: Some(3), calls_per_day: Some(100), ..cloud.settings() });
    assert!(client.galleries().await.is_ok());
    let error = client.galleries().await.unwrap_err();
    assert_eq!(error, KairosError::Down { status: 502, again_in: None }, "what went wrong, not the quota");
    let error = client.galleries().await.unwrap_err();
    assert!(matches!(&error, KairosError::QuotaSpent(spent) if spent.span == Span::Minute && spent.limit == 3));
    assert!(error.is_passing() && !error.may_be_done());
    assert_eq!(cloud.requests().len(), 3);
}

#[tokio::test]
async fn nobody_is_enrolled_twice() {
    let enrolled = json!({ "face_id": "f1", "images": [{ "transaction": { "status": "success", "face_id": "f1",
        "confidence": "0.99", "topLeftX": "3", "timestamp": 1_497_645_279_826_i64 } }] });
    let after = async |deed: Deed| {
        let cloud = FakeCloud::start([deed, Deed::ok(&enrolled)]).await;
        let result = cloud.client().enrol("shop", "ana", &picture(&["ana"])).await;
        (result, cloud.requests().len())
    };
    for deed in [Deed::status(502), Deed::status(503), Deed::HangUp, Deed::Hang, Deed::ok(""), Deed::ok("{}")] {
        let (result, requests) = after(deed.clone()).await;
        assert!(result.is_err_and(|error| error.may_be_done()), "{deed:?}");
        assert_eq!(requests, 1, "{deed:?}");
    }
    let (result, requests) = after(Deed::status(429)).await;
    let enrolment = result.unwrap();
    assert_eq!((enrolment.enrolled.face_id.as_str(), requests), ("f1", 2), "too many calls: surely not enrolled");
    assert_eq!(enrolment.enrolled.enrolled_at_ms, Some(1_497_645_279_826));
    assert_eq!((enrolment.face.bounds.left, enrolment.face.confidence), (3.0, 0.99));
}

#[tokio::test]
async fn removing_what_an_earlier_attempt_removed_is_done() {
    for (deeds, expected) in [
        (vec![Deed::error(5003)], Err(KairosError::Refused(ErrorCode::SubjectNotFound))),
        (vec![Deed::Hang, Deed::error(5003)], Ok(())),
        (vec![Deed::status(502), Deed::error(5004)], Ok(())),
        (vec![Deed::status(429), Deed::error(5003)], Err(KairosError::Refused(ErrorCode::SubjectNotFound))),
        (vec![Deed::status(502), Deed::error(5002)], Err(KairosError::Refused(ErrorCode::NoFace))),
    ] {
        let cloud = FakeCloud::start(deeds.clone()).await;
        assert_eq!(cloud.client().remove_subject("shop", "ana").await, expected, "{deeds:?}");
    }
}

#[tokio::test]
async fn no_match_is_an_answer() {
    let miss =
        json!({ "images": [{ "transaction": { "status": "failure", "message": "no match found", "topLeftX": 4 } }] });
    for (deed, faces) in [(Deed::ok(&miss), 1), (Deed::error(5012), 0), (Deed::error(5011), 0)] {
        let cloud = FakeCloud::start([deed]).await;
        let found = cloud.client().recognise("shop", &picture(&["eve"]), Lookup::default()).await.unwrap();
        assert_eq!(found.len(), faces);
        assert!(found.iter().all(|recognition| recognition.candidates.is_empty()));
        let verified = cloud.client().verify("shop", "ana", &picture(&["eve"])).await.unwrap();
        assert_eq!(verified.confidence, 0.0);
    }
}

#[tokio::test]
async fn keys_are_sent_and_shown_nowhere() {
    let cloud = FakeCloud::start([Deed::ok(LIST), Deed::HangUp]).await;
    let client = cloud.client();
    client.galleries().await.unwrap();
    let error = client.galleries().await.unwrap_err();
    let request = cloud.requests().remove(0);
    assert!(request.starts_with("POST /gallery/list_all HTTP/1.1\r\n"), "{request}");
    for line in ["app_id: id-4711\r\n", "app_key: key-0815\r\n", "content-type: application/json\r\n"] {
        assert!(request.contains(line), "{request}");
    }
    for shown in [format!("{client:?}"), format!("{error:?} {error}"), format!("{:?}", keys())] {
        assert!(!shown.contains("4711") && !shown.contains("0815"), "{shown}");
    }
    for (bad, name) in [("", "app_id"), (" ", "app_id"), ("a\nb", "app_id")] {
        let keys = Keys { app_id: Secret::new(bad), ..keys() };
        let error = kairos::client::KairosCloud::new(cloud.settings(), &keys, kairos::client::Jitter::new(|| 0.0));
        assert_eq!(error.unwrap_err(), SettingsError::Key(name));
    }
}

#[tokio::test]
async fn requests_are_written_as_documented() {
    let cloud = FakeCloud::start([Deed::error(5002)]).await;
    let (client, ana) = (cloud.client(), picture(&["ana"]));
    let lookup = Lookup { threshold: 0.7, max_results: 3 };
    let _ = client.enrol("shop", "ana", &ana).await;
    let _ = client.recognise("shop", &ana, lookup).await;
    let _ = client.verify("shop", "ana", &ana).await;
    let _ = client.detect(&ana).await;
    let _ = client.remove_face("shop", "ana", "f1").await;
    let _ = client.remove_subject("shop", "ana").await;
    let image = "iVBORw0KGgphbmE=";
    let expected = [
        ("/enroll", json!({ "image": image, "subject_id": "ana", "gallery_name": "shop" })),
        ("/recognize", json!({ "image": image, "gallery_name": "shop", "threshold": 0.7, "max_num_results": 3 })),
        ("/verify", json!({ "image": image, "gallery_name": "shop", "subject_id": "ana" })),
        ("/detect", json!({ "image": image })),
        ("/gallery/remove_subject", json!({ "gallery_name": "shop", "subject_id": "ana", "face_id": "f1" })),
        ("/gallery/remove_subject", json!({ "gallery_name": "shop", "subject_id": "ana" })),
    ];
    let requests = cloud.requests();
    assert_eq!(requests.len(), expected.len());
    for (request, (path, body)) in requests.iter().zip(expected) {
        let (head, sent) = request.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with(&format!("POST {path} HTTP/1.1\r\n")), "{head}");
        assert_eq!(serde_json::from_str::<Value>(sent).unwrap(), body);
    }
}
