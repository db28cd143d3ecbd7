//! Connecting: the engine's settings, migrations and transactions.

use std::time::Duration;

use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;

use crate::migration::Migrator;

/// An open database.
#[derive(Clone, Debug)]
pub struct Db {
    /// The pool.
    pub pool: DatabaseConnection,
}

/// Why a database operation failed.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The engine refused it or is away.
    #[error(transparent)]
    Engine(#[from] DbErr),
    /// A stored value cannot be read back: it was written by another version or by hand.
    #[error("the database holds a {what} that cannot be read: {why}")]
    Unreadable {
        /// Which kind of value.
        what: &'static str,
        /// What is wrong with it.
        why: String,
    },
}

impl DbError {
    pub(crate) fn unreadable(what: &'static str, why: impl std::fmt::Display) -> Self {
        Self::Unreadable { what, why: why.to_string() }
    }
}

/// How long a statement waits for a lock or a connection before it fails.
const PATIENCE: Duration = Duration::from_secs(5);

impl Db {
    /// Opens `sqlite://…` or `postgres://…` and brings its schema up to date.
    pub async fn connect(url: &str, max_connections: u32) -> Result<Self, DbError> {
        let mut options = ConnectOptions::new(url);
        options
            .max_connections(max_connections)
            .connect_timeout(PATIENCE)
            .acquire_timeout(PATIENCE)
            .sqlx_logging(false)
            .map_sqlx_sqlite_opts(|sqlite| {
                sqlite
                    .create_if_missing(true)
                    .foreign_keys(true)
                    .busy_timeout(PATIENCE)
                    .journal_mode(SqliteJournalMode::Wal)
                    // What is deleted is overwritten: an erased face must not stay in a free page.
                    .pragma("secure_delete", "ON")
                    // A commit survives a power cut; in WAL mode this is one fsync each.
                    .synchronous(SqliteSynchronous::Full)
            });
        let pool = Database::connect(options).await?;
        Migrator::up(&pool, None).await?;
        Ok(Self { pool })
    }

    /// A transaction that may write. On SQLite it takes the write lock at once, so that a read before the first write
    /// cannot make the commit fail.
    pub async fn begin(&self) -> Result<DatabaseTransaction, DbError> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        Ok(self.pool.begin_with_options(options).await?)
    }

    /// Answers if the database does.
    pub async fn ping(&self) -> Result<(), DbError> {
        Ok(self.pool.ping().await?)
    }

    /// Which engine it is, for the log.
    pub fn engine(&self) -> &'static str {
        match self.pool.get_database_backend() {
            DbBackend::Postgres => "postgresql",
            DbBackend::Sqlite => "sqlite",
            _ => "another",
        }
    }
}
