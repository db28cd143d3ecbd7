//! The newest frame of each device: there is never a queue of old frames.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use domain::ids::DeviceId;

/// One place for each device. Its newest job takes the place of one that was not begun; one device's jobs are done one
/// after the other, so that what is known of a track grows in order.
#[derive(Debug)]
pub struct NewestFirst<J> {
    places: Mutex<Places<J>>,
    work: Condvar,
}

#[derive(Debug)]
struct Places<J> {
    newest: HashMap<DeviceId, J>,
    turn: VecDeque<DeviceId>,
    busy: HashSet<DeviceId>,
    stopped: bool,
}

impl<J> Default for NewestFirst<J> {
    fn default() -> Self {
        let places = Places { newest: HashMap::new(), turn: VecDeque::new(), busy: HashSet::new(), stopped: false };
        Self { places: Mutex::new(places), work: Condvar::new() }
    }
}

impl<J> NewestFirst<J> {
    /// Puts a job in; gives back the one whose place it took.
    pub fn put(&self, device: DeviceId, job: J) -> Option<J> {
        let mut places = self.lock();
        let older = places.newest.insert(device, job);
        if older.is_none() && !places.busy.contains(&device) {
            places.turn.push_back(device);
            drop(places);
            self.work.notify_one();
        }
        older
    }

    /// Waits for a job, in the devices' turn, and does it; `false` once the queue is stopped. A job that panics ends as any other:
    /// its device is free again before the panic goes on.
    pub fn work(&self, act: impl FnOnce(J)) -> bool {
        let Some((device, job)) = self.next() else { return false };
        let _busy = Busy { queue: self, device };
        act(job);
        true
    }

    /// A device's job is done.
    fn done(&self, device: DeviceId) {
        let mut places = self.lock();
        places.busy.remove(&device);
        if places.newest.contains_key(&device) {
            places.turn.push_back(device);
            drop(places);
            self.work.notify_one();
        }
    }

    /// Nothing is begun any more; what waits is dropped.
    pub fn stop(&self) {
        let mut places = self.lock();
        places.stopped = true;
        places.newest.clear();
        places.turn.clear();
        drop(places);
        self.work.notify_all();
    }

    fn next(&self) -> Option<(DeviceId, J)> {
        let mut places = self.lock();
        loop {
            if places.stopped {
                return None;
            }
            if let Some(device) = places.turn.pop_front()
                && let Some(job) = places.newest.remove(&device)
            {
                places.busy.insert(device);
                return Some((device, job));
            }
            places = self.work.wait(places).unwrap_or_else(PoisonError::into_inner);
        }
    }

    // Nothing that can panic is done while it is held.
    fn lock(&self) -> MutexGuard<'_, Places<J>> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A device whose job is being done.
struct Busy<'a, J> {
    queue: &'a NewestFirst<J>,
    device: DeviceId,
}

impl<J> Drop for Busy<'_, J> {
    fn drop(&mut self) {
        self.queue.done(self.device);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::mpsc;

    use uuid::Uuid;

    use super::*;

    fn device(number: u128) -> DeviceId {
        DeviceId(Uuid::from_u128(number))
    }

    #[test]
    fn the_newest_frame_of_a_device_takes_the_place_of_an_older_one() {
        let queue = NewestFirst::default();
        assert_eq!(queue.put(device(1), 'a'), None);
        assert_eq!(queue.put(device(2), 'b'), None);
        assert_eq!(queue.put(device(1), 'c'), Some('a'));
        let mut done = Vec::new();
        while done.len() < 2 {
            assert!(queue.work(|job| done.push(job)));
        }
        assert_eq!(done, ['c', 'b'], "in the devices' turn");
        queue.stop();
        assert!(!queue.work(|_| unreachable!()));
    }

    #[test]
    fn a_device_whose_job_panics_is_not_busy_for_ever() {
        let queue = NewestFirst::default();
        queue.put(device(1), 1);
        let panics = std::panic::AssertUnwindSafe(|| queue.work(|_| panic!("a picture that nobody foresaw")));
        assert!(std::panic::catch_unwind(panics).is_err());
        queue.put(device(1), 2);
        let mut next = 0;
        assert!(queue.work(|job| next = job));
        assert_eq!(next, 2);
    }

    #[test]
    fn one_devices_frames_are_looked_at_one_after_the_other() {
        let queue = Arc::new(NewestFirst::default());
        queue.put(device(1), 1);
        let (begun, has_begun) = mpsc::channel();
        let (go, may_go) = mpsc::channel::<()>();
        let first = std::thread::spawn({
            let queue = Arc::clone(&queue);
            move || {
                queue.work(|job| {
                    begun.send(job).unwrap();
                    may_go.recv().unwrap();
                })
            }
        });
        assert_eq!(has_begun.recv().unwrap(), 1);
        queue.put(device(1), 2);
        queue.put(device(2), 3);
        let mut next = 0;
        queue.work(|job| next = job);
        assert_eq!(next, 3, "the first device is busy");
        go.send(()).unwrap();
        first.join().unwrap();
        queue.work(|job| next = job);
        assert_eq!(next, 2);
    }
}
