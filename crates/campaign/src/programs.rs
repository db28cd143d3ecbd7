//! The real programs, started again when they end, as systemd does.

use std::fs::{File, OpenOptions};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context, Result};

/// From a program's own end to its next start: `RestartSec` of the server's unit file.
const RESTART: Duration = Duration::from_secs(2);
/// How often it is looked at.
const LOOK: Duration = Duration::from_millis(50);

type Make = dyn Fn() -> Command + Send + Sync;

/// A program that is to run.
#[derive(Clone)]
pub struct Program(Arc<Inner>);

struct Inner {
    make: Box<Make>,
    log: PathBuf,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    child: Option<Child>,
    /// Somebody has stopped it, and it must not be started again.
    stopped: bool,
    /// Number of times that it ended by itself.
    ended: usize,
}

impl Program {
    /// Starts it and looks after it. What it says on standard error goes to the end of `log`.
    ///
    /// # Errors
    ///
    /// Where it cannot be started.
    pub fn start(log: PathBuf, make: impl Fn() -> Command + Send + Sync + 'static) -> Result<Self> {
        let program = Self(Arc::new(Inner { make: Box::new(make), log, state: Mutex::default() }));
        program.go_on()?;
        let looked_after = program.clone();
        tokio::spawn(async move { looked_after.look_after().await });
        Ok(program)
    }

    /// `kill -9`; it stays down until [`Program::go_on`].
    pub fn kill(&self) {
        let mut state = self.state();
        state.stopped = true;
        if let Some(mut child) = state.child.take() {
            // It may just have ended.
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Starts it, if it does not run.
    ///
    /// # Errors
    ///
    /// Where it cannot be started.
    pub fn go_on(&self) -> Result<()> {
        let mut state = self.state();
        state.stopped = false;
        if state.child.is_none() {
            state.child = Some(self.spawn()?);
        }
        Ok(())
    }

    /// How often it has ended by itself.
    pub fn ended(&self) -> usize {
        self.state().ended
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.state.lock().expect("no holder panics")
    }

    fn spawn(&self) -> Result<Child> {
        let open = |path: &PathBuf| OpenOptions::new().create(true).append(true).open(path);
        // On a full disk there may be no log to begin; the program is to start all the same.
        let log = open(&self.0.log).or_else(|_| File::options().write(true).open("/dev/null"))?;
        let mut command = (self.0.make)();
        let name = format!("{:?}", command.get_program());
        command.stdout(Stdio::null()).stderr(log).stdin(Stdio::null());
        command.spawn().with_context(|| format!("cannot start {name}"))
    }

    async fn look_after(self) {
        loop {
            tokio::time::sleep(LOOK).await;
            // Only we hold it: the campaign is over.
            if Arc::strong_count(&self.0) == 1 {
                self.kill();
                return;
            }
            let has_ended = {
                let mut state = self.state();
                let status = state.child.as_mut().and_then(|child| child.try_wait().ok().flatten());
                if let Some(status) = status {
                    tracing::info!(%status, log = %self.0.log.display(), "a program ended by itself");
                    state.child = None;
                    state.ended += 1;
                }
                status.is_some()
            };
            if has_ended {
                tokio::time::sleep(RESTART).await;
                if !self.state().stopped
                    && let Err(error) = self.go_on()
                {
                    tracing::error!("{error:#}");
                }
            }
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Ok(state) = self.state.get_mut()
            && let Some(child) = &mut state.child
        {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
