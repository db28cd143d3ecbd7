//! A new key for faces: the key file gets it first, then every template is sealed with it, then the old keys go.
//!
//! A crash between any two steps leaves a key file that opens every template, so the rotation can be run again.

use anyhow::Context;
use db::Db;

use super::file::KeyFile;
use crate::config::Config;
use crate::data_lock::DataLock;

/// Rotates; gives the number of templates.
///
/// # Errors
///
/// Where a server runs on the data folder, there is no key file, or a template cannot be opened or written.
pub async fn rotate(config: &Config) -> anyhow::Result<usize> {
    let _lock = DataLock::take(&config.data.folder)?;
    let file = config.data.folder.join(&config.data.key_file);
    let old = KeyFile::read(&file)?.with_context(|| format!("there is no key file {}", file.display()))?;
    let db = Db::connect(&config.database_url(), 1).await.context("cannot open the database")?;
    let new = old.with_new_face_key();
    new.replace(&file)?;
    let keys = new.keys();
    let mut sealed = Vec::new();
    for row in db::faces::every_one(&db).await? {
        let whose = row.shopper_id.as_bytes();
        let template =
            keys.open(&row.sealed, whose).with_context(|| format!("template {} cannot be opened", row.id))?;
        sealed.push((row.id, keys.seal(&template, whose)));
    }
    let count = sealed.len();
    db::faces::reseal(&db, sealed).await?;
    new.without_old_face_keys().replace(&file)?;
    Ok(count)
}
