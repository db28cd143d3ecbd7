//! Connecting: the engine's settings, migrations and transactions.

use std::time::Duration;

use sea_orm::sqlx::Connection;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;

use crate::fault::{self, Fault};
use crate::lease::Deposed;
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
    /// The engine refused to write to a table, or is away. SQLite does not say where a foreign key fails.
    #[error("{table}: {error}")]
    Refused {
        /// Which table.
        table: String,
        /// What the engine said.
        error: DbErr,
    },
    /// A stored value cannot be read back: it was written by another version or by hand.
    #[error("the database holds a {what} that cannot be read: {why}")]
    Unreadable {
        /// Which kind of value.
        what: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// A value cannot be stored, whenever it is tried.
    #[error("a {what} cannot be written: {why}")]
    Unwritable {
        /// Which kind of value.
        what: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// There is no answer, not even that there is none: nobody can tell whether it was carried out.
    #[error("the database does not answer")]
    Silent,
    /// Another server has become the database's writer.
    #[error(transparent)]
    Deposed(#[from] Deposed),
}

impl DbError {
    /// Whether trying the same again can never help; see [`Fault`].
    pub fn fault(&self) -> Fault {
        match self {
            Self::Engine(error) | Self::Refused { error, .. } => fault::of(error),
            Self::Unreadable { .. } | Self::Unwritable { .. } => Fault::Lasting,
            Self::Silent => Fault::Passing,
            Self::Deposed(_) => Fault::Deposed,
        }
    }

    pub(crate) fn unreadable(what: &'static str, why: impl std::fmt::Display) -> Self {
        Self::Unreadable { what, why: why.to_string() }
    }
}

/// How long a statement waits for a lock or a connection before it fails.
const PATIENCE: Duration = Duration::from_secs(5);
/// The writer's connection is asked whether it stands where it was idle for so long.
const IDLE: Duration = Duration::from_secs(1);

impl Db {
    /// Opens `sqlite://…` or `postgres://…` and brings its schema up to date.
    pub async fn connect(url: &str, max_connections: u32) -> Result<Self, DbError> {
        let db = Self::open(url, max_connections).await?;
        Migrator::up(&db.pool, None).await?;
        if db.engine() == "sqlite" {
            // A migration may have left a write-ahead log as large as the database.
            db.pool.execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await?;
        }
        Ok(db)
    }

    /// Opens a database as it is.
    pub async fn open(url: &str, max_connections: u32) -> Result<Self, DbError> {
        Self::open_by(ConnectOptions::new(url), max_connections).await
    }

    /// Opens a database as it is, for its one writer: a connection of its own, which is asked whether it still stands only where it was
    /// idle, not before each transaction.
    pub async fn open_for_writer(url: &str) -> Result<Self, DbError> {
        let mut options = ConnectOptions::new(url);
        options.test_before_acquire_if_idle_for(IDLE);
        Self::open_by(options, 1).await
    }

    async fn open_by(mut options: ConnectOptions, max_connections: u32) -> Result<Self, DbError> {
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
            })
            .map_sqlx_sqlite_pool_opts(|pool| {
                pool.after_release(|connection, _| Box::pin(async move { closed_its_transaction(connection).await }))
            })
            .map_sqlx_postgres_pool_opts(|pool| {
                pool.after_release(|connection, _| Box::pin(async move { closed_its_transaction(connection).await }))
            });
        Ok(Self { pool: Database::connect(options).await? })
    }

    /// Has its schema every migration of this version?
    ///
    /// # Errors
    ///
    /// Where the engine is away, or the schema is of a later version.
    pub async fn is_up_to_date(&self) -> Result<bool, DbError> {
        Ok(Migrator::get_pending_migrations(&self.pool).await?.is_empty())
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

    /// Waits until every connection is closed, and with them whatever they held.
    pub async fn close(self) -> Result<(), DbError> {
        Ok(self.pool.close().await?)
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

/// Whether a connection that comes back to the pool may be used again: only if no transaction is open on it.
///
/// SQLite ends a transaction by itself where a disk is full, and the driver's own ROLLBACK then fails; the driver goes on to
/// count a transaction that is none, and makes savepoints of the next ones. After a second failure a savepoint keeps a real
/// transaction open, and "commits" within it are acknowledged and lost. A connection in doubt is closed instead, which ends
/// everything that it held.
async fn closed_its_transaction(connection: &mut impl Connection) -> Result<bool, sea_orm::sqlx::Error> {
    // A rollback that was only sent is done before the answer to this. One that never comes must not keep a place in the pool.
    match tokio::time::timeout(PATIENCE, connection.ping()).await {
        Ok(answer) => answer?,
        Err(_) => return Ok(false),
    }
    let is_open = connection.is_in_transaction();
    if is_open {
        tracing::warn!("a transaction could not be ended; its connection is closed");
    }
    Ok(!is_open)
}
