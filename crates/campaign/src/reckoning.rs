//! The end: every movement of a hand is looked for in the database, and every order in what hands did.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use db::entity::{
    dispute, event_log, interaction, mail, order, order_line, refund, review, set_aside, shelf_event, shopping_session,
};
use domain::event::DomainEvent;
use domain::ids::SlotId;
use domain::interaction::{Basis, Interaction, InteractionKind};
use domain::review::Review;
use domain::shelf::ShelfEvent;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use simulator::api::{Api, patiently};
use simulator::store::ledger::{Ledger, Units};
use uuid::Uuid;

use crate::complaints::Complaint;
use crate::database::Database;
use crate::outcome::Outcome;

/// A movement of a hand: of a shopper's, or of somebody's whom no camera saw.
#[derive(Clone, PartialEq, Debug)]
pub struct Deed {
    /// The event that it made; none under a real node, which does not tell.
    pub event: Option<Uuid>,
    /// Where.
    pub slot: SlotId,
    /// Whose visit; none: nobody was in the store.
    pub session: Option<Uuid>,
    /// Which product.
    pub sku: String,
    /// Units taken; below zero where they were put back.
    pub units: i64,
}

/// What really happened.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Truth {
    /// Every movement.
    pub deeds: Vec<Deed>,
    /// Finished visits.
    pub trips: Vec<Uuid>,
    /// Disputes by id, as those who opened and decided them know them.
    pub complaints: BTreeMap<Uuid, Complaint>,
    /// Grams of a unit at the slots of the real node.
    pub real_slots: BTreeMap<SlotId, f64>,
}

impl Truth {
    /// What shoppers did.
    pub fn of(ledger: &Ledger, real_slots: BTreeMap<SlotId, f64>) -> Self {
        let deed = |movement: &simulator::store::ledger::Movement| Deed {
            event: movement.event,
            slot: movement.slot.clone(),
            session: Some(movement.session),
            sku: movement.sku.clone(),
            units: movement.units,
        };
        let trips = ledger.trips.iter().map(|trip| trip.session).collect();
        let deeds = ledger.movements.iter().map(deed).collect();
        Self { deeds, trips, real_slots, complaints: BTreeMap::new() }
    }
}

/// What the store made of it.
#[derive(Debug, Default)]
pub struct Books {
    interactions: Vec<Interaction>,
    reviews: Vec<Review>,
    events: Vec<(ShelfEvent, bool)>,
    set_aside: Vec<(Uuid, String)>,
    /// Shelf events that were taken into account without a trace of their own: put back of what a case is about, dismissed, or moved
    /// while staff refilled.
    accounted: BTreeSet<Uuid>,
    /// Shelf events that were set aside, and so are in no cart: staff see to them.
    unread: Vec<ShelfEvent>,
    /// Shelf events with the units taken that were decided and whose interaction or case the database refused: it is set aside, and staff
    /// see to it.
    refused: Vec<(ShelfEvent, i64)>,
    visits: BTreeMap<Uuid, shopping_session::Model>,
    orders: Vec<(order::Model, Units)>,
    lines: Vec<order_line::Model>,
    disputes: Vec<dispute::Model>,
    refunds: Vec<refund::Model>,
    subjects: Vec<String>,
}

impl Books {
    /// Reads everything in one transaction.
    ///
    /// # Errors
    ///
    /// Where it cannot be read.
    pub async fn read(database: &Database) -> Result<Self> {
        let transaction = database.begin().await?;
        let of_json = |what: &'static str| move |error: serde_json::Error| anyhow::anyhow!("{what}: {error}");
        let mut books = Self::default();
        for row in interaction::Entity::find().all(&transaction).await? {
            books.interactions.push(serde_json::from_value(row.payload).map_err(of_json("an interaction"))?);
        }
        for row in review::Entity::find().all(&transaction).await? {
            books.reviews.push(serde_json::from_value(row.payload).map_err(of_json("a case"))?);
        }
        for row in shelf_event::Entity::find().all(&transaction).await? {
            books.events.push((serde_json::from_value(row.payload).map_err(of_json("an event"))?, row.decided));
        }
        let without_trace = ["units_came_back", "shelf_event_dismissed", "restocked"];
        let facts = event_log::Entity::find().filter(event_log::Column::Kind.is_in(without_trace));
        for row in facts.all(&transaction).await? {
            books.accounted.extend(event_of(&row.payload));
        }
        for row in set_aside::Entity::find().all(&transaction).await? {
            books.unread.extend(serde_json::from_str::<ShelfEvent>(&row.payload).ok());
            let facts = serde_json::from_str::<Vec<DomainEvent>>(&row.payload).unwrap_or_default();
            books.refused.extend(facts.into_iter().filter_map(decided));
            books.set_aside.push((row.id, row.payload));
        }
        for row in shopping_session::Entity::find().all(&transaction).await? {
            books.visits.insert(row.id, row);
        }
        let mut lines: BTreeMap<Uuid, Units> = BTreeMap::new();
        for line in order_line::Entity::find().all(&transaction).await? {
            *lines.entry(line.order_id).or_default().entry(line.sku.clone()).or_default() += i64::from(line.quantity);
            books.lines.push(line);
        }
        for row in order::Entity::find().all(&transaction).await? {
            let units = lines.remove(&row.id).unwrap_or_default();
            books.orders.push((row, units));
        }
        for row in mail::Entity::find().all(&transaction).await? {
            books.subjects.push(row.subject);
        }
        books.disputes = dispute::Entity::find().all(&transaction).await?;
        books.refunds = refund::Entity::find().all(&transaction).await?;
        transaction.rollback().await?;
        Ok(books)
    }

    /// Visits that have neither settled nor been set aside.
    pub fn unsettled(&self) -> usize {
        self.visits.values().filter(|visit| matches!(visit.state.as_str(), "open" | "settling")).count()
    }

    /// Shelf events that wait for a decision.
    pub fn undecided(&self) -> usize {
        self.events.iter().filter(|(_, decided)| !decided).count()
    }

    /// What a slot's plate felt, in units taken.
    fn felt(&self, slot: &SlotId, unit_g: f64) -> i64 {
        let of_slot =
            self.events.iter().map(|(event, _)| event).chain(&self.unread).filter(|event| event.slot == *slot);
        let units = of_slot.map(|event| match &event.weighed {
            Some(weighed) => {
                let grams: f64 = weighed.plates.iter().map(|plate| f64::from(plate.grams)).sum();
                -(grams / unit_g).round() as i64
            }
            None => -i64::from(event.delta_units),
        });
        units.sum()
    }

    /// Units taken at a slot that are in carts, in cases, or with staff.
    fn accounted_at(&self, slot: &SlotId) -> i64 {
        let interactions = self.interactions.iter().filter(|one| one.evidence.shelf_event.slot == *slot).map(sign);
        let cases = self.reviews.iter().filter(|case| case.evidence.shelf_event.slot == *slot).map(|case| {
            let left = i64::from(case.quantity) - i64::from(case.came_back);
            if case.kind == InteractionKind::Pick { left } else { -left }
        });
        let unread = self.unread.iter().filter(|event| event.slot == *slot).map(|event| -i64::from(event.delta_units));
        let refused = self.refused.iter().filter(|(event, _)| event.slot == *slot).map(|(_, units)| *units);
        interactions.chain(cases).chain(unread).chain(refused).sum()
    }

    fn is_set_aside(&self, id: Uuid) -> bool {
        let id = id.to_string();
        self.set_aside.iter().any(|(_, payload)| payload.contains(&id))
    }
}

fn sign(interaction: &Interaction) -> i64 {
    let quantity = i64::from(interaction.quantity);
    match interaction.kind {
        InteractionKind::Pick => quantity,
        InteractionKind::PutBack => -quantity,
    }
}

/// What a fact decides about a shelf event: units taken, or put back below 0.
fn decided(fact: DomainEvent) -> Option<(ShelfEvent, i64)> {
    match fact {
        DomainEvent::InteractionRecorded { interaction } => {
            let units = sign(&interaction);
            Some((interaction.evidence.shelf_event, units))
        }
        DomainEvent::ReviewOpened { review } => {
            let units = i64::from(review.left());
            let units = if review.kind == InteractionKind::Pick { units } else { -units };
            Some((review.evidence.shelf_event, units))
        }
        _ => None,
    }
}

/// The shelf event that a fact without another trace of it is about.
fn event_of(fact: &serde_json::Value) -> Option<Uuid> {
    let event = fact.get("put_back").or_else(|| fact.get("event"))?;
    event.get("id")?.as_str()?.parse().ok()
}

/// Holds the truth against the books. `owner` is asked what staff are shown.
///
/// # Errors
///
/// Where the server does not answer.
pub async fn reckon(truth: &Truth, books: &Books, owner: &Api) -> Result<Outcome> {
    let mut outcome = Outcome {
        trips: truth.trips.len(),
        movements: truth.deeds.len(),
        orders: books.orders.len(),
        units_billed: books.orders.iter().flat_map(|(_, units)| units.values()).sum(),
        disputes: books.disputes.len(),
        refunded_minor: books.refunds.iter().map(|refund| refund.amount_minor).sum(),
        receipts: books.subjects.iter().filter(|subject| subject.starts_with("Receipt ")).count(),
        in_review: books.reviews.len(),
        taken_back: books.interactions.iter().filter(|one| one.evidence.basis == Basis::SeenLater).count(),
        set_aside: books.set_aside.len(),
        ..Outcome::default()
    };
    let shown: BTreeSet<Uuid> = patiently(|| owner.set_aside()).await?.into_iter().map(|one| one.id).collect();
    outcome.hidden = books.set_aside.iter().filter(|(id, _)| !shown.contains(id)).count();
    movements(truth, books, &mut outcome);
    real_node(truth, books, &mut outcome);
    visits(truth, books, owner, &mut outcome).await?;
    receipts(books, &mut outcome);
    complaints(truth, books, &mut outcome);
    Ok(outcome)
}

/// Movements whose event is known: each is an interaction, a case, a set-aside input, or was taken into account elsewhere.
fn movements(truth: &Truth, books: &Books, outcome: &mut Outcome) {
    let mut interactions: BTreeMap<Uuid, Vec<&Interaction>> = BTreeMap::new();
    for interaction in &books.interactions {
        interactions.entry(interaction.evidence.shelf_event.id.0).or_default().push(interaction);
    }
    let mut cases: BTreeMap<Uuid, Vec<&Review>> = BTreeMap::new();
    for review in &books.reviews {
        cases.entry(review.evidence.shelf_event.id.0).or_default().push(review);
    }
    let decided: BTreeMap<Uuid, bool> = books.events.iter().map(|(event, decided)| (event.id.0, *decided)).collect();
    for deed in &truth.deeds {
        let Some(event) = deed.event else { continue };
        let own = interactions.get(&event).map(Vec::as_slice).unwrap_or_default();
        let cases = cases.get(&event).map(Vec::as_slice).unwrap_or_default();
        let Deed { slot, sku, units, .. } = deed;
        let what = format!("{units} {sku} at {slot}, event {event}");
        let is_set_aside = books.is_set_aside(event);
        let has_trace = !own.is_empty() || !cases.is_empty();
        let is_elsewhere = books.accounted.contains(&event) || is_set_aside;
        if !has_trace && !is_elsewhere {
            let why = match decided.get(&event) {
                Some(true) => "was decided into nothing",
                Some(false) => "is undecided",
                None => "is nowhere",
            };
            outcome.lost.push(format!("{what} {why}"));
        }
        let moved: i64 = own.iter().filter(|one| one.sku.0 == *sku).map(|one| sign(one)).sum();
        // Three light things may weigh what one heavy thing does: a case about another product leaves all of it to staff.
        let in_case = cases.iter().map(|case| match &case.sku {
            Some(read) if read.0 != *sku && (units - moved).signum() == units.signum() => units - moved,
            Some(read) if read.0 != *sku => 0,
            Some(_) | None => i64::from(case.quantity) * units.signum(),
        });
        let in_case: i64 = in_case.sum();
        let counted = (moved + in_case).abs();
        if counted > units.abs() {
            outcome.doubled.push(format!("{what} counts as {moved} in carts and {in_case} in a case"));
        }
        if has_trace && !is_elsewhere && counted < units.abs() {
            outcome.lost.push(format!("{what} counts as no more than {moved} in carts and {in_case} in a case"));
        }
        let mut of_others: BTreeMap<Uuid, i64> = BTreeMap::new();
        for one in own.iter().filter(|one| Some(one.session.0) != deed.session) {
            *of_others.entry(one.session.0).or_default() += sign(one);
        }
        // What a late sighting took off a bill again is on none.
        for session in of_others.into_iter().filter(|(_, left)| *left != 0).map(|(session, _)| session) {
            outcome.wrongly_billed.push(format!("{what} of visit {:?} is in visit {session}", deed.session));
        }
        let mut as_others: BTreeMap<(Uuid, &str), i64> = BTreeMap::new();
        for one in own.iter().filter(|one| one.sku.0 != *sku) {
            *as_others.entry((one.session.0, &one.sku.0)).or_default() += sign(one);
        }
        for ((session, other), _) in as_others.into_iter().filter(|(_, left)| *left != 0) {
            outcome.wrongly_billed.push(format!("{what} is in visit {session} as {other}"));
        }
    }
}

/// Movements under the real node: the sums of each slot, and of each visit there.
fn real_node(truth: &Truth, books: &Books, outcome: &mut Outcome) {
    for (slot, unit_g) in &truth.real_slots {
        let deeds = || truth.deeds.iter().filter(|deed| deed.event.is_none() && deed.slot == *slot);
        let (moved, felt): (i64, i64) = (deeds().map(|deed| deed.units).sum(), books.felt(slot, *unit_g));
        let line = || format!("at {slot} {moved} units were taken, its events say {felt}");
        match felt.cmp(&moved) {
            std::cmp::Ordering::Less => outcome.lost.push(line()),
            std::cmp::Ordering::Greater => outcome.doubled.push(line()),
            std::cmp::Ordering::Equal => {}
        }
        let accounted = books.accounted_at(slot);
        if accounted < moved {
            outcome
                .lost
                .push(format!("at {slot} {moved} units were taken, carts, cases and staff know of {accounted}"));
        }
        let mut of_visits: BTreeMap<Option<Uuid>, i64> = BTreeMap::new();
        for deed in deeds() {
            *of_visits.entry(deed.session).or_default() += deed.units;
        }
        // Put back, and not in any cart's favour yet: staff have to see to it.
        let set_aside = books.unread.iter().filter(|event| event.slot == *slot);
        let set_aside: i64 = set_aside.map(|event| i64::from(event.delta_units.max(0))).sum();
        let refused = books.refused.iter().filter(|(event, _)| event.slot == *slot);
        let set_aside = set_aside + refused.map(|(_, units)| -units.min(&0)).sum::<i64>();
        let cases = books.reviews.iter().filter(|case| case.evidence.shelf_event.slot == *slot);
        let cases = cases.filter(|case| case.kind == InteractionKind::PutBack);
        let open: i64 = set_aside + cases.map(|case| i64::from(case.quantity)).sum::<i64>();
        let mut in_carts: BTreeMap<Uuid, i64> = BTreeMap::new();
        for one in books.interactions.iter().filter(|one| one.evidence.shelf_event.slot == *slot) {
            *in_carts.entry(one.session.0).or_default() += sign(one);
        }
        for (session, units) in in_carts {
            let own = of_visits.get(&Some(session)).copied().unwrap_or(0);
            if units > own + open {
                outcome.wrongly_billed.push(format!("at {slot} visit {session} took {own}, its cart has {units}"));
            }
        }
    }
}

/// Each visit's bill is what its cart holds, less what staff are told was left out.
async fn visits(truth: &Truth, books: &Books, owner: &Api, outcome: &mut Outcome) -> Result<()> {
    let mut carts: BTreeMap<Uuid, Units> = BTreeMap::new();
    for one in &books.interactions {
        *carts.entry(one.session.0).or_default().entry(one.sku.0.clone()).or_default() += sign(one);
    }
    let bills: BTreeMap<Uuid, &Units> = books.orders.iter().map(|(order, units)| (order.session_id, units)).collect();
    for session in truth.trips.iter().filter(|session| !books.visits.contains_key(session)) {
        if !books.is_set_aside(*session) {
            outcome.lost.push(format!("visit {session} is nowhere"));
        }
    }
    let nothing = Units::new();
    for (session, visit) in &books.visits {
        let (cart, bill) = (carts.get(session).unwrap_or(&nothing), bills.get(session).copied().unwrap_or(&nothing));
        let is_over = visit.state == "settled";
        for sku in cart.keys().chain(bill.keys()).collect::<BTreeSet<_>>() {
            let of = |units: &Units| units.get(sku).copied().unwrap_or(0);
            let (held, billed) = (of(cart).max(0), of(bill));
            if billed > held {
                outcome.doubled.push(format!("visit {session} holds {held} {sku} and is billed {billed}"));
            }
            if billed < held && is_over {
                let detail = patiently(|| owner.session(*session)).await.context("a visit cannot be read")?;
                let left_out = detail.left_out.iter().filter(|one| one.sku == *sku);
                let left_out: i64 = left_out.map(|one| i64::from(one.quantity)).sum();
                outcome.units_left_out += left_out;
                if billed + left_out < held {
                    outcome.lost.push(format!(
                        "visit {session} holds {held} {sku}, is billed {billed}, and {left_out} were left out"
                    ));
                }
            }
        }
        if !is_over && visit.state != "set_aside" && truth.trips.contains(session) {
            outcome.lost.push(format!("visit {session} is over and still {}", visit.state));
        }
    }
    Ok(())
}

/// Each order was mailed once.
fn receipts(books: &Books, outcome: &mut Outcome) {
    for (order, _) in &books.orders {
        let number = format!("-{:06} ", order.number);
        let mails = books.subjects.iter().filter(|one| one.starts_with("Receipt ") && one.contains(&number)).count();
        match mails {
            1 => {}
            0 if books.is_set_aside(order.id) => {}
            0 => outcome.lost.push(format!("order {} has no receipt", order.number)),
            _ => outcome.doubled.push(format!("order {} has {mails} receipts", order.number)),
        }
    }
}

/// Each complaint is one dispute, and gives back once what was contested, if staff accepted it.
fn complaints(truth: &Truth, books: &Books, outcome: &mut Outcome) {
    let mut orders = BTreeSet::new();
    for dispute in &books.disputes {
        if !orders.insert(dispute.order_id) {
            outcome.doubled.push(format!("order {} was contested once and has two disputes", dispute.order_id));
        }
        let refunds: Vec<_> = books.refunds.iter().filter(|refund| refund.dispute_id == dispute.id).collect();
        let is_accepted = dispute.state == "accepted";
        if refunds.len() != usize::from(is_accepted) {
            outcome.doubled.push(format!("dispute {} is {} with {} refunds", dispute.id, dispute.state, refunds.len()));
        }
    }
    for (id, complaint) in &truth.complaints {
        let Some(dispute) = books.disputes.iter().find(|dispute| dispute.id == *id) else {
            outcome.lost.push(format!("dispute {id} was answered and is nowhere"));
            continue;
        };
        let decided = complaint.accepted.map(|accepted| if accepted { "accepted" } else { "rejected" });
        if decided.is_some_and(|decided| decided != dispute.state) {
            outcome.lost.push(format!("dispute {id} was {decided:?} and is {}", dispute.state));
        }
        let refunded: i64 = books.refunds.iter().filter(|one| one.dispute_id == *id).map(|one| one.amount_minor).sum();
        let lines = books.lines.iter().filter(|line| line.order_id == complaint.order && line.sku == complaint.sku);
        // The contested units at their own prices: at most those of the dearest line of the product.
        let dearest = lines.map(|line| line.unit_price_minor).max().unwrap_or(0);
        if refunded > dearest * i64::from(complaint.units) {
            outcome.doubled.push(format!("dispute {id} gave back {refunded} for {} units", complaint.units));
        }
    }
}

#[cfg(test)]
mod tests;
