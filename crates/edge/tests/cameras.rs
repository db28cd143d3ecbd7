//! Room cameras from a film to the server: real pictures, real models, a real socketioxide server.
#![cfg(feature = "cameras")]

use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use edge::clock::NodeClock;
use edge::config::{Config, Secret};
use edge::node::Node;
use edge::token::TokenFile;
use edge::uplink::Pace;
use jiff::{SignedDuration, Timestamp};
use protocol::device::{CameraCondition, ClockAnswer, NodeStatus};
use protocol::error_code::{ErrorCode, Problem};
use protocol::realtime::{BODIES, CLOCK, NODE_STATUS};
use protocol::room::{BodiesAck, BodiesSeen};
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};
use tempfile::TempDir;
use tokio::net::TcpListener;
use uuid::Uuid;

const PACE: Pace = Pace {
    first_retry: Duration::from_millis(50),
    longest_retry: Duration::from_millis(200),
    refused_retry: Duration::from_millis(300),
    acknowledgement: Duration::from_secs(2),
    status: Duration::from_millis(500),
};

/// What the server heard, and how it answers.
#[derive(Default)]
struct Heard {
    seen: Vec<BodiesSeen>,
    statuses: Vec<NodeStatus>,
    /// Messages that came while another of the same camera was not acknowledged.
    too_early: usize,
    waiting: Vec<String>,
    refuses: bool,
}

#[derive(Clone, Default)]
struct Server(Arc<Mutex<Heard>>);

impl Server {
    async fn start() -> (Self, String, SocketIo) {
        let server = Self::default();
        let (layer, io) = SocketIo::new_layer();
        let here = server.clone();
        io.ns("/device", async move |socket: SocketRef| here.serve(&socket));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, axum::Router::new().layer(layer)).await.unwrap() });
        (server, url, io)
    }

    fn serve(&self, socket: &SocketRef) {
        let here = self.clone();
        socket.on(NODE_STATUS, async move |ack: AckSender, Data(status): Data<NodeStatus>| {
            here.heard(|heard| heard.statuses.push(status));
            ack.send(&serde_json::json!({})).unwrap();
        });
        socket.on(CLOCK, async move |ack: AckSender| {
            let at = NodeClock::start().now() + SignedDuration::from_hours(1);
            ack.send(&ClockAnswer { at, epoch: Uuid::from_u128(7) }).unwrap();
        });
        let here = self.clone();
        socket.on(BODIES, async move |ack: AckSender, Data(seen): Data<BodiesSeen>| {
            let camera = seen.camera.clone();
            here.heard(|heard| {
                heard.too_early += usize::from(heard.waiting.contains(&camera));
                heard.waiting.push(camera.clone());
                heard.seen.push(seen);
            });
            tokio::time::sleep(Duration::from_millis(100)).await;
            let answer = here.heard(|heard| {
                heard.waiting.retain(|waiting| *waiting != camera);
                if heard.refuses { BodiesAck::Failed { problem: problem() } } else { BodiesAck::Taken }
            });
            // The connection may be over.
            let _ = ack.send(&answer);
        });
    }

    fn heard<T>(&self, with: impl FnOnce(&mut Heard) -> T) -> T {
        with(&mut self.0.lock().unwrap())
    }

    async fn until(&self, is_so: impl Fn(&Heard) -> bool) {
        for _ in 0..3_000 {
            if self.heard(|heard| is_so(heard)) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        self.heard(|heard| panic!("{} messages; {:?}", heard.seen.len(), heard.statuses.last()));
    }
}

fn problem() -> Problem {
    Problem {
        kind: String::new(),
        title: String::new(),
        status: 404,
        code: ErrorCode::NotFound,
        detail: "The room has no such camera.".to_owned(),
        problems: Vec::new(),
        request_id: None,
    }
}

/// Two drawn people who stand still for 30 s.
fn film(folder: &TempDir) -> String {
    let picture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/bodies/two-people.png");
    let file = folder.path().join("people.avi");
    let drawn = Command::new("ffmpeg")
        .args(["-loglevel", "error", "-loop", "1", "-r", "5", "-t", "30", "-i"])
        .arg(picture)
        .args(["-c:v", "mpeg4", "-q:v", "2"])
        .arg(&file)
        .status()
        .unwrap();
    assert!(drawn.success());
    file.display().to_string()
}

fn config(folder: &TempDir, url: &str, cameras: &str) -> Config {
    let data = folder.path().join("data");
    TokenFile::in_folder(&data).store(&Secret::new("good")).unwrap();
    Config::parse(&format!("server_url = '{url}'\ndata_folder = '{}'\n{cameras}", data.display())).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn people_in_a_film_reach_the_server_as_key_points_in_time_and_one_message_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let film = film(&folder);
    let (server, url, io) = Server::start().await;
    let cameras = format!(
        "[[cameras]]\nname = 'near'\nsource = '{film}'\nfps = 2\n\
         [[cameras]]\nname = 'far'\nsource = '{film}'\nfps = 2\nsize = [320, 320]\n"
    );
    let clock = NodeClock::start_at("2001-01-01T00:00:00Z".parse().unwrap());
    let node = Node::start(&config(&folder, &url, &cameras), clock, PACE).unwrap();
    let enough = |heard: &Heard| ["near", "far"].iter().all(|name| of(heard, name).len() >= 2);
    server.until(enough).await;
    server
        .until(|heard| heard.statuses.last().is_some_and(|status| status.cameras.iter().all(|c| c.delay_ms.is_some())))
        .await;
    let (near, far) = server.heard(|heard| (of(heard, "near"), of(heard, "far")));
    assert_eq!(server.heard(|heard| heard.too_early), 0);
    for seen in near.iter().chain(&far) {
        let took = seen.sent_at.duration_since(seen.captured_at);
        assert!((SignedDuration::ZERO..SignedDuration::from_secs(3)).contains(&took), "{took}");
        assert!(seen.captured_at < "2001-01-01T01:00:00Z".parse::<Timestamp>().unwrap(), "the node's own clock");
        let told = seen.clock.expect("the server told the time before anything was sent");
        assert_eq!(told.epoch, Uuid::from_u128(7));
        assert!(seen.bodies.len() >= 2 && seen.bodies.iter().all(|body| body.points.len() == 17), "{seen:?}");
    }
    assert_eq!(far[0].size[0].max(far[0].size[1]), 320);
    // The same people at the same places of a smaller picture.
    let scale = f64::from(near[0].size[0]) / f64::from(far[0].size[0]);
    for body in &far[0].bodies[..2] {
        let nose = |body: &protocol::room::SeenBody| body.points[0].map(f64::from);
        let there = nose(body);
        let distance = |other: &protocol::room::SeenBody| {
            (nose(other)[0] - there[0] * scale).hypot(nose(other)[1] - there[1] * scale)
        };
        let nearest = near[0].bodies.iter().map(distance).fold(f64::INFINITY, f64::min);
        assert!(nearest < 15.0, "{nearest} pixels");
    }

    // What the server does not take is said, and the node goes on; so it does after the connection is lost.
    server.heard(|heard| heard.refuses = true);
    let refused = |status: &NodeStatus| {
        status.cameras.iter().all(|camera| camera.refused.as_deref() == Some("The room has no such camera."))
    };
    server.until(|heard| heard.statuses.last().is_some_and(refused)).await;
    server.heard(|heard| heard.refuses = false);
    io.of("/device").unwrap().disconnect().await.unwrap();
    server.heard(|heard| heard.seen.clear());
    server.until(enough).await;
    server
        .until(|heard| heard.statuses.last().is_some_and(|status| status.cameras.iter().all(|c| c.refused.is_none())))
        .await;
    node.stop().await;
}

fn of(heard: &Heard, camera: &str) -> Vec<BodiesSeen> {
    heard.seen.iter().filter(|seen| seen.camera == camera).cloned().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_camera_that_is_not_there_is_said_to_the_server_and_nothing_is_looked_for() {
    let folder = tempfile::tempdir().unwrap();
    let (server, url, _io) = Server::start().await;
    let cameras = "[[cameras]]\nname = 'door'\nsource = 'rtsp://admin:s3cret@127.0.0.1:9/live'\n";
    let node = Node::start(&config(&folder, &url, cameras), NodeClock::start(), PACE).unwrap();
    let is_gone = |status: &NodeStatus| status.cameras.iter().any(|c| c.condition == CameraCondition::Gone);
    server.until(|heard| heard.statuses.last().is_some_and(is_gone)).await;
    let statuses = server.heard(|heard| format!("{:?}", heard.statuses));
    assert!(statuses.contains("door") && !statuses.contains("s3cret"), "{statuses}");
    assert!(node.summary().await.ends_with("; cameras: door gone"), "{}", node.summary().await);
    assert!(server.heard(|heard| heard.seen.is_empty()));
    node.stop().await;
}

#[tokio::test]
async fn models_that_are_not_there_stop_the_start_with_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let sum = "00".repeat(32);
    let cameras = format!(
        "[[cameras]]\nname = 'door'\nsource = '/dev/video9'\n[bodies.whole]\nfile = '/none.onnx'\nsha256 = '{sum}'\n"
    );
    let error = Node::start(&config(&folder, "http://s", &cameras), NodeClock::start(), PACE).err().unwrap();
    let error = format!("{error:#}");
    assert!(error.contains("cannot read the model /none.onnx") && error.lines().count() == 1, "{error}");
}
