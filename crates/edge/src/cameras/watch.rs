//! Whether a camera's pictures are as they should be, from what they are like and when they came.

use jiff::{SignedDuration, Timestamp};
use protocol::device::CameraCondition;

use super::look::Look;

/// What lasts so long is reported: longer than somebody who walks by close to the lens, or a light that is switched.
const LASTS: SignedDuration = SignedDuration::from_secs(5);
/// Mean brightness, of 255, below which nobody is seen. A shop with its lights on has 98 to 116 (four cameras of a real store); 16 is the
/// black of television.
const DARK: f32 = 16.0;
/// Detail below which something hangs before the lens. The same cameras have 18 to 25, and 2.5 or more where they are blurred beyond
/// recognition; a plain wall with a light on one side has below 1.5.
const COVERED: f32 = 2.0;
/// Pictures whose sides are related otherwise by more than this are of another shape, as for the tracker.
const SHAPE: f64 = 0.01;

/// Watches one camera.
#[derive(Clone, Debug)]
pub(super) struct PictureWatch {
    started_at: Timestamp,
    first_size: Option<[u32; 2]>,
    last: Option<(Timestamp, Look)>,
    dark_since: Option<Timestamp>,
    covered_since: Option<Timestamp>,
    same_since: Option<Timestamp>,
}

impl PictureWatch {
    pub(super) fn new(now: Timestamp) -> Self {
        let (dark_since, covered_since, same_since) = (None, None, None);
        Self { started_at: now, first_size: None, last: None, dark_since, covered_since, same_since }
    }

    /// Takes a picture in that came `at`.
    pub(super) fn came(&mut self, at: Timestamp, look: Look) {
        let before = self.last.filter(|(before, _)| at.duration_since(*before) < LASTS);
        if before.is_none() {
            // Nobody knows what was meanwhile.
            (self.dark_since, self.covered_since, self.same_since) = (None, None, None);
        }
        let is_same = before.is_some_and(|(_, before)| (before.digest, before.size) == (look.digest, look.size));
        lasting(&mut self.dark_since, look.brightness < DARK, at);
        lasting(&mut self.covered_since, look.detail < COVERED, at);
        // The first of the pictures that are the same came before.
        lasting(&mut self.same_since, is_same, before.map_or(at, |(before, _)| before));
        self.first_size.get_or_insert(look.size);
        self.last = Some((at, look));
    }

    /// What is to be said now. A picture that is dark has no detail either, and a covered one may be the same again and again: the cause is
    /// named.
    pub(super) fn condition(&self, now: Timestamp) -> CameraCondition {
        let Some((at, look)) = self.last else {
            let is_gone = now.duration_since(self.started_at) >= LASTS;
            return if is_gone { CameraCondition::Gone } else { CameraCondition::Starting };
        };
        let lasts = |since: Option<Timestamp>| since.is_some_and(|since| at.duration_since(since) >= LASTS);
        if now.duration_since(at) >= LASTS {
            CameraCondition::Gone
        } else if self.first_size.is_some_and(|first| is_other_shape(first, look.size)) {
            CameraCondition::OtherShape
        } else if lasts(self.dark_since) {
            CameraCondition::Dark
        } else if lasts(self.covered_since) {
            CameraCondition::Covered
        } else if lasts(self.same_since) {
            CameraCondition::Frozen
        } else {
            CameraCondition::Well
        }
    }

    /// Width and height of the last picture.
    pub(super) fn size(&self) -> Option<[u32; 2]> {
        self.last.map(|(_, look)| look.size)
    }
}

fn lasting(since: &mut Option<Timestamp>, is_so: bool, at: Timestamp) {
    *since = if is_so { since.or(Some(at)) } else { None };
}

fn is_other_shape(first: [u32; 2], now: [u32; 2]) -> bool {
    let shape = |[width, height]: [u32; 2]| f64::from(width) / f64::from(height);
    (shape(now) / shape(first) - 1.0).abs() >= SHAPE
}

#[cfg(test)]
mod tests;
