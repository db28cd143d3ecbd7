//! Stores: the shop that this database belongs to, with its settings and who changed them.

use std::collections::BTreeMap;

use domain::calendar::StoreCalendar;
use domain::calendar::country::Country;
use domain::calendar::hours::OpeningHours;
use domain::calendar::taxes::TaxSchedule;
use domain::calendar::zone::Zone;
use domain::catalog::TaxRates;
use domain::ids::{AdminId, StoreId};
use domain::money::{BasisPoints, Currency};
pub use domain::store::StoreSettings;
use jiff::Timestamp;
use jiff::civil::Date;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use serde::Serialize;

use crate::connection::{Db, DbError};
use crate::entity::{store, store_change, tax_change};
use crate::time::{from_micros, micros};

/// A store as its server needs it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Store {
    /// Its id.
    pub id: StoreId,
    /// Its currency: the unit of every stored amount, so it never changes.
    pub currency: Currency,
    /// What its owner may change.
    pub settings: StoreSettings,
    /// Counts up with every change of the settings, from 1.
    pub version: u32,
}

impl Store {
    /// A store of which nothing but this is known.
    pub fn plain(id: StoreId, name: &str, currency: Currency, rates: TaxRates) -> Self {
        let settings = StoreSettings { name: name.to_owned(), calendar: StoreCalendar::plain(rates) };
        Self { id, currency, settings, version: 1 }
    }
}

/// A change of a store's settings.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoreChange {
    /// The version that it made.
    pub version: u32,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: AdminId,
    /// The settings before it.
    pub before: StoreSettings,
}

/// The store of this database, if there is one yet.
pub async fn first(db: &Db) -> Result<Option<Store>, DbError> {
    let row = store::Entity::find().order_by_asc(store::COLUMN.created_at).one(&db.pool).await?;
    match row {
        Some(row) => Ok(Some(with_taxes(&db.pool, row).await?)),
        None => Ok(None),
    }
}

/// Makes a store.
pub async fn insert(db: &Db, store: &Store, now: Timestamp) -> Result<(), DbError> {
    let calendar = &store.settings.calendar;
    let row = store::ActiveModel {
        id: Set(store.id.0),
        name: Set(store.settings.name.clone()),
        currency: Set(store.currency.to_string()),
        standard_rate_bp: Set(signed(calendar.taxes.first.standard.0)),
        reduced_rate_bp: Set(signed(calendar.taxes.first.reduced.0)),
        created_at: Set(micros(now)),
        // Whoever makes a store without a zone may still name one in the configuration.
        time_zone: Set((calendar.zone != Zone::default()).then(|| calendar.zone.name().to_owned())),
        country: Set(calendar.country.map(|country| country.code().to_owned())),
        hours: Set(Some(json(&calendar.hours)?)),
        version: Set(signed(store.version)),
    };
    let transaction = db.begin().await?;
    store::Entity::insert(row).exec_without_returning(&transaction).await?;
    put_taxes(&transaction, store.id, &calendar.taxes).await?;
    Ok(transaction.commit().await?)
}

/// Gives a store the zone of the configuration, where nobody has said another yet. Tells whether anybody has said one now.
pub async fn name_zone(db: &Db, id: StoreId, zone: Option<Zone>) -> Result<bool, DbError> {
    if let Some(zone) = zone {
        let unnamed = store::Entity::update_many().col_expr(store::Column::TimeZone, Expr::value(zone.name()));
        unnamed.filter(store::Column::Id.eq(id.0)).filter(store::Column::TimeZone.is_null()).exec(&db.pool).await?;
        return Ok(true);
    }
    let row = store::Entity::find_by_id(id.0).one(&db.pool).await?;
    Ok(row.is_some_and(|row| row.time_zone.is_some()))
}

/// Puts settings in the place of those before, as the fact that says so is committed.
pub(crate) async fn put_settings(
    connection: &impl ConnectionTrait,
    id: StoreId,
    settings: &StoreSettings,
    change: &StoreChange,
) -> Result<(), DbError> {
    let made = store_change::ActiveModel {
        store_id: Set(id.0),
        version: Set(signed(change.version)),
        made_at: Set(micros(change.at)),
        made_by: Set(change.by.0),
        before: Set(json(&change.before)?),
    };
    store_change::Entity::insert(made).exec_without_returning(connection).await?;
    let calendar = &settings.calendar;
    let row = store::ActiveModel {
        id: Set(id.0),
        name: Set(settings.name.clone()),
        time_zone: Set(Some(calendar.zone.name().to_owned())),
        country: Set(calendar.country.map(|country| country.code().to_owned())),
        hours: Set(Some(json(&calendar.hours)?)),
        version: Set(signed(change.version)),
        ..Default::default()
    };
    store::Entity::update(row).validate()?.exec(connection).await?;
    tax_change::Entity::delete_many().filter(tax_change::Column::StoreId.eq(id.0)).exec(connection).await?;
    put_taxes(connection, id, &calendar.taxes).await
}

/// The changes that made the versions after `version`, oldest first.
pub async fn changes_since(db: &Db, id: StoreId, version: u32) -> Result<Vec<StoreChange>, DbError> {
    let rows = store_change::Entity::find()
        .filter(store_change::Column::StoreId.eq(id.0))
        .filter(store_change::Column::Version.gt(signed(version)))
        .order_by_asc(store_change::Column::Version)
        .all(&db.pool)
        .await?;
    let change = |row: store_change::Model| {
        let before = serde_json::from_value(row.before).map_err(|why| DbError::unreadable("change of a store", why))?;
        Ok(StoreChange {
            version: unsigned(row.version),
            at: from_micros(row.made_at),
            by: AdminId(row.made_by),
            before,
        })
    };
    rows.into_iter().map(change).collect()
}

async fn put_taxes(connection: &impl ConnectionTrait, id: StoreId, taxes: &TaxSchedule) -> Result<(), DbError> {
    let rows: Vec<_> = taxes
        .changes
        .iter()
        .map(|(day, rates)| tax_change::ActiveModel {
            store_id: Set(id.0),
            valid_from: Set(day.to_string()),
            standard_rate_bp: Set(signed(rates.standard.0)),
            reduced_rate_bp: Set(signed(rates.reduced.0)),
        })
        .collect();
    if !rows.is_empty() {
        tax_change::Entity::insert_many(rows).exec_without_returning(connection).await?;
    }
    Ok(())
}

async fn with_taxes(connection: &impl ConnectionTrait, row: store::Model) -> Result<Store, DbError> {
    let unreadable = |why: &dyn std::fmt::Display| DbError::unreadable("store", why);
    let changes = tax_change::Entity::find().filter(tax_change::Column::StoreId.eq(row.id)).all(connection).await?;
    let changes = changes.into_iter().map(|change| {
        let day: Date = change.valid_from.parse().map_err(|why| unreadable(&why))?;
        Ok::<_, DbError>((day, rates(change.standard_rate_bp, change.reduced_rate_bp)))
    });
    let taxes = TaxSchedule {
        first: rates(row.standard_rate_bp, row.reduced_rate_bp),
        changes: changes.collect::<Result<BTreeMap<_, _>, _>>()?,
    };
    let zone = row.time_zone.map(|name| Zone::parse(&name)).transpose().map_err(|why| unreadable(&why))?;
    let country = row.country.map(|code| Country::parse(&code)).transpose().map_err(|why| unreadable(&why))?;
    let hours: Option<OpeningHours> =
        row.hours.map(serde_json::from_value).transpose().map_err(|why| unreadable(&why))?;
    let calendar = StoreCalendar { zone: zone.unwrap_or_default(), country, hours: hours.unwrap_or_default(), taxes };
    Ok(Store {
        id: StoreId(row.id),
        // A code that is no currency (any more) opens too: what was sold in it must be readable.
        currency: Currency::of_record(&row.currency).map_err(|why| unreadable(&why))?,
        settings: StoreSettings { name: row.name, calendar },
        version: unsigned(row.version),
    })
}

fn rates(standard: i32, reduced: i32) -> TaxRates {
    TaxRates { standard: BasisPoints(unsigned(standard)), reduced: BasisPoints(unsigned(reduced)) }
}

pub(crate) fn json(value: &impl Serialize) -> Result<serde_json::Value, DbError> {
    serde_json::to_value(value).map_err(|why| DbError::unreadable("store to be written", why))
}

pub(crate) fn signed(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

pub(crate) fn unsigned(number: i32) -> u32 {
    u32::try_from(number).unwrap_or(0)
}
