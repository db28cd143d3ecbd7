//! Devices: invited with a one-time code, joined with a token, revoked.

use domain::ids::{DeviceId, StoreId};
use jiff::Timestamp;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, DbBackend, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect, Select,
};
use uuid::Uuid;

use crate::connection::{Db, DbError};
use crate::entity::device;
pub use crate::entity::device::Model as DeviceRow;
use crate::paging::{Search, Slice, Window, above};
use crate::time::micros;

/// State of a device whose code was not used yet.
pub const INVITED: &str = "invited";
/// State of a device with a token.
pub const JOINED: &str = "joined";
/// State of a device whose token is no longer valid.
pub const REVOKED: &str = "revoked";

/// Keeps a new device, and gives the one that has its id then: the same again finds the first.
pub async fn insert(db: &Db, row: DeviceRow) -> Result<DeviceRow, DbError> {
    let id = DeviceId(row.id);
    let row = row.into_active_model().reset_all();
    let new = device::Entity::insert(row).on_conflict(OnConflict::column(device::Column::Id).do_nothing().to_owned());
    new.exec_without_returning(&db.pool).await?;
    one(db, id).await?.ok_or_else(|| DbError::unreadable("device", "it was there a moment ago"))
}

/// Where a device or account stands in its list: when it was made, in microseconds, and its id.
pub type MadePosition = (i64, Uuid);

/// A page of a store's devices, oldest first; `search`: text in the name, the zone or the role.
pub async fn page(
    db: &Db,
    store: StoreId,
    search: Option<&Search>,
    window: &Window<MadePosition>,
) -> Result<Slice<DeviceRow, MadePosition>, DbError> {
    let rows = select(store, search, window, db.pool.get_database_backend()).all(&db.pool).await?;
    Ok(Slice::cut(rows, window, |row| (row.created_at, row.id)))
}

pub(crate) fn select(
    store: StoreId,
    search: Option<&Search>,
    window: &Window<MadePosition>,
    engine: DbBackend,
) -> Select<device::Entity> {
    let columns = [device::Column::Name, device::Column::Zone, device::Column::Role];
    let found = |search: &Search| {
        columns.into_iter().fold(Condition::any(), |any, column| any.add(search.is_in(column, engine)))
    };
    let after = |(created_at, id): MadePosition| {
        above([device::Column::CreatedAt, device::Column::Id], [created_at.into(), id.into()])
    };
    let condition = Condition::all()
        .add(device::Column::StoreId.eq(store.0))
        .add_option(search.map(found))
        .add_option(window.after.map(after));
    device::Entity::find()
        .filter(condition)
        .order_by_asc(device::Column::CreatedAt)
        .order_by_asc(device::Column::Id)
        .limit(window.to_read())
}

/// One device.
pub async fn one(db: &Db, id: DeviceId) -> Result<Option<DeviceRow>, DbError> {
    Ok(device::Entity::find_by_id(id.0).one(&db.pool).await?)
}

/// The joined device with this token.
pub async fn by_token(db: &Db, token_hash: &str) -> Result<Option<DeviceRow>, DbError> {
    let query = device::Entity::find()
        .filter(device::Column::TokenHash.eq(token_hash))
        .filter(device::Column::State.eq(JOINED));
    Ok(query.one(&db.pool).await?)
}

/// What became of an attempt to join.
#[derive(Clone, PartialEq, Debug)]
pub enum Join {
    /// The code was right; it is used up now.
    Joined(Box<DeviceRow>),
    /// There is no such code, or it was used.
    UnknownCode,
    /// It came too late.
    Expired,
}

/// Uses up a one-time code; of two who try at once, one succeeds.
pub async fn join(db: &Db, code_hash: &str, token_hash: String, now: Timestamp) -> Result<Join, DbError> {
    let transaction = db.begin().await?;
    let found = device::Entity::find()
        .filter(device::Column::CodeHash.eq(code_hash))
        .filter(device::Column::State.eq(INVITED))
        .one(&transaction)
        .await?;
    let Some(row) = found else { return Ok(Join::UnknownCode) };
    if row.code_expires_at.is_none_or(|expires_at| expires_at < micros(now)) {
        return Ok(Join::Expired);
    }
    let used = device::Entity::update_many()
        .set(device::ActiveModel {
            state: Set(JOINED.to_owned()),
            code_hash: Set(None),
            code_expires_at: Set(None),
            token_hash: Set(Some(token_hash)),
            last_seen_at: Set(Some(micros(now))),
            ..Default::default()
        })
        .filter(device::Column::Id.eq(row.id))
        .filter(device::Column::State.eq(INVITED))
        .exec(&transaction)
        .await?;
    transaction.commit().await?;
    if used.rows_affected == 0 {
        return Ok(Join::UnknownCode);
    }
    Ok(one(db, DeviceId(row.id)).await?.map_or(Join::UnknownCode, |row| Join::Joined(Box::new(row))))
}

/// Makes a device's token and code invalid. Tells whether there is such a device.
pub async fn revoke(db: &Db, id: DeviceId) -> Result<Option<DeviceRow>, DbError> {
    let Some(row) = one(db, id).await? else { return Ok(None) };
    let mut row = row.into_active_model();
    row.state = Set(REVOKED.to_owned());
    row.code_hash = Set(None);
    row.token_hash = Set(None);
    Ok(Some(row.update(&db.pool).await?))
}

/// Notes that a device was heard of.
pub async fn heard_of(db: &Db, id: DeviceId, now: Timestamp) -> Result<(), DbError> {
    device::Entity::update_many()
        .set(device::ActiveModel { last_seen_at: Set(Some(micros(now))), ..Default::default() })
        .filter(device::Column::Id.eq(id.0))
        .exec(&db.pool)
        .await?;
    Ok(())
}
