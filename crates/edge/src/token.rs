//! The node's token, and the request by which it is asked for: files in the data folder that only this user can read.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use uuid::Uuid;

use crate::config::Secret;

/// Where the token is kept.
#[derive(Clone, Debug)]
pub struct TokenFile {
    path: PathBuf,
}

impl TokenFile {
    /// The token's place in a data folder.
    pub fn in_folder(data_folder: &Path) -> Self {
        Self { path: data_folder.join("token") }
    }

    /// The id of the request that uses up the one-time code `code`: the same one until the node has joined, so that the server gives an
    /// answer that was lost again, also after a restart.
    ///
    /// # Errors
    ///
    /// Where it cannot be kept.
    pub fn request_id(&self, code: &Secret) -> io::Result<Uuid> {
        let file = self.of_request();
        if let Some(kept) = file.load()?
            && let Some((of, id)) = kept.reveal().rsplit_once(' ')
            && of == plain(code)
            && let Ok(id) = Uuid::try_parse(id)
        {
            return Ok(id);
        }
        let id = Uuid::now_v7();
        file.store(&Secret::new(format!("{} {id}", plain(code))))?;
        Ok(id)
    }

    fn of_request(&self) -> Self {
        Self { path: self.path.with_file_name("joining") }
    }

    /// Keeps the token of a node that has joined; the request for it is forgotten.
    ///
    /// # Errors
    ///
    /// Where it cannot be written.
    pub fn joined(&self, token: &Secret) -> io::Result<()> {
        self.store(token)?;
        match fs::remove_file(self.of_request().path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// The token, where the node has joined.
    ///
    /// # Errors
    ///
    /// Where there is a file that cannot be read.
    pub fn load(&self) -> io::Result<Option<Secret>> {
        match fs::read_to_string(&self.path) {
            Ok(text) => Ok(Some(text.trim()).filter(|token| !token.is_empty()).map(Secret::new)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Keeps the token; the data folder is made where it is missing.
    ///
    /// # Errors
    ///
    /// Where it cannot be written; an older token then is still there.
    pub fn store(&self, token: &Secret) -> io::Result<()> {
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder)?;
        }
        let draft = self.path.with_extension("new");
        // A draft left by a kill may have other rights.
        match fs::remove_file(&draft) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&draft)?;
        file.write_all(token.reveal().as_bytes())?;
        file.sync_all()?;
        fs::rename(&draft, &self.path)
    }

    /// For messages.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// A code however it was typed: the server looks at its letters and digits only.
fn plain(code: &Secret) -> String {
    code.reveal().chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_uppercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_kept_for_this_user_only() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let file = TokenFile::in_folder(&folder.path().join("data"));
        assert_eq!(file.load().unwrap(), None);
        for token in ["first", "second"] {
            file.store(&Secret::new(token)).unwrap();
            assert_eq!(file.load().unwrap().unwrap().reveal(), token);
            assert_eq!(fs::metadata(file.path()).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn a_code_is_used_up_by_one_request_until_the_node_has_joined() {
        let folder = tempfile::tempdir().unwrap();
        let file = TokenFile::in_folder(folder.path());
        let [first, second] = ["K7QF-2M9X", "AAAA-BBBB"].map(Secret::new);
        let id = file.request_id(&first).unwrap();
        assert_eq!(TokenFile::in_folder(folder.path()).request_id(&first).unwrap(), id, "also after a restart");
        assert_eq!(file.request_id(&Secret::new("k7qf 2m9x")).unwrap(), id, "however it is typed");
        let other = file.request_id(&second).unwrap();
        assert_ne!(other, id);
        file.joined(&Secret::new("token")).unwrap();
        assert_ne!(file.request_id(&second).unwrap(), other);
    }
}
