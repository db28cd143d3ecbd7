//! The database from outside: locked, refused at one table, its connections ended, and read at the end.

use std::time::Duration;

use anyhow::{Context, Result};
use db::Db;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, Statement};
use simulator::api::PATIENCE;

/// The server's database, by a connection of our own.
#[derive(Clone)]
pub struct Database {
    db: Db,
    engine: DbBackend,
    url: String,
}

/// A database that takes no connection.
pub struct Away {
    outside: Db,
    name: String,
}

/// What a refused table says; a constraint that no row fulfils.
const REFUSAL: &str = "refused by the campaign";

impl Database {
    /// Opens it as it is.
    ///
    /// # Errors
    ///
    /// Where it does not answer for two minutes.
    pub async fn open(url: &str) -> Result<Self> {
        let engine = if url.starts_with("postgres") { DbBackend::Postgres } else { DbBackend::Sqlite };
        let db = Db::open(url, 3).await?;
        let database = Self { db, engine, url: url.to_owned() };
        database.run(&["SELECT 1"]).await.context("the database cannot be opened")?;
        Ok(database)
    }

    /// For queries.
    pub async fn begin(&self) -> Result<DatabaseTransaction> {
        let since = std::time::Instant::now();
        loop {
            match self.db.begin().await {
                // The server may just hold SQLite's write lock.
                Err(_) if since.elapsed() < PATIENCE => tokio::time::sleep(Duration::from_millis(50)).await,
                result => return Ok(result?),
            }
        }
    }

    /// Which engine it is.
    pub fn is_postgres(&self) -> bool {
        self.engine == DbBackend::Postgres
    }

    /// Every table of the store, by name.
    ///
    /// # Errors
    ///
    /// Where it cannot be read.
    pub async fn tables(&self) -> Result<Vec<String>> {
        let query = match self.engine {
            DbBackend::Postgres => "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
            _ => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1",
        };
        let transaction = self.begin().await?;
        let rows = transaction.query_all_raw(Statement::from_string(self.engine, query)).await?;
        let names: Vec<String> = rows.iter().map(|row| row.try_get("", "name")).collect::<Result<_, _>>()?;
        Ok(names.into_iter().filter(|name| name != "seaql_migrations").collect())
    }

    /// Holds a lock that keeps every writer out until the answer is dropped.
    ///
    /// # Errors
    ///
    /// Where it cannot be had.
    pub async fn lock(&self) -> Result<DatabaseTransaction> {
        if !self.is_postgres() {
            return self.begin().await;
        }
        let tables = self.tables().await?.join(", ");
        let lock = format!("LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE");
        let since = std::time::Instant::now();
        loop {
            let transaction = self.begin().await?;
            match transaction.execute_unprepared(&lock).await {
                Ok(_) => return Ok(transaction),
                // The server holds one table and wants the next, and so do we: PostgreSQL ends one of both.
                Err(error) if since.elapsed() < PATIENCE => tracing::debug!(%error, "the lock is tried again"),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// From now on a table takes no new row and no change: the error is that of a constraint.
    ///
    /// # Errors
    ///
    /// Where the trigger cannot be made.
    pub async fn refuse(&self, table: &str) -> Result<()> {
        if self.is_postgres() {
            let function = format!(
                "CREATE OR REPLACE FUNCTION campaign_refuses() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
                 RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'check_violation'; END $$"
            );
            let trigger = format!(
                "CREATE TRIGGER campaign_refuses BEFORE INSERT OR UPDATE ON {table} \
                 FOR EACH ROW EXECUTE FUNCTION campaign_refuses()"
            );
            return self.run(&[&function, &trigger]).await;
        }
        let trigger = |when: &str| {
            format!(
                "CREATE TRIGGER campaign_{table}_{when} BEFORE {when} ON {table} \
                 BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
        };
        self.run(&[&trigger("insert"), &trigger("update")]).await
    }

    /// It takes rows again.
    ///
    /// # Errors
    ///
    /// Where the trigger cannot be taken away.
    pub async fn take_again(&self, table: &str) -> Result<()> {
        if self.is_postgres() {
            return self.run(&[&format!("DROP TRIGGER campaign_refuses ON {table}")]).await;
        }
        // No IF EXISTS: SQLite compiles that to nothing where there is none, and the pool keeps what was compiled.
        let drop = |when: &str| format!("DROP TRIGGER campaign_{table}_{when}");
        self.run(&[&drop("insert"), &drop("update")]).await
    }

    /// PostgreSQL: ends every connection but ours.
    ///
    /// # Errors
    ///
    /// Where that is not allowed.
    pub async fn end_connections(&self) -> Result<()> {
        self.run(&["SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                    WHERE datname = current_database() AND pid <> pg_backend_pid() \
                    AND application_name <> 'campaign'"])
            .await
    }

    /// PostgreSQL: ends every connection, and takes no new one.
    ///
    /// # Errors
    ///
    /// Where that is not allowed.
    pub async fn go_away(&self) -> Result<Away> {
        let (server, name) = self.url.rsplit_once('/').context("the address has no database")?;
        let name = name.split('?').next().unwrap_or(name).to_owned();
        let outside = Db::open(&format!("{server}/postgres"), 1).await?;
        let away = Away { outside, name };
        away.allow(false).await?;
        let transaction = away.outside.begin().await?;
        let end = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'", away.name);
        transaction.execute_unprepared(&end).await?;
        transaction.commit().await?;
        Ok(away)
    }

    async fn run(&self, statements: &[&str]) -> Result<()> {
        let transaction = self.begin().await?;
        for statement in statements {
            transaction.execute_unprepared(statement).await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}

impl Away {
    /// It takes connections again.
    ///
    /// # Errors
    ///
    /// Where that is not allowed.
    pub async fn come_back(self) -> Result<()> {
        self.allow(true).await
    }

    async fn allow(&self, connections: bool) -> Result<()> {
        let transaction = self.outside.begin().await?;
        let name = &self.name;
        transaction.execute_unprepared(&format!("ALTER DATABASE \"{name}\" ALLOW_CONNECTIONS {connections}")).await?;
        transaction.commit().await?;
        Ok(())
    }
}
