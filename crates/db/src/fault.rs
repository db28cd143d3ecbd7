//! Faults: which errors of a database pass by themselves, and which come again however often the same is tried.

use sea_orm::sqlx::error::DatabaseError;
use sea_orm::{DbErr, RuntimeErr, sqlx};

/// Kind of a database error, by what the caller should do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// A lock, a lost connection, a full disk: the same transaction may go through later, so it is tried again.
    Passing,
    /// A constraint, an encoding, a size: the same transaction fails every time, so what caused it is set aside.
    Lasting,
    /// Another server writes this database now: whoever hears this ends.
    Deposed,
}

/// SQLSTATE classes whose errors lie in the data (PostgreSQL 15, appendix A): 22 data exception (an encoding, a number out of
/// range), 23 integrity constraint violation, 54 program limit exceeded (a row or value too large).
const LASTING_CLASSES: [&str; 3] = ["22", "23", "54"];

/// Primary result codes of SQLite whose errors lie in the data (sqlite.org/rescode.html): TOOBIG, CONSTRAINT, MISMATCH, RANGE.
const LASTING_CODES: [u32; 4] = [18, 19, 20, 25];

/// The kind of an engine's error. What is not known to last is taken as passing: a needless repetition loses nothing, a needless
/// giving up would.
pub(crate) fn of(error: &DbErr) -> Fault {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(inner))
        | DbErr::Exec(RuntimeErr::SqlxError(inner))
        | DbErr::Query(RuntimeErr::SqlxError(inner)) => of_driver(inner),
        DbErr::RecordNotUpdated | DbErr::Json(_) | DbErr::Type(_) | DbErr::TryIntoErr { .. } => Fault::Lasting,
        _ => Fault::Passing,
    }
}

fn of_driver(error: &sqlx::Error) -> Fault {
    let is_lasting = match error {
        sqlx::Error::Database(error) => lies_in_the_data(&**error),
        sqlx::Error::Encode(_) => true,
        _ => false,
    };
    if is_lasting { Fault::Lasting } else { Fault::Passing }
}

fn lies_in_the_data(error: &dyn DatabaseError) -> bool {
    let Some(code) = error.code() else { return false };
    if error.try_downcast_ref::<sqlx::postgres::PgDatabaseError>().is_some() {
        return LASTING_CLASSES.iter().any(|class| code.starts_with(class));
    }
    // SQLite's extended codes carry the primary one in their low byte.
    code.parse::<u32>().is_ok_and(|code| LASTING_CODES.contains(&(code & 0xff)))
}
