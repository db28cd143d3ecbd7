//! Indexes in the order in which lists are paged, and of what they are filtered and searched by.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::ConnectionTrait;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, on) in INDEXES {
            // Both engines take these words alike, expressions on JSON included.
            manager.get_connection().execute_unprepared(&format!("CREATE INDEX {name} ON {on}")).await?;
        }
        Ok(())
    }
}

/// Name; table with columns.
const INDEXES: &[(&str, &str)] = &[
    ("orders_page", "orders (store_id, placed_at, number)"),
    ("orders_shopper_page", "orders (shopper_id, placed_at, number)"),
    ("orders_amount", "orders (store_id, total_minor, placed_at, number)"),
    ("order_lines_sku", "order_lines (sku, order_id)"),
    ("disputes_page", "disputes (opened_at, id)"),
    ("disputes_state_page", "disputes (state, opened_at, id)"),
    ("disputes_shopper", "disputes (shopper_id)"),
    ("reviews_page", "reviews (store_id, open, opened_at, id)"),
    ("reviews_reason_page", "reviews (store_id, open, (payload ->> 'reason'), opened_at, id)"),
    ("reviews_sku_page", "reviews (store_id, open, (payload ->> 'sku'), opened_at, id)"),
    (
        "reviews_slot_page",
        "reviews (store_id, open, (payload -> 'evidence' -> 'shelf_event' ->> 'slot'), opened_at, id)",
    ),
    ("shoppers_page", "shoppers (store_id, created_at, id)"),
    ("shoppers_search", "shoppers (store_id, name, email, id)"),
    ("admins_page", "admins (store_id, created_at, id)"),
    ("devices_page", "devices (store_id, created_at, id)"),
    ("facings_page", "facings (store_id, valid_to, slot)"),
    ("facing_changes_page", "facing_changes (store_id, made_at, id)"),
    ("facing_changes_slot_page", "facing_changes (store_id, slot, made_at, id)"),
    ("mailbox_page", "mailbox (sent_at, id, to_address, subject)"),
];
