//! Which key a store was made with, and erasures that are begun, under way or done.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = |name: &'static str| ColumnDef::new(Alias::new(name));
        let mut fingerprints = Table::create();
        fingerprints
            .table(Alias::new("key_fingerprints"))
            .col(column("store_id").uuid().not_null().take())
            .col(column("fingerprint").text().not_null().take())
            .col(column("noted_at").big_integer().not_null().take())
            .primary_key(Index::create().col(Alias::new("store_id")));
        manager.create_table(fingerprints).await?;

        let mut erasures = Table::create();
        erasures
            .table(Alias::new("erasures"))
            .col(column("id").uuid().not_null().take())
            .col(column("shopper_id").uuid().not_null().take())
            .col(column("templates").big_integer().not_null().take())
            .col(column("asked_at").big_integer().not_null().take())
            .col(column("done_at").big_integer().null().take())
            .primary_key(Index::create().col(Alias::new("id")));
        manager.create_table(erasures).await?;
        let mut index = Index::create();
        index.name("erasures_of_shopper").table(Alias::new("erasures"));
        index.col(Alias::new("shopper_id")).col(Alias::new("asked_at"));
        manager.create_index(index).await
    }
}
