//! The local mailbox: mails of a store that sends none out.

use domain::ids::StoreId;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, DbBackend, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Select, sea_query::OnConflict,
};
use uuid::Uuid;

use crate::connection::{Db, DbError};
use crate::entity::mail;
pub use crate::entity::mail::Model as MailRow;
use crate::paging::{Search, Slice, Window, below};

/// Keeps a mail; the same id is kept once.
pub async fn keep(db: &Db, row: MailRow) -> Result<(), DbError> {
    let row = mail::ActiveModel {
        id: Set(row.id),
        store_id: Set(row.store_id),
        to_address: Set(row.to_address),
        subject: Set(row.subject),
        html: Set(row.html),
        text: Set(row.text),
        sent_at: Set(row.sent_at),
    };
    let once = OnConflict::column(mail::Column::Id).do_nothing().to_owned();
    mail::Entity::insert(row).on_conflict(once).exec_without_returning(&db.pool).await?;
    Ok(())
}

/// A mail without its text.
#[derive(Clone, PartialEq, Eq, Debug, FromQueryResult)]
pub struct MailHead {
    /// Its id.
    pub id: Uuid,
    /// To whom.
    pub to_address: String,
    /// Subject.
    pub subject: String,
    /// Microseconds.
    pub sent_at: i64,
}

/// Where a mail stands in the list: when it was sent, in microseconds, and its id.
pub type MailPosition = (i64, Uuid);

/// A page of a store's mails, newest first; `search`: text in the subject or the address.
pub async fn page(
    db: &Db,
    store: StoreId,
    search: Option<&Search>,
    window: &Window<MailPosition>,
) -> Result<Slice<MailHead, MailPosition>, DbError> {
    let heads =
        select(store, search, window, db.pool.get_database_backend()).into_model::<MailHead>().all(&db.pool).await?;
    Ok(Slice::cut(heads, window, |head| (head.sent_at, head.id)))
}

pub(crate) fn select(
    store: StoreId,
    search: Option<&Search>,
    window: &Window<MailPosition>,
    engine: DbBackend,
) -> Select<mail::Entity> {
    let found = |search: &Search| {
        Condition::any()
            .add(search.is_in(mail::Column::Subject, engine))
            .add(search.is_in(mail::Column::ToAddress, engine))
    };
    let after =
        |(sent_at, id): MailPosition| below([mail::Column::SentAt, mail::Column::Id], [sent_at.into(), id.into()]);
    mail::Entity::find()
        .select_only()
        .columns([mail::Column::Id, mail::Column::ToAddress, mail::Column::Subject, mail::Column::SentAt])
        .filter(mail::Column::StoreId.eq(store.0))
        .filter(Condition::all().add_option(search.map(found)).add_option(window.after.map(after)))
        .order_by_desc(mail::Column::SentAt)
        .order_by_desc(mail::Column::Id)
        .limit(window.to_read())
}

/// How many mails of a store there are.
pub async fn count(db: &Db, store: StoreId) -> Result<u64, DbError> {
    Ok(mail::Entity::find().filter(mail::Column::StoreId.eq(store.0)).count(&db.pool).await?)
}

/// Every mail of a store to an address, oldest first.
pub async fn to(db: &Db, store: StoreId, address: &str) -> Result<Vec<MailRow>, DbError> {
    let query =
        mail::Entity::find().filter(mail::Column::StoreId.eq(store.0)).filter(mail::Column::ToAddress.eq(address));
    Ok(query.order_by_asc(mail::Column::SentAt).all(&db.pool).await?)
}

/// One mail.
pub async fn one(db: &Db, id: Uuid) -> Result<Option<MailRow>, DbError> {
    Ok(mail::Entity::find_by_id(id).one(&db.pool).await?)
}
