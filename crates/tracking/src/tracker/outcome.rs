//! What a step gives: everybody with head and hands.

use domain::body::Joint;

use super::{TrackId, Tracker};
use crate::camera::Point;
use crate::person::Person;
use crate::room::Place;
use crate::shares::Shares;

/// Somebody on the floor.
#[derive(Debug, Clone, PartialEq)]
pub struct Walker<V> {
    /// The track.
    pub track: TrackId,
    /// Where they stand.
    pub place: Place,
    /// Standard deviation of the place along an axis, metres.
    pub sd_m: f64,
    /// The middle of the head.
    pub head: Point,
    /// Hands that are seen, a little beyond the wrists.
    pub hands: Vec<Point>,
    /// Whose they may be.
    pub shares: Shares<V>,
    /// Cameras that see them now; 0 where the place is a prediction.
    pub cameras: usize,
}

/// What one step came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Step<V> {
    /// Everybody who is followed, by track.
    pub people: Vec<Walker<V>>,
    /// Who came in.
    pub born: Vec<TrackId>,
    /// Who left, and whose they may have been.
    pub left: Vec<(TrackId, Shares<V>)>,
}

/// Hands are where they were seen within this time (ms): a shelf hides them for a frame or two.
const HAND_MS: i64 = 300;
/// How far a hand lies beyond its wrist, metres.
const PALM_M: f64 = 0.10;
/// Forearms are as long as this (m); another is a mistake, and says nothing about where the hand is.
const FOREARM_M: std::ops::Range<f64> = 0.1..0.45;
/// From the shoulders up to the middle of the head, metres.
const NECK_M: f64 = 0.2;
/// How high a head is that nobody has seen, metres.
const HEAD_M: f64 = 1.65;

impl<V: Copy + Ord> Tracker<V> {
    /// Everybody who is followed, by track.
    pub fn people(&self) -> Vec<Walker<V>> {
        let mut walkers: Vec<Walker<V>> = Vec::new();
        for group in self.crowd.groups() {
            let members = group.likeliest().members.iter().zip(group.who());
            walkers.extend(group.tracks.iter().zip(members).map(|(track, (member, shares))| Walker {
                track: *track,
                place: member.person.place(),
                sd_m: member.person.filter.sd_m(),
                head: head(&member.person),
                hands: hands(&member.person),
                shares: self.visits_of(&shares),
                cameras: member.person.seen_by.count_ones() as usize,
            }));
        }
        walkers.sort_by_key(|walker| walker.track);
        walkers
    }
}

fn mean(person: &Person, joints: &[Joint]) -> Option<Point> {
    let seen: Vec<Point> = joints.iter().filter_map(|joint| person.joints[joint.index()]).collect();
    (!seen.is_empty()).then(|| seen.iter().sum::<Point>() / seen.len() as f64)
}

fn head(person: &Person) -> Point {
    const HEAD: [Joint; 5] = [Joint::Nose, Joint::LeftEye, Joint::RightEye, Joint::LeftEar, Joint::RightEar];
    let shoulders = || mean(person, &[Joint::LeftShoulder, Joint::RightShoulder]);
    mean(person, &HEAD)
        .or_else(|| shoulders().map(|point| point + Point::new(0.0, 0.0, NECK_M)))
        .unwrap_or_else(|| Point::new(person.place().x, person.place().y, HEAD_M))
}

fn hands(person: &Person) -> Vec<Point> {
    let arms = [(Joint::LeftWrist, Joint::LeftElbow), (Joint::RightWrist, Joint::RightElbow)];
    arms.into_iter()
        .filter_map(|(wrist, elbow)| {
            let wrist = person.lately(wrist, HAND_MS)?;
            let forearm = person.lately(elbow, HAND_MS).map(|elbow| wrist - elbow);
            let beyond = forearm.filter(|forearm| FOREARM_M.contains(&forearm.norm()));
            Some(beyond.map_or(wrist, |forearm| wrist + forearm.normalize() * PALM_M))
        })
        .collect()
}
