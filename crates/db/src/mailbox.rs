//! The local mailbox: mails of a store that sends none out.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::OnConflict,
};
use uuid::Uuid;

use crate::connection::{Db, DbError};
use crate::entity::mail;
pub use crate::entity::mail::Model as MailRow;

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

/// The newest mails, at most `limit`.
pub async fn newest(db: &Db, limit: u64) -> Result<Vec<MailRow>, DbError> {
    let query = mail::Entity::find().order_by_desc(mail::Column::SentAt).limit(limit);
    Ok(query.all(&db.pool).await?)
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
