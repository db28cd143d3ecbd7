//! A disk that can be filled: a file system of a fixed size in memory, where this process may mount one.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Room for a campaign's database, its log and its recordings.
const SIZE: &str = "size=192m";
/// Written at a time until nothing goes in any more.
const PIECE: usize = 64 * 1024;

/// A mounted file system; gone when dropped.
#[derive(Debug)]
pub struct Disk {
    folder: PathBuf,
}

impl Disk {
    /// Mounts one at an empty folder; none where that is not allowed.
    pub fn mount(folder: &Path) -> Option<Self> {
        let status = Command::new("mount")
            .args(["-t", "tmpfs", "-o", SIZE, "smartmart-faults"])
            .arg(folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        status.is_ok_and(|status| status.success()).then(|| Self { folder: folder.to_owned() })
    }

    /// Fills it to the last byte until the filling is dropped.
    ///
    /// # Errors
    ///
    /// Where the file cannot be made.
    pub fn fill(&self) -> io::Result<Filling> {
        let path = self.folder.join("filling");
        let mut file = File::create(&path)?;
        let filling = Filling(path);
        let mut piece = vec![0; PIECE];
        while !piece.is_empty() {
            if file.write_all(&piece).is_err() {
                piece.truncate(piece.len() / 2);
            }
        }
        Ok(filling)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // A folder in which somebody still stands goes with this process' namespace, or at the next start of the machine.
        let _ = Command::new("umount").arg("-l").arg(&self.folder).status();
    }
}

/// What takes up the room.
#[derive(Debug)]
pub struct Filling(PathBuf);

impl Drop for Filling {
    fn drop(&mut self) {
        // It may not have been written at all.
        let _ = std::fs::remove_file(&self.0);
    }
}
