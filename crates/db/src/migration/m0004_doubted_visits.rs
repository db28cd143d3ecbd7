//! Visits of which later frames deny that it was this shopper who walked in.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut doubted_at = ColumnDef::new(Alias::new("doubted_at"));
        doubted_at.big_integer().null();
        manager.alter_table(Table::alter().table(Alias::new("shopping_sessions")).add_column(doubted_at).take()).await
    }
}
