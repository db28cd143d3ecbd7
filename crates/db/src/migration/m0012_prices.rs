//! Prices with their history, and orders with several prices of one product.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = |name: &'static str| ColumnDef::new(Alias::new(name));
        let mut prices = Table::create();
        prices
            .table(Alias::new("product_prices"))
            .col(column("store_id").uuid().not_null().take())
            .col(column("sku").text().not_null().take())
            .col(column("valid_from").big_integer().not_null().take())
            .col(column("price_minor").big_integer().null().take())
            .col(column("tax_class").text().not_null().take())
            .col(column("name").text().not_null().take())
            .primary_key(
                Index::create().col(Alias::new("store_id")).col(Alias::new("sku")).col(Alias::new("valid_from")),
            );
        manager.create_table(prices).await?;
        let connection = manager.get_connection();
        connection
            .execute_unprepared(
                "INSERT INTO product_prices (store_id, sku, valid_from, price_minor, tax_class, name) \
                 SELECT store_id, sku, updated_at, price_minor, tax_class, name FROM products",
            )
            .await?;

        // The key was order and SKU; SQLite cannot change a key, so the table is made anew.
        let mut lines = Table::create();
        lines
            .table(Alias::new("order_lines_with_places"))
            .col(column("order_id").uuid().not_null().take())
            .col(column("place").integer().not_null().take())
            .col(column("sku").text().not_null().take())
            .col(column("name").text().not_null().take())
            .col(column("quantity").integer().not_null().take())
            .col(column("unit_price_minor").big_integer().not_null().take())
            .col(column("tax_rate_bp").integer().not_null().take())
            .primary_key(Index::create().col(Alias::new("order_id")).col(Alias::new("place")));
        manager.create_table(lines).await?;
        let first = "ROW_NUMBER() OVER (PARTITION BY order_id ORDER BY sku) - 1";
        let first = match manager.get_database_backend() {
            DbBackend::Postgres => format!("({first})::integer"),
            _ => first.to_owned(),
        };
        let columns = "sku, name, quantity, unit_price_minor, tax_rate_bp";
        connection
            .execute_unprepared(&format!(
                "INSERT INTO order_lines_with_places (order_id, place, {columns}) \
                 SELECT order_id, {first}, {columns} FROM order_lines"
            ))
            .await?;
        // In one go, on one connection of the pool: another one may not have heard yet that the name is free.
        let renamed = "DROP TABLE order_lines; ALTER TABLE order_lines_with_places RENAME TO order_lines";
        connection.execute_unprepared(renamed).await?;
        Ok(())
    }
}
