//! Committing: a batch of facts changes the tables, enters the event log and fills the outbox in one transaction.

use std::collections::BTreeMap;

use domain::catalog::Product;
use domain::event::DomainEvent;
use domain::ids::{AdminId, ShopperId, SlotId, StoreId};
use domain::interaction::{Interaction, InteractionKind};
use domain::order::Order;
use domain::planogram::FacingChange;
use domain::shelf::ShelfEvent;
use domain::sighting::Means;
use domain::store::StoreSettings;
use jiff::Timestamp;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde::Serialize;
use uuid::Uuid;

use crate::catalog::put_product;
use crate::commands::{self, Answered};
use crate::connection::{Db, DbError};
use crate::entity::{
    dispute, event_log, interaction, order, order_line, outbox, refund, restocking, review, shelf_event,
    shopping_session,
};
use crate::event_log::subject;
use crate::faces::{self, Enrolment};
use crate::lease::{self, Fence, Turn};
use crate::outbox::Work;
use crate::planogram::{self, Made};
use crate::room_plans::{self, SavedPlan};
use crate::stock::{Counted, put_count, restocking_row};
use crate::stores::{self, StoreChange, signed};
use crate::time::micros;

/// A fact with its number in the event log.
#[derive(Clone, PartialEq, Debug)]
pub struct Recorded {
    /// Counts up within the database.
    pub seq: i64,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// The fact.
    pub event: DomainEvent,
}

/// Rows per statement: both engines bound the number of parameters (SQLite to 32,766).
const ROWS_A_STATEMENT: usize = 500;

/// What is committed together with facts and stands in none of them.
#[derive(Clone, Copy, Default, Debug)]
pub struct Beside<'a> {
    /// The answer to the command that the facts carry out.
    pub answered: Option<&'a Answered>,
    /// The sealed templates of the face that was enrolled.
    pub enrolment: Option<&'a Enrolment>,
}

/// Commits `events`, and what stands beside them. Either all of it is there afterwards or nothing. The numbers of the events follow on the
/// last committed one; what is committed already, because an answer was lost, stays as it is. Without events, only an answer is kept.
///
/// # Errors
///
/// [`DbError::fault`] says whether the same may go through later.
pub async fn commit(
    db: &Db,
    fence: Fence,
    store: StoreId,
    events: &[Recorded],
    beside: Beside<'_>,
) -> Result<(), DbError> {
    let (Some(first), Some(last)) = (events.first(), events.last()) else {
        let Some(answered) = beside.answered else { return Ok(()) };
        let transaction = db.begin().await?;
        lease::check(&transaction, fence).await?;
        commands::keep(&transaction, store, answered).await?;
        return Ok(transaction.commit().await?);
    };
    let batch = Batch::gather(store, events)?;
    let transaction = db.begin().await?;
    if lease::note_commit(&transaction, fence, first.seq, last.seq).await? == Turn::Past {
        return Ok(transaction.rollback().await?);
    }
    batch.write(&transaction).await?;
    if let Some(enrolment) = beside.enrolment {
        faces::replace_in(&transaction, enrolment).await?;
    }
    if let Some(answered) = beside.answered {
        commands::insert(&transaction, store, answered).await?;
    }
    Ok(transaction.commit().await?)
}

/// What a batch adds, by table, so that many events cost few statements.
#[derive(Default)]
struct Batch {
    store: Uuid,
    log: Vec<event_log::ActiveModel>,
    shelf_events: BTreeMap<Uuid, shelf_event::ActiveModel>,
    /// Those kept before that are decided now.
    decided_events: Vec<Uuid>,
    interactions: Vec<interaction::ActiveModel>,
    reviews: BTreeMap<Uuid, review::ActiveModel>,
    sessions: BTreeMap<Uuid, shopping_session::ActiveModel>,
    session_updates: Vec<shopping_session::ActiveModel>,
    review_updates: Vec<review::ActiveModel>,
    orders: Vec<order::ActiveModel>,
    order_lines: Vec<order_line::ActiveModel>,
    /// By zone; none: it is over.
    restocking: BTreeMap<String, Option<restocking::ActiveModel>>,
    disputes: Vec<dispute::ActiveModel>,
    refunds: Vec<refund::ActiveModel>,
    products: Vec<(Product, Timestamp)>,
    facings: Vec<(Vec<FacingChange>, Made)>,
    counts: Vec<(SlotId, Counted, AdminId)>,
    settings: Vec<(StoreSettings, StoreChange)>,
    rooms: Vec<SavedPlan>,
    /// Since when visits may add templates; none: they may not.
    learning: Vec<(ShopperId, Option<Timestamp>)>,
    outbox: Vec<outbox::ActiveModel>,
}

impl Batch {
    fn gather(store: StoreId, events: &[Recorded]) -> Result<Self, DbError> {
        let mut batch = Self { store: store.0, ..Self::default() };
        for recorded in events {
            batch.add(store, recorded)?;
        }
        Ok(batch)
    }

    fn add(&mut self, store: StoreId, recorded: &Recorded) -> Result<(), DbError> {
        let now = micros(recorded.recorded_at);
        let (kind, shopper, session) = subject(&recorded.event);
        self.log.push(event_log::ActiveModel {
            seq: Set(recorded.seq),
            store_id: Set(store.0),
            kind: Set(kind.to_owned()),
            shopper_id: Set(shopper.map(|id| id.0)),
            session_id: Set(session.map(|id| id.0)),
            recorded_at: Set(now),
            payload: Set(json(&recorded.event)?),
        });
        match &recorded.event {
            DomainEvent::SessionOpened { session, shopper, at, by, .. } => {
                let row = shopping_session::ActiveModel {
                    id: Set(session.0),
                    store_id: Set(store.0),
                    shopper_id: Set(shopper.0),
                    state: Set("open".to_owned()),
                    opened_at: Set(micros(*at)),
                    opened_by: Set(means_name(*by).to_owned()),
                    exited_at: Set(None),
                    exited_by: Set(None),
                    settles_at: Set(None),
                    settled_at: Set(None),
                    doubted_at: Set(None),
                };
                self.sessions.insert(session.0, row);
            }
            DomainEvent::IdentityDoubted { session, at, .. } => {
                self.session_updates.push(shopping_session::ActiveModel {
                    id: Set(session.0),
                    doubted_at: Set(Some(micros(*at))),
                    ..Default::default()
                });
            }
            DomainEvent::ShelfEventKept { event, .. } => self.shelf_event(store, event, now, false)?,
            DomainEvent::ShelfEventDismissed { event, .. } => self.decided(event),
            DomainEvent::RestockingBegan { restocking } => {
                self.restocking.insert(restocking.zone.0.clone(), Some(restocking_row(store, restocking)));
            }
            DomainEvent::Restocked { event, restocking, is_over, .. } => {
                self.shelf_event(store, event, now, true)?;
                if !is_over {
                    self.restocking.insert(restocking.zone.0.clone(), Some(restocking_row(store, restocking)));
                }
            }
            DomainEvent::RestockingEnded { restocking, .. } => {
                self.restocking.insert(restocking.zone.0.clone(), None);
            }
            DomainEvent::InteractionRecorded { interaction } => {
                self.decided(&interaction.evidence.shelf_event);
                self.interaction(interaction, recorded.seq)?;
            }
            DomainEvent::ReviewOpened { review } => {
                self.shelf_event(store, &review.evidence.shelf_event, now, true)?;
                let row = review::ActiveModel {
                    id: Set(review.id.0),
                    store_id: Set(store.0),
                    open: Set(true),
                    opened_at: Set(micros(review.opened_at)),
                    payload: Set(json(review)?),
                    decided_session_id: Set(None),
                    decided_by: Set(None),
                    decided_at: Set(None),
                };
                self.reviews.insert(review.id.0, row);
            }
            DomainEvent::ReviewAsked { review } | DomainEvent::ReviewAnswered { review } => {
                self.review_updates.push(review::ActiveModel {
                    id: Set(review.id.0),
                    payload: Set(json(review)?),
                    ..Default::default()
                });
            }
            DomainEvent::UnitsCameBack { review, put_back, at } => {
                self.decided(put_back);
                let is_open = review.left() > 0;
                self.review_updates.push(review::ActiveModel {
                    id: Set(review.id.0),
                    open: Set(is_open),
                    decided_at: Set(Some(micros(*at)).filter(|_| !is_open)),
                    payload: Set(json(review)?),
                    ..Default::default()
                });
            }
            DomainEvent::ReviewDecided { decision, interaction } => {
                self.review_updates.push(review::ActiveModel {
                    id: Set(decision.review.0),
                    open: Set(false),
                    decided_session_id: Set(decision.session.map(|id| id.0)),
                    decided_by: Set(Some(decision.by.0)),
                    decided_at: Set(Some(micros(decision.decided_at))),
                    ..Default::default()
                });
                if let Some(interaction) = interaction {
                    self.interaction(interaction, recorded.seq)?;
                }
            }
            DomainEvent::SessionExited { session, at, settles_at, by, .. } => {
                self.session_updates.push(shopping_session::ActiveModel {
                    id: Set(session.0),
                    state: Set("settling".to_owned()),
                    exited_at: Set(Some(micros(*at))),
                    exited_by: Set(Some(means_name(*by).to_owned())),
                    settles_at: Set(Some(micros(*settles_at))),
                    ..Default::default()
                });
            }
            DomainEvent::ReceiptDeferred { session, until, .. } => {
                self.session_updates.push(shopping_session::ActiveModel {
                    id: Set(session.0),
                    settles_at: Set(Some(micros(*until))),
                    ..Default::default()
                });
            }
            DomainEvent::SessionSettled { session, at, order, .. } => {
                self.session_updates.push(shopping_session::ActiveModel {
                    id: Set(session.0),
                    state: Set("settled".to_owned()),
                    settled_at: Set(Some(micros(*at))),
                    ..Default::default()
                });
                if let Some(order) = order {
                    self.order(store, order);
                    self.work(Work::Receipt, order.id.0, now);
                }
            }
            DomainEvent::ProductSaved { product, .. } => self.products.push((product.clone(), recorded.recorded_at)),
            DomainEvent::PlanogramChanged { changes, by, means } => {
                self.facings.push((changes.clone(), Made { by: *by, at: recorded.recorded_at, means: *means }));
            }
            DomainEvent::StockCounted { slot, sku, units, at, by } => {
                self.counts.push((slot.clone(), Counted { sku: sku.clone(), units: *units, at: *at }, *by));
            }
            DomainEvent::StoreSettingsSaved { settings, before, version, at, by } => {
                let change = StoreChange { version: *version, at: *at, by: *by, before: before.clone() };
                self.settings.push((settings.clone(), change));
            }
            DomainEvent::RoomSaved { plan, version, at, by } => {
                self.rooms.push(SavedPlan { version: *version, at: *at, by: Some(*by), plan: plan.clone() });
            }
            // Its templates come beside it.
            DomainEvent::FaceEnrolled { .. } => {}
            DomainEvent::FaceLearningSet { shopper, agreed, at } => {
                self.learning.push((*shopper, agreed.then_some(*at)));
            }
            DomainEvent::DisputeOpened { dispute, shopper } => {
                self.disputes.push(dispute_row(store, dispute, *shopper)?);
            }
            DomainEvent::DisputeDecided { dispute, shopper, refund } => {
                self.disputes.push(dispute_row(store, dispute, *shopper)?);
                if let Some(refund) = refund {
                    self.refunds.push(refund::ActiveModel {
                        dispute_id: Set(refund.dispute.0),
                        store_id: Set(store.0),
                        order_id: Set(refund.order.0),
                        amount_minor: Set(refund.amount.0),
                        recorded_at: Set(now),
                        payload: Set(json(refund)?),
                    });
                    self.work(Work::CorrectedReceipt, dispute.id.0, now);
                } else {
                    self.work(Work::DisputeAnswer, dispute.id.0, now);
                }
            }
        }
        Ok(())
    }

    fn shelf_event(
        &mut self,
        store: StoreId,
        event: &ShelfEvent,
        received_at: i64,
        decided: bool,
    ) -> Result<(), DbError> {
        let row = shelf_event::ActiveModel {
            id: Set(event.id.0),
            store_id: Set(store.0),
            slot: Set(event.slot.0.clone()),
            occurred_at: Set(micros(event.occurred_at)),
            received_at: Set(received_at),
            delta_units: Set(Some(event.delta_units)),
            units_after: Set(event.units_after.and_then(|units| i32::try_from(units).ok())),
            decided: Set(decided),
            payload: Set(json(event)?),
        };
        self.shelf_events.insert(event.id.0, row);
        Ok(())
    }

    /// An event that was kept is decided: in this batch or an earlier one its row came first.
    fn decided(&mut self, event: &ShelfEvent) {
        match self.shelf_events.get_mut(&event.id.0) {
            Some(row) => row.decided = Set(true),
            None => self.decided_events.push(event.id.0),
        }
    }

    fn interaction(&mut self, interaction: &Interaction, seq: i64) -> Result<(), DbError> {
        let kind = match interaction.kind {
            InteractionKind::Pick => "pick",
            InteractionKind::PutBack => "put_back",
        };
        self.interactions.push(interaction::ActiveModel {
            id: Set(interaction.id.0),
            store_id: Set(self.store),
            session_id: Set(interaction.session.0),
            kind: Set(kind.to_owned()),
            sku: Set(interaction.sku.0.clone()),
            quantity: Set(signed(interaction.quantity)),
            occurred_at: Set(micros(interaction.occurred_at)),
            seq: Set(seq),
            payload: Set(json(interaction)?),
        });
        Ok(())
    }

    fn order(&mut self, store: StoreId, order: &Order) {
        self.orders.push(order::ActiveModel {
            id: Set(order.id.0),
            store_id: Set(store.0),
            number: Set(signed(order.number.0)),
            session_id: Set(order.session.0),
            shopper_id: Set(order.shopper.0),
            placed_at: Set(micros(order.placed_at)),
            time_zone: Set(order.clock.zone.name().to_owned()),
            utc_offset_s: Set(order.clock.offset_s),
            currency: Set(order.currency.to_string()),
            total_minor: Set(order.total().0),
        });
        self.order_lines.extend(order.lines.iter().zip(0..).map(|(line, place)| order_line::ActiveModel {
            order_id: Set(order.id.0),
            place: Set(place),
            store_id: Set(store.0),
            sku: Set(line.sku.0.clone()),
            name: Set(line.name.clone()),
            quantity: Set(signed(line.quantity)),
            unit_price_minor: Set(line.unit_price.0),
            tax_rate_bp: Set(signed(line.tax_rate.0)),
        }));
    }

    fn work(&mut self, work: Work, subject: Uuid, now: i64) {
        let (order, dispute) = match work {
            Work::Receipt => (Some(subject), None),
            Work::CorrectedReceipt | Work::DisputeAnswer => (None, Some(subject)),
        };
        self.outbox.push(outbox::ActiveModel {
            id: Set(Uuid::new_v5(&subject, work.name().as_bytes())),
            store_id: Set(self.store),
            kind: Set(work.name().to_owned()),
            order_id: Set(order),
            dispute_id: Set(dispute),
            created_at: Set(now),
            due_at: Set(now),
            attempts: Set(0),
            done_at: Set(None),
            last_error: Set(None),
        });
    }

    /// The statements, in the order of the foreign keys: what others refer to comes first.
    async fn write(self, connection: &impl ConnectionTrait) -> Result<(), DbError> {
        let mut decided = OnConflict::column(shelf_event::Column::Id);
        decided.update_column(shelf_event::Column::Decided);
        let mut verdict = OnConflict::column(dispute::Column::Id);
        verdict.update_columns([dispute::Column::State, dispute::Column::DecidedAt, dispute::Column::Payload]);
        insert::<shopping_session::Entity, _>(connection, self.sessions.into_values(), None).await?;
        insert::<shelf_event::Entity, _>(connection, self.shelf_events.into_values(), Some(decided)).await?;
        for ids in self.decided_events.chunks(ROWS_A_STATEMENT) {
            let now_decided =
                shelf_event::Entity::update_many().col_expr(shelf_event::Column::Decided, Expr::value(true));
            now_decided.filter(shelf_event::Column::Id.is_in(ids.iter().copied())).exec(connection).await?;
        }
        insert::<interaction::Entity, _>(connection, self.interactions, None).await?;
        insert::<review::Entity, _>(connection, self.reviews.into_values(), None).await?;
        for change in self.session_updates {
            shopping_session::Entity::update(change).validate()?.exec(connection).await?;
        }
        for change in self.review_updates {
            review::Entity::update(change).validate()?.exec(connection).await?;
        }
        insert::<order::Entity, _>(connection, self.orders, None).await?;
        insert::<order_line::Entity, _>(connection, self.order_lines, None).await?;
        let mut longer = OnConflict::columns([restocking::Column::StoreId, restocking::Column::Zone]);
        longer.update_columns([restocking::Column::Since, restocking::Column::Until, restocking::Column::AdminId]);
        for (zone, row) in self.restocking {
            match row {
                Some(row) => insert::<restocking::Entity, _>(connection, [row], Some(longer.clone())).await?,
                None => {
                    let over = restocking::Entity::delete_many().filter(restocking::Column::Zone.eq(zone));
                    over.filter(restocking::Column::StoreId.eq(self.store)).exec(connection).await?;
                }
            }
        }
        let store = StoreId(self.store);
        for (product, at) in self.products {
            put_product(connection, store, &product, at).await?;
        }
        for (changes, made) in self.facings {
            planogram::write(connection, store, &changes, &made).await?;
        }
        for (slot, counted, by) in self.counts {
            put_count(connection, store, &slot, counted, by).await?;
        }
        for saved in self.rooms {
            room_plans::put(connection, store, &saved).await?;
        }
        for (settings, change) in self.settings {
            stores::put_settings(connection, store, &settings, &change).await?;
        }
        for (shopper, since) in self.learning {
            faces::set_learning_in(connection, shopper, since).await?;
        }
        for dispute in self.disputes {
            insert::<dispute::Entity, _>(connection, [dispute], Some(verdict.clone())).await?;
        }
        insert::<refund::Entity, _>(connection, self.refunds, None).await?;
        insert::<outbox::Entity, _>(connection, self.outbox, None).await?;
        insert::<event_log::Entity, _>(connection, self.log, None).await
    }
}

async fn insert<E, A>(
    connection: &impl ConnectionTrait,
    rows: impl IntoIterator<Item = A>,
    on_conflict: Option<OnConflict>,
) -> Result<(), DbError>
where
    E: EntityTrait,
    A: sea_orm::ActiveModelTrait<Entity = E>,
{
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let mut statement = E::insert_many(rows.by_ref().take(ROWS_A_STATEMENT));
        if let Some(on_conflict) = &on_conflict {
            statement = statement.on_conflict(on_conflict.clone());
        }
        let written = statement.exec_without_returning(connection).await;
        written.map_err(|error| DbError::Refused { table: E::default().table_name().to_owned(), error })?;
    }
    Ok(())
}

fn dispute_row(
    store: StoreId,
    dispute: &domain::dispute::Dispute,
    shopper: ShopperId,
) -> Result<dispute::ActiveModel, DbError> {
    let state = match &dispute.verdict {
        None => "open",
        Some(verdict) if verdict.accepted => "accepted",
        Some(_) => "rejected",
    };
    Ok(dispute::ActiveModel {
        id: Set(dispute.id.0),
        store_id: Set(store.0),
        order_id: Set(dispute.order.0),
        shopper_id: Set(shopper.0),
        state: Set(state.to_owned()),
        opened_at: Set(micros(dispute.opened_at)),
        decided_at: Set(dispute.verdict.as_ref().map(|verdict| micros(verdict.decided_at))),
        payload: Set(json(dispute)?),
    })
}

pub(crate) fn means_name(means: Means) -> &'static str {
    match means {
        Means::Face => "face",
        Means::Code => "code",
        Means::Staff => "staff",
        Means::Closing => "closing",
    }
}

fn json(value: &impl Serialize) -> Result<serde_json::Value, DbError> {
    serde_json::to_value(value).map_err(|why| DbError::Unwritable { what: "fact", why: why.to_string() })
}

/// Which of `ids` were taken in before.
pub async fn known_shelf_events(db: &Db, ids: &[Uuid]) -> Result<Vec<Uuid>, DbError> {
    let rows =
        shelf_event::Entity::find().filter(shelf_event::Column::Id.is_in(ids.iter().copied())).all(&db.pool).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}
