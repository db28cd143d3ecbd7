//! The service answers as documented: every call, and every error.

use kairos::service::{Command, MAX_BODY_BYTES};
use kairos::wire::{Endpoint, Enroll, ErrorCode, ImageText, encode_image};
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};

use crate::memory::{APP_ID, APP_KEY, Memory, picture};

struct Caller {
    http: Client,
    url: String,
}

impl Caller {
    async fn start(calls_per_minute: Option<u32>) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self { http: Client::new(), url: Memory::with_calls_per_minute(calls_per_minute).serve().await }
    }

    async fn send(&self, path: &str, keys: (&str, &str), kind: &str, body: impl Into<reqwest::Body>) -> Response {
        let request = self.http.post(format!("{}{path}", self.url)).header("app_id", keys.0).header("app_key", keys.1);
        request.header(CONTENT_TYPE, kind).body(body).send().await.unwrap()
    }

    async fn ask(&self, path: &str, body: Value) -> Value {
        let response = self.send(path, (APP_ID, APP_KEY), "application/json", body.to_string()).await;
        assert_eq!(response.status(), 200, "{path}");
        response.json().await.unwrap()
    }
}

fn image(people: &[&str]) -> ImageText {
    encode_image(&picture(people))
}

#[tokio::test]
async fn every_call_answers_as_documented() {
    let caller = Caller::start(None).await;
    let place = json!({ "topLeftX": 0, "topLeftY": 50, "width": 80, "height": 90, "quality": 0.75,
        "pitch": 2.0, "roll": 0.5, "yaw": -3.5, "eyeDistance": 40.0 });
    let with = |more: Value| {
        let mut whole = place.clone();
        whole.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        whole
    };

    let ana = json!({ "image": image(&["ana"]), "subject_id": "ana", "gallery_name": "shop", "minHeadScale": "0.1",
        "selector": "setpose", "nobody": "knows" });
    let enrolled = json!({ "face_id": "face-1", "images": [{ "attributes": {}, "transaction": with(json!({
        "status": "success", "confidence": 0.98, "subject_id": "ana", "face_id": "face-1", "gallery_name": "shop",
        "timestamp": "1790000000000" })) }] });
    assert_eq!(caller.ask("/enroll", ana).await, enrolled);
    let two =
        json!({ "image": image(&["bo", "cy"]), "subject_id": 7, "gallery_name": "shop", "multiple_faces": "true" });
    assert_eq!(caller.ask("/enroll", two).await["images"].as_array().unwrap().len(), 2);

    let confidence = 0.875;
    let search = json!({ "image": image(&["ana", "eve"]), "gallery_name": "shop" });
    let found = json!({ "images": [
        { "transaction": with(json!({ "status": "success", "subject_id": "ana", "face_id": "face-1",
            "gallery_name": "shop", "confidence": confidence })),
          "candidates": [{ "subject_id": "ana", "face_id": "face-1", "confidence": confidence,
            "enrollment_timestamp": "1790000000000" }] },
        { "transaction": with(json!({ "status": "failure", "message": "no match found", "gallery_name": "shop",
            "topLeftX": 100 })) },
    ] });
    assert_eq!(caller.ask("/recognize", search).await, found);
    let all = json!({ "image": image(&["ana"]), "gallery_name": "shop", "threshold": "0", "max_num_results": "2" });
    let all = caller.ask("/recognize", all).await;
    let names = all["images"][0]["candidates"].as_array().unwrap().iter().map(|candidate| &candidate["subject_id"]);
    assert_eq!(names.collect::<Vec<_>>(), ["ana", "7"], "best first, and no more than asked for");

    let same = json!({ "image": image(&["ana"]), "gallery_name": "shop", "subject_id": "ana" });
    let transaction = &caller.ask("/verify", same).await["images"][0]["transaction"];
    assert_eq!((&transaction["status"], &transaction["confidence"]), (&json!("success"), &json!(confidence)));
    let other = json!({ "image": image(&["eve"]), "gallery_name": "shop", "subject_id": "ana" });
    let transaction = &caller.ask("/verify", other).await["images"][0]["transaction"];
    assert_eq!(transaction["status"], "failure");
    assert!(transaction["confidence"].as_f64().unwrap() < 0.6, "{transaction}");

    let face = with(json!({ "confidence": 0.98, "leftEyeCenterX": 20, "leftEyeCenterY": 80, "rightEyeCenterX": 60,
        "rightEyeCenterY": 80, "noseTipX": 40, "noseTipY": 100 }));
    let detected = json!({ "images": [{ "status": "Complete", "width": 640, "height": 480, "faces": [face] }] });
    assert_eq!(caller.ask("/detect", json!({ "image": image(&["ana"]) })).await, detected);

    let listed = json!({ "status": "Complete", "gallery_ids": ["shop"] });
    assert_eq!(caller.ask("/gallery/list_all", json!({})).await, listed);
    for (kind, body) in [("application/json", ""), ("text/plain", ""), ("application/json", " ")] {
        let response = caller.send("/gallery/list_all", (APP_ID, APP_KEY), kind, body).await;
        assert_eq!(response.json::<Value>().await.unwrap(), listed, "{kind} {body:?}");
    }
    let shop = json!({ "gallery_name": "shop" });
    let subjects = json!({ "status": "Complete", "subject_ids": ["7", "ana"] });
    assert_eq!(caller.ask("/gallery/view", shop.clone()).await, subjects);
    let seven = json!({ "gallery_name": "shop", "subject_id": 7 });
    let faces = json!({ "status": "Complete", "face_ids": [
        { "face_id": "face-2", "enrollment_timestamp": "1790000000000" },
        { "face_id": "face-3", "enrollment_timestamp": "1790000000000" }] });
    assert_eq!(caller.ask("/gallery/view_subject", seven.clone()).await, faces);

    for (path, body, message) in [
        (
            "/gallery/remove_subject",
            json!({ "gallery_name": "shop", "subject_id": 7, "face_id": "face-2" }),
            "face face-2 of subject 7 was removed from gallery shop",
        ),
        ("/gallery/remove_subject", seven, "subject 7 was removed from gallery shop"),
        ("/gallery/remove", shop, "gallery shop was removed"),
    ] {
        assert_eq!(caller.ask(path, body).await, json!({ "status": "Complete", "message": message }));
    }
    assert_eq!(caller.ask("/gallery/list_all", json!({})).await["gallery_ids"], json!([]));
}

/// What is wrong with each request, and what it is told.
fn wrong_requests() -> Vec<(&'static str, Value, ErrorCode, &'static str)> {
    use ErrorCode::*;
    let (one, two, nobody) = (image(&["ana"]), image(&["ana", "bo"]), image(&[]));
    let long = "x".repeat(129);
    vec![
        ("/gallery/view", json!({ "gallery_name": "a\nb" }), InvalidCharacters, "gallery_name"),
        ("/gallery/view", json!({ "gallery_name": "<b>" }), InvalidCharacters, "gallery_name"),
        ("/gallery/view", json!([]), WrongContentType, "object"),
        ("/gallery/view", json!({}), MissingParameter, "gallery_name"),
        ("/gallery/view", json!({ "gallery_name": " " }), MissingParameter, "gallery_name"),
        ("/gallery/view", json!({ "gallery_name": null }), MissingParameter, "gallery_name"),
        ("/gallery/view", json!({ "gallery_name": {} }), InvalidParameter, "gallery_name"),
        ("/gallery/view", json!({ "gallery_name": long }), NameTooLong, "gallery_name"),
        ("/gallery/view", json!({ "gallery_name": "none" }), GalleryNotFound, ""),
        ("/gallery/view_subject", json!({ "gallery_name": "shop" }), MissingParameter, "subject_id"),
        ("/gallery/view_subject", json!({ "gallery_name": "shop", "subject_id": "eve" }), SubjectNotFound, ""),
        ("/gallery/remove", json!({ "gallery_name": "none" }), GalleryNotFound, ""),
        ("/gallery/remove_subject", json!({ "gallery_name": "shop", "subject_id": "eve" }), SubjectNotFound, ""),
        (
            "/gallery/remove_subject",
            json!({ "gallery_name": "shop", "subject_id": "ana", "face_id": long }),
            NameTooLong,
            "face_id",
        ),
        ("/enroll", json!({ "image": one, "gallery_name": "shop" }), MissingParameter, "subject_id"),
        ("/enroll", json!({ "subject_id": "ana", "gallery_name": "shop" }), MissingParameter, "image"),
        (
            "/enroll",
            json!({ "image": one, "subject_id": "nobody", "gallery_name": "shop" }),
            InvalidParameter,
            "not a shopper",
        ),
        ("/enroll", json!({ "image": two, "subject_id": "ana", "gallery_name": "shop" }), TooManyFaces, ""),
        (
            "/enroll",
            json!({ "image": one, "subject_id": "ana", "gallery_name": "shop", "multiple_faces": "maybe" }),
            InvalidParameter,
            "multiple_faces",
        ),
        ("/recognize", json!({ "image": one, "gallery_name": "none" }), GalleryNotFound, ""),
        (
            "/recognize",
            json!({ "image": one, "gallery_name": "shop", "threshold": 1.01 }),
            InvalidParameter,
            "threshold",
        ),
        (
            "/recognize",
            json!({ "image": one, "gallery_name": "shop", "threshold": "-1" }),
            InvalidParameter,
            "threshold",
        ),
        (
            "/recognize",
            json!({ "image": one, "gallery_name": "shop", "max_num_results": 0 }),
            InvalidParameter,
            "max_num_results",
        ),
        (
            "/recognize",
            json!({ "image": one, "gallery_name": "shop", "max_num_results": "many" }),
            InvalidParameter,
            "max_num_results",
        ),
        ("/recognize", json!({ "image": image(&["(unlike)"]), "gallery_name": "shop" }), NoMatch, ""),
        ("/verify", json!({ "image": one, "gallery_name": "shop", "subject_id": "eve" }), SubjectNotFound, ""),
        ("/detect", json!({ "image": one, "minHeadScale": 0.0149 }), InvalidParameter, "minHeadScale"),
        ("/detect", json!({ "image": one, "minHeadScale": 0.51 }), InvalidParameter, "minHeadScale"),
        ("/detect", json!({ "image": one, "minHeadScale": [] }), InvalidParameter, "minHeadScale"),
        ("/detect", json!({ "image": one, "selector": "NOSE" }), InvalidParameter, "selector"),
        ("/detect", json!({ "image": one, "selector": "liveness" }), InvalidParameter, "liveness"),
        ("/detect", json!({ "image": 5 }), NotAnImage, ""),
        ("/detect", json!({ "image": "R0lGODlhAQABAAAAACw=" }), NotAnImage, ""),
        ("/detect", json!({ "image": encode_image(b"\xff\xd8\xff not a jpeg") }), NotAnImage, ""),
        ("/detect", json!({ "image": "http://169.254.169.254/latest/meta-data" }), UrlNotFetched, "base64"),
        ("/detect", json!({ "image": nobody }), NoFace, ""),
        ("/detect", json!({ "image": image(&["(blurred)"]) }), CorruptFace, ""),
    ]
}

#[tokio::test]
async fn every_wrong_request_is_told_what_is_wrong() {
    let caller = Caller::start(None).await;
    let ana = json!({ "image": image(&["ana"]), "subject_id": "ana", "gallery_name": "shop" });
    caller.ask("/enroll", ana).await;
    for (path, body, code, what) in wrong_requests() {
        let answer = caller.ask(path, body.clone()).await;
        let error = &answer["Errors"][0];
        assert_eq!(error["ErrCode"], code.number(), "{path} {body}: {answer}");
        let message = error["Message"].as_str().unwrap();
        assert!(message.starts_with(code.message()) && message.contains(what), "{path} {body}: {answer}");
    }
}

#[tokio::test]
async fn every_code_is_seen() {
    use ErrorCode::*;
    let by_status = [TooManyCalls, Down, NoSuchPath, WrongKeys];
    let seen: Vec<_> = wrong_requests().into_iter().map(|(_, _, code, _)| code).chain(by_status).collect();
    let unseen: Vec<_> = ErrorCode::ALL.into_iter().filter(|code| !seen.contains(code)).collect();
    assert_eq!(unseen, [NoMatchEither], "it is documented like 5012, which we send");
}

#[tokio::test]
async fn errors_by_status() {
    let caller = Caller::start(None).await;
    let away = json!({ "image": image(&["(away)"]) }).to_string();
    let right = (APP_ID, APP_KEY);
    for (path, keys, body, status, code) in [
        ("/gallery/list_all", (APP_ID, "wrong"), "", 403, 3003),
        ("/gallery/list_all", ("", ""), "", 403, 3003),
        ("/gallery/list_all", ("down", ""), "", 502, 3001),
        ("/detect", right, away.as_str(), 502, 3001),
        ("/media", right, "", 404, 3002),
        ("/gallery", right, "", 404, 3002),
        ("/gallery/", right, "", 404, 3002),
    ] {
        let response = caller.send(path, keys, "application/json", body.to_owned()).await;
        assert_eq!(response.status(), status, "{path}");
        assert_eq!(response.json::<Value>().await.unwrap()["Errors"][0]["ErrCode"], code, "{path}");
    }
    let get = caller.http.request(Method::GET, format!("{}/detect", caller.url)).send().await.unwrap();
    assert_eq!(get.status(), 404);
    let bare = caller.http.post(format!("{}/detect", caller.url)).send().await.unwrap();
    assert_eq!(bare.status(), 403, "keys come before everything else");
}

#[tokio::test]
async fn too_many_calls_are_told_when_to_come_back() {
    let caller = Caller::start(Some(1)).await;
    caller.ask("/gallery/list_all", json!({})).await;
    let response = caller.send("/gallery/list_all", (APP_ID, APP_KEY), "application/json", "").await;
    assert_eq!(response.status(), 429);
    assert_eq!(response.headers()[RETRY_AFTER], "2", "one and a half, in whole seconds");
    assert_eq!(response.json::<Value>().await.unwrap()["Errors"][0]["ErrCode"], 3000);
}

#[tokio::test]
async fn content_types_are_looked_at() {
    let caller = Caller::start(None).await;
    let body = json!({ "image": image(&["ana"]) }).to_string();
    for (kind, right) in [
        ("application/json", true),
        ("application/json; charset=utf-8", true),
        ("Application/JSON;charset=UTF-8", true),
        ("text/plain", false),
        ("application/jsonp", false),
        ("application/x-www-form-urlencoded", false),
        ("", false),
    ] {
        let answer: Value = caller.send("/detect", (APP_ID, APP_KEY), kind, body.clone()).await.json().await.unwrap();
        let code = &answer["Errors"][0]["ErrCode"];
        assert_eq!(*code == json!(1001), !right, "{kind}: {answer}");
    }
    for text in ["{", "{\"image\": \"\u{0}\"}", "nonsense", &"[".repeat(100_000)] {
        let answer = caller.send("/detect", (APP_ID, APP_KEY), "application/json", text.to_owned()).await;
        assert_eq!(answer.json::<Value>().await.unwrap()["Errors"][0]["ErrCode"], 1001);
    }
}

#[tokio::test]
async fn whoever_sends_too_much_is_still_answered() {
    let caller = Caller::start(None).await;
    let padded = |bytes: usize| {
        let mut body = json!({ "image": image(&["ana"]), "padding": "" }).to_string();
        body.insert_str(body.len() - 2, &"x".repeat(bytes - body.len()));
        body
    };
    let ask = async |keys, bytes| caller.send("/detect", keys, "application/json", padded(bytes)).await;
    let just = ask((APP_ID, APP_KEY), MAX_BODY_BYTES).await.json::<Value>().await.unwrap();
    assert_eq!(just["images"][0]["status"], "Complete");
    let over = ask((APP_ID, APP_KEY), MAX_BODY_BYTES + 1).await.json::<Value>().await.unwrap();
    assert_eq!(over["Errors"][0]["ErrCode"], 1003, "{over}");
    assert!(over["Errors"][0]["Message"].as_str().unwrap().ends_with("more than 16 MiB"), "{over}");
    let refused = ask((APP_ID, "wrong"), MAX_BODY_BYTES).await;
    assert_eq!(refused.status(), 403);
}

/// As simple clients do, which see no answer where the connection breaks before.
#[tokio::test]
async fn whoever_listens_only_after_sending_is_answered() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    let caller = Caller::start(None).await;
    let host = caller.url.strip_prefix("http://").unwrap().strip_suffix("/kairos").unwrap();
    for (path, key, megabytes, expected) in [
        ("/detect", "wrong", 12, "HTTP/1.1 403"),
        ("/media", APP_KEY, 12, "HTTP/1.1 404"),
        ("/detect", APP_KEY, 40, "more than 16 MiB"),
    ] {
        let length = megabytes * 1024 * 1024;
        let head = format!(
            "POST /kairos{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\napp_id: {APP_ID}\r\napp_key: {key}\r\n\
             content-type: application/json\r\ncontent-length: {length}\r\n\r\n"
        );
        let mut stream = tokio::net::TcpStream::connect(host).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(&vec![b'x'; length]).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.contains(expected), "{answer}");
    }
}

#[test]
fn pictures_are_not_shown() {
    let body = json!({ "image": image(&["ana"]), "gallery_name": "shop", "subject_id": "ana" }).to_string();
    let command = Command::read(Endpoint::Enroll, Some("application/json"), body.as_bytes()).unwrap();
    let request: Enroll = serde_json::from_str(&body).unwrap();
    let shown = format!("{command:?} {request:?}");
    assert!(shown.contains("Image(11 bytes)") && shown.contains("ImageText(16 characters)"), "{shown}");
}
