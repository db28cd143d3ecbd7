//! Editions: what the publisher needs of one turn of the writer, taken from the floor in that turn so that the writer waits for nobody.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use db::commit::Recorded;
use domain::catalog::Catalog;
use domain::event::DomainEvent;
use domain::ids::{ShopperId, ShoppingSessionId};
use domain::money::Currency;
use floor::Floor;
use jiff::Timestamp;
use protocol::shopper::Visit;
use shop::news::{Listener, News};
use tokio::sync::mpsc;

use crate::views;

/// Editions that may wait for the publisher. When it is full the edition is dropped, and the next one says so.
const QUEUE: usize = 1_024;

/// A visit as its shopper and the admins are shown it.
#[derive(Clone, PartialEq, Debug)]
pub struct Shown {
    /// Whose.
    pub shopper: ShopperId,
    /// With what is probably in its cart.
    pub visit: Visit,
    /// Since when it is in doubt who walked in.
    pub doubted_at: Option<Timestamp>,
}

/// What became true, with everything that has to be known to tell it.
#[derive(Debug)]
pub struct Edition {
    /// Facts, in order.
    pub recorded: Vec<Recorded>,
    /// Visits whose likely cart is another one now.
    pub moved: Vec<ShoppingSessionId>,
    /// The visits that any of it is about, if they have not settled.
    pub visits: BTreeMap<ShoppingSessionId, Shown>,
    /// What the store sells.
    pub catalog: Arc<Catalog>,
    /// The number of the last fact.
    pub last_seq: i64,
    /// Whether something was dropped before this: whoever listens has to look again.
    pub missed: bool,
}

/// A listener that makes editions, and where they come out.
pub fn editions(currency: Currency) -> (Listener, mpsc::Receiver<Edition>) {
    let (sender, receiver) = mpsc::channel(QUEUE);
    let mut catalog: Arc<Catalog> = Arc::default();
    let mut missed = false;
    let listener = move |news: &News<'_>| {
        if *catalog != *news.floor.catalog() {
            catalog = Arc::new(news.floor.catalog().clone());
        }
        if news.recorded.is_empty() && news.moved.is_empty() && !news.anew {
            return;
        }
        let edition = edition(news, currency, &catalog, missed);
        // The publisher has stopped with the server; nobody is connected any more.
        missed = matches!(sender.try_send(edition), Err(mpsc::error::TrySendError::Full(_)));
        if missed {
            metrics::counter!("smartmart_live_dropped_total").increment(1);
        }
    };
    (Box::new(listener), receiver)
}

fn edition(news: &News<'_>, currency: Currency, catalog: &Arc<Catalog>, missed: bool) -> Edition {
    let all = news.anew.then(|| news.floor.sessions().map(|session| session.id)).into_iter().flatten();
    let concerned = news.recorded.iter().flat_map(|one| sessions_of(&one.event)).chain(news.moved.iter().copied());
    // Several facts of one turn may be about the same visit.
    let concerned: BTreeSet<_> = all.chain(concerned).collect();
    let shown = |id| Some((id, show(news.floor, id, currency)?));
    Edition {
        recorded: news.recorded.to_vec(),
        moved: news.moved.iter().copied().collect(),
        visits: concerned.into_iter().filter_map(shown).collect(),
        catalog: Arc::clone(catalog),
        last_seq: news.last_seq,
        missed,
    }
}

fn show(floor: &Floor, id: ShoppingSessionId, currency: Currency) -> Option<Shown> {
    let session = floor.session(id)?;
    let visit = views::visit(floor, session, currency);
    Some(Shown { shopper: session.shopper, visit, doubted_at: session.doubted_at })
}

/// The visits that a fact changes the look of.
fn sessions_of(event: &DomainEvent) -> Vec<ShoppingSessionId> {
    match event {
        DomainEvent::SessionOpened { session, .. }
        | DomainEvent::IdentityDoubted { session, .. }
        | DomainEvent::SessionExited { session, .. }
        | DomainEvent::ReceiptDeferred { session, .. }
        | DomainEvent::SessionSettled { session, .. } => vec![*session],
        DomainEvent::InteractionRecorded { interaction } => vec![interaction.session],
        DomainEvent::ReviewDecided { interaction, .. } => interaction.iter().map(|one| one.session).collect(),
        DomainEvent::ReviewAsked { review }
        | DomainEvent::ReviewAnswered { review }
        | DomainEvent::UnitsCameBack { review, .. } => review.asked.iter().map(|asked| asked.session).collect(),
        DomainEvent::ReviewOpened { .. }
        | DomainEvent::ShelfEventKept { .. }
        | DomainEvent::ShelfEventDismissed { .. }
        | DomainEvent::RestockingBegan { .. }
        | DomainEvent::Restocked { .. }
        | DomainEvent::RestockingEnded { .. }
        | DomainEvent::ProductSaved { .. }
        | DomainEvent::PlanogramChanged { .. }
        | DomainEvent::StockCounted { .. }
        | DomainEvent::StoreSettingsSaved { .. }
        | DomainEvent::RoomSaved { .. }
        | DomainEvent::FaceEnrolled { .. }
        | DomainEvent::FaceLearningSet { .. }
        | DomainEvent::DisputeOpened { .. }
        | DomainEvent::DisputeDecided { .. } => Vec::new(),
    }
}
