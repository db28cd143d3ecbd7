//! Telling: what was committed goes to the shopper it concerns and to the admins.

use std::collections::{BTreeSet, HashMap};

use db::Db;
use db::commit::Recorded;
use db::orders::OrderFile;
use db::stores::Store;
use domain::event::DomainEvent;
use domain::floor::Floor;
use domain::ids::{ShopperId, ShoppingSessionId};
use protocol::admin::{Activity, FloorVisit};
use protocol::realtime::{
    ADMIN_NAMESPACE, AdminChange, AdminLive, LIVE, SHOPPER_NAMESPACE, ShopperChange, ShopperLive,
};
use protocol::shopper::{Visit, VisitState};
use serde::Serialize;
use socketioxide::SocketIo;

use super::activity;
use crate::people::People;
use crate::views;

/// The admins' room.
pub const ADMINS: &str = "admins";

/// The room of one shopper's phones.
pub fn room_of(shopper: ShopperId) -> String {
    format!("shopper:{shopper}")
}

/// Sends out what was committed.
pub struct Publisher {
    io: SocketIo,
    db: Db,
    store: Store,
    people: People,
    /// Visits that have not settled, as they were last told.
    visits: HashMap<ShoppingSessionId, (ShopperId, Visit)>,
}

impl Publisher {
    /// Without any visits yet.
    pub fn new(io: SocketIo, db: Db, store: Store, people: People) -> Self {
        Self { io, db, store, people, visits: HashMap::new() }
    }

    /// Takes over the visits of a restored floor.
    pub fn start(&mut self, floor: &Floor) {
        for session in floor.sessions() {
            let visit = views::visit(floor, session, self.store.currency);
            self.visits.insert(session.id, (session.shopper, visit));
        }
    }

    /// Tells what was committed, and whose likely cart has `moved`; `last_seq` is the number of the last event. A failure is logged and
    /// no more: clients refetch.
    pub async fn publish(
        &mut self,
        floor: &Floor,
        recorded: &[Recorded],
        moved: &BTreeSet<ShoppingSessionId>,
        last_seq: i64,
    ) {
        for one in recorded {
            if let Err(error) = self.publish_one(floor, one).await {
                tracing::warn!(%error, seq = one.seq, "cannot tell the clients");
            }
        }
        for &session in moved {
            if let Err(error) = self.cart_moved(floor, session, last_seq).await {
                tracing::warn!(%error, session.id = %session, "cannot tell what is probably in a cart");
            }
        }
    }

    /// Tells a visit, if it is another than was told last.
    async fn cart_moved(&mut self, floor: &Floor, session: ShoppingSessionId, seq: i64) -> Result<(), db::DbError> {
        let Some(&(shopper, _)) = self.visits.get(&session) else { return Ok(()) };
        if self.look_again(floor, session) { self.tell_visit(floor, session, shopper, seq, None).await } else { Ok(()) }
    }

    async fn publish_one(&mut self, floor: &Floor, one: &Recorded) -> Result<(), db::DbError> {
        let seq = one.seq;
        match &one.event {
            DomainEvent::SessionOpened { session, shopper, .. }
            | DomainEvent::IdentityDoubted { session, shopper, .. }
            | DomainEvent::SessionExited { session, shopper, .. }
            | DomainEvent::ReceiptDeferred { session, shopper, .. } => {
                self.visit_changed(floor, *session, *shopper, one).await
            }
            DomainEvent::ShelfEventKept { .. } | DomainEvent::ShelfEventDismissed { .. } => Ok(()),
            DomainEvent::RestockingBegan { restocking }
            | DomainEvent::Restocked { restocking, .. }
            | DomainEvent::RestockingEnded { restocking, .. } => {
                let change = AdminChange::Stock { zone: restocking.zone.0.clone() };
                self.tell_admins(seq, change, self.activity(floor, one).await?).await;
                Ok(())
            }
            DomainEvent::InteractionRecorded { interaction } => match self.visits.get(&interaction.session) {
                Some(&(shopper, _)) => self.visit_changed(floor, interaction.session, shopper, one).await,
                None => Ok(()),
            },
            DomainEvent::ReviewOpened { review } => {
                let file = db::reviews::ReviewFile { review: review.clone(), decided: None };
                self.review_changed(floor, file, one).await
            }
            DomainEvent::ReviewAsked { review }
            | DomainEvent::ReviewAnswered { review }
            | DomainEvent::UnitsCameBack { review, .. } => {
                if let Some(asked) = review.asked.last() {
                    self.cart_moved(floor, asked.session, seq).await?;
                }
                let decided = match &one.event {
                    DomainEvent::UnitsCameBack { at, .. } if review.left() == 0 => Some((None, at.as_microsecond())),
                    _ => None,
                };
                self.review_changed(floor, db::reviews::ReviewFile { review: review.clone(), decided }, one).await
            }
            DomainEvent::ReviewDecided { decision, interaction } => {
                if let Some(interaction) = interaction
                    && let Some(&(shopper, _)) = self.visits.get(&interaction.session)
                {
                    self.visit_changed(floor, interaction.session, shopper, one).await?;
                }
                match db::reviews::one(&self.db, decision.review).await? {
                    Some(file) => self.review_changed(floor, file, one).await,
                    None => Ok(()),
                }
            }
            DomainEvent::SessionSettled { session, shopper, order, .. } => {
                let name = self.people.name(*shopper).await?;
                let file = order.clone().map(|order| OrderFile { order, disputes: Vec::new(), refunds: Vec::new() });
                let summary = file.as_ref().map(|file| views::order_summary(file, &name));
                if let Some((_, mut visit)) = self.visits.remove(session) {
                    visit.state = VisitState::Settled;
                    visit.order_id = order.as_ref().map(|order| order.id.0);
                    self.tell_shopper(*shopper, seq, ShopperChange::Visit { visit }).await;
                }
                if let Some(order) = summary.clone() {
                    self.tell_shopper(*shopper, seq, ShopperChange::Order { order }).await;
                }
                let change = AdminChange::VisitSettled { session_id: session.0, order: summary };
                self.tell_admins(seq, change, self.activity(floor, one).await?).await;
                Ok(())
            }
            DomainEvent::DisputeOpened { dispute, shopper } | DomainEvent::DisputeDecided { dispute, shopper, .. } => {
                let Some(file) = db::orders::file(&self.db, dispute.order).await? else { return Ok(()) };
                let name = self.people.name(*shopper).await?;
                let view = views::dispute(dispute, &file, &name);
                let order = views::order_summary(&file, &name);
                let for_shopper = ShopperChange::Dispute { dispute: view.clone() };
                self.tell_shopper(*shopper, seq, for_shopper).await;
                self.tell_shopper(*shopper, seq, ShopperChange::Order { order: order.clone() }).await;
                let activity = self.activity(floor, one).await?;
                self.tell_admins(seq, AdminChange::Dispute { dispute: view }, activity).await;
                self.tell_admins(seq, AdminChange::Order { order }, None).await;
                Ok(())
            }
        }
    }

    async fn visit_changed(
        &mut self,
        floor: &Floor,
        session: ShoppingSessionId,
        shopper: ShopperId,
        one: &Recorded,
    ) -> Result<(), db::DbError> {
        self.look_again(floor, session);
        let activity = self.activity(floor, one).await?;
        self.tell_visit(floor, session, shopper, one.seq, activity).await
    }

    /// Takes a visit over from the floor; whether it is another than was told last. One that settled within the same batch is
    /// told by its last event.
    fn look_again(&mut self, floor: &Floor, session: ShoppingSessionId) -> bool {
        let Some(session) = floor.session(session) else { return false };
        let visit = views::visit(floor, session, self.store.currency);
        let told = self.visits.insert(session.id, (session.shopper, visit.clone()));
        told.is_none_or(|(_, told)| told != visit)
    }

    async fn tell_visit(
        &self,
        floor: &Floor,
        session: ShoppingSessionId,
        shopper: ShopperId,
        seq: i64,
        activity: Option<Activity>,
    ) -> Result<(), db::DbError> {
        let Some((_, visit)) = self.visits.get(&session) else { return Ok(()) };
        let visit = visit.clone();
        let shopper_name = self.people.name(shopper).await?.to_string();
        self.tell_shopper(shopper, seq, ShopperChange::Visit { visit: visit.clone() }).await;
        let doubted_at = floor.session(session).and_then(|session| session.doubted_at).map(|at| at.to_string());
        let visit = FloorVisit { shopper_id: shopper.0, shopper_name, visit, doubted_at };
        self.tell_admins(seq, AdminChange::Visit { visit }, activity).await;
        Ok(())
    }

    async fn review_changed(
        &self,
        floor: &Floor,
        file: db::reviews::ReviewFile,
        one: &Recorded,
    ) -> Result<(), db::DbError> {
        let sessions = views::sessions_of(&file.review);
        let decided = file.decided.and_then(|(session, _)| session);
        let names = self.people.names_of(sessions.chain(decided)).await?;
        let review = views::review(&file, floor.catalog(), &names);
        let activity = self.activity(floor, one).await?;
        self.tell_admins(one.seq, AdminChange::Review { review }, activity).await;
        Ok(())
    }

    async fn activity(&self, floor: &Floor, one: &Recorded) -> Result<Option<Activity>, db::DbError> {
        activity::describe(one, floor.catalog(), self.store.currency, &self.people, |session| {
            self.visits.get(&session).map(|(shopper, _)| *shopper)
        })
        .await
    }

    async fn tell_shopper(&self, shopper: ShopperId, seq: i64, change: ShopperChange) {
        self.emit(SHOPPER_NAMESPACE, room_of(shopper), &ShopperLive { seq, change }).await;
    }

    async fn tell_admins(&self, seq: i64, change: AdminChange, activity: Option<Activity>) {
        self.emit(ADMIN_NAMESPACE, ADMINS.to_owned(), &AdminLive { seq, change, activity }).await;
    }

    async fn emit(&self, namespace: &'static str, room: String, message: &impl Serialize) {
        let Some(io) = self.io.of(namespace) else { return };
        if let Err(error) = io.to(room).emit(LIVE, message).await {
            // Somebody's connection is full or closing; they refetch when they are back.
            tracing::debug!(%error, namespace, "a live message did not reach everybody");
        }
    }
}
