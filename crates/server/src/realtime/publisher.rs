//! Telling: what was committed goes to the shopper it concerns and to the admins.

use std::collections::HashMap;

use db::Db;
use db::commit::Recorded;
use db::orders::OrderFile;
use db::stores::Store;
use domain::event::DomainEvent;
use domain::ids::{ShopperId, ShoppingSessionId};
use protocol::admin::{Activity, FloorVisit};
use protocol::realtime::{
    ADMIN_NAMESPACE, AdminChange, AdminLive, LIVE, SHOPPER_NAMESPACE, ShopperChange, ShopperLive,
};
use protocol::shopper::VisitState;
use serde::Serialize;
use socketioxide::SocketIo;
use tokio::sync::mpsc;

use super::edition::{Edition, Shown};
use crate::people::People;
use crate::rooms;
use crate::views::{self, activity};

/// Sends out what was committed. A task of its own: the writer never waits for a socket or a name.
pub struct Publisher {
    io: SocketIo,
    db: Db,
    store: Store,
    people: People,
    /// Visits that have not settled, as they were last told.
    visits: HashMap<ShoppingSessionId, Shown>,
}

impl Publisher {
    /// Without any visits yet.
    pub fn new(io: SocketIo, db: Db, store: Store, people: People) -> Self {
        Self { io, db, store, people, visits: HashMap::new() }
    }

    /// Tells one edition after the other until the writer has ended.
    pub async fn run(mut self, mut editions: mpsc::Receiver<Edition>) {
        while let Some(edition) = editions.recv().await {
            if edition.missed {
                self.have_everybody_look_again().await;
            }
            self.publish(&edition).await;
        }
    }

    /// Tells what was committed, and whose likely cart has moved. A failure is logged and no more: clients refetch.
    async fn publish(&mut self, edition: &Edition) {
        if edition.recorded.is_empty() && edition.moved.is_empty() {
            // The floor is as it was found or brought back: what it shows is known from now on.
            self.visits = edition.visits.iter().map(|(id, shown)| (*id, shown.clone())).collect();
        }
        for one in &edition.recorded {
            if let Err(error) = self.publish_one(edition, one).await {
                tracing::warn!(%error, seq = one.seq, "cannot tell the clients");
            }
        }
        for &session in &edition.moved {
            if let Err(error) = self.cart_moved(edition, session, edition.last_seq).await {
                tracing::warn!(%error, session.id = %session, "cannot tell what is probably in a cart");
            }
        }
    }

    /// Closes the connections of those who missed something: they come back at once, and fetch what they show.
    async fn have_everybody_look_again(&self) {
        for namespace in [SHOPPER_NAMESPACE, ADMIN_NAMESPACE] {
            let Some(io) = self.io.of(namespace) else { continue };
            if let Err(error) = io.disconnect().await {
                tracing::warn!(%error, namespace, "cannot close connections that missed something");
            }
        }
    }

    /// Tells a visit, if it is another than was told last.
    async fn cart_moved(&mut self, edition: &Edition, session: ShoppingSessionId, seq: i64) -> Result<(), db::DbError> {
        if !self.visits.contains_key(&session) {
            return Ok(());
        }
        if self.look_again(edition, session) { self.tell_visit(session, seq, None).await } else { Ok(()) }
    }

    async fn publish_one(&mut self, edition: &Edition, one: &Recorded) -> Result<(), db::DbError> {
        let seq = one.seq;
        match &one.event {
            DomainEvent::SessionOpened { session, .. }
            | DomainEvent::IdentityDoubted { session, .. }
            | DomainEvent::SessionExited { session, .. }
            | DomainEvent::ReceiptDeferred { session, .. } => self.visit_changed(edition, *session, one).await,
            DomainEvent::ShelfEventKept { .. }
            | DomainEvent::ShelfEventDismissed { .. }
            | DomainEvent::ProductSaved { .. }
            | DomainEvent::PlanogramChanged { .. }
            | DomainEvent::StockCounted { .. }
            | DomainEvent::StoreSettingsSaved { .. }
            | DomainEvent::RoomSaved { .. }
            | DomainEvent::FaceEnrolled { .. }
            | DomainEvent::FaceLearningSet { .. } => Ok(()),
            DomainEvent::RestockingBegan { restocking }
            | DomainEvent::Restocked { restocking, .. }
            | DomainEvent::RestockingEnded { restocking, .. } => {
                let change = AdminChange::Stock { zone: restocking.zone.0.clone() };
                self.tell_admins(seq, change, self.activity(edition, one).await?).await;
                Ok(())
            }
            DomainEvent::InteractionRecorded { interaction } => {
                self.visit_changed(edition, interaction.session, one).await
            }
            DomainEvent::ReviewOpened { review } => {
                let file = db::reviews::ReviewFile { review: review.clone(), decided: None };
                self.review_changed(edition, file, one).await
            }
            DomainEvent::ReviewAsked { review }
            | DomainEvent::ReviewAnswered { review }
            | DomainEvent::UnitsCameBack { review, .. } => {
                if let Some(asked) = review.asked.last() {
                    self.cart_moved(edition, asked.session, seq).await?;
                }
                let decided = match &one.event {
                    DomainEvent::UnitsCameBack { at, .. } if review.left() == 0 => Some((None, at.as_microsecond())),
                    _ => None,
                };
                self.review_changed(edition, db::reviews::ReviewFile { review: review.clone(), decided }, one).await
            }
            DomainEvent::ReviewDecided { decision, interaction } => {
                if let Some(interaction) = interaction {
                    self.visit_changed(edition, interaction.session, one).await?;
                }
                match db::reviews::one(&self.db, decision.review).await? {
                    Some(file) => self.review_changed(edition, file, one).await,
                    None => Ok(()),
                }
            }
            DomainEvent::SessionSettled { session, shopper, order, .. } => {
                let name = self.people.name(*shopper).await?;
                let file = order.clone().map(|order| OrderFile { order, disputes: Vec::new(), refunds: Vec::new() });
                let summary = file.as_ref().map(|file| views::order_summary(file, &name));
                if let Some(Shown { mut visit, .. }) = self.visits.remove(session) {
                    visit.state = VisitState::Settled;
                    visit.order_id = order.as_ref().map(|order| order.id.0);
                    self.tell_shopper(*shopper, seq, ShopperChange::Visit { visit }).await;
                }
                if let Some(order) = summary.clone() {
                    self.tell_shopper(*shopper, seq, ShopperChange::Order { order }).await;
                }
                let change = AdminChange::VisitSettled { session_id: session.0, order: summary };
                self.tell_admins(seq, change, self.activity(edition, one).await?).await;
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
                let activity = self.activity(edition, one).await?;
                self.tell_admins(seq, AdminChange::Dispute { dispute: view }, activity).await;
                self.tell_admins(seq, AdminChange::Order { order }, None).await;
                Ok(())
            }
        }
    }

    async fn visit_changed(
        &mut self,
        edition: &Edition,
        session: ShoppingSessionId,
        one: &Recorded,
    ) -> Result<(), db::DbError> {
        self.look_again(edition, session);
        let activity = self.activity(edition, one).await?;
        self.tell_visit(session, one.seq, activity).await
    }

    /// Takes a visit over from an edition; whether it is another than was told last. One that settled within the same edition
    /// is told by its last event.
    fn look_again(&mut self, edition: &Edition, session: ShoppingSessionId) -> bool {
        let Some(shown) = edition.visits.get(&session) else { return false };
        let told = self.visits.insert(session, shown.clone());
        told.is_none_or(|told| told != *shown)
    }

    async fn tell_visit(
        &self,
        session: ShoppingSessionId,
        seq: i64,
        activity: Option<Activity>,
    ) -> Result<(), db::DbError> {
        let Some(Shown { shopper, visit, doubted_at }) = self.visits.get(&session).cloned() else { return Ok(()) };
        let shopper_name = self.people.name(shopper).await?.to_string();
        self.tell_shopper(shopper, seq, ShopperChange::Visit { visit: visit.clone() }).await;
        let doubted_at = doubted_at.map(|at| at.to_string());
        let visit = FloorVisit { shopper_id: shopper.0, shopper_name, visit, doubted_at };
        self.tell_admins(seq, AdminChange::Visit { visit }, activity).await;
        Ok(())
    }

    async fn review_changed(
        &self,
        edition: &Edition,
        file: db::reviews::ReviewFile,
        one: &Recorded,
    ) -> Result<(), db::DbError> {
        let sessions = views::sessions_of(&file.review);
        let decided = file.decided.and_then(|(session, _)| session);
        let names = self.people.names_of(sessions.chain(decided)).await?;
        let review = views::review(&file, &edition.catalog, &names);
        let activity = self.activity(edition, one).await?;
        self.tell_admins(one.seq, AdminChange::Review { review }, activity).await;
        Ok(())
    }

    async fn activity(&self, edition: &Edition, one: &Recorded) -> Result<Option<Activity>, db::DbError> {
        activity::describe(one, &edition.catalog, self.store.currency, &self.people, |session| {
            self.visits.get(&session).map(|shown| shown.shopper)
        })
        .await
    }

    async fn tell_shopper(&self, shopper: ShopperId, seq: i64, change: ShopperChange) {
        self.emit(SHOPPER_NAMESPACE, rooms::of_shopper(shopper), &ShopperLive { seq, change }).await;
    }

    async fn tell_admins(&self, seq: i64, change: AdminChange, activity: Option<Activity>) {
        self.emit(ADMIN_NAMESPACE, rooms::ADMINS.to_owned(), &AdminLive { seq, change, activity }).await;
    }

    async fn emit(&self, namespace: &'static str, room: String, message: &impl Serialize) {
        let Some(io) = self.io.of(namespace) else { return };
        if let Err(error) = io.to(room).emit(LIVE, message).await {
            // Somebody's connection is full or closing; they refetch when they are back.
            tracing::debug!(%error, namespace, "a live message did not reach everybody");
        }
    }
}
