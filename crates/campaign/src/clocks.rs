//! Clocks that can be set while the programs run: libfaketime for the real programs, a shared hand for the simulated devices.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use domain::clock::{Clock, shift};
use jiff::SignedDuration;

/// Where Debian's package `libfaketime` puts the library; the folder is named after the processor.
const FOLDERS: [&str; 5] = [
    "/usr/lib/x86_64-linux-gnu/faketime",
    "/usr/lib/aarch64-linux-gnu/faketime",
    "/usr/lib64/faketime",
    "/usr/lib/faketime",
    "/usr/local/lib/faketime",
];
const LIBRARY: &str = "libfaketimeMT.so.1";

/// The library, where it is installed.
pub fn library() -> Option<PathBuf> {
    FOLDERS.iter().map(|folder| Path::new(folder).join(LIBRARY)).find(|file| file.is_file())
}

/// What a real program takes for the time of day: the system's, and so many seconds more or less.
#[derive(Clone, Debug)]
pub struct ProgramClock {
    library: PathBuf,
    file: PathBuf,
}

impl ProgramClock {
    /// A clock that is right, set through a file in `folder`; none where the library is not installed.
    ///
    /// # Errors
    ///
    /// Where the file cannot be written.
    pub fn new(folder: &Path, name: &str) -> io::Result<Option<Self>> {
        let Some(library) = library() else { return Ok(None) };
        let clock = Self { library, file: folder.join(format!("{name}.clock")) };
        clock.set(0)?;
        Ok(Some(clock))
    }

    /// Sets it so many seconds ahead of the system's. The program notices within a second.
    ///
    /// # Errors
    ///
    /// Where the file cannot be written.
    pub fn set(&self, ahead_s: i64) -> io::Result<()> {
        let draft = self.file.with_extension("draft");
        std::fs::write(&draft, format!("{ahead_s:+}\n"))?;
        std::fs::rename(draft, &self.file)
    }

    /// Puts a program under this clock. Its monotonic clock stays as it is: setting a clock is no time going by.
    pub fn govern(&self, command: &mut Command) {
        command
            .env("LD_PRELOAD", &self.library)
            .env("FAKETIME_TIMESTAMP_FILE", &self.file)
            .env("FAKETIME_CACHE_DURATION", "1")
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
            // The name in older releases.
            .env("DONT_FAKE_MONOTONIC", "1");
    }
}

/// The hand of a simulated device's clock.
#[derive(Clone, Debug, Default)]
pub struct DeviceHand(Arc<AtomicI64>);

impl DeviceHand {
    /// A clock so many seconds ahead.
    pub fn ahead(seconds: i64) -> Self {
        let hand = Self::default();
        hand.set(seconds);
        hand
    }

    /// Sets it so many seconds ahead.
    pub fn set(&self, ahead_s: i64) {
        self.0.store(ahead_s, Ordering::SeqCst);
    }

    /// By how many seconds it is ahead.
    pub fn get(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }

    /// The clock.
    pub fn clock(&self) -> Clock {
        let (own, system) = (self.clone(), simulator::clock::system());
        Clock::new(move || shift(system.now(), SignedDuration::from_secs(own.get())))
    }
}
