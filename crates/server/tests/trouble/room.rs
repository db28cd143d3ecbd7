//! The plan of the room, and the bodies that its cameras see: what is refused, what is kept, and whom the monitor shows.

use protocol::device::DeviceRole;
use protocol::error_code::{ErrorCode, Problem};
use protocol::realtime::BODIES;
use protocol::room::{BodiesAck, BodiesSeen, RoomView, SaveRoom, SeenBody};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use simulator::api::Api;

use super::shop::Shop;

fn ask(api: &Api, method: Method) -> RequestBuilder {
    let request = Client::new().request(method, format!("{}/api/v1/admin/room", api.server()));
    request.bearer_auth(api.token().unwrap())
}

async fn plan(api: &Api) -> RoomView {
    ask(api, Method::GET).send().await.unwrap().json().await.unwrap()
}

async fn save(api: &Api, room: &SaveRoom) -> Result<RoomView, (StatusCode, Problem)> {
    let answer = ask(api, Method::PUT).json(room).send().await.unwrap();
    match answer.status() {
        StatusCode::OK => Ok(answer.json().await.unwrap()),
        status => Err((status, answer.json().await.unwrap())),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_saved_once_and_from_the_version_that_was_seen() {
    let shop = Shop::open(|_| {}).await;
    let room = plan(&shop.owner).await;
    assert_eq!((room.version, room.zones.len()), (1, 3), "the demo has one");
    let mut next = SaveRoom { version: 1, plan: room.plan.clone().unwrap() };
    next.plan.gates[0].radius_m = 0.9;
    let saved = save(&shop.owner, &next).await.unwrap();
    assert_eq!((saved.version, saved.plan.as_ref()), (2, Some(&next.plan)));
    let (status, problem) = save(&shop.owner, &next).await.unwrap_err();
    assert_eq!((status, problem.code), (StatusCode::CONFLICT, ErrorCode::Conflict), "of a version that is gone");
    next.version = 2;
    assert_eq!(save(&shop.owner, &next).await.unwrap().version, 2, "the same again makes no new version");
    let bad = |change: fn(&mut SaveRoom)| {
        let mut room = next.clone();
        change(&mut room);
        room
    };
    for (room, says) in [
        (bad(|room| room.plan.gates.clear()), "come in"),
        (bad(|room| room.plan.cameras[0].rotation[0] = [0.0; 3]), "rotation"),
        (bad(|room| room.plan.cameras[1].name = room.plan.cameras[0].name.clone()), "used once"),
        (bad(|room| room.plan.gondolas[0].from_m = [1e12, 0.0]), "no place"),
    ] {
        let (status, problem) = save(&shop.owner, &room).await.unwrap_err();
        let detail = problem.detail;
        assert!(status == StatusCode::UNPROCESSABLE_ENTITY && detail.contains(says), "{status}: {detail}");
    }
    let app = &shop.running.app;
    let memory = db::memory::load(&app.db, app.store.id, shop.hand.clock().now()).await.unwrap();
    assert_eq!(memory.room.unwrap().gates[0].radius_m, 0.9, "a restart brings it back");
    shop.running.stop().await;
}

fn seen(shop: &Shop) -> BodiesSeen {
    let now = shop.hand.clock().now();
    BodiesSeen {
        camera: "north-west".to_owned(),
        captured_at: now,
        sent_at: now,
        clock: None,
        size: [640, 360],
        bodies: vec![SeenBody { score: 0.8, points: vec![[320.0, 180.0, 0.9]; 17] }],
    }
}

fn refused(ack: Option<BodiesAck>) -> Option<ErrorCode> {
    match ack {
        Some(BodiesAck::Failed { problem }) => Some(problem.code),
        Some(BodiesAck::Taken) | None => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_come_from_shelf_nodes_and_are_checked() {
    let shop = Shop::open(|_| {}).await;
    let node = shop.device(DeviceRole::ShelfNode, "shelves").await;
    assert_eq!(node.ask(BODIES, &seen(&shop), None).await, Some(BodiesAck::Taken));
    let unknown = BodiesSeen { camera: "cellar".to_owned(), ..seen(&shop) };
    assert_eq!(node.ask(BODIES, &unknown, None).await, Some(BodiesAck::Taken), "it may hang before it is drawn");
    let few = SeenBody { score: 0.8, points: vec![[0.0; 3]; 16] };
    let cases = [
        BodiesSeen { bodies: vec![few], ..seen(&shop) },
        BodiesSeen { bodies: vec![seen(&shop).bodies[0].clone(); 61], ..seen(&shop) },
        BodiesSeen { size: [0, 0], ..seen(&shop) },
        BodiesSeen { captured_at: "2026-01-01T12:00:00Z".parse().unwrap(), ..seen(&shop) },
    ];
    for case in cases {
        assert_eq!(refused(node.ask(BODIES, &case, None).await), Some(ErrorCode::InvalidInput), "{case:?}");
    }
    let nonsense = serde_json::json!({ "camera": 5 });
    assert_eq!(refused(node.ask(BODIES, &nonsense, None).await), Some(ErrorCode::InvalidInput));
    let camera = shop.device(DeviceRole::ShelfCamera, "g1").await;
    assert_eq!(refused(camera.ask(BODIES, &seen(&shop), None).await), Some(ErrorCode::WrongRole));
    // The node is still heard.
    assert_eq!(node.ask(BODIES, &seen(&shop), None).await, Some(BodiesAck::Taken));
    shop.running.stop().await;
}
