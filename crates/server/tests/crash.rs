//! Power cuts: the real program is killed at random moments while people shop, and in the end the sums agree.

#![cfg(unix)]

use std::fs::File;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use simulator::store::{self, Plan};
use tokio_util::sync::CancellationToken;

const KILLS: usize = 12;
/// From a start to the next kill. What happens in the first four seconds is asked about, for nobody knows what was before.
const LIVES_MS: std::ops::Range<u64> = 1_200..12_000;
const SEED: u64 = 2_026;

/// The program on a data folder; killed when dropped, so that a failing test leaves nothing behind.
struct Program(Child);

impl Program {
    fn start(folder: &Path, port: u16, number: usize) -> Self {
        let log = File::create(folder.join(format!("log-{number}.txt"))).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_smartmart"))
            .args(["serve", "--demo", "--port", &port.to_string(), "--data"])
            .arg(folder)
            .env("SMARTMART__HTTP__ADDRESS", "127.0.0.1")
            .env("SMARTMART__FLOOR__SETTLING_MS", "300")
            .env("SMARTMART__FLOOR__WAIT_FOR_SIGHTINGS_MS", "150")
            .env("SMARTMART__FLOOR__REVIEWING_MS", "0")
            .env("SMARTMART__RECOGNITION__WORKERS", "1")
            .env("SMARTMART__LOG__FILTER", "warn")
            .env_remove("DATABASE_URL")
            .env_remove("PORT")
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        Self(child)
    }

    /// `kill -9`, and waits until it is dead.
    fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    fn is_running(&mut self) -> bool {
        self.0.try_wait().unwrap().is_none()
    }
}

/// The owner's password: the last line of the file that the first start with `--demo` writes.
async fn demo_password(folder: &Path) -> String {
    for _ in 0..300 {
        let log_ins = std::fs::read_to_string(folder.join("demo-log-ins.txt")).unwrap_or_default();
        if let (3.., Some(password)) = (log_ins.lines().count(), log_ins.lines().last()) {
            return password.to_owned();
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the demo store was not made within 30 s");
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_random_moments_the_store_neither_loses_nor_doubles_anything() {
    let folder = tempfile::tempdir().unwrap();
    let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let mut program = Program::start(folder.path(), port, 0);
    let admin_password = demo_password(folder.path()).await;
    let plan = Plan {
        server: format!("http://127.0.0.1:{port}"),
        admin_email: "owner@demo.smartmart".to_owned(),
        admin_password,
        shoppers: 5,
        seed: SEED,
        speed: 4.0,
        trips: None,
        // What is lost or doubled is counted by SKU, and who is taken for whom is no question of power cuts.
        misplace: false,
        faces: None,
        state: None,
        devices: store::OwnDevices::default(),
        room_cameras: store::RoomCameras::None,
    };
    let closing = CancellationToken::new();
    let shopping = tokio::spawn({
        let closing = closing.clone();
        async move { store::run(&plan, closing).await }
    });
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    for number in 1..=KILLS {
        tokio::time::sleep(Duration::from_millis(rng.random_range(LIVES_MS))).await;
        assert!(program.is_running(), "the program ended by itself before kill {number}");
        program.kill();
        tokio::time::sleep(Duration::from_millis(rng.random_range(0..700))).await;
        program = Program::start(folder.path(), port, number);
    }
    tokio::time::sleep(Duration::from_secs(3)).await;
    closing.cancel();
    let summary = shopping.await.unwrap().unwrap();
    assert!(program.is_running(), "the program ended by itself");
    let json = serde_json::to_string_pretty(&summary).unwrap();
    if !summary.wrong.is_empty() {
        let kept = folder.keep();
        panic!("{:#?}\n{json}\nthe data folder and the logs are kept in {}", summary.wrong, kept.display());
    }
    assert!(summary.trips >= 10 && summary.orders >= 5, "too little happened to prove anything: {json}");
    report(&format!(
        "{KILLS} kills, {} trips, {} picks, {} orders, {} units billed, {} in review",
        summary.trips, summary.picks, summary.orders, summary.units_billed, summary.units_in_review
    ));
}

#[expect(clippy::print_stderr, reason = "shown with --nocapture: how much the test proved")]
fn report(line: &str) {
    eprintln!("{line}");
}
