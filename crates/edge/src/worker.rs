//! A thread that does one piece of work each period, until its owner stops it.

use std::convert::Infallible;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// A running thread. Dropping it stops it, after the work at hand.
pub struct Worker {
    stop: mpsc::SyncSender<Infallible>,
    thread: JoinHandle<()>,
}

impl Worker {
    /// Starts one that works for the first time after `delay`, and then each `period`.
    pub fn spawn(delay: Duration, period: Duration, work: impl FnMut() + Send + 'static) -> Self {
        let (stop, stopped) = mpsc::sync_channel(0);
        Self { stop, thread: thread::spawn(move || run(delay, period, &stopped, work)) }
    }

    /// Stops all of them and waits for the ends of their threads.
    pub fn stop_all(workers: Vec<Self>) {
        let threads: Vec<_> = workers
            .into_iter()
            .map(|Self { stop, thread }| {
                drop(stop);
                thread
            })
            .collect();
        for thread in threads {
            if thread.join().is_err() {
                tracing::error!("a sensor's thread had panicked");
            }
        }
    }
}

fn run(delay: Duration, period: Duration, stop: &Receiver<Infallible>, mut work: impl FnMut()) {
    let mut due = Instant::now() + delay;
    loop {
        match stop.recv_timeout(due.saturating_duration_since(Instant::now())) {
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
            Ok(never) => match never {},
        }
        work();
        // Late work does not make the next hurry.
        due = (due + period).max(Instant::now());
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[test]
    fn it_works_until_it_is_stopped() {
        let times = Arc::new(AtomicU32::new(0));
        let counted = times.clone();
        let period = Duration::from_millis(5);
        let worker = Worker::spawn(Duration::ZERO, period, move || {
            counted.fetch_add(1, Ordering::SeqCst);
        });
        let idle = Worker::spawn(Duration::from_secs(3_600), period, || {});
        while times.load(Ordering::SeqCst) < 3 {
            thread::sleep(period);
        }
        Worker::stop_all(vec![worker, idle]);
        let after = times.load(Ordering::SeqCst);
        thread::sleep(period * 4);
        assert_eq!(times.load(Ordering::SeqCst), after);
    }
}
