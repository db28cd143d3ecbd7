//! Whoever keeps the server waiting makes room for whoever does not; what is under way is left alone.

use std::net::IpAddr;
use std::sync::Arc;

use axum::routing::{get, post};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;

use super::*;

/// A good request that takes longer is not answered quickly.
const QUICKLY: Duration = Duration::from_secs(2);

/// A server with few places.
struct Server {
    address: SocketAddr,
    stop: CancellationToken,
    done: tokio::task::JoinHandle<()>,
    /// Lets one who waits at `/slow` go on.
    go_on: Arc<Notify>,
}

impl Server {
    async fn start(most: usize) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, go_on) = (CancellationToken::new(), Arc::new(Notify::new()));
        let waits = Arc::clone(&go_on);
        let slow = async move || {
            waits.notified().await;
            "done"
        };
        let router = Router::new()
            .route("/", get(async |ConnectInfo(peer): ConnectInfo<SocketAddr>| peer.ip().to_string()))
            .route("/slow", get(slow))
            .route("/length", post(async |body: String| body.len().to_string()))
            .route("/large", get(async || vec![b'x'; 16 << 20]));
        let limits = Limits { most, most_of_an_address: Some(most) };
        let stopping = stop.clone().cancelled_owned();
        let done = tokio::spawn(serve(listener, router, limits, stopping));
        Self { address, stop, done, go_on }
    }

    async fn send(&self, request: &str) -> TcpStream {
        let mut tcp = TcpStream::connect(self.address).await.unwrap();
        tcp.write_all(request.as_bytes()).await.unwrap();
        tcp
    }

    /// The whole answer to a good request.
    async fn get(&self, path: &str) -> String {
        answer_of(self.send(&format!("GET {path} HTTP/1.1\r\nhost: s\r\nconnection: close\r\n\r\n")).await).await
    }
}

async fn answer_of(mut tcp: TcpStream) -> String {
    let mut answer = Vec::new();
    // Whoever is cut off may read a reset instead of the end.
    let _ = tokio::time::timeout(QUICKLY, tcp.read_to_end(&mut answer)).await.expect("an answer, or the end");
    String::from_utf8(answer).unwrap()
}

const HALF_SENT: [&str; 4] = [
    "",
    "GET / HT",
    "GET / HTTP/1.1\r\nhost: s\r\nx-filler: ",
    "POST /length HTTP/1.1\r\nhost: s\r\ncontent-length: 100\r\n\r\nhalf of",
];

#[tokio::test(flavor = "multi_thread")]
async fn half_sent_requests_do_not_keep_others_out() {
    let server = Server::start(20).await;
    let mut half_sent = Vec::new();
    for number in 0..200 {
        half_sent.push(server.send(HALF_SENT[number % HALF_SENT.len()]).await);
        if number % 20 == 0 {
            let answer = server.get("/").await;
            assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("127.0.0.1"), "{number}: {answer}");
        }
    }
    assert!(server.get("/").await.starts_with("HTTP/1.1 200"));
    let oldest = half_sent.swap_remove(0);
    assert_eq!(answer_of(oldest).await, "", "it made room");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_does_not_read_an_answer_makes_room() {
    let server = Server::start(4).await;
    let mut slow_readers = Vec::new();
    for _ in 0..4 {
        slow_readers.push(server.send("GET /large HTTP/1.1\r\nhost: s\r\n\r\n").await);
    }
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert!(server.get("/").await.starts_with("HTTP/1.1 200"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_being_served_keeps_the_place_and_the_next_hears_so() {
    let server = Server::start(2).await;
    let slow = "GET /slow HTTP/1.1\r\nhost: s\r\nconnection: close\r\n\r\n";
    let served = [server.send(slow).await, server.send(slow).await];
    tokio::time::sleep(Duration::from_millis(200)).await;
    let refused = server.get("/").await;
    assert!(refused.starts_with("HTTP/1.1 503") && refused.contains("retry-after: 1"), "{refused}");
    // Whichever came first.
    server.go_on.notify_waiters();
    for one in served {
        assert!(answer_of(one).await.ends_with("done"));
    }
    assert!(server.get("/").await.starts_with("HTTP/1.1 200"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_finishes_what_is_under_way_and_waits_for_nobody_else() {
    let server = Server::start(20).await;
    let _half_sent = [server.send("GET / HT").await, server.send("").await];
    let idle = server.send("GET / HTTP/1.1\r\nhost: s\r\n\r\n").await;
    let under_way = server.send("GET /slow HTTP/1.1\r\nhost: s\r\n\r\n").await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    server.stop.cancel();
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(!server.done.is_finished(), "a request is under way");
    server.go_on.notify_one();
    assert!(answer_of(under_way).await.ends_with("done"));
    assert!(answer_of(idle).await.starts_with("HTTP/1.1 200"));
    tokio::time::timeout(Duration::from_secs(5), server.done).await.expect("the server stops").unwrap();
    assert!(TcpStream::connect(server.address).await.is_err(), "nobody listens any more");
}

/// A connection from an address that is not this machine's.
async fn taken(places: &Places, address: &str) -> Result<Stream, &'static str> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (tcp, _) = listener.accept().await.unwrap();
    drop(client);
    places.take(tcp, address.parse::<IpAddr>().unwrap(), Instant::now()).map_err(|refusal| refusal.why)
}

#[tokio::test]
async fn one_address_cannot_take_every_place() {
    let places = Places::new(Limits { most: 5, most_of_an_address: Some(2) });
    let mut working = Vec::new();
    for _ in 0..2 {
        let stream = taken(&places, "192.0.2.1").await.unwrap();
        stream.connection().enter(Phase::Working);
        working.push(stream);
    }
    assert_eq!(taken(&places, "192.0.2.1").await.err(), Some("its address has as many as one may have"));
    let _others = [
        taken(&places, "192.0.2.2").await.unwrap(),
        taken(&places, "::1").await.unwrap(),
        taken(&places, "::1").await.unwrap(),
    ];
    working[0].connection().enter(Phase::Head);
    let next = taken(&places, "192.0.2.1").await.unwrap();
    next.connection().enter(Phase::Working);
    assert_eq!(places.under_way(), 5, "the one that waited made room");
    drop((working, next));
    assert_eq!(places.under_way(), 3);
}

#[tokio::test]
async fn a_socket_keeps_its_place_once_its_caller_is_known() {
    let places = Places::new(Limits { most: 2, most_of_an_address: None });
    let (known, stranger) = (taken(&places, "192.0.2.1").await.unwrap(), taken(&places, "192.0.2.2").await.unwrap());
    for socket in [&known, &stranger] {
        socket.connection().enter(Phase::Open);
    }
    known.connection().is_known();
    let third = taken(&places, "192.0.2.3").await.unwrap();
    third.connection().enter(Phase::Open);
    third.connection().is_known();
    assert_eq!(taken(&places, "192.0.2.4").await.err(), Some("there are as many as there may be"));
}

#[tokio::test]
async fn a_body_that_trickles_and_an_answer_that_nobody_reads_are_cut() {
    for (phase, seconds, is_cut) in [
        (Phase::Head, 299, false),
        (Phase::Head, 301, true),
        (Phase::Body, 29, false),
        (Phase::Body, 31, true),
        (Phase::Answering, 31, true),
        (Phase::Working, 600, false),
        (Phase::Open, 600, false),
    ] {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (tcp, peer) = listener.accept().await.unwrap();
        let places = Places::new(Limits { most: 2, most_of_an_address: None });
        let Ok(stream) = places.take(tcp, peer.ip(), Instant::now()) else { panic!("there is room") };
        stream.connection().enter(phase);
        places.cut_overdue(Instant::now() + Duration::from_secs(seconds));
        let ended = tokio::time::timeout(Duration::from_millis(200), client.read(&mut [0; 1])).await;
        assert_eq!(ended.is_ok(), is_cut, "{phase:?} after {seconds} s");
    }
}
