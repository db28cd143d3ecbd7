//! Where rays of several cameras meet, and what one camera alone says about a joint.

use domain::body::Joint;
use nalgebra::Matrix3;

use crate::camera::{Camera, Point};
use crate::figure::{Figure, Glimpse, is_arm};
use crate::person::Person;
use crate::rules::Rules;

/// Rays that miss their common point by more than this (m) do not show one joint.
const AGREE_M: f64 = 0.12;
/// Heights (m) between which a joint can be.
const HEIGHTS: std::ops::Range<f64> = -0.2..2.2;
/// Parts of arms, what they hang on, and how far from it, metres: an adult's.
const ARMS: [(Joint, Joint, f64); 4] = [
    (Joint::LeftElbow, Joint::LeftShoulder, 0.30),
    (Joint::RightElbow, Joint::RightShoulder, 0.30),
    (Joint::LeftWrist, Joint::LeftElbow, 0.27),
    (Joint::RightWrist, Joint::RightElbow, 0.27),
];
/// A limb seen under such an angle that it would be longer than this (of its length) is not one.
const LONGEST: f64 = 1.25;
/// One camera alone places a joint on its ray next to where it should be, if it lies no further from there than this (m).
const NEAR_M: f64 = 0.25;

/// What one camera sees of a joint.
pub(crate) type View<'a> = (&'a Camera, &'a Glimpse);

/// The point nearest to all rays, weighted by score, and the largest distance (m, at the point's depth) between what a
/// camera sees and the point.
pub(crate) fn meet(views: &[View]) -> Option<(Point, f64)> {
    let (mut sum, mut right) = (Matrix3::zeros(), Point::zeros());
    for (camera, glimpse) in views {
        let across = (Matrix3::identity() - glimpse.ray * glimpse.ray.transpose()) * glimpse.score;
        sum += across;
        right += across * camera.centre;
    }
    let point = (sum + Matrix3::identity() * 1e-6).try_inverse()? * right;
    let mut worst: f64 = 0.0;
    for (camera, glimpse) in views {
        let pixel = camera.project(&point)?;
        worst = worst.max((pixel - glimpse.pixel).norm() * camera.metres_a_pixel(&point));
    }
    Some((point, worst))
}

/// The joints of a person as cameras see them; the view that fits worst is left out until the others agree.
pub(crate) fn joints(
    person: &Person,
    figures: &[&Figure],
    cameras: &[Camera],
    rules: &Rules,
) -> [Option<Point>; Joint::COUNT] {
    let mut placed = Joint::ALL.map(|joint| {
        let views: Vec<View> =
            figures.iter().filter_map(|figure| Some((&cameras[figure.camera], figure.joint(joint)?))).collect();
        agreeing(views).or_else(|| alone(person, figures, joint, cameras, rules))
    });
    // Where one camera alone sees an arm, each part of it lies its own length from the one before.
    for (part, before, length) in ARMS {
        let Some(before) = placed[before.index()].filter(|_| placed[part.index()].is_none()) else { continue };
        let mut reach = figures
            .iter()
            .filter_map(|figure| limb(&before, length, &cameras[figure.camera], figure.joint(part)?, person));
        placed[part.index()] = reach.next();
    }
    placed
}

fn agreeing(mut views: Vec<View>) -> Option<Point> {
    while views.len() >= 2 {
        let (point, worst) = meet(&views)?;
        if worst < AGREE_M {
            return HEIGHTS.contains(&point.z).then_some(point);
        }
        if views.len() == 2 {
            return None;
        }
        let without = |left_out: usize| {
            let rest: Vec<View> =
                views.iter().enumerate().filter(|(at, _)| *at != left_out).map(|(_, view)| *view).collect();
            meet(&rest).map_or(f64::INFINITY, |(_, worst)| worst)
        };
        let spoiler = (0..views.len()).min_by(|one, two| without(*one).total_cmp(&without(*two)))?;
        views.remove(spoiler);
    }
    None
}

/// A joint of the body (no arm) that one camera alone sees: on its ray, where it comes nearest to where it should be.
fn alone(person: &Person, figures: &[&Figure], joint: Joint, cameras: &[Camera], rules: &Rules) -> Option<Point> {
    let mut views = figures.iter().filter_map(|figure| Some((&cameras[figure.camera], figure.joint(joint)?)));
    let (camera, glimpse) = views.next()?;
    if is_arm(joint) || views.next().is_some() {
        return None;
    }
    let guess = person.guess(joint, rules);
    let along = (guess - camera.centre).dot(&glimpse.ray);
    let point = camera.centre + glimpse.ray * along;
    (along > 0.0 && (point - guess).norm() < NEAR_M && HEIGHTS.contains(&point.z)).then_some(point)
}

/// Where a joint is that one camera alone sees: a limb's length from the joint before it, along the camera's ray; of both
/// such points, the one further from the body, as an arm that reaches is.
fn limb(before: &Point, length: f64, camera: &Camera, seen: &Glimpse, person: &Person) -> Option<Point> {
    let from = before - camera.centre;
    let along = from.dot(&seen.ray);
    let off = (from - seen.ray * along).norm();
    if off > length * LONGEST {
        return None;
    }
    let half = (length * length - off * off).max(0.0).sqrt();
    let at = |far: f64| camera.centre + seen.ray * far;
    let both = [at(along - half), at(along + half)];
    let reach = |point: &Point| (point.xy() - person.place()).norm();
    both.into_iter().max_by(|one, two| reach(one).total_cmp(&reach(two)))
}
