//! Input that is not as it should be: everybody gets a clear answer, and what comes next goes on as if nothing was.

use bytes::Bytes;
use domain::clock::shift;
use domain::ids::OrderId;
use jiff::SignedDuration;
use protocol::device::{DeviceRole, GateOutcome, LookAck, ShelfEventBatch, ShelfEventsAck};
use protocol::error_code::{ErrorCode, Problem};
use protocol::realtime::{CODE, FRAME, NODE_STATUS, SHELF_EVENTS};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use server::dispute_link;
use uuid::Uuid;

use crate::shop::Shop;

const ASTRONAUT: &[u8] = include_bytes!("../../../../fixtures/faces/astronaut.jpg");

fn code_of(ack: &LookAck) -> Option<ErrorCode> {
    match ack {
        LookAck::Failed { problem } => Some(problem.code),
        LookAck::Seen { .. } => None,
    }
}

/// A picture without anybody in it.
fn empty_room() -> Vec<u8> {
    let room = image::RgbImage::from_fn(640, 480, |x, y| image::Rgb([(x / 4) as u8, (y / 4) as u8, 90]));
    let mut jpeg = Vec::new();
    image::codecs::jpeg::JpegEncoder::new(&mut jpeg).encode_image(&room).unwrap();
    jpeg
}

/// A few hundred bytes that claim to be a picture of 65,000 by 65,000.
fn bomb() -> Vec<u8> {
    let mut jpeg = empty_room();
    let header = jpeg.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
    jpeg[header + 5..header + 9].copy_from_slice(&[0xFD, 0xE8, 0xFD, 0xE8]);
    jpeg
}

#[tokio::test(flavor = "multi_thread")]
async fn a_camera_is_told_what_is_wrong_with_a_picture_and_goes_on() {
    let shop = Shop::open(|_| {}).await;
    let entry = shop.device(DeviceRole::Entry, "entry").await;
    for (what, bytes, code) in [
        ("nothing", Vec::new(), ErrorCode::NotAnImage),
        ("a text", b"GIF89a is no JPEG".to_vec(), ErrorCode::NotAnImage),
        ("a truncated JPEG", ASTRONAUT[..ASTRONAUT.len() / 3].to_vec(), ErrorCode::NotAnImage),
        ("only a JPEG's beginning", ASTRONAUT[..40].to_vec(), ErrorCode::NotAnImage),
        ("a bomb", bomb(), ErrorCode::NotAnImage),
    ] {
        let ack = entry.look(bytes).await;
        assert_eq!(code_of(&ack), Some(code), "{what}: {ack:?}");
        assert!(matches!(&ack, LookAck::Failed { problem } if problem.request_id.is_some()), "{what}: {ack:?}");
    }
    let empty = entry.look(empty_room()).await;
    assert_eq!(empty, LookAck::Seen { faces: 0, outcome: GateOutcome::NoFace });
    for megabytes in [1, 8, 40] {
        // Too large even for the connection, which may close; it is never answered as a picture.
        let huge = entry.try_look(vec![0xFF; megabytes * 1024 * 1024 + 1]).await;
        assert!(huge.is_none_or(|ack| code_of(&ack) == Some(ErrorCode::TooLarge)), "{megabytes} MB");
        entry.connect().await;
    }
    let stranger = entry.look(ASTRONAUT).await;
    assert_eq!(stranger, LookAck::Seen { faces: 1, outcome: GateOutcome::NotRecognised });
    shop.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_does_only_what_its_role_allows() {
    let shop = Shop::open(|_| {}).await;
    let node = shop.device(DeviceRole::ShelfNode, "shelves").await;
    let camera = shop.device(DeviceRole::ShelfCamera, "g1").await;
    assert_eq!(code_of(&node.look(ASTRONAUT).await), Some(ErrorCode::WrongRole));
    assert_eq!(code_of(&node.scan("SMARTMART1:whatever").await), Some(ErrorCode::WrongRole));
    let ack = camera.send(vec![camera.event("g1s1", -1)]).await;
    assert!(matches!(&ack, ShelfEventsAck::Failed { problem } if problem.code == ErrorCode::WrongRole), "{ack:?}");
    assert!(shop.owner.open_reviews().await.unwrap().is_empty());
    shop.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_cannot_be_read_is_answered_and_harms_nobody() {
    let shop = Shop::open(|_| {}).await;
    let entry = shop.device(DeviceRole::Entry, "entry").await;
    let node = shop.device(DeviceRole::ShelfNode, "shelves").await;
    let nested = (0..200).fold(json!(1), |inner, _| json!([inner]));
    for payload in [json!(null), json!("?"), json!([]), json!({"id": 7}), json!({"events": {}}), nested] {
        for (device, event) in [(&entry, FRAME), (&entry, CODE), (&node, SHELF_EVENTS)] {
            let answer: Value = device.ask(event, &payload, None).await.unwrap_or_else(|| panic!("{event} {payload}"));
            assert_eq!(answer["problem"]["code"], "invalid_input", "{event} {payload}: {answer}");
        }
        let answer: Value = node.ask(NODE_STATUS, &payload, None).await.unwrap();
        assert_eq!(answer, json!({}));
    }
    let scan = entry.scan(&"x".repeat(100_000)).await;
    assert!(matches!(&scan, LookAck::Seen { outcome: GateOutcome::CodeRefused { .. }, .. }), "{scan:?}");
    shop.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_batch_the_impossible_events_are_refused_and_the_others_kept() {
    let shop = Shop::open(|_| {}).await;
    let node = shop.device(DeviceRole::ShelfNode, "shelves").await;
    let good = node.event("g1s1", -1);
    let felt = |plates: &[(&str, f32)], spread_g: f32| {
        let plate = |(slot, grams): &(&str, f32)| json!({"slot": slot, "grams": grams, "spread_g": spread_g});
        json!({"weighed": {"lasted_ms": 300, "plates": plates.iter().map(plate).collect::<Vec<_>>()}})
    };
    let mut bad = Vec::new();
    for (change, code) in [
        (json!({"delta_units": 0}), ErrorCode::InvalidInput),
        (json!({"delta_units": i32::MIN}), ErrorCode::InvalidInput),
        (json!({"slot": ""}), ErrorCode::InvalidInput),
        (json!({"slot": "s".repeat(65)}), ErrorCode::InvalidInput),
        (json!({"trace": vec![1.0; 33]}), ErrorCode::InvalidInput),
        (felt(&[("g1s1", 0.0)], 1.0), ErrorCode::InvalidInput),
        (felt(&[("g1s2", -355.0)], 1.0), ErrorCode::InvalidInput),
        (felt(&[("g1s1", -1e9)], 1.0), ErrorCode::InvalidInput),
        (felt(&[("g1s1", -355.0)], -1.0), ErrorCode::InvalidInput),
        (felt(&[], 1.0), ErrorCode::InvalidInput),
        (felt(&[("g1s1", -355.0); 17], 1.0), ErrorCode::InvalidInput),
        (json!({"sensor": "beam", "weighed": felt(&[("g1s1", -355.0)], 1.0)["weighed"]}), ErrorCode::InvalidInput),
    ] {
        let mut event = serde_json::to_value(node.event("g1s1", -1)).unwrap();
        event.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        bad.push((serde_json::from_value(event).unwrap(), code));
    }
    let events = bad.iter().map(|(event, _)| event).chain([&good]).cloned().collect();
    let ShelfEventsAck::Taken { accepted, rejected } = node.send(events).await else { panic!("the batch failed") };
    assert_eq!(accepted, [good.id]);
    let codes: Vec<_> = rejected.iter().map(|one| (one.id, one.problem.code)).collect();
    assert_eq!(codes, bad.iter().map(|(event, code)| (event.id, *code)).collect::<Vec<_>>());

    // Nothing is lost: staff see what was refused, and why.
    let kept = shop.owner.set_aside().await.unwrap();
    assert_eq!(kept.len(), bad.len());
    let about =
        |event: &protocol::device::ShelfEventMessage| kept.iter().find(|one| one.input.contains(&event.id.to_string()));
    assert!(
        bad.iter().all(|(event, _)| about(event).is_some_and(|one| one.kind == "shelf_event" && one.seen_at.is_none()))
    );
    assert_eq!(shop.owner.floor().await.unwrap().set_aside as usize, bad.len());
    shop.owner.seen(kept[0].id).await.unwrap();
    assert_eq!(shop.owner.floor().await.unwrap().set_aside as usize, bad.len() - 1);
    assert!(shop.owner.seen(shop.running.app.store.id.0).await.is_err());

    let too_many = vec![good.clone(); ShelfEventBatch::MAX + 1];
    let ack = node.send(too_many).await;
    assert!(matches!(&ack, ShelfEventsAck::Failed { problem } if problem.code == ErrorCode::TooLarge), "{ack:?}");
    // The same again, and once more from the future: one case for staff all in all.
    node.send(vec![good.clone()]).await;
    let mut future = good.clone();
    future.occurred_at = shift(future.occurred_at, SignedDuration::from_hours(24 * 365));
    node.send(vec![future]).await;
    shop.later(10).await;
    assert_eq!(shop.owner.open_reviews().await.unwrap().len(), 1);
    shop.running.stop().await;
}

/// A caller without the simulator's manners.
struct Raw<'a>(&'a Shop, Client);

impl Raw<'_> {
    async fn post(&self, path: &str, body: impl Into<reqwest::Body>) -> (StatusCode, Problem) {
        let request = self.1.post(format!("{}/api/v1{path}", self.0.outside.server())).header("x-smartmart", "1");
        let answer = request.header("content-type", "application/json").body(body).send().await.unwrap();
        assert_eq!(answer.headers()["content-type"], "application/problem+json", "{path}");
        (answer.status(), answer.json().await.unwrap())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dispute_link_opens_one_order_until_it_expires_and_nothing_else() {
    let shop = Shop::open(|_| {}).await;
    let ada = shop.shopper("Ada").await;
    shop.trip(&ada, "g1s1").await;
    let order = ada.orders().await.unwrap().remove(0);
    let app = &shop.running.app;
    let days = i64::from(app.config.mail.dispute_link_days);
    let expires_at = shift(shop.hand.clock().now(), SignedDuration::from_hours(24 * days));
    let token = dispute_link::token(&app.keys, OrderId(order.id), expires_at);
    let raw = Raw(&shop, Client::new());
    let link = |token: &str| json!({ "token": token }).to_string();

    let mut altered = token.clone();
    let middle = altered.len() / 2;
    let other = if altered.as_bytes()[middle] == b'A' { "B" } else { "A" };
    altered.replace_range(middle..=middle, other);
    let entry_code = ada.entry_code().await.unwrap().code;
    let entry_code = entry_code.trim_start_matches("SMARTMART1:");
    for bad in ["", "x", &altered, &token[..token.len() - 1], entry_code, &"A".repeat(50_000)] {
        let (status, problem) = raw.post("/dispute-link", link(bad)).await;
        assert_eq!((status, problem.code), (StatusCode::FORBIDDEN, ErrorCode::InvalidLink), "{bad:.80}");
        assert!(!problem.detail.is_empty());
    }
    let gone = dispute_link::token(&app.keys, OrderId(Uuid::now_v7()), expires_at);
    assert_eq!(raw.post("/dispute-link", link(&gone)).await.1.code, ErrorCode::NotFound);

    let dispute =
        |lines: Value, message: String| json!({ "token": token, "dispute": { "lines": lines, "message": message } });
    let line = |sku: &str, quantity: u32| json!({ "sku": sku, "quantity": quantity, "reason": "not_taken" });
    for (lines, message) in [
        (json!([]), String::new()),
        (json!([line("umbrella", 1)]), String::new()),
        (json!([line("cola-330", 0)]), String::new()),
        (json!([line("cola-330", 2)]), String::new()),
        (json!([line("cola-330", 1), line("cola-330", 1)]), String::new()),
        (json!([line("cola-330", 1)]), "x".repeat(2_001)),
    ] {
        let body = dispute(lines, message).to_string();
        let (status, problem) = raw.post("/dispute-link/disputes", body.clone()).await;
        let wanted = (StatusCode::UNPROCESSABLE_ENTITY, ErrorCode::InvalidInput);
        assert_eq!((status, problem.code), wanted, "{body:.200}: {problem:?}");
    }

    shop.later(days * 24 * 3_600 + 1).await;
    let body = dispute(json!([line("cola-330", 1)]), String::new()).to_string();
    for (path, body) in [("/dispute-link", link(&token)), ("/dispute-link/disputes", body)] {
        let (status, problem) = raw.post(path, body).await;
        assert_eq!((status, problem.code), (StatusCode::GONE, ErrorCode::Expired), "{path}");
    }
    assert!(ada.order_of(order.id).await.unwrap().disputes.is_empty());
    shop.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_cannot_be_read_gets_a_problem_and_no_account() {
    let shop = Shop::open(|_| {}).await;
    let raw = Raw(&shop, Client::new());
    for (body, status) in [
        (String::new(), 422),
        ("{".to_owned(), 422),
        ("[".repeat(50_000), 422),
        ("{}".to_owned(), 422),
        (json!({"name": "A", "email": "a@example.org", "password": 7}).to_string(), 422),
        (json!({"name": "A", "email": "nobody", "password": "long enough"}).to_string(), 422),
        (json!({"name": "A\u{0}", "email": "a@example.org", "password": "long enough"}).to_string(), 422),
        (json!({"name": "A", "email": "a@example.org", "password": "short"}).to_string(), 422),
        (json!({"name": "x".repeat(70_000), "email": "a@example.org", "password": "long enough"}).to_string(), 413),
    ] {
        let (found, problem) = raw.post("/shopper/sign-up", body.clone()).await;
        assert_eq!(found.as_u16(), status, "{body:.100}: {problem:?}");
        assert_eq!(problem.status, status);
    }
    shop.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn photographs_that_do_not_make_an_enrolment_are_named_one_by_one() {
    let shop = Shop::open(|_| {}).await;
    let ada = shop.shopper("Ada").await;
    let obama = Bytes::from_static(include_bytes!("../../../../fixtures/faces/obama.jpg"));
    let biden = Bytes::from_static(include_bytes!("../../../../fixtures/faces/biden.jpg"));
    let astronaut = Bytes::from_static(ASTRONAUT);
    let cases: [(&str, [Bytes; 3]); 4] = [
        ("truncated", [astronaut.clone(), astronaut.slice(..5_000), astronaut.clone()]),
        ("nobody", [obama.clone(), obama.clone(), empty_room().into()]),
        ("two people", [obama.clone(), obama.clone(), biden]),
        ("a bomb", [bomb().into(), obama.clone(), obama]),
    ];
    for (what, photographs) in cases {
        let refused = ada.enrol_face(&photographs).await.unwrap_err();
        assert_eq!(refused.code(), Some(ErrorCode::PhotosRejected), "{what}: {refused}");
    }
    assert_eq!(shop.running.app.recogniser.templates(), 0);
    shop.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_cannot_be_read_holds_up_no_other() {
    let shop = Shop::open(|_| {}).await;
    let node = shop.device(DeviceRole::ShelfNode, "shelves").await;
    let good = node.event("g1s1", -1);
    let mut events = vec![serde_json::to_value(&good).unwrap()];
    let mut bad = Vec::new();
    for change in
        [json!({"sensor": "radar"}), json!({"trace": [null]}), json!({"slot": 7}), json!({"occurred_at": "soon"})]
    {
        let mut event = serde_json::to_value(node.event("g1s1", -1)).unwrap();
        event.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        bad.push(event["id"].as_str().unwrap().to_owned());
        events.push(event);
    }
    let batch = json!({"sent_at": shop.hand.clock().now(), "events": events});
    let answer: ShelfEventsAck = node.ask(SHELF_EVENTS, &batch, None).await.unwrap();
    let ShelfEventsAck::Taken { accepted, rejected } = answer else { panic!("the batch failed: {answer:?}") };
    assert_eq!(accepted, [good.id]);
    assert_eq!(rejected.iter().map(|one| one.id.to_string()).collect::<Vec<_>>(), bad);
    assert_eq!(shop.owner.set_aside().await.unwrap().len(), bad.len());
    shop.running.stop().await;
}
