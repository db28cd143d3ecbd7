//! A server that takes shelf events in as the real one does, and that can fail in every way.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::SignedDuration;
use protocol::device::{NodeStatus, RejectedEvent, ShelfEventBatch, ShelfEventMessage, ShelfEventsAck, SocketAuth};
use protocol::error_code::{ErrorCode, Problem};
use protocol::realtime::{NODE_STATUS, REVOKED, SHELF_EVENTS};
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};
use socketioxide::handler::ConnectHandler;
use tokio::net::TcpListener;
use uuid::Uuid;

/// How the server takes batches in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// As it should.
    Normal,
    /// Stores, and then the connection breaks.
    DropBeforeAck,
    /// The connection breaks first.
    DropBeforeStore,
    /// Stores, and says nothing.
    NoAck,
    /// Does not store, and says so.
    TryAgainLater,
    /// Lets nobody in for now.
    RefuseForNow,
    /// Refuses every event for good.
    Reject,
}

struct State {
    mode: Mode,
    token: String,
    batches: Vec<ShelfEventBatch>,
    stored: Vec<ShelfEventMessage>,
    statuses: Vec<NodeStatus>,
}

/// A running server.
pub struct Server {
    pub url: String,
    io: SocketIo,
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct Refused(&'static str);

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl Server {
    pub async fn start() -> Self {
        let (layer, io) = SocketIo::new_layer();
        let state = Arc::new(Mutex::new(State {
            mode: Mode::Normal,
            token: "good".to_owned(),
            batches: Vec::new(),
            stored: Vec::new(),
            statuses: Vec::new(),
        }));
        let (for_handshake, for_events) = (state.clone(), state.clone());
        let authenticate = move |Data(auth): Data<SocketAuth>| {
            let state = for_handshake.lock().unwrap();
            let outcome = match (state.mode, auth.token) {
                (Mode::RefuseForNow, _) => Err(Refused("try_again_later")),
                (_, Some(token)) if token == state.token => Ok(()),
                (_, _) => Err(Refused("not_authenticated")),
            };
            async move { outcome }
        };
        let joined = move |socket: SocketRef| {
            let state = for_events.clone();
            async move { serve(&socket, state) }
        };
        io.ns("/device", joined.with(authenticate));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let app = axum::Router::new().layer(layer);
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { url, io, state }
    }

    pub fn set_mode(&self, mode: Mode) {
        self.state.lock().unwrap().mode = mode;
    }

    pub fn accept_token(&self, token: &str) {
        token.clone_into(&mut self.state.lock().unwrap().token);
    }

    /// Says that the token is no longer valid, as the real server does, and closes.
    pub async fn revoke(&self) {
        self.accept_token("none");
        let namespace = || self.io.of("/device").unwrap();
        namespace().emit(REVOKED, &serde_json::json!({})).await.unwrap();
        namespace().disconnect().await.unwrap();
    }

    /// Units after each stored event, in the order of storing.
    pub fn units(&self) -> Vec<u32> {
        self.state.lock().unwrap().stored.iter().map(|event| event.units_after.unwrap()).collect()
    }

    pub fn stored_ids(&self) -> Vec<Uuid> {
        self.state.lock().unwrap().stored.iter().map(|event| event.id).collect()
    }

    pub fn sum_of_deltas(&self) -> i32 {
        self.state.lock().unwrap().stored.iter().map(|event| event.delta_units).sum()
    }

    pub fn batch_sizes(&self) -> Vec<usize> {
        self.state.lock().unwrap().batches.iter().map(|batch| batch.events.len()).collect()
    }

    /// Events that came in, and different ones among them.
    pub fn received(&self) -> (usize, usize) {
        let state = self.state.lock().unwrap();
        let ids: Vec<_> = state.batches.iter().flat_map(|batch| &batch.events).map(|event| event.id).collect();
        (ids.len(), ids.iter().collect::<HashSet<_>>().len())
    }

    /// From happening to sending, by the node's clock.
    pub fn delays(&self) -> Vec<SignedDuration> {
        let state = self.state.lock().unwrap();
        let of_batch = |batch: &ShelfEventBatch| {
            let sent_at = batch.sent_at;
            batch.events.iter().map(|event| sent_at.duration_since(event.occurred_at)).collect::<Vec<_>>()
        };
        state.batches.iter().flat_map(of_batch).collect()
    }

    /// Waits for so many stored events.
    pub async fn units_until(&self, count: usize) -> Vec<u32> {
        self.until(|state| state.stored.len() >= count).await;
        self.units()
    }

    /// Waits for so many batches more.
    pub async fn attempts_until_more(&self, count: usize) {
        let before = self.state.lock().unwrap().batches.len();
        self.until(|state| {
            state.batches.len() >= before + count || state.mode == Mode::Reject && state.batches.len() > 1
        })
        .await;
    }

    pub async fn statuses_until(&self, is_enough: impl Fn(&[NodeStatus]) -> bool) -> Vec<NodeStatus> {
        self.until(|state| is_enough(&state.statuses)).await;
        self.state.lock().unwrap().statuses.clone()
    }

    async fn until(&self, is_enough: impl Fn(&State) -> bool) {
        for _ in 0..500 {
            if is_enough(&self.state.lock().unwrap()) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let state = self.state.lock().unwrap();
        panic!("{:?}: {} batches, {} stored", state.mode, state.batches.len(), state.stored.len());
    }
}

fn serve(socket: &SocketRef, state: Arc<Mutex<State>>) {
    let for_status = state.clone();
    socket.on(NODE_STATUS, async move |ack: AckSender, Data(status): Data<NodeStatus>| {
        for_status.lock().unwrap().statuses.push(status);
        ack.send(&serde_json::json!({})).unwrap();
    });
    socket.on(SHELF_EVENTS, async move |socket: SocketRef, ack: AckSender, Data(batch): Data<ShelfEventBatch>| {
        let answer = take_in(&mut state.lock().unwrap(), batch);
        match answer {
            Answer::Ack(answer) => ack.send(&answer).unwrap(),
            Answer::Nothing => {}
            Answer::Drop => socket.disconnect().unwrap(),
        }
    });
}

enum Answer {
    Ack(ShelfEventsAck),
    Nothing,
    Drop,
}

fn take_in(state: &mut State, batch: ShelfEventBatch) -> Answer {
    state.batches.push(batch.clone());
    let ids: Vec<_> = batch.events.iter().map(|event| event.id).collect();
    if matches!(state.mode, Mode::Normal | Mode::DropBeforeAck | Mode::NoAck) {
        let known: HashSet<_> = state.stored.iter().map(|event| event.id).collect();
        state.stored.extend(batch.events.into_iter().filter(|event| !known.contains(&event.id)));
    }
    match state.mode {
        Mode::Normal => Answer::Ack(ShelfEventsAck::Taken { accepted: ids, rejected: Vec::new() }),
        Mode::Reject => {
            let rejected = ids.into_iter().map(|id| RejectedEvent { id, problem: problem(ErrorCode::UnknownSlot) });
            Answer::Ack(ShelfEventsAck::Taken { accepted: Vec::new(), rejected: rejected.collect() })
        }
        Mode::DropBeforeAck | Mode::DropBeforeStore => Answer::Drop,
        Mode::NoAck => Answer::Nothing,
        Mode::TryAgainLater | Mode::RefuseForNow => {
            Answer::Ack(ShelfEventsAck::Failed { problem: problem(ErrorCode::TryAgainLater) })
        }
    }
}

fn problem(code: ErrorCode) -> Problem {
    Problem {
        kind: String::new(),
        title: String::new(),
        status: 503,
        code,
        detail: "Something is not as it should be.".to_owned(),
        problems: Vec::new(),
        request_id: None,
    }
}
