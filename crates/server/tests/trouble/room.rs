//! The plan of the room, and the bodies that its cameras see: what is refused, what is kept, and whom the monitor shows.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::clock::shift;
use domain::ids::{SlotId, ZoneId};
use floor::FloorInput;
use jiff::{SignedDuration, Timestamp};
use protocol::device::DeviceRole;
use protocol::error_code::{ErrorCode, Problem};
use protocol::realtime::{ADMIN_NAMESPACE, BODIES, PEOPLE};
use protocol::room::{BodiesAck, BodiesSeen, PeopleLive, PersonView, RoomView, SaveRoom, SeenBody};
use protocol::shopper::CurrentVisit;
use reqwest::{Client as Http, Method, RequestBuilder, StatusCode};
use simulator::api::Api;
use simulator::clock::Pace;
use simulator::room::{Goal, OUT_MS, Room, VirtualCamera};
use simulator::store::Slot;
use socket_client::{Client, ConnectOptions, Event};

use super::shop::{Device, Shop};

fn ask(api: &Api, method: Method) -> RequestBuilder {
    let request = Http::new().request(method, format!("{}/api/v1/admin/room", api.server()));
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

/// The last that the monitor heard of people.
type Heard = Arc<Mutex<Option<PeopleLive>>>;

/// Waits until the tracker has come to a moment: as long as it tells of somebody, that is heard.
async fn stepped(heard: &Heard, at: Timestamp) {
    let is_there = || heard.lock().unwrap().as_ref().is_some_and(|live| live.at.parse::<Timestamp>().unwrap() >= at);
    let is_told = || heard.lock().unwrap().as_ref().is_some_and(|live| !live.people.is_empty());
    let since = std::time::Instant::now();
    while !is_there() && since.elapsed() < Duration::from_millis(if is_told() { 5_000 } else { 50 }) {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// Lets virtual cameras look for so many seconds, five pictures a second; the shop's clock goes along.
async fn watched(
    shop: &Shop,
    node: &Device,
    (room, cameras): (&Room, &mut [VirtualCamera]),
    heard: &Heard,
    seconds: f64,
) {
    for _ in 0..(seconds * 5.0).round() as usize {
        shop.hand.move_to(shift(shop.hand.clock().now(), SignedDuration::from_millis(200)));
        let now = shop.hand.clock().now();
        for (camera, hangs) in cameras.iter_mut().zip(&room.plan().cameras) {
            let body = |body: &domain::body::Body| SeenBody {
                score: body.score,
                points: body.points.iter().map(|point| [point.x, point.y, point.score]).collect(),
            };
            let bodies = camera.picture(&room.people(now)).iter().map(body).collect();
            let seen = BodiesSeen { camera: hangs.name.clone(), bodies, ..seen(shop) };
            assert_eq!(node.ask(BODIES, &seen, None).await, Some(BodiesAck::Taken));
        }
        stepped(heard, now).await;
        shop.running.app.desk.input(FloorInput::Tick).await.unwrap();
    }
}

fn slot(zone: &str, x: f32) -> Slot {
    let id = SlotId(format!("{zone}s{}", (x * 4.0) as u32 + 1));
    Slot { id, sku: String::new(), unit_g: 100.0, zone: ZoneId::from(zone), x }
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_hand_took_it_is_known_without_a_face_and_the_monitor_shows_who_stands_where() {
    let shop = Shop::open(|_| {}).await;
    let plan = simulator::room::of_view(&plan(&shop.owner).await.plan.unwrap()).unwrap();
    let room = Room::new(plan, 7, Pace::new(1.0));
    let mut cameras = room.cameras();
    let options = ConnectOptions::new(shop.outside.server(), ADMIN_NAMESPACE);
    let auth = serde_json::json!({ "token": shop.owner.token().unwrap() });
    let (admin, mut told) = Client::connect(&options.auth(auth)).await.unwrap();
    let heard = Heard::default();
    let hears = Arc::clone(&heard);
    tokio::spawn(async move {
        while let Some(Event::Message { name, mut data }) = told.next().await {
            if name == PEOPLE {
                *hears.lock().unwrap() = Some(serde_json::from_value(data.remove(0)).unwrap());
            }
        }
    });
    let (ada, bob) = (shop.shopper("Ada").await, shop.shopper("Bob").await);
    let node = shop.device(DeviceRole::ShelfNode, "shelves").await;
    let entry = shop.device(DeviceRole::Entry, "entry").await;
    let (near, far) = (slot("g2", 0.375), slot("g2", 0.875));
    for (number, shopper, to) in [(1, &ada, &near), (2, &bob, &far)] {
        assert!(room.enter(number, shop.hand.clock().now()), "the gate is free");
        watched(&shop, &node, (&room, &mut cameras), &heard, 1.0).await;
        entry.scan(&shopper.entry_code().await.unwrap().code).await;
        room.go(number, Goal::Before(to), shop.hand.clock().now());
        watched(&shop, &node, (&room, &mut cameras), &heard, 9.0).await;
        assert!(room.has_arrived(number, shop.hand.clock().now()));
    }
    // A wrist is sometimes hidden or taken for another, so she takes one three times.
    for _ in 0..3 {
        room.reach(1, &near, shop.hand.clock().now());
        // It grasps a moment after it has arrived.
        let grasps = OUT_MS as f64 / 1_000.0 + 0.35;
        watched(&shop, &node, (&room, &mut cameras), &heard, grasps).await;
        node.move_units(near.id.0.as_str(), -1).await;
        watched(&shop, &node, (&room, &mut cameras), &heard, 4.0).await;
    }
    watched(&shop, &node, (&room, &mut cameras), &heard, 8.0).await;

    let cart = |visit: CurrentVisit| visit.visit.map(|visit| visit.cart.items.iter().map(|item| item.quantity).sum());
    let carts: [Option<u32>; 2] = [cart(ada.visit().await.unwrap()), cart(bob.visit().await.unwrap())];
    let cases = shop.running.app.desk.ask(|floor, _| floor.reviews().count()).await.unwrap();
    let [Some(adas), Some(0)] = carts else { panic!("{carts:?}") };
    // Nobody's face was seen.
    assert!(
        adas > 0 && adas as usize + cases == 3,
        "{adas} in her cart, {cases} cases, seen last: {:?}",
        heard.lock().unwrap()
    );
    let live = heard.lock().unwrap().take().unwrap();
    assert_eq!(live.people.len(), 2, "{live:?}");
    assert_eq!(live.cameras.len(), 4);
    let sure = |person: &PersonView| person.who.first().is_some_and(|who| who.probability > 0.9);
    assert!(live.people.iter().all(sure), "{:?}", live.people);
    admin.close().await;
    shop.running.stop().await;
}
