//! The program itself: one clear line for each mistake, joining, checking, and stopping at a signal.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Output, Stdio};
use std::time::Duration;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use edge::config::SpoolConfig;
use edge::spool::Spool;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::process::Command;

fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_smartmart-edge"));
    command.current_dir(folder).stdin(Stdio::null()).kill_on_drop(true).env_clear();
    command
}

async fn run(folder: &TempDir, words: &str) -> Output {
    program(folder.path()).args(words.split_whitespace()).output().await.unwrap()
}

fn folder_with(config: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("edge.toml"), config).unwrap();
    folder
}

fn config(server: &str, driver: &str) -> String {
    format!(
        "server_url = '{server}'\ndata_folder = 'data'\n[[sensors]]\nslot = 'A1'\nkind = 'distance'\n\
         period_ms = 10\ncapacity = 5\nfull_mm = 30\ndepth_mm = 42.5\n{driver}\n"
    )
}

const SIMULATED: &str = "driver = 'simulated'\nvalue_file = 'A1.value'";

/// Takes the code `GOOD` for a shelf node and `DOOR` for an entry camera.
async fn server() -> String {
    async fn join(Json(request): Json<Value>) -> Response {
        assert_eq!(request["keep"], "token");
        let role = match request["code"].as_str().unwrap() {
            "GOOD" => "shelf_node",
            "DOOR" => "entry",
            _ => {
                let problem = json!({
                    "type": "x", "title": "x", "status": 400, "code": "invalid_link",
                    "detail": "This code is wrong or has been used."
                });
                return (StatusCode::BAD_REQUEST, Json(problem)).into_response();
            }
        };
        let device = json!({
            "id": "018f0000-0000-7000-8000-000000000000", "name": "Shelf A", "role": role, "zone": "a",
            "state": "joined", "last_seen_at": null, "online": false
        });
        Json(json!({ "device": device, "store_name": "Corner Store", "token": "secret-token" })).into_response()
    }

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let app = axum::Router::new().route("/api/v1/device/join", post(join));
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    url
}

#[track_caller]
fn check_one_line(output: &Output, expected: &str) {
    let text = String::from_utf8_lossy(&output.stderr);
    let last = text.lines().last().unwrap_or_default();
    assert!(!output.status.success());
    assert!(last.starts_with("smartmart-edge: ") && last.contains(expected), "{text:?} has not {expected:?}");
    assert!(text.lines().all(|line| !line.contains("stack backtrace") && !line.contains("panicked")), "{text}");
}

#[tokio::test]
async fn mistakes_are_one_line() {
    let server = server().await;
    let folder = folder_with(&config("http://127.0.0.1:1", SIMULATED));
    for (words, expected) in [
        ("run --config nowhere.toml", "the configuration nowhere.toml cannot be read: No such file"),
        ("join --config edge.toml --code X", "the server http://127.0.0.1:1 cannot be reached: Connection refused"),
        (
            &format!("join --server {server} --data-folder data --code WRONG") as &str,
            "the server refused the code: This code is wrong or has been used.",
        ),
        (&format!("join --server {server} --config edge.toml --code DOOR"), "another kind of device (Entry)"),
        (&format!("join --server {server}/x --data-folder data --code GOOD"), "HTTP 404 Not Found"),
        ("check --config edge.toml", "no reading from A1"),
    ] {
        check_one_line(&run(&folder, words).await, expected);
    }
    let bad = folder_with(&config("http://s", SIMULATED).replace("capacity = 5", "capacity = 'five'"));
    check_one_line(&run(&bad, "run --config edge.toml").await, "slot A1 is wrong: capacity: invalid type");
    let gpio = "driver = 'hc_sr04'\ngpiochip = '/dev/no-such-chip'\ntrigger_line = 23\necho_line = 24";
    let gpio = folder_with(&config("http://s", gpio));
    check_one_line(&run(&gpio, "run --config edge.toml").await, "GPIO line 23 of /dev/no-such-chip cannot be used");
}

#[tokio::test]
async fn joining_keeps_the_token_for_this_user_only() {
    let server = server().await;
    let folder = folder_with(&config(&server, SIMULATED));
    let output = run(&folder, "join --config edge.toml --code GOOD").await;
    assert_eq!(String::from_utf8_lossy(&output.stdout), "This node is now \"Shelf A\" of Corner Store.\n");
    let token = folder.path().join("data/token");
    assert_eq!(std::fs::read_to_string(&token).unwrap(), "secret-token");
    assert_eq!(std::fs::metadata(token).unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn check_reads_every_sensor_and_variables_override_the_file() {
    let folder = folder_with(&config("http://s", SIMULATED));
    std::fs::write(folder.path().join("A1.value"), "72.5").unwrap();
    let mut command = program(folder.path());
    command.env("SMARTMART_EDGE__SERVER_URL", "https://other").env("SMARTMART_EDGE__SPOOL__MAX_BYTES", "5000");
    let output = command.args(["check", "--config", "edge.toml"]).output().await.unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(text, "server https://other, data folder data\nslot A1           72.5 mm, 4.00 units\n");
    assert!(output.status.success());

    let mut command = program(folder.path());
    command.env("SMARTMART_EDGE__SPOOL__MAX_BYTES", "5");
    let output = command.args(["check", "--config", "edge.toml"]).output().await.unwrap();
    check_one_line(&output, "spool.max_bytes must be between");
}

#[tokio::test]
async fn check_shows_what_lies_on_a_plate() {
    let plate = "kind = 'load_cell'\nshelf = 'top'\ncapacity = 12\nunit_g = 350\nnoise = 0";
    let distance = "kind = 'distance'\nperiod_ms = 10\ncapacity = 5\nfull_mm = 30\ndepth_mm = 42.5";
    let folder = folder_with(&config("http://s", SIMULATED).replace(distance, plate));
    for (grams, expected) in [("1523", "1523.0 g, 4.35 units"), ("9000", "9000.0 g, which fits no count")] {
        std::fs::write(folder.path().join("A1.value"), grams).unwrap();
        let output = run(&folder, "check --config edge.toml").await;
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && text.ends_with(&format!("slot A1           {expected}\n")), "{text}");
    }
    let old = config("http://s", SIMULATED).replace(distance, plate) + "confirmations = 3\n";
    let output = run(&folder_with(&old), "run --config edge.toml").await;
    check_one_line(&output, "slot A1 is wrong: confirmations has no meaning for load cells any more: remove it");
}

#[cfg(feature = "cameras")]
#[tokio::test]
async fn check_looks_at_a_picture_of_every_camera_and_shows_no_password() {
    let films = tempfile::tempdir().unwrap();
    let picture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/bodies/two-people.png");
    let film = films.path().join("people.avi");
    let mut draw = Command::new("ffmpeg");
    draw.args(["-loglevel", "error", "-loop", "1", "-r", "5", "-t", "3", "-i"]).arg(picture);
    assert!(draw.args(["-c:v", "mpeg4", "-q:v", "2"]).arg(&film).status().await.unwrap().success());
    let head = "server_url = 'http://s'\ndata_folder = 'data'\n";
    let camera = |name: &str, source: &str| format!("[[cameras]]\nname = '{name}'\nsource = '{source}'\n");
    let good = camera("aisle", film.to_str().unwrap());
    let output = run_with_path(&folder_with(&format!("{head}{good}"))).await;
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("camera aisle      640 x 360, brightness"), "{text}");
    assert!(text.contains("people found: 2 in "), "{text}");

    let bad = camera("door", "rtsp://admin:s3cret@127.0.0.1:9/live") + &camera("till", "none.mp4");
    let output = run_with_path(&folder_with(&format!("{head}{good}{bad}"))).await;
    let text = String::from_utf8_lossy(&output.stdout);
    check_one_line(&output, "no picture from door, till");
    assert!(text.contains("camera aisle") && text.contains("none.mp4 gives no pictures"), "{text}");
    assert!(!text.contains("s3cret"), "{text}");

    let folder = folder_with(&format!("{head}{good}"));
    let mut command = program(folder.path());
    let output = command.env("PATH", "/nowhere").args(["check", "--config", "edge.toml"]).output().await.unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    check_one_line(&output, "no picture from aisle");
    assert!(text.contains("ffmpeg cannot be started"), "{text}");
}

/// With the programs of the system: ffmpeg is one.
#[cfg(feature = "cameras")]
async fn run_with_path(folder: &TempDir) -> Output {
    let mut command = program(folder.path());
    command.env("PATH", std::env::var_os("PATH").unwrap());
    command.args(["check", "--config", "edge.toml"]).output().await.unwrap()
}

#[cfg(not(feature = "cameras"))]
#[tokio::test]
async fn cameras_in_a_program_for_sensors_alone_are_refused_in_a_sentence() {
    let sensors = config("http://s", SIMULATED);
    for more in ["[[cameras]]\nname = 'a'\nsource = '/dev/video0'\n", "[bodies]\nclose = 'off'\n"] {
        let output = run(&folder_with(&format!("{sensors}{more}")), "check --config edge.toml").await;
        check_one_line(&output, "need a program that was built with room cameras");
    }
}

#[tokio::test]
async fn it_joins_at_its_first_start_and_keeps_events_however_it_is_stopped() {
    let server = server().await;
    for signal in ["-TERM", "-KILL"] {
        let folder = folder_with(&format!("join_code = 'GOOD'\n{}", config(&server, SIMULATED)));
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("A1.value"), "30").unwrap();
        let mut command = program(folder.path());
        let child = command.args(["--config", "edge.toml"]).stderr(Stdio::piped()).spawn().unwrap();
        let counted = |units: &str| {
            let state = std::fs::read_to_string(at("data/spool/state.json"));
            state.is_ok_and(|text| text.contains(&format!(r#""A1":{units}"#)))
        };
        until(|| counted("5") && at("data/token").exists()).await;
        std::fs::write(at("A1.value"), "72.5").unwrap();
        let segment = at("data/spool/00000000000000000001.jsonl");
        until(|| std::fs::read_to_string(&segment).is_ok_and(|text| text.ends_with('\n'))).await;
        let pid = child.id().unwrap().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().await.unwrap().success());
        let ended = tokio::time::timeout(Duration::from_secs(5), child.wait_with_output());
        let output = ended.await.unwrap().unwrap();
        let log = String::from_utf8_lossy(&output.stderr);
        let is_clean = signal == "-TERM";
        assert_eq!((output.status.success(), log.contains("the node has stopped")), (is_clean, is_clean), "{log}");
        assert!(log.contains("joined") && !log.contains("secret-token") && !log.contains("GOOD"), "{log}");
        let spool = Spool::open(&at("data/spool"), SpoolConfig::default()).unwrap();
        let deltas: Vec<_> = spool.batch(9).iter().map(|event| event.delta_units).collect();
        assert_eq!((deltas, spool.count(&"A1".into())), (vec![-1], Some(4)));
    }
}

async fn until(is_so: impl Fn() -> bool) {
    for _ in 0..500 {
        if is_so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it did not become so within 5 s");
}
