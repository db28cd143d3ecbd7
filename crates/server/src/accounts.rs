//! Accounts: what names, addresses and passwords may be, how a password is kept, and making one for an admin.

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use db::Db;
use db::accounts::{AdminRow, Inserted};
use domain::ids::{AdminId, StoreId};
use jiff::Timestamp;
use lettre::Address;
use protocol::account::{AdminRole, NewAdmin};
use protocol::error_code::ErrorCode;
use shop::command::Refusal;
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::problem::{ApiError, ApiResult};

/// Lengths of a new password, in characters. NIST SP 800-63B asks for at least 8 and for no rule about kinds of letters.
const PASSWORD_LENGTH: std::ops::RangeInclusive<usize> = 10..=200;
/// The longest name, in characters.
const LONGEST_NAME: usize = 80;
/// The longest e-mail address, in bytes (RFC 5321).
const LONGEST_EMAIL: usize = 254;

/// Makes an admin account with the id `id`, if nothing is wrong with what was typed. The same again finds the account made.
pub async fn create_admin(db: &Db, store: StoreId, id: Uuid, new: NewAdmin, now: Timestamp) -> ApiResult<AdminRow> {
    check_new_password(&new.password)?;
    let password = new.password.clone();
    let row = AdminRow {
        id,
        store_id: store.0,
        name: checked_name(&new.name)?,
        email: checked_email(&new.email)?,
        password_hash: hash_password(new.password).await?,
        role: match new.role {
            AdminRole::Owner => "owner".to_owned(),
            AdminRole::Staff => "staff".to_owned(),
        },
        created_at: db::micros(now),
    };
    match db::accounts::insert_admin(db, row.clone()).await? {
        Inserted::Done => Ok(row),
        Inserted::Taken => {
            let taken =
                || ApiError::new(ErrorCode::Conflict, "There is an admin account with this e-mail address already.");
            let known = db::accounts::admin(db, AdminId(id)).await?.ok_or_else(taken)?;
            let is_same = (&known.name, &known.email, &known.role) == (&row.name, &row.email, &row.role);
            if !is_same || check_password(Some(known.password_hash.clone()), password).await.is_err() {
                return Err(Refusal::IdUsed.into());
            }
            Ok(known)
        }
    }
}

/// Hashes computed at a time. Each takes 19 MiB, so a crowd at the door must queue rather than fill the memory.
static HASHERS: Semaphore = Semaphore::const_new(4);

async fn hashing<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> anyhow::Result<T> {
    let _place = HASHERS.acquire().await?;
    Ok(tokio::task::spawn_blocking(work).await?)
}

/// Hashes a password by Argon2id with OWASP's parameters (the crate's defaults: 19 MiB, 2 passes), off the async
/// threads.
pub async fn hash_password(password: String) -> anyhow::Result<String> {
    hashing(move || {
        let hash = Argon2::default().hash_password(password.as_bytes());
        hash.map(|hash| hash.to_string()).map_err(|error| anyhow::anyhow!("cannot hash a password: {error}"))
    })
    .await?
}

/// Checks a password. Without an account the same work is done, so that the time does not tell which addresses have
/// one.
pub async fn check_password(hash: Option<String>, password: String) -> ApiResult<()> {
    let right = hashing(move || {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODYS_HASH.to_owned());
        let right = PasswordHash::new(&hash)
            .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
        right && known
    })
    .await?;
    if right { Ok(()) } else { Err(wrong()) }
}

/// A hash that no account has.
const NOBODYS_HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c21hcnRtYXJ0bm9ib2R5$6mwpqKJ3yKbJ0uWqYCzIC7xqhX1m3yY9cJQ2G0u1e3E";

/// Address or password is wrong; which one is not told.
pub fn wrong() -> ApiError {
    ApiError::new(ErrorCode::WrongCredentials, "E-mail address or password is wrong.")
}

/// A name as it is kept.
pub fn checked_name(name: &str) -> ApiResult<String> {
    let name = name.trim();
    domain::text::line(name).map_err(|why| ApiError::invalid(format!("The name cannot be taken: {why}.")))?;
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return Err(ApiError::invalid(format!("The name must have 1 to {LONGEST_NAME} characters.")));
    }
    Ok(name.to_owned())
}

/// An e-mail address as it is kept and compared.
pub fn checked_email(email: &str) -> ApiResult<String> {
    let email = normal_email(email);
    if email.len() > LONGEST_EMAIL || email.parse::<Address>().is_err() {
        return Err(ApiError::invalid("This is not a complete e-mail address."));
    }
    Ok(email)
}

/// An e-mail address as it is compared.
pub fn normal_email(email: &str) -> String {
    email.trim().chars().take(LONGEST_EMAIL + 1).collect::<String>().to_lowercase()
}

/// Is a new password long enough?
pub fn check_new_password(password: &str) -> ApiResult<()> {
    if PASSWORD_LENGTH.contains(&password.chars().count()) {
        return Ok(());
    }
    let (least, most) = (PASSWORD_LENGTH.start(), PASSWORD_LENGTH.end());
    Err(ApiError::invalid(format!("The password must have {least} to {most} characters.")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_checked_against_its_hash_only() {
        let hash = hash_password("correct horse".to_owned()).await.unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(check_password(Some(hash.clone()), "correct horse".to_owned()).await.is_ok());
        assert!(check_password(Some(hash), "battery staple".to_owned()).await.is_err());
        assert!(check_password(None, "correct horse".to_owned()).await.is_err());
        assert!(check_password(Some("nonsense".to_owned()), "x".to_owned()).await.is_err());
        assert!(PasswordHash::new(NOBODYS_HASH).is_ok(), "or the time would tell");
    }

    #[test]
    fn what_was_typed_is_checked() {
        for bad in ["", "a", "a@", "@b.org", "a b@c.org", "a@b.org\nBcc: c@d.org"] {
            assert!(checked_email(bad).is_err(), "{bad:?}");
        }
        assert_eq!(checked_email(" Ada@Example.ORG ").unwrap(), "ada@example.org");
        assert!(checked_name(" ").is_err() && checked_name(&"x".repeat(81)).is_err());
        assert!(check_new_password("short").is_err() && check_new_password("long enough").is_ok());
    }
}
