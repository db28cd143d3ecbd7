//! Whether the photographs of an enrolment are from a film in which the head was turned.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut by_film = ColumnDef::new(Alias::new("by_film"));
        by_film.boolean().not_null().default(false);
        manager.alter_table(Table::alter().table(Alias::new("consents")).add_column(by_film).take()).await
    }
}
