//! A simulated shopper: an account, perhaps a face, and a life of trips to the store.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use protocol::device::GateOutcome;
use protocol::error_code::ErrorCode;
use protocol::shopper::{EntryCode, VisitState};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use uuid::Uuid;

use crate::api::{Api, ApiError, patiently};
use crate::clock::now;
use crate::devices::camera::Camera;
use crate::devices::scene::{Person, Studio};
use crate::room::Goal;
use crate::store::ledger::{Movement, Trip};
use crate::store::{Slot, Store};

mod way;
mod who;
pub(crate) mod wishes;

pub use who::Who;
use wishes::Errand;

/// Frames at a gate before somebody gives up and takes the phone out.
const MOST_FRAMES: usize = 40;

/// Whoever was let in walks through; only then somebody else stands before the camera.
const THROUGH_THE_GATE: Duration = Duration::from_millis(1_700);

/// A shopper with a phone.
pub struct Shopper {
    /// Who it is.
    pub who: Who,
    api: Api,
    face: Option<usize>,
    code: Option<(EntryCode, Timestamp)>,
    rng: ChaCha8Rng,
    /// What is no wish: the same wishes are drawn with and without room cameras.
    sways: ChaCha8Rng,
}

impl Shopper {
    /// Signs up or logs in, and enrols a face where there are photographs for this shopper.
    ///
    /// # Errors
    ///
    /// Where the server refuses, for instance because the account was made with another seed.
    pub async fn sign_up(outside: &Api, who: Who, studio: &Studio, seed: u64) -> anyhow::Result<Self> {
        let Who { number, name, email, password } = &who;
        let joined = patiently(|| outside.sign_up_or_log_in(name, email, password)).await;
        let (api, profile) = joined.map_err(|error| match error.code() {
            Some(ErrorCode::WrongCredentials) => {
                anyhow::anyhow!("the account {email} was made by a simulator with another --seed")
            }
            _ => error.into(),
        })?;
        let mut face = None;
        if let Some(photographs) = studio.photographs(*number) {
            face = Some(*number);
            if profile.face.is_none() {
                match patiently(|| api.enrol_face(photographs)).await {
                    Ok(_) => {}
                    Err(error) if error.code() == Some(ErrorCode::PhotosRejected) => {
                        tracing::warn!(%error, number, "these photographs are not good enough; the code must do");
                        face = None;
                    }
                    Err(error) => return Err(error.into()),
                }
            }
        }
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(*number as u64 + 1);
        let mut sways = rng.clone();
        sways.set_stream(u64::MAX - *number as u64);
        Ok(Self { who, api, face, code: None, rng, sways })
    }

    /// The shopper's own caller.
    pub fn api(&self) -> &Api {
        &self.api
    }

    /// Walks out if an earlier run left this shopper in the store, and waits until that visit has settled.
    pub async fn make_sure_to_be_outside(&mut self, store: &Store) -> Result<(), ApiError> {
        let left_inside = patiently(|| self.api.visit()).await?.visit;
        if left_inside.is_some_and(|visit| visit.state == VisitState::Open) {
            let code = self.code().await?;
            store.exit.lock().await.scan(&code).await;
        }
        self.settled().await
    }

    /// Shops until the store closes or there are no trips left.
    pub async fn live(mut self, store: Arc<Store>) -> Self {
        // Not all at once.
        let first = self.rng.random_range(0.0..12.0);
        self.pause(&store, first).await;
        while store.may_begin() {
            if let Err(error) = self.trip(&store).await {
                tracing::error!(%error, shopper = self.who.number, "a trip went wrong");
            }
            if let Some(room) = &store.room {
                room.leave(self.who.number, now());
            }
            let outside = self.rng.random_range(4.0..20.0);
            self.pause(&store, outside).await;
        }
        self
    }

    async fn trip(&mut self, store: &Store) -> Result<(), ApiError> {
        let errands = wishes::draw(&mut self.rng, &store.slots);
        self.pass_gate(store, Gate::Entry).await?;
        // Whoever was let in has a visit; it may take a moment until it is told.
        let visit = patiently(|| self.api.visit()).await?.visit;
        let Some(session) = visit.map(|visit| visit.session_id) else {
            tracing::warn!(shopper = self.who.number, "let in, but no visit began");
            return Ok(());
        };
        for errand in &errands {
            if store.closing.is_cancelled() {
                break;
            }
            self.do_errand(store, session, errand).await?;
        }
        self.walk(store, Goal::BeforeExit, 2.0).await;
        self.pass_gate(store, Gate::Exit).await?;
        let trip = Trip { shopper: self.who.number, session };
        store.ledger.lock().expect("no holder panics").trips.push(trip);
        self.settled().await
    }

    /// Goes to a slot, takes something, perhaps puts some of it back, and perhaps puts a unit down elsewhere.
    async fn do_errand(&mut self, store: &Store, session: Uuid, errand: &Errand) -> Result<(), ApiError> {
        let slot = &store.slots[errand.slot];
        self.walk(store, Goal::Near(slot), errand.way_s).await;
        let mut deeds = vec![Deed::Move(-(errand.units as i32))];
        if errand.put_back > 0 {
            deeds.push(Deed::Move(errand.put_back as i32));
        }
        self.stand_at(store, session, slot, errand.look_s, &deeds).await?;
        // Put down at its own slot it would be no foreign thing.
        if let Some(place) = errand
            .put_elsewhere
            .filter(|_| store.misplace)
            .map(|slot| &store.slots[slot])
            .filter(|place| place.sku != slot.sku)
        {
            self.walk(store, Goal::Near(place), errand.way_s).await;
            self.stand_at(store, session, place, errand.look_s, &[Deed::PutDown(slot)]).await?;
        }
        Ok(())
    }

    /// Waits for a place before a slot, stands there, and does what is to be done.
    async fn stand_at(
        &mut self,
        store: &Store,
        session: Uuid,
        slot: &Slot,
        look_s: f64,
        deeds: &[Deed<'_>],
    ) -> Result<(), ApiError> {
        let (Some(camera), Some(scanner)) = (store.zones.get(&slot.zone), store.scanners.get(&slot.zone)) else {
            return Ok(());
        };
        // Without a face one holds the phone to the scanner, so the next one waits.
        let _turn = match self.face {
            None => Some(scanner.lock().await),
            Some(face) => {
                let person = Person { shopper: self.who.number, face, x: slot.x };
                while !camera.step_in(person) {
                    if store.closing.is_cancelled() {
                        return Ok(());
                    }
                    self.pause(store, 0.5).await;
                }
                None
            }
        };
        self.step_before(store, slot, look_s).await;
        for deed in deeds {
            if self.face.is_none() {
                let code = self.code().await?;
                camera.scan(&code).await;
            }
            self.reach(store, slot).await;
            let moved = match deed {
                Deed::Move(delta) => {
                    let moved = store.move_units(&slot.id, *delta).await;
                    moved.map(|(event, moved)| (event, slot, -i64::from(moved)))
                }
                Deed::PutDown(own) => {
                    let event = store.node.put_down(&slot.id, own.unit_g).await;
                    event.map(|event| (Some(event), *own, -1))
                }
            };
            if let Some((event, of, units)) = moved {
                let (shopper, sku) = (self.who.number, of.sku.clone());
                let movement = Movement { event, slot: slot.id.clone(), session, shopper, sku, units };
                store.ledger.lock().expect("no holder panics").movements.push(movement);
            }
            self.pause(store, 1.5).await;
        }
        camera.step_out(self.who.number);
        Ok(())
    }

    /// Stands at a gate until it opens: by the face, or else by the code.
    async fn pass_gate(&mut self, store: &Store, gate: Gate) -> Result<(), ApiError> {
        let camera = match gate {
            Gate::Entry => &store.entry,
            Gate::Exit => &store.exit,
        };
        let camera = camera.lock().await;
        self.step_into(store, gate).await;
        if let Some(face) = self.face
            && self.show_face(store, &camera, gate, face).await
        {
            self.step_through(store, gate);
            tokio::time::sleep(THROUGH_THE_GATE).await;
            return Ok(());
        }
        loop {
            let code = self.code().await?;
            let outcome = camera.scan(&code).await;
            if gate.is_passed(&outcome, &self.who.name) {
                // It opens no second door.
                self.code = None;
                self.step_through(store, gate);
                return Ok(());
            }
            tracing::debug!(?outcome, shopper = self.who.number, "the gate stays closed");
            self.code = None;
            tokio::time::sleep(store.pace.duration(2.0)).await;
        }
    }

    async fn show_face(&self, store: &Store, camera: &Camera, gate: Gate, face: usize) -> bool {
        let person = Person { shopper: self.who.number, face, x: 0.5 };
        for number in 0..MOST_FRAMES {
            let Some(frame) = store.studio.frame(&[person], number) else { return false };
            match camera.look(frame).await {
                Some(outcome) if gate.is_passed(&outcome, &self.who.name) => return true,
                Some(_) => {}
                // The server is away, or too busy.
                None => tokio::time::sleep(store.pace.duration(0.5)).await,
            }
        }
        tracing::info!(shopper = self.who.number, "the face was not recognised; the code must do");
        false
    }

    /// The phone's code, fetched anew when it is time for that.
    async fn code(&mut self) -> Result<String, ApiError> {
        if let Some((code, fetched_at)) = &self.code
            && now().duration_since(*fetched_at).as_secs() < i64::from(code.refresh_after_s)
        {
            return Ok(code.code.clone());
        }
        let fetched_at = now();
        let code = patiently(|| self.api.entry_code()).await?;
        Ok(self.code.insert((code, fetched_at)).0.code.clone())
    }

    /// Waits until no visit is under way.
    async fn settled(&self) -> Result<(), ApiError> {
        while patiently(|| self.api.visit()).await?.visit.is_some() {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        Ok(())
    }

    /// Lets time go by; nobody dawdles while the store closes.
    async fn pause(&self, store: &Store, seconds: f64) {
        tokio::select! {
            () = store.pace.wait(seconds) => {}
            () = store.closing.cancelled() => {}
        }
    }
}

/// What a hand does at a slot.
#[derive(Clone, Copy, Debug)]
enum Deed<'a> {
    /// Takes (below zero) or puts back units of what belongs there.
    Move(i32),
    /// Puts down a unit that was taken from another slot.
    PutDown(&'a Slot),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Gate {
    Entry,
    Exit,
}

impl Gate {
    /// Whether the gate is open for the shopper of this name; for a moment it may still speak of whoever stood there before. A look
    /// whose answer was lost counted all the same, so being in (or out) already is as good.
    fn is_passed(self, outcome: &GateOutcome, own: &str) -> bool {
        match (self, outcome) {
            (Self::Entry, GateOutcome::Welcome { name } | GateOutcome::AlreadyInside { name })
            | (Self::Exit, GateOutcome::Goodbye { name } | GateOutcome::NotInside { name }) => name == own,
            _ => false,
        }
    }
}
