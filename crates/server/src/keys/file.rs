//! The key file: a line with the master key, and after a rotation a line for each key that seals faces, newest first.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, bail};

use super::{KEY_BYTES, Key, Keys, hex, random};

/// What it holds.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyFile {
    /// Everything else is derived of it.
    pub(super) master: Key,
    /// Keys that seal or once sealed faces, newest first; none means the one derived of the master key.
    pub(super) faces: Vec<Key>,
}

impl KeyFile {
    /// Reads it; `None` where there is none.
    ///
    /// # Errors
    ///
    /// Where it cannot be read, holds something else, or others than its owner may read it.
    pub fn read(file: &Path) -> anyhow::Result<Option<Self>> {
        let text = match fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).with_context(|| format!("cannot read the key file {}", file.display())),
        };
        #[cfg(unix)]
        if std::os::unix::fs::PermissionsExt::mode(&fs::metadata(file)?.permissions()) & 0o077 != 0 {
            bail!("others can read the key file {}: run chmod 600 on it", file.display());
        }
        let keys = text.lines().map(|line| key_of_hex(line.trim())).collect::<anyhow::Result<Vec<_>>>();
        let keys = keys.with_context(|| format!("{} is not a key file", file.display()))?;
        match keys.split_first() {
            Some((master, faces)) => Ok(Some(Self { master: *master, faces: faces.to_vec() })),
            None => bail!("the key file {} is empty", file.display()),
        }
    }

    /// Makes one where there is none.
    ///
    /// # Errors
    ///
    /// Where there is one, or it cannot be written.
    pub fn create(file: &Path) -> anyhow::Result<Self> {
        let made = Self { master: random(), faces: Vec::new() };
        write_private(file, &made.text()).with_context(|| format!("cannot write the key file {}", file.display()))?;
        Ok(made)
    }

    /// The keys.
    pub fn keys(&self) -> Keys {
        Keys::of(self)
    }

    /// The same with a new key for faces before the ones so far.
    #[must_use]
    pub fn with_new_face_key(&self) -> Self {
        let mut faces = self.keys().faces;
        faces.insert(0, random());
        Self { faces, ..self.clone() }
    }

    /// The same with the newest key for faces only.
    #[must_use]
    pub fn without_old_face_keys(&self) -> Self {
        Self { faces: self.faces.iter().take(1).copied().collect(), ..self.clone() }
    }

    /// Writes it in place of the one there; a crash leaves the one or the other.
    ///
    /// # Errors
    ///
    /// Where it cannot be written.
    pub fn replace(&self, file: &Path) -> anyhow::Result<()> {
        let new = file.with_extension("new");
        let write = || {
            if new.exists() {
                fs::remove_file(&new)?;
            }
            write_private(&new, &self.text())?;
            fs::rename(&new, file)?;
            // The name is durable when its folder is.
            match file.parent() {
                Some(folder) if !folder.as_os_str().is_empty() => fs::File::open(folder)?.sync_all(),
                _ => Ok(()),
            }
        };
        write().with_context(|| format!("cannot write the key file {}", file.display()))
    }

    fn text(&self) -> String {
        std::iter::once(&self.master).chain(&self.faces).map(|key| hex(key) + "\n").collect()
    }
}

/// A key of 64 hexadecimal digits.
pub(super) fn key_of_hex(text: &str) -> anyhow::Result<Key> {
    if text.len() != KEY_BYTES * 2 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        bail!("a key is {} hexadecimal digits", KEY_BYTES * 2);
    }
    let mut key = [0; KEY_BYTES];
    for (byte, pair) in key.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).context("hexadecimal digits are ASCII")?, 16)
            .context("checked to be hexadecimal")?;
    }
    Ok(key)
}

/// Writes a new file that only its owner can read; fails if it exists.
pub fn write_private(file: &Path, content: &str) -> std::io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(file)?;
    file.write_all(content.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_made_once_is_private_and_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        assert!(KeyFile::read(&file).unwrap().is_none());
        let made = KeyFile::create(&file).unwrap();
        assert!(KeyFile::read(&file).unwrap() == Some(made));
        assert!(KeyFile::create(&file).is_err());
        for bad in ["", "short", &"0".repeat(63), &format!("{}\nx", "0".repeat(64))] {
            fs::write(&file, bad).unwrap();
            assert!(KeyFile::read(&file).is_err(), "{bad:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        KeyFile::create(&file).unwrap();
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        let refused = KeyFile::read(&file).map(drop).unwrap_err().to_string();
        assert!(refused.starts_with("others can read the key file"), "{refused}");
    }

    #[test]
    fn a_rotation_opens_what_was_sealed_before_until_it_is_done() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        let first = KeyFile::create(&file).unwrap();
        let (sealed, code) =
            (first.keys().seal(b"template", b"ada"), first.keys().sign(super::super::Purpose::Code, b"x"));
        let both = first.with_new_face_key();
        both.replace(&file).unwrap();
        let both = KeyFile::read(&file).unwrap().unwrap();
        assert_eq!(both.keys().open(&sealed, b"ada").as_deref(), Ok(b"template".as_slice()));
        let again = both.keys().seal(b"template", b"ada");
        let done = both.without_old_face_keys();
        assert_eq!(done.keys().open(&again, b"ada").as_deref(), Ok(b"template".as_slice()));
        assert!(done.keys().open(&sealed, b"ada").is_err(), "the old key is gone");
        assert!(done.keys().verify(super::super::Purpose::Code, &code).is_some(), "links and codes stay valid");
    }
}
