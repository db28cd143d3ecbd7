//! A start without a guess: each camera alone for every angle of view, joined over the common floor, roughly adjusted.

use super::adjustment::{Landmark, Rig, adjust};
use super::gathering::{shared, spread};
use super::joining::{Join, Laid, Place, again, join, lay_all};
use super::lenses::Belief;
use super::solving::triangulated;
use super::upright::{Pole, Upright, stand};
use super::walk::Walk;
use super::{Focal, Refused, View};
use crate::camera::{Lens, Pixel};

/// Angles of view that are tried, degrees along the longer side of the picture.
const VIEWS_DEG: [f64; 7] = [50.0, 58.0, 67.0, 77.0, 88.0, 99.0, 110.0];
/// How exactly somebody who stands upright tells a focal length, as a logarithm; and one outside of what is tried.
const UPRIGHT_DEVIATION: f64 = 0.06;
const OUTSIDE_DEVIATION: f64 = 0.2;
/// How exactly data sheets tell a focal length, as a logarithm.
const GIVEN_DEVIATION: f64 = 0.05;
/// Points of the first adjustments, and of the last one.
const FEW_POINTS: usize = 300;
/// Poles that the direction of gravity is found from.
const MOST_POLES: usize = 150;

/// Where the adjustment starts.
pub(super) struct Start {
    pub rig: Rig,
    /// How far each clock is ahead of the first's, ms.
    pub ahead_ms: Vec<f64>,
    /// What is believed of the logarithm of each lens's focal length; nothing of one that is given exactly.
    pub focal: Vec<Option<Belief>>,
}

impl Walk {
    /// The best rig of all angles of view, roughly adjusted.
    pub(super) fn start(&self, height_m: f64) -> Result<Start, Refused> {
        let poles: Vec<Vec<Pole>> = (0..self.views.len())
            .map(|camera| {
                let times = self.recording.times(camera);
                times.filter_map(|at_ms| Pole::new(at_ms, &self.spots(camera, at_ms)?)).collect()
            })
            .collect();
        self.check_motion(&poles)?;
        let (lens_of, groups) = self.lenses();
        let mut fits: Vec<Vec<Option<Upright>>> = Vec::new();
        let given = self.views.iter().all(|view| view.focal != Focal::Unknown);
        let views_deg = if given { &VIEWS_DEG[..1] } else { &VIEWS_DEG[..] };
        for view_deg in views_deg.iter().copied() {
            let fit = |(camera, poles): (usize, &Vec<Pole>)| {
                let few: Vec<Pole> = poles.iter().step_by(poles.len().div_ceil(MOST_POLES).max(1)).cloned().collect();
                stand(&few, &self.lens(camera, view_deg))
                    .and_then(|upright| upright.with_all(poles, &self.lens(camera, view_deg)))
            };
            fits.push(poles.iter().enumerate().map(fit).collect());
        }
        for (camera, view) in self.views.iter().enumerate() {
            if fits.iter().all(|fits| fits[camera].is_none()) {
                return Err(Refused::NotUpright { camera: view.name.clone() });
            }
        }
        // For each lens the angle at which bodies stand best, beside one angle for all.
        let loss = |lens: usize, index: usize| {
            let of_lens = (0..self.views.len()).filter(|camera| lens_of[*camera] == lens);
            of_lens.map(|camera| fits[index][camera].as_ref().map_or(10.0, |fit| fit.loss)).sum::<f64>()
        };
        let losses: Vec<Vec<f64>> =
            (0..groups.len()).map(|lens| (0..views_deg.len()).map(|index| loss(lens, index)).collect()).collect();
        let best: Vec<usize> = losses.iter().map(|losses| least(losses)).collect();
        let believed = |(lens, camera): (usize, &usize)| match self.views[*camera].focal {
            Focal::Unknown => Some(self.stands_best(*camera, &losses[lens])),
            Focal::Near(focal_px) => Some((focal_px.ln(), GIVEN_DEVIATION)),
            Focal::Fixed(_) => None,
        };
        let focal: Vec<Option<Belief>> = groups.iter().enumerate().map(believed).collect();
        let choices = std::iter::once(best).chain((0..views_deg.len()).map(|index| vec![index; groups.len()]));
        let mut starts: Vec<(f64, Rig, Vec<f64>)> = Vec::new();
        let (mut alone, mut closest) = (None, None);
        // The clocks are found once: the angle of view hardly changes when somebody was where.
        let mut known: Option<Vec<Join>> = None;
        for choice in choices {
            let fit = |camera: usize| fits[choice[lens_of[camera]]][camera].as_ref();
            let Some(fits) = (0..self.views.len()).map(fit).collect::<Option<Vec<&Upright>>>() else { continue };
            let joins = joins(&poles, &fits, known.as_deref());
            let laid = lay_all(fits.len(), &joins);
            known.get_or_insert(joins);
            match laid {
                Ok(laid) => {
                    closest = Some(self.closest(&laid));
                    let lenses =
                        groups.iter().zip(&choice).map(|(camera, index)| self.lens(*camera, VIEWS_DEG[*index]));
                    let start = self.rough(&fits, &laid, (&lens_of, lenses.collect()), &focal, height_m);
                    starts.extend(start);
                }
                Err(cameras) => alone = Some(cameras),
            }
        }
        let best = starts.into_iter().min_by(|a, b| a.0.total_cmp(&b.0));
        best.map(|(_, rig, ahead_ms)| Start { rig, ahead_ms, focal }).ok_or_else(|| {
            alone.map_or_else(|| closest.map_or(Refused::StoodStill, Refused::SamePlace), |alone| self.apart(&alone))
        })
    }

    /// A rig from the cameras' own floors, adjusted with a few points, with the loss of a sight.
    fn rough(
        &self,
        fits: &[&Upright],
        laid: &[Laid],
        (lens_of, lenses): (&[usize], Vec<Lens>),
        focal: &[Option<Belief>],
        height_m: f64,
    ) -> Option<(f64, Rig, Vec<f64>)> {
        let poses = fits.iter().zip(laid).map(|(fit, laid)| {
            let (rotation, centre) = laid.pose(&fit.rotation, fit.height);
            (rotation, centre * height_m)
        });
        let mut rig = Rig { poses: poses.collect(), late_s: vec![0.0; fits.len()], lens_of: lens_of.to_vec(), lenses };
        let mut ahead_ms: Vec<f64> = laid.iter().map(|laid| laid.ahead_ms).collect();
        let mut loss = f64::INFINITY;
        for rounds in [15, 10] {
            let freedom = self.freedom(&rig, &ahead_ms, focal);
            let all = spread(&self.sizes(), shared(self, &ahead_ms), FEW_POINTS);
            let sights = |landmarks: &[Landmark]| landmarks.iter().map(|landmark| landmark.sights.len()).sum::<usize>();
            let wanted = sights(&all);
            let mut landmarks = triangulated(&rig, all);
            if landmarks.len() * 4 < FEW_POINTS.min(wanted / 2) || landmarks.len() < 20 {
                return None;
            }
            let left = adjust(&mut rig, &mut landmarks, &freedom, rounds);
            // What could not be triangulated counts as wrong.
            loss = (left + 5.0 * (wanted - sights(&landmarks)) as f64) / wanted as f64;
            ahead_ms.iter_mut().zip(&rig.late_s).for_each(|(ahead, late_s)| *ahead += late_s * 1000.0);
            rig.late_s.fill(0.0);
        }
        Some((loss, rig, ahead_ms))
    }

    /// The focal length at which bodies stand best, by the loss at each angle of view: the lowest point of the parabola
    /// through the lowest three.
    fn stands_best(&self, camera: usize, losses: &[f64]) -> Belief {
        let at = |index: usize| (self.lens(camera, VIEWS_DEG[index]).focal_px.ln(), losses[index]);
        let best = least(losses);
        if best == 0 || best + 1 >= losses.len() {
            return (at(best).0, OUTSIDE_DEVIATION);
        }
        let [(x0, y0), (x1, y1), (x2, y2)] = [at(best - 1), at(best), at(best + 1)];
        let (left, right) = ((y1 - y0) / (x1 - x0), (y2 - y1) / (x2 - x1));
        let bend = (right - left) / (x2 - x0);
        let lowest = (x0 + x1) / 2.0 - left / (2.0 * bend);
        if lowest.is_finite() {
            (lowest.clamp(x2.min(x0), x0.max(x2)), UPRIGHT_DEVIATION)
        } else {
            (x1, OUTSIDE_DEVIATION)
        }
    }

    /// The two cameras that are closest to each other.
    fn closest(&self, laid: &[Laid]) -> [String; 2] {
        let pairs = (0..laid.len()).flat_map(|first| (first + 1..laid.len()).map(move |second| [first, second]));
        let apart = |[first, second]: &[usize; 2]| (laid[*first].shift - laid[*second].shift).norm();
        let closest = pairs.min_by(|a, b| apart(a).total_cmp(&apart(b))).unwrap_or_default();
        closest.map(|camera| self.views[camera].name.clone())
    }

    pub(super) fn sizes(&self) -> Vec<[f64; 2]> {
        self.views.iter().map(|view| view.size).collect()
    }

    /// Number of each camera's lens, and for each lens its first camera.
    fn lenses(&self) -> (Vec<usize>, Vec<usize>) {
        let mut groups: Vec<usize> = Vec::new();
        let same = |a: &View, b: &View| a.model == b.model && a.size == b.size;
        let mut lens_of = Vec::new();
        for (camera, view) in self.views.iter().enumerate() {
            let known = groups.iter().position(|first| same(&self.views[*first], view));
            lens_of.push(known.unwrap_or(groups.len()));
            if known.is_none() {
                groups.push(camera);
            }
        }
        (lens_of, groups)
    }

    /// The lens of a camera that nothing but an angle of view is known of, or what was given.
    fn lens(&self, camera: usize, view_deg: f64) -> Lens {
        let (lens_of, groups) = self.lenses();
        let view = &self.views[groups[lens_of[camera]]];
        let focal_px = match view.focal {
            Focal::Unknown => view.size[0].max(view.size[1]) / 2.0 / (view_deg.to_radians() / 2.0).tan(),
            Focal::Near(focal_px) | Focal::Fixed(focal_px) => focal_px,
        };
        Lens { focal_px, k1: 0.0, centre: Pixel::new(view.size[0], view.size[1]) / 2.0, size: view.size }
    }
}

fn least(losses: &[f64]) -> usize {
    (0..losses.len()).min_by(|a, b| losses[*a].total_cmp(&losses[*b])).unwrap_or_default()
}

fn joins(poles: &[Vec<Pole>], fits: &[&Upright], known: Option<&[Join]>) -> Vec<Join> {
    let paths: Vec<Vec<Place>> = poles
        .iter()
        .zip(fits)
        .map(|(poles, fit)| {
            let places = poles.iter().zip(&fit.places);
            places.filter_map(|(pole, at)| Some(Place { at_ms: pole.at_ms, at: (*at)? })).collect()
        })
        .collect();
    if let Some(known) = known {
        return known.iter().filter_map(|join| again(join, &paths[join.cameras[0]], &paths[join.cameras[1]])).collect();
    }
    let pairs = (0..paths.len()).flat_map(|first| (first + 1..paths.len()).map(move |second| [first, second]));
    pairs.filter_map(|[first, second]| join([first, second], &paths[first], &paths[second])).collect()
}
