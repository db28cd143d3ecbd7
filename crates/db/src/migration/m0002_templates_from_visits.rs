//! Templates from visits: where each template comes from, and who agreed that visits add some.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut source = ColumnDef::new(Alias::new("source"));
        source.text().not_null().default("enrolment");
        let mut learns_since = ColumnDef::new(Alias::new("learns_since"));
        learns_since.big_integer().null();
        for (table, column) in [("biometric_references", source), ("consents", learns_since)] {
            manager.alter_table(Table::alter().table(Alias::new(table)).add_column(column).take()).await?;
        }
        Ok(())
    }
}
