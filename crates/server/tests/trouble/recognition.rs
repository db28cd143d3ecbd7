//! Recognition from door to door: over several frames, by the cloud, by programs, and with what visits teach.

use bytes::Bytes;
use floor::FloorInput;
use protocol::account::{FaceEnrolment, FaceLearning};
use protocol::admin::{ActivityKind, ReviewReason};
use protocol::device::{DeviceRole, GateOutcome, LookAck, NewDevice, TurnPrompt};
use protocol::error_code::ErrorCode;
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use server::config::Kairos;
use server::recognition::Pictures;
use simulator::api::Api;

use crate::keys::OBAMA;
use crate::shop::{Device, Shop};

const BIDEN: &[u8] = include_bytes!("../../../../fixtures/faces/biden.jpg");

/// A shopper whose face is enrolled.
async fn enrolled(shop: &Shop) -> Api {
    let ada = shop.shopper("Ada").await;
    ada.enrol_face(&OBAMA.map(Bytes::from_static)).await.unwrap();
    ada
}

/// Frames of one person until the gate says something final.
async fn walk_up(shop: &Shop, camera: &Device, photograph: &'static [u8]) -> GateOutcome {
    for _ in 0..20 {
        shop.hand.move_to(domain::clock::shift(shop.hand.clock().now(), jiff::SignedDuration::from_millis(200)));
        match camera.look(photograph).await {
            LookAck::Seen { outcome: GateOutcome::KeepLooking { .. } | GateOutcome::TurnHead { .. }, .. } => {}
            LookAck::Seen { outcome, .. } => return outcome,
            LookAck::Failed { problem } => panic!("{problem:?}"),
        }
    }
    panic!("no word after twenty frames");
}

fn name_of(outcome: &GateOutcome) -> Option<&str> {
    match outcome {
        GateOutcome::Welcome { name } | GateOutcome::Goodbye { name } | GateOutcome::NotInside { name } => Some(name),
        _ => None,
    }
}

/// A program that has joined: its id and key.
async fn program(shop: &Shop) -> (String, String) {
    let new = NewDevice { name: "Club".to_owned(), role: DeviceRole::Program, zone: "programs".to_owned() };
    let invitation = shop.owner.invite_device(&new).await.unwrap();
    let joined = shop.outside.join_device(&invitation.code).await.unwrap();
    (joined.device.id.to_string(), joined.token.unwrap())
}

async fn kairos(shop: &Shop, keys: (&str, &str), path: &str, body: Value) -> (StatusCode, Value) {
    let request = Client::new().post(format!("{}/kairos{path}", shop.outside.server()));
    let answer = request.header("app_id", keys.0).header("app_key", keys.1).json(&body).send().await.unwrap();
    (answer.status(), answer.json().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_face_is_let_in_and_out_and_a_stranger_hears_so_after_some_frames() {
    let shop = Shop::open(|_| {}).await;
    enrolled(&shop).await;
    let (entry, exit) = (shop.device(DeviceRole::Entry, "entry").await, shop.device(DeviceRole::Exit, "exit").await);
    assert_eq!(walk_up(&shop, &entry, BIDEN).await, GateOutcome::NotRecognised);
    assert_eq!(name_of(&walk_up(&shop, &exit, OBAMA[1]).await), Some("Ada"), "who never came in is known at the exit");
    assert_eq!(walk_up(&shop, &entry, OBAMA[0]).await, GateOutcome::Welcome { name: "Ada".to_owned() });
    assert_eq!(shop.running.app.recogniser.templates(), 2, "the enrolment, and the face of today");
    shop.later(20).await;
    assert_eq!(walk_up(&shop, &exit, OBAMA[0]).await, GateOutcome::Goodbye { name: "Ada".to_owned() });
    assert_eq!(shop.running.app.recogniser.templates(), 1, "the face of the visit is forgotten");
    shop.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_face_is_not_enough_or_shows_no_life_the_code_opens() {
    type Setting = (&'static str, fn(&mut server::config::Config));
    let settings: [Setting; 3] = [
        ("a second factor", |config| config.floor.face_at_entry = domain::gate::FaceTrust::WithCode),
        // The camera shows one photograph again and again, to the byte.
        ("life", |config| config.recognition.pictures = Pictures::RequireLife),
        ("a turn", |config| config.recognition.pictures = Pictures::AskTurn),
    ];
    for (what, set) in settings {
        let shop = Shop::open(set).await;
        let ada = enrolled(&shop).await;
        let entry = shop.device(DeviceRole::Entry, "entry").await;
        let outcome = walk_up(&shop, &entry, OBAMA[0]).await;
        assert!(matches!(outcome, GateOutcome::CodeNeeded { .. }), "{what}: {outcome:?}");
        let scan = entry.scan(&ada.entry_code().await.unwrap().code).await;
        let welcome = GateOutcome::Welcome { name: "Ada".to_owned() };
        assert!(matches!(scan, LookAck::Seen { outcome, .. } if outcome == welcome), "{what}");
        shop.running.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_known_is_asked_to_turn_and_other_photographs_are_no_turn() {
    let shop = Shop::open(|config| config.recognition.pictures = Pictures::AskTurn).await;
    enrolled(&shop).await;
    let entry = shop.device(DeviceRole::Entry, "entry").await;
    let mut outcomes = Vec::new();
    for photograph in OBAMA.iter().cycle().take(15) {
        shop.hand.move_to(domain::clock::shift(shop.hand.clock().now(), jiff::SignedDuration::from_millis(200)));
        let LookAck::Seen { outcome, .. } = entry.look(*photograph).await else { panic!("not looked at") };
        outcomes.push(outcome);
    }
    assert_eq!(outcomes[0], GateOutcome::TurnHead { prompt: TurnPrompt::LookStraight, attempt: 1 });
    assert!(outcomes.iter().any(|one| matches!(one, GateOutcome::TurnHead { attempt: 2, .. })), "{outcomes:?}");
    assert!(matches!(outcomes.last(), Some(GateOutcome::CodeNeeded { .. })), "{outcomes:?}");
    assert!(!outcomes.iter().any(|one| name_of(one).is_some()), "{outcomes:?}");
    shop.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_see_at_once_that_it_may_be_somebody_else_and_decide_what_the_visit_takes() {
    let shop = Shop::open(|_| {}).await;
    enrolled(&shop).await;
    let entry = shop.device(DeviceRole::Entry, "entry").await;
    let node = shop.device(DeviceRole::ShelfNode, "shelves").await;
    assert_eq!(walk_up(&shop, &entry, OBAMA[0]).await, GateOutcome::Welcome { name: "Ada".to_owned() });
    let before = shop.owner.floor().await.unwrap().visits.remove(0);
    assert_eq!(before.doubted_at, None);
    // Which frames deny it is tested beside the tracks.
    let (shopper, at) = (domain::ids::ShopperId(before.shopper_id), shop.hand.clock().now());
    let sighting = domain::ids::SightingId(uuid::Uuid::now_v7());
    shop.running.app.desk.input(FloorInput::Doubt { shopper, at, sighting }).await.unwrap();
    let floor = shop.owner.floor().await.unwrap();
    assert_eq!(floor.visits[0].doubted_at, Some(at.to_string()));
    let alert = &floor.activity[0];
    assert_eq!((alert.kind, alert.session_id), (ActivityKind::IdentityDoubted, Some(before.visit.session_id)));
    shop.later(10).await;
    node.move_units("g1s1", -1).await;
    shop.later(10).await;
    let reviews = shop.owner.open_reviews().await.unwrap();
    assert_eq!(reviews.iter().map(|one| one.reason).collect::<Vec<_>>(), [ReviewReason::IdentityDoubted]);
    assert!(shop.owner.floor().await.unwrap().visits[0].visit.cart.items.is_empty());
    shop.running.stop().await;
}

async fn learning(shopper: &Api, agreed: bool) -> FaceEnrolment {
    let request = Client::new().request(Method::PUT, format!("{}/api/v1/me/face/learning", shopper.server()));
    let request = request.bearer_auth(shopper.token().unwrap()).json(&FaceLearning { agreed });
    request.send().await.unwrap().error_for_status().unwrap().json().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn visits_teach_where_the_shopper_agreed_and_what_they_taught_goes_with_the_agreement() {
    let shop = Shop::open(|_| {}).await;
    let ada = enrolled(&shop).await;
    let (entry, exit) = (shop.device(DeviceRole::Entry, "entry").await, shop.device(DeviceRole::Exit, "exit").await);
    let visit = async || {
        shop.later(20).await;
        assert_eq!(name_of(&walk_up(&shop, &entry, OBAMA[0]).await), Some("Ada"));
        shop.later(20).await;
        assert_eq!(name_of(&walk_up(&shop, &exit, OBAMA[0]).await), Some("Ada"));
    };
    visit().await;
    assert_eq!(shop.running.app.recogniser.templates(), 1, "nothing was agreed");
    assert!(learning(&ada, true).await.learns);
    for _ in 0..5 {
        visit().await;
    }
    assert_eq!(shop.running.app.recogniser.templates(), 4, "the enrolment and three visits, not five");
    let held = learning(&ada, false).await;
    assert_eq!((held.templates, held.from_visits, held.learns), (3, 0, false));
    assert_eq!(shop.running.app.recogniser.templates(), 1);
    shop.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn templates_of_another_model_are_renewed_when_their_shopper_comes_in_by_the_code() {
    let shop = Shop::open(|_| {}).await;
    let ada = enrolled(&shop).await;
    let (entry, exit) = (shop.device(DeviceRole::Entry, "entry").await, shop.device(DeviceRole::Exit, "exit").await);
    let app = &shop.running.app;
    // As if the model had been changed since.
    let sql = "UPDATE biometric_references SET model = 'of-old'";
    sea_orm::ConnectionTrait::execute_unprepared(&app.db.pool, sql).await.unwrap();
    let id = domain::ids::ShopperId(db::faces::every_one(&app.db).await.unwrap()[0].shopper_id);
    server::templates::reload(app, id).await.unwrap();
    assert_eq!(app.recogniser.templates(), 0);
    let code = ada.entry_code().await.unwrap().code;
    for photograph in OBAMA {
        shop.hand.move_to(domain::clock::shift(shop.hand.clock().now(), jiff::SignedDuration::from_millis(200)));
        entry.look(photograph).await;
    }
    assert!(matches!(entry.scan(&code).await, LookAck::Seen { outcome: GateOutcome::Welcome { .. }, .. }));
    let rows = db::faces::every_one(&app.db).await.unwrap();
    assert_eq!((rows.len(), rows[0].model.as_str()), (1, app.recogniser.model()));
    shop.later(20).await;
    assert_eq!(name_of(&walk_up(&shop, &exit, OBAMA[1]).await), Some("Ada"));
    shop.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_that_asks_the_cloud_lets_its_shoppers_in_and_forgets_them_there_too() {
    let cloud = Shop::open(|_| {}).await;
    let (app_id, app_key) = program(&cloud).await;
    let (id, key) = (app_id.clone(), app_key.clone());
    let url = format!("{}/kairos", cloud.outside.server());
    let account = Kairos { app_id, app_key, url, ..Kairos::default() };
    let shop = Shop::open(|config| config.recognition.kairos = Some(account)).await;
    let ada = enrolled(&shop).await;
    let subjects =
        async || kairos(&cloud, (&id, &key), "/gallery/view", json!({ "gallery_name": "smartmart" })).await.1;
    let held = subjects().await;
    assert_eq!(held["subject_ids"].as_array().map(Vec::len), Some(1), "{held}");
    assert!(!held.to_string().contains("Ada"), "the cloud does not learn names: {held}");
    let entry = shop.device(DeviceRole::Entry, "entry").await;
    assert_eq!(walk_up(&shop, &entry, BIDEN).await, GateOutcome::NotRecognised);
    assert_eq!(walk_up(&shop, &entry, OBAMA[0]).await, GateOutcome::Welcome { name: "Ada".to_owned() });
    let erase = Client::new().delete(format!("{}/api/v1/me/face", shop.outside.server()));
    let erased = erase.bearer_auth(ada.token().unwrap()).send().await.unwrap();
    assert!(erased.status().is_success(), "{}", erased.status());
    // A gallery goes with its last subject.
    let is_gone = |answer: &Value| answer["Errors"][0]["ErrCode"] == json!(5004);
    let gone = subjects().await;
    assert!(is_gone(&gone), "{gone}");
    ada.enrol_face(&OBAMA.map(Bytes::from_static)).await.unwrap();
    assert!(!is_gone(&subjects().await));
    shop.later(731 * 24 * 3_600).await;
    server::jobs::delete_expired(&shop.running.app).await;
    let gone = subjects().await;
    assert!(is_gone(&gone), "what has expired here has expired there: {gone}");
    cloud.running.stop().await;
    let lost = entry.look(OBAMA[0]).await;
    assert!(matches!(&lost, LookAck::Failed { problem } if problem.code == ErrorCode::Internal), "{lost:?}");
    shop.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_is_revoked_while_it_enrols_leaves_no_face() {
    let shop = Shop::open(|_| {}).await;
    let (id, key) = program(&shop).await;
    let app = &shop.running.app;
    let busy = app.enrolments.lock().await;
    let enrol = json!({ "image": base64(OBAMA[0]), "subject_id": "member-7", "gallery_name": "club" });
    let revoke = async {
        // It is let in, its picture is looked at, and then it waits.
        tokio::time::sleep(std::time::Duration::from_secs(2)).await;
        db::devices::revoke(&app.db, domain::ids::DeviceId(id.parse().unwrap())).await.unwrap();
        drop(busy);
    };
    let ((_, answer), ()) = tokio::join!(kairos(&shop, (&id, &key), "/enroll", enrol), revoke);
    assert!(answer["images"].is_null(), "{answer}");
    assert!(db::gallery_faces::all(&app.db, app.store.id, shop.hand.clock().now()).await.unwrap().is_empty());
    assert!(app.programs.names(domain::ids::DeviceId(id.parse().unwrap())).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_reach_their_own_galleries_and_nobody_elses() {
    let shop = Shop::open(|_| {}).await;
    let (first, second) = (program(&shop).await, program(&shop).await);
    let (first, second) = ((first.0.as_str(), first.1.as_str()), (second.0.as_str(), second.1.as_str()));
    let image = base64(OBAMA[0]);
    let enrol = json!({ "image": image, "subject_id": "member-7", "gallery_name": "club" });
    let (status, answer) = kairos(&shop, first, "/enroll", enrol).await;
    assert_eq!((status, answer["images"][0]["transaction"]["status"].clone()), (StatusCode::OK, json!("success")));
    let ask = |gallery: &str| json!({ "image": base64(OBAMA[1]), "gallery_name": gallery });
    let (_, known) = kairos(&shop, first, "/recognize", ask("club")).await;
    assert_eq!(known["images"][0]["transaction"]["subject_id"], json!("member-7"), "{known}");
    let (_, other) = kairos(&shop, second, "/recognize", ask("club")).await;
    assert_eq!(other["Errors"][0]["ErrCode"], json!(5004), "{other}");
    let wrong = [(first.0, second.1), (second.0, first.1), (first.0, ""), ("", first.1)];
    for keys in wrong {
        assert_eq!(kairos(&shop, keys, "/gallery/list_all", json!({})).await.0, StatusCode::FORBIDDEN, "{keys:?}");
    }
    let id = first.0.parse().unwrap();
    shop.owner.revoke_device(id).await.unwrap();
    assert_eq!(kairos(&shop, first, "/gallery/list_all", json!({})).await.0, StatusCode::FORBIDDEN);
    assert!(db::gallery_faces::every_one(&shop.running.app.db).await.unwrap().is_empty(), "no faces without an owner");
    shop.running.stop().await;
}

fn base64(bytes: &[u8]) -> String {
    kairos::wire::encode_image(bytes).0
}
