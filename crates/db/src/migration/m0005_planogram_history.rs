//! The planogram's history: every change of a facing, with who made it and how.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = |name: &'static str| ColumnDef::new(Alias::new(name));
        let mut table = Table::create();
        table
            .table(Alias::new("facing_changes"))
            .col(column("id").uuid().not_null().take())
            .col(column("store_id").uuid().not_null().take())
            .col(column("slot").text().not_null().take())
            .col(column("made_at").big_integer().not_null().take())
            .col(column("made_by").uuid().null().take())
            .col(column("means").text().not_null().take())
            .col(column("before").json_binary().null().take())
            .col(column("after").json_binary().null().take())
            .primary_key(Index::create().col(Alias::new("id")));
        manager.create_table(table).await?;
        let mut index = Index::create();
        index.name("facing_changes_newest").table(Alias::new("facing_changes"));
        index.col(Alias::new("store_id")).col(Alias::new("made_at"));
        manager.create_index(index).await
    }
}
