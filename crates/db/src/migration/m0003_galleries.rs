//! Galleries of programs that speak the Kairos API: faces that are no shoppers'.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = |name: &'static str| ColumnDef::new(Alias::new(name));
        let mut table = Table::create();
        table
            .table(Alias::new("gallery_faces"))
            .col(column("id").uuid().not_null().take())
            .col(column("device_id").uuid().not_null().take())
            .col(column("gallery").text().not_null().take())
            .col(column("subject").text().not_null().take())
            .col(column("model").text().not_null().take())
            .col(column("sealed").blob().not_null().take())
            .col(column("created_at").big_integer().not_null().take())
            .col(column("expires_at").big_integer().not_null().take())
            .primary_key(Index::create().col(Alias::new("id")));
        manager.create_table(table).await?;
        let mut index = Index::create();
        index.name("gallery_faces_gallery").table(Alias::new("gallery_faces"));
        index.col(Alias::new("device_id")).col(Alias::new("gallery"));
        manager.create_index(index).await
    }
}
