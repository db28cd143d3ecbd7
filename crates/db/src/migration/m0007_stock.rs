//! Stock: what each shelf event moved, what staff counted, and which zones they are refilling.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = |name: &'static str| ColumnDef::new(Alias::new(name));
        for name in ["delta_units", "units_after"] {
            // Events from before have neither: nobody had counted yet.
            let new = column(name).integer().null().take();
            manager.alter_table(Table::alter().table(Alias::new("shelf_events")).add_column(new).take()).await?;
        }
        let mut index = Index::create();
        index.name("shelf_events_of_slot").table(Alias::new("shelf_events"));
        index.col(Alias::new("store_id")).col(Alias::new("slot")).col(Alias::new("occurred_at"));
        manager.create_index(index).await?;

        let mut counts = Table::create();
        counts
            .table(Alias::new("stock_counts"))
            .col(column("store_id").uuid().not_null().take())
            .col(column("slot").text().not_null().take())
            .col(column("sku").text().not_null().take())
            .col(column("units").integer().not_null().take())
            .col(column("counted_at").big_integer().not_null().take())
            .col(column("counted_by").uuid().not_null().take())
            .primary_key(Index::create().col(Alias::new("store_id")).col(Alias::new("slot")));
        manager.create_table(counts).await?;

        let mut restockings = Table::create();
        restockings
            .table(Alias::new("restockings"))
            .col(column("store_id").uuid().not_null().take())
            .col(column("zone").text().not_null().take())
            .col(column("since").big_integer().not_null().take())
            .col(column("until").big_integer().not_null().take())
            .col(column("admin_id").uuid().not_null().take())
            .primary_key(Index::create().col(Alias::new("store_id")).col(Alias::new("zone")));
        manager.create_table(restockings).await
    }
}
