//! Whether a camera hangs where it did: bodies that several cameras see, days after the calibration, no longer fit when one
//! was moved or turned.

use domain::body::Body;
use nalgebra::Rotation3;

use super::adjustment::{Freedom, Landmark, OF_CAMERA, Rig, Sight, adjust};
use super::gathering::{JOINTS, spread};
use super::levelling::middle;
use super::recording::{Recording, STEP_MS, Spots, within};
use super::walk::Taken;
use super::{FEWEST_POINTS, Found};
use crate::camera::Point;

/// Frames kept of each camera.
const MOST_FRAMES: usize = 3000;
/// Bodies kept of a frame, the surest.
const MOST_BODIES: usize = 8;
/// Bodies less sure than this are taken for none.
const FAINT: f32 = 0.15;
/// Points that are looked at.
const MOST_POINTS: usize = 1500;
/// Moments at which a camera must see somebody whom another one sees too.
pub const FEWEST_COMMON: usize = 40;
/// Farthest that the rays of two cameras to the same body pass each other, metres; of a moved camera's too.
const FARTHEST_M: f64 = 0.8;
/// Somebody else must be at least this many times farther off, or it is not known who is who.
const CLEARLY: f64 = 2.0;
/// Least that is told, metres and degrees: a little less than the 5 cm and 2 degrees that must be told.
const MOVED_M: f64 = 0.04;
const TURNED_DEG: f64 = 1.5;
/// Errors of key points, pixels of a picture 640 wide.
const NOISE_PX: f64 = 2.5;
/// A key point fits when it is within so many times the error of where it should be.
const FITS: f64 = 2.0;
/// Share of a moved camera's key points that must fit where it hangs now: 0.71 and more of one real person, 0.57 to 0.68 where
/// several were confused with each other.
const FEWEST_FIT: f64 = 0.7;
/// Farther than this nobody bumps a camera; it is calibrated anew, metres.
const FARTHEST_MOVE_M: f64 = 0.6;
/// How much larger errors may be at first.
const COARSE: f64 = 10.0;
/// Key points of a body share their errors; so many of them say as much as one.
const SHARE_AN_ERROR: f64 = 16.0;
/// Gain in loss, after that, from which a camera counts as moved; and by how much it must exceed that of the middle one of
/// the others. A calibration that is a little off gains by moving any camera (4 to 8 in a real store where none was
/// moved), one that was moved stands out (10 to 25 at 5 cm, 40 to 80 at 2 degrees).
const GAIN: f64 = 6.0;
const STANDS_OUT: f64 = 4.5;
/// The same where two cameras alone can be compared, which gain alike.
const GAIN_OF_TWO: f64 = 9.0;
/// Cameras whose gain is this close to the best one's might have been moved instead.
const CLOSE: f64 = 4.0;

/// Frames of all cameras since the calibration, of whoever was in the store.
#[derive(Debug, Clone)]
pub struct Sightings {
    cameras: Vec<Found>,
    recording: Recording,
}

/// Whether a camera was moved.
#[derive(Debug, Clone, PartialEq)]
pub enum Bumped {
    /// Nobody was seen often enough by several cameras to tell.
    TooFew {
        /// Moments at which the cameras that share most saw the same body.
        common: usize,
    },
    /// All cameras agree that were seen often enough.
    Steady {
        /// Cameras that share too little with others to tell.
        unknown: Vec<String>,
    },
    /// One does not agree with the others.
    Moved(Moved),
}

/// A camera that was moved.
#[derive(Debug, Clone, PartialEq)]
pub struct Moved {
    /// Its name.
    pub camera: String,
    /// Others that might have been moved instead, nearly as likely: always so when only two cameras see the same people.
    pub or: Vec<String>,
    /// How far, metres. Of two cameras alone only across the line between them.
    pub moved_m: f64,
    /// By how much it was turned, degrees.
    pub turned_deg: f64,
    /// How sure it is that it is this camera, 0 to 1.
    pub sure: f64,
}

impl Sightings {
    /// Nothing yet.
    pub fn new(cameras: Vec<Found>) -> Self {
        let recording = Recording::new(cameras.len(), MOST_FRAMES);
        Self { cameras, recording }
    }

    /// Takes the bodies of a camera's frame; `at_ms` is the time by the camera's clock.
    pub fn add(&mut self, camera: &str, at_ms: i64, bodies: &[Body]) -> Taken {
        let Some(camera) = self.cameras.iter().position(|found| found.name == camera) else {
            return Taken::UnknownCamera;
        };
        if !bodies.iter().all(Body::is_finite) {
            return Taken::Broken;
        }
        let mut seen: Vec<Body> = bodies.iter().filter(|body| body.score >= FAINT).copied().collect();
        seen.sort_by(|a, b| b.score.total_cmp(&a.score));
        seen.truncate(MOST_BODIES);
        if seen.is_empty() {
            return Taken::Empty;
        }
        if self.recording.keep(camera, at_ms, seen) { Taken::Kept } else { Taken::Thinned }
    }

    /// Whether one of the cameras hangs elsewhere now.
    pub fn bumped(&self) -> Bumped {
        let lenses = self.cameras.iter().map(|found| found.camera.lens).collect();
        let poses = self.cameras.iter().map(|found| (found.camera.rotation, found.camera.centre)).collect();
        let count = self.cameras.len();
        let rig = Rig { poses, late_s: vec![0.0; count], lens_of: (0..count).collect(), lenses };
        let mut landmarks = self.landmarks(&rig);
        let moments = |camera: usize| {
            let of = landmarks.iter().filter(|landmark| landmark.sights.iter().any(|sight| sight.camera == camera));
            let mut moments: Vec<i64> = of.map(|landmark| landmark.moment).collect();
            moments.dedup();
            moments.len()
        };
        let common: Vec<usize> = (0..count).map(moments).collect();
        let points = |camera: usize| {
            landmarks.iter().filter(|landmark| landmark.sights.iter().any(|sight| sight.camera == camera)).count()
        };
        let known: Vec<bool> =
            (0..count).map(|camera| common[camera] >= FEWEST_COMMON && points(camera) >= FEWEST_POINTS).collect();
        if !known.contains(&true) {
            return Bumped::TooFew { common: common.into_iter().max().unwrap_or_default() };
        }
        let sizes: Vec<[f64; 2]> = self.cameras.iter().map(|found| found.camera.lens.size).collect();
        landmarks = spread(&sizes, landmarks, MOST_POINTS);
        let mut freedom = Freedom {
            free: vec![false; rig.unknowns()],
            expected: vec![None; rig.unknowns()],
            noise_px: sizes.iter().map(|size| NOISE_PX * size[0].max(size[1]) / 640.0).collect(),
        };
        let steady = adjust(&mut rig.clone(), &mut landmarks, &freedom, 10);
        let mut tried = Vec::new();
        let mut fits = vec![0.0; count];
        for camera in (0..count).filter(|camera| known[*camera]) {
            freedom.free.fill(false);
            freedom.free[camera * OF_CAMERA..camera * OF_CAMERA + 6].fill(true);
            let (mut moved, mut points) = (rig.clone(), landmarks.clone());
            // Coarsely first, so that a camera turned far away is followed.
            let coarse = freedom.noise_px.iter().map(|noise_px| noise_px * COARSE).collect();
            adjust(&mut moved, &mut points, &Freedom { noise_px: coarse, ..freedom.clone() }, 25);
            let loss = adjust(&mut moved, &mut points, &freedom, 25);
            let errors: Vec<f64> = points
                .iter()
                .flat_map(|landmark| landmark.sights.iter().map(move |sight| (landmark, sight)))
                .filter(|(_, sight)| sight.camera == camera)
                .map(|(landmark, sight)| moved.error(sight, &landmark.at).map_or(f64::INFINITY, |error| error.norm()))
                .collect();
            let near = errors.iter().filter(|error| **error <= FITS * freedom.noise_px[camera]).count();
            let fit = near as f64 / errors.len().max(1) as f64;
            tried.push(((steady - loss) / SHARE_AN_ERROR, camera, moved.poses[camera]));
            fits[camera] = fit;
        }
        tried.sort_by(|a, b| b.0.total_cmp(&a.0));
        let names = |cameras: &mut dyn Iterator<Item = usize>| {
            cameras.map(|camera| self.cameras[camera].name.clone()).collect()
        };
        let mut unknown: Vec<String> = names(&mut (0..count).filter(|camera| !known[*camera]));
        let Some((gain, camera, pose)) = tried.first().copied() else { return Bumped::Steady { unknown } };
        let was = &self.cameras[camera].camera;
        let moved_m = (pose.1 - was.centre).norm();
        let turned_deg = Rotation3::from_matrix_unchecked(pose.0 * was.rotation.transpose()).angle().to_degrees();
        let mut others: Vec<f64> = tried.iter().skip(1).map(|(gain, _, _)| *gain).collect();
        let stands_out = match others.len() {
            0 | 1 => gain >= GAIN_OF_TWO,
            _ => gain >= GAIN && gain - middle(&mut others).unwrap_or_default() >= STANDS_OUT,
        };
        if !stands_out || (moved_m < MOVED_M && turned_deg < TURNED_DEG) {
            return Bumped::Steady { unknown };
        }
        let total: f64 = tried.iter().map(|(other, _, _)| ((other - gain) / 2.0).exp()).sum();
        // Bodies of different people that were taken for one fit nowhere, or only with the camera far away.
        if fits[camera] < FEWEST_FIT || moved_m > FARTHEST_MOVE_M {
            unknown.push(self.cameras[camera].name.clone());
            return Bumped::Steady { unknown };
        }
        let mut sure = 1.0 / total;
        let mut likely: Vec<usize> =
            tried.iter().skip(1).filter(|(other, _, _)| gain - other < CLOSE).map(|(_, camera, _)| *camera).collect();
        // Where one other camera alone sees the same bodies, it may as well be that one.
        let partners = partners(&landmarks, camera, count);
        if let [partner] = partners[..]
            && landmarks
                .iter()
                .all(|landmark| landmark.sights.iter().all(|sight| [camera, partner].contains(&sight.camera)))
        {
            sure = sure.min(0.5);
            likely = vec![partner];
        }
        let or = names(&mut likely.into_iter());
        Bumped::Moved(Moved { camera: self.cameras[camera].name.clone(), or, moved_m, turned_deg, sure })
    }

    /// Joints that several cameras saw of the same body.
    fn landmarks(&self, rig: &Rig) -> Vec<Landmark> {
        let ahead_ms: Vec<f64> = self.cameras.iter().map(|found| found.clock_ahead_ms).collect();
        let mut landmarks = Vec::new();
        for moment in self.recording.moments(&ahead_ms) {
            let seen: Vec<Vec<Spots>> = (0..self.cameras.len())
                .map(|camera| {
                    let at_ms = moment as f64 * STEP_MS as f64 + ahead_ms[camera];
                    let bodies = self.recording.bodies_at(camera, at_ms).into_iter();
                    bodies.map(|spots| within(spots, self.cameras[camera].camera.lens.size)).collect()
                })
                .collect();
            for group in same_bodies(rig, &seen) {
                for joint in JOINTS.map(|joint| joint.index()) {
                    let sight = |(camera, body): &(usize, usize)| {
                        let spot = seen[*camera][*body][joint]?;
                        Some(Sight { camera: *camera, pixel: spot.pixel, velocity: spot.velocity })
                    };
                    let sights: Vec<Sight> = group.iter().filter_map(sight).collect();
                    if sights.len() >= 2
                        && let Some(at) = rig.triangulate(&sights, 0.05)
                    {
                        landmarks.push(Landmark { at, moment, joint, sights });
                    }
                }
            }
        }
        landmarks
    }
}

/// Cameras that share more than a few points with this one.
fn partners(landmarks: &[Landmark], camera: usize, count: usize) -> Vec<usize> {
    let sees = |landmark: &&Landmark, camera: usize| landmark.sights.iter().any(|sight| sight.camera == camera);
    let common =
        |other: usize| landmarks.iter().filter(|landmark| sees(landmark, camera) && sees(landmark, other)).count();
    (0..count).filter(|other| *other != camera && common(*other) > FEWEST_POINTS / 4).collect()
}

/// Bodies of several cameras that can only be the same: (camera, body) by person.
fn same_bodies(rig: &Rig, seen: &[Vec<Spots>]) -> Vec<Vec<(usize, usize)>> {
    let mut groups: Vec<Vec<(usize, usize)>> = Vec::new();
    for first in 0..seen.len() {
        for second in first + 1..seen.len() {
            let far = |a: usize, b: usize| apart(rig, [first, second], [&seen[first][a], &seen[second][b]]);
            for a in 0..seen[first].len() {
                let others = |count: usize, far: &dyn Fn(usize) -> f64| {
                    let mut all: Vec<(f64, usize)> = (0..count).map(|other| (far(other), other)).collect();
                    all.sort_by(|x, y| x.0.total_cmp(&y.0));
                    let next = all.get(1).map_or(f64::INFINITY, |next| next.0);
                    all.first().copied().filter(|(best, _)| *best <= FARTHEST_M && next >= (best * CLEARLY).max(0.3))
                };
                let Some((_, b)) = others(seen[second].len(), &|b| far(a, b)) else { continue };
                if others(seen[first].len(), &|a| far(a, b)).is_some_and(|(_, back)| back == a) {
                    groups.push(vec![(first, a), (second, b)]);
                }
            }
        }
    }
    joined(groups)
}

/// Groups that share a body become one; a group with two bodies of one camera contradicts itself and is left out.
fn joined(mut groups: Vec<Vec<(usize, usize)>>) -> Vec<Vec<(usize, usize)>> {
    let mut whole: Vec<Vec<(usize, usize)>> = Vec::new();
    while let Some(mut group) = groups.pop() {
        while let Some(index) = groups.iter().position(|other| other.iter().any(|body| group.contains(body))) {
            let other = groups.swap_remove(index);
            group.extend(other);
        }
        group.sort_unstable();
        group.dedup();
        if group.windows(2).all(|pair| pair[0].0 != pair[1].0) {
            whole.push(group);
        }
    }
    whole
}

/// How far the rays to the joints of two bodies pass each other, metres, in the middle; infinite where they share too few.
fn apart(rig: &Rig, cameras: [usize; 2], bodies: [&Spots; 2]) -> f64 {
    let [first, second] = cameras.map(|camera| rig.camera(camera));
    let mut gaps: Vec<f64> = Vec::new();
    for joint in JOINTS.map(|joint| joint.index()) {
        let (Some(a), Some(b)) = (bodies[0][joint], bodies[1][joint]) else { continue };
        let (a, b): (Point, Point) = (first.ray(a.pixel), second.ray(b.pixel));
        let across = a.cross(&b);
        if across.norm() > 0.05 {
            gaps.push((second.centre - first.centre).dot(&across).abs() / across.norm());
        }
    }
    gaps.sort_by(f64::total_cmp);
    if gaps.len() < 4 { f64::INFINITY } else { gaps[gaps.len() / 2] }
}
