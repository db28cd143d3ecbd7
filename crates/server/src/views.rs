//! From domain values to what crosses the wire.

use std::collections::BTreeMap;

use db::orders::OrderFile;
use db::reviews::ReviewFile;
use domain::cart::{Cart, Unit};
use domain::catalog::Catalog;
use domain::dispute::Dispute;
use domain::ids::Sku;
use domain::interaction::{Basis, Evidence, Interaction, InteractionKind};
use domain::money::{BasisPoints, Currency, Minor};
use domain::order::OrderLine;
use domain::price::Priced;
use domain::review::{Review, ReviewReason};
use domain::session::{SessionState, ShoppingSession};
use domain::sighting::Means;
use floor::Floor;
use protocol::admin::{AskedView, InteractionName, InteractionView, LeftOut, ReviewDecisionView, ReviewView};
use protocol::evidence::{BasisName, CandidateView, ContentView, EvidenceView};
use protocol::order::{DisputeState, DisputeView, DisputedLine, OrderLineView, OrderSummary, OrderView, TaxLine};
use protocol::shopper::{CartItem, CartView, Question, SeenBy, Visit, VisitState};

use crate::people::NamesBySession;

pub mod activity;
pub mod names;

/// A visit that has not settled, with what is probably in its cart.
pub fn visit(floor: &Floor, session: &ShoppingSession, currency: Currency) -> Visit {
    let questions = floor.questions_to(session.id).map(|review| question(review, floor.catalog())).collect();
    let price_of = |sku: &Sku, unit: &Unit| floor.price_of(sku, unit);
    Visit { questions, ..visit_with(session, &floor.likely_cart(session.id), &price_of, currency) }
}

fn question(review: &Review, catalog: &Catalog) -> Question {
    Question {
        id: review.id.0,
        name: review.sku.as_ref().map(|sku| name_of_product(sku, catalog)).unwrap_or_default(),
        quantity: review.left(),
        put_back: review.kind == InteractionKind::PutBack,
        occurred_at: review.evidence.shelf_event.occurred_at.to_string(),
    }
}

/// What a unit in a cart is sold as, if anything.
type PriceOf<'a> = &'a dyn Fn(&Sku, &Unit) -> Option<Priced>;

/// A visit with this cart, at these prices.
pub fn visit_with(session: &ShoppingSession, held: &Cart, price_of: PriceOf<'_>, currency: Currency) -> Visit {
    Visit {
        session_id: session.id.0,
        state: match session.state() {
            SessionState::Open => VisitState::Open,
            SessionState::Settling => VisitState::Settling,
            SessionState::Settled => VisitState::Settled,
        },
        opened_at: session.opened_at.to_string(),
        opened_by: seen_by(session.opened_by),
        exited_at: session.exited_at.map(|at| at.to_string()),
        receipt_by: session.settles_at.filter(|_| !session.is_forgotten()).map(|at| at.to_string()),
        forgotten: session.is_forgotten(),
        cart: cart(held, price_of, currency),
        questions: Vec::new(),
        order_id: None,
    }
}

fn cart(held: &Cart, price_of: PriceOf<'_>, currency: Currency) -> CartView {
    let mut priced: BTreeMap<(&Sku, Priced), u32> = BTreeMap::new();
    for (sku, units) in held.units() {
        for unit in units {
            let unpriced = || Priced { unit_price: Minor::ZERO, tax_rate: BasisPoints(0), name: sku.0.clone() };
            *priced.entry((sku, price_of(sku, unit).unwrap_or_else(unpriced))).or_default() += 1;
        }
    }
    let item = |((sku, priced), quantity): ((&Sku, Priced), u32)| CartItem {
        sku: sku.0.clone(),
        name: priced.name,
        quantity,
        unit_price_minor: priced.unit_price.0,
    };
    let items: Vec<_> = priced.into_iter().map(item).collect();
    let total_minor = items.iter().map(|item| item.unit_price_minor.saturating_mul(item.quantity.into())).sum();
    CartView { items, total_minor, currency: currency.to_string() }
}

/// How somebody was recognised.
pub fn seen_by(means: Means) -> SeenBy {
    match means {
        Means::Face => SeenBy::Face,
        Means::Code => SeenBy::Code,
        // Nobody walks in at closing time.
        Means::Staff | Means::Closing => SeenBy::Staff,
    }
}

/// An order in a list.
pub fn order_summary(file: &OrderFile, shopper_name: &str) -> OrderSummary {
    let order = &file.order;
    OrderSummary {
        id: order.id.0,
        number: order.printed_number(),
        shopper_name: shopper_name.to_owned(),
        placed_at: order.clock.rfc3339(order.placed_at),
        time_zone: order.clock.zone.name().to_owned(),
        units: order.lines.iter().map(|line| line.quantity).sum(),
        total_minor: (order.total() - refunded(file)).0,
        currency: order.currency.to_string(),
        dispute: file.disputes.last().map(dispute_state),
    }
}

fn refunded(file: &OrderFile) -> domain::money::Minor {
    file.refunds.iter().map(|refund| refund.amount).sum()
}

/// A whole order.
pub fn order(file: &OrderFile, shopper_name: &str, store_name: &str) -> OrderView {
    let order = &file.order;
    OrderView {
        id: order.id.0,
        number: order.printed_number(),
        session_id: order.session.0,
        store_name: store_name.to_owned(),
        shopper_name: shopper_name.to_owned(),
        placed_at: order.clock.rfc3339(order.placed_at),
        time_zone: order.clock.zone.name().to_owned(),
        lines: order.lines.iter().zip(order.refunded_units(&file.refunds)).map(order_line).collect(),
        taxes: order
            .taxes_after(&file.refunds)
            .into_iter()
            .map(|share| TaxLine { rate_bp: share.rate.0, net_minor: share.net.0, tax_minor: share.tax.0 })
            .collect(),
        total_minor: order.total().0,
        refunded_minor: refunded(file).0,
        currency: order.currency.to_string(),
        disputes: file.disputes.iter().map(|one| dispute(one, file, shopper_name)).collect(),
    }
}

fn order_line((line, refunded_quantity): (&OrderLine, u32)) -> OrderLineView {
    OrderLineView {
        sku: line.sku.0.clone(),
        name: line.name.clone(),
        quantity: line.quantity,
        refunded_quantity,
        unit_price_minor: line.unit_price.0,
        total_minor: line.total().0,
        tax_rate_bp: line.tax_rate.0,
    }
}

/// A dispute of the order in `file`.
pub fn dispute(dispute: &Dispute, file: &OrderFile, shopper_name: &str) -> DisputeView {
    let refund = file.refunds.iter().find(|refund| refund.dispute == dispute.id);
    let verdict = dispute.verdict.as_ref();
    DisputeView {
        id: dispute.id.0,
        order_id: dispute.order.0,
        order_number: file.order.printed_number(),
        shopper_name: shopper_name.to_owned(),
        state: dispute_state(dispute),
        lines: dispute
            .lines
            .iter()
            .map(|line| DisputedLine {
                sku: line.sku.0.clone(),
                quantity: line.quantity,
                reason: names::dispute_reason(line.reason),
            })
            .collect(),
        message: dispute.message.clone(),
        opened_at: dispute.opened_at.to_string(),
        decided_at: verdict.map(|verdict| verdict.decided_at.to_string()),
        answer: verdict.map(|verdict| verdict.answer.clone()),
        refund_minor: refund.map_or(0, |refund| refund.amount.0),
        currency: file.order.currency.to_string(),
    }
}

fn dispute_state(dispute: &Dispute) -> DisputeState {
    match &dispute.verdict {
        None => DisputeState::Open,
        Some(verdict) if verdict.accepted => DisputeState::Accepted,
        Some(_) => DisputeState::Rejected,
    }
}

/// An interaction with its evidence.
pub fn interaction(interaction: &Interaction, catalog: &Catalog, names: &NamesBySession) -> InteractionView {
    InteractionView {
        id: interaction.id.0,
        kind: interaction_name(interaction.kind),
        sku: interaction.sku.0.clone(),
        name: name_of_product(&interaction.sku, catalog),
        quantity: interaction.quantity,
        occurred_at: interaction.occurred_at.to_string(),
        confidence: interaction.confidence,
        evidence: evidence(&interaction.evidence, catalog, names),
    }
}

/// On the wire.
pub fn interaction_name(kind: InteractionKind) -> InteractionName {
    match kind {
        InteractionKind::Pick => InteractionName::Pick,
        InteractionKind::PutBack => InteractionName::PutBack,
    }
}

fn evidence(evidence: &Evidence, catalog: &Catalog, names: &NamesBySession) -> EvidenceView {
    let event = &evidence.shelf_event;
    EvidenceView {
        slot: event.slot.0.clone(),
        sensor: event.sensor.into(),
        noticed_at: event.occurred_at.to_string(),
        delta_units: event.delta_units,
        grams: event.weighed.as_ref().map(|weighed| weighed.grams() as f32),
        contents: evidence
            .contents
            .iter()
            .map(|content| ContentView {
                sku: content.sku.0.clone(),
                name: name_of_product(&content.sku, catalog),
                quantity: content.quantity,
                probability: content.probability,
            })
            .collect(),
        trace: event.trace.clone(),
        candidates: evidence
            .candidates
            .iter()
            .map(|candidate| CandidateView {
                session_id: candidate.session.0,
                shopper_name: name_of(names, candidate.session),
                probability: candidate.probability,
                sightings: candidate.sightings,
                hand_m: candidate.hand_m,
            })
            .collect(),
        basis: match evidence.basis {
            Basis::SeenAtShelf => BasisName::SeenAtShelf,
            Basis::HandSeen => BasisName::HandSeen,
            Basis::AloneInStore => BasisName::AloneInStore,
            Basis::Whereabouts => BasisName::Whereabouts,
            Basis::Staff => BasisName::Staff,
            Basis::Shopper => BasisName::Shopper,
            Basis::SeenLater => BasisName::SeenLater,
            Basis::None => BasisName::None,
        },
    }
}

fn name_of(names: &NamesBySession, session: domain::ids::ShoppingSessionId) -> String {
    names.get(&session).map_or_else(|| "former shopper".to_owned(), |name| name.to_string())
}

/// Units that were not billed in the end.
pub fn left_out(sku: &Sku, quantity: u32, catalog: &Catalog) -> LeftOut {
    LeftOut { sku: sku.0.clone(), name: name_of_product(sku, catalog), quantity }
}

/// A case for staff.
pub fn review(file: &ReviewFile, catalog: &Catalog, names: &NamesBySession) -> ReviewView {
    let review = &file.review;
    ReviewView {
        id: review.id.0,
        reason: review_reason(review.reason),
        kind: interaction_name(review.kind),
        sku: review.sku.as_ref().map(|sku| sku.0.clone()),
        name: review.sku.as_ref().map(|sku| name_of_product(sku, catalog)),
        quantity: review.quantity,
        came_back: review.came_back,
        evidence: evidence(&review.evidence, catalog, names),
        opened_at: review.opened_at.to_string(),
        asked: review
            .asked
            .iter()
            .map(|asked| AskedView {
                session_id: asked.session.0,
                shopper_name: name_of(names, asked.session),
                at: asked.at.to_string(),
                answer: asked.answer,
            })
            .collect(),
        decision: file.decided.map(|(session, at)| ReviewDecisionView {
            session_id: session.map(|session| session.0),
            shopper_name: session.map(|session| name_of(names, session)),
            decided_at: db::from_micros(at).to_string(),
        }),
    }
}

fn name_of_product(sku: &Sku, catalog: &Catalog) -> String {
    catalog.get(sku).map_or_else(|| sku.0.clone(), |product| product.name.clone())
}

fn review_reason(reason: ReviewReason) -> protocol::admin::ReviewReason {
    use protocol::admin::ReviewReason as Name;
    match reason {
        ReviewReason::NobodySeen => Name::NobodySeen,
        ReviewReason::Unsure => Name::Unsure,
        ReviewReason::NobodyHoldsIt => Name::NobodyHoldsIt,
        ReviewReason::NoPrice => Name::NoPrice,
        ReviewReason::TooLate => Name::TooLate,
        ReviewReason::UnknownSlot => Name::UnknownSlot,
        ReviewReason::TooMany => Name::TooMany,
        ReviewReason::IdentityDoubted => Name::IdentityDoubted,
        ReviewReason::TimeUnsure => Name::TimeUnsure,
        ReviewReason::SeenLater => Name::SeenLater,
    }
}

/// In.
pub fn to_review_reason(name: protocol::admin::ReviewReason) -> ReviewReason {
    use protocol::admin::ReviewReason as Name;
    match name {
        Name::NobodySeen => ReviewReason::NobodySeen,
        Name::Unsure => ReviewReason::Unsure,
        Name::NobodyHoldsIt => ReviewReason::NobodyHoldsIt,
        Name::NoPrice => ReviewReason::NoPrice,
        Name::TooLate => ReviewReason::TooLate,
        Name::UnknownSlot => ReviewReason::UnknownSlot,
        Name::TooMany => ReviewReason::TooMany,
        Name::IdentityDoubted => ReviewReason::IdentityDoubted,
        Name::TimeUnsure => ReviewReason::TimeUnsure,
        Name::SeenLater => ReviewReason::SeenLater,
    }
}

/// Every visit that a case names.
pub fn sessions_of(review: &Review) -> impl Iterator<Item = domain::ids::ShoppingSessionId> {
    sessions_in(&review.evidence).chain(review.asked.iter().map(|asked| asked.session))
}

/// Every visit that a piece of evidence names.
pub fn sessions_in(evidence: &Evidence) -> impl Iterator<Item = domain::ids::ShoppingSessionId> {
    evidence.candidates.iter().map(|candidate| candidate.session)
}
