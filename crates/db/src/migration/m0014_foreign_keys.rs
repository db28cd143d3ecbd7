//! Foreign keys, and a `store_id` in every table. Which table refers to what: [`keys`]. Why so: docs/decisions/0010-foreign-keys.md.
//!
//! Rows of an older database that point nowhere stay where they are, so that no bill and no fact disappears: a key holds for what
//! is written from now on, and the log tells how many rows it does not hold for. Three kinds are not left as they are, because the
//! store would go on working with them: [`before_the_keys`].

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

mod keys;
mod postgres;
mod sqlite;

use keys::{ADMINS, KEYS, Key, SHOPPERS};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        match connection.get_database_backend() {
            DbBackend::Postgres => {
                before_the_keys(connection).await?;
                postgres::up(connection).await
            }
            // The tables were made anew in one transaction, and only the note of the migration is missing.
            _ if sqlite::is_done(connection).await? => Ok(()),
            _ => {
                before_the_keys(connection).await?;
                sqlite::up(connection).await
            }
        }
    }
}

/// Rows that must not point nowhere:
///
/// - A face without an owner is erased: nobody could ask for that any more, and it would open visits for nobody.
/// - A log-in without an account ends: it must not become one of an account that is put in the place of the missing one.
/// - An account that rows name and that is not there is put there, without a way to log in: a visit that is under way can be billed,
///   an order contested, and lists say whose account is missing.
async fn before_the_keys(connection: &SchemaManagerConnection<'_>) -> Result<(), DbErr> {
    for (what, statement) in [
        (
            "faces of shoppers without an account were erased",
            "DELETE FROM biometric_references WHERE shopper_id NOT IN (SELECT id FROM shoppers)",
        ),
        (
            "faces of programs that are no devices were erased",
            "DELETE FROM gallery_faces WHERE device_id NOT IN (SELECT id FROM devices)",
        ),
        (
            "log-ins without an account were ended",
            "DELETE FROM login_sessions WHERE account_id NOT IN (SELECT id FROM shoppers UNION ALL SELECT id FROM admins)",
        ),
        ("shoppers' accounts are missing; rows name them", &missing_accounts(connection, SHOPPERS)),
        ("admins' accounts are missing; rows name them", &missing_accounts(connection, ADMINS)),
    ] {
        let rows = connection.execute_unprepared(statement).await?.rows_affected();
        if rows > 0 {
            tracing::error!(rows, "upgrade: {what}");
        }
    }
    Ok(())
}

/// Puts an account in the place of each that rows name and that is not there. No password fits an empty hash, and no address is
/// without an `@`.
fn missing_accounts(connection: &SchemaManagerConnection<'_>, accounts: &str) -> String {
    let named = KEYS.iter().filter(|key| key.parent == accounts && key.table != "login_sessions");
    let named: Vec<_> = named.map(|key| format!("SELECT {} AS id FROM {}", key.columns[0], key.table)).collect();
    let (as_text, none) = match connection.get_database_backend() {
        DbBackend::Postgres => ("named.id::text", postgres::NIL),
        _ => ("lower(hex(named.id))", sqlite::NIL),
    };
    let (column, role) = if accounts == ADMINS { (", role", ", 'staff'") } else { ("", "") };
    format!(
        "INSERT INTO {accounts} (id, store_id, name, email, password_hash, created_at{column}) \
         SELECT named.id, COALESCE({first}, {none}), 'Account missing', 'missing:' || {as_text}, '', 0{role} \
         FROM ({named}) AS named WHERE named.id IS NOT NULL AND named.id NOT IN (SELECT id FROM {accounts})",
        first = keys::FIRST_STORE,
        named = named.join(" UNION "),
    )
}

/// How many rows a key does not hold for.
fn count_orphans(key: &Key) -> String {
    let Key { table, columns, parent, to } = key;
    let given: Vec<_> = columns.iter().map(|column| format!("{table}.{column} IS NOT NULL")).collect();
    let same: Vec<_> = columns.iter().zip(*to).map(|(column, to)| format!("parent.{to} = {table}.{column}")).collect();
    format!(
        "SELECT COUNT(*) FROM {table} WHERE {} AND NOT EXISTS (SELECT 1 FROM {parent} AS parent WHERE {})",
        given.join(" AND "),
        same.join(" AND ")
    )
}

fn tell_orphans(key: &Key, rows: i64) {
    if rows > 0 {
        let (table, columns, parent) = (key.table, key.columns.join(", "), key.parent);
        tracing::error!(
            rows,
            table,
            columns,
            parent,
            "upgrade: rows point nowhere; they stay, and the key holds for what is written from now on"
        );
    }
}
