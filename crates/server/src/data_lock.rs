//! The lock on a data folder: two servers on one would each bill the same visit, and a key must not change under one.

use std::fs::{File, TryLockError};
use std::path::Path;

use anyhow::{Context, bail};

/// The file that is locked; it holds nothing.
const FILE: &str = "smartmart.lock";

/// Held as long as it lives, also across a crash: the system lets go of it.
#[derive(Debug)]
pub struct DataLock(#[expect(dead_code, reason = "open is locked")] File);

impl DataLock {
    /// Takes it.
    ///
    /// # Errors
    ///
    /// Where another program holds it or the folder cannot be written to.
    pub fn take(folder: &Path) -> anyhow::Result<Self> {
        let cannot = || format!("cannot lock the data folder {}", folder.display());
        std::fs::create_dir_all(folder).with_context(cannot)?;
        let file = File::create(folder.join(FILE)).with_context(cannot)?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => bail!("another server uses the data folder {}", folder.display()),
            Err(TryLockError::Error(error)) => Err(error).with_context(cannot),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let first = DataLock::take(folder.path()).unwrap();
        let refused = DataLock::take(folder.path()).unwrap_err().to_string();
        assert!(refused.starts_with("another server uses the data folder"), "{refused}");
        drop(first);
        DataLock::take(folder.path()).unwrap();
    }
}
