//! The lease: the right to write a database, which one server has at a time.
//!
//! Two things keep a second writer out. A lock that the system lets go of when its holder dies (an advisory lock on PostgreSQL, a
//! lock on a file beside SQLite's) says who may begin; a fencing number, checked in every commit, says who has to stop: a server
//! that lost its lock without noticing (a cut connection, a suspended machine) cannot commit once another one has begun.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use jiff::Timestamp;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection};
use sea_orm::sqlx::sqlite::SqliteConnectOptions;
use sea_orm::sqlx::{self, ConnectOptions, Connection};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, RuntimeErr};

use crate::connection::{Db, DbError};
use crate::entity::writer;
use crate::event_log;
use crate::time::{from_micros, micros};

/// The one row of `writers`.
const ROW: i32 = 1;
/// The key of the advisory lock: "smartmrt" in ASCII. Other programs may use other keys of the same database.
const KEY: i64 = 0x736d_6172_746d_7274;
/// A lock's connection is broken after so long without an answer: a machine that lost its power says no goodbye.
const SILENCE: &str = "SET tcp_keepalives_idle = 1; SET tcp_keepalives_interval = 1; SET tcp_keepalives_count = 2";
/// A check that takes longer has failed.
const PATIENCE: Duration = Duration::from_secs(3);

/// Another server has become the writer: this one must not write any more.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("another server writes this database now; this one ends")]
pub struct Deposed;

/// Number of the server that may write, counting up from 1; every commit names it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fence(i64);

/// Who holds the lease.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Holder {
    /// Which program on which machine.
    pub name: String,
    /// Since when.
    pub since: Timestamp,
}

/// The lock under which a server becomes the writer. Held as long as it lives.
#[derive(Debug)]
pub struct WriterLock(Lock);

#[derive(Debug)]
enum Lock {
    /// The system lets go of it when the process ends, however it does.
    File(#[expect(dead_code, reason = "open is locked")] File),
    /// PostgreSQL lets go of it when the connection ends.
    Session(Box<PgConnection>),
    /// A database in memory has one process anyway.
    Memory,
}

impl WriterLock {
    /// Tries to take the lock of the database at `url`; none where another server holds it.
    pub async fn try_take(url: &str) -> Result<Option<Self>, DbError> {
        if url.starts_with("sqlite:") {
            let options = SqliteConnectOptions::from_str(url).map_err(connecting)?;
            return Ok(match file_beside(options.get_filename()) {
                None => Some(Self(Lock::Memory)),
                Some(path) => try_lock(&path)?.map(|file| Self(Lock::File(file))),
            });
        }
        let options = PgConnectOptions::from_str(url).map_err(connecting)?.disable_statement_logging();
        let mut session = PgConnection::connect_with(&options).await.map_err(connecting)?;
        sqlx::raw_sql(SILENCE).execute(&mut session).await.map_err(connecting)?;
        let lock = sqlx::query_scalar("SELECT pg_try_advisory_lock($1)").bind(KEY);
        let is_ours: bool = lock.fetch_one(&mut session).await.map_err(connecting)?;
        Ok(is_ours.then(|| Self(Lock::Session(Box::new(session)))))
    }

    /// Whether the lock is still held. A lock on PostgreSQL ends with its connection, for which the fence makes up; a server that
    /// has lost it takes it anew, or ends if it cannot.
    pub async fn is_held(&mut self) -> bool {
        match &mut self.0 {
            Lock::File(_) | Lock::Memory => true,
            Lock::Session(session) => matches!(tokio::time::timeout(PATIENCE, session.ping()).await, Ok(Ok(()))),
        }
    }
}

/// Becomes the writer, which ends every other one: the caller holds the lock.
pub async fn begin(db: &Db, holder: &str, now: Timestamp) -> Result<Fence, DbError> {
    let last_seq = event_log::last_seq(db).await?;
    let transaction = db.begin().await?;
    let first = writer::ActiveModel {
        id: Set(ROW),
        fence: Set(0),
        holder: Set(String::new()),
        since: Set(0),
        committed_seq: Set(0),
    };
    let mut there = OnConflict::column(writer::Column::Id);
    there.do_nothing();
    writer::Entity::insert(first).on_conflict(there).exec_without_returning(&transaction).await?;
    writer::Entity::update_many()
        .col_expr(writer::Column::Fence, Expr::col(writer::Column::Fence).add(1))
        .col_expr(writer::Column::Holder, Expr::value(holder))
        .col_expr(writer::Column::Since, Expr::value(micros(now)))
        .col_expr(writer::Column::CommittedSeq, Expr::value(last_seq))
        .filter(writer::Column::Id.eq(ROW))
        .exec(&transaction)
        .await?;
    let row = writer::Entity::find_by_id(ROW).one(&transaction).await?;
    transaction.commit().await?;
    let row = row.ok_or_else(|| DbError::unreadable("writer", "its row is gone"))?;
    Ok(Fence(row.fence))
}

/// Who became the writer last, as far as the database tells: it may be of an older version.
pub async fn holder(db: &Db) -> Option<Holder> {
    let row = writer::Entity::find_by_id(ROW).one(&db.pool).await.ok()??;
    Some(Holder { name: row.holder, since: from_micros(row.since) })
}

/// Whether facts still have to be written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Turn {
    /// They follow on what is committed.
    Theirs,
    /// They are committed: the answer to an earlier try was lost.
    Past,
}

/// Notes within a transaction that the facts from `first` to `last` are committed, if `fence` still is the writer's and they are the
/// next ones. A connection may break while the engine still makes a commit durable; the same facts then come again, and must not meet
/// their own rows.
///
/// # Errors
///
/// [`Deposed`] where another one writes, or has written these numbers.
pub(crate) async fn note_commit(
    connection: &impl ConnectionTrait,
    fence: Fence,
    first: i64,
    last: i64,
) -> Result<Turn, DbError> {
    let noted = writer::Entity::update_many()
        .col_expr(writer::Column::CommittedSeq, Expr::value(last))
        .filter(writer::Column::Id.eq(ROW))
        .filter(writer::Column::Fence.eq(fence.0))
        .filter(writer::Column::CommittedSeq.eq(first - 1))
        .exec(connection)
        .await?;
    if noted.rows_affected == 1 {
        return Ok(Turn::Theirs);
    }
    match writer::Entity::find_by_id(ROW).one(connection).await? {
        Some(row) if row.fence == fence.0 && row.committed_seq >= last => Ok(Turn::Past),
        Some(_) | None => Err(Deposed.into()),
    }
}

/// Checks within a transaction that `fence` still is the writer's, and keeps it so until the transaction ends.
pub(crate) async fn check(connection: &impl ConnectionTrait, fence: Fence) -> Result<(), DbError> {
    let checked = writer::Entity::update_many()
        .col_expr(writer::Column::Fence, Expr::value(fence.0))
        .filter(writer::Column::Id.eq(ROW))
        .filter(writer::Column::Fence.eq(fence.0))
        .exec(connection)
        .await?;
    if checked.rows_affected == 1 { Ok(()) } else { Err(Deposed.into()) }
}

/// The number of the last fact that `fence` committed: tells after a lost answer whether a commit went through.
pub async fn committed_seq(db: &Db, fence: Fence) -> Result<i64, DbError> {
    match writer::Entity::find_by_id(ROW).one(&db.pool).await? {
        Some(row) if row.fence == fence.0 => Ok(row.committed_seq),
        Some(_) | None => Err(Deposed.into()),
    }
}

fn file_beside(database: &Path) -> Option<PathBuf> {
    let name = database.file_name()?.to_str()?;
    let is_memory = name.is_empty() || name.contains(":memory:") || name.starts_with("file:");
    (!is_memory).then(|| database.with_file_name(format!("{name}.writer")))
}

fn try_lock(path: &Path) -> Result<Option<File>, DbError> {
    let cannot = |error: &dyn std::fmt::Display| {
        DbError::Engine(DbErr::Conn(RuntimeErr::Internal(format!("cannot lock {}: {error}", path.display()))))
    };
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|error| cannot(&error))?;
    }
    let file = File::create(path).map_err(|error| cannot(&error))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(cannot(&error)),
    }
}

fn connecting(error: sqlx::Error) -> DbError {
    DbError::Engine(DbErr::Conn(RuntimeErr::SqlxError(error.into())))
}
