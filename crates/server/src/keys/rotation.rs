//! A new key for faces: the key file gets it first, then every template is sealed with it, then the old keys go.
//!
//! A crash between any two steps leaves a key file that opens every template, so the rotation can be run again.

use anyhow::Context;
use db::faces::Resealed;

use uuid::Uuid;

use super::binding;
use super::file::KeyFile;
use crate::config::Config;
use crate::data_lock::DataLock;
use crate::{clock, serve};

/// Rotates; gives the number of templates.
///
/// # Errors
///
/// Where a server runs on the data folder, there is no key file, or a template cannot be opened or written.
pub async fn rotate(config: &Config) -> anyhow::Result<usize> {
    let _lock = DataLock::take(&config.data.folder)?;
    let file = config.data.folder.join(&config.data.key_file);
    let old = KeyFile::read(&file)?.with_context(|| format!("there is no key file {}", file.display()))?;
    let db = serve::open_database(config, 1).await?;
    if let Some(store) = db::stores::first(&db).await? {
        binding::check(&db, &store, &old.keys(), &file, clock::system().now()).await?;
    }
    let new = old.with_new_face_key();
    new.replace(&file)?;
    let keys = new.keys();
    let reseal = |id: Uuid, whose: Uuid, sealed: &[u8]| {
        let whose = whose.as_bytes();
        let template = keys.open(sealed, whose).with_context(|| format!("template {id} cannot be opened"))?;
        anyhow::Ok((id, keys.seal(&template, whose)))
    };
    let mut resealed = Resealed::default();
    for row in db::faces::every_one(&db).await? {
        resealed.references.push(reseal(row.id, row.shopper_id, &row.sealed)?);
    }
    for row in db::gallery_faces::every_one(&db).await? {
        resealed.gallery_faces.push(reseal(row.id, row.device_id, &row.sealed)?);
    }
    let count = resealed.references.len() + resealed.gallery_faces.len();
    db::faces::reseal(&db, resealed).await?;
    new.without_old_face_keys().replace(&file)?;
    Ok(count)
}
