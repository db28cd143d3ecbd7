//! Which key a database belongs to: the one that it was made with, and no other.
//!
//! Receipts carry links, shoppers hold receipts of erasure, and faces are sealed: another key makes all of it worthless. So the
//! database holds the key's fingerprint from the first start on, and a key is made only where there is no store yet.

use std::path::Path;

use anyhow::{Context, bail};
use db::Db;
use db::stores::Store;
use jiff::Timestamp;

use super::Keys;
use super::file::KeyFile;

/// Reads the key file; makes it where the database has no `store` yet.
///
/// # Errors
///
/// Where it cannot be read; where it is missing though there is a store; where it cannot be made.
pub fn open(file: &Path, store: Option<&Store>) -> anyhow::Result<Keys> {
    match (KeyFile::read(file)?, store) {
        (Some(found), _) => Ok(found.keys()),
        (None, None) => Ok(KeyFile::create(file)?.keys()),
        (None, Some(store)) => bail!(
            "the key file {} is missing, but the database holds the store \"{}\", which was made with it: put it back from the backup",
            file.display(),
            store.settings.name
        ),
    }
}

/// Checks that the store was made with these keys. A database of before fingerprints takes the key that opens what it holds.
///
/// # Errors
///
/// Where it was made with others, or the database cannot say.
pub async fn check(db: &Db, store: &Store, keys: &Keys, file: &Path, now: Timestamp) -> anyhow::Result<()> {
    let ours = keys.fingerprint();
    if db::keys::fingerprint(db, store.id).await?.is_none() {
        check_sealed(db, keys, file).await?;
        db::keys::note_fingerprint(db, store.id, &ours, now).await?;
    }
    // Read again: another server may have been first.
    match db::keys::fingerprint(db, store.id).await? {
        Some(noted) if noted == ours => Ok(()),
        _ => bail!(
            "the key file {} is not the one that the store \"{}\" was made with: put that one back from the backup",
            file.display(),
            store.settings.name
        ),
    }
}

async fn check_sealed(db: &Db, keys: &Keys, file: &Path) -> anyhow::Result<()> {
    let wrong =
        || format!("the key file {} does not open the faces in the database: is it the right one?", file.display());
    for row in db::faces::every_one(db).await? {
        keys.open(&row.sealed, row.shopper_id.as_bytes()).with_context(wrong)?;
    }
    for row in db::gallery_faces::every_one(db).await? {
        keys.open(&row.sealed, row.device_id.as_bytes()).with_context(wrong)?;
    }
    Ok(())
}
