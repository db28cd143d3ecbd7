//! The real program with few descriptors, and strangers who take all that they can get.

use std::fs::File;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use reqwest::Client;
use simulator::api::Api;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

/// Killed when dropped.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn three_hundred_half_sent_requests_keep_nobody_out_of_a_server_with_256_descriptors() {
    let folder = tempfile::tempdir().unwrap();
    let port = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let log = folder.path().join("log.txt");
    let script = "ulimit -n 256; exec \"$0\" serve --demo --port \"$1\" --data \"$2\"";
    let program = Command::new("sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_smartmart"), &port.to_string()])
        .arg(folder.path())
        .env("SMARTMART__HTTP__ADDRESS", "127.0.0.1")
        .env("SMARTMART__RECOGNITION__WORKERS", "1")
        .env_remove("DATABASE_URL")
        .env_remove("PORT")
        .stdout(Stdio::null())
        .stderr(File::create(&log).unwrap())
        .spawn();
    let _program = Program(program.unwrap());
    let server = format!("http://127.0.0.1:{port}");
    let api = Api::new(&server).unwrap();
    let ready =
        async || Client::new().get(format!("{server}/readyz")).send().await.is_ok_and(|ready| ready.status() == 200);
    for _ in 0..300 {
        if ready().await {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let mut half_sent = Vec::new();
    for number in 0..300 {
        // The program may cut it off meanwhile.
        if let Ok(mut tcp) = TcpStream::connect(("127.0.0.1", port)).await {
            let head = "POST /api/v1/sessions HTTP/1.1\r\nhost: s\r\ncontent-type: application/json\r\ncontent-length: 900\r\n";
            let _ = tcp.write_all(if number % 2 == 0 { &head.as_bytes()[..60] } else { head.as_bytes() }).await;
            if number % 3 == 0 {
                let _ = tcp.write_all(b"\r\n{").await;
            }
            half_sent.push(tcp);
        }
    }
    assert!(half_sent.len() >= 290, "{}", half_sent.len());
    let started = Instant::now();
    assert!(ready().await, "the store is not served");
    // A shopper's sign-up needs the database and the file system as well.
    let (ada, _) = api.sign_up_or_log_in("Ada", "ada@example.org", "a password for a test").await.unwrap();
    ada.entry_code().await.unwrap();
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    let log = std::fs::read_to_string(log).unwrap();
    assert!(!log.contains("open files") && !log.contains("cannot accept"), "{log}");
}
