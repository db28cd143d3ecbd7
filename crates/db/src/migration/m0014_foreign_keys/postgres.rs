//! PostgreSQL: columns and keys are added to the tables as they are.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, Statement};

use super::keys::{ADDED, CHECKS, DROPPED, INDEXES, KEYS};
use super::{count_orphans, tell_orphans};

/// The id of nothing.
pub(super) const NIL: &str = "'00000000-0000-0000-0000-000000000000'::uuid";

pub(super) async fn up(connection: &SchemaManagerConnection<'_>) -> Result<(), DbErr> {
    let run = async |statement: String| connection.execute_unprepared(&statement).await.map(|_| ());
    for added in ADDED {
        let (table, name) = (added.table, added.name);
        run(format!("ALTER TABLE {table} ADD COLUMN {name} uuid")).await?;
        run(format!("UPDATE {table} SET {name} = {}", added.expression(NIL))).await?;
        if added.required {
            run(format!("ALTER TABLE {table} ALTER COLUMN {name} SET NOT NULL")).await?;
        }
    }
    for (table, column) in DROPPED {
        run(format!("ALTER TABLE {table} DROP COLUMN {column}")).await?;
    }
    for (table, check) in CHECKS {
        run(format!("ALTER TABLE {table} ADD {check}")).await?;
    }
    for (name, on) in INDEXES {
        run(format!("DROP INDEX IF EXISTS {name}")).await?;
        run(format!("CREATE INDEX {name} ON {on}")).await?;
    }
    for key in KEYS {
        let (table, name, clause) = (key.table, key.name(), key.clause());
        run(format!("ALTER TABLE {table} ADD {clause} NOT VALID")).await?;
        let counted = Statement::from_string(connection.get_database_backend(), count_orphans(key));
        let counted = connection.query_one_raw(counted).await?;
        match counted.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or(0) {
            0 => run(format!("ALTER TABLE {table} VALIDATE CONSTRAINT {name}")).await?,
            orphans => tell_orphans(key, orphans),
        }
    }
    Ok(())
}
