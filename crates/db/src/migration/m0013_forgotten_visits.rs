//! How the end of a visit was noticed: visits that nobody ended before the store closed are for staff to decide.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut exited_by = ColumnDef::new(Alias::new("exited_by"));
        exited_by.text().null();
        manager.alter_table(Table::alter().table(Alias::new("shopping_sessions")).add_column(exited_by).take()).await
    }
}
