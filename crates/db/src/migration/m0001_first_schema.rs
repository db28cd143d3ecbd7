//! The first schema: every table, with its keys and indexes.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_query::{ColumnDef, Index, IntoIden, Table, TableCreateStatement};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in tables() {
            manager.create_table(table).await?;
        }
        for (name, table, columns, unique) in INDEXES {
            let mut index = Index::create();
            index.name(*name).table(Alias::new(*table));
            columns.iter().for_each(|column| {
                index.col(Alias::new(*column));
            });
            if *unique {
                index.unique();
            }
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

/// Name, table, columns, unique.
const INDEXES: &[(&str, &str, &[&str], bool)] = &[
    ("shoppers_email", "shoppers", &["email"], true),
    ("admins_email", "admins", &["email"], true),
    ("devices_token", "devices", &["token_hash"], true),
    ("devices_code", "devices", &["code_hash"], true),
    ("facings_current", "facings", &["store_id", "valid_to"], false),
    ("references_shopper", "biometric_references", &["shopper_id"], false),
    ("consents_shopper", "consents", &["shopper_id"], false),
    ("sessions_state", "shopping_sessions", &["store_id", "state"], false),
    ("sessions_shopper", "shopping_sessions", &["shopper_id", "opened_at"], false),
    ("shelf_events_undecided", "shelf_events", &["store_id", "decided"], false),
    ("shelf_events_received", "shelf_events", &["store_id", "received_at"], false),
    ("interactions_session", "interactions", &["session_id", "seq"], false),
    ("reviews_open", "reviews", &["store_id", "open"], false),
    ("orders_session", "orders", &["session_id"], true),
    ("orders_number", "orders", &["store_id", "number"], true),
    ("orders_shopper", "orders", &["shopper_id", "placed_at"], false),
    ("disputes_order", "disputes", &["order_id"], false),
    ("refunds_order", "refunds", &["order_id"], false),
    ("event_log_shopper", "event_log", &["shopper_id", "seq"], false),
    ("outbox_due", "outbox", &["done_at", "due_at"], false),
];

fn column(name: &'static str) -> ColumnDef {
    ColumnDef::new(Alias::new(name))
}

fn table(name: &'static str, columns: impl FnOnce(&mut TableCreateStatement)) -> TableCreateStatement {
    let mut table = Table::create();
    table.table(Alias::new(name).into_iden());
    columns(&mut table);
    table
}

fn tables() -> Vec<TableCreateStatement> {
    vec![
        table("stores", |table| {
            table
                .col(column("id").uuid().not_null().take())
                .col(column("name").text().not_null().take())
                .col(column("currency").text().not_null().take())
                .col(column("standard_rate_bp").integer().not_null().take())
                .col(column("reduced_rate_bp").integer().not_null().take())
                .col(column("created_at").big_integer().not_null().take())
                .primary_key(Index::create().col(Alias::new("id")));
        }),
        table("products", |table| {
            table
                .col(column("store_id").uuid().not_null().take())
                .col(column("sku").text().not_null().take())
                .col(column("gtin").text().null().take())
                .col(column("name").text().not_null().take())
                .col(column("price_minor").big_integer().null().take())
                .col(column("tax_class").text().not_null().take())
                .col(column("unit_weight_mg").integer().null().take())
                .col(column("updated_at").big_integer().not_null().take())
                .primary_key(Index::create().col(Alias::new("store_id")).col(Alias::new("sku")));
        }),
        table("facings", |table| {
            table
                .col(column("id").uuid().not_null().take())
                .col(column("store_id").uuid().not_null().take())
                .col(column("slot").text().not_null().take())
                .col(column("sku").text().not_null().take())
                .col(column("zone").text().not_null().take())
                .col(column("x").float().null().take())
                .col(column("capacity").integer().not_null().take())
                .col(column("valid_from").big_integer().not_null().take())
                .col(column("valid_to").big_integer().null().take())
                .primary_key(Index::create().col(Alias::new("id")));
        }),
        table("devices", |table| {
            table
                .col(column("id").uuid().not_null().take())
                .col(column("store_id").uuid().not_null().take())
                .col(column("name").text().not_null().take())
                .col(column("role").text().not_null().take())
                .col(column("zone").text().not_null().take())
                .col(column("state").text().not_null().take())
                .col(column("code_hash").text().null().take())
                .col(column("code_expires_at").big_integer().null().take())
                .col(column("token_hash").text().null().take())
                .col(column("last_seen_at").big_integer().null().take())
                .col(column("created_at").big_integer().not_null().take())
                .primary_key(Index::create().col(Alias::new("id")));
        }),
        table("shoppers", |table| {
            table
                .col(column("id").uuid().not_null().take())
                .col(column("store_id").uuid().not_null().take())
                .col(column("name").text().not_null().take())
                .col(column("email").text().not_null().take())
                .col(column("password_hash").text().not_null().take())
                .col(column("created_at").big_integer().not_null().take())
                .primary_key(Index::create().col(Alias::new("id")));
        }),
        table("admins", |table| {
            table
                .col(column("id").uuid().not_null().take())
                .col(column("store_id").uuid().not_null().take())
                .col(column("name").text().not_null().take())
                .col(column("email").text().not_null().take())
                .col(column("password_hash").text().not_null().take())
                .col(column("role").text().not_null().take())
                .col(column("created_at").big_integer().not_null().take())
                .primary_key(Index::create().col(Alias::new("id")));
        }),
        table("login_sessions", |table| {
            table
                .col(column("token_hash").text().not_null().take())
                .col(column("audience").text().not_null().take())
                .col(column("account_id").uuid().not_null().take())
                .col(column("created_at").big_integer().not_null().take())
                .col(column("expires_at").big_integer().not_null().take())
                .primary_key(Index::create().col(Alias::new("token_hash")));
        }),
        table("consents", |table| {
            table
                .col(column("id").uuid().not_null().take())
                .col(column("shopper_id").uuid().not_null().take())
                .col(column("version").text().not_null().take())
                .col(column("given_at").big_integer().not_null().take())
                .col(column("withdrawn_at").big_integer().null().take())
                .primary_key(Index::create().col(Alias::new("id")));
        }),
        table("biometric_references", |table| {
            table
                .col(column("id").uuid().not_null().take())
                .col(column("shopper_id").uuid().not_null().take())
                .col(column("consent_id").uuid().not_null().take())
                .col(column("model").text().not_null().take())
                .col(column("sealed").blob().not_null().take())
                .col(column("created_at").big_integer().not_null().take())
                .col(column("expires_at").big_integer().not_null().take())
                .primary_key(Index::create().col(Alias::new("id")));
        }),
        table("shopping_sessions", |table| {
            table
                .col(column("id").uuid().not_null().take())
                .col(column("store_id").uuid().not_null().take())
                .col(column("shopper_id").uuid().not_null().take())
                .col(column("state").text().not_null().take())
                .col(column("opened_at").big_integer().not_null().take())
                .col(column("opened_by").text().not_null().take())
                .col(column("exited_at").big_integer().null().take())
                .col(column("settles_at").big_integer().null().take())
                .col(column("settled_at").big_integer().null().take())
                .primary_key(Index::create().col(Alias::new("id")));
        }),
        table("shelf_events", |table| {
            table
                .col(column("id").uuid().not_null().take())
                .col(column("store_id").uuid().not_null().take())
                .col(column("slot").text().not_null().take())
                .col(column("occurred_at").big_integer().not_null().take())
                .col(column("received_at").big_integer().not_null().take())
                .col(column("decided").boolean().not_null().take())
                .col(column("payload").json_binary().not_null().take())
                .primary_key(Index::create().col(Alias::new("id")));
        }),
        table("interactions", |table| {
            table
                .col(column("id").uuid().not_null().take())
                .col(column("session_id").uuid().not_null().take())
                .col(column("kind").text().not_null().take())
                .col(column("sku").text().not_null().take())
                .col(column("quantity").integer().not_null().take())
                .col(column("occurred_at").big_integer().not_null().take())
                .col(column("seq").big_integer().not_null().take())
                .col(column("payload").json_binary().not_null().take())
                .primary_key(Index::create().col(Alias::new("id")));
        }),
        table("reviews", |table| {
            table
                .col(column("id").uuid().not_null().take())
                .col(column("store_id").uuid().not_null().take())
                .col(column("open").boolean().not_null().take())
                .col(column("opened_at").big_integer().not_null().take())
                .col(column("payload").json_binary().not_null().take())
                .col(column("decided_session_id").uuid().null().take())
                .col(column("decided_by").uuid().null().take())
                .col(column("decided_at").big_integer().null().take())
                .primary_key(Index::create().col(Alias::new("id")));
        }),
        table("orders", |table| {
            table
                .col(column("id").uuid().not_null().take())
                .col(column("store_id").uuid().not_null().take())
                .col(column("number").integer().not_null().take())
                .col(column("session_id").uuid().not_null().take())
                .col(column("shopper_id").uuid().not_null().take())
                .col(column("placed_at").big_integer().not_null().take())
                .col(column("currency").text().not_null().take())
                .col(column("total_minor").big_integer().not_null().take())
                .primary_key(Index::create().col(Alias::new("id")));
        }),
        table("order_lines", |table| {
            table
                .col(column("order_id").uuid().not_null().take())
                .col(column("sku").text().not_null().take())
                .col(column("name").text().not_null().take())
                .col(column("quantity").integer().not_null().take())
                .col(column("unit_price_minor").big_integer().not_null().take())
                .col(column("tax_rate_bp").integer().not_null().take())
                .primary_key(Index::create().col(Alias::new("order_id")).col(Alias::new("sku")));
        }),
        table("disputes", |table| {
            table
                .col(column("id").uuid().not_null().take())
                .col(column("order_id").uuid().not_null().take())
                .col(column("shopper_id").uuid().not_null().take())
                .col(column("state").text().not_null().take())
                .col(column("opened_at").big_integer().not_null().take())
                .col(column("decided_at").big_integer().null().take())
                .col(column("payload").json_binary().not_null().take())
                .primary_key(Index::create().col(Alias::new("id")));
        }),
        table("refunds", |table| {
            table
                .col(column("dispute_id").uuid().not_null().take())
                .col(column("order_id").uuid().not_null().take())
                .col(column("amount_minor").big_integer().not_null().take())
                .col(column("recorded_at").big_integer().not_null().take())
                .col(column("payload").json_binary().not_null().take())
                .primary_key(Index::create().col(Alias::new("dispute_id")));
        }),
        table("event_log", |table| {
            table
                .col(column("seq").big_integer().not_null().take())
                .col(column("store_id").uuid().not_null().take())
                .col(column("kind").text().not_null().take())
                .col(column("shopper_id").uuid().null().take())
                .col(column("session_id").uuid().null().take())
                .col(column("recorded_at").big_integer().not_null().take())
                .col(column("payload").json_binary().not_null().take())
                .primary_key(Index::create().col(Alias::new("seq")));
        }),
        table("outbox", |table| {
            table
                .col(column("id").uuid().not_null().take())
                .col(column("kind").text().not_null().take())
                .col(column("subject_id").uuid().not_null().take())
                .col(column("created_at").big_integer().not_null().take())
                .col(column("due_at").big_integer().not_null().take())
                .col(column("attempts").integer().not_null().take())
                .col(column("done_at").big_integer().null().take())
                .col(column("last_error").text().null().take())
                .primary_key(Index::create().col(Alias::new("id")));
        }),
        table("mailbox", |table| {
            table
                .col(column("id").uuid().not_null().take())
                .col(column("to_address").text().not_null().take())
                .col(column("subject").text().not_null().take())
                .col(column("html").text().not_null().take())
                .col(column("text").text().not_null().take())
                .col(column("sent_at").big_integer().not_null().take())
                .primary_key(Index::create().col(Alias::new("id")));
        }),
    ]
}
