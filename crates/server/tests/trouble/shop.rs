//! A server with the demo store, on a clock that the test moves, and the people and devices around it.

use std::time::Duration;

use bytes::Bytes;
use domain::clock::{Hand, shift};
use floor::FloorInput;
use jiff::SignedDuration;
use protocol::device::{
    CodeScan, DeviceRole, FrameMeta, GateOutcome, LookAck, NewDevice, SensorKindName, ShelfEventBatch,
    ShelfEventMessage, ShelfEventsAck,
};
use protocol::realtime::{CODE, DEVICE_NAMESPACE, FRAME, SHELF_EVENTS};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use server::config::Config;
use server::serve::{self, Running};
use simulator::api::Api;
use socket_client::{Client, ConnectOptions};
use uuid::Uuid;

/// An answer that takes longer is lost; a locked database is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server with the demo store.
pub struct Shop {
    pub running: Running,
    pub hand: Hand,
    pub outside: Api,
    pub owner: Api,
    pub folder: tempfile::TempDir,
}

impl Shop {
    /// Opens one, with settings changed.
    pub async fn open(change: impl FnOnce(&mut Config)) -> Self {
        Self::open_at("2026-01-01T10:00:00Z", change).await
    }

    /// Opens one at a moment.
    pub async fn open_at(start: &str, change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::default();
        config.data.folder = folder.path().to_owned();
        config.http.address = [127, 0, 0, 1].into();
        config.http.port = 0;
        config.recognition.workers = 1;
        change(&mut config);
        let hand = Hand::at(start.parse().unwrap());
        let now = hand.clock().now();
        let listener = serve::bind(&config).await.unwrap();
        let (db, store, _) = serve::open_store(&config, now).await.unwrap();
        server::demo::fill(&db, &store, folder.path(), now).await.unwrap();
        let log_ins = std::fs::read_to_string(folder.path().join(server::demo::LOG_INS)).unwrap();
        let running = serve::start_by(hand.clock(), config, listener).await.unwrap();
        let outside = Api::new(&format!("http://{}", running.address)).unwrap();
        let owner = outside.admin(server::demo::OWNER, log_ins.lines().nth(2).unwrap()).await.unwrap();
        let shop = Self { running, hand, outside, owner, folder };
        shop.later(60).await;
        shop
    }

    /// Moves the time, and has done what is due by then.
    pub async fn later(&self, seconds: i64) {
        self.hand.move_to(shift(self.hand.clock().now(), SignedDuration::from_secs(seconds)));
        self.running.app.desk.input(FloorInput::Tick).await.unwrap();
    }

    /// Somebody sets the server's clock by so many seconds; no time goes by.
    pub async fn set_clock(&self, seconds: i64) {
        self.hand.set(shift(self.hand.clock().now(), SignedDuration::from_secs(seconds)));
        self.running.app.desk.input(FloorInput::Tick).await.unwrap();
    }

    /// A shopper with an account.
    pub async fn shopper(&self, name: &str) -> Api {
        let email = format!("{}@example.org", name.to_lowercase());
        self.outside.sign_up_or_log_in(name, &email, "a password for a test").await.unwrap().0
    }

    /// A device that has joined and is connected.
    pub async fn device(&self, role: DeviceRole, zone: &str) -> Device {
        let new = NewDevice { name: format!("{role:?} {zone}"), role, zone: zone.to_owned() };
        let invitation = self.owner.invite_device(&new).await.unwrap();
        let token = self.outside.join_device(&invitation.code).await.unwrap().token.unwrap();
        let device = Device { options: self.device_options(&token), client: None.into(), hand: self.hand.clone() };
        device.connect().await;
        device
    }

    fn device_options(&self, token: &str) -> ConnectOptions {
        ConnectOptions::new(self.outside.server(), DEVICE_NAMESPACE).auth(json!({ "token": token }))
    }

    /// These shoppers come in by code.
    pub async fn let_in(&self, shoppers: &[&Api]) {
        let entry = self.device(DeviceRole::Entry, "entry").await;
        for shopper in shoppers {
            entry.scan(&shopper.entry_code().await.unwrap().code).await;
        }
    }

    /// Somebody comes in by code, takes one unit at the slot, and leaves; gives the way out of the door.
    pub async fn trip(&self, shopper: &Api, slot: &str) {
        let entry = self.device(DeviceRole::Entry, "entry").await;
        let exit = self.device(DeviceRole::Exit, "exit").await;
        let node = self.device(DeviceRole::ShelfNode, "shelves").await;
        let code = shopper.entry_code().await.unwrap().code;
        let outcome = entry.scan(&code).await;
        assert!(matches!(outcome, LookAck::Seen { outcome: GateOutcome::Welcome { .. }, .. }), "{outcome:?}");
        self.later(10).await;
        node.move_units(slot, -1).await;
        self.later(10).await;
        let outcome = exit.scan(&shopper.entry_code().await.unwrap().code).await;
        assert!(matches!(outcome, LookAck::Seen { outcome: GateOutcome::Goodbye { .. }, .. }), "{outcome:?}");
        self.later(20).await;
    }
}

/// A device's connection.
pub struct Device {
    options: ConnectOptions,
    client: tokio::sync::RwLock<Option<Client>>,
    hand: Hand,
}

impl Device {
    /// Connects, or connects again.
    pub async fn connect(&self) {
        *self.client.write().await = Some(Client::connect(&self.options).await.unwrap().0);
    }

    /// Sends anything; `None` where no answer came.
    pub async fn ask<T: DeserializeOwned>(
        &self,
        event: &str,
        payload: &(impl Serialize + ?Sized),
        attachment: Option<Bytes>,
    ) -> Option<T> {
        let client = self.client.read().await.clone().unwrap();
        client.emit_with_ack(event, payload, attachment, PATIENCE).await.ok()
    }

    /// Shows a frame.
    pub async fn look(&self, jpeg: impl Into<Bytes>) -> LookAck {
        self.try_look(jpeg).await.expect("an answer")
    }

    /// Shows a frame; `None` where the connection broke over it.
    pub async fn try_look(&self, jpeg: impl Into<Bytes>) -> Option<LookAck> {
        let at = self.hand.clock().now();
        let meta = FrameMeta { id: Uuid::now_v7(), captured_at: at, sent_at: at, clock: None };
        self.ask(FRAME, &meta, Some(jpeg.into())).await
    }

    /// Shows a code.
    pub async fn scan(&self, code: &str) -> LookAck {
        let at = self.hand.clock().now();
        let scan = CodeScan { id: Uuid::now_v7(), code: code.to_owned(), scanned_at: at, sent_at: at, clock: None };
        self.ask(CODE, &scan, None).await.expect("an answer")
    }

    /// An event at a slot now.
    pub fn event(&self, slot: &str, delta_units: i32) -> ShelfEventMessage {
        ShelfEventMessage {
            id: Uuid::now_v7(),
            slot: slot.to_owned(),
            occurred_at: self.hand.clock().now(),
            delta_units,
            units_after: None,
            sensor: SensorKindName::LoadCell,
            trace: Vec::new(),
            weighed: None,
            boot: None,
        }
    }

    /// Sends events.
    pub async fn send(&self, events: Vec<ShelfEventMessage>) -> ShelfEventsAck {
        let batch = ShelfEventBatch { sent_at: self.hand.clock().now(), clock: None, boot: None, events };
        self.ask(SHELF_EVENTS, &batch, None).await.expect("an answer")
    }

    /// Sends one event that must be taken.
    pub async fn move_units(&self, slot: &str, delta_units: i32) {
        let event = self.event(slot, delta_units);
        let id = event.id;
        assert_eq!(self.send(vec![event]).await, ShelfEventsAck::Taken { accepted: vec![id], rejected: Vec::new() });
    }
}
