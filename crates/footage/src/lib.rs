//! Pictures of a film or a camera, read by an `ffmpeg` process: whatever it can open can be a camera of a store.
//!
//! [`Footage::open`] starts the process, [`Footage::next`] gives one picture after the other. Nothing is kept but the
//! picture that is being read. An address may carry a password, so no error shows more of it than the host.

mod picture;
mod source;

use std::collections::VecDeque;
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

pub use picture::{LONGEST_SIDE, Picture};
pub use source::{Pace, Source, SourceError};

/// A film or a camera that is being read.
#[derive(Debug)]
pub struct Footage {
    source: Source,
    process: Stopper,
    pictures: BufReader<ChildStdout>,
    /// The last lines of what the process said.
    said: Arc<Mutex<VecDeque<String>>>,
    listener: Option<JoinHandle<()>>,
}

/// Which pictures are wanted.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Wanted {
    /// Pictures a second; all where it is `None`.
    pub rate: Option<f64>,
    /// Width and height that they are made to fit into; as they come where it is `None`. They keep their shape and are never enlarged.
    pub within: Option<[u32; 2]>,
    /// How fast a film is read.
    pub pace: Pace,
}

/// Ends the reading from another thread, also where the source hangs.
#[derive(Clone, Debug)]
pub struct Stopper(Arc<Mutex<Child>>);

impl Stopper {
    /// Ends the process; whoever waits for a picture gets an error or the end.
    pub fn stop(&self) {
        // An error means that it has ended.
        let _ = self.child().kill();
    }

    /// Waits for the process, whose pictures are over, for a moment, and then ends it.
    fn ended(&self) -> std::io::Result<ExitStatus> {
        for _ in 0..ENDS_WITHIN.as_millis() / LOOK_AGAIN.as_millis() {
            if let Some(status) = self.child().try_wait()? {
                return Ok(status);
            }
            std::thread::sleep(LOOK_AGAIN);
        }
        let mut child = self.child();
        child.kill()?;
        child.wait()
    }

    fn child(&self) -> MutexGuard<'_, Child> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A process without pictures ends within milliseconds; one that does not hangs.
const ENDS_WITHIN: Duration = Duration::from_secs(2);
const LOOK_AGAIN: Duration = Duration::from_millis(5);

/// Why there are no pictures, or no more.
#[derive(Debug, thiserror::Error)]
pub enum FootageError {
    /// The program is missing.
    #[error("ffmpeg cannot be started ({0}); install it, on Debian by: apt-get install ffmpeg")]
    NoProgram(std::io::Error),
    /// The process ended or broke off; what it said last.
    #[error("{source_name} gives no pictures: {said}")]
    Broken {
        /// The source, without a password.
        source_name: String,
        /// What ffmpeg said.
        said: String,
    },
    /// What came is no picture.
    #[error("{source_name} gives something that is no picture: {what}")]
    NoPicture {
        /// The source, without a password.
        source_name: String,
        /// What is wrong with it.
        what: String,
    },
}

/// Lines of ffmpeg's that are kept for an error.
const SAID: usize = 4;

impl Footage {
    /// Begins to read. A film is read as fast as pictures are taken, a camera as fast as it gives them; `rate` is how many
    /// pictures a second are wanted (all where it is `None`).
    ///
    /// # Errors
    ///
    /// Where ffmpeg is missing. Whether the source can be read shows with the first picture.
    pub fn open(source: Source, rate: Option<f64>) -> Result<Self, FootageError> {
        Self::open_as(source, Wanted { rate, within: None, pace: Pace::Film })
    }

    /// As [`Footage::open`], with all that can be wanted.
    ///
    /// # Errors
    ///
    /// As [`Footage::open`].
    pub fn open_as(source: Source, wanted: Wanted) -> Result<Self, FootageError> {
        let mut command = Command::new("ffmpeg");
        command.args(["-hide_banner", "-nostdin", "-loglevel", "error"]).args(source.arguments(wanted.pace));
        let rate = wanted.rate.filter(|rate| rate.is_finite() && *rate > 0.0).map(|rate| format!("fps={rate}"));
        let fit = wanted.within.map(|[width, height]| {
            format!("scale=w='min({width},iw)':h='min({height},ih)':force_original_aspect_ratio=decrease")
        });
        let filters: Vec<String> = rate.into_iter().chain(fit).collect();
        if !filters.is_empty() {
            command.args(["-vf", &filters.join(",")]);
        }
        command.args(["-an", "-f", "image2pipe", "-c:v", "ppm", "pipe:1"]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().map_err(FootageError::NoProgram)?;
        let pictures = BufReader::with_capacity(1 << 20, process.stdout.take().expect("it is piped"));
        let errors = process.stderr.take().expect("it is piped");
        let said = Arc::new(Mutex::new(VecDeque::new()));
        let kept = Arc::clone(&said);
        let listener = std::thread::spawn(move || {
            for line in BufReader::new(errors).lines().map_while(Result::ok) {
                let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                if kept.len() == SAID {
                    kept.pop_front();
                }
                kept.push_back(line);
            }
        });
        let process = Stopper(Arc::new(Mutex::new(process)));
        Ok(Self { source, process, pictures, said, listener: Some(listener) })
    }

    /// To end it from another thread.
    pub fn stopper(&self) -> Stopper {
        self.process.clone()
    }

    /// The next picture; `None` where a film is over.
    ///
    /// # Errors
    ///
    /// Where the source cannot be read, or the process broke off.
    pub fn next_picture(&mut self) -> Result<Option<Picture>, FootageError> {
        match picture::read(&mut self.pictures) {
            Ok(Some(picture)) => Ok(Some(picture)),
            Ok(None) => {
                let ended = self.process.ended().map_err(|error| self.no_picture(error.to_string()))?;
                if let Some(listener) = self.listener.take() {
                    let _ = listener.join();
                }
                if ended.success() && self.source.is_film() { Ok(None) } else { Err(self.broken()) }
            }
            Err(error) => Err(self.no_picture(error.to_string())),
        }
    }

    fn broken(&self) -> FootageError {
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        let said = said.iter().map(|line| self.source.redacted(line)).collect::<Vec<_>>().join("; ");
        let said = if said.is_empty() { "it ended".to_owned() } else { said };
        FootageError::Broken { source_name: self.source.to_string(), said }
    }

    fn no_picture(&self, what: String) -> FootageError {
        FootageError::NoPicture { source_name: self.source.to_string(), what }
    }
}

impl Drop for Footage {
    fn drop(&mut self) {
        self.process.stop();
        let _ = self.process.child().wait();
    }
}

#[cfg(test)]
mod tests;
