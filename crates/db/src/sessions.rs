//! Reading visits and their interactions.

use std::collections::BTreeSet;

use domain::ids::{ShopperId, ShoppingSessionId, StoreId};
use domain::interaction::Interaction;
use domain::session::ShoppingSession;
use domain::sighting::Means;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::connection::{Db, DbError};
pub use crate::entity::shopping_session::Model as SessionRow;
use crate::entity::{interaction, shopping_session};
use crate::set_aside::VISIT_SET_ASIDE;
use crate::time::from_micros;

/// Visits that are looked up by one statement: both engines bound the number of values.
const VISITS_AT_ONCE: usize = 500;

/// One visit, whatever its state.
pub async fn one(db: &Db, id: ShoppingSessionId) -> Result<Option<SessionRow>, DbError> {
    Ok(shopping_session::Entity::find_by_id(id.0).one(&db.pool).await?)
}

/// Whose visits these are; those that nobody knows are left out.
pub async fn shoppers_of(
    db: &Db,
    sessions: &BTreeSet<ShoppingSessionId>,
) -> Result<Vec<(ShoppingSessionId, ShopperId)>, DbError> {
    let ids: Vec<Uuid> = sessions.iter().map(|session| session.0).collect();
    let mut found = Vec::with_capacity(ids.len());
    for ids in ids.chunks(VISITS_AT_ONCE) {
        let rows: Vec<(Uuid, Uuid)> = shopping_session::Entity::find()
            .select_only()
            .columns([shopping_session::Column::Id, shopping_session::Column::ShopperId])
            .filter(shopping_session::Column::Id.is_in(ids.iter().copied()))
            .into_tuple()
            .all(&db.pool)
            .await?;
        found.extend(rows.into_iter().map(|(session, shopper)| (ShoppingSessionId(session), ShopperId(shopper))));
    }
    Ok(found)
}

/// The interactions of a visit, in the order in which its cart folds.
pub async fn interactions(db: &Db, id: ShoppingSessionId) -> Result<Vec<Interaction>, DbError> {
    let rows = interaction::Entity::find()
        .filter(interaction::Column::SessionId.eq(id.0))
        .order_by_asc(interaction::Column::Seq)
        .all(&db.pool)
        .await?;
    rows.into_iter()
        .map(|row| serde_json::from_value(row.payload).map_err(|why| DbError::unreadable("interaction", why)))
        .collect()
}

/// Every visit of a shopper, oldest first.
pub async fn of_shopper(db: &Db, shopper: ShopperId) -> Result<Vec<SessionRow>, DbError> {
    let query = shopping_session::Entity::find().filter(shopping_session::Column::ShopperId.eq(shopper.0));
    Ok(query.order_by_asc(shopping_session::Column::OpenedAt).all(&db.pool).await?)
}

/// Visits that have not settled, with their carts folded.
pub async fn unsettled(db: &Db, store: StoreId) -> Result<Vec<ShoppingSession>, DbError> {
    let rows = shopping_session::Entity::find()
        .filter(shopping_session::Column::StoreId.eq(store.0))
        .filter(shopping_session::Column::State.is_not_in(["settled", VISIT_SET_ASIDE]))
        .all(&db.pool)
        .await?;
    let mut sessions = Vec::with_capacity(rows.len());
    for row in rows {
        sessions.push(with_cart(db, row).await?);
    }
    Ok(sessions)
}

/// A visit as the domain knows it, with its cart folded from its interactions.
pub async fn with_cart(db: &Db, row: SessionRow) -> Result<ShoppingSession, DbError> {
    let id = ShoppingSessionId(row.id);
    let interactions = interactions(db, id).await?;
    Ok(ShoppingSession {
        id,
        shopper: ShopperId(row.shopper_id),
        opened_at: from_micros(row.opened_at),
        opened_by: means(&row.opened_by)?,
        exited_at: row.exited_at.map(from_micros),
        exited_by: row.exited_by.as_deref().map(means).transpose()?,
        settles_at: row.settles_at.map(from_micros),
        doubted_at: row.doubted_at.map(from_micros),
        cart: interactions.iter().collect(),
    })
}

fn means(name: &str) -> Result<Means, DbError> {
    match name {
        "face" => Ok(Means::Face),
        "code" => Ok(Means::Code),
        "staff" => Ok(Means::Staff),
        "closing" => Ok(Means::Closing),
        other => Err(DbError::unreadable("session", other)),
    }
}
