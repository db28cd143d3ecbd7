//! The activity feed: one sentence for each thing that happened.

use db::DbError;
use db::commit::Recorded;
use domain::catalog::Catalog;
use domain::event::DomainEvent;
use domain::ids::{ShopperId, ShoppingSessionId, Sku};
use domain::interaction::{Basis, Interaction, InteractionKind};
use domain::money::Currency;
use domain::review::Review;
use domain::sighting::Means;
use protocol::admin::{Activity, ActivityKind};

use crate::people::People;

/// The entry for a fact, if it makes one. `shopper_of` knows whose visit is whose.
pub async fn describe(
    one: &Recorded,
    catalog: &Catalog,
    currency: Currency,
    people: &People,
    shopper_of: impl Fn(ShoppingSessionId) -> Option<ShopperId>,
) -> Result<Option<Activity>, DbError> {
    let name_in = async |session: ShoppingSessionId| match shopper_of(session) {
        Some(shopper) => people.name(shopper).await,
        None => Ok(people.names_of([session]).await?.remove(&session).unwrap_or("somebody".into())),
    };
    let (kind, text, session) = match &one.event {
        DomainEvent::SessionOpened { session, shopper, .. } => {
            let name = people.name(*shopper).await?;
            (ActivityKind::WalkedIn, format!("{name} walked in"), Some(*session))
        }
        DomainEvent::IdentityDoubted { session, shopper, .. } => {
            let name = people.name(*shopper).await?;
            let text = format!("Is it {name} who walked in? Later pictures deny it. Please go and look");
            (ActivityKind::IdentityDoubted, text, Some(*session))
        }
        DomainEvent::ShelfEventKept { .. }
        | DomainEvent::ShelfEventDismissed { .. }
        | DomainEvent::ReceiptDeferred { .. }
        | DomainEvent::Restocked { .. }
        | DomainEvent::ProductSaved { .. }
        | DomainEvent::PlanogramChanged { .. }
        | DomainEvent::StockCounted { .. }
        | DomainEvent::StoreSettingsSaved { .. }
        | DomainEvent::RoomSaved { .. }
        | DomainEvent::FaceEnrolled { .. }
        | DomainEvent::FaceLearningSet { .. } => return Ok(None),
        DomainEvent::RestockingBegan { restocking } => {
            let text = format!("Staff refill {}: what changes there bills nobody", restocking.zone);
            (ActivityKind::Restocking, text, None)
        }
        DomainEvent::RestockingEnded { restocking, by } => {
            let text = match by {
                Some(_) => format!("Staff are done with {}", restocking.zone),
                None => {
                    format!("Nobody has refilled {} for half an hour: shoppers are billed there again", restocking.zone)
                }
            };
            (ActivityKind::Restocking, text, None)
        }
        DomainEvent::InteractionRecorded { interaction } => {
            let name = name_in(interaction.session).await?;
            let kind = match interaction.kind {
                InteractionKind::Pick => ActivityKind::Picked,
                InteractionKind::PutBack => ActivityKind::PutBack,
            };
            (kind, moved(&name, interaction, catalog), Some(interaction.session))
        }
        DomainEvent::ReviewOpened { review } => (ActivityKind::ReviewOpened, asked(review, catalog), None),
        DomainEvent::ReviewAsked { review } | DomainEvent::ReviewAnswered { review } => {
            let Some(question) = review.asked.last() else { return Ok(None) };
            let name = name_in(question.session).await?;
            let (kind, text) = match question.answer {
                None => (ActivityKind::ReviewAsked, format!("{name} is asked: {}", asked(review, catalog))),
                Some(true) => (ActivityKind::ReviewAnswered, format!("{name} says: that was me")),
                Some(false) => (ActivityKind::ReviewAnswered, format!("{name} says: that was not me")),
            };
            (kind, text, Some(question.session))
        }
        DomainEvent::UnitsCameBack { review, .. } => {
            let what = review.sku.as_ref().map_or("something", |sku| product_name(sku, catalog));
            let text = match review.left() {
                0 => format!("{what} came back: nobody has to decide who took it"),
                left => format!("Some {what} came back: {left} left to decide"),
            };
            (ActivityKind::ReviewDecided, text, None)
        }
        DomainEvent::ReviewDecided { interaction: Some(interaction), .. } => {
            let name = name_in(interaction.session).await?;
            let text = format!("Staff decided: {}", moved(&name, interaction, catalog));
            (ActivityKind::ReviewDecided, text, Some(interaction.session))
        }
        DomainEvent::ReviewDecided { interaction: None, .. } => {
            (ActivityKind::ReviewDecided, "Staff decided: nobody's".to_owned(), None)
        }
        DomainEvent::SessionExited { session, shopper, by, .. } => {
            let name = people.name(*shopper).await?;
            let text = match by {
                Means::Closing => format!("The store closed, and nobody had seen {name} leave: decide what is billed"),
                Means::Face | Means::Code | Means::Staff => format!("{name} walked out"),
            };
            (ActivityKind::WalkedOut, text, Some(*session))
        }
        DomainEvent::SessionSettled { session, shopper, order, left_out, .. } => {
            let name = people.name(*shopper).await?;
            let (kind, text) = match order {
                Some(order) => {
                    let total = order.total().display(currency);
                    (ActivityKind::OrderPlaced, format!("{name}: order {} over {total}", order.printed_number()))
                }
                None => (ActivityKind::BoughtNothing, format!("{name} bought nothing")),
            };
            let doubted: Vec<_> =
                left_out.iter().map(|(sku, units)| format!("{units} {}", product_name(sku, catalog))).collect();
            let text = if doubted.is_empty() {
                text
            } else {
                format!("{text}; not billed, for doubt: {}", doubted.join(", "))
            };
            (kind, text, Some(*session))
        }
        DomainEvent::DisputeOpened { shopper, .. } => {
            let name = people.name(*shopper).await?;
            (ActivityKind::DisputeOpened, format!("{name} disputes an order"), None)
        }
        DomainEvent::DisputeDecided { shopper, refund, .. } => {
            let name = people.name(*shopper).await?;
            let text = match refund {
                Some(refund) => format!("{} goes back to {name}", refund.amount.display(currency)),
                None => format!("{name}'s dispute was rejected"),
            };
            (ActivityKind::DisputeDecided, text, None)
        }
    };
    Ok(Some(Activity {
        seq: one.seq,
        at: one.recorded_at.to_string(),
        kind,
        text,
        session_id: session.map(|session| session.0),
    }))
}

/// The visit whose shopper the entry names, where the fact itself does not say whose it is.
pub fn session_of(event: &DomainEvent) -> Option<ShoppingSessionId> {
    if let DomainEvent::InteractionRecorded { interaction }
    | DomainEvent::ReviewDecided { interaction: Some(interaction), .. } = event
    {
        return Some(interaction.session);
    }
    let (DomainEvent::ReviewAsked { review } | DomainEvent::ReviewAnswered { review }) = event else { return None };
    review.asked.last().map(|asked| asked.session)
}

fn moved(name: &str, interaction: &Interaction, catalog: &Catalog) -> String {
    let what = product_name(&interaction.sku, catalog);
    let quantity = interaction.quantity;
    match interaction.kind {
        InteractionKind::Pick => format!("{name} took {quantity} × {what}"),
        InteractionKind::PutBack if interaction.evidence.basis == Basis::SeenLater => {
            format!("{quantity} × {what} off {name}'s bill: a late sighting speaks for somebody else")
        }
        InteractionKind::PutBack => format!("{name} put back {quantity} × {what}"),
    }
}

fn asked(review: &Review, catalog: &Catalog) -> String {
    let what = review.sku.as_ref().map_or("something", |sku| product_name(sku, catalog));
    let quantity = review.quantity;
    match review.kind {
        InteractionKind::Pick => format!("Who took {quantity} × {what}?"),
        InteractionKind::PutBack => format!("Who put back {quantity} × {what}?"),
    }
}

fn product_name<'a>(sku: &'a Sku, catalog: &'a Catalog) -> &'a str {
    catalog.get(sku).map_or(sku.as_str(), |product| product.name.as_str())
}
