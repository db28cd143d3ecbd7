//! The local mailbox: mails of a store that sends none out.

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

/// A page of the mails, newest first; `search`: text in the subject or the address.
pub async fn page(
    db: &Db,
    search: Option<&Search>,
    window: &Window<MailPosition>,
) -> Result<Slice<MailHead, MailPosition>, DbError> {
    let heads = select(search, window, db.pool.get_database_backend()).into_model::<MailHead>().all(&db.pool).await?;
    Ok(Slice::cut(heads, window, |head| (head.sent_at, head.id)))
}

pub(crate) fn select(
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
        .filter(Condition::all().add_option(search.map(found)).add_option(window.after.map(after)))
        .order_by_desc(mail::Column::SentAt)
        .order_by_desc(mail::Column::Id)
        .limit(window.to_read())
}

/// How many mails there are.
pub async fn count(db: &Db) -> Result<u64, DbError> {
    Ok(mail::Entity::find().count(&db.pool).await?)
}

/// Every mail to an address, oldest first.
pub async fn to(db: &Db, address: &str) -> Result<Vec<MailRow>, DbError> {
    let query = mail::Entity::find().filter(mail::Column::ToAddress.eq(address));
    Ok(query.order_by_asc(mail::Column::SentAt).all(&db.pool).await?)
}

/// One mail.
pub async fn one(db: &Db, id: Uuid) -> Result<Option<MailRow>, DbError> {
    Ok(mail::Entity::find_by_id(id).one(&db.pool).await?)
}
