//! The plan of the room, with its history: where cameras hang, where people come and go, where gondolas stand.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = |name: &'static str| ColumnDef::new(Alias::new(name));
        let key = |column: &'static str, parent: &'static str| {
            let mut key = ForeignKey::create();
            key.from(Alias::new("room_plans"), Alias::new(column)).to(Alias::new(parent), Alias::new("id"));
            key
        };
        let mut plans = Table::create();
        plans
            .table(Alias::new("room_plans"))
            .col(column("store_id").uuid().not_null().take())
            .col(column("version").integer().not_null().take())
            .col(column("saved_at").big_integer().not_null().take())
            // None: the demo's own.
            .col(column("saved_by").uuid().null().take())
            .col(column("plan").json_binary().not_null().take())
            .primary_key(Index::create().col(Alias::new("store_id")).col(Alias::new("version")))
            .foreign_key(&mut key("store_id", "stores"))
            .foreign_key(&mut key("saved_by", "admins"));
        manager.create_table(plans).await
    }
}
