//! The client against a real socketioxide server: joining, acknowledgements, attachments and every way to part.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};
use socket_client::{Client, ConnectError, ConnectOptions, DisconnectReason, EmitError, Event, Events};
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};
use socketioxide::handler::ConnectHandler;
use tokio::net::TcpListener;

const SHORT: Duration = Duration::from_secs(5);

#[derive(Debug)]
struct NotAuthenticated;

impl std::fmt::Display for NotAuthenticated {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("not_authenticated")
    }
}

/// A server with the namespace `/device`; the token is `good`.
struct Server {
    io: SocketIo,
    url: String,
    parted: Arc<AtomicUsize>,
}

impl Server {
    async fn start(ping: Duration) -> Self {
        let (layer, io) = SocketIo::builder().ping_interval(ping).ping_timeout(ping).build_layer();
        let parted = Arc::new(AtomicUsize::new(0));
        let counter = parted.clone();
        let joined = move |socket: SocketRef| {
            let counter = counter.clone();
            async move { serve(&socket, counter) }
        };
        io.ns("/device", joined.with(authenticate));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let app = axum::Router::new().layer(layer);
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { io, url, parted }
    }

    fn options(&self, token: &str) -> ConnectOptions {
        ConnectOptions::new(&self.url, "/device").auth(json!({ "token": token })).timeout(SHORT)
    }

    async fn connect(&self) -> (Client, Events) {
        Client::connect(&self.options("good")).await.unwrap()
    }
}

async fn authenticate(Data(auth): Data<Value>) -> Result<(), NotAuthenticated> {
    if auth["token"] == "good" { Ok(()) } else { Err(NotAuthenticated) }
}

fn serve(socket: &SocketRef, parted: Arc<AtomicUsize>) {
    socket.on("echo", async |ack: AckSender, Data(payload): Data<Value>| ack.send(&payload).unwrap());
    socket.on("later", async |ack: AckSender, Data(millis): Data<u64>| {
        tokio::time::sleep(Duration::from_millis(millis)).await;
        ack.send(&millis).unwrap();
    });
    socket.on("mute", async || {});
    socket.on("frame", async |ack: AckSender, Data((meta, bytes)): Data<(Value, Bytes)>| {
        ack.send(&json!({ "meta": meta, "length": bytes.len(), "last": bytes.last() })).unwrap();
    });
    socket.on("say", async |socket: SocketRef, Data(count): Data<u64>| {
        for number in 0..count {
            // A full buffer is the end of the connection that the test waits for.
            let _ = socket.emit("said", &json!({ "number": number }));
        }
    });
    socket.on("part", async |socket: SocketRef| socket.disconnect().unwrap());
    socket.on_disconnect(async move || {
        parted.fetch_add(1, Ordering::SeqCst);
    });
}

#[tokio::test]
async fn a_refusal_carries_the_server_s_word() {
    let server = Server::start(SHORT).await;
    let error = Client::connect(&server.options("bad")).await.unwrap_err();
    assert!(matches!(&error, ConnectError::Refused(message) if message == "not_authenticated"), "{error:?}");
}

#[tokio::test]
async fn what_cannot_be_reached_is_told_apart() {
    let server = Server::start(SHORT).await;
    let check =
        async |url: &str| Client::connect(&ConnectOptions::new(url, "/device").timeout(SHORT)).await.unwrap_err();
    assert!(matches!(check("http://127.0.0.1:1").await, ConnectError::Unreachable(_)));
    assert!(matches!(check(&format!("{}/elsewhere", server.url)).await, ConnectError::Status(404)));
    assert!(matches!(check("gopher://x").await, ConnectError::Address { .. }));
    let tls = check(&server.url.replace("http", "https")).await;
    assert!(matches!(tls, ConnectError::Tls(_)), "{tls:?}");

    let deaf = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", deaf.local_addr().unwrap());
    let options = ConnectOptions::new(url, "/device").timeout(Duration::from_millis(100));
    assert!(matches!(Client::connect(&options).await.unwrap_err(), ConnectError::TimedOut(_)));
}

#[tokio::test]
async fn acknowledgements_find_their_messages() {
    let server = Server::start(SHORT).await;
    let (client, _events) = server.connect().await;
    let answer: Value = client.emit_with_ack("echo", &json!({ "a": "ü" }), None, SHORT).await.unwrap();
    assert_eq!(answer, json!({ "a": "ü" }));

    // Answered in the opposite order.
    let answers = (0..100_u64).rev().map(|number| {
        let client = client.clone();
        async move { (number, client.emit_with_ack::<u64>("later", &(number * 3), None, SHORT).await.unwrap()) }
    });
    for (number, answer) in futures_util::future::join_all(answers).await {
        assert_eq!(answer, number * 3);
    }
}

#[tokio::test]
async fn an_attachment_is_the_second_argument() {
    let server = Server::start(SHORT).await;
    let (client, _events) = server.connect().await;
    let bytes: Bytes = (0..200_000_u32).map(|n| (n % 251) as u8).collect();
    let last = *bytes.last().unwrap();
    let answer: Value = client.emit_with_ack("frame", &json!({ "id": 7 }), Some(bytes), SHORT).await.unwrap();
    assert_eq!(answer, json!({ "meta": { "id": 7 }, "length": 200_000, "last": last }));
}

#[tokio::test]
async fn an_acknowledgement_that_does_not_come_is_given_up() {
    let server = Server::start(SHORT).await;
    let (client, _events) = server.connect().await;
    let limit = Duration::from_millis(50);
    let error = client.emit_with_ack::<Value>("mute", &(), None, limit).await.unwrap_err();
    assert!(matches!(error, EmitError::TimedOut(_)), "{error:?}");
    let error = client.emit_with_ack::<u64>("echo", &"text", None, SHORT).await.unwrap_err();
    assert!(matches!(error, EmitError::Answer(_)), "{error:?}");

    let waiting = (0..=Client::MAX_IN_FLIGHT).map(|_| client.emit_with_ack::<Value>("mute", &(), None, SHORT / 10));
    let refused = futures_util::future::join_all(waiting).await;
    let too_many = refused.iter().filter(|answer| matches!(answer, Err(EmitError::TooManyInFlight))).count();
    assert!((1..=2).contains(&too_many), "{too_many}");
    // The abandoned ones make room again.
    let answer: u64 = client.emit_with_ack("echo", &1, None, SHORT).await.unwrap();
    assert_eq!(answer, 1);
}

#[tokio::test]
async fn events_come_in_order_and_the_server_s_good_bye_last() {
    let server = Server::start(SHORT).await;
    let (client, mut events) = server.connect().await;
    client.emit("say", &3).await.unwrap();
    for number in 0..3 {
        let expected = Event::Message { name: "said".to_owned(), data: vec![json!({ "number": number })] };
        assert_eq!(events.next().await, Some(expected));
    }
    let waiting = client.emit_with_ack::<Value>("mute", &(), None, SHORT);
    let parting = async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        client.emit("part", &()).await.unwrap();
    };
    let (answer, ()) = tokio::join!(waiting, parting);
    assert!(matches!(answer, Err(EmitError::Disconnected(DisconnectReason::ByServer))), "{answer:?}");
    assert_eq!(events.next().await, Some(Event::Disconnected(DisconnectReason::ByServer)));
    assert_eq!(events.next().await, None);
    assert_eq!(client.ended(), Some(DisconnectReason::ByServer));
    assert!(matches!(client.emit("echo", &1).await, Err(EmitError::Disconnected(_))));
}

#[tokio::test]
async fn a_server_that_shuts_down_is_noticed() {
    let server = Server::start(SHORT).await;
    let (_client, mut events) = server.connect().await;
    server.io.close().await;
    let event = tokio::time::timeout(SHORT, events.next()).await.unwrap();
    assert!(matches!(event, Some(Event::Disconnected(_))), "{event:?}");
}

#[tokio::test]
async fn closing_and_dropping_are_noticed_by_the_server() {
    let server = Server::start(SHORT).await;
    let (client, mut events) = server.connect().await;
    client.close().await;
    assert_eq!(events.next().await, Some(Event::Disconnected(DisconnectReason::Closed)));
    let (client, events) = server.connect().await;
    drop((client, events));
    for _ in 0..100 {
        if server.parted.load(Ordering::SeqCst) == 2 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the server noticed {} of 2", server.parted.load(Ordering::SeqCst));
}

#[tokio::test]
async fn pings_are_answered() {
    let ping = Duration::from_millis(100);
    let server = Server::start(ping).await;
    let (client, mut events) = server.connect().await;
    let quiet = tokio::time::timeout(ping * 8, events.next()).await;
    assert!(quiet.is_err(), "{quiet:?}");
    let answer: u64 = client.emit_with_ack("echo", &1, None, SHORT).await.unwrap();
    assert_eq!(answer, 1);
}

#[tokio::test]
async fn a_reader_that_lags_loses_the_connection_and_not_events() {
    let server = Server::start(SHORT).await;
    let (client, mut events) = server.connect().await;
    for _ in 0..5 {
        // Fewer than the server buffers, and the answer says that they are out. The last ones end the connection.
        let _ = client.emit("say", &80).await;
        let _ = client.emit_with_ack::<u64>("echo", &1, None, SHORT).await;
    }
    let mut count = 0;
    while let Ok(Some(Event::Message { .. })) = tokio::time::timeout(SHORT, events.next()).await {
        count += 1;
    }
    assert_eq!((count, client.ended()), (Events::CAPACITY, Some(DisconnectReason::Lagged)));
}

#[tokio::test]
async fn whoever_drops_the_events_keeps_the_connection() {
    let server = Server::start(SHORT).await;
    let (client, events) = server.connect().await;
    drop(events);
    client.emit("say", &50).await.unwrap();
    let answer: u64 = client.emit_with_ack("echo", &1, None, SHORT).await.unwrap();
    assert_eq!(answer, 1);
}

#[tokio::test]
async fn silence_ends_the_connection() {
    use futures_util::{SinkExt, StreamExt};
    use tokio_tungstenite::tungstenite::Message;

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut socket = tokio_tungstenite::accept_async(stream).await.unwrap();
        let hello = r#"0{"sid":"x","upgrades":[],"pingInterval":100,"pingTimeout":50,"maxPayload":1000}"#;
        socket.send(Message::text(hello)).await.unwrap();
        let join = socket.next().await.unwrap().unwrap();
        assert_eq!(join, Message::text("40/device,"));
        socket.send(Message::text(r#"40/device,{"sid":"y"}"#)).await.unwrap();
        // The line stays open, and nothing more is said.
        std::future::pending::<()>().await;
    });
    let (_client, mut events) = Client::connect(&ConnectOptions::new(url, "/device")).await.unwrap();
    let event = tokio::time::timeout(SHORT, events.next()).await.unwrap();
    assert_eq!(event, Some(Event::Disconnected(DisconnectReason::Silence)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_connections_fit_in_one_process() {
    let server = Server::start(SHORT).await;
    let mut held = Vec::new();
    for _ in 0..10 {
        let hundred = futures_util::future::join_all((0..100).map(|_| server.connect())).await;
        held.extend(hundred);
    }
    let answers = held.iter().map(|(client, _)| client.emit_with_ack::<u64>("echo", &5, None, SHORT));
    assert!(futures_util::future::join_all(answers).await.into_iter().all(|answer| answer.unwrap() == 5));
}
