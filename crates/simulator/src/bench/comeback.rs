//! After a restart of the server: how long until every phone is connected again and shows what is true.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use futures_util::future::join_all;
use protocol::realtime::SHOPPER_NAMESPACE;
use rand::Rng;
use serde::Serialize;
use serde_json::json;
use socket_client::{Client, ConnectOptions, Event, Events};
use tokio::io::{AsyncBufReadExt, BufReader};
use uuid::Uuid;

use super::phone::{self, Phone};
use super::{Latencies, OWNER_REFUSED};
use crate::api::{Api, patiently};
use crate::devices::camera::Camera;
use crate::store::enrolled::{Device, Devices};

/// Shoppers with an account each; further phones are theirs too. Each log-in costs the server a hashed password.
const SHOPPERS: usize = 1_000;
/// Pauses of the phone's page between attempts to connect: the first, and the longest (`web/src/lib/socket.ts`) …
const PAUSE: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(2));
/// … give or take this share of them, as socket.io-client does.
const SPREAD: f64 = 0.5;
/// Connections made at a time before the restart.
const AT_A_TIME: usize = 32;
/// Whoever is not back by then never will be.
const GIVE_UP: Duration = Duration::from_secs(120);

/// What is measured.
#[derive(Clone, Debug)]
pub struct ComebackPlan {
    /// Where the server is.
    pub server: String,
    /// The owner's address.
    pub admin_email: String,
    /// The owner's password.
    pub admin_password: String,
    /// Phones that are connected when the server goes.
    pub phones: usize,
}

/// What came out: one line of JSON. Times run from the line on standard input that says the server was started again.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Comeback {
    /// Phones connected when the server went.
    pub phones: usize,
    /// Of them, those that are connected again and show the visit that they showed before.
    pub back: usize,
    /// Median time until then.
    pub p50_ms: Option<f64>,
    /// 99 % were faster.
    pub p99_ms: Option<f64>,
    /// The last.
    pub max_ms: Option<f64>,
}

/// Lets everybody in, says `ready`, and waits for a line on standard input that says that the server was started again.
///
/// # Errors
///
/// Where the server refuses the owner, the entry or a phone, or goes before everybody is connected.
pub async fn run(plan: &ComebackPlan, ready: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<Comeback> {
    let outside = Api::new(&plan.server)?;
    let admin = patiently(|| outside.admin(&plan.admin_email, &plan.admin_password)).await.context(OWNER_REFUSED)?;
    let wanted = [Device::new("Bench entry", protocol::device::DeviceRole::Entry, "bench-entry")];
    let tokens = Devices::open(&outside, None)?.join(&outside, &admin, &wanted).await?;
    let entry = Camera::new(outside.server(), tokens.get("Bench entry").context("the entry has a token")?);
    let shoppers = phone::sign_up_all(&outside, plan.phones.min(SHOPPERS)).await?;
    phone::walk_in_all(&shoppers, &entry).await?;
    let mut screens = Vec::new();
    let numbers: Vec<_> = (0..plan.phones).collect();
    for numbers in numbers.chunks(AT_A_TIME) {
        let opening = numbers.iter().map(|number| Screen::open(Arc::clone(&shoppers[number % shoppers.len()])));
        for screen in join_all(opening).await {
            screens.push(screen?);
        }
    }
    ready()?;
    let mut line = String::new();
    BufReader::new(tokio::io::stdin()).read_line(&mut line).await?;
    if line.is_empty() {
        bail!("nobody said that the server was started again");
    }
    let since = Instant::now();
    let phones = screens.len();
    let coming: Vec<_> = screens.into_iter().map(|screen| tokio::spawn(screen.come_back(since))).collect();
    let back: Vec<Duration> = join_all(coming).await.into_iter().filter_map(|back| back.ok().flatten()).collect();
    let latencies = Latencies::new(back);
    Ok(Comeback {
        phones,
        back: latencies.len(),
        p50_ms: latencies.at(0.5),
        p99_ms: latencies.at(0.99),
        max_ms: latencies.at(1.0),
    })
}

/// A phone's page that shows a visit.
struct Screen {
    phone: Arc<Phone>,
    options: ConnectOptions,
    /// Until it breaks.
    events: Events,
    _socket: Client,
    visit: Uuid,
}

impl Screen {
    async fn open(phone: Arc<Phone>) -> anyhow::Result<Self> {
        let api = phone.api();
        let options = ConnectOptions::new(api.server(), SHOPPER_NAMESPACE).auth(json!({ "token": api.token() }));
        let (socket, events) = Client::connect(&options).await.context("a phone cannot connect")?;
        let visit = patiently(|| api.visit()).await?.visit.context("everybody is inside")?.session_id;
        Ok(Self { phone, options, events, _socket: socket, visit })
    }

    /// Notices that the connection broke, connects again, and asks for what it shows, as the page does.
    async fn come_back(mut self, since: Instant) -> Option<Duration> {
        tokio::time::timeout(GIVE_UP, async {
            while !matches!(self.events.next().await, None | Some(Event::Disconnected(_))) {}
            let mut pause = PAUSE.0;
            let (_socket, _events) = loop {
                let spread = 1.0 + rand::rng().random_range(-SPREAD..SPREAD);
                tokio::time::sleep(pause.mul_f64(spread)).await;
                match Client::connect(&self.options).await {
                    Ok(connected) => break connected,
                    Err(error) => tracing::debug!(%error, "not yet"),
                }
                pause = (pause * 2).min(PAUSE.1);
            };
            let shown = patiently(|| self.phone.api().visit()).await.ok()?.visit?.session_id;
            (shown == self.visit).then(|| since.elapsed())
        })
        .await
        .ok()?
    }
}
