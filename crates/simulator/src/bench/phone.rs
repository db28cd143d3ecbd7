//! A phone of the bench: an account, an open socket, and the cart as it was last told.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex as SyncMutex};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use futures_util::{StreamExt, TryStreamExt, stream};
use protocol::device::GateOutcome;
use protocol::realtime::{LIVE, SHOPPER_NAMESPACE, ShopperChange, ShopperLive};
use serde_json::json;
use socket_client::{Client, ConnectOptions, DisconnectReason, Event, Events};
use tokio::sync::{Mutex, oneshot};

use crate::api::{Api, ApiError, patiently};
use crate::devices::camera::Camera;

/// Sign-ups at a time: the server hashes passwords on every core anyway.
const AT_A_TIME: usize = 8;
const PASSWORD: &str = "a password for the bench";
/// The server says 45 s; the codes are fetched before the measured time, where it is shorter than that.
const CODE_IS_FRESH: Duration = Duration::from_secs(60);

/// A phone.
pub struct Phone {
    api: Api,
    code: Mutex<Option<(String, Instant)>>,
    told: Arc<SyncMutex<Told>>,
    /// Keeps the socket open.
    _socket: Client,
}

#[derive(Default)]
struct Told {
    held: BTreeMap<String, u32>,
    waiting: Option<(String, u32, oneshot::Sender<Instant>)>,
}

/// Signs up or logs in so many phones and connects their sockets.
pub async fn sign_up_all(outside: &Api, phones: usize) -> anyhow::Result<Vec<Arc<Phone>>> {
    let numbers: Vec<_> = (0..phones).collect();
    let making = numbers.into_iter().map(|number| sign_up(outside.clone(), number));
    stream::iter(making).buffered(AT_A_TIME).try_collect().await
}

/// Shows every phone's code at the entry.
pub async fn walk_in_all(phones: &[Arc<Phone>], entry: &Camera) -> anyhow::Result<()> {
    let walking = phones.iter().map(|phone| async move {
        let code = phone.code().await?;
        match entry.scan(&code).await {
            GateOutcome::Welcome { .. } | GateOutcome::AlreadyInside { .. } => Ok(()),
            outcome => bail!("the entry does not let a phone in: {outcome:?}"),
        }
    });
    let walking: Vec<_> = walking.collect();
    stream::iter(walking).buffer_unordered(AT_A_TIME).try_collect().await
}

async fn sign_up(outside: Api, number: usize) -> anyhow::Result<Arc<Phone>> {
    let (name, email) = (format!("Phone {number}"), format!("phone.{number}@bench.smartmart"));
    let (api, _) = patiently(|| outside.sign_up_or_log_in(&name, &email, PASSWORD)).await?;
    let options = ConnectOptions::new(api.server(), SHOPPER_NAMESPACE).auth(json!({ "token": api.token() }));
    let (socket, events) = Client::connect(&options).await.context("a phone cannot connect")?;
    let told = Arc::<SyncMutex<Told>>::default();
    // What was taken in an earlier run is in the cart still.
    if let Some(visit) = patiently(|| api.visit()).await?.visit {
        let items = visit.cart.items.into_iter().map(|item| (item.sku, item.quantity));
        told.lock().expect("no holder panics").held = items.collect();
    }
    tokio::spawn(listen(events, Arc::clone(&told)));
    Ok(Arc::new(Phone { api, code: Mutex::default(), told, _socket: socket }))
}

impl Phone {
    /// The shopper's own caller.
    pub fn api(&self) -> &Api {
        &self.api
    }

    /// The code for a scanner.
    pub async fn code(&self) -> Result<String, ApiError> {
        let mut code = self.code.lock().await;
        if let Some((text, _)) = code.as_ref().filter(|(_, fetched)| fetched.elapsed() < CODE_IS_FRESH) {
            return Ok(text.clone());
        }
        let fetched = Instant::now();
        let text = patiently(|| self.api.entry_code()).await?.code;
        *code = Some((text.clone(), fetched));
        Ok(text)
    }

    /// Gives the moment at which the phone is told of one more unit of `sku`.
    pub fn expect_one_more(&self, sku: &str) -> oneshot::Receiver<Instant> {
        let (told, hears) = oneshot::channel();
        let mut state = self.told.lock().expect("no holder panics");
        let wanted = state.held.get(sku).copied().unwrap_or(0) + 1;
        state.waiting = Some((sku.to_owned(), wanted, told));
        hears
    }
}

async fn listen(mut events: Events, told: Arc<SyncMutex<Told>>) {
    while let Some(event) = events.next().await {
        let received = Instant::now();
        let data = match event {
            Event::Message { name, data } if name == LIVE => data,
            Event::Message { .. } => continue,
            Event::Disconnected(DisconnectReason::Closed) => return,
            Event::Disconnected(reason) => {
                tracing::warn!(%reason, "a phone lost its connection");
                return;
            }
        };
        let Some(Ok(live)) = data.into_iter().next().map(serde_json::from_value::<ShopperLive>) else { continue };
        let ShopperChange::Visit { visit } = live.change else { continue };
        let mut told = told.lock().expect("no holder panics");
        told.held = visit.cart.items.into_iter().map(|item| (item.sku, item.quantity)).collect();
        let held = |sku: &str| told.held.get(sku).copied().unwrap_or(0);
        if told.waiting.as_ref().is_some_and(|(sku, wanted, _)| held(sku) >= *wanted)
            && let Some((_, _, hears)) = told.waiting.take()
        {
            // Whoever waited may have given up.
            let _ = hears.send(received);
        }
    }
}
