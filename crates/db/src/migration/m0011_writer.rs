//! The writer: who may write the database, which commands it has carried out, and what it had to set aside.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = |name: &'static str| ColumnDef::new(Alias::new(name));

        let mut writers = Table::create();
        writers
            .table(Alias::new("writers"))
            .col(column("id").integer().not_null().take())
            .col(column("fence").big_integer().not_null().take())
            .col(column("holder").text().not_null().take())
            .col(column("since").big_integer().not_null().take())
            .col(column("committed_seq").big_integer().not_null().take())
            .primary_key(Index::create().col(Alias::new("id")));
        manager.create_table(writers).await?;

        let mut commands = Table::create();
        commands
            .table(Alias::new("commands"))
            .col(column("id").uuid().not_null().take())
            .col(column("store_id").uuid().not_null().take())
            .col(column("digest").text().not_null().take())
            .col(column("answer").text().not_null().take())
            .col(column("decided_at").big_integer().not_null().take())
            .primary_key(Index::create().col(Alias::new("id")));
        manager.create_table(commands).await?;
        let mut index = Index::create();
        index.name("commands_decided").table(Alias::new("commands")).col(Alias::new("decided_at"));
        manager.create_index(index).await?;

        let mut set_aside = Table::create();
        set_aside
            .table(Alias::new("set_aside"))
            .col(column("id").uuid().not_null().take())
            .col(column("store_id").uuid().not_null().take())
            .col(column("kind").text().not_null().take())
            .col(column("cause").text().not_null().take())
            .col(column("payload").text().not_null().take())
            .col(column("set_aside_at").big_integer().not_null().take())
            .col(column("seen_by").uuid().null().take())
            .col(column("seen_at").big_integer().null().take())
            .primary_key(Index::create().col(Alias::new("id")));
        manager.create_table(set_aside).await?;
        let mut index = Index::create();
        index.name("set_aside_newest").table(Alias::new("set_aside"));
        index.col(Alias::new("store_id")).col(Alias::new("set_aside_at"));
        manager.create_index(index).await
    }
}
