//! Inputs that the database refuses for good: kept with the cause, so that staff see them and nothing is lost.

use domain::ids::{AdminId, ShelfEventId, ShoppingSessionId, StoreId};
use jiff::Timestamp;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use serde::Serialize;
use uuid::Uuid;

use crate::connection::{Db, DbError};
pub use crate::entity::set_aside::Model as SetAsideRow;
use crate::entity::{set_aside, shelf_event, shopping_session};
use crate::lease::{self, Fence};
use crate::paging::{Slice, Window, below};
use crate::time::micros;

/// Characters kept of an input, and of a cause: a batch at its largest, and what an engine says.
const LONGEST: (usize, usize) = (200_000, 2_000);

/// An input that cannot be stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SetAside {
    /// What it was: `shelf_event`, `look`, or the kind of a fact.
    pub kind: String,
    /// What the database said.
    pub cause: String,
    /// The input as JSON text.
    pub payload: String,
    /// What would bring it back after a restart, and so is not waited for any more.
    pub about: About,
}

/// What is not waited for any more, once a fact about it was set aside.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum About {
    /// The input itself: it left nothing in the database.
    Input,
    /// A shelf event that had been kept: it counts as decided.
    ShelfEvent(ShelfEventId),
    /// A visit: it counts as over; staff bill it or not.
    Visit(ShoppingSessionId),
}

impl SetAside {
    /// Of an input and what the database said to it. Control characters are escaped: both engines keep the text.
    pub fn new(kind: &str, input: &impl Serialize, cause: &dyn std::fmt::Display, about: About) -> Self {
        let payload = serde_json::to_string(input).unwrap_or_else(|why| format!("\"unreadable: {why}\""));
        let without_control = |text: &str, longest| -> String {
            text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(longest).collect()
        };
        Self {
            kind: kind.to_owned(),
            cause: without_control(&cause.to_string(), LONGEST.1),
            payload: without_control(&payload, LONGEST.0),
            about,
        }
    }
}

/// State of a visit that was set aside.
pub(crate) const VISIT_SET_ASIDE: &str = "set_aside";

/// Sets an input aside. Twice makes one row.
pub async fn put(db: &Db, fence: Fence, store: StoreId, input: &SetAside, now: Timestamp) -> Result<(), DbError> {
    let transaction = db.begin().await?;
    lease::check(&transaction, fence).await?;
    let row = set_aside::ActiveModel {
        id: Set(Uuid::new_v5(&store.0, format!("{} {}", input.kind, input.payload).as_bytes())),
        store_id: Set(store.0),
        kind: Set(input.kind.clone()),
        cause: Set(input.cause.clone()),
        payload: Set(input.payload.clone()),
        set_aside_at: Set(micros(now)),
        seen_by: Set(None),
        seen_at: Set(None),
    };
    let mut twice = OnConflict::column(set_aside::Column::Id);
    twice.do_nothing();
    set_aside::Entity::insert(row).on_conflict(twice).exec_without_returning(&transaction).await?;
    stop_waiting_for(&transaction, input.about).await?;
    Ok(transaction.commit().await?)
}

/// Waits no more for what an input was about that was set aside: a restart does not bring it back.
pub async fn give_up(db: &Db, fence: Fence, about: About) -> Result<(), DbError> {
    let transaction = db.begin().await?;
    lease::check(&transaction, fence).await?;
    stop_waiting_for(&transaction, about).await?;
    Ok(transaction.commit().await?)
}

async fn stop_waiting_for(connection: &impl ConnectionTrait, about: About) -> Result<(), DbError> {
    match about {
        About::Input => Ok(()),
        About::ShelfEvent(event) => {
            let decided = shelf_event::Entity::update_many().col_expr(shelf_event::Column::Decided, Expr::value(true));
            decided.filter(shelf_event::Column::Id.eq(event.0)).exec(connection).await?;
            Ok(())
        }
        About::Visit(session) => close_visit(connection, session).await,
    }
}

async fn close_visit(connection: &impl ConnectionTrait, session: ShoppingSessionId) -> Result<(), DbError> {
    shopping_session::Entity::update_many()
        .col_expr(shopping_session::Column::State, Expr::value(VISIT_SET_ASIDE))
        .filter(shopping_session::Column::Id.eq(session.0))
        .exec(connection)
        .await?;
    Ok(())
}

/// Where an input stands in the list: when it was set aside, in microseconds, and its id.
pub type SetAsidePosition = (i64, Uuid);

/// A page of what was set aside, newest first.
pub async fn page(
    db: &Db,
    store: StoreId,
    window: &Window<SetAsidePosition>,
) -> Result<Slice<SetAsideRow, SetAsidePosition>, DbError> {
    let after = |(at, id): SetAsidePosition| {
        below([set_aside::Column::SetAsideAt, set_aside::Column::Id], [at.into(), id.into()])
    };
    let rows = set_aside::Entity::find()
        .filter(set_aside::Column::StoreId.eq(store.0))
        .filter(Condition::all().add_option(window.after.map(after)))
        .order_by_desc(set_aside::Column::SetAsideAt)
        .order_by_desc(set_aside::Column::Id)
        .limit(window.to_read())
        .all(&db.pool)
        .await?;
    Ok(Slice::cut(rows, window, |row| (row.set_aside_at, row.id)))
}

/// How many inputs nobody has seen to.
pub async fn unseen(db: &Db, store: StoreId) -> Result<u64, DbError> {
    let query = set_aside::Entity::find().filter(set_aside::Column::StoreId.eq(store.0));
    Ok(query.filter(set_aside::Column::SeenAt.is_null()).count(&db.pool).await?)
}

/// Notes that somebody of the staff has seen to it; whether there is such an input.
pub async fn seen(db: &Db, store: StoreId, id: Uuid, by: AdminId, now: Timestamp) -> Result<bool, DbError> {
    let noted = set_aside::Entity::update_many()
        .col_expr(set_aside::Column::SeenBy, Expr::value(by.0))
        .col_expr(set_aside::Column::SeenAt, Expr::value(micros(now)))
        .filter(set_aside::Column::Id.eq(id))
        .filter(set_aside::Column::StoreId.eq(store.0))
        .exec(&db.pool)
        .await?;
    Ok(noted.rows_affected == 1)
}
