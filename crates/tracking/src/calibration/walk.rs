//! What is collected while somebody walks through the empty store: frames of all cameras, and how far they cover it.

use domain::body::{Body, Joint};

use super::recording::{Recording, STEP_MS, Spots, within};
use super::{FEWEST_MOMENTS, FEWEST_POINTS, Refused, View};

/// Frames kept of each camera: seven minutes at 15 a second. More are thinned out.
const MOST_FRAMES: usize = 6000;
/// Bodies less sure than this are taken for none: the detector's own limit.
const FAINT: f32 = 0.15;
/// Somebody else is in the picture when a second body is at least this share as sure as the first.
const RIVAL: f32 = 0.5;
/// Share of the smaller box that two boxes share from which they are the same person, found twice.
const SAME_PERSON: f32 = 0.6;
/// Fields across and down into which a picture is divided to see where somebody was seen.
pub const FIELDS: [usize; 2] = [4, 3];
/// Fields of a picture that should be filled.
const FEWEST_FIELDS: usize = 3;
/// Share of a camera's frames with two people from which it is said.
const CROWDED: f64 = 0.3;

/// What became of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It is kept.
    Kept,
    /// Nobody is in it.
    Empty,
    /// More than one person is in it, so it does not count.
    Ambiguous,
    /// It is too close to the last one, or memory is full and it is one of those that are left out.
    Thinned,
    /// A number in it is none.
    Broken,
    /// No camera has this name.
    UnknownCamera,
}

/// Frames of somebody's walk.
#[derive(Debug, Clone)]
pub struct Walk {
    pub(super) views: Vec<View>,
    pub(super) recording: Recording,
    ambiguous: Vec<usize>,
}

/// How far a walk covers the store.
#[derive(Debug, Clone, PartialEq)]
pub struct Coverage {
    /// By camera, in the order in which they were given.
    pub cameras: Vec<CameraCoverage>,
    /// All pairs of cameras.
    pub pairs: Vec<PairCoverage>,
    /// What is still to be done; nothing when the walk may end.
    pub missing: Vec<Missing>,
}

/// What one camera saw.
#[derive(Debug, Clone, PartialEq)]
pub struct CameraCoverage {
    /// Its name.
    pub camera: String,
    /// Frames with one person that are kept.
    pub frames: usize,
    /// Frames with more than one person.
    pub ambiguous: usize,
    /// How often the person was in each field of the picture, rows of [`FIELDS`] from the upper left.
    pub fields: [usize; FIELDS[0] * FIELDS[1]],
}

/// What two cameras saw together.
#[derive(Debug, Clone, PartialEq)]
pub struct PairCoverage {
    /// Their names.
    pub cameras: [String; 2],
    /// Moments, tenths of a second, at which both saw the person.
    pub moments: usize,
    /// Key points that both saw at the same time.
    pub points: usize,
}

/// What a walk lacks.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Missing {
    /// A camera has hardly seen anybody.
    #[error("camera {camera} has hardly seen you: walk where it sees you from head to foot")]
    Frames {
        /// Its name.
        camera: String,
    },
    /// A camera sees several people.
    #[error(
        "camera {camera} often sees more than one person: only one may walk, and posters and mirrors must be covered"
    )]
    Crowded {
        /// Its name.
        camera: String,
    },
    /// Somebody walked in a small part of a picture only.
    #[error("camera {camera} has seen you in a small part of its picture only: walk through the rest of it")]
    Narrow {
        /// Its name.
        camera: String,
    },
    /// Nothing joins two cameras, or two groups of them.
    #[error("walk where cameras {} and {} both see you", .cameras[0], .cameras[1])]
    Overlap {
        /// The two that come closest to seeing the person together.
        cameras: [String; 2],
    },
}

impl CameraCoverage {
    /// Whether there is often more than one person in its pictures.
    pub fn is_crowded(&self) -> bool {
        let all = self.frames + self.ambiguous;
        self.ambiguous > FEWEST_MOMENTS && self.ambiguous as f64 > all as f64 * CROWDED
    }
}

impl Walk {
    /// Nothing yet. Refuses views that cannot be calibrated: fewer than two or more than eight, a name twice, a size or a
    /// focal length that is none.
    pub fn new(views: Vec<View>) -> Result<Self, Refused> {
        View::check(&views)?;
        let cameras = views.len();
        Ok(Self { views, recording: Recording::new(cameras, MOST_FRAMES), ambiguous: vec![0; cameras] })
    }

    /// Takes the bodies of a camera's frame; `at_ms` is the time by the camera's clock. Frames may come late and mixed.
    pub fn add(&mut self, camera: &str, at_ms: i64, bodies: &[Body]) -> Taken {
        let Some(camera) = self.views.iter().position(|view| view.name == camera) else { return Taken::UnknownCamera };
        if !bodies.iter().all(Body::is_finite) {
            return Taken::Broken;
        }
        let mut seen: Vec<&Body> = bodies.iter().filter(|body| body.score >= FAINT).collect();
        seen.sort_by(|a, b| b.score.total_cmp(&a.score));
        let Some(first) = seen.first() else { return Taken::Empty };
        let rival = |other: &&&Body| other.score >= first.score * RIVAL && shared(first, other) < SAME_PERSON;
        if seen.iter().skip(1).any(|other| rival(&other)) {
            self.ambiguous[camera] = self.ambiguous[camera].saturating_add(1);
            return Taken::Ambiguous;
        }
        if self.recording.keep(camera, at_ms, vec![**first]) { Taken::Kept } else { Taken::Thinned }
    }

    /// How far the walk covers the store, by the cameras' own clocks.
    pub fn coverage(&self) -> Coverage {
        let count = self.views.len();
        let mut cameras: Vec<CameraCoverage> = self
            .views
            .iter()
            .enumerate()
            .map(|(index, view)| CameraCoverage {
                camera: view.name.clone(),
                frames: self.recording.frames(index),
                ambiguous: self.ambiguous[index],
                fields: [0; FIELDS[0] * FIELDS[1]],
            })
            .collect();
        let mut common = vec![vec![(0, 0); count]; count];
        for moment in self.recording.moments(&vec![0.0; count]) {
            let seen: Vec<Option<Spots>> =
                (0..count).map(|camera| self.spots(camera, moment as f64 * STEP_MS as f64)).collect();
            for (index, spots) in seen.iter().enumerate() {
                let Some(spots) = spots else { continue };
                if let Some(field) = field(spots, self.views[index].size) {
                    cameras[index].fields[field] += 1;
                }
                for (other, others) in seen.iter().enumerate().skip(index + 1) {
                    let both = others
                        .iter()
                        .flat_map(|others| spots.iter().zip(others))
                        .filter(|(a, b)| a.is_some() && b.is_some());
                    let points = both.count();
                    common[index][other].0 += usize::from(points > 0);
                    common[index][other].1 += points;
                }
            }
        }
        let names = |first: usize, second: usize| [self.views[first].name.clone(), self.views[second].name.clone()];
        let mut pairs = Vec::new();
        for (first, row) in common.iter().enumerate() {
            for (second, (moments, points)) in row.iter().enumerate().skip(first + 1) {
                pairs.push((
                    first,
                    second,
                    PairCoverage { cameras: names(first, second), moments: *moments, points: *points },
                ));
            }
        }
        let mut missing = Vec::new();
        for coverage in &cameras {
            let camera = coverage.camera.clone();
            if coverage.is_crowded() {
                missing.push(Missing::Crowded { camera });
            } else if coverage.frames < FEWEST_MOMENTS {
                missing.push(Missing::Frames { camera });
            } else if coverage.fields.iter().filter(|times| **times > 0).count() < FEWEST_FIELDS {
                missing.push(Missing::Narrow { camera });
            }
        }
        // The pairs that would join what is not joined yet, the most promising first.
        let mut group: Vec<usize> = (0..count).collect();
        pairs.sort_by_key(|(_, _, pair)| std::cmp::Reverse(pair.points));
        for (first, second, pair) in &pairs {
            let (kept, merged) = (group[*first], group[*second]);
            if kept != merged {
                group.iter_mut().filter(|group| **group == merged).for_each(|group| *group = kept);
                if pair.points < FEWEST_POINTS || pair.moments < FEWEST_MOMENTS {
                    missing.push(Missing::Overlap { cameras: pair.cameras.clone() });
                }
            }
        }
        pairs.sort_by_key(|(first, second, _)| (*first, *second));
        Coverage { cameras, pairs: pairs.into_iter().map(|(_, _, pair)| pair).collect(), missing }
    }

    /// The person's key points that a camera saw when its clock said `at_ms`, those at the picture's edge left out.
    pub(super) fn spots(&self, camera: usize, at_ms: f64) -> Option<Spots> {
        let spots = within(self.recording.bodies_at(camera, at_ms).into_iter().next()?, self.views[camera].size);
        spots.iter().any(Option::is_some).then_some(spots)
    }
}

/// Share of the smaller of two boxes that lies in the other.
fn shared(first: &Body, second: &Body) -> f32 {
    let (a, b) = (first.bounds, second.bounds);
    let width = (a[2].min(b[2]) - a[0].max(b[0])).max(0.0);
    let height = (a[3].min(b[3]) - a[1].max(b[1])).max(0.0);
    let area = |bounds: [f32; 4]| (bounds[2] - bounds[0]).max(1.0) * (bounds[3] - bounds[1]).max(1.0);
    width * height / area(a).min(area(b))
}

/// The field of the picture in which a body's middle lies: that of hips or else of what is seen.
fn field(spots: &Spots, size: [f64; 2]) -> Option<usize> {
    let hips = [Joint::LeftHip, Joint::RightHip].map(|joint| spots[joint.index()]);
    let seen: Vec<_> = hips.into_iter().flatten().collect();
    let seen = if seen.is_empty() { spots.iter().flatten().copied().collect() } else { seen };
    let middle = seen.iter().map(|spot| spot.pixel).sum::<crate::camera::Pixel>() / seen.len().max(1) as f64;
    let along = |at: f64, length: f64, fields: usize| ((at / length * fields as f64) as usize).min(fields - 1);
    (!seen.is_empty()).then(|| along(middle.y, size[1], FIELDS[1]) * FIELDS[0] + along(middle.x, size[0], FIELDS[0]))
}
