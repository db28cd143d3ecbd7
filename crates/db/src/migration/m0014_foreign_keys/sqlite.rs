//! SQLite, which adds no key to a table that is there: each table is made anew with its keys, its rows go over, and it takes the old
//! one's name (sqlite.org/lang_altertable.html, section 7), all in one transaction on one connection, where keys are not looked at
//! meanwhile.

use std::collections::BTreeSet;

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::sqlx::sqlite::SqliteConnection;
use sea_orm_migration::sea_orm::sqlx::{self, Row};
use sea_orm_migration::sea_orm::{ConnectionTrait, DatabaseExecutor, DbBackend, RuntimeErr, Statement};

use super::keys::{ADDED, CHECKS, DROPPED, INDEXES, KEYS};
use super::{count_orphans, tell_orphans};

/// The id of nothing.
pub(super) const NIL: &str = "X'00000000000000000000000000000000'";

/// The declared type of ids.
const ID_TYPE: &str = "uuid_text";

/// Whether the tables are made anew already: SQLite notes a migration in a transaction of its own, after it.
pub(super) async fn is_done(connection: &SchemaManagerConnection<'_>) -> Result<bool, DbErr> {
    let asked = "SELECT 1 FROM pragma_table_info('interactions') WHERE name = 'store_id'";
    Ok(connection.query_one_raw(Statement::from_string(DbBackend::Sqlite, asked)).await?.is_some())
}

pub(super) async fn up(connection: &SchemaManagerConnection<'_>) -> Result<(), DbErr> {
    let DatabaseExecutor::Connection(pool) = connection else {
        return Err(DbErr::Migration("keys are only switched off outside of a transaction".to_owned()));
    };
    let mut connection = pool.get_sqlite_connection_pool().acquire().await.map_err(refused)?;
    match in_one_transaction(&mut connection).await {
        Ok(()) => Ok(()),
        Err(error) => {
            // With it goes the transaction, and whether keys are looked at.
            connection.close().await.map_err(refused)?;
            Err(refused(error))
        }
    }
}

async fn in_one_transaction(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    // Within a transaction these two would do nothing.
    run(connection, "PRAGMA foreign_keys = OFF").await?;
    run(connection, "BEGIN IMMEDIATE").await?;
    let tables: BTreeSet<&str> = KEYS.iter().map(|key| key.table).collect();
    for table in tables {
        make_anew(connection, table).await?;
    }
    for (name, on) in INDEXES {
        run(connection, &format!("DROP INDEX IF EXISTS {name}")).await?;
        run(connection, &format!("CREATE INDEX {name} ON {on}")).await?;
    }
    for key in KEYS {
        let orphans = sqlx::query_scalar(sqlx::AssertSqlSafe(count_orphans(key)));
        tell_orphans(key, orphans.fetch_one(&mut *connection).await?);
    }
    run(connection, "COMMIT").await?;
    run(connection, "PRAGMA foreign_keys = ON").await
}

async fn make_anew(connection: &mut SqliteConnection, table: &str) -> Result<(), sqlx::Error> {
    let described =
        format!("SELECT name, type, \"notnull\", dflt_value, pk FROM pragma_table_info('{table}') ORDER BY cid");
    let columns = sqlx::query(sqlx::AssertSqlSafe(described)).fetch_all(&mut *connection).await?;
    let kept_with_it = format!(
        "SELECT sql FROM sqlite_master WHERE tbl_name = '{table}' AND type IN ('index', 'trigger') AND sql IS NOT NULL"
    );
    let kept_with_it: Vec<String> =
        sqlx::query_scalar(sqlx::AssertSqlSafe(kept_with_it)).fetch_all(&mut *connection).await?;

    let (mut parts, mut primary, mut names, mut values) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for column in columns {
        let name: String = column.try_get("name")?;
        if DROPPED.contains(&(table, name.as_str())) {
            continue;
        }
        let (declared, is_required): (String, bool) = (column.try_get("type")?, column.try_get("notnull")?);
        let default: Option<String> = column.try_get("dflt_value")?;
        let place: i64 = column.try_get("pk")?;
        let required = if is_required { " NOT NULL" } else { "" };
        let default = default.map(|value| format!(" DEFAULT {value}")).unwrap_or_default();
        parts.push(format!("\"{name}\" {declared}{required}{default}"));
        if place > 0 {
            primary.push((place, format!("\"{name}\"")));
        }
        names.push(format!("\"{name}\""));
        values.push(format!("\"{name}\""));
    }
    for added in ADDED.iter().filter(|added| added.table == table) {
        let required = if added.required { " NOT NULL" } else { "" };
        parts.push(format!("\"{}\" {ID_TYPE}{required}", added.name));
        names.push(format!("\"{}\"", added.name));
        values.push(added.expression(NIL));
    }
    primary.sort();
    let primary: Vec<_> = primary.into_iter().map(|(_, name)| name).collect();
    parts.push(format!("PRIMARY KEY ({})", primary.join(", ")));
    parts.extend(CHECKS.iter().filter(|(of, _)| *of == table).map(|(_, check)| (*check).to_owned()));
    parts.extend(KEYS.iter().filter(|key| key.table == table).map(|key| key.clause()));

    run(connection, &format!("CREATE TABLE {table}_anew ({})", parts.join(", "))).await?;
    let (names, values) = (names.join(", "), values.join(", "));
    run(connection, &format!("INSERT INTO {table}_anew ({names}) SELECT {values} FROM {table}")).await?;
    run(connection, &format!("DROP TABLE {table}")).await?;
    run(connection, &format!("ALTER TABLE {table}_anew RENAME TO {table}")).await?;
    for statement in kept_with_it {
        run(connection, &statement).await?;
    }
    Ok(())
}

async fn run(connection: &mut SqliteConnection, statement: &str) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement.to_owned())).execute(connection).await.map(drop)
}

fn refused(error: sqlx::Error) -> DbErr {
    DbErr::Exec(RuntimeErr::SqlxError(error.into()))
}
