//! Stores: the shop that this database belongs to.

use domain::catalog::TaxRates;
use domain::ids::StoreId;
use domain::money::{BasisPoints, Currency};
use jiff::Timestamp;
use sea_orm::{ActiveValue::Set, EntityTrait, QueryOrder};

use crate::connection::{Db, DbError};
use crate::entity::store;
use crate::time::micros;

/// A store as its server needs it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Store {
    /// Its id.
    pub id: StoreId,
    /// Its name.
    pub name: String,
    /// Its currency.
    pub currency: Currency,
    /// Its tax rates.
    pub tax_rates: TaxRates,
}

/// The store of this database, if there is one yet.
pub async fn first(db: &Db) -> Result<Option<Store>, DbError> {
    let row = store::Entity::find().order_by_asc(store::COLUMN.created_at).one(&db.pool).await?;
    row.map(from_row).transpose()
}

/// Makes a store.
pub async fn insert(db: &Db, store: &Store, now: Timestamp) -> Result<(), DbError> {
    let row = store::ActiveModel {
        id: Set(store.id.0),
        name: Set(store.name.clone()),
        currency: Set(store.currency.to_string()),
        standard_rate_bp: Set(signed(store.tax_rates.standard.0)),
        reduced_rate_bp: Set(signed(store.tax_rates.reduced.0)),
        created_at: Set(micros(now)),
    };
    store::Entity::insert(row).exec_without_returning(&db.pool).await?;
    Ok(())
}

fn from_row(row: store::Model) -> Result<Store, DbError> {
    Ok(Store {
        id: StoreId(row.id),
        name: row.name,
        currency: Currency::parse(&row.currency).map_err(|why| DbError::unreadable("store", why))?,
        tax_rates: TaxRates {
            standard: BasisPoints(unsigned(row.standard_rate_bp)),
            reduced: BasisPoints(unsigned(row.reduced_rate_bp)),
        },
    })
}

pub(crate) fn signed(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

pub(crate) fn unsigned(number: i32) -> u32 {
    u32::try_from(number).unwrap_or(0)
}
