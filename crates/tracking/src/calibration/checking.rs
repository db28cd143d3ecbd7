//! What a walk must have: somebody who moves, cameras that see them together, depth and breadth.

use super::adjustment::{Landmark, Rig};
use super::gathering::shared;
use super::levelling::{extent, path};
use super::upright::{self, Pole};
use super::walk::Walk;
use super::{FEWEST_MOMENTS, FEWEST_POINTS, Refused, View};

/// Somebody whose place in a picture changes by less than this share of it stands still.
const STILL: f64 = 0.03;
/// Shortest and narrowest walk, metres.
const SHORTEST_M: f64 = 0.8;
const NARROWEST_M: f64 = 0.3;
/// Closest that cameras which see the same may hang, metres.
const CLOSEST_M: f64 = 0.3;

impl Walk {
    /// Refuses bodies that stand still in all pictures, or in one.
    pub(super) fn check_motion(&self, poles: &[Vec<Pole>]) -> Result<(), Refused> {
        let moves = |camera: usize| {
            poles[camera].len() < 5
                || upright::extent(&poles[camera]) > STILL * self.views[camera].size[0].max(self.views[camera].size[1])
        };
        let still: Vec<usize> = (0..self.views.len()).filter(|camera| !moves(*camera)).collect();
        match still.first() {
            Some(_) if still.len() == self.views.len() => Err(Refused::StoodStill),
            Some(camera) => Err(Refused::Frozen { camera: self.views[*camera].name.clone() }),
            None => Ok(()),
        }
    }

    /// Refuses cameras that share too little, now that their clocks are known.
    pub(super) fn check_overlap(&self, ahead_ms: &[f64]) -> Result<(), Refused> {
        let landmarks = shared(self, ahead_ms);
        let count = self.views.len();
        let mut joined = vec![0_usize];
        let enough = |a: usize, b: usize| {
            let both = |landmark: &&Landmark| {
                [a, b].iter().all(|camera| landmark.sights.iter().any(|sight| sight.camera == *camera))
            };
            let common: Vec<i64> = landmarks.iter().filter(both).map(|landmark| landmark.moment).collect();
            let mut moments = common.clone();
            moments.dedup();
            common.len() >= FEWEST_POINTS && moments.len() >= FEWEST_MOMENTS
        };
        while let Some(next) =
            (0..count).find(|next| !joined.contains(next) && joined.iter().any(|other| enough(*other, *next)))
        {
            joined.push(next);
        }
        let alone: Vec<usize> = (0..count).filter(|camera| !joined.contains(camera)).collect();
        if alone.is_empty() { Ok(()) } else { Err(self.apart(&alone)) }
    }

    /// Says that these cameras share too little with the others.
    pub(super) fn apart(&self, alone: &[usize]) -> Refused {
        let (second, first): (Vec<_>, Vec<_>) =
            self.views.iter().enumerate().partition(|(camera, _)| alone.contains(camera));
        let names = |views: Vec<(usize, &View)>| views.into_iter().map(|(_, view)| view.name.clone()).collect();
        Refused::NoOverlap(names(first), names(second))
    }

    /// Refuses a walk along a line, and cameras in one place.
    pub(super) fn check_depth(&self, rig: &Rig, landmarks: &[Landmark]) -> Result<(), Refused> {
        for (camera, view) in self.views.iter().enumerate() {
            let with = |landmark: &&Landmark| landmark.sights.iter().any(|sight| sight.camera == camera);
            let others: Vec<usize> = landmarks
                .iter()
                .filter(with)
                .flat_map(|landmark| landmark.sights.iter().map(|sight| sight.camera))
                .collect();
            let way = |other: usize| (rig.poses[other].1 - rig.poses[camera].1).norm();
            let partners = (0..self.views.len()).filter(|other| *other != camera && others.contains(other));
            let farthest = partners.max_by(|a, b| way(*a).total_cmp(&way(*b)));
            match farthest {
                Some(other) if way(other) < CLOSEST_M => {
                    return Err(Refused::SamePlace([view.name.clone(), self.views[other].name.clone()]));
                }
                Some(_) => {}
                None => return Err(self.apart(&[camera])),
            }
        }
        let [length_m, width_m] = extent(&path(landmarks));
        if length_m < SHORTEST_M {
            return Err(Refused::StoodStill);
        }
        if width_m < NARROWEST_M { Err(Refused::OneLine { width_m }) } else { Ok(()) }
    }
}
