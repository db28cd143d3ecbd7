//! The store's calendar, since when a product has stood at its slot, and one form for barcode numbers.

use std::collections::BTreeMap;

use domain::catalog::Gtin;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, FromQueryResult};
use sea_orm_migration::sea_query::{Alias, ColumnDef, Expr, ExprTrait, Index, Query, Table};
use uuid::Uuid;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add_columns(manager).await?;
        add_tables(manager).await?;
        let connection = manager.get_connection();
        since_when_products_stand(connection).await?;
        one_form_of_gtins(connection).await
    }
}

fn column(name: &'static str) -> ColumnDef {
    ColumnDef::new(Alias::new(name))
}

async fn add_columns(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let new = [
        // None: nobody has said; the configuration's holds.
        ("stores", column("time_zone").text().null().take()),
        ("stores", column("country").text().null().take()),
        // None: around the clock.
        ("stores", column("hours").json_binary().null().take()),
        ("stores", column("version").integer().not_null().default(1).take()),
        // Orders from before were numbered and dated by UTC.
        ("orders", column("time_zone").text().not_null().default("UTC").take()),
        ("orders", column("utc_offset_s").integer().not_null().default(0).take()),
        ("facings", column("stands_since").big_integer().not_null().default(0).take()),
    ];
    for (table, column) in new {
        manager.alter_table(Table::alter().table(Alias::new(table)).add_column(column).take()).await?;
    }
    Ok(())
}

async fn add_tables(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut taxes = Table::create();
    taxes
        .table(Alias::new("tax_changes"))
        .col(column("store_id").uuid().not_null().take())
        .col(column("valid_from").text().not_null().take())
        .col(column("standard_rate_bp").integer().not_null().take())
        .col(column("reduced_rate_bp").integer().not_null().take())
        .primary_key(Index::create().col(Alias::new("store_id")).col(Alias::new("valid_from")));
    manager.create_table(taxes).await?;
    let mut changes = Table::create();
    changes
        .table(Alias::new("store_changes"))
        .col(column("store_id").uuid().not_null().take())
        .col(column("version").integer().not_null().take())
        .col(column("made_at").big_integer().not_null().take())
        .col(column("made_by").uuid().not_null().take())
        .col(column("before").json_binary().not_null().take())
        .primary_key(Index::create().col(Alias::new("store_id")).col(Alias::new("version")));
    manager.create_table(changes).await
}

#[derive(FromQueryResult)]
struct Stood {
    id: Uuid,
    store_id: Uuid,
    slot: String,
    sku: String,
    valid_from: i64,
    valid_to: Option<i64>,
}

/// A row of the planogram's history begins with every change of a slot; a product stands there since the first row of those that
/// name it without a gap.
async fn since_when_products_stand(connection: &SchemaManagerConnection<'_>) -> Result<(), DbErr> {
    let facings = Alias::new("facings");
    let mut query = Query::select();
    query.from(facings.clone());
    for name in ["id", "store_id", "slot", "sku", "valid_from", "valid_to"] {
        query.column(Alias::new(name));
    }
    query.order_by(Alias::new("valid_from"), Order::Asc);
    let rows = connection.query_all(&query).await?;
    // By slot: what stood there last, since when, and until when.
    let mut last: BTreeMap<(Uuid, String), (String, i64, Option<i64>)> = BTreeMap::new();
    for row in rows {
        let row = Stood::from_query_result(&row, "")?;
        let slot = (row.store_id, row.slot);
        let since = match last.get(&slot) {
            Some((sku, since, until)) if *sku == row.sku && *until == Some(row.valid_from) => *since,
            _ => row.valid_from,
        };
        let mut update = Query::update();
        update.table(facings.clone()).value(Alias::new("stands_since"), since);
        update.and_where(Expr::col(Alias::new("id")).eq(row.id));
        connection.execute(&update).await?;
        last.insert(slot, (row.sku, since, row.valid_to));
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct Numbered {
    store_id: Uuid,
    sku: String,
    gtin: String,
}

/// Brings barcode numbers into the form in which they are compared. Two products with the same number are both kept; the log names
/// them at each start, and the products page shows them.
async fn one_form_of_gtins(connection: &SchemaManagerConnection<'_>) -> Result<(), DbErr> {
    let products = Alias::new("products");
    let mut query = Query::select();
    query.from(products.clone());
    for name in ["store_id", "sku", "gtin"] {
        query.column(Alias::new(name));
    }
    query.and_where(Expr::col(Alias::new("gtin")).is_not_null());
    for row in connection.query_all(&query).await? {
        let row = Numbered::from_query_result(&row, "")?;
        // What is no barcode number was put there by hand; reading it says so.
        let Ok(gtin) = Gtin::parse(&row.gtin) else { continue };
        let mut update = Query::update();
        update.table(products.clone()).value(Alias::new("gtin"), gtin.canonical());
        update.and_where(Expr::col(Alias::new("store_id")).eq(row.store_id));
        update.and_where(Expr::col(Alias::new("sku")).eq(row.sku));
        connection.execute(&update).await?;
    }
    Ok(())
}
